//! A setting of VS Code that gom writes or removes, and why.

use serde::Serialize;

/// What happens to a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It was not there.
    Add,
    /// It had another value.
    Change,
    /// It is taken out.
    Remove,
}

/// Why gom writes or removes a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// `go.goroot` pins one Go.
    PinnedGoroot,
    /// A project names the path of one machine.
    PathOfOneMachine,
    /// The go of the editor is gom's, also where PATH is poor.
    OwnGo,
    /// A tool that gom built is used, and found after an upgrade too.
    OwnTool,
    /// The newest Go builds the tools.
    NewestGo,
    /// GoLand takes the folder of one Go.
    SelectedGoroot,
    /// A launch configuration debugs what is open.
    DebugsPackage,
    /// A launch configuration attaches to a process.
    Attaches,
    /// A task builds everything.
    BuildsAll,
    /// A task tests everything.
    TestsAll,
}

impl Reason {
    /// The reason as a sentence without a full stop.
    pub fn text(self) -> &'static str {
        match self {
            Reason::PinnedGoroot => "it sets one GOROOT for every folder, whatever the project needs",
            Reason::PathOfOneMachine => {
                "the path is that of one machine; PATH leads to the Go of the project"
            }
            Reason::OwnGo => {
                "gom's `go` selects the Go of each folder, also where the editor starts without your PATH"
            }
            Reason::OwnTool => {
                "the program that `gom tools` built; the path stays the same when it or Go is upgraded"
            }
            Reason::NewestGo => {
                "the newest Go that you have builds the editor's tools; the link stays the same after an upgrade"
            }
            Reason::SelectedGoroot => "the Go that gom selects in this project",
            Reason::DebugsPackage => {
                "builds the package of the open file with the project's Go and debugs it, or its tests"
            }
            Reason::Attaches => "debugs a Go program that runs already and that you choose",
            Reason::BuildsAll => "runs `go build ./...` with the go of the extension",
            Reason::TestsAll => "runs `go test ./...` with the go of the extension",
        }
    }

    /// Whether it is a launch configuration or a task, which the editor reads without a restart.
    pub fn is_template(self) -> bool {
        matches!(self, Reason::DebugsPackage | Reason::Attaches | Reason::BuildsAll | Reason::TestsAll)
    }
}

/// One setting that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingChange {
    /// Its keys, joined with a dot: `go.alternateTools.go`.
    pub name: String,
    /// What happens to it.
    pub action: Action,
    /// Why.
    pub reason: Reason,
}

impl SettingChange {
    /// Where the setting is explained, in gom's documents.
    pub fn docs(&self) -> &'static str {
        match self.reason {
            Reason::DebugsPackage | Reason::Attaches => return "docs/editors.md#launch-configurations",
            Reason::BuildsAll | Reason::TestsAll => return "docs/editors.md#tasks",
            _ => {}
        }
        match self.name.as_str() {
            name if name.contains("go.goroot") => "docs/editors.md#gogoroot",
            "GOROOT" => "docs/editors.md#goland",
            name if name.contains("go.toolsManagement") => "docs/editors.md#gotoolsmanagementgo",
            _ => "docs/editors.md#goalternatetools",
        }
    }
}
