//! The checks, one file per area. Each is a pure function over the facts. A check that finds what another
//! one finds too says it of the same cause, and never mends it in another way.

mod arch;
mod brew;
pub(super) mod cgo;
pub(super) mod editors;
mod go_env;
mod goroot;
mod linux;
mod macos;
pub(super) mod managers;
mod modules;
mod path;
mod path_lines;
pub(super) mod pins;
mod project;
mod resources;
mod selection;
mod signature;
mod toolchains;
pub(super) mod tools;

use super::check::Check;
use super::facts::HostFacts;
use super::finding::{Edit, Finding};
use super::lookup::{OnPath, SettingFacts};

/// Every check, by area.
pub(super) const AREAS: &[&[Check]] = &[
    arch::CHECKS,
    macos::CHECKS,
    path::CHECKS,
    path_lines::CHECKS,
    brew::CHECKS,
    managers::CHECKS,
    goroot::CHECKS,
    go_env::CHECKS,
    cgo::CHECKS,
    selection::CHECKS,
    toolchains::CHECKS,
    signature::CHECKS,
    linux::CHECKS,
    resources::CHECKS,
    editors::CHECKS,
    tools::CHECKS,
    project::CHECKS,
    pins::CHECKS,
    modules::CHECKS,
];

/// The `go` that runs when somebody types it: what gom selects where its shim comes first, else the first
/// one on PATH.
fn active_go(facts: &HostFacts) -> Option<OnPath<'_>> {
    match facts.on_path("go").into_iter().next() {
        Some(first) if !facts.is_shim(first) => Some(first),
        _ => facts.selected_go().map(|(path, file)| OnPath { path, file }),
    }
}

/// Whether the active `go` is one of gom's store.
fn is_ours(facts: &HostFacts, path: &str) -> bool {
    // The path may have its links resolved.
    let below = |home: &str| path.starts_with(&format!("{home}/toolchains/"));
    below(&facts.gom.home) || below(facts.real(&facts.gom.home))
}

/// With what takes a setting of Go's back: a comment in the file that `go env -w` writes, which also works where
/// no go command runs; else the shell's `unset`.
fn taken_back(facts: &HostFacts, finding: Finding, setting: &SettingFacts<'_>) -> Finding {
    let file = facts.go_env_file.as_deref().unwrap_or_default();
    match setting.line.and_then(|number| facts.lines(file).find(|line| line.number == number)) {
        Some(line) => finding.edit(Edit::comment_out(&line)),
        None => finding.run(format!("unset {}", setting.name)),
    }
}

/// A folder or file as a word of a shell command.
pub(crate) fn quoted(path: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@=:,".contains(c);
    if path.chars().all(is_plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

/// The value in a line `NAME=value`, without quotes and what follows them.
fn assigned_value(text: &str, variable: &str) -> Option<String> {
    let (_, rest) = text.split_once(variable)?;
    let rest = rest.trim_start_matches(['=', ' ']);
    let value = match rest.chars().next()? {
        quote @ ('"' | '\'') => rest[1..].split(quote).next()?,
        _ => rest.split([' ', ';', '#']).next()?,
    };
    Some(value.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_and_sources_name_one_check() {
        let mut seen = BTreeSet::new();
        for check in AREAS.iter().copied().flatten() {
            assert!(seen.insert(check.id), "{} twice", check.id);
            assert!(!check.title.is_empty() && !check.source.is_empty(), "{}", check.id);
        }
    }

    #[test]
    fn words_for_a_shell_are_quoted_where_they_must_be() {
        assert_eq!(quoted("/usr/local/go"), "/usr/local/go");
        assert_eq!(quoted("/Users/a b/x"), "'/Users/a b/x'");
        assert_eq!(quoted("/it's"), r"'/it'\''s'");
    }

    #[test]
    fn assigned_values_lose_their_quotes() {
        assert_eq!(assigned_value("export GOROOT=\"/a b\" # x", "GOROOT").as_deref(), Some("/a b"));
        assert_eq!(assigned_value("GOROOT=/x; y", "GOROOT").as_deref(), Some("/x"));
        assert_eq!(assigned_value("set -gx GOROOT /x", "GOROOT").as_deref(), Some("/x"));
        assert_eq!(assigned_value("GOROOT=", "GOROOT"), None);
    }
}
