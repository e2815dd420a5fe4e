//! Programs that `go install` built: whether they are for this processor and by a Go that is new enough.

use gom_select::version::GoVersion;

use crate::cause::Cause;
use crate::check::{Check, Platforms};
use crate::facts::{BinaryFacts, FileFacts, HostFacts};
use crate::finding::{Finding, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "tool-for-other-processor",
        title: "dlv, gopls or another tool is built for another processor",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "VSC-03",
        run: tool_for_other_processor,
    },
    Check {
        id: "tool-by-older-go",
        title: "a tool that reads Go code was built by an older Go than the selected one",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "VSC-03; go.dev/issue/56986",
        run: tool_by_older_go,
    },
];

/// Programs that can't read code for a newer Go than the one that built them, looked up on all of PATH. In the
/// folder of `go install`, programs count that contain golang.org/x/tools by their build information.
pub(crate) const READ_GO: &[&str] = &["dlv", "gopls", "staticcheck", "golangci-lint"];

/// Every tool in the folder of `go install`, and those that read Go code anywhere on PATH.
pub(crate) fn tools(facts: &HostFacts) -> Vec<(&str, &BinaryFacts)> {
    let folder = facts.go_bin();
    let installed: Vec<(&str, &FileFacts)> = facts.below(&folder).collect();
    let on_path = READ_GO.iter().filter_map(|name| facts.on_path(name).into_iter().next());
    let mut found: Vec<(&str, &BinaryFacts)> = Vec::new();
    for (path, file) in installed.into_iter().chain(on_path.map(|tool| (tool.path, tool.file))) {
        let Some(binary) = file.binary.as_ref().filter(|binary| binary.go.is_some()) else { continue };
        if !found.iter().any(|(other, _)| *other == path) {
            found.push((path, binary));
        }
    }
    found
}

/// The Go that built a tool that reads Go code. The tool can't read a newer language (go.dev/issue/56986).
pub(crate) fn reads_go_up_to(path: &str, binary: &BinaryFacts) -> Option<GoVersion> {
    let is_known = path.rsplit('/').next().is_some_and(|name| READ_GO.contains(&name));
    let reads_go = is_known || binary.x_tools.is_some();
    GoVersion::parse(binary.go.as_deref().filter(|_| reads_go)?.split(' ').next()?).ok()
}

/// The command that rebuilds a tool.
pub(crate) fn rebuild_command(binary: &BinaryFacts) -> Option<String> {
    Some(format!("go install {}@latest", binary.package.as_ref()?))
}

fn rebuild(finding: Finding, binary: &BinaryFacts) -> Finding {
    match rebuild_command(binary) {
        Some(command) => finding.run(command),
        None => finding.advice("rebuild it"),
    }
}

fn tool_for_other_processor(facts: &HostFacts) -> Vec<Finding> {
    let own = &facts.system.arch;
    let wrong = tools(facts)
        .into_iter()
        .filter(|(_, binary)| !binary.archs.is_empty() && !binary.archs.contains(own));
    let found = wrong.map(|(path, binary)| {
        let archs = binary.archs.join(", ");
        let finding =
            Finding::new(Cause::Tools, format!("{path} is built for {archs}, but this machine is {own}"));
        rebuild(finding.at(path, archs), binary)
    });
    found.collect()
}

fn tool_by_older_go(facts: &HostFacts) -> Vec<Finding> {
    let Some(selected) = facts.selected_version() else { return Vec::new() };
    let old = tools(facts).into_iter().filter_map(|(path, binary)| {
        let built_by = reads_go_up_to(path, binary)?;
        if built_by.line() >= selected.line() {
            return None;
        }
        let message =
            format!("{path} can't read code for Go {}: it was built by Go {built_by}", selected.line());
        let contains = binary.x_tools.as_ref();
        let contains = contains.map(|version| format!(", contains golang.org/x/tools {version}"));
        let value = format!("built by Go {built_by}{}", contains.unwrap_or_default());
        Some(rebuild(Finding::new(Cause::Tools, message).at(path, value), binary))
    });
    old.collect()
}
