//! Project files that name a Go for other tools, compared with the Go that runs here: workspaces, other managers'
//! files, numbers in YAML, and the `toolchain` line.

use gom_core::shell_quote::shell_quote;
use gom_select::go_mod;
use gom_select::version::GoVersion;

use super::shared::is_older_line;
use crate::cause::Cause;
use crate::check::{Check, Platforms};
use crate::facts::HostFacts;
use crate::finding::{Finding, Severity};
use crate::lookup::FileLine;
use gom_core::go::work;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "workspace-too-old",
        title: "go.work names an older Go than one of its modules needs",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "go.dev/ref/mod#go-work-file-go",
        run: workspace_too_old,
    },
    Check {
        id: "toolchain-line-refused",
        title: "the toolchain line of go.mod or go.work does not name a release, so every go command fails",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "go.dev/doc/toolchain#config",
        run: toolchain_line_refused,
    },
    Check {
        id: "other-pins-differ",
        title: "asdf, mise or another tool is set to use a different Go here than gom",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "docs/version-files.md",
        run: other_pins_differ,
    },
    Check {
        id: "yaml-version-number",
        title: "a CI file has a version that YAML reads as a number: 1.20 becomes 1.2",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "yaml.org/spec/1.2.2#10214-floating-point",
        run: yaml_version_number,
    },
];

/// The go line of a go.mod or go.work, with its number.
fn go_line(facts: &HostFacts, file: &str) -> Option<(GoVersion, usize)> {
    facts.lines(file).find_map(|line| {
        let (value, _) = go_mod::scan(line.text.as_bytes()).go?;
        Some((GoVersion::parse(&value).ok()?, line.number))
    })
}

/// The go.mod of each module of the workspace here.
pub(crate) fn modules_of_workspace(facts: &HostFacts) -> Vec<String> {
    let Some(file) = facts.workspace.as_deref() else { return Vec::new() };
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let used = work::used(facts.lines(file).map(|line| line.text));
    let path = |module: String| match module.trim_start_matches("./").trim_end_matches('/') {
        "" | "." => format!("{folder}/go.mod"),
        absolute if absolute.starts_with('/') => format!("{absolute}/go.mod"),
        relative => format!("{folder}/{relative}/go.mod"),
    };
    used.into_iter().map(path).collect()
}

fn workspace_too_old(facts: &HostFacts) -> Vec<Finding> {
    let Some(work) = facts.workspace.as_deref() else { return Vec::new() };
    let own = go_line(facts, work);
    let modules = modules_of_workspace(facts);
    let newer = modules.iter().filter_map(|file| Some((file, go_line(facts, file)?)));
    let newer = newer.filter(|(_, (go, _))| work::is_too_old(own.as_ref().map(|(own, _)| own), go));
    let Some((file, (go, number))) = newer.max_by(|(_, a), (_, b)| a.0.cmp(&b.0)) else { return Vec::new() };
    let message =
        format!("a module of this workspace needs Go {go}, but go.work names an older one: builds fail");
    let finding = Finding::new(Cause::Project, message);
    let finding = match &own {
        Some((own, line)) => finding.at(format!("{work}:{line}"), format!("go {own}")),
        None => finding.at(work, "has no go line, which means Go 1.18"),
    };
    vec![finding.at(format!("{file}:{number}"), format!("go {go}")).run("go work use")]
}

fn toolchain_line_refused(facts: &HostFacts) -> Vec<Finding> {
    let of_module = facts.project.as_ref().map(|project| format!("{project}/go.mod"));
    // In a workspace, only the line of go.work counts.
    let Some(file) = facts.workspace.clone().or(of_module) else { return Vec::new() };
    let line = facts.lines(&file).find_map(|line| {
        let (value, _) = go_mod::scan(line.text.as_bytes()).toolchain?;
        Some((value, line))
    });
    let Some((name, line)) = line.filter(|(name, _)| name != "default") else { return Vec::new() };
    let verb = if facts.workspace.is_some() { "work" } else { "mod" };
    let (message, command) = match GoVersion::from_toolchain_name(&name) {
        // `go mod edit` can't read such a file either.
        None => (
            format!("`{name}` is not a toolchain name: every go command fails"),
            format!("sed -i.bak {}d {}", line.number, shell_quote(&file)),
        ),
        // Without the variable this command would fail too.
        Some(version) if version.is_language_version() => (
            format!("Go has no release named {name}: every go command fails"),
            format!("GOTOOLCHAIN=local go {verb} edit -toolchain={name}.0 {}", shell_quote(&file)),
        ),
        Some(_) => return Vec::new(),
    };
    vec![Finding::new(Cause::Project, message).at(line.place(), line.text.trim()).run(command)]
}

fn other_pins_differ(facts: &HostFacts) -> Vec<Finding> {
    let Some(selected) = facts.selected_version() else { return Vec::new() };
    let origin = facts.gom.selected.as_ref().map(|selected| selected.origin.as_str()).unwrap_or_default();
    // A container image is another machine; `project-files-differ` reports one that is too old.
    let pins = facts.other_pins.iter().filter(|pin| !matches!(pin.tool.as_str(), "docker" | "gitlab"));
    let of_module = facts.project.as_ref().and_then(|project| go_line(facts, &format!("{project}/go.mod")));
    // `project-files-differ` reports these.
    let is_too_old =
        |version: &GoVersion| of_module.as_ref().is_some_and(|(go, _)| is_older_line(version, go));
    let found = pins.filter_map(|pin| {
        let version = version_of(&pin.value)?;
        if is_met_by(&version, &selected) || is_too_old(&version) {
            return None;
        }
        let message = format!("{} is set to use Go {version} here, but gom selects {selected}", pin.tool);
        let finding = Finding::new(Cause::Project, message).at(pin.place.as_str(), pin.value.as_str());
        let advice = format!("write the same version in both places, or run `gom local {version}`");
        Some(finding.at(origin, selected.to_string()).advice(advice))
    });
    found.collect()
}

/// The version or line in another tool's file; `None` for other words, such as `latest`.
pub(super) fn version_of(text: &str) -> Option<GoVersion> {
    let text = text.trim_start_matches("go").split(['-', '@']).next()?;
    GoVersion::parse(text.trim_end_matches(".x").trim_end_matches(".*")).ok()
}

/// Every release of a line satisfies that line.
fn is_met_by(version: &GoVersion, selected: &GoVersion) -> bool {
    let is_line = version.to_string() == version.line().to_string();
    if is_line { version.line() == selected.line() } else { version.canonical() == selected.canonical() }
}

/// A version that a CI file names.
pub(super) struct NamedVersion<'a> {
    pub(super) line: FileLine<'a>,
    /// As it is written, without quotes.
    pub(super) text: &'a str,
    is_quoted: bool,
}

/// Keys that hold Go versions in CI files.
const KEYS: &[&str] = &["go-version", "go-versions", "go_version", "go", "golang", "GO_VERSION"];

/// Every version under such a key: alone, in a list in brackets, or in the lines of a list.
pub(super) fn versions_in_yaml<'a>(lines: impl Iterator<Item = FileLine<'a>>) -> Vec<NamedVersion<'a>> {
    let mut found = Vec::new();
    let mut list: Option<(&str, usize)> = None;
    for line in lines {
        let text = line.text.trim();
        let is_next = list.is_some_and(|(file, number)| file == line.file && number + 1 == line.number);
        if let Some(item) = text.strip_prefix("- ").filter(|_| is_next)
            && named(line, item).is_some()
        {
            found.extend(named(line, item));
            list = Some((line.file, line.number));
            continue;
        }
        list = None;
        let Some((key, value)) = text.trim_start_matches("- ").split_once(':') else { continue };
        if !KEYS.contains(&key.trim().trim_matches(['"', '\''])) {
            continue;
        }
        let value = value.split(" #").next().unwrap_or_default().trim();
        if value.is_empty() {
            list = Some((line.file, line.number));
        } else if let Some(items) = value.strip_prefix('[') {
            found.extend(items.trim_end_matches(']').split(',').filter_map(|item| named(line, item)));
        } else {
            found.extend(named(line, value));
        }
    }
    found
}

fn named<'a>(line: FileLine<'a>, item: &'a str) -> Option<NamedVersion<'a>> {
    let item = item.split(" #").next()?.trim();
    let text = item.trim_matches(['"', '\'']);
    let is_version = text.starts_with(|c: char| c.is_ascii_digit());
    is_version.then_some(NamedVersion { line, text, is_quoted: text.len() != item.len() })
}

/// The lines of the project's CI files.
pub(super) fn ci_lines(facts: &HostFacts) -> impl Iterator<Item = FileLine<'_>> {
    let project = facts.project.as_deref().unwrap_or("\0");
    let is_ci = |path: &&str| path.contains("/.github/workflows/") || path.ends_with("/.gitlab-ci.yml");
    facts.below(project).map(|(path, _)| path).filter(is_ci).flat_map(|file| facts.lines(file))
}

fn yaml_version_number(facts: &HostFacts) -> Vec<Finding> {
    let found = versions_in_yaml(ci_lines(facts)).into_iter().filter_map(|named| {
        let NamedVersion { line, text, is_quoted } = named;
        let shorter = text.trim_end_matches('0');
        let loses_zero =
            text.matches('.').count() == 1 && shorter.len() < text.len() && !shorter.ends_with('.');
        if is_quoted || !loses_zero {
            return None;
        }
        let message = format!("YAML reads {text} as the number {shorter}: the job gets Go {shorter}");
        let finding = Finding::new(Cause::Project, message).at(line.place(), line.text.trim());
        Some(finding.advice(format!("write '{text}', with quotes")))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<(&str, bool)> {
        let lines =
            text.lines().enumerate().map(|(at, text)| FileLine { file: "ci.yml", number: at + 1, text });
        versions_in_yaml(lines).into_iter().map(|named| (named.text, named.is_quoted)).collect()
    }

    /// K6.6
    #[test]
    fn versions_are_seen_alone_and_in_both_kinds_of_list() {
        assert_eq!(seen("go-version: '1.22.x' # why\n"), [("1.22.x", true)]);
        assert_eq!(seen("go: [1.19, '1.20', 1.20]\n"), [("1.19", false), ("1.20", true), ("1.20", false)]);
        assert_eq!(
            seen("go-version:\n  - 1.20\n  - \"1.21\"\nos:\n  - 1.22\n"),
            [("1.20", false), ("1.21", true)]
        );
        assert_eq!(seen("- GO_VERSION: [\"1.21\", 1.30]\n"), [("1.21", true), ("1.30", false)]);
        assert_eq!(seen("go-version: stable\ngo-version-file: go.mod\nnode: 1.20\n"), []);
    }

    #[test]
    fn what_other_tools_write_is_read() {
        let read = |text: &str| version_of(text).map(|version| version.to_string());
        assert_eq!(read("1.22-alpine").as_deref(), Some("1.22"));
        assert_eq!(read("go1.21.3").as_deref(), Some("1.21.3"));
        assert_eq!(read("latest"), None);
    }
}
