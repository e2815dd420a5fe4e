//! Why the places of a project can't be compared or written, and what to run next.

use std::path::PathBuf;

use gom_core::project::ProjectError;
use gom_core::shell_quote::shell_quote;
use gom_select::explain::{ErrorKind, Explain};

/// Why `gom sync` fails.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// Nothing says which version the project is to have.
    #[error("nothing in `{}` selects a Go: it has no version file, go.work or go.mod", root.display())]
    NoTarget {
        /// The project's root.
        root: PathBuf,
    },
    /// No known release is what the user asked for.
    #[error("no known release matches `{request}`")]
    NoRelease {
        /// The request.
        request: String,
    },
    /// A version that is not one of a release, such as `system`.
    #[error("`{request}` names no release that a file could have")]
    NotARelease {
        /// The request.
        request: String,
    },
    /// An error of gom-core, such as an invalid SPEC.
    #[error(transparent)]
    Core(#[from] Box<gom_core::Error>),
    /// The project's `gom.toml` is invalid.
    #[error("{}:{line}: {reason}", file.display())]
    Policy {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A file changed after it was read.
    #[error("`{}` changed meanwhile", file.display())]
    ChangedMeanwhile {
        /// The file.
        file: PathBuf,
    },
    /// A file can't be written.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// Docker Hub, or what was named instead of it, does not answer.
    #[error("it is not known whether there is an image golang:{tag}: {reason}")]
    NoAnswer {
        /// The tag.
        tag: String,
        /// Why.
        reason: String,
    },
    /// What was named instead of Docker Hub is no address.
    #[error("`{hub}` is no address of Docker Hub or a mirror of it: {reason}")]
    BadHub {
        /// The address, without credentials.
        hub: String,
        /// Why.
        reason: String,
    },
    /// The working directory does not exist.
    #[error("the working directory no longer exists")]
    NoFolder,
}

impl Explain for SyncError {
    fn kind(&self) -> ErrorKind {
        match self {
            SyncError::NoTarget { .. } | SyncError::NoRelease { .. } => ErrorKind::NotFound,
            SyncError::NotARelease { .. } | SyncError::Policy { .. } | SyncError::BadHub { .. } => {
                ErrorKind::Usage
            }
            SyncError::NoAnswer { .. } => ErrorKind::Network,
            SyncError::Core(error) => error.kind(),
            SyncError::Project(error) => error.kind(),
            SyncError::ChangedMeanwhile { .. } | SyncError::NoFolder => ErrorKind::Failure,
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            SyncError::NoRelease { request } | SyncError::NotARelease { request } => Some(request.clone()),
            SyncError::Policy { file, .. } | SyncError::ChangedMeanwhile { file } => {
                Some(file.display().to_string())
            }
            SyncError::NoAnswer { tag, .. } => Some(tag.clone()),
            SyncError::BadHub { hub, .. } => Some(hub.clone()),
            SyncError::Core(error) => error.value(),
            SyncError::Project(error) => error.value(),
            SyncError::NoTarget { .. } | SyncError::NoFolder => None,
        }
    }

    fn guess(&self) -> Option<String> {
        match self {
            SyncError::Core(error) => error.guess(),
            _ => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            SyncError::NoTarget { .. } => {
                "run `gom sync --to latest`, or pin it with `gom local latest`".to_owned()
            }
            SyncError::NoRelease { .. } => "run `gom list-remote` to see the releases".to_owned(),
            SyncError::NotARelease { .. } => "name a release, such as `gom sync --to latest`".to_owned(),
            SyncError::NoAnswer { .. } => {
                "run the command without `--online`, which uses the tags that gom knows".to_owned()
            }
            SyncError::BadHub { .. } => {
                "run `gom sync --online` without `--hub`, or name a mirror by https".to_owned()
            }
            SyncError::Core(error) => error.hint(),
            SyncError::Policy { file, .. } => {
                format!("edit that line of {}; `gom help sync` lists the keys", shell_quote(file))
            }
            SyncError::ChangedMeanwhile { .. } => "run `gom sync` again".to_owned(),
            SyncError::Project(error) => error.hint(),
            SyncError::NoFolder => "run `cd ~` and try again".to_owned(),
        }
    }
}

impl From<gom_core::Error> for SyncError {
    fn from(error: gom_core::Error) -> SyncError {
        SyncError::Core(Box::new(error))
    }
}
