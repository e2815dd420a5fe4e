//! Project files that name a Go for other tools, compared with the Go that runs here: workspaces, other managers'
//! files, numbers in YAML, and the `toolchain` line.

use gom_core::shell_quote::shell_quote;
use gom_select::version::GoVersion;

use super::shared::is_older_line;
use crate::cause::Cause;
use crate::check::{Check, Platforms};
use crate::facts::HostFacts;
use crate::finding::{Finding, Severity};
use crate::lookup::has_extension;
use gom_core::go::work;
use gom_project::places::kind_of;

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
        id: "toolchain-line-ignored",
        title: "the toolchain line of go.mod or go.work is older than the go line, so Go ignores it",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "go.dev/doc/toolchain#config",
        run: toolchain_line_ignored,
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
    let (value, line) = facts.go_lines(file).go?;
    Some((GoVersion::parse(&value).ok()?, line))
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

/// The file whose toolchain line counts here, with the name in it and its number.
fn toolchain_line(facts: &HostFacts) -> Option<(String, String, usize)> {
    let of_module = facts.project.as_ref().map(|project| format!("{project}/go.mod"));
    // In a workspace, only the line of go.work counts.
    let file = facts.workspace.clone().or(of_module)?;
    let (name, number) = facts.go_lines(&file).toolchain.filter(|(name, _)| name != "default")?;
    Some((file, name, number))
}

/// The word of the go command that edits this file.
fn editing_verb(facts: &HostFacts) -> &'static str {
    if facts.workspace.is_some() { "work" } else { "mod" }
}

fn toolchain_line_ignored(facts: &HostFacts) -> Vec<Finding> {
    let Some((file, name, number)) = toolchain_line(facts) else { return Vec::new() };
    let Some(version) = GoVersion::from_toolchain_name(&name) else { return Vec::new() };
    let Some((go, line)) = go_line(facts, &file).filter(|(go, _)| version < *go) else { return Vec::new() };
    let finding = Finding::new(
        Cause::Project,
        format!("Go ignores the toolchain line, because {name} is older than the go line, {go}"),
    );
    let command =
        format!("GOTOOLCHAIN=local go {} edit -toolchain=none {}", editing_verb(facts), shell_quote(&file));
    let finding = finding.at(format!("{file}:{number}"), format!("toolchain {name}"));
    vec![finding.at(format!("{file}:{line}"), format!("go {go}")).run(command)]
}

fn toolchain_line_refused(facts: &HostFacts) -> Vec<Finding> {
    let Some((file, name, number)) = toolchain_line(facts) else { return Vec::new() };
    let verb = editing_verb(facts);
    let (message, command) = match GoVersion::from_toolchain_name(&name) {
        // `go mod edit` can't read such a file either.
        None => (
            format!("`{name}` is not a toolchain name: every go command fails"),
            format!("sed -i.bak {number}d {}", shell_quote(&file)),
        ),
        // Without the variable this command would fail too.
        Some(version) if version.is_language_version() => (
            format!("Go has no release named {name}: every go command fails"),
            format!("GOTOOLCHAIN=local go {verb} edit -toolchain={name}.0 {}", shell_quote(&file)),
        ),
        Some(_) => return Vec::new(),
    };
    let finding = Finding::new(Cause::Project, message);
    vec![finding.at(format!("{file}:{number}"), format!("toolchain {name}")).run(command)]
}

fn other_pins_differ(facts: &HostFacts) -> Vec<Finding> {
    let Some(selected) = facts.selected_version() else { return Vec::new() };
    let origin = facts.gom.selected.as_ref().map(|selected| selected.origin.as_str()).unwrap_or_default();
    // A container image is another machine; `project-files-differ` reports one that is too old.
    let pins = facts.other_pins.iter().filter(|pin| pin.is_of_manager());
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

/// The version or line of a pin; `None` for other words, such as `latest`. Older recordings have a whole tag:
/// `1.22-alpine`.
pub(super) fn version_of(text: &str) -> Option<GoVersion> {
    let text = text.trim_start_matches("go").split(['-', '@']).next()?;
    GoVersion::parse(text.trim_end_matches(".x").trim_end_matches(".*")).ok()
}

/// Every release of a line satisfies that line.
fn is_met_by(version: &GoVersion, selected: &GoVersion) -> bool {
    let is_line = version.to_string() == version.line().to_string();
    if is_line { version.line() == selected.line() } else { version.canonical() == selected.canonical() }
}

fn yaml_version_number(facts: &HostFacts) -> Vec<Finding> {
    let is_yaml = |path: &str| has_extension(path, "yml") || has_extension(path, "yaml");
    let in_jobs = facts.versions_below("/").filter(|one| {
        one.version.is_number && is_yaml(one.file) && ["ci", "matrix"].contains(&one.version.role.as_str())
    });
    let found = in_jobs.map(|one| {
        let text = one.version.version.as_str();
        let shorter = text.trim_end_matches('0').trim_end_matches('.');
        let is_compose = kind_of(one.file).is_some_and(|kind| kind.name == "compose");
        let user = if is_compose { "build" } else { "job" };
        let message = format!("YAML reads {text} as the number {shorter}: the {user} gets Go {shorter}");
        let finding = Finding::new(Cause::Project, message).at(one.place(), one.shown());
        finding.advice(format!("write '{text}', with quotes"))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{FileFacts, VersionFacts};

    /// K6.6
    #[test]
    fn only_numbers_of_jobs_in_yaml_lose_a_zero() {
        let version = |role: &str, is_number: bool| VersionFacts {
            line: 2,
            version: "1.20".to_owned(),
            role: role.to_owned(),
            what: "GO_VERSION".to_owned(),
            is_number,
        };
        let file = |version: VersionFacts| FileFacts { versions: vec![version], ..FileFacts::default() };
        let files = [
            ("/app/.github/workflows/a.yml", version("ci", true)),
            ("/app/.travis.yml", version("matrix", true)),
            ("/app/.gitlab-ci.yml", version("ci", false)),
            ("/app/mise.toml", version("pin", true)),
            ("/app/.golangci.yml", version("go-line", true)),
        ];
        let files = files.map(|(path, version)| (path.to_owned(), file(version)));
        let facts = HostFacts { files: files.into(), ..HostFacts::default() };
        let found = yaml_version_number(&facts);
        let shown: Vec<(&str, &str)> = found
            .iter()
            .map(|one| (one.evidence[0].place.as_str(), one.evidence[0].value.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("/app/.github/workflows/a.yml:2", "GO_VERSION 1.20"),
                ("/app/.travis.yml:2", "GO_VERSION 1.20")
            ]
        );
        assert!(found[0].message.ends_with("as the number 1.2: the job gets Go 1.2"), "{}", found[0].message);
    }

    #[test]
    fn what_other_tools_write_is_read() {
        let read = |text: &str| version_of(text).map(|version| version.to_string());
        assert_eq!(read("1.22-alpine").as_deref(), Some("1.22"));
        assert_eq!(read("go1.21.3").as_deref(), Some("1.21.3"));
        assert_eq!(read("latest"), None);
    }
}
