//! GOROOT: any value that is not the tree of the Go that runs breaks builds, wherever it is set.

use super::{assigned_value, quoted};
use crate::doctor::cause::{Cause, Owner};
use crate::doctor::check::{Check, Platforms};
use crate::doctor::facts::HostFacts;
use crate::doctor::finding::{Edit, Finding, Severity};
use crate::doctor::lookup::{Line, SettingFacts};
use crate::doctor::shell_path;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "goroot-in-removed-keg",
        title: "GOROOT names a keg that Homebrew has removed",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "BREW-03",
        run: goroot_in_removed_keg,
    },
    Check {
        id: "goroot-set",
        title: "GOROOT is set and is not the selected Go",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "ENV-01",
        run: goroot_set,
    },
];

/// A value of GOROOT that is not the selected tree.
fn strangers(facts: &HostFacts) -> impl Iterator<Item = SettingFacts<'_>> {
    facts.go_settings("GOROOT").filter(|setting| !is_selected(facts, setting.value))
}

fn is_selected(facts: &HostFacts, goroot: &str) -> bool {
    let real = |path: &str| {
        let file = facts.file(path);
        file.and_then(|file| file.real.clone()).unwrap_or_else(|| path.to_owned())
    };
    let selected = facts.gom.selected.as_ref().and_then(|selected| selected.goroot.as_deref());
    selected.is_some_and(|selected| real(selected) == real(goroot.trim_end_matches('/')))
}

fn is_removed_keg(facts: &HostFacts, goroot: &str) -> bool {
    goroot.contains("/Cellar/") && !facts.exists(goroot.trim_end_matches('/'))
}

fn goroot_in_removed_keg(facts: &HostFacts) -> Vec<Finding> {
    found(facts, true, "GOROOT names a folder that Homebrew removed with its old Go: go can't start")
}

fn goroot_set(facts: &HostFacts) -> Vec<Finding> {
    found(
        facts,
        false,
        "GOROOT is set to a tree that is not the selected Go's: compilers refuse its packages",
    )
}

fn found(facts: &HostFacts, removed: bool, message: &str) -> Vec<Finding> {
    let set: Vec<SettingFacts<'_>> =
        strangers(facts).filter(|setting| is_removed_keg(facts, setting.value) == removed).collect();
    // Start-up lines that this process does not know yet, or which made the value it has.
    let lines: Vec<(Line<'_>, String)> = shell_path::user_lines(facts)
        .chain(shell_path::system_lines(facts))
        .filter(|line| shell_path::assigns(*line, "GOROOT"))
        .filter_map(|line| Some((line, expanded(facts, &assigned_value(line.text, "GOROOT")?))))
        .filter(|(_, value)| !is_selected(facts, value) && is_removed_keg(facts, value) == removed)
        .collect();
    let Some(value) =
        set.first().map(|setting| setting.value).or(lines.first().map(|(_, value)| value.as_str()))
    else {
        return Vec::new();
    };
    let mut finding = Finding::new(cause_of(facts, value), message);
    if set.is_empty() {
        finding = finding.severity(Severity::Warning);
    }
    for setting in &set {
        finding = finding.at(setting.place.as_str(), format!("GOROOT={}", setting.value));
        finding = match setting.line {
            None => finding.run("unset GOROOT"),
            Some(number) => with_edit_of_go_env(facts, finding, number),
        };
    }
    for (line, _) in &lines {
        finding = finding.at(line.place(), line.text.trim());
        finding = if line.file.starts_with(&format!("{}/", facts.home)) {
            finding.edit(Edit::comment_out(line))
        } else {
            finding.run(format!("sudo sed -i.gom-backup {}s/^/#/ {}", line.number, quoted(line.file)))
        };
    }
    vec![finding]
}

fn with_edit_of_go_env(facts: &HostFacts, finding: Finding, number: usize) -> Finding {
    let file = facts.go_env_file.as_deref().unwrap_or_default();
    match facts.lines(file).find(|line| line.number == number) {
        Some(line) => finding.edit(Edit::comment_out(&line)),
        None => finding.run("go env -u GOROOT"),
    }
}

/// The home folder in a start-up line's value.
fn expanded(facts: &HostFacts, value: &str) -> String {
    let value = value.replace("${HOME}", &facts.home).replace("$HOME", &facts.home);
    match value.strip_prefix('~') {
        Some(rest) => format!("{}{rest}", facts.home),
        None => value,
    }
}

fn cause_of(facts: &HostFacts, goroot: &str) -> Cause {
    match Owner::of(facts, goroot) {
        Owner::Unknown => Cause::GoEnvironment,
        owner => Cause::Other(owner),
    }
}
