//! Why nothing can be pruned.

use std::path::PathBuf;

use gom_select::explain::{ErrorKind, Explain};
use gom_select::select::SelectError;

use crate::cancel::Cancelled;
use crate::error::Error;
use crate::machine::processes::{RunningProgram, named};
use crate::settings::SettingOrigin;
use crate::shell_quote::shell_quote;
use crate::store::StoreError;

/// What to run if use does not matter.
const WITHOUT_USE: &str =
    "run `gom prune --unused-for 0d` to remove what no pin and no default needs, used or not";

/// Why nothing can be pruned.
#[derive(Debug, thiserror::Error)]
pub enum PruneError {
    /// Use is not recorded, so nothing is known to be unused.
    #[error("the use of toolchains is not recorded ({0}), so gom can't tell what is unused")]
    RecordingOff(SettingOrigin),
    /// The store has no record of use.
    #[error("the use of toolchains is not recorded: {}", why(folder, reason.as_deref()))]
    NotRecorded {
        /// The folder of the record.
        folder: PathBuf,
        /// Why it can't be read; `None` if it is missing.
        reason: Option<String>,
    },
    /// Go works on a toolchain of its module cache.
    #[error("a go command holds the lock `{}`", file.display())]
    CacheLocked {
        /// The lock file.
        file: PathBuf,
    },
    /// Programs of a toolchain in the module cache run.
    #[error("`{}` is in use by {}", tree.display(), named(programs))]
    CacheRunning {
        /// The tree.
        tree: PathBuf,
        /// Its programs that run.
        programs: Vec<RunningProgram>,
    },
    /// The store, a file or the module cache can't be read or changed.
    #[error(transparent)]
    Core(Box<Error>),
}

fn why(folder: &std::path::Path, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => reason.to_owned(),
        None => format!("`{}` is missing", folder.display()),
    }
}

impl From<Error> for PruneError {
    fn from(error: Error) -> PruneError {
        PruneError::Core(Box::new(error))
    }
}

impl From<SelectError> for PruneError {
    fn from(error: SelectError) -> PruneError {
        Error::from(error).into()
    }
}

impl From<StoreError> for PruneError {
    fn from(error: StoreError) -> PruneError {
        Error::from(error).into()
    }
}

impl From<std::io::Error> for PruneError {
    fn from(error: std::io::Error) -> PruneError {
        StoreError::from(error).into()
    }
}

impl From<Cancelled> for PruneError {
    fn from(cancelled: Cancelled) -> PruneError {
        Error::from(cancelled).into()
    }
}

impl Explain for PruneError {
    fn kind(&self) -> ErrorKind {
        match self {
            PruneError::RecordingOff(_) | PruneError::NotRecorded { .. } => ErrorKind::Failure,
            PruneError::CacheLocked { .. } | PruneError::CacheRunning { .. } => ErrorKind::Locked,
            PruneError::Core(error) => error.kind(),
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            PruneError::RecordingOff(origin) => Some(origin.to_string()),
            PruneError::NotRecorded { folder, .. } => Some(folder.display().to_string()),
            PruneError::CacheLocked { file } => Some(file.display().to_string()),
            PruneError::CacheRunning { tree, .. } => Some(tree.display().to_string()),
            PruneError::Core(error) => error.value(),
        }
    }

    fn guess(&self) -> Option<String> {
        match self {
            PruneError::Core(error) => error.guess(),
            _ => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            PruneError::RecordingOff(SettingOrigin::Environment(variable)) => {
                format!("run `env -u {variable} gom prune`, or {WITHOUT_USE}")
            }
            PruneError::RecordingOff(_) => WITHOUT_USE.to_owned(),
            PruneError::NotRecorded { reason: None, .. } => {
                format!("run `gom self init` to begin the record, or {WITHOUT_USE}")
            }
            PruneError::NotRecorded { folder, .. } => {
                let folder = shell_quote(folder);
                format!(
                    "run `ls -ld {folder}` to see what it is, then remove it and run `gom self init`, or {WITHOUT_USE}"
                )
            }
            PruneError::CacheLocked { .. } | PruneError::CacheRunning { .. } => {
                "run `gom prune --go-modcache` again when it has ended".to_owned()
            }
            PruneError::Core(error) => error.hint(),
        }
    }
}
