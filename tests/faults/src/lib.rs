//! Breaks gom's runs in every way that a machine can, and checks after each what gom promises.
//!
//! It is no part of gom, and gom has no code for it: the programs are those that users run, stopped at their system
//! calls by ptrace. docs/reliability.md lists the promises, and says how to run this.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod campaign;
mod control;
mod crowd;
mod homes;
mod invariants;
mod listing;
mod meeting;
mod mounts;
mod options;
mod place;
mod power;
mod random;
mod report;
mod scenario;
mod servers;
mod stage;
mod trace;
mod trial;
mod watchdog;

use campaign::{Campaign, Worker};
use clap::Parser;
use nix::sys::statvfs::statvfs;
use options::Options;
use report::Report;
use scenario::{Scenario, State};
use stage::Stage;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use trace::Fault;
use trial::CleanRuns;

/// Set in the process that works, once its folder for temporary files is chosen.
const INSIDE: &str = "GOM_FAULTS_INSIDE";

/// The program.
pub fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == trace::LAUNCH) {
        gom_tests::say(&trace::launch(arguments));
        return ExitCode::from(127);
    }
    let options = Options::parse();
    let done = if std::env::var_os(INSIDE).is_some() { run(&options) } else { run_inside(&folder()) };
    done.unwrap_or_else(|error| {
        gom_tests::say(&format!("error: {error}"));
        ExitCode::from(2)
    })
}

/// How much room the campaign needs. In a container there is often less in memory.
const ROOM: u64 = 2 << 30;

/// In memory if possible: the campaign does nothing but write and remove files.
fn folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let room = statvfs(memory).map_or(0, |found| found.blocks_available() * found.fragment_size());
    if room >= ROOM { memory.to_path_buf() } else { std::env::temp_dir() }
}

/// Runs this program again with its own folder for temporary files, which is removed after it whatever happens there.
fn run_inside(parent: &Path) -> io::Result<ExitCode> {
    let folder = tempfile::Builder::new().prefix("gom-faults-").tempdir_in(parent)?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(std::env::args_os().skip(1)).env(INSIDE, "1").env("TMPDIR", folder.path());
    let ended = command.status()?;
    let code = ended.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(2)))
}

fn run(options: &Options) -> io::Result<ExitCode> {
    let started = Instant::now();
    let scenarios = scenarios(options)?;
    if options.list {
        let names: Vec<String> =
            scenarios.iter().map(|one| format!("{}: {}", one.name, one.arguments.join(" "))).collect();
        return print(&(names.join("\n") + "\n"));
    }
    mounts::separate();
    let until = options.minutes.map(|minutes| started + Duration::from_secs(60 * minutes));
    let fault = options.at.and_then(|at| options.fault.map(|kind| Fault { at, kind }));
    let (seed, kind, every_call) = (options.seed, options.fault, options.all);
    let mut campaign =
        Campaign { seed, scenarios, parts: options.wanted_parts(), fault, kind, every_call, until };
    let workers = workers(&campaign, options.workers)?;
    let report = Mutex::new(Report::default());
    loop {
        campaign.round(&workers, &report)?;
        if until.is_none_or(|until| Instant::now() >= until) || fault.is_some() || every_call {
            break;
        }
        campaign.seed += 1;
    }
    let report = report.into_inner().unwrap_or_else(PoisonError::into_inner);
    let took = started.elapsed();
    if options.json {
        print(&format!("{:#}\n", report.json(seed, took)))?;
    } else {
        print(&report.table(seed, took))?;
    }
    Ok(if report.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One after the other, before any worker starts a program: a program that is being copied can't be run, and a child that
/// starts meanwhile would hold the copy open.
fn workers(campaign: &Campaign, count: usize) -> io::Result<Vec<Worker>> {
    let mut wanted = trial::states(&campaign.scenarios);
    // The other parts start from these.
    wanted.extend([State::Two, State::Fresh]);
    let worker = |_| Ok(Mutex::new((Stage::new(&wanted)?, CleanRuns::default())));
    (0..count.max(1)).map(worker).collect()
}

fn scenarios(options: &Options) -> io::Result<Vec<Scenario>> {
    let known = |name: &String| scenario::ALL.iter().any(|scenario| scenario.name == name);
    if let Some(unknown) = options.only.iter().find(|name| !known(name)) {
        return Err(io::Error::other(format!("no scenario is called {unknown}: see `faults --list`")));
    }
    let wanted = |scenario: &&Scenario| {
        options.only.is_empty() || options.only.iter().any(|name| name == scenario.name)
    };
    Ok(scenario::ALL.iter().filter(wanted).copied().collect())
}

fn print(text: &str) -> io::Result<ExitCode> {
    io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
