//! Checks for Linux: distributions, musl, snap, the Windows Subsystem for Linux, old kernels.

use crate::cause::{Cause, Owner};
use crate::check::{Check, Platforms};
use crate::facts::HostFacts;
use crate::finding::{Finding, Severity};
use crate::lookup::OnPath;
use crate::shell_path;
use gom_core::machine::releases;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "loader-missing",
        title: "the selected Go needs glibc, which this system lacks",
        platforms: Platforms::Linux,
        severity: Severity::Error,
        source: "go.dev/doc/go1.21#linux",
        run: loader_missing,
    },
    Check {
        id: "kernel-too-old",
        title: "the kernel is older than the selected Go needs",
        platforms: Platforms::Linux,
        severity: Severity::Error,
        source: "go.dev/doc/go1.24#linux",
        run: kernel_too_old,
    },
    Check {
        id: "snap-go",
        title: "Go is installed as a snap, which sees only parts of the system",
        platforms: Platforms::Linux,
        severity: Severity::Note,
        source: "snapcraft.io/docs/snap-confinement",
        run: snap_go,
    },
    Check {
        id: "distribution-go",
        title: "the distribution's own Go is installed",
        platforms: Platforms::Linux,
        severity: Severity::Note,
        source: "go.dev/doc/manage-install",
        run: distribution_go,
    },
    Check {
        id: "windows-go",
        title: "PATH contains a Go for Windows",
        platforms: Platforms::Linux,
        severity: Severity::Note,
        source: "learn.microsoft.com/windows/wsl/filesystems",
        run: windows_go,
    },
    Check {
        id: "files-on-windows-disk",
        title: "the store or the project is on a Windows drive",
        platforms: Platforms::Linux,
        severity: Severity::Warning,
        source: "learn.microsoft.com/windows/wsl/filesystems",
        run: files_on_windows_disk,
    },
    Check {
        id: "machine-sets-go",
        title: "a system-wide start-up file sets Go's variables or PATH",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "go.dev/doc/install",
        run: machine_sets_go,
    },
];

fn loader_missing(facts: &HostFacts) -> Vec<Finding> {
    let Some((path, file)) = facts.selected_go() else { return Vec::new() };
    let loader = file.binary.as_ref().and_then(|binary| binary.loader.as_deref());
    let Some(loader) = loader.filter(|loader| facts.is_missing(loader)) else { return Vec::new() };
    let libc = facts.system.libc.as_deref().unwrap_or("another C library");
    let finding = Finding::new(
        Cause::OldGo,
        format!("the selected Go can't start: it needs glibc, and this system has {libc}"),
    )
    .at(path, format!("needs {loader}, which does not exist"))
    .advice("Go 1.21 and newer run without glibc");
    vec![finding.run("gom install latest").run("gom use latest")]
}

fn kernel_too_old(facts: &HostFacts) -> Vec<Finding> {
    let (Some(go), Some(kernel)) = (facts.selected_version(), facts.system.kernel.as_deref()) else {
        return Vec::new();
    };
    let Some(minimum) =
        releases::minimum_linux(&go).filter(|minimum| !releases::is_at_least(kernel, minimum))
    else {
        return Vec::new();
    };
    let finding =
        Finding::new(Cause::OldGo, format!("Go {go} needs Linux {minimum}")).at("the kernel", kernel);
    vec![finding.run("gom install 1.23").run("gom use 1.23")]
}

/// The first Go on PATH with this owner, and its version.
fn on_path_of(facts: &HostFacts, owner: Owner) -> Option<(OnPath<'_>, &str)> {
    let go = facts.on_path("go").into_iter().find(|go| Owner::of(facts, go.path) == owner)?;
    let version = go.file.binary.as_ref().and_then(|binary| binary.go.as_deref());
    Some((go, version.unwrap_or("unknown version")))
}

fn snap_go(facts: &HostFacts) -> Vec<Finding> {
    let Some((go, version)) = on_path_of(facts, Owner::Snap) else { return Vec::new() };
    let message = "the snap package of Go updates itself and sees only parts of the system";
    let finding = Finding::new(Cause::Other(Owner::Snap), message).at(go.path, version);
    vec![finding.run("sudo snap remove go")]
}

fn distribution_go(facts: &HostFacts) -> Vec<Finding> {
    let Some((go, version)) = on_path_of(facts, Owner::Distribution) else { return Vec::new() };
    // If it comes before gom's, another check reports it.
    if !facts.on_path("go").first().is_some_and(|first| facts.is_shim(*first)) {
        return Vec::new();
    }
    let finding = Finding::new(Cause::Other(Owner::Distribution), "the distribution's Go is installed too");
    let finding = finding.at(go.path, version);
    vec![finding.advice("nothing to do: it comes after gom's go on PATH, and system packages may need it")]
}

fn windows_go(facts: &HostFacts) -> Vec<Finding> {
    let entry = facts.path_entries().find(|folder| {
        folder.starts_with("/mnt/") && folder.to_ascii_lowercase().trim_end_matches('/').ends_with("/go/bin")
    });
    let Some(entry) = entry.filter(|_| facts.system.is_wsl) else { return Vec::new() };
    let finding = Finding::new(
        Cause::Other(Owner::Windows),
        "PATH contains a Go for Windows: go.exe builds for Windows",
    );
    vec![finding.at("PATH", entry).advice("in /etc/wsl.conf set [interop] appendWindowsPath=false")]
}

fn files_on_windows_disk(facts: &HostFacts) -> Vec<Finding> {
    if !facts.system.is_wsl {
        return Vec::new();
    }
    let places = [("gom's store", Some(facts.gom.home.as_str())), ("the project", facts.project.as_deref())];
    let found = places.into_iter().filter_map(|(what, path)| {
        let path = path.filter(|path| path.starts_with("/mnt/"))?;
        let message = format!("{what} is on a Windows drive, where file access is many times slower");
        let finding = Finding::new(Cause::Resources, message).at(path, "Windows drive");
        Some(finding.advice("keep it in your Linux home folder"))
    });
    found.collect()
}

fn machine_sets_go(facts: &HostFacts) -> Vec<Finding> {
    let is_about_go =
        |text: &str| ["GOROOT", "GOPATH", "/go/bin", "GOTOOLCHAIN"].iter().any(|word| text.contains(word));
    let lines: Vec<_> = shell_path::system_lines(facts).filter(|line| is_about_go(line.text)).collect();
    if lines.is_empty() {
        return Vec::new();
    }
    let finding = Finding::new(Cause::Path, "a system-wide start-up file sets up another Go");
    let finding = lines.iter().fold(finding, |finding, line| finding.at(line.place(), line.text.trim()));
    vec![finding.advice("gom's line in your own start-up file runs later and takes precedence")]
}
