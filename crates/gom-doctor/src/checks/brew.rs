//! Homebrew: a second installation for Intel, and kegs of Go.

use crate::cause::{Cause, Owner};
use crate::check::{Check, Platforms};
use crate::facts::HostFacts;
use crate::finding::{Finding, Severity};
use gom_core::shell_quote::shell_quote;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "two-homebrews",
        title: "Homebrew for Intel is installed next to Homebrew for Apple Silicon",
        platforms: Platforms::Darwin,
        severity: Severity::Warning,
        source: "BREW-01",
        run: two_homebrews,
    },
    Check {
        id: "brew-go-linked",
        title: "Homebrew links a different Go version than the selected one",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "BREW-02",
        run: brew_go_linked,
    },
    Check {
        id: "brew-go-unlinked",
        title: "Homebrew has a Go that is not on PATH",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "BREW-04",
        run: brew_go_unlinked,
    },
];

const INTEL_BREW: &str = "/usr/local/bin/brew";
const ARM64_BREW: &str = "/opt/homebrew/bin/brew";

/// Where Homebrew keeps its kegs on this machine.
fn cellars(facts: &HostFacts) -> impl Iterator<Item = &'static str> {
    let cellars = ["/opt/homebrew/Cellar", "/usr/local/Cellar", "/home/linuxbrew/.linuxbrew/Cellar"];
    cellars.into_iter().filter(|cellar| facts.exists(cellar))
}

/// The formulae of Go in a cellar: `go`, `go@1.24`.
fn go_kegs<'a>(facts: &'a HostFacts, cellar: &str) -> impl Iterator<Item = &'a str> {
    let entries = facts.file(cellar).map(|file| file.entries.as_slice()).unwrap_or_default();
    entries.iter().map(String::as_str).filter(|name| *name == "go" || name.starts_with("go@"))
}

fn two_homebrews(facts: &HostFacts) -> Vec<Finding> {
    if !facts.is_apple_silicon() || !facts.exists(INTEL_BREW) || !facts.exists(ARM64_BREW) {
        return Vec::new();
    }
    let finding = Finding::new(Cause::Other(Owner::IntelHomebrew), "this Mac has two Homebrew installations")
        .at(ARM64_BREW, "for Apple Silicon")
        .at(INTEL_BREW, "for Intel");
    let kegs: Vec<&str> = go_kegs(facts, "/usr/local/Cellar").collect();
    if kegs.is_empty() {
        return vec![
            finding.severity(Severity::Note).advice("programs from Homebrew for Intel run under Rosetta"),
        ];
    }
    let uninstall = |finding: Finding, keg: &&str| finding.run(format!("{INTEL_BREW} uninstall {keg}"));
    vec![kegs.iter().fold(finding, uninstall)]
}

fn brew_go_linked(facts: &HostFacts) -> Vec<Finding> {
    let Some(selected) = facts.selected_version() else { return Vec::new() };
    let linked = facts.on_path("go").into_iter().find_map(|go| {
        let version = go.file.binary.as_ref()?.go.as_deref()?;
        let is_brew = Owner::of(facts, go.path) == Owner::Homebrew;
        (is_brew && version != selected.to_string()).then_some((go.path, version))
    });
    let Some((path, version)) = linked else { return Vec::new() };
    let message = format!("Homebrew links Go {version}, but gom selects {selected}");
    vec![Finding::new(Cause::Other(Owner::Homebrew), message).at(path, version).run("brew unlink go")]
}

fn brew_go_unlinked(facts: &HostFacts) -> Vec<Finding> {
    let kegs = cellars(facts).flat_map(|cellar| {
        let versioned = go_kegs(facts, cellar).filter_map(|keg| Some((keg, keg.strip_prefix("go@")?)));
        versioned.map(move |(keg, line)| {
            let message = format!("Homebrew has {keg}, which is not on PATH");
            let finding = Finding::new(Cause::Other(Owner::Homebrew), message);
            let finding = finding.at(format!("{cellar}/{keg}"), "not linked");
            finding.run(format!("gom install {}", shell_quote(line)))
        })
    });
    kegs.collect()
}
