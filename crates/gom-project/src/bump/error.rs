//! Why a project can't be moved, and what to run next.

use std::io;
use std::path::{Path, PathBuf};

use gom_core::cancel::Cancelled;
use gom_core::shell_quote::shell_quote;
use gom_select::explain::{ErrorKind, Explain};
use gom_select::version::GoVersion;

use super::plan::SkippedRelease;
use crate::error::SyncError;
use crate::policy::MinAge;

/// Why `gom bump` fails.
#[derive(Debug, thiserror::Error)]
pub enum BumpError {
    /// The places can't be compared or written.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// The argument is almost a level.
    #[error("`{request}` is neither a level (patch or minor) nor a version")]
    Misspelled {
        /// The argument.
        request: String,
        /// The level.
        level: String,
    },
    /// Each release that the user's SPEC allows is too young.
    #[error("each release that matches `{request}` is too young ({})", newest.reason(min_age))]
    TooYoung {
        /// The SPEC.
        request: String,
        /// How old a release must be.
        min_age: MinAge,
        /// The newest one.
        newest: Box<SkippedRelease>,
    },
    /// The go command for `go mod tidy` is not installed.
    #[error("Go {version} is not installed, so `go mod tidy` can't run with it")]
    NotInstalled {
        /// The release that the project moves to.
        version: GoVersion,
    },
    /// The go command can't be started.
    #[error("can't run `{}`: {error}", program.display())]
    NotStarted {
        /// The program.
        program: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// `go mod tidy` failed.
    #[error("`go mod tidy` failed in `{}`: {text}", folder.display())]
    Tidy {
        /// The folder of the module.
        folder: PathBuf,
        /// The Go that ran.
        version: GoVersion,
        /// What it said.
        text: String,
        /// What sets GOPROXY to `off`, if that is why it failed.
        offline: Option<String>,
    },
    /// The user pressed Ctrl-C.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl Explain for BumpError {
    fn kind(&self) -> ErrorKind {
        match self {
            BumpError::Sync(error) => error.kind(),
            BumpError::Misspelled { .. } => ErrorKind::Usage,
            BumpError::TooYoung { .. } => ErrorKind::Refused,
            BumpError::NotInstalled { .. } => ErrorKind::NotFound,
            BumpError::NotStarted { .. } | BumpError::Tidy { .. } => ErrorKind::Failure,
            BumpError::Cancelled(error) => error.kind(),
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            BumpError::Sync(error) => error.value(),
            BumpError::Misspelled { request, .. } | BumpError::TooYoung { request, .. } => {
                Some(request.clone())
            }
            BumpError::NotInstalled { version } => Some(version.to_string()),
            BumpError::NotStarted { program, .. } => Some(program.display().to_string()),
            BumpError::Tidy { folder, .. } => Some(folder.display().to_string()),
            BumpError::Cancelled(_) => None,
        }
    }

    fn guess(&self) -> Option<String> {
        match self {
            BumpError::Sync(error) => error.guess(),
            BumpError::Misspelled { level, .. } => Some(level.clone()),
            _ => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            BumpError::Sync(SyncError::NoTarget { .. }) => {
                "run `gom bump latest`, or pin it with `gom local latest`".to_owned()
            }
            BumpError::Sync(SyncError::NotARelease { .. }) => {
                "name a release, such as `gom bump latest`".to_owned()
            }
            BumpError::Sync(error) => error.hint(),
            BumpError::Misspelled { level, .. } => format!("run `gom bump {level}`"),
            BumpError::TooYoung { request, .. } => {
                format!("run `gom bump {} --min-age 0d` to take it now", shell_quote(request))
            }
            BumpError::NotInstalled { version } => {
                format!("run `gom install {version}`, then the same command again")
            }
            BumpError::NotStarted { program, .. } => {
                format!("run `gom verify --path {}`", goroot_of(program))
            }
            BumpError::Tidy { .. } => self.hint_after("gom bump --tidy"),
            BumpError::Cancelled(error) => error.hint(),
        }
    }
}

impl BumpError {
    /// What to run next after this command, which goes on where it stopped.
    pub fn hint_after(&self, command: &str) -> String {
        match self {
            BumpError::Sync(error) => error.hint_after(command),
            BumpError::Tidy { offline: Some(origin), .. } => {
                format!("GOPROXY is off because of {origin}; without that, run `{command}` again")
            }
            BumpError::Tidy { folder, version, .. } => format!(
                "correct the module, see `cd {} && gom exec {version} -- go mod tidy`, then run `{command}` again",
                shell_quote(folder)
            ),
            _ => self.hint(),
        }
    }
}

/// The tree of `bin/go`, quoted for a shell.
fn goroot_of(program: &Path) -> String {
    shell_quote(program.parent().and_then(Path::parent).unwrap_or(program))
}
