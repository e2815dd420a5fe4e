//! `cargo xtask bench-install`: how long a toolchain takes to be there, by gom, by others, and at the least.
//!
//! Owns: the run as a whole. Never: compares numbers of different runs. Machines have moods, so all cases of
//! a table take turns in one run, and each is run once before to show that it does what it should.

mod cache;
mod floor;
mod gom;
mod measure;
mod profile;
mod report;
mod rivals;
mod server;
mod toolchain;
mod upgrade;
mod verbs;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use cache::Cache;
use measure::{Archive, Case, Measured, Place};
use server::{Link, Server};
use toolchain::Toolchain;

/// Runs of each case unless `--runs` says otherwise.
const RUNS: usize = 7;

/// What is installed unless `--version` says otherwise.
const VERSION: &str = "1.26.6";

/// What is installed besides it by `--parallel`.
const MORE_VERSIONS: [&str; 3] = ["1.26.5", "1.25.13", "1.24.13"];

const USAGE: &str = "usage: cargo xtask bench-install [--runs N] [--gom FILE] [--version V] [--disk FOLDER] [--tmpfs]\n\
                     \x20          [--installs] [--parallel] [--verbs] [--profile] [--upgrade]   (which tables; --installs alone)";

struct Options {
    runs: usize,
    /// This file instead of a fresh build.
    gom: Option<PathBuf>,
    version: String,
    /// The folder to install in on disk, instead of one in the cache folder.
    disk: Option<PathBuf>,
    /// Not on disk at all.
    only_memory: bool,
    tables: Vec<Table>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Table {
    Installs,
    Parallel,
    Verbs,
    Profile,
    Upgrade,
}

/// What is measured, on what.
struct World {
    cache: Cache,
    server: Server,
    gom: PathBuf,
    toolchain: Toolchain,
    places: Vec<Place>,
}

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

impl Options {
    fn parse(arguments: &[&str]) -> Result<Options> {
        let mut options = Options {
            runs: RUNS,
            gom: None,
            version: VERSION.to_owned(),
            disk: None,
            only_memory: false,
            tables: Vec::new(),
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().with_context(|| format!("{argument} needs a value"));
            match *argument {
                "--runs" => options.runs = value()?.parse().context("--runs needs a number")?,
                "--gom" => options.gom = Some(std::path::absolute(value()?)?),
                "--version" => (*value()?).clone_into(&mut options.version),
                "--disk" => options.disk = Some(std::path::absolute(value()?)?),
                "--tmpfs" => options.only_memory = true,
                "--installs" => options.tables.push(Table::Installs),
                "--parallel" => options.tables.push(Table::Parallel),
                "--verbs" => options.tables.push(Table::Verbs),
                "--upgrade" => options.tables.push(Table::Upgrade),
                "--profile" => options.tables.push(Table::Profile),
                _ => bail!(USAGE),
            }
        }
        ensure!(options.runs > 0, "--runs must be at least 1");
        if options.tables.is_empty() {
            options.tables.push(Table::Installs);
        }
        Ok(options)
    }
}

/// The floor is only one if it is measured by code as fast as gom's.
fn run_in_release(arguments: &[&str]) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--release", "--quiet", "--package", "xtask", "--", "bench-install"]);
    let status = cargo.args(arguments).status().context("can't run cargo")?;
    ensure!(status.success(), "the benchmark failed: {status}");
    Ok(())
}

impl World {
    fn new(options: &Options) -> Result<World> {
        let cache = Cache::open()?;
        let toolchain = Toolchain::get(&cache, &options.version)?;
        toolchain::write_list(&cache, std::slice::from_ref(&toolchain))?;
        let gom = match &options.gom {
            Some(gom) => gom.clone(),
            None => build(&[], None)?,
        };
        let server = Server::start(cache.clone(), Link::Loopback)?;
        let mut places = places(options.disk.clone().unwrap_or_else(|| cache.path("runs")))?;
        if options.only_memory {
            places.retain(|place| place.is_memory);
            ensure!(!places.is_empty(), "/dev/shm is no tmpfs\nhint: leave out --tmpfs");
        }
        Ok(World { cache, server, gom, toolchain, places })
    }

    /// The place whose own speed hides least.
    fn fastest(&self) -> &Path {
        &self.places[0].folder
    }

    /// The cases that work, each of which was run once; why the others don't is added to `missing`.
    fn working(&self, cases: Vec<Case>, missing: &mut Vec<String>) -> Vec<Case> {
        self.server.record(true);
        let mut working = Vec::new();
        for case in cases {
            say(&format!("trying: {}", case.label));
            match case.works(self.fastest()) {
                Ok(()) => working.push(case),
                Err(why) => missing.push(why),
            }
        }
        self.server.record(false);
        working
    }

    fn measure(&self, cases: &[Case], runs: usize) -> Result<Vec<Measured>> {
        self.places.iter().map(|place| measure::in_turns(cases, place, runs)).collect()
    }
}

/// Memory, where there is such a file system, and a disk.
fn places(disk: PathBuf) -> Result<Vec<Place>> {
    ensure!(!is_tmpfs(&disk), "{} is in memory\nhint: name a folder on disk with --disk", disk.display());
    let disk = Place { name: "disk", folder: disk, is_memory: false };
    let memory = Place { name: "tmpfs", folder: PathBuf::from("/dev/shm"), is_memory: true };
    if is_tmpfs(&memory.folder) {
        return Ok(vec![memory, disk]);
    }
    say("note: /dev/shm is no tmpfs here; only the disk is measured");
    Ok(vec![disk])
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
            // The records were signed at different times. Which tiles show that one tree goes on from another
            // depends on which was seen first.
            world.server.record(true);
            let measured = world.measure(&cases, runs)?;
            world.server.record(false);
            report::installs(&cases, &measured, &[0], &[])?;
        }
    }
    report::installs(&[], &[], &[], &missing)
}

/// Builds gom as it is released, but for these arguments of cargo and flags of rustc.
fn build(arguments: &[&str], flags: Option<&str>) -> Result<PathBuf> {
    say("building gom");
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--package", "gom-cli", "--message-format", "json-render-diagnostics"]);
    cargo.args(arguments).envs(flags.map(|flags| ("RUSTFLAGS", flags)));
    let messages = answer_of(&mut cargo)?;
    let mut programs = messages.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    });
    programs.next_back().context("cargo names no program that it built")
}

/// This machine in Go's names: its system and its architecture.
fn host() -> [&'static str; 2] {
    let os = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    [os, arch]
}

/// Whether files there are in memory.
#[cfg(target_os = "linux")]
fn is_tmpfs(folder: &Path) -> bool {
    /// The kernel's `TMPFS_MAGIC`.
    const MAGIC: u64 = 0x0102_1994;
    rustix::fs::statfs(folder).is_ok_and(|found| u64::try_from(found.f_type) == Ok(MAGIC))
}

/// Whether files there are in memory: macOS has no such file system.
#[cfg(not(target_os = "linux"))]
fn is_tmpfs(_: &Path) -> bool {
    false
}

/// What a program that has to succeed prints, without the last line's end.
fn answer_of(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("can't run {command:?}"))?;
    ensure!(output.status.success(), "{command:?} failed: {}", output.status);
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

/// A line about the run, not of its result.
fn say(line: &str) {
    // Nothing is lost with it.
    let _ = writeln!(io::stderr(), "{line}");
}
