//! Disk, limits and speed.

use gom_core::shell_quote::shell_quote;
use gom_select::toolchain::ToolchainId;

use super::shared::with_removal;
use crate::cause::Cause;
use crate::check::{Check, Platforms};
use crate::facts::{HostFacts, InvalidFacts, UnwritableFacts};
use crate::finding::{Finding, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "store-volume",
        title: "the store is on a network or unusual file system",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "FS-01",
        run: store_volume,
    },
    Check {
        id: "store-not-writable",
        title: "gom's store is not writable: use, install and uninstall fail",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "docs/store.md",
        run: store_not_writable,
    },
    Check {
        id: "name-not-utf8",
        title: "a folder's name is not UTF-8, so the checks can't read its contents",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "docs/json.md",
        run: name_not_utf8,
    },
    Check {
        id: "unreadable",
        title: "files or folders can't be read or are not valid, so the checks can't tell what is there",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "docs/doctor.md",
        run: unreadable,
    },
    Check {
        id: "open-files",
        title: "the limit on open files is low",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "FS-02",
        run: open_files,
    },
    Check {
        id: "free-space",
        title: "less than 1 GiB is free on the store's disk",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "FS-03",
        run: free_space,
    },
    Check {
        id: "toolchains-unused",
        title: "installed toolchains were not used for long, and nothing needs them",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "docs/staying-tidy.md",
        run: toolchains_unused,
    },
    Check {
        id: "equal-files",
        title: "installed toolchains have copies of equal files that could share their blocks (with --probe)",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "docs/store.md",
        run: equal_files,
    },
    Check {
        id: "first-run-slow",
        title: "macOS delays the first run of each new program (with --probe)",
        platforms: Platforms::Darwin,
        severity: Severity::Note,
        source: "PERF-01",
        run: first_run_slow,
    },
    Check {
        id: "slow-builds",
        title: "GOFLAGS or the location of GOCACHE makes every build slow",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "PERF-02",
        run: slow_builds,
    },
];

/// File systems over a network, in user space or shared by a virtual machine's host, and those without links or
/// modes. In lower case; `fuse.sshfs` counts as `fuse`.
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
    // macFUSE under all its names, and macOS's own file systems in user space.
    "fuse",
    "fuseblk",
    "fusefs",
    "macfuse",
    "osxfuse",
    "osxfusefs",
    "lifs",
    // Folders that a virtual machine shares with its host.
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

/// A megabyte, in which sizes of toolchains are shown.
const MEGABYTE: u64 = 1_000_000;

/// How much of a toolchain has to be copies before it is worth a download.
const MANY_EQUAL: u64 = 50 * MEGABYTE;

/// File systems on which files can be cloned, and which tell what is shared.
const CLONING: &[&str] = &["bcachefs", "btrfs", "xfs"];

/// If a first run takes this much longer than the second, the system scanned the new program.
const SLOW_FIRST_RUN_MS: u64 = 80;

fn store_volume(facts: &HostFacts) -> Vec<Finding> {
    let volume = &facts.gom.volume;
    let kind = volume.kind.as_deref().unwrap_or_default();
    let fault = if is_foreign(kind) {
        format!("is {kind}: links, locks and modes may not work")
    } else if facts.is_macos() && volume.is_case_sensitive == Some(true) {
        "is case-sensitive, which is unusual on a Mac".to_owned()
    } else if volume.is_home_volume == Some(false) && facts.is_macos() {
        "is not on the home folder's volume, so it may not be mounted".to_owned()
    } else {
        return Vec::new();
    };
    let finding = Finding::new(Cause::Resources, "gom's store is on an unusual volume");
    vec![finding.at(facts.gom.home.as_str(), fault).advice("set GOM_HOME to use another folder")]
}

fn store_not_writable(facts: &HostFacts) -> Vec<Finding> {
    let Some(UnwritableFacts { path, is_read_only, is_own }) = &facts.gom.unwritable else {
        return Vec::new();
    };
    let message = "gom's store is not writable: go runs, but use, install and uninstall fail";
    let finding = Finding::new(Cause::Resources, message);
    vec![if *is_read_only {
        let finding = finding.at(path.as_str(), "is on a file system that is mounted read-only");
        finding.advice("mount it for writing, or set GOM_HOME to a folder that you can write to")
    } else if *is_own {
        finding
            .at(path.as_str(), "belongs to you, but is not writable")
            .run(format!("chmod u+wx {}", shell_quote(path)))
    } else {
        let finding = finding.at(path.as_str(), "belongs to another user");
        finding.advice("ask its owner to install, or set GOM_HOME to a folder of your own")
    }]
}

/// Facts are text, so no file can be found by a path that is not UTF-8.
fn name_not_utf8(facts: &HostFacts) -> Vec<Finding> {
    let places = [
        ("HOME", Some(facts.home.as_str())),
        ("the store", Some(facts.gom.home.as_str())),
        ("the project", facts.project.as_deref()),
    ];
    let odd = places.into_iter().filter_map(|(what, path)| Some((what, path?)));
    let odd: Vec<(&str, &str)> = odd.filter(|(_, path)| path.contains(char::REPLACEMENT_CHARACTER)).collect();
    if odd.is_empty() {
        return Vec::new();
    }
    let message = "a folder's name is not UTF-8: its contents are not checked";
    let finding = Finding::new(Cause::Resources, message);
    let finding = odd.into_iter().fold(finding, |finding, (what, path)| finding.at(what, path));
    vec![finding.advice("gom itself works there; some editors and scripts don't")]
}

/// What is missing may be among it, so that other checks say nothing about it.
fn unreadable(facts: &HostFacts) -> Vec<Finding> {
    let store = format!("{}/", facts.gom.home);
    let unlisted = facts.gom.unlisted.iter().map(|reason| (format!("{store}toolchains"), reason.clone()));
    // `go-env-file` reports this one.
    let of_go = facts.go_env_file.as_deref();
    let others = facts.unreadable().filter(|(path, _)| Some(*path) != of_go);
    let others = others.map(|(path, reason)| (path.to_owned(), reason.to_owned()));
    let (own, others): (Vec<_>, Vec<_>) =
        unlisted.chain(others).partition(|(path, _)| path.starts_with(&store));
    let finding = |places: Vec<(String, String)>, cause, message: &str| {
        let first = places.first()?.0.clone();
        let finding = Finding::new(cause, message);
        let finding = places.into_iter().fold(finding, |finding, (path, reason)| finding.at(path, reason));
        let advice =
            "make it readable for you; if that is not it, look for errors of the disk in the system's log";
        Some(finding.run(format!("ls -ld {}", shell_quote(first))).advice(advice))
    };
    let own = finding(own, Cause::Store, "gom can't read a part of its store, and can't tell what is there");
    let severity = if facts.gom.selection_error.is_some() { Severity::Error } else { Severity::Warning };
    let own = own.map(|finding| finding.severity(severity));
    let message = "gom can't read what it checks here, and can't tell what is there";
    let others = finding(others, Cause::Resources, message);
    own.into_iter().chain(others).chain(invalid(facts)).collect()
}

fn invalid(facts: &HostFacts) -> impl Iterator<Item = Finding> {
    facts.files.iter().filter_map(|(path, file)| {
        let InvalidFacts { line, reason } = file.invalid.as_ref()?;
        let place = line.map_or_else(|| path.clone(), |line| format!("{path}:{line}"));
        let message = "this file is not valid, so the checks can't tell which Go it names";
        let finding = Finding::new(Cause::Resources, message).at(place, reason.as_str());
        Some(finding.advice(format!("correct {path}")))
    })
}

fn open_files(facts: &HostFacts) -> Vec<Finding> {
    // macOS starts every process with 256, and Go programs raise their own limit.
    let usual = if facts.is_macos() { 255 } else { 256 };
    let Some(limit) = facts.system.open_files.filter(|limit| *limit <= usual) else { return Vec::new() };
    let finding =
        Finding::new(Cause::Resources, "the limit on open files is low: large builds and tests may fail");
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

fn toolchains_unused(facts: &HostFacts) -> Vec<Finding> {
    let unused = &facts.gom.unused;
    let known: u64 = unused.toolchains.iter().filter_map(|one| one.bytes).sum();
    let what = match unused.toolchains.len() {
        0 => return Vec::new(),
        1 => "1 toolchain".to_owned(),
        count => format!("{count} toolchains"),
    };
    // Rounded up, as `gom prune` shows it.
    let size = if known > 0 { format!(" of {} MB", known.div_ceil(MEGABYTE)) } else { String::new() };
    let message = format!("nothing has needed {what}{size} for {} days", unused.days);
    let finding = unused.toolchains.iter().fold(Finding::new(Cause::Unused, message), |finding, one| {
        let last = one.last_used.as_ref().map(|date| format!("last used on {date}"));
        let place = format!("{}/toolchains/{}", facts.gom.home, one.name);
        finding.at(place, last.unwrap_or_else(|| "no use was recorded".to_owned()))
    });
    vec![finding.run("gom prune")]
}

/// An install shares the blocks of equal files. A store that was copied from elsewhere, or filled where nothing can be
/// shared, has each of them again.
fn equal_files(facts: &HostFacts) -> Vec<Finding> {
    let kind = facts.gom.volume.kind.as_deref().unwrap_or_default();
    if !CLONING.contains(&kind) {
        return Vec::new();
    }
    let copies = facts.gom.toolchains.iter().filter_map(|one| Some((one, one.repeated?)));
    let copies: Vec<_> = copies.filter(|(_, bytes)| *bytes >= MANY_EQUAL).collect();
    let total: u64 = copies.iter().map(|(_, bytes)| bytes).sum();
    let ids = copies.iter().filter_map(|(one, _)| ToolchainId::parse(&one.name).ok());
    let arguments: Vec<String> = ids.map(|id| facts.argument(&id)).collect();
    if arguments.is_empty() {
        return Vec::new();
    }
    let message = format!("{} MB are copies of files that another toolchain has", total / MEGABYTE);
    let finding = copies.iter().fold(Finding::new(Cause::Unused, message), |finding, (one, bytes)| {
        let place = format!("{}/toolchains/{}", facts.gom.home, one.name);
        finding.at(place, format!("{} MB could share their blocks on this {kind}", bytes / MEGABYTE))
    });
    vec![finding.run(format!("gom install --force {}", arguments.join(" ")))]
}

fn first_run_slow(facts: &HostFacts) -> Vec<Finding> {
    let Some((first, second)) = facts.measured.first_and_second_run else { return Vec::new() };
    if first < second + SLOW_FIRST_RUN_MS {
        return Vec::new();
    }
    let message = "macOS scans each new program, which slows down every `go run` and `go test`";
    let finding = Finding::new(Cause::Resources, message)
        .at("the first run of a new program", format!("{first} ms, the second {second} ms"))
        .advice(
            "allow your terminal in System Settings, Privacy & Security, Developer Tools; then restart it",
        );
    vec![finding.run("sudo spctl developer-mode enable-terminal")]
}

fn slow_builds(facts: &HostFacts) -> Vec<Finding> {
    let mut found = Vec::new();
    for setting in facts.go_settings("GOFLAGS") {
        let Some(flag) = setting.value.split_whitespace().find(|flag| matches!(*flag, "-a" | "-p=1")) else {
            continue;
        };
        let effect =
            if flag == "-a" { "every build rebuilds everything" } else { "packages build one at a time" };
        let message = format!("GOFLAGS has {flag}: {effect}");
        let finding = Finding::new(Cause::GoEnvironment, message)
            .at(setting.place.as_str(), format!("GOFLAGS={}", setting.value));
        found.push(with_removal(facts, finding, &setting));
    }
    if let Some(cache) = facts.go_setting("GOCACHE") {
        let remote =
            ["/Library/Mobile Documents/", "/Library/CloudStorage/", "/Volumes/", "/net/", "/Dropbox/"];
        let on_windows = facts.system.is_wsl && cache.value.starts_with("/mnt/");
        if on_windows || remote.iter().any(|part| cache.value.contains(part)) {
            let finding = Finding::new(Cause::Resources, "the build cache is on a slow disk")
                .at(cache.place.as_str(), format!("GOCACHE={}", cache.value));
            found.push(with_removal(facts, finding, &cache));
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
