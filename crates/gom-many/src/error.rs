//! Why nothing could be run, and what to run next.

use std::io;
use std::path::PathBuf;

use gom_core::cancel::Cancelled;
use gom_core::error::Error as CoreError;
use gom_core::shell_quote::shell_quote;
use gom_select::explain::{ErrorKind, Explain};
use gom_select::version::GoVersion;

use crate::floor::GoLine;

/// Why a command could not be run, or a search can't go on.
#[derive(Debug, thiserror::Error)]
pub enum ManyError {
    /// A toolchain can't be had, or the user cancelled.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// The logs can't be written.
    #[error("can't write logs into `{}`: {error}", folder.display())]
    Logs {
        /// Their folder.
        folder: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Another gom writes its logs there.
    #[error("another gom writes its logs into `{}`", folder.display())]
    LogsInUse {
        /// Their folder.
        folder: PathBuf,
    },
    /// A file of results can't be written.
    #[error("can't write `{}`: {error}", file.display())]
    Result {
        /// The file.
        file: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Gos were asked for, and there is none.
    #[error("there is no Go to run the command with: no toolchain for this machine is installed")]
    NothingInstalled,
    /// `system` was named, and there is none.
    #[error("PATH has no `go` other than gom's")]
    NoSystemGo,
    /// Every Go is too old for the module here.
    #[error("{line}, and no Go here is as new, so nothing was run")]
    NothingRan {
        /// The line.
        line: GoLine,
    },
    /// An end of a search is no published release.
    #[error("`{text}` is not a published release")]
    NotPublished {
        /// The SPEC.
        text: String,
    },
    /// An end of a search is for another machine.
    #[error("`{text}` names a platform, and `gom bisect` runs the command with the builds for this one")]
    OtherPlatform {
        /// The SPEC.
        text: String,
    },
    /// Both ends are one release.
    #[error("--good and --bad are both Go {version}")]
    SameEnds {
        /// The release.
        version: GoVersion,
    },
    /// The good end is the newer one.
    #[error("Go {good}, which is good, is newer than Go {bad}, which is bad")]
    Reversed {
        /// The release of --good.
        good: GoVersion,
        /// The release of --bad.
        bad: GoVersion,
        /// The command for a shell.
        command: String,
    },
    /// An end gave another result than it should.
    #[error("Go {version} is {is}, and --{claimed} says that it is {claimed}")]
    NotAsClaimed {
        /// The release.
        version: GoVersion,
        /// The option.
        claimed: &'static str,
        /// What it is: good or bad.
        is: &'static str,
        /// What the command printed.
        log: PathBuf,
    },
    /// An end can't be judged.
    #[error("Go {version}, the {claimed} end, can't be tried: {reason}")]
    EndSkipped {
        /// The release.
        version: GoVersion,
        /// The option.
        claimed: &'static str,
        /// Why.
        reason: String,
        /// What to run.
        hint: String,
        /// The kind of the reason.
        kind: ErrorKind,
    },
}

impl From<Cancelled> for ManyError {
    fn from(error: Cancelled) -> ManyError {
        ManyError::Core(error.into())
    }
}

impl Explain for ManyError {
    fn kind(&self) -> ErrorKind {
        match self {
            ManyError::Core(error) => error.kind(),
            ManyError::Logs { .. }
            | ManyError::Result { .. }
            | ManyError::NothingRan { .. }
            | ManyError::NotAsClaimed { .. } => ErrorKind::Failure,
            ManyError::LogsInUse { .. } => ErrorKind::Locked,
            ManyError::NoSystemGo => ErrorKind::NoToolchain,
            ManyError::NothingInstalled | ManyError::NotPublished { .. } => ErrorKind::NotFound,
            ManyError::OtherPlatform { .. } | ManyError::SameEnds { .. } | ManyError::Reversed { .. } => {
                ErrorKind::Usage
            }
            ManyError::EndSkipped { kind, .. } => *kind,
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            ManyError::Core(error) => error.value(),
            ManyError::Logs { folder, .. } | ManyError::LogsInUse { folder } => {
                Some(folder.display().to_string())
            }
            ManyError::Result { file, .. } => Some(file.display().to_string()),
            ManyError::NothingInstalled => None,
            ManyError::NoSystemGo => Some("system".to_owned()),
            ManyError::NothingRan { line } => Some(line.version.to_string()),
            ManyError::NotPublished { text } | ManyError::OtherPlatform { text } => Some(text.clone()),
            ManyError::SameEnds { version }
            | ManyError::NotAsClaimed { version, .. }
            | ManyError::EndSkipped { version, .. } => Some(version.to_string()),
            ManyError::Reversed { good, .. } => Some(good.to_string()),
        }
    }

    fn hint(&self) -> String {
        match self {
            ManyError::Core(error) => error.hint(),
            ManyError::Logs { .. } => {
                "make room there, or set GOM_CACHE_DIR to a folder that you can write into; `gom each` also takes `--logs`"
                    .to_owned()
            }
            ManyError::LogsInUse { .. } => {
                "run the command again when that one has ended; `gom each` can write into another folder with `--logs`"
                    .to_owned()
            }
            ManyError::Result { .. } => "name another file with `--junit`".to_owned(),
            ManyError::NothingInstalled => "run `gom install latest`".to_owned(),
            ManyError::NoSystemGo => "run `gom list` to see which Gos there are".to_owned(),
            ManyError::NothingRan { line } => {
                format!("name a Go that is new enough: run `gom list-remote '>={}'`", line.version)
            }
            ManyError::NotPublished { .. } => {
                "run `gom list-remote` to see the published versions".to_owned()
            }
            ManyError::OtherPlatform { .. } => "name a version alone, such as 1.22.6".to_owned(),
            ManyError::SameEnds { .. } => "run `gom list-remote` to see what lies before and after it".to_owned(),
            ManyError::Reversed { good, bad, command } => format!(
                "to find the release that fixed it, turn the result around: run `gom bisect --good {bad} --bad {good} \
                 -- sh -c '! \"$@\"' - {command}`"
            ),
            ManyError::NotAsClaimed { log, .. } => {
                format!("run `cat {}` to see what the command printed", shell_quote(log))
            }
            ManyError::EndSkipped { hint, .. } => hint.clone(),
        }
    }
}
