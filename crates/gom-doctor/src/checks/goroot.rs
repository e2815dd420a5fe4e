//! GOROOT: a value other than the tree of the selected Go breaks builds, wherever it is set.

use super::shared::assigned_value;
use crate::cause::{Cause, Owner};
use crate::check::{Check, Platforms};
use crate::facts::HostFacts;
use crate::finding::{Edit, Finding, Severity};
use crate::lookup::{FileLine, SettingFacts};
use crate::shell_path;
use gom_core::shell_quote::shell_quote;

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

/// Values of GOROOT other than the selected tree.
fn other_goroots(facts: &HostFacts) -> impl Iterator<Item = SettingFacts<'_>> {
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
    goroot.contains("/Cellar/") && facts.is_missing(goroot.trim_end_matches('/'))
}

fn goroot_in_removed_keg(facts: &HostFacts) -> Vec<Finding> {
    found(facts, true, "GOROOT names a folder that Homebrew removed with its old Go: go can't start")
}

fn goroot_set(facts: &HostFacts) -> Vec<Finding> {
    found(facts, false, "GOROOT is not the tree of the selected Go: the compiler rejects its packages")
}

fn found(facts: &HostFacts, removed: bool, message: &str) -> Vec<Finding> {
    let set: Vec<SettingFacts<'_>> =
        other_goroots(facts).filter(|setting| is_removed_keg(facts, setting.value) == removed).collect();
    // Start-up lines that set the value of this process, or will set it in the next shell.
    let lines: Vec<(FileLine<'_>, String)> = shell_path::user_lines(facts)
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
            finding.run(format!("sudo sed -i.gom-backup {}s/^/#/ {}", line.number, shell_quote(line.file)))
        };
    }
    vec![with_edits_of_path(facts, finding, &lines)]
}

/// Also edits PATH entries that the same files build from GOROOT: without the variable they become `/bin`.
fn with_edits_of_path(
    facts: &HostFacts,
    finding: Finding,
    assignments: &[(FileLine<'_>, String)],
) -> Finding {
    let is_own = |line: &FileLine<'_>| line.file.starts_with(&format!("{}/", facts.home));
    if !assignments.iter().any(|(line, _)| is_own(line)) {
        return finding;
    }
    let is_taken = |line: &FileLine<'_>| assignments.iter().any(|(other, _)| other == line);
    let lines = shell_path::user_lines(facts).filter(|line| is_own(line) && !is_taken(line));
    let edits = lines.filter_map(|line| Some((line, without_goroot(&line)?)));
    edits.fold(finding, |finding, (line, edit)| finding.at(line.place(), line.text.trim()).edit(edit))
}

/// Removes `$GOROOT/bin` from a line that adds it to PATH; a line that does nothing else is commented out.
fn without_goroot(line: &FileLine<'_>) -> Option<Edit> {
    let entry = ["$GOROOT/bin", "${GOROOT}/bin"].into_iter().find(|entry| line.text.contains(entry))?;
    let changes_path = ["PATH=", "PATH ", "path+=", "path=", "fish_add_path"];
    if !changes_path.iter().any(|word| line.text.contains(word)) {
        return None;
    }
    let with_separator = [format!(":{entry}"), format!("{entry}:"), format!("{entry} "), format!(" {entry}")];
    let taken = with_separator.iter().find(|text| line.text.contains(text.as_str()));
    let Some(taken) = taken else { return Some(Edit::comment_out(line)) };
    let rest = line.text.replacen(taken.as_str(), "", 1);
    let is_idle = match rest.split_once("PATH=") {
        Some((_, value)) => matches!(value.trim().trim_matches(['"', '\'']), "$PATH" | "${PATH}"),
        None => rest.contains("fish_add_path") || rest.trim_end().ends_with("PATH $PATH"),
    };
    Some(if is_idle { Edit::comment_out(line) } else { Edit::replace(line, taken, "") })
}

fn with_edit_of_go_env(facts: &HostFacts, finding: Finding, number: usize) -> Finding {
    let file = facts.go_env_file.as_deref().unwrap_or_default();
    match facts.lines(file).find(|line| line.number == number) {
        Some(line) => finding.edit(Edit::comment_out(&line)),
        None => finding.run("go env -u GOROOT"),
    }
}

/// Expands the home folder in a start-up line's value.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str) -> Option<String> {
        match without_goroot(&FileLine { file: "/home/ada/.bashrc", number: 1, text })? {
            Edit::Replace { old, new, .. } => Some(text.replacen(&old, &new, 1)),
            _ => Some(format!("# {text}")),
        }
    }

    /// K6.5
    #[test]
    fn goroot_leaves_path_and_nothing_else_does() {
        for (line, rest) in [
            ("export PATH=$PATH:$GOROOT/bin", Some("# export PATH=$PATH:$GOROOT/bin")),
            ("export PATH=\"${GOROOT}/bin:$PATH\"", Some("# export PATH=\"${GOROOT}/bin:$PATH\"")),
            ("export PATH=$PATH:$GOROOT/bin:$GOPATH/bin", Some("export PATH=$PATH:$GOPATH/bin")),
            ("PATH=$GOROOT/bin:$HOME/bin:$PATH", Some("PATH=$HOME/bin:$PATH")),
            ("set -gx PATH $GOROOT/bin $PATH", Some("# set -gx PATH $GOROOT/bin $PATH")),
            ("set -gx PATH $GOROOT/bin $HOME/x $PATH", Some("set -gx PATH $HOME/x $PATH")),
            ("fish_add_path $GOROOT/bin", Some("# fish_add_path $GOROOT/bin")),
            ("alias g=$GOROOT/bin/go", None),
            ("export PATH=$PATH:/usr/local/go/bin", None),
        ] {
            assert_eq!(after(line).as_deref(), rest, "{line}");
        }
    }
}
