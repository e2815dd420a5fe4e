//! `cargo xtask bench-shim`: what gom's shim costs in addition to the program that it starts.
//!
//! Owns: the run as a whole. Never: compares numbers of different runs. The speed of a machine varies, so all
//! candidates of a table take turns in one run, and each is checked once to start the right program.

pub(crate) mod measure;
mod peers;
mod real;
pub(crate) mod report;
mod world;

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use measure::{Case, Group};
use world::World;

/// The number of runs of each case without `--runs`.
const RUNS: usize = 1000;

/// The minimum number of runs, below which the tenth and ninetieth percentile mean nothing.
const FEWEST_RUNS: usize = 10;

struct Options {
    runs: usize,
    /// The shim to measure instead of a fresh build.
    shim: Option<PathBuf>,
    is_real: bool,
}

/// Measures and prints the tables.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let options = Options::parse(arguments)?;
    let shim = options.shim.map_or_else(build_shim, Ok)?;
    let world = World::new(&shim)?;
    let mut groups = vec![trivial(&world)?];
    if options.is_real {
        groups.push(real::group(&world)?);
    }
    let mut out = io::stdout();
    for group in groups {
        for case in &group.cases {
            case.check()?;
        }
        let samples = measure::in_turns(&group.cases, options.runs)?;
        report::print(&mut out, &group, &samples, options.runs)?;
    }
    Ok(())
}

impl Options {
    fn parse(arguments: &[&str]) -> Result<Options> {
        let mut options = Options { runs: RUNS, shim: None, is_real: false };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().with_context(|| format!("{argument} needs a value"));
            match *argument {
                "--runs" => options.runs = value()?.parse().context("--runs needs a number")?,
                "--shim" => options.shim = Some(std::path::absolute(value()?)?),
                "--real" => options.is_real = true,
                _ => bail!("usage: cargo xtask bench-shim [--runs N] [--shim FILE] [--real]"),
            }
        }
        ensure!(options.runs >= FEWEST_RUNS, "--runs must be at least {FEWEST_RUNS}");
        Ok(options)
    }
}

/// Builds the shim as the installer does, because that is the one people run.
fn build_shim() -> Result<PathBuf> {
    let script = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../install.sh"));
    let mut command = Command::new("sh");
    command.arg(script).arg("--build-shim").stderr(Stdio::inherit());
    let answer = command.output().context("can't run install.sh")?;
    ensure!(answer.status.success(), "install.sh --build-shim failed: {}", answer.status);
    Ok(PathBuf::from(String::from_utf8(answer.stdout)?.trim_end()))
}

/// Measures with a `go` that does nothing, so that the cost of reaching it is visible.
fn trivial(world: &World) -> Result<Group> {
    let shim = |label: &str, project: &str, prints: &str| {
        Case::new(label, world.shim(), world.project(project), prints).env("HOME", world.home())
    };
    let project = world.project("version-file");
    let mut cases = vec![
        Case::new("direct", world.go(world::STARTING), project.clone(), world::STARTING),
        Case::new("C wrapper that only calls execv", world.wrapper(), project, world::STARTING),
        shim("gom, .go-version three folders up", "version-file", world::STARTING),
        shim("gom, go.mod asks for another version", "go-mod", world::NEWER),
        shim("gom, the default", "default", world::STARTING),
    ];
    let mut skipped = Vec::new();
    for peer in peers::ALL {
        match peer.case(world)? {
            Ok(case) => cases.push(case),
            Err(why) => skipped.push(why),
        }
    }
    Ok(Group { title: "A go that does nothing".to_owned(), column: "`go version`", cases, skipped })
}
