//! The PATH that new shells get, and start-up lines that hide gom's `go`.

use gom_core::shell::Shell;

use super::shared::setup_command;
use crate::cause::Cause;
use crate::check::{Check, Platforms};
use crate::facts::HostFacts;
use crate::finding::{Edit, Finding, Severity};
use crate::lookup::{FileLine, OnPath};
use crate::shell_path;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "path-in-zshenv",
        title: "gom's line is only in .zshenv, and path_helper runs after it",
        platforms: Platforms::Darwin,
        severity: Severity::Warning,
        source: "PATH-04",
        run: path_in_zshenv,
    },
    Check {
        id: "path-differs-by-shell",
        title: "some ways to start the shell don't find gom's go first",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "PATH-05",
        run: path_differs_by_shell,
    },
    Check {
        id: "go-alias",
        title: "an alias or function is named go",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "PATH-07",
        run: go_alias,
    },
];

/// Whether a line puts gom's folder on PATH.
fn is_gom_line(facts: &HostFacts, line: FileLine<'_>) -> bool {
    let folder = facts.gom_bin();
    let in_home = folder.replace(&facts.home, "$HOME");
    let names_it = line.text.contains(&folder) || line.text.contains(&in_home);
    shell_path::is_gom_init(facts, line) || (names_it && shell_path::assigns(line, "PATH"))
}

/// Adds the fix for the start-up files of a shell.
fn with_setup(facts: &HostFacts, finding: Finding) -> Finding {
    let shell = Shell::named(&facts.shell);
    let finding = shell.into_iter().fold(finding, |finding, shell| finding.edit(Edit::SetUp { shell }));
    let finding = finding.run(setup_command(facts));
    match shell {
        Some(Shell::Zsh) => finding.run("exec zsh -l"),
        _ => finding.advice("then open a new terminal"),
    }
}

fn path_in_zshenv(facts: &HostFacts) -> Vec<Finding> {
    let lines: Vec<FileLine<'_>> =
        shell_path::user_lines(facts).filter(|line| is_gom_line(facts, *line)).collect();
    let of_zsh =
        |line: &FileLine<'_>| line.file.rsplit('/').next().is_some_and(|name| name.starts_with(".z"));
    let in_zshenv = |line: &FileLine<'_>| line.file.ends_with("/.zshenv");
    let zsh: Vec<FileLine<'_>> = lines.into_iter().filter(of_zsh).collect();
    let Some(first) = zsh.first().filter(|_| facts.shell == "zsh" && zsh.iter().all(in_zshenv)) else {
        return Vec::new();
    };
    let message = "path_helper, which login shells run after .zshenv, puts other folders before gom's";
    vec![with_setup(facts, Finding::new(Cause::Path, message).at(first.place(), first.text.trim()))]
}

fn path_differs_by_shell(facts: &HostFacts) -> Vec<Finding> {
    let is_shim = |go: &str| {
        facts.files.get_key_value(go).is_some_and(|(path, file)| facts.is_shim(OnPath { path, file }))
    };
    let (mut finds_gom, mut others) = (false, Vec::new());
    for mode in shell_path::modes(facts) {
        match shell_path::first_go(facts, &shell_path::path_in_mode(facts, *mode)) {
            Some(go) if is_shim(&go) => finds_gom = true,
            other => others.push((mode.0, other)),
        }
    }
    if !finds_gom || others.is_empty() {
        return Vec::new();
    }
    let finds_another = others.iter().any(|(_, go)| go.is_some());
    let found = if finds_another { "another" } else { "none" };
    let message = format!(
        "some shells find gom's go, others {found}: editors and agents start {} in different ways",
        facts.shell
    );
    let finding = others.iter().fold(Finding::new(Cause::Path, message), |finding, (how, go)| match go {
        Some(go) => finding.at(*how, format!("finds {go}")),
        None => finding.at(*how, "finds no go"),
    });
    let finding = with_setup(facts, finding);
    // On Linux a terminal inherits the session's PATH, so only scripts may be affected.
    let is_note = !finds_another && !facts.is_macos();
    vec![if is_note { finding.severity(Severity::Note) } else { finding }]
}

fn go_alias(facts: &HostFacts) -> Vec<Finding> {
    let found = shell_path::user_lines(facts).filter_map(|line| {
        let undo = undo_of(line.text.trim_start())?;
        let message = "an alias or function named go hides every go on PATH";
        let finding = Finding::new(Cause::Path, message).at(line.place(), line.text.trim());
        // A function has more lines, so only an alias can be commented out safely.
        let finding = match undo {
            "unalias go" => finding.edit(Edit::comment_out(&line)),
            _ => finding.advice(format!("remove the function from {}", line.file)),
        };
        Some(finding.run(undo))
    });
    found.collect()
}

/// The command that undefines `go`, if the line defines it.
fn undo_of(text: &str) -> Option<&'static str> {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        ["alias", word, ..] if word.starts_with("go=") || *word == "go" => Some("unalias go"),
        ["function", name, ..] if *name == "go" || name.starts_with("go(") => Some("unset -f go"),
        [name, ..] if name.starts_with("go()") => Some("unset -f go"),
        ["go", "()", ..] => Some("unset -f go"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_defines_a_go() {
        for (text, undo) in [
            ("alias go='/x/go'", Some("unalias go")),
            ("alias go /x/go", Some("unalias go")),
            ("go() {", Some("unset -f go")),
            ("function go {", Some("unset -f go")),
            ("alias gob='go build'", None),
            ("gopher() {", None),
            ("go build", None),
        ] {
            assert_eq!(undo_of(text), undo, "{text}");
        }
    }
}
