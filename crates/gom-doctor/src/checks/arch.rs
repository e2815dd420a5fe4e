//! The architecture of the machine, of gom, of the terminal and of the active Go.

use gom_select::version::GoVersion;

use super::shared::{active_go, is_ours};
use crate::cause::Cause;
use crate::check::{Check, Platforms};
use crate::facts::{BinaryFacts, HostFacts};
use crate::finding::{Finding, Severity};
use crate::lookup::OnPath;
use gom_core::machine::mac::ROSETTA;
use gom_core::machine::releases;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "gom-translated",
        title: "gom itself is an Intel build",
        platforms: Platforms::Darwin,
        severity: Severity::Warning,
        source: "ARCH-01",
        run: gom_translated,
    },
    Check {
        id: "go-for-intel",
        title: "the active Go is an Intel build on Apple Silicon",
        platforms: Platforms::Darwin,
        severity: Severity::Error,
        source: "ARCH-02",
        run: go_for_intel,
    },
    Check {
        id: "terminal-translated",
        title: "the terminal runs under Rosetta",
        platforms: Platforms::Darwin,
        severity: Severity::Warning,
        source: "ARCH-03",
        run: terminal_translated,
    },
    Check {
        id: "rosetta-missing",
        title: "the active Go needs Rosetta, which is not installed",
        platforms: Platforms::Darwin,
        severity: Severity::Error,
        source: "ARCH-04",
        run: rosetta_missing,
    },
    Check {
        id: "go-for-other-system",
        title: "the active Go is built for another system or processor",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "ARCH-05",
        run: go_for_other_system,
    },
    Check {
        id: "rosetta-ends",
        title: "the active Go needs Rosetta, which macOS 28 removes",
        platforms: Platforms::Darwin,
        severity: Severity::Warning,
        source: "ARCH-06",
        run: rosetta_ends,
    },
    Check {
        id: "no-arm64-build",
        title: "the selected Go is too old to have a build for Apple Silicon",
        platforms: Platforms::Darwin,
        severity: Severity::Warning,
        source: "ARCH-07",
        run: no_arm64_build,
    },
];

fn gom_translated(facts: &HostFacts) -> Vec<Finding> {
    if !facts.is_apple_silicon() || !facts.system.is_translated {
        return Vec::new();
    }
    let finding = Finding::new(Cause::Rosetta, "gom runs under Rosetta: it is an Intel build")
        .at("sysctl.proc_translated", "1")
        .advice("reinstall gom from a terminal that does not run under Rosetta");
    vec![finding.run("exec arch -arm64 zsh -l")]
}

fn terminal_translated(facts: &HostFacts) -> Vec<Finding> {
    if !facts.is_apple_silicon() || !facts.system.is_shell_translated {
        return Vec::new();
    }
    let finding =
        Finding::new(Cause::Rosetta, "this terminal runs under Rosetta, and so does everything it starts")
            .at("the shell's P_TRANSLATED flag", "set")
            .advice("in Finder select the terminal app, choose Get Info and untick \"Open using Rosetta\"");
    vec![finding.run("exec arch -arm64 zsh -l")]
}

/// The active Go, if this Mac has Apple Silicon and the program contains Intel code only.
fn intel_go(facts: &HostFacts) -> Option<OnPath<'_>> {
    let go = active_go(facts).filter(|_| facts.is_apple_silicon())?;
    let binary = go.file.binary.as_ref()?;
    (binary.format == "mach-o" && binary.archs == ["amd64"]).then_some(go)
}

fn version_of<'a>(facts: &'a HostFacts, go: OnPath<'a>) -> Option<&'a str> {
    match &facts.gom.selected {
        Some(selected) if selected.go == go.path => selected.version.as_deref(),
        _ => go.file.binary.as_ref()?.go.as_deref(),
    }
}

/// Whether there is a build of this version for Apple Silicon.
fn has_arm64_build(version: &str) -> bool {
    GoVersion::parse(version)
        .is_ok_and(|version| !releases::is_older(&version, releases::FIRST_ON_ARM64_MACS))
}

fn cause_of(facts: &HostFacts, go: OnPath<'_>) -> Cause {
    if is_ours(facts, go.path) { Cause::Rosetta } else { Cause::of_path(facts, go.path) }
}

fn go_for_intel(facts: &HostFacts) -> Vec<Finding> {
    let Some(go) = intel_go(facts) else { return Vec::new() };
    let version = version_of(facts, go);
    if version.is_some_and(|version| !has_arm64_build(version)) {
        return Vec::new();
    }
    let shown = version.map_or_else(String::new, |version| format!(" {version}"));
    let message = format!("the Go{shown} that runs here is built for Intel");
    let finding = Finding::new(cause_of(facts, go), message).at(go.path, "amd64, on an arm64 processor");
    vec![match version {
        Some(version) if is_ours(facts, go.path) => {
            let finding = finding.run(format!("gom install {version} --os darwin --arch arm64"));
            finding.run(format!("gom use {version}"))
        }
        _ if facts.gom.toolchains.is_empty() => finding.run("gom use latest"),
        // gom has a Go already; another check reports that it must come first on PATH.
        _ => finding,
    }]
}

fn rosetta_missing(facts: &HostFacts) -> Vec<Finding> {
    let Some(go) = intel_go(facts).filter(|_| facts.is_missing(ROSETTA)) else { return Vec::new() };
    let message = "the Go that runs here needs Rosetta, which is not installed";
    let finding = Finding::new(cause_of(facts, go), message).at(go.path, "amd64").at(ROSETTA, "missing");
    let needs_it = version_of(facts, go).is_some_and(|version| !has_arm64_build(version));
    vec![if needs_it && is_ours(facts, go.path) {
        finding.run("softwareupdate --install-rosetta --agree-to-license")
    } else {
        finding
    }]
}

fn rosetta_ends(facts: &HostFacts) -> Vec<Finding> {
    let is_late = facts.macos_major().is_some_and(|major| major >= 27);
    let Some(go) = intel_go(facts).filter(|_| is_late) else { return Vec::new() };
    let message = "the Go that runs here needs Rosetta, which macOS 28 removes";
    let finding = Finding::new(cause_of(facts, go), message)
        .at(go.path, "amd64")
        .advice("move the project to Go 1.16 or newer, which has builds for Apple Silicon");
    vec![finding]
}

fn no_arm64_build(facts: &HostFacts) -> Vec<Finding> {
    let Some(selected) = facts.gom.selected.as_ref().filter(|_| facts.is_apple_silicon()) else {
        return Vec::new();
    };
    let Some(version) = selected.version.as_deref().filter(|version| !has_arm64_build(version)) else {
        return Vec::new();
    };
    let message = format!("Go {version} has no build for Apple Silicon; its Intel build runs under Rosetta");
    let finding = Finding::new(Cause::Rosetta, message)
        .at(selected.origin.as_str(), version)
        .advice("Go 1.16 is the first release with a build for Apple Silicon");
    vec![finding]
}

fn go_for_other_system(facts: &HostFacts) -> Vec<Finding> {
    let Some(go) = active_go(facts) else { return Vec::new() };
    let Some(binary) = go.file.binary.as_ref().filter(|binary| !runs_here(facts, binary)) else {
        return Vec::new();
    };
    let what = format!("{} for {}", binary.format, binary.archs.join(", "));
    let cause = if is_ours(facts, go.path) { Cause::Store } else { Cause::of_path(facts, go.path) };
    let finding = Finding::new(cause, "the Go that runs here is built for another system or processor")
        .at(go.path, what);
    vec![match facts.gom.selected.as_ref().and_then(|selected| selected.version.as_deref()) {
        Some(version) if is_ours(facts, go.path) => finding.run(format!("gom install {version} --force")),
        _ => finding.run("gom use latest"),
    }]
}

fn runs_here(facts: &HostFacts, binary: &BinaryFacts) -> bool {
    let arch = facts.system.arch.as_str();
    let has = |other: &str| binary.archs.iter().any(|arch| arch == other);
    match (binary.format.as_str(), facts.system.os.as_str()) {
        // A script does not tell which program it starts.
        ("script", _) => true,
        // Another check reports Intel code; macOS no longer runs 386.
        ("mach-o", "darwin") => has(arch) || (arch == "arm64" && has("amd64")),
        // WSL starts Windows programs.
        ("pe", "linux") => facts.system.is_wsl,
        ("elf", "linux") => has(arch) || (arch == "amd64" && has("386")) || (arch == "arm64" && has("arm")),
        _ => false,
    }
}
