//! The server, the released gom, and the folders on disk and in memory that a benchmark uses.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::cache::Cache;
use super::measure::{self, Case, Measured, Place};
use super::options::Options;
use super::server::{Link, Server};
use super::toolchain::{self, Toolchain};
use crate::shell::{answer_of, say};

/// Everything that a benchmark uses.
pub(super) struct World {
    pub(super) cache: Cache,
    pub(super) server: Server,
    pub(super) gom: PathBuf,
    pub(super) toolchain: Toolchain,
    pub(super) places: Vec<Place>,
}

impl World {
    pub(super) fn new(options: &Options) -> Result<World> {
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

    /// The place whose own speed affects the times least.
    pub(super) fn fastest(&self) -> &Path {
        &self.places[0].folder
    }

    /// Runs each case once and returns those that work. The reasons of the others are added to `missing`.
    pub(super) fn working(&self, cases: Vec<Case>, missing: &mut Vec<String>) -> Vec<Case> {
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

    pub(super) fn measure(&self, cases: &[Case], runs: usize) -> Result<Vec<Measured>> {
        self.places.iter().map(|place| measure::in_turns(cases, place, runs)).collect()
    }
}

/// Returns a place in memory, if there is such a file system, and one on disk.
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

/// Builds gom as it is released, with these additional arguments of cargo and flags of rustc.
pub(super) fn build(arguments: &[&str], flags: Option<&str>) -> Result<PathBuf> {
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

/// Whether files in this folder are in memory.
#[cfg(target_os = "linux")]
fn is_tmpfs(folder: &Path) -> bool {
    /// The kernel's `TMPFS_MAGIC`.
    const MAGIC: u64 = 0x0102_1994;
    rustix::fs::statfs(folder).is_ok_and(|found| u64::try_from(found.f_type) == Ok(MAGIC))
}

/// Whether files in this folder are in memory: macOS has no such file system.
#[cfg(not(target_os = "linux"))]
fn is_tmpfs(_: &Path) -> bool {
    false
}
