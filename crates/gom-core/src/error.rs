//! What a command can fail with: one type over the modules' own, each with a kind (and by it an exit
//! code), the value it is about, and the command that gets the user on.

use std::path::Path;

use gom_select::explain::{ErrorKind, Explain, with_causes};
use gom_select::hardware;
use gom_select::platform::Platform;
use gom_select::select::SelectError;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;

use crate::cancel::Cancelled;
use crate::fitness::Unfit;
use crate::go_settings::BadGoSetting;
use crate::guess;
use crate::index::IndexError;
use crate::log_hint;
use crate::net::NetError;
use crate::net::race::Failure;
use crate::proof::ProofError;
use crate::settings::BadSetting;
use crate::source::Skipped;
use crate::store::StoreError;
use crate::tree::TreeError;
use crate::unpack::UnpackError;
use crate::verify::PathError;
use gom_sumdb::LogError;

/// The result of everything here.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was typed is no version, line, range or keyword.
    #[error("`{text}` is not a version gom understands: {reason}")]
    BadSpec {
        /// As it was typed.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No such version is published.
    #[error("no Go release matches `{text}`{}", for_platform(.platform.as_ref()))]
    NoSuchVersion {
        /// As it was typed.
        text: String,
        /// The platform, where the version exists but not for it.
        platform: Option<Platform>,
        /// What may have been meant.
        hint: String,
    },
    /// No list here has it, and nobody could be asked for newer ones.
    #[error(
        "can't tell whether there is a Go {text}: the lists here end on {as_of} and can't be refreshed{reasons}"
    )]
    Unknown {
        /// As it was typed.
        text: String,
        /// The day of the newest list.
        as_of: String,
        /// Why, after a colon, or on lines of their own.
        reasons: String,
        /// What was asked for, as arguments of a gom command.
        arguments: String,
        /// Because somebody asked for no network.
        is_offline: bool,
    },
    /// The version is published, but not for this platform.
    #[error("Go {version} has no build for {platform}; it has {}", list(.available))]
    NoBuild {
        /// The version.
        version: GoVersion,
        /// The platform.
        platform: Platform,
        /// The platforms it has.
        available: Vec<Platform>,
    },
    /// Nothing installed matches.
    #[error("Go {text} is not installed{}", for_platform(.platform.as_ref()))]
    NotInstalled {
        /// As it was typed.
        text: String,
        /// The platform, where it was named beside the text.
        platform: Option<Platform>,
        /// What was asked for, as arguments of a gom command. `None` where Go has no such release.
        arguments: Option<String>,
    },
    /// Nothing here says which version is meant.
    #[error("no version was given, and neither a version file nor go.mod or go.work names one here")]
    NothingAsked,
    /// What go.mod, go.work or a version file asks for can't be installed.
    #[error("{place} asks for `{value}`, which gom can't install: {reason}")]
    BadProject {
        /// File and line.
        place: String,
        /// The value there.
        value: String,
        /// Why not.
        reason: String,
        /// What ends it.
        cure: String,
    },
    /// No place brought the archive.
    #[error("no source has {id}{}", reasons(.failures, .skipped))]
    NoSource {
        /// The toolchain.
        id: ToolchainId,
        /// The places that were asked, with their reasons.
        failures: Vec<Failure>,
        /// The places that were not.
        skipped: Vec<Skipped>,
    },
    /// Fetching something failed.
    #[error(transparent)]
    Net(NetError),
    /// What the lists of releases say can't be used.
    #[error(transparent)]
    Index(IndexError),
    /// The toolchain is not what was published.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The checksum database can't be asked, or what it says is not consistent.
    #[error("the checksum database {log} does not prove {id}: {}", with_causes(.source))]
    Log {
        /// The toolchain.
        id: ToolchainId,
        /// The database's name.
        log: String,
        /// What is wrong.
        source: LogError,
    },
    /// The archive is refused or damaged.
    #[error(transparent)]
    Unpack(#[from] UnpackError),
    /// The store can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A tree can't be hashed.
    #[error("can't verify: {0}")]
    Tree(std::io::Error),
    /// A folder can't be verified.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The toolchain does not run on this machine.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// Nothing can be selected.
    #[error(transparent)]
    Select(#[from] SelectError),
    /// A setting can't be used.
    #[error(transparent)]
    Setting(#[from] BadSetting),
    /// A Go setting can't be used.
    #[error(transparent)]
    GoSetting(#[from] BadGoSetting),
    /// A version file can't be written.
    #[error("can't write the pin: {0}")]
    Pin(std::io::Error),
    /// The user cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A fault of gom's own.
    #[error("this is a bug in gom: {0}")]
    Internal(String),
}

impl From<NetError> for Error {
    fn from(error: NetError) -> Error {
        match error {
            NetError::Cancelled(cancelled) => Error::Cancelled(cancelled),
            error => Error::Net(error),
        }
    }
}

impl From<IndexError> for Error {
    fn from(error: IndexError) -> Error {
        match error {
            IndexError::Cancelled(cancelled) => Error::Cancelled(cancelled),
            error @ IndexError::SumConflict(_) => Error::Index(error),
        }
    }
}

impl From<TreeError> for Error {
    fn from(error: TreeError) -> Error {
        match error {
            TreeError::Cancelled(cancelled) => Error::Cancelled(cancelled),
            TreeError::Io(error) => Error::Tree(error),
        }
    }
}

impl Explain for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Error::BadSpec { .. } | Error::BadProject { .. } | Error::NothingAsked => ErrorKind::Usage,
            Error::Setting(error) => error.kind(),
            Error::GoSetting(error) => error.kind(),
            Error::Path(error) => error.kind(),
            Error::Unfit(error) => error.kind(),
            Error::Store(error) => error.kind(),
            Error::Cancelled(cancelled) | Error::Unpack(UnpackError::Cancelled(cancelled)) => {
                cancelled.kind()
            }
            Error::NoSuchVersion { .. } | Error::NoBuild { .. } | Error::NotInstalled { .. } => {
                ErrorKind::NotFound
            }
            // Where the log is required, the database could be asked later.
            Error::Unknown { .. }
            | Error::NoSource { .. }
            | Error::Net(_)
            | Error::Proof(ProofError::LogRequired { .. }) => ErrorKind::Network,
            Error::Log { source, .. } => match source {
                source if source.is_integrity() || matches!(source, LogError::NotFound { .. }) => {
                    ErrorKind::Integrity
                }
                LogError::Unreachable { .. } | LogError::TileMissing { .. } => ErrorKind::Network,
                _ => ErrorKind::Failure,
            },
            Error::Unpack(UnpackError::Write { .. } | UnpackError::Panicked { .. })
            | Error::Tree(_)
            | Error::Pin(_)
            | Error::Internal(_) => ErrorKind::Failure,
            Error::Proof(_) | Error::Unpack(_) => ErrorKind::Integrity,
            Error::Select(error) => error.kind(),
            Error::Index(error) => error.kind(),
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            Error::BadSpec { text, .. }
            | Error::NoSuchVersion { text, .. }
            | Error::Unknown { text, .. }
            | Error::NotInstalled { text, .. } => Some(text.clone()),
            Error::NoBuild { version, .. } => Some(version.to_string()),
            Error::BadProject { value, .. } => Some(value.clone()),
            Error::Setting(error) => error.value(),
            Error::GoSetting(error) => error.value(),
            Error::Index(error) => error.value(),
            Error::NoSource { id, .. } | Error::Log { id, .. } => Some(id.to_string()),
            Error::Proof(error) => Some(error.id().to_string()),
            Error::Unpack(UnpackError::Entry { name, .. }) => Some(name.clone()),
            Error::Path(error) => error.value(),
            Error::Unfit(unfit) => unfit.value(),
            Error::Select(error) => error.value(),
            _ => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            Error::BadSpec { .. } => "write a version such as 1.22.6, a line such as 1.22, or `latest`; run `gom list-remote` to see them".to_owned(),
            Error::NoSuchVersion { hint, .. }
            | Error::Proof(ProofError::LogRequired { hint: Some(hint), .. }) => hint.clone(),
            Error::Unknown { is_offline: true, .. } => OFFLINE_HINT.to_owned(),
            Error::Unknown { arguments, .. } => format!(
                "run `gom doctor --network` to see what can't be reached and what to set, then `gom install {arguments}` again"
            ),
            Error::NoBuild { version, platform, available } => no_build_hint(version, platform, available),
            Error::NotInstalled { arguments: Some(arguments), .. } => {
                format!("run `gom install {arguments}`, or `gom list` to see what is installed")
            }
            Error::NotInstalled { arguments: None, .. } => {
                "run `gom list` to see what is installed".to_owned()
            }
            Error::NothingAsked => "run `gom install latest`, or `gom local latest` to pin this folder".to_owned(),
            Error::BadProject { cure, .. } => cure.clone(),
            Error::NoSource { id, failures, skipped } => no_source_hint(id, failures, skipped),
            Error::Net(error) if error.hint().is_some() => error.hint().unwrap_or_default(),
            Error::Net(_) => "check the network (`gom config` shows the mirrors and proxies in use), then run the command again".to_owned(),
            Error::Index(error) => error.hint(),
            Error::Proof(ProofError::Nothing { .. }) => "nothing was installed; run `go env -u GOSUMDB` or unset it where the message says it stands, or run the command with `--source go.dev`".to_owned(),
            Error::Proof(ProofError::LogRequired { .. }) => {
                "nothing was installed; run the command again when the checksum database can be reached; `gom config` shows what sets `proof`".to_owned()
            }
            Error::Proof(_) | Error::Unpack(UnpackError::Entry { .. } | UnpackError::WrongVersion { .. } | UnpackError::WrongProgram { .. } | UnpackError::TooLarge { .. }) => {
                "nothing was installed; the place it came from changed it: run the command with another `--source`, and tell whoever runs that place".to_owned()
            }
            Error::Unpack(UnpackError::Damaged { .. }) => "run the command again; if it stays, with another `--source`".to_owned(),
            Error::Unpack(UnpackError::Write { path, .. }) => {
                let store = path.ancestors().find(|dir| dir.ends_with("staging")).and_then(Path::parent);
                let store = store.unwrap_or(path).display();
                format!("run `df -h {store}` and `ls -ld {store}`, make room or make it writable, then run the command again")
            }
            Error::Log { log, source, .. } => log_hint::hint(source, log),
            Error::Store(error) => error.hint(),
            Error::Tree(_) => "make it readable, or run the command as the user whose files they are".to_owned(),
            Error::Path(error) => error.hint(),
            Error::Unfit(unfit) => unfit.hint(),
            Error::Select(error) => error.hint(),
            Error::Setting(error) => error.hint(),
            Error::GoSetting(error) => error.hint(),
            Error::Pin(_) => "run `ls -ld .` and make the folder writable, or pin the shell with `export GOM_TOOLCHAIN=1.22.6`".to_owned(),
            Error::Cancelled(cancelled) | Error::Unpack(UnpackError::Cancelled(cancelled)) => cancelled.hint(),
            Error::Internal(_) | Error::Unpack(UnpackError::Panicked { .. }) => "run the command again with `--verbose`, and report what it prints".to_owned(),
        }
    }

    fn guess(&self) -> Option<String> {
        match self {
            Error::BadSpec { text, .. }
            | Error::NoSuchVersion { text, .. }
            | Error::NotInstalled { text, .. } => guess::spec(text),
            _ => None,
        }
    }
}

impl Error {
    /// Whether the bytes that arrived are at fault, so that they are of no use for another try.
    pub fn is_about_content(&self) -> bool {
        match self {
            Error::Proof(error) => error.is_about_content(),
            Error::Unpack(error) => !matches!(
                error,
                UnpackError::Write { .. } | UnpackError::Panicked { .. } | UnpackError::Cancelled(_)
            ),
            _ => false,
        }
    }
}

/// What ends a failure that comes from having asked for no network.
const OFFLINE_HINT: &str = "leave out `--offline`, or unset GOM_OFFLINE; `gom config` shows what sets it";

/// A build for the same system is the likelier help: Rosetta runs amd64, amd64 runs 386.
fn no_build_hint(version: &GoVersion, platform: &Platform, available: &[Platform]) -> String {
    let same_system = available.iter().find(|other| other.os() == platform.os());
    match same_system.or(available.first()) {
        Some(other) => {
            format!("run `gom install {} --os {} --arch {}`", version.as_spec(), other.os(), other.arch())
        }
        None => "run `gom list-remote` to see what there is".to_owned(),
    }
}

fn no_source_hint(id: &ToolchainId, failures: &[Failure], skipped: &[Skipped]) -> String {
    let argument = id.as_argument(&hardware::platform());
    if failures.iter().any(|failure| matches!(failure.error, NetError::Offline { .. })) {
        return OFFLINE_HINT.to_owned();
    }
    // What no other source would mend.
    if let Some(hint) = failures.iter().find_map(|failure| failure.error.hint()) {
        return hint;
    }
    if failures.is_empty() && skipped.iter().any(|skipped| skipped.needs_log) {
        return format!(
            "run `go env -u GOSUMDB` or unset it where the message says it stands, then `gom install {argument}` again"
        );
    }
    format!(
        "set GOM_MIRROR to a mirror you can reach, or GOPROXY to a module proxy, and run `gom install {argument}` again; \
         `gom config` shows both"
    )
}

fn for_platform(platform: Option<&Platform>) -> String {
    platform.map_or_else(String::new, |platform| format!(" for {platform}"))
}

fn list(platforms: &[Platform]) -> String {
    platforms.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

pub(crate) fn reasons(failures: &[Failure], skipped: &[Skipped]) -> String {
    let asked = failures.iter().map(|failure| format!("\n  {}: {}", failure.label, failure.error));
    let skipped =
        skipped.iter().map(|skipped| format!("\n  {}: not asked: {}", skipped.label, skipped.reason));
    asked.chain(skipped).collect()
}
