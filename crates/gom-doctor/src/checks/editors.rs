//! Visual Studio Code and GoLand: which Go they are set to use.

use crate::cause::Cause;
use crate::check::{Check, Platforms};
use crate::facts::{FileFacts, HostFacts};
use crate::finding::{Edit, Finding, Severity};
use crate::lookup::FileLine;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "vscode-go-missing",
        title: "VS Code settings name a Go that is missing or built for another processor",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "VSC-01",
        run: vscode_go_missing,
    },
    Check {
        id: "vscode-goroot-set",
        title: "VS Code settings pin go.goroot",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "VSC-02",
        run: vscode_goroot_set,
    },
    Check {
        id: "vscode-for-intel",
        title: "VS Code is an Intel build: everything it starts runs under Rosetta",
        platforms: Platforms::Darwin,
        severity: Severity::Warning,
        source: "VSC-04",
        run: vscode_for_intel,
    },
    Check {
        id: "slow-shell",
        title: "the shell takes so long to start that editors give up (with --probe)",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "VSC-05",
        run: slow_shell,
    },
    Check {
        id: "goland-goroot-missing",
        title: "a GoLand project has a GOROOT that is missing or a shim",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "GOL-01",
        run: goland_goroot_missing,
    },
    Check {
        id: "goland-goroot-differs",
        title: "a GoLand project uses a different Go than gom selects",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "GOL-02",
        run: goland_goroot_differs,
    },
    Check {
        id: "goland-for-intel",
        title: "GoLand is an Intel build",
        platforms: Platforms::Darwin,
        severity: Severity::Warning,
        source: "GOL-03",
        run: goland_for_intel,
    },
];

/// The settings folders of VS Code and its forks.
pub(crate) const VSCODE_FOLDERS: &[&str] =
    &["Code", "Code - Insiders", "Code - OSS", "VSCodium", "Cursor", "Windsurf"];

/// The executables of the apps on macOS.
pub(crate) const VSCODE_APP: &str = "/Applications/Visual Studio Code.app/Contents/MacOS/Electron";
pub(crate) const GOLAND_APP: &str = "/Applications/GoLand.app/Contents/MacOS/goland";

/// After this many milliseconds VS Code shows a warning; after 10 s it gives up.
const SLOW_SHELL_MS: u64 = 5000;

/// A path that editor settings name.
pub(crate) struct NamedPath<'a> {
    line: FileLine<'a>,
    is_goroot: bool,
    /// The folder or program.
    pub(crate) path: String,
    /// The `go` program there.
    pub(crate) go: String,
}

/// Every `go.goroot`, and every `go` of `go.alternateTools`, in the settings of VS Code and its forks.
pub(crate) fn vscode_paths(facts: &HostFacts) -> Vec<NamedPath<'_>> {
    let files = facts.files.keys().filter(|path| path.ends_with("/settings.json"));
    let lines = files.flat_map(|file| facts.lines(file));
    let named = lines.filter(|line| !line.text.trim_start().starts_with("//")).filter_map(|line| {
        let (is_goroot, path) = match json_text(line.text, "go.goroot") {
            Some(path) => (true, path),
            None => (false, json_text(line.text, "go")?),
        };
        let path = path.replace("${env:HOME}", &facts.home);
        let go = if is_goroot { format!("{path}/bin/go") } else { path.clone() };
        path.starts_with('/').then_some(NamedPath { line, is_goroot, path, go })
    });
    named.collect()
}

/// The string value of a key, on one line of JSON with comments.
fn json_text<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(&format!("\"{key}\""))?;
    rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?.split('"').next()
}

/// Comments the line out if it holds only this setting: VS Code allows comments and a trailing comma.
fn as_comment(line: FileLine<'_>, finding: Finding) -> Finding {
    let text = line.text.trim();
    if text.starts_with('"') && (text.ends_with("\",") || text.ends_with('"')) {
        finding.edit(Edit::comment_out(&line))
    } else {
        finding.advice(format!("remove it from {}", line.file))
    }
}

fn is_for_other_processor(facts: &HostFacts, file: &FileFacts) -> bool {
    let archs = file.binary.as_ref().map(|binary| binary.archs.as_slice()).unwrap_or_default();
    !archs.is_empty() && !archs.contains(&facts.system.arch)
}

fn vscode_go_missing(facts: &HostFacts) -> Vec<Finding> {
    let found = vscode_paths(facts).into_iter().filter_map(|named| {
        let message = match facts.file(&named.go) {
            Some(file) if is_for_other_processor(facts, file) => {
                "VS Code is set to use a Go for another processor"
            }
            Some(_) => return None,
            None => "VS Code is set to use a Go that does not exist",
        };
        let finding = Finding::new(Cause::VsCode, message).at(named.line.place(), named.line.text.trim());
        Some(as_comment(named.line, finding))
    });
    found.collect()
}

fn vscode_goroot_set(facts: &HostFacts) -> Vec<Finding> {
    let fits = |named: &NamedPath<'_>| {
        facts.file(&named.go).is_some_and(|file| !is_for_other_processor(facts, file)) && named.is_goroot
    };
    let found = vscode_paths(facts).into_iter().filter(fits).map(|named| {
        let message = "go.goroot pins VS Code to one Go, whatever the project needs";
        let finding = Finding::new(Cause::VsCode, message).at(named.line.place(), named.line.text.trim());
        as_comment(named.line, finding)
    });
    found.collect()
}

fn app_for_intel(facts: &HostFacts, program: &str, cause: Cause, name: &str) -> Vec<Finding> {
    let binary = facts.file(program).and_then(|file| file.binary.as_ref());
    if !facts.is_apple_silicon() || binary.is_none_or(|binary| binary.archs != ["amd64"]) {
        return Vec::new();
    }
    let finding =
        Finding::new(cause, format!("{name} is an Intel build: everything it starts runs under Rosetta"));
    vec![finding.at(program, "amd64").advice(format!("install {name} for Apple Silicon"))]
}

fn vscode_for_intel(facts: &HostFacts) -> Vec<Finding> {
    app_for_intel(facts, VSCODE_APP, Cause::VsCode, "Visual Studio Code")
}

fn goland_for_intel(facts: &HostFacts) -> Vec<Finding> {
    app_for_intel(facts, GOLAND_APP, Cause::GoLand, "GoLand")
}

fn slow_shell(facts: &HostFacts) -> Vec<Finding> {
    let Some(took) = facts.measured.shell_start.filter(|took| *took > SLOW_SHELL_MS) else {
        return Vec::new();
    };
    let message = "the shell starts so slowly that VS Code may start without your PATH";
    let finding = Finding::new(Cause::VsCode, message).at(facts.shell.as_str(), format!("{took} ms"));
    vec![
        finding.advice("speed up its start-up files, or raise application.shellEnvironmentResolutionTimeout"),
    ]
}

/// The GOROOT in the project's `.idea/workspace.xml`.
pub(crate) fn goland_goroot(facts: &HostFacts) -> Option<(FileLine<'_>, String)> {
    let project = facts.project.as_deref()?;
    let (file, _) = facts.files.get_key_value(&format!("{project}/.idea/workspace.xml"))?;
    let line = facts.lines(file).find(|line| line.text.contains("name=\"GOROOT\""))?;
    let url = line.text.split_once("url=\"")?.1.split('"').next()?;
    let path = url.strip_prefix("file://")?.replace("$USER_HOME$", &facts.home);
    Some((line, path.replace("$PROJECT_DIR$", project)))
}

fn goland_finding(facts: &HostFacts, line: FileLine<'_>, message: &str) -> Finding {
    let finding = Finding::new(Cause::GoLand, message).at(line.place(), line.text.trim());
    match facts.gom.selected.as_ref().and_then(|selected| selected.goroot.as_deref()) {
        Some(goroot) => finding.advice(format!("in Settings, Go, GOROOT, choose {goroot}")),
        None => finding.advice("in Settings, Go, GOROOT, choose the folder that `gom which --goroot` prints"),
    }
}

fn goland_goroot_missing(facts: &HostFacts) -> Vec<Finding> {
    let Some((line, goroot)) = goland_goroot(facts) else { return Vec::new() };
    let message = if goroot.starts_with(&facts.gom_bin()) || goroot.contains("/shims") {
        "GoLand's GOROOT is a shim; it must be the folder of a Go"
    } else if facts.is_missing(&format!("{goroot}/bin/go")) {
        "GoLand's GOROOT does not exist"
    } else {
        return Vec::new();
    };
    vec![goland_finding(facts, line, message)]
}

fn goland_goroot_differs(facts: &HostFacts) -> Vec<Finding> {
    let (Some((line, goroot)), Some(selected)) = (goland_goroot(facts), facts.selected_version()) else {
        return Vec::new();
    };
    let version = format!("{goroot}/VERSION");
    let Some(own) = facts.lines(&version).next().map(|line| line.text.trim()) else { return Vec::new() };
    if own == selected.toolchain_name() {
        return Vec::new();
    }
    let message = format!("GoLand uses {own}, but gom selects {}", selected.toolchain_name());
    vec![goland_finding(facts, line, &message)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_in_json_with_comments() {
        assert_eq!(json_text(r#"  "go.goroot": "/x y", // why"#, "go.goroot"), Some("/x y"));
        assert_eq!(json_text(r#""go.alternateTools": {"go":"/x/go"}"#, "go"), Some("/x/go"));
        assert_eq!(json_text(r#""go.goroot": null"#, "go.goroot"), None);
        assert_eq!(json_text(r#""gopls": "/x""#, "go"), None);
    }
}
