//! `cargo xtask bench-install`: how long the install of a toolchain takes, with gom, with other programs, and
//! at least.
//!
//! Owns: the run as a whole. Never: compares numbers of different runs. The speed of a machine varies, so all
//! cases of a table take turns in one run, and each is run once before to check its result.

mod cache;
mod floor;
mod gom;
mod measure;
mod options;
mod profile;
mod report;
mod rivals;
mod server;
mod toolchain;
mod upgrade;
mod verbs;
mod world;

use std::process::Command;

use anyhow::{Context, Result, ensure};

use measure::Archive;
use options::{Options, Table};
use toolchain::Toolchain;
use world::World;

/// The versions that `--parallel` installs in addition.
const MORE_VERSIONS: [&str; 3] = ["1.26.5", "1.25.13", "1.24.13"];

/// Measures and prints the tables.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    if let [floor::OPTION, what, archive] = arguments {
        return floor::run(what, archive);
    }
    let options = Options::parse(arguments)?;
    if cfg!(debug_assertions) {
        return run_in_release(arguments);
    }
    let world = World::new(&options)?;
    for table in &options.tables {
        match table {
            Table::Installs => installs(&world, options.runs)?,
            Table::Parallel => parallel(&world, options.runs)?,
            Table::Verbs => report::verbs(&verbs::measure(&world, world.fastest())?)?,
            Table::Upgrade => report::upgrade(&upgrade::measure(&world, options.runs)?)?,
            Table::Profile => {
                report::profile(&profile::measure(&world, options.gom.as_deref(), world.fastest())?)?;
            }
        }
    }
    Ok(())
}

/// Runs this again as a release build: the floor must be measured by code as fast as gom's.
fn run_in_release(arguments: &[&str]) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--release", "--quiet", "--package", "xtask", "--", "bench-install"]);
    let status = cargo.args(arguments).status().context("can't run cargo")?;
    ensure!(status.success(), "the benchmark failed: {status}");
    Ok(())
}

fn installs(world: &World, runs: usize) -> Result<()> {
    let (rivals, mut missing) = rivals::cases(world);
    let mut cases = world.working(gom::installs(world), &mut missing);
    let yardsticks: Vec<usize> = (0..cases.len()).collect();
    for more in [gom::variants(world)?, rivals, floor::cases(world)?] {
        cases.extend(world.working(more, &mut missing));
    }
    let all = world.measure(&cases, runs)?;
    report::installs(&cases, &all, &yardsticks, &missing)
}

fn parallel(world: &World, runs: usize) -> Result<()> {
    let mut toolchains = vec![world.toolchain.clone()];
    for version in MORE_VERSIONS {
        toolchains.push(Toolchain::get(&world.cache, version)?);
    }
    let mut missing = Vec::new();
    for archive in [Archive::TarGz, Archive::ModuleZip] {
        let cases = world.working(gom::parallel(world, &toolchains, archive), &mut missing);
        if !cases.is_empty() {
            // The records were signed at different times. Which tiles prove that one tree extends another
            // depends on which one was seen first.
            world.server.record(true);
            let measured = world.measure(&cases, runs)?;
            world.server.record(false);
            report::installs(&cases, &measured, &[0], &[])?;
        }
    }
    report::installs(&[], &[], &[], &missing)
}
