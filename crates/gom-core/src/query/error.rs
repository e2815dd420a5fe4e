//! The reasons why a query, typed or in a file, means no toolchain.

use std::path::PathBuf;

use gom_select::explain::{ErrorKind, Explain};
use gom_select::link_name::LinkName;
use gom_select::platform::Platform;
use gom_select::version::GoVersion;

use crate::hints;
use crate::query::guess;
use crate::shell_quote::shell_quote;

/// Why a query means no toolchain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The text is not a version, line, range or keyword.
    #[error("`{text}` is not a version gom understands: {reason}")]
    BadSpec {
        /// The text as typed.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No such version is published.
    #[error("no Go release matches `{text}`{}", for_platform(.platform.as_ref()))]
    NoSuchVersion {
        /// The text as typed.
        text: String,
        /// The platform, if the version exists but not for it.
        platform: Option<Platform>,
        /// A suggestion.
        hint: String,
    },
    /// No list has it, and the lists can't be refreshed.
    #[error(
        "can't tell whether Go {text} exists: the lists here end on {as_of} and can't be refreshed{reasons}"
    )]
    Unknown {
        /// The text as typed.
        text: String,
        /// The date of the newest list.
        as_of: String,
        /// Why, after a colon, or on lines of their own.
        reasons: String,
        /// The query as arguments of a gom command.
        arguments: String,
        /// The verb that was asked, for the hint.
        verb: &'static str,
        /// Whether the user asked for no network.
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
        /// The verb that was asked, for the hint.
        verb: &'static str,
    },
    /// No installed toolchain matches.
    #[error("Go {text} is not installed{}", for_platform(.platform.as_ref()))]
    NotInstalled {
        /// The text as typed.
        text: String,
        /// The platform, if one was named besides the text.
        platform: Option<Platform>,
        /// The query as arguments of a gom command; `None` if Go has no such release.
        arguments: Option<String>,
    },
    /// A linked toolchain was named where one of gom's is needed.
    #[error("`{name}` is the name of a linked Go{}, which gom neither installs nor proves", at(.goroot.as_ref()))]
    Linked {
        /// The name.
        name: LinkName,
        /// Its tree.
        goroot: Option<PathBuf>,
    },
    /// A linked toolchain was named where one has to be proven.
    #[error("the linked Go `{name}`, `{}`, is not proven, and here the checksum database has to prove each Go", .goroot.display())]
    LinkedUnproven {
        /// The name.
        name: LinkName,
        /// Its tree.
        goroot: PathBuf,
    },
    /// Nothing in a linked toolchain's tree tells its version.
    #[error("the linked Go `{name}`, `{}`, tells no version: it has no VERSION file", .goroot.display())]
    LinkedWithoutVersion {
        /// The name.
        name: LinkName,
        /// Its tree.
        goroot: PathBuf,
    },
    /// No version was given, and no file here names one.
    #[error("no version was given, and neither a version file nor go.mod or go.work names one here")]
    NothingAsked,
    /// gom can't install what go.mod, go.work or a version file asks for.
    #[error("{place} asks for `{value}`, which gom can't install: {reason}")]
    BadProject {
        /// File and line.
        place: String,
        /// The value there.
        value: String,
        /// Why not.
        reason: String,
        /// How to fix it.
        cure: String,
    },
}

impl Explain for QueryError {
    fn kind(&self) -> ErrorKind {
        match self {
            QueryError::BadSpec { .. }
            | QueryError::BadProject { .. }
            | QueryError::Linked { .. }
            | QueryError::LinkedUnproven { .. }
            | QueryError::LinkedWithoutVersion { .. }
            | QueryError::NothingAsked => ErrorKind::Usage,
            QueryError::NoSuchVersion { .. }
            | QueryError::NoBuild { .. }
            | QueryError::NotInstalled { .. } => ErrorKind::NotFound,
            QueryError::Unknown { .. } => ErrorKind::Network,
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            QueryError::BadSpec { text, .. }
            | QueryError::NoSuchVersion { text, .. }
            | QueryError::Unknown { text, .. }
            | QueryError::NotInstalled { text, .. } => Some(text.clone()),
            QueryError::NoBuild { version, .. } => Some(version.to_string()),
            QueryError::BadProject { value, .. } => Some(value.clone()),
            QueryError::Linked { name, .. }
            | QueryError::LinkedUnproven { name, .. }
            | QueryError::LinkedWithoutVersion { name, .. } => Some(name.to_string()),
            QueryError::NothingAsked => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            QueryError::BadSpec { .. } => {
                "write a version such as 1.22.6, a line such as 1.22, or `latest`; run `gom \
                                           list-remote` to see them"
                    .to_owned()
            }
            QueryError::NoSuchVersion { hint, .. } => hint.clone(),
            QueryError::Unknown { is_offline: true, .. } => hints::OFFLINE.to_owned(),
            QueryError::Unknown { arguments, verb, .. } => format!(
                "run `gom doctor --network` to see what can't be reached and what to set, then `{}` again",
                format!("gom {verb} {arguments}").trim_end()
            ),
            QueryError::NoBuild { version, platform, available, verb } => {
                no_build_hint(version, platform, available, verb)
            }
            QueryError::NotInstalled { arguments: Some(arguments), .. } => {
                format!("run `gom install {arguments}`, or `gom list` to see what is installed")
            }
            QueryError::NotInstalled { arguments: None, .. } => {
                "run `gom list` to see what is installed".to_owned()
            }
            QueryError::NothingAsked => {
                "run `gom install latest`, or `gom local latest` to pin this folder".to_owned()
            }
            QueryError::Linked { name, goroot: Some(goroot) } => format!(
                "run `gom unlink {name}` to remove the name, or `gom verify --path {}` to prove the tree",
                shell_quote(goroot)
            ),
            QueryError::Linked { name, goroot: None } => {
                format!("run `gom unlink {name}` to remove the name")
            }
            QueryError::LinkedUnproven { .. } => "set GOM_REQUIRE=any to accept it".to_owned(),
            QueryError::LinkedWithoutVersion { goroot, .. } => {
                format!("run `echo go1.22.6 > {}`, with its version", shell_quote(goroot.join("VERSION")))
            }
            QueryError::BadProject { cure, .. } => cure.clone(),
        }
    }

    fn guess(&self) -> Option<String> {
        match self {
            QueryError::BadSpec { text, .. }
            | QueryError::NoSuchVersion { text, .. }
            | QueryError::NotInstalled { text, .. } => guess::spec(text),
            _ => None,
        }
    }
}

/// The hint for a missing build. A build for the same system is the likelier help: Rosetta runs amd64, amd64
/// runs 386.
fn no_build_hint(version: &GoVersion, platform: &Platform, available: &[Platform], verb: &str) -> String {
    let same_system = available.iter().find(|other| other.os() == platform.os());
    match same_system.or(available.first()) {
        Some(other) => {
            format!("run `gom {verb} {} --os {} --arch {}`", version.as_spec(), other.os(), other.arch())
        }
        None => "run `gom list-remote` to see the published versions".to_owned(),
    }
}

fn at(goroot: Option<&PathBuf>) -> String {
    goroot.map_or_else(String::new, |goroot| format!(", `{}`", goroot.display()))
}

fn for_platform(platform: Option<&Platform>) -> String {
    platform.map_or_else(String::new, |platform| format!(" for {platform}"))
}

fn list(platforms: &[Platform]) -> String {
    platforms.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
