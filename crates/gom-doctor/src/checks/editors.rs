//! Visual Studio Code and GoLand: which Go they are set to use.

use std::path::Path;

use crate::cause::Cause;
use crate::check::{Check, Platforms};
use crate::facts::{EditorSettingFacts, FileFacts, HostFacts};
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
    file: &'a str,
    setting: &'a EditorSettingFacts,
    /// The line of the setting, if it can be commented out.
    line: Option<FileLine<'a>>,
    is_goroot: bool,
    /// The folder or program.
    pub(crate) path: String,
    /// The `go` program there.
    pub(crate) go: String,
}

/// Every `go.goroot`, and every `go` of `go.alternateTools`, in the settings of VS Code and its forks.
pub(crate) fn vscode_paths(facts: &HostFacts) -> Vec<NamedPath<'_>> {
    let settings = facts
        .files
        .iter()
        .flat_map(|(file, facts)| facts.settings.iter().map(move |setting| (file.as_str(), setting)));
    let named = settings.filter_map(|(file, setting)| {
        let is_goroot = setting.name == "go.goroot";
        let path = setting.value.replace("${env:HOME}", &facts.home);
        let go = if is_goroot { format!("{path}/bin/go") } else { path.clone() };
        let line = facts.lines(file).find(|line| line.number == setting.line);
        path.starts_with('/').then_some(NamedPath { file, setting, line, is_goroot, path, go })
    });
    named.collect()
}

impl NamedPath<'_> {
    /// A finding about the setting, which removing it fixes. VS Code allows comments and a trailing comma.
    fn finding(&self, facts: &HostFacts, message: &str) -> Finding {
        let EditorSettingFacts { name, value, line } = self.setting;
        let text = self.line.map(|line| line.text.trim().to_owned());
        let finding = Finding::new(Cause::VsCode, message)
            .at(format!("{}:{line}", self.file), text.unwrap_or_else(|| format!("\"{name}\": \"{value}\"")));
        let finding = match &self.line {
            Some(line) => finding.edit(Edit::comment_out(line)),
            None => finding,
        };
        match command(facts, self.file) {
            Some(command) => finding.run(command),
            None if self.line.is_none() => finding.advice(format!("remove it from {}", self.file)),
            None => finding,
        }
    }
}

/// The command that takes a Go out of a settings file. `None` where gom does not look for the file.
fn command(facts: &HostFacts, file: &str) -> Option<&'static str> {
    if let Some(project) = facts.project.as_deref()
        && file == format!("{project}/.vscode/settings.json")
    {
        // Another folder's workspace may be in force here.
        let is_above = facts.cwd.as_deref().is_none_or(|cwd| Path::new(cwd).starts_with(project));
        return is_above.then_some("gom ide vscode");
    }
    let config = format!("{}/.config", facts.home);
    let is_elsewhere =
        !facts.is_macos() && facts.var("XDG_CONFIG_HOME").is_some_and(|folder| folder != config);
    let has_go = facts.exists(&format!("{}/go", facts.gom_bin()));
    (has_go && !is_elsewhere).then_some("gom ide vscode --user")
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
        Some(named.finding(facts, message))
    });
    found.collect()
}

fn vscode_goroot_set(facts: &HostFacts) -> Vec<Finding> {
    let fits = |named: &NamedPath<'_>| {
        facts.file(&named.go).is_some_and(|file| !is_for_other_processor(facts, file)) && named.is_goroot
    };
    let message = "go.goroot pins VS Code to one Go, whatever the project needs";
    let found = vscode_paths(facts);
    found.iter().filter(|named| fits(named)).map(|named| named.finding(facts, message)).collect()
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
        Some(goroot) => {
            let finding = finding.run("gom ide goland --write");
            finding
                .advice(format!("GoLand must be closed for that; or choose {goroot} in Settings, Go, GOROOT"))
        }
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

    fn host(settings: &[(&str, &str, usize)], lines: &[(usize, &str)]) -> HostFacts {
        let settings = settings.iter().map(|(name, value, line)| EditorSettingFacts {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
            line: *line,
        });
        let lines = lines.iter().map(|(number, text)| (*number, (*text).to_owned())).collect();
        let file = FileFacts { settings: settings.collect(), lines, ..FileFacts::default() };
        let files = [("/a/settings.json".to_owned(), file), ("/go/bin/go".to_owned(), FileFacts::default())];
        HostFacts { home: "/home/ada".to_owned(), files: files.into(), ..HostFacts::default() }
    }

    #[test]
    fn only_a_line_that_holds_nothing_else_is_commented_out() {
        let setting = [("go.goroot", "${env:HOME}/go", 2)];
        let line = "  \"go.goroot\": \"${env:HOME}/go\", // mine";
        let (alone, beside) = (host(&setting, &[(2, line)]), host(&setting, &[(3, "  \"go.x\": 1")]));
        let (alone, beside) = (vscode_go_missing(&alone), vscode_go_missing(&beside));
        let edit = Edit::CommentOut { file: "/a/settings.json".to_owned(), line: 2, text: line.to_owned() };
        assert_eq!(
            (alone[0].fix.edits.as_slice(), alone[0].evidence[0].value.as_str()),
            ([edit].as_slice(), line.trim())
        );
        assert_eq!(beside[0].fix.advice.as_deref(), Some("remove it from /a/settings.json"));
        assert!(beside[0].fix.commands.is_empty(), "no go of gom's is there");
        assert_eq!(beside[0].evidence[0].place, "/a/settings.json:2");
        assert_eq!(beside[0].evidence[0].value, "\"go.goroot\": \"${env:HOME}/go\"");
        assert!(beside[0].fix.edits.is_empty());
    }

    /// `gom ide vscode` must find the file.
    #[test]
    fn the_command_is_for_the_files_that_it_looks_for() {
        let mut facts = host(&[], &[]);
        facts.gom.home = "/home/ada/.gom".to_owned();
        facts.files.insert("/home/ada/.gom/bin/go".to_owned(), FileFacts::default());
        let user = "/home/ada/.config/Code/User/settings.json";
        assert_eq!(command(&facts, user), Some("gom ide vscode --user"));
        facts.env.insert("XDG_CONFIG_HOME".to_owned(), "/elsewhere".to_owned());
        assert_eq!(command(&facts, user), None);
        facts.project = Some("/src/app".to_owned());
        let project = "/src/app/.vscode/settings.json";
        assert_eq!(command(&facts, project), Some("gom ide vscode"));
        facts.cwd = Some("/src/app/cmd".to_owned());
        assert_eq!(command(&facts, project), Some("gom ide vscode"));
        facts.cwd = Some("/src/other".to_owned());
        assert_eq!(command(&facts, project), None);
    }

    #[test]
    fn a_program_is_no_goroot() {
        let facts = host(&[("go.alternateTools", "/go/bin/go", 1), ("go.goroot", "/go", 2)], &[]);
        assert_eq!(vscode_go_missing(&facts), []);
        let places: Vec<String> =
            vscode_goroot_set(&facts).into_iter().map(|one| one.evidence[0].place.clone()).collect();
        assert_eq!(places, ["/a/settings.json:2"]);
        // Relative paths, and variables that only VS Code knows, may mean anything.
        let facts = host(&[("go.goroot", "${workspaceFolder}/go", 1), ("go.goroot", "go", 2)], &[]);
        assert_eq!((vscode_go_missing(&facts).len(), vscode_goroot_set(&facts).len()), (0, 0));
    }
}
