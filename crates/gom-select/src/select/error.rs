//! The errors of a selection, with the command that helps.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::selection::{INTERNAL_SWITCH_VERSION, VersionOrigin, WantedToolchain};
use crate::explain::{ErrorKind, Explain};
use crate::installed::StoreUnreadable;
use crate::link_name::LinkName;
use crate::shell_quote::shell_quote;
use crate::spec::{PlatformSpec, Spec};
use crate::version_files::PinError;

/// Why no toolchain was selected.
#[derive(Debug)]
pub enum SelectError {
    /// A version file, the default or a variable has a value that is not a version.
    Invalid {
        /// The place of the value.
        place: FaultyPlace,
        /// The problem, with line and value.
        error: PinError,
    },
    /// A version file exists but can't be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A project's file names a linked toolchain, and `gom local` did not write it there.
    LinkNotAllowed {
        /// The name.
        name: LinkName,
        /// The file and line.
        origin: VersionOrigin,
    },
    /// The tree of a linked toolchain has no executable `bin/go`.
    BrokenLink {
        /// The name.
        name: LinkName,
        /// The tree.
        goroot: PathBuf,
        /// What names it.
        origin: VersionOrigin,
    },
    /// No requested toolchain is installed.
    NotInstalled {
        /// The request.
        wanted: WantedToolchain,
    },
    /// Nothing names a version and PATH has no other `go`.
    NothingSelected {
        /// What go.work or go.mod asks for, if nothing installed serves it.
        project: Option<ProjectAsks>,
    },
    /// The store does not exist, so nothing can be selected from it.
    NoStore {
        /// The path of the store.
        root: PathBuf,
    },
    /// `go +TEXT`: only gom itself can interpret the text (a range), or explain why it is invalid.
    NeedsGom {
        /// The text as written, without the plus.
        text: String,
    },
    /// `GOTOOLCHAIN_INTERNAL_SWITCH_VERSION` is not a toolchain name.
    BadSwitch {
        /// Its value.
        name: String,
    },
    /// The folder of the toolchains can't be read.
    Store {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

/// What a project asks for in its go.work or go.mod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectAsks {
    /// The toolchain to install for it.
    pub request: PlatformSpec,
    /// The file.
    pub file: PathBuf,
    /// 1-based line.
    pub line: usize,
}

/// The place of an invalid version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultyPlace {
    /// A variable of the environment.
    Variable(&'static str),
    /// A version file.
    File(PathBuf),
    /// The store's default.
    Default(PathBuf),
}

impl fmt::Display for FaultyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FaultyPlace::Variable(name) => f.write_str(name),
            FaultyPlace::File(path) | FaultyPlace::Default(path) => write!(f, "{}", path.display()),
        }
    }
}

impl fmt::Display for SelectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SelectError::Invalid { place, error } => match error.line {
                Some(line) => write!(f, "{place}:{line}: {error}"),
                None => write!(f, "{place}: {error}"),
            },
            SelectError::LinkNotAllowed { name, origin } => write!(
                f,
                "{origin} asks for the linked Go `{name}`, which no `gom local {name}` allowed there: \
                 a cloned project must not select a Go that nobody proved"
            ),
            SelectError::BrokenLink { name, goroot, origin } => {
                let goroot = goroot.display();
                write!(f, "the Go linked as `{name}`, `{goroot}`, has no executable bin/go (set by {origin})")
            }
            SelectError::NotInstalled { wanted } => {
                let first = &wanted.entries[0];
                if first.request.spec == Spec::System {
                    return write!(
                        f,
                        "{} asks for `system`, and PATH has no `go` other than gom's",
                        first.origin
                    );
                }
                write!(f, "Go {} is not installed", first.text)?;
                match &first.origin {
                    // The user who typed it knows where it came from.
                    VersionOrigin::CommandLine => Ok(()),
                    origin => write!(f, " (set by {origin})"),
                }
            }
            SelectError::NothingSelected { project: None } => {
                f.write_str("no Go is selected here, and PATH has no `go` other than gom's")
            }
            SelectError::NothingSelected { project: Some(ProjectAsks { file, line, .. }) } => {
                let file = file.display();
                write!(f, "no installed Go satisfies {file}:{line}, and PATH has no `go` other than gom's")
            }
            SelectError::NoStore { root } => {
                let root = root.display();
                write!(
                    f,
                    "there is no store at `{root}` (it has no layout-version), and PATH has no `go` other than gom's"
                )
            }
            SelectError::NeedsGom { text } => write!(f, "`+{text}` is not a version the shim understands"),
            SelectError::BadSwitch { name } => {
                write!(f, "{INTERNAL_SWITCH_VERSION} is `{name}`, which is not a toolchain name")
            }
            SelectError::Unreadable { path, error } | SelectError::Store { path, error } => {
                write!(f, "can't read `{}`: {error}", path.display())
            }
        }
    }
}

impl std::error::Error for SelectError {}

impl Explain for SelectError {
    fn kind(&self) -> ErrorKind {
        match self {
            SelectError::Invalid { .. }
            | SelectError::NeedsGom { .. }
            | SelectError::LinkNotAllowed { .. } => ErrorKind::Usage,
            SelectError::NotInstalled { .. }
            | SelectError::BrokenLink { .. }
            | SelectError::NothingSelected { .. }
            | SelectError::NoStore { .. }
            | SelectError::BadSwitch { .. } => ErrorKind::NoToolchain,
            SelectError::Unreadable { .. } | SelectError::Store { .. } => ErrorKind::Failure,
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            SelectError::NotInstalled { wanted } => Some(wanted.entries[0].text.clone()),
            SelectError::Invalid { error, .. } => Some(error.value.clone()),
            SelectError::LinkNotAllowed { name, .. } | SelectError::BrokenLink { name, .. } => {
                Some(name.to_string())
            }
            _ => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            SelectError::Invalid { place, .. } => match place {
                FaultyPlace::Variable(name) => format!("run `unset {name}`, or set it to a version such as 1.22.6"),
                FaultyPlace::Default(_) => "run `gom use latest`".to_owned(),
                FaultyPlace::File(_) => {
                    "write a version such as 1.22.6 there, or run `gom local latest` in that folder"
                        .to_owned()
                }
            },
            SelectError::LinkNotAllowed { name, .. } => {
                format!("run `gom local {name}` in that folder if you trust it, or `gom local latest`")
            }
            SelectError::BrokenLink { name, .. } => {
                format!("run `gom link {name} DIR` with a GOROOT that is built, or `gom unlink {name}`")
            }
            SelectError::Unreadable { path, error } | SelectError::Store { path, error } => {
                if error.raw_os_error().is_some_and(|number| TOO_MANY_FILES.contains(&number)) {
                    return "run `ulimit -n` to see how many files you may have open, raise it, then run the command again"
                        .to_owned();
                }
                format!("run `ls -ld {}` and make it readable", shell_quote(path))
            }
            SelectError::NotInstalled { wanted } => match wanted.entries[0].request.spec {
                Spec::System => "put a Go on PATH, or run `gom local latest` to pin one of gom's".to_owned(),
                _ => format!("run `gom install {}`", wanted.entries[0].request),
            },
            SelectError::NothingSelected { project: None } => "run `gom use latest`".to_owned(),
            SelectError::NothingSelected { project: Some(_) } => {
                "run `gom install` in that folder: it installs what the file asks for".to_owned()
            }
            SelectError::NoStore { .. } => {
                "run `gom install latest`, which makes the store, or set GOM_HOME to the folder of the one you have"
                    .to_owned()
            }
            SelectError::NeedsGom { text } => format!("run `gom exec {} -- go version`", shell_quote(text)),
            SelectError::BadSwitch { .. } => format!("run `unset {INTERNAL_SWITCH_VERSION}`"),
        }
    }
}

/// The numbers of too many open files, of the machine and of this process, on Linux and on macOS.
const TOO_MANY_FILES: [i32; 2] = [23, 24];

impl From<StoreUnreadable> for SelectError {
    fn from(StoreUnreadable { path, error }: StoreUnreadable) -> SelectError {
        SelectError::Store { path, error }
    }
}
