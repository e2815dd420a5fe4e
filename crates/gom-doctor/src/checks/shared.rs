//! Helpers that several checks share.

use gom_core::shell_quote::shell_quote;
use gom_select::version::GoVersion;

use crate::facts::HostFacts;
use crate::finding::{Edit, Finding};
use crate::lookup::{OnPath, SettingFacts};

/// The `go` that runs when the user types it: gom's selection if its shim comes first on PATH, else the first
/// `go` on PATH.
pub(super) fn active_go(facts: &HostFacts) -> Option<OnPath<'_>> {
    match facts.on_path("go").into_iter().next() {
        Some(first) if !facts.is_shim(first) => Some(first),
        _ => facts.selected_go().map(|(path, file)| OnPath { path, file }),
    }
}

/// Whether this program is in gom's store.
pub(super) fn is_ours(facts: &HostFacts, path: &str) -> bool {
    // The path may have its links resolved.
    let below = |home: &str| path.starts_with(&format!("{home}/toolchains/"));
    below(&facts.gom.home) || below(facts.real(&facts.gom.home))
}

/// The command that puts gom into the user's shells, also if gom is not on PATH.
pub(super) fn setup_command(facts: &HostFacts) -> String {
    let bin = facts.gom_bin();
    if facts.is_folder_on_path(&bin) {
        return "gom setup".to_owned();
    }
    format!("{} setup", shell_quote(format!("{bin}/gom")))
}

/// Adds the fix that removes a Go setting: commenting out its line in the `go env -w` file, which works even if no
/// go command runs; or `unset` for a variable.
pub(super) fn with_removal(facts: &HostFacts, finding: Finding, setting: &SettingFacts<'_>) -> Finding {
    let file = facts.go_env_file.as_deref().unwrap_or_default();
    match setting.line.and_then(|number| facts.lines(file).find(|line| line.number == number)) {
        Some(line) => finding.edit(Edit::comment_out(&line)),
        None => finding.run(format!("unset {}", setting.name)),
    }
}

/// The value in a line `NAME=value`, without its quotes and anything after them.
pub(super) fn assigned_value(text: &str, variable: &str) -> Option<String> {
    let (_, rest) = text.split_once(variable)?;
    let rest = rest.trim_start_matches(['=', ' ']);
    let value = match rest.chars().next()? {
        quote @ ('"' | '\'') => rest[1..].split(quote).next()?,
        _ => rest.split([' ', ';', '#']).next()?,
    };
    Some(value.to_owned())
}

/// Whether a version is older than a go line. A line such as `1.21` is compared as a line.
pub(super) fn is_older_line(version: &GoVersion, go: &GoVersion) -> bool {
    if version.is_language_version() || version.to_string() == version.line().to_string() {
        return version.line() < go.line();
    }
    version < go
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assigned_values_lose_their_quotes() {
        assert_eq!(assigned_value("export GOROOT=\"/a b\" # x", "GOROOT").as_deref(), Some("/a b"));
        assert_eq!(assigned_value("GOROOT=/x; y", "GOROOT").as_deref(), Some("/x"));
        assert_eq!(assigned_value("set -gx GOROOT /x", "GOROOT").as_deref(), Some("/x"));
        assert_eq!(assigned_value("GOROOT=", "GOROOT"), None);
    }
}
