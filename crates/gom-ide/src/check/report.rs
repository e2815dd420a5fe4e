//! What is known about one program.

use std::path::PathBuf;

use gom_core::path_text::{self, as_text};
use serde::Serialize;

/// The programs that an editor starts.
pub(super) const PROGRAMS: [&str; 3] = ["go", "gopls", "dlv"];

/// How a program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It runs, and fits.
    Ok,
    /// It is not found there.
    Missing,
    /// It does not run, or does not fit.
    Problem,
    /// It is in the project, so it was not started.
    Unsafe,
}

/// One program in one environment.
#[derive(Clone, Debug, Serialize)]
pub struct ProgramReport {
    /// `go`, `gopls` or `dlv`.
    pub name: &'static str,
    /// How it is.
    pub state: State,
    /// What would be started.
    #[serde(serialize_with = "optional_path")]
    pub path: Option<PathBuf>,
    /// Where that path comes from: `PATH`, or a file with its line.
    pub found_by: Option<String>,
    /// The program behind it, if it is gom's shim; for `go` that of the GOROOT.
    #[serde(serialize_with = "optional_path")]
    pub program: Option<PathBuf>,
    /// The architectures that the program contains code for.
    pub archs: Vec<&'static str>,
    /// The version, as the started program says.
    pub version: Option<String>,
    /// The Go that built it.
    pub built_by: Option<String>,
    /// What is wrong.
    pub problem: Option<String>,
    /// What to run.
    pub hint: Option<String>,
}

#[expect(clippy::ref_option, reason = "serde passes it so")]
fn optional_path<S: serde::Serializer>(path: &Option<PathBuf>, serializer: S) -> Result<S::Ok, S::Error> {
    match path {
        Some(path) => path_text::serialize(path, serializer),
        None => serializer.serialize_none(),
    }
}

/// A program that was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) origin: Origin,
    /// It is in the project.
    pub(super) is_in_project: bool,
}

/// Where a path comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The user's settings.
    Settings(PathBuf, usize),
    /// The folder that `go install` writes to.
    GoInstall,
    /// PATH.
    Path,
    /// The places that the Go extension of VS Code looks at last.
    Fallback,
}

impl Origin {
    /// As the user reads it.
    pub(super) fn text(&self) -> String {
        match self {
            Origin::Settings(file, line) => format!("{}:{line}", as_text(file)),
            Origin::GoInstall => "the folder of `go install`".to_owned(),
            Origin::Path => "PATH".to_owned(),
            Origin::Fallback => "the usual places".to_owned(),
        }
    }
}
