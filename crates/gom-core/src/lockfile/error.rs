//! Why a `gom.lock` can't be made, read or followed.

use std::path::PathBuf;

use gom_select::explain::{ErrorKind, Explain, with_causes};
use gom_select::platform::Platform;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;
use gom_sumdb::LogError;

use crate::proof::hint_of_log;

/// Why a `gom.lock` can't be made, read or followed.
#[derive(Debug, thiserror::Error)]
pub enum LockfileError {
    /// The project has none.
    #[error("there is no `{}`", file.display())]
    Missing {
        /// Where it would be.
        file: PathBuf,
    },
    /// It has another form.
    #[error("`{}` can't be read: {reason}", file.display())]
    Malformed {
        /// The file.
        file: PathBuf,
        /// What is wrong, with the line if it is known.
        reason: String,
    },
    /// A newer gom made it.
    #[error("`{}` has version {version} of the form, which a newer gom made", file.display())]
    Newer {
        /// The file.
        file: PathBuf,
        /// Its version.
        version: i64,
    },
    /// The project asks for another Go.
    #[error("`{}` locks go{locked}, and {place} asks for {asked}", file.display())]
    Moved {
        /// The file.
        file: PathBuf,
        /// The version in it.
        locked: GoVersion,
        /// What the project asks for.
        asked: String,
        /// The file and line that ask for it.
        place: String,
        /// Whether the file was only checked, and nothing was to be installed.
        is_check: bool,
    },
    /// It has no proof for a platform.
    #[error("`{}` has no proof of {id}: {reason}", file.display())]
    NotLocked {
        /// The file.
        file: PathBuf,
        /// The toolchain.
        id: ToolchainId,
        /// Why.
        reason: String,
    },
    /// The installed toolchain can't be compared with it.
    #[error("`{}` can't be compared with the {id} here: {reason}", file.display())]
    Unproven {
        /// The file.
        file: PathBuf,
        /// The toolchain.
        id: ToolchainId,
        /// Why.
        reason: String,
    },
    /// A proof in it is false.
    #[error("`{}` has a false proof of {id}: {}", file.display(), with_causes(.source))]
    False {
        /// The file.
        file: PathBuf,
        /// The toolchain.
        id: ToolchainId,
        /// The database that it names.
        log: String,
        /// What is wrong.
        source: LogError,
    },
    /// A sum in it is not that of the release.
    #[error("`{}` has {locked} for {what}, and {other_from} has {other}", file.display())]
    OtherSum {
        /// The file.
        file: PathBuf,
        /// What the sum is of.
        what: String,
        /// The sum in the file.
        locked: String,
        /// The other sum.
        other: String,
        /// Who has it.
        other_from: String,
    },
    /// It names a checksum database whose key is not known.
    #[error("`{}` has proofs of the checksum database {log}, whose key is not known here", file.display())]
    UnknownLog {
        /// The file.
        file: PathBuf,
        /// The database.
        log: String,
    },
    /// The checksum database is off.
    #[error(
        "the proofs in gom.lock come from the checksum database, which is disabled by GOSUMDB=off ({origin})"
    )]
    NoLog {
        /// Where that is set.
        origin: String,
    },
    /// The project asks for a Go that is no release.
    #[error("{place} asks for `{asked}`, which is no release that could be locked")]
    NoRelease {
        /// What is asked for.
        asked: String,
        /// Where.
        place: String,
    },
    /// It has no sum of an archive.
    #[error("`{}` has no published sha256 of an archive", file.display())]
    NoSums {
        /// The file.
        file: PathBuf,
    },
    /// No release exists for a platform.
    #[error("go{version} has no release for {platform}")]
    NoPlatform {
        /// The version.
        version: GoVersion,
        /// The platform.
        platform: Platform,
    },
}

impl Explain for LockfileError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Missing { .. } | Self::NotLocked { .. } | Self::NoPlatform { .. } | Self::NoSums { .. } => {
                ErrorKind::NotFound
            }
            Self::Malformed { .. }
            | Self::UnknownLog { .. }
            | Self::NoLog { .. }
            | Self::NoRelease { .. } => ErrorKind::Usage,
            Self::Newer { .. } => ErrorKind::Failure,
            Self::Moved { is_check: true, .. } => ErrorKind::ActionNeeded,
            Self::Moved { is_check: false, .. } => ErrorKind::Refused,
            Self::False { .. } | Self::OtherSum { .. } | Self::Unproven { .. } => ErrorKind::Integrity,
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            Self::Missing { file }
            | Self::Malformed { file, .. }
            | Self::Newer { file, .. }
            | Self::NoSums { file }
            | Self::Moved { file, .. }
            | Self::OtherSum { file, .. } => Some(file.display().to_string()),
            Self::NotLocked { id, .. } | Self::False { id, .. } | Self::Unproven { id, .. } => {
                Some(id.to_string())
            }
            Self::UnknownLog { log, .. } => Some(log.clone()),
            Self::NoLog { origin } => Some(origin.clone()),
            Self::NoRelease { asked, .. } => Some(asked.clone()),
            Self::NoPlatform { platform, .. } => Some(platform.to_string()),
        }
    }

    fn hint(&self) -> String {
        const MAKE: &str = "run `gom lock`, and commit the file";
        match self {
            Self::Missing { .. } | Self::Moved { .. } => MAKE.to_owned(),
            Self::Malformed { file, .. } => {
                format!(
                    "run `git checkout -- {0}` if it was whole once, or `rm {0}` and `gom lock`",
                    quoted(file)
                )
            }
            Self::Newer { .. } => "run `gom self update`".to_owned(),
            Self::NotLocked { id, .. } => {
                format!("run `gom lock`; or `gom install {id}`, which does not follow the file")
            }
            Self::Unproven { id, .. } => {
                format!("run `gom verify {0}`, or `gom install --locked --force`", id.version.as_spec())
            }
            Self::False { file, source, .. } if source.is_integrity() => {
                format!("somebody changed it: `git log -p -- {}` shows who", quoted(file))
            }
            Self::False { source, log, .. } => hint_of_log(source, log),
            Self::OtherSum { file, .. } => format!(
                "one of them is false: `git log -p -- {0}` shows who wrote it; `rm {0}` and `gom lock` make it anew",
                quoted(file)
            ),
            Self::UnknownLog { .. } => {
                "set GOSUMDB to the name and the key of that database, or run `gom lock` with yours"
                    .to_owned()
            }
            Self::NoLog { .. } => "run `GOSUMDB=sum.golang.org gom lock`".to_owned(),
            Self::NoRelease { .. } => {
                "run `gom local latest`, or pin another release with `gom local SPEC`; then run `gom lock`"
                    .to_owned()
            }
            Self::NoSums { .. } => {
                "run `gom lock` where go.dev can be reached: its list has the sums".to_owned()
            }
            Self::NoPlatform { version, .. } => {
                format!("run `gom list-remote {version} --json` to see its platforms")
            }
        }
    }
}

fn quoted(file: &std::path::Path) -> String {
    crate::shell_quote::shell_quote(file)
}
