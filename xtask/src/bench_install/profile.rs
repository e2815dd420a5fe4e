//! Shows which parts of an install take its processor time: a sampled profile, with its samples grouped by
//! part.
//!
//! Owns: the rules that assign a call stack to a part. It samples by the processor's clock (`perf record -e
//! cpu-clock`), because virtual machines often have no counters. Samples without a rule are shown as `other`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::gom::Gom;
use super::measure::{Archive, Folder, timed};
use super::world::{World, build};
use crate::shell::{answer_of, say};

/// Samples for each second of processor time.
const FREQUENCY: u32 = 5000;

/// The number of installs whose samples are added.
const RUNS: u32 = 3;

/// The parts of an install, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Download,
    Sha256,
    ReadBack,
    Inflate,
    H1,
    Create,
    Write,
    Receipt,
    Rename,
    Sync,
    Other,
}

/// Milliseconds of processor time for each part of one install.
pub(super) type Split = BTreeMap<Part, f64>;

impl Part {
    /// The name of the part in the table.
    pub(super) fn name(self) -> &'static str {
        match self {
            Part::Download => "download",
            Part::Sha256 => "sha256 of the archive",
            Part::ReadBack => "read the archive again",
            Part::Inflate => "inflate",
            Part::H1 => "h1",
            Part::Create => "create files and folders",
            Part::Write => "write",
            Part::Receipt => "receipt",
            Part::Rename => "rename",
            Part::Sync => "sync",
            Part::Other => "other",
        }
    }

    /// Returns the part that a call stack belongs to.
    fn of(stack: &str) -> Part {
        let has = |words: &[&str]| words.iter().any(|word| stack.contains(word));
        let is_sum = has(&["sha2::", "sha256"]);
        match () {
            () if has(&["sys_syncfs", "sys_fsync", "sys_fdatasync"]) => Part::Sync,
            () if has(&["sys_rename"]) => Part::Rename,
            () if is_sum && has(&["unpack::stream", "gom_core::fetch"]) => Part::Sha256,
            () if is_sum => Part::H1,
            () if has(&["manifest", "receipt"]) => Part::Receipt,
            () if has(&["inflate", "zlib_rs", "crc32"]) => Part::Inflate,
            () if has(&["gom_core::fetch"]) => Part::Download,
            () if has(&["sys_open", "sys_mkdir", "sys_close", "sys_fchmod", "task_work_run"]) => Part::Create,
            () if has(&["sys_write", "sys_pwrite"]) => Part::Write,
            () if has(&["sys_read", "sys_pread"]) => Part::ReadBack,
            () if has(&["sys_recv", "sys_epoll", "hyper", "reqwest"]) => Part::Download,
            () => Part::Other,
        }
    }
}

/// Measures a plain install of each kind. Call stacks need symbols and frame pointers, which the released
/// program lacks; so a gom with them is built, unless one is `given`.
pub(super) fn measure(
    world: &World,
    given: Option<&Path>,
    site: &Path,
) -> Result<Vec<(Archive, Result<Split>)>> {
    let gom = match given {
        Some(gom) => gom.to_path_buf(),
        None => build(&["--config", "profile.release.strip=false"], Some("-C force-frame-pointers=yes"))?,
    };
    let both = [Archive::TarGz, Archive::ModuleZip];
    Ok(both.into_iter().map(|archive| (archive, split(world, &gom, archive, site))).collect())
}

fn split(world: &World, program: &PathBuf, archive: Archive, site: &Path) -> Result<Split> {
    let mut split = Split::new();
    // Run once with recording on, so that all answers are cached.
    world.server.record(true);
    Gom::new(world).install_now(Folder::new(site)?.path(), archive, &world.toolchain.version)?;
    world.server.record(false);
    for round in 1..=RUNS {
        say(&format!("profile, {}: round {round} of {RUNS}", archive.name()));
        let folder = Folder::new(site)?;
        let install = Gom::new(world).install(folder.path(), archive, &[&world.toolchain.version]);
        let data = folder.path().join("perf.data");
        let mut perf = Command::new("perf");
        perf.args(["record", "-e", "cpu-clock", "-g", "-F", &FREQUENCY.to_string(), "-o"]).arg(&data);
        perf.arg(program).args(install.get_args()).current_dir(folder.path()).env_clear();
        perf.envs(install.get_envs().filter_map(|(name, value)| Some((name, value?))));
        timed(&mut perf, &folder.path().join("output")).context("perf record")?;
        let mut script = Command::new("perf");
        script.args(["script", "-F", "comm,ip,sym", "-i"]).arg(&data);
        for stack in answer_of(&mut script)?.split("\n\n") {
            *split.entry(Part::of(stack)).or_default() += 1e3 / f64::from(FREQUENCY) / f64::from(RUNS);
        }
    }
    Ok(split)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_belongs_to_what_called_it() {
        for (stack, part) in [
            ("gom \n\t1 sha2::sha256::x86::compress\n\t2 gom_core::unpack::tree::Tree::file", Part::H1),
            ("gom \n\t1 sha2::sha256::x86::compress\n\t2 gom_core::unpack::stream::Incoming", Part::Sha256),
            ("gom \n\t1 clear_page\n\t2 zlib_rs::inflate::State::dispatch", Part::Inflate),
            ("gom \n\t1 ext4_create\n\t2 __x64_sys_openat\n\t3 gom_core::unpack::tree", Part::Create),
            ("gom \n\t1 ext4_write\n\t2 __x64_sys_write\n\t3 gom_core::unpack::tree", Part::Write),
            (
                "gom \n\t1 ext4_write\n\t2 __x64_sys_write\n\t3 gom_core::fetch::transfer::part",
                Part::Download,
            ),
            ("gom \n\t1 main", Part::Other),
        ] {
            assert_eq!(Part::of(stack), part, "{stack}");
        }
    }
}
