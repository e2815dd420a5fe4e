//! Why gom could not update or remove itself. After every one of these the old gom still works.

use std::io;
use std::path::PathBuf;

use gom_core::cancel::Cancelled;
use gom_core::files;
use gom_core::go::settings::BadGoSetting;
use gom_core::net::NetError;
use gom_core::proof::hint_of_log;
use gom_core::shell_quote::shell_quote;
use gom_core::store::StoreError;
use gom_select::explain::{ErrorKind, Explain, with_causes};
use gom_shell::ShellError;
use gom_sumdb::LogError;

use crate::owner::{Manager, Owner};
use crate::proof::Mismatch;
use crate::release::ReleaseVersion;

/// Why gom can't update or remove itself.
#[derive(Debug, thiserror::Error)]
pub enum SelfError {
    /// This gom was built without the path of a module.
    #[error("this gom was built from a checkout and knows no place with releases of gom")]
    NoModule,
    /// There is no download base.
    #[error("this gom knows no address of its archives")]
    NoBase,
    /// The address of the download base.
    #[error("the download base `{value}` can't be used: {reason}")]
    Base {
        /// Its value.
        value: String,
        /// What is wrong.
        reason: String,
    },
    /// A text that is not the version of a release.
    #[error("`{text}` is not a release of gom: only versions such as 0.2.0 are")]
    Version {
        /// The text.
        text: String,
    },
    /// A package manager owns the program.
    #[error("`{}` belongs to {}", file.display(), owner.manager)]
    Owned {
        /// The program.
        file: PathBuf,
        /// Its owner.
        owner: Owner,
    },
    /// The program of this process is gone.
    #[error("gom's own program was removed while it ran")]
    NoProgram,
    /// The version is older.
    #[error("gom {version} is older than this gom, {current}")]
    Downgrade {
        /// The version of the program on the disk.
        current: String,
        /// The version that was asked for.
        version: ReleaseVersion,
    },
    /// Nobody names a release.
    #[error("no place names a release of gom ({module}): {}", reasons(failures))]
    NoVersions {
        /// The module.
        module: String,
        /// Why each place failed.
        failures: Vec<String>,
    },
    /// The checksum database is off.
    #[error("nothing proves a new gom: checksum database disabled by GOSUMDB=off ({origin})")]
    LogOff {
        /// Where that is set.
        origin: String,
    },
    /// The checksum database can't be asked, or its answer is false.
    #[error("the checksum database {log} does not prove {release}: {}", with_causes(source))]
    Log {
        /// The release.
        release: String,
        /// The database.
        log: String,
        /// What is wrong.
        source: LogError,
    },
    /// No place has the release.
    #[error("no place has {release}: {}", reasons(failures))]
    NoPlace {
        /// The release.
        release: String,
        /// Why each place failed.
        failures: Vec<String>,
    },
    /// The release has no program for this machine.
    #[error("gom {version} is not released for {}", targets.join(", "))]
    NoBuild {
        /// The version.
        version: ReleaseVersion,
        /// The targets of this machine.
        targets: Vec<String>,
    },
    /// What came is not the recorded release.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// A zip or an archive can't be read.
    #[error("`{place}` can't be unpacked: {reason}")]
    Damaged {
        /// Where it came from.
        place: String,
        /// Why.
        reason: String,
    },
    /// The new gom does not run, or is another version. The old one is in its place.
    #[error("the new gom does not work here: {reason}")]
    NoAnswer {
        /// What it said instead.
        reason: String,
    },
    /// A program can't be written or replaced.
    #[error("can't write `{}`: {error}", path.display())]
    Disk {
        /// The program.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The old gom could not be put back.
    #[error("the new gom does not work here ({reason}), and the old one could not be put back: {error}")]
    NotRestored {
        /// What is wrong with the new one.
        reason: String,
        /// Where the old one is.
        old: PathBuf,
        /// Its place.
        place: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A folder that gom must not remove.
    #[error("`{}` is not removed: {reason}", folder.display())]
    NotRemoved {
        /// The folder.
        folder: PathBuf,
        /// Why.
        reason: String,
        /// What to run.
        hint: String,
    },
    /// A request failed.
    #[error(transparent)]
    Net(#[from] NetError),
    /// The store can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A Go setting can't be used.
    #[error(transparent)]
    GoSetting(#[from] BadGoSetting),
    /// A toolchain can't be removed.
    #[error(transparent)]
    Core(#[from] gom_core::Error),
    /// gom's lines can't be taken out of a start-up file.
    #[error(transparent)]
    Shell(#[from] ShellError),
    /// The user cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

fn reasons(failures: &[String]) -> String {
    if failures.is_empty() {
        return "GOPROXY names no module proxy, and there is no download base".to_owned();
    }
    failures.join("; ")
}

/// The hint for a gom that can't update itself but can be built.
const BUILD: &str = "run `./install.sh` in a newer checkout of gom";

impl Explain for SelfError {
    fn kind(&self) -> ErrorKind {
        match self {
            SelfError::Version { .. } | SelfError::Base { .. } => ErrorKind::Usage,
            SelfError::Owned { .. } | SelfError::Downgrade { .. } | SelfError::NotRemoved { .. } => {
                ErrorKind::Refused
            }
            SelfError::NoBuild { .. } => ErrorKind::NotFound,
            SelfError::NoVersions { .. } | SelfError::NoPlace { .. } | SelfError::LogOff { .. } => {
                ErrorKind::Network
            }
            SelfError::Log {
                source: LogError::Unreachable { .. } | LogError::TileMissing { .. }, ..
            } => ErrorKind::Network,
            SelfError::Log { source, .. }
                if source.is_integrity() || matches!(source, LogError::NotFound { .. }) =>
            {
                ErrorKind::Integrity
            }
            SelfError::Mismatch(_) | SelfError::Damaged { .. } => ErrorKind::Integrity,
            SelfError::NoModule
            | SelfError::NoBase
            | SelfError::NoProgram
            | SelfError::Log { .. }
            | SelfError::NoAnswer { .. }
            | SelfError::NotRestored { .. }
            | SelfError::Disk { .. } => ErrorKind::Failure,
            SelfError::Net(error) => error.kind(),
            SelfError::Store(error) => error.kind(),
            SelfError::GoSetting(error) => error.kind(),
            SelfError::Core(error) => error.kind(),
            SelfError::Shell(error) => error.kind(),
            SelfError::Cancelled(error) => error.kind(),
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            SelfError::Version { text } => Some(text.clone()),
            SelfError::Base { value, .. } => Some(value.clone()),
            SelfError::Owned { file, .. } | SelfError::Disk { path: file, .. } => {
                Some(file.display().to_string())
            }
            SelfError::NotRemoved { folder, .. } => Some(folder.display().to_string()),
            SelfError::Downgrade { version, .. } | SelfError::NoBuild { version, .. } => {
                Some(version.to_string())
            }
            SelfError::Log { release, .. } | SelfError::NoPlace { release, .. } => Some(release.clone()),
            SelfError::GoSetting(error) => error.value(),
            SelfError::Core(error) => error.value(),
            SelfError::Shell(error) => error.value(),
            _ => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            SelfError::NoModule | SelfError::NoBuild { .. } => BUILD.to_owned(),
            SelfError::NoBase => {
                "set GOM_DOWNLOAD_BASE to the folder of the release's archives: https://example.com/gom".to_owned()
            }
            SelfError::Base { .. } => "unset GOM_DOWNLOAD_BASE, or set it to https://example.com/gom".to_owned(),
            SelfError::Version { .. } => "run `gom self update --check` to see the newest release".to_owned(),
            SelfError::Owned { owner, .. } => format!("run `{}`", owner.update),
            SelfError::NoProgram => "run the command again".to_owned(),
            SelfError::Downgrade { version, .. } => {
                format!("run `gom self update {version} --allow-downgrade`")
            }
            SelfError::NoVersions { .. } | SelfError::NoPlace { .. } => {
                "check the network, then run the command again; `gom config` shows GOPROXY, and GOM_DOWNLOAD_BASE names \
                 another folder with releases"
                    .to_owned()
            }
            SelfError::LogOff { .. } => {
                "run `GOSUMDB=sum.golang.org gom self update`; nothing else proves a new gom".to_owned()
            }
            SelfError::Log { source: LogError::NotFound { .. }, .. } => {
                "nothing was changed; run `gom self update --check` to see the newest release".to_owned()
            }
            SelfError::Log { log, source, .. } => format!("nothing was changed; {}", hint_of_log(source, log)),
            SelfError::Mismatch(_) | SelfError::Damaged { .. } => {
                "nothing was changed; that place does not have the recorded release: run the command with another \
                 GOPROXY or GOM_DOWNLOAD_BASE, and report it to the operator of the place"
                    .to_owned()
            }
            SelfError::NoAnswer { .. } => {
                "the old gom is in its place; run `gom self update --check` to see other releases".to_owned()
            }
            SelfError::NotRestored { old, place, .. } => {
                format!("run `mv -f {} {}`", shell_quote(old), shell_quote(place))
            }
            SelfError::Disk { path, error } if error.kind() == io::ErrorKind::StorageFull => {
                let folder = files::nearest_folder(path).unwrap_or(path);
                format!("nothing was changed; run `df -h {}`, make room, then run the command again", shell_quote(folder))
            }
            SelfError::Disk { path, .. } => {
                let folder = files::nearest_folder(path).unwrap_or(path);
                format!("nothing was changed; run `ls -ld {}` to see who may write there", shell_quote(folder))
            }
            SelfError::NotRemoved { hint, .. } => hint.clone(),
            SelfError::Net(error) => error.hint(),
            SelfError::Store(error) => error.hint(),
            SelfError::GoSetting(error) => error.hint(),
            SelfError::Core(error) => error.hint(),
            SelfError::Shell(error) => error.hint(),
            SelfError::Cancelled(error) => error.hint(),
        }
    }
}

impl SelfError {
    /// The manager that owns the program, if that is the reason.
    pub fn manager(&self) -> Option<Manager> {
        match self {
            SelfError::Owned { owner, .. } => Some(owner.manager),
            _ => None,
        }
    }
}
