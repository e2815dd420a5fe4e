//! Disk, limits and speed.

use gom_select::toolchain::ToolchainId;

use crate::doctor::cause::Cause;
use crate::doctor::check::{Check, Platforms};
use crate::doctor::facts::HostFacts;
use crate::doctor::finding::{Edit, Finding, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "store-volume",
        title: "the store lies on a network or foreign file system",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "FS-01",
        run: store_volume,
    },
    Check {
        id: "open-files",
        title: "few files may be open at once",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "FS-02",
        run: open_files,
    },
    Check {
        id: "free-space",
        title: "less than 1 GiB is free where the store lies",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "FS-03",
        run: free_space,
    },
    Check {
        id: "first-run-slow",
        title: "macOS takes long over the first run of each new program (with --probe)",
        platforms: Platforms::Darwin,
        severity: Severity::Note,
        source: "PERF-01",
        run: first_run_slow,
    },
    Check {
        id: "slow-builds",
        title: "GOFLAGS or the place of GOCACHE makes every build slow",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "PERF-02",
        run: slow_builds,
    },
];

/// File systems over a network, those of user programs and of virtual machines' hosts, and those without links or
/// modes. In small letters; `fuse.sshfs` is a kind of `fuse`.
const FOREIGN: &[&str] = &[
    "nfs",
    "smb",
    "smbfs",
    "cifs",
    "afpfs",
    "webdav",
    "9p",
    "exfat",
    "msdos",
    "vfat",
    // macFUSE by its names over the years, and macOS's own file systems of user programs.
    "fuse",
    "fuseblk",
    "fusefs",
    "macfuse",
    "osxfuse",
    "osxfusefs",
    "lifs",
    // What a virtual machine sees of its host.
    "virtiofs",
    "applevirtiofs",
    "prl_fs",
    "vboxsf",
    "vmhgfs",
];

fn is_foreign(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    FOREIGN.contains(&kind.split('.').next().unwrap_or_default())
}

const GIB: u64 = 1 << 30;

/// Why a first run took so long: the system's scan of a program that it has not seen.
const SLOW_FIRST_RUN_MS: u64 = 80;

fn store_volume(facts: &HostFacts) -> Vec<Finding> {
    let volume = &facts.gom.volume;
    let kind = volume.kind.as_deref().unwrap_or_default();
    let trouble = if is_foreign(kind) {
        format!("is {kind}: links, locks and modes may not work")
    } else if facts.is_macos() && volume.is_case_sensitive == Some(true) {
        "tells Go from go, as no other Mac does".to_owned()
    } else if volume.is_home_volume == Some(false) && facts.is_macos() {
        "is not the volume of the home folder: it may not be mounted".to_owned()
    } else {
        return Vec::new();
    };
    let finding = Finding::new(Cause::Resources, "the volume of gom's store is not as most are");
    vec![finding.at(facts.gom.home.as_str(), trouble).advice("GOM_HOME chooses another folder")]
}

fn open_files(facts: &HostFacts) -> Vec<Finding> {
    // macOS starts every process with 256, and Go's programs raise it for themselves.
    let usual = if facts.is_macos() { 255 } else { 256 };
    let Some(limit) = facts.system.open_files.filter(|limit| *limit <= usual) else { return Vec::new() };
    let finding =
        Finding::new(Cause::Resources, "few files may be open at once: large builds and tests may fail");
    vec![finding.at("ulimit -n", limit.to_string()).run("ulimit -n 10240")]
}

fn free_space(facts: &HostFacts) -> Vec<Finding> {
    let Some(free) = facts.gom.volume.free.filter(|free| *free < GIB) else { return Vec::new() };
    let finding = Finding::new(Cause::Resources, "less than 1 GiB is free: an install or a build may fail");
    let finding =
        finding.at(facts.gom.home.as_str(), format!("{} MiB free", free >> 20)).run("go clean -cache");
    let oldest = facts.gom.toolchains.last().and_then(|one| ToolchainId::parse(&one.name).ok());
    vec![match oldest.filter(|_| facts.gom.toolchains.len() > 1) {
        Some(id) => finding.run(format!("gom uninstall {}", facts.argument(&id))),
        None => finding,
    }]
}

fn first_run_slow(facts: &HostFacts) -> Vec<Finding> {
    let Some((first, second)) = facts.measured.first_and_second_run else { return Vec::new() };
    if first < second + SLOW_FIRST_RUN_MS {
        return Vec::new();
    }
    let message = "macOS scans each new program: every `go run` and `go test` pays for it";
    let finding = Finding::new(Cause::Resources, message)
        .at("the first run of a new program", format!("{first} ms, the second {second} ms"))
        .advice("allow your terminal in System Settings, Privacy & Security, Developer Tools; then start it again");
    vec![finding.run("sudo spctl developer-mode enable-terminal")]
}

fn slow_builds(facts: &HostFacts) -> Vec<Finding> {
    let mut found = Vec::new();
    for setting in facts.go_settings("GOFLAGS") {
        let Some(flag) = setting.value.split_whitespace().find(|flag| matches!(*flag, "-a" | "-p=1")) else {
            continue;
        };
        let message = format!("GOFLAGS has {flag}: every build builds everything, or one package at a time");
        let finding = Finding::new(Cause::GoEnvironment, message)
            .at(setting.place.as_str(), format!("GOFLAGS={}", setting.value));
        let file = facts.go_env_file.as_deref().unwrap_or_default();
        let line = setting.line.and_then(|number| facts.lines(file).find(|line| line.number == number));
        found.push(match line {
            Some(line) => finding.edit(Edit::comment_out(&line)),
            None => finding.run("unset GOFLAGS"),
        });
    }
    if let Some(cache) = facts.go_setting("GOCACHE") {
        let remote =
            ["/Library/Mobile Documents/", "/Library/CloudStorage/", "/Volumes/", "/net/", "/Dropbox/"];
        let on_windows = facts.system.is_wsl && cache.value.starts_with("/mnt/");
        if on_windows || remote.iter().any(|part| cache.value.contains(part)) {
            let finding = Finding::new(Cause::Resources, "the build cache lies on a slow disk")
                .at(cache.place, format!("GOCACHE={}", cache.value));
            found.push(finding.run(if cache.line.is_some() { "go env -u GOCACHE" } else { "unset GOCACHE" }));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    // K13.8
    #[test]
    fn file_systems_of_other_machines_and_of_user_programs_are_known() {
        for kind in ["nfs", "macfuse", "osxfuse", "fuse.sshfs", "virtiofs", "AppleVirtIOFS", "lifs", "exfat"]
        {
            assert!(is_foreign(kind), "{kind}");
        }
        for kind in ["apfs", "hfs", "ext4", "tmpfs", "fusion", ""] {
            assert!(!is_foreign(kind), "{kind}");
        }
    }
}
