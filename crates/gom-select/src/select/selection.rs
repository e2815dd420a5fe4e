//! The input and the result of a selection.
//!
//! Owns: the types that every step of a selection shares. Never: decides. Invariant: a [`WantedToolchain`]
//! has at least one entry.

use std::fmt;
use std::path::{Path, PathBuf};

use super::command_line::CommandLine;
use super::floor::{Floor, ToolchainElsewhere};
use crate::env_vars::{self, go};
use crate::go_settings::UserSettings;
use crate::installed::InstalledTree;
use crate::layout::{Env, Layout};
use crate::link_name::LinkName;
use crate::linked::LinkedTree;
use crate::platform::Platform;
use crate::refusal::Refusal;
use crate::spec::PlatformSpec;
use crate::toolchain::ToolchainId;
use crate::version::GoVersion;
use crate::version_files::Pin;

/// The variable that the go command sets when it starts another toolchain, which removes it again
/// (cmd/go/internal/toolchain/exec.go).
pub const INTERNAL_SWITCH_VERSION: &str = "GOTOOLCHAIN_INTERNAL_SWITCH_VERSION";

/// Everything a selection depends on, gathered once by the caller.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    /// The store.
    pub layout: &'a Layout,
    /// The process environment; empty variables read as unset.
    pub env: Env<'a>,
    /// Go's settings from that environment and the user's `go/env`. They are shared, so that the file is read
    /// once.
    pub user: &'a UserSettings<'a>,
    /// The working directory; `None` when it was deleted.
    pub cwd: Option<&'a Path>,
    /// The platform of toolchains that are named without one.
    pub platform: &'a Platform,
    /// The call of the program; `go` without arguments for verbs that only ask.
    pub command: CommandLine<'a>,
    /// What the caller does with the selection.
    pub purpose: Purpose,
}

/// What the caller does with a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Anything: the selected toolchain is checked to be whole.
    Any,
    /// It becomes the toolchain's go command by `exec`, which fails if that does not exist, so the selection does not
    /// check it. If the exec fails and the tree is not whole, the caller must select again for [`Purpose::Any`].
    Exec,
}

/// The toolchain that runs, and what decided it.
#[derive(Debug)]
pub struct Selection {
    /// The toolchain that runs.
    pub toolchain: Selected,
    /// What decided it.
    pub origin: VersionOrigin,
    /// What was asked for there, as written; `None` if nothing was.
    pub asked: Option<String>,
    /// The value of GOTOOLCHAIN for the child, so that it stays with exactly this toolchain.
    pub gotoolchain: Option<String>,
    /// A toolchain that Go's rules ask for and the store lacks; then the starting point runs.
    pub missing: Option<Floor>,
    /// A toolchain that is not gom's and that Go's rules name; then the starting point runs, and looks for it.
    pub elsewhere: Option<ToolchainElsewhere>,
    /// The value of GOTOOLCHAIN that the go command would obey; `None` if it does not switch, or was not looked at.
    pub switching: Option<String>,
    /// A value that stops every go command here, including the one that runs.
    pub refused: Option<Refusal>,
    /// The file of a project that had a part in the decision: a version file, go.work or go.mod; of two, the one
    /// nearer to the folder, from which the search upward finds the other too.
    pub project: Option<PathBuf>,
}

/// The toolchain or program that a selection runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selected {
    /// A toolchain of the store.
    Installed {
        /// Its name.
        id: ToolchainId,
        /// Its tree.
        goroot: PathBuf,
    },
    /// A GOROOT that gom did not install, under the name of `gom link`.
    Linked {
        /// The name.
        name: LinkName,
        /// Its tree.
        goroot: PathBuf,
        /// Its version, if it is known.
        version: Option<GoVersion>,
    },
    /// A program on PATH that gom does not manage.
    System {
        /// The `go` program.
        go: PathBuf,
    },
}

/// What named a version, with its file and line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VersionOrigin {
    /// A variable of the environment.
    Environment {
        /// Its name.
        variable: &'static str,
    },
    /// A version file of a project.
    File {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: usize,
    },
    /// The store's global default.
    Default {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: usize,
    },
    /// Go's own rules: go.work, go.mod or GOTOOLCHAIN.
    Go {
        /// What asks for it, with its place.
        asked_by: String,
    },
    /// The command line.
    CommandLine,
    /// Nothing: the first other `go` on PATH runs.
    Path,
    /// Nothing, and PATH has no other `go`: the newest installed toolchain runs.
    NewestInstalled,
}

impl fmt::Display for VersionOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VersionOrigin::Environment { variable } => write!(f, "the environment variable {variable}"),
            VersionOrigin::File { path, line } => write!(f, "{}:{line}", path.display()),
            VersionOrigin::Default { path, line } => write!(f, "the default, {}:{line}", path.display()),
            VersionOrigin::Go { asked_by } => f.write_str(asked_by),
            VersionOrigin::CommandLine => f.write_str("the command line"),
            VersionOrigin::Path => f.write_str("PATH"),
            VersionOrigin::NewestInstalled => {
                f.write_str("the store, whose newest Go runs as no default is set")
            }
        }
    }
}

/// What a place asks for, before the store is searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedToolchain {
    /// The fallback list, never empty. Each entry has its own origin and text.
    pub entries: Vec<WantedEntry>,
}

/// One entry of a fallback list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedEntry {
    /// The request.
    pub request: PlatformSpec,
    /// The place that names it.
    pub origin: VersionOrigin,
    /// The text as written.
    pub text: String,
}

impl Selection {
    pub(crate) fn new(toolchain: Selected, origin: VersionOrigin, asked: Option<String>) -> Selection {
        let project = match &origin {
            VersionOrigin::File { path, .. } => Some(path.clone()),
            _ => None,
        };
        Selection {
            toolchain,
            origin,
            asked,
            gotoolchain: None,
            missing: None,
            elsewhere: None,
            switching: None,
            refused: None,
            project,
        }
    }

    /// Adds the go.work or go.mod that had a part in the decision.
    pub(crate) fn of_project(self, file: Option<PathBuf>) -> Selection {
        let folder = |file: &Path| file.parent().map(Path::to_path_buf);
        let project = match (self.project, file) {
            (Some(pin), Some(file))
                if folder(&file).is_none_or(|of| folder(&pin).is_none_or(|pin| !of.starts_with(pin))) =>
            {
                Some(pin)
            }
            (pin, file) => file.or(pin),
        };
        Selection { project, ..self }
    }

    pub(crate) fn installed(tree: InstalledTree, origin: VersionOrigin, asked: Option<String>) -> Selection {
        Selection::new(tree.into(), origin, asked)
    }
}

impl Selection {
    /// The variables that keep the child, and every go that it starts, with exactly this toolchain.
    pub fn variables(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let name = match &self.toolchain {
            // GOTOOLCHAIN can't name it, so gom has to start it again.
            Selected::Linked { name, .. } => Some((env_vars::GOM_TOOLCHAIN, name.as_str())),
            Selected::Installed { .. } | Selected::System { .. } => None,
        };
        let kept = self.gotoolchain.as_deref();
        let gotoolchain = kept.map(|value| (go::GOTOOLCHAIN, value));
        gotoolchain.into_iter().chain(name.filter(|_| kept.is_some()))
    }
}

impl Selected {
    /// The tree and its version, if gom knows both.
    pub fn tree(&self) -> Option<(&GoVersion, &Path)> {
        match self {
            Selected::Installed { id, goroot } => Some((&id.version, goroot)),
            Selected::Linked { version, goroot, .. } => Some((version.as_ref()?, goroot)),
            Selected::System { .. } => None,
        }
    }
}

impl From<LinkedTree> for Selected {
    fn from(LinkedTree { name, goroot, version, .. }: LinkedTree) -> Selected {
        Selected::Linked { name, goroot, version }
    }
}

impl From<InstalledTree> for Selected {
    fn from(InstalledTree { id, goroot, .. }: InstalledTree) -> Selected {
        Selected::Installed { id, goroot }
    }
}

impl WantedToolchain {
    pub(crate) fn from_pin(pin: Pin, origin: impl Fn(usize) -> VersionOrigin) -> WantedToolchain {
        let entries = pin.specs.into_iter().map(|pinned| WantedEntry {
            origin: origin(pinned.line),
            request: pinned.spec,
            text: pinned.text,
        });
        WantedToolchain { entries: entries.collect() }
    }
}

impl fmt::Display for WantedToolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<&str> = self.entries.iter().map(|entry| entry.text.as_str()).collect();
        f.write_str(&texts.join(", else "))
    }
}
