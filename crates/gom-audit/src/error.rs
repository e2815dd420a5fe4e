//! The errors of an audit.

use std::path::PathBuf;

use gom_core::Error;
use gom_select::explain::{ErrorKind, Explain};
use gom_select::select::SelectError;
use gom_select::version::GoVersion;

/// The result of what an audit does.
pub type Result<T> = std::result::Result<T, AuditError>;

/// Why an audit fails.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The place of the database is not one that can be asked.
    #[error("{origin} is `{text}`, which is not the URL of a vulnerability database: {reason}")]
    BadDatabase {
        /// Where it is set: `--db` or `GOVULNDB`.
        origin: &'static str,
        /// The value, without credentials.
        text: String,
        /// Why not.
        reason: String,
    },
    /// What should be audited can't be read.
    #[error("can't audit `{}`: {}", path.display(), reason(error))]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// What should be audited was not built by the go command.
    #[error("can't audit `{}`: it has no build information of Go", path.display())]
    NotOfGo {
        /// The file.
        path: PathBuf,
    },
    /// A folder has nothing to audit.
    #[error("can't audit `{}`: the folder has no program that Go built, and is not a GOROOT", path.display())]
    NothingOfGo {
        /// The folder.
        path: PathBuf,
    },
    /// `--secure` was asked for what is not a release of Go that gom could choose.
    #[error("--secure needs a version, a line or a range, not `{text}`")]
    NotARelease {
        /// The request.
        text: String,
    },
    /// Each release that answers to a request has known vulnerabilities.
    #[error(
        "each release that `{text}` could mean has known vulnerabilities, the newest, {newest}, has {known} ({data})"
    )]
    NoneSecure {
        /// The request.
        text: String,
        /// The newest of them.
        newest: GoVersion,
        /// How many it has.
        known: usize,
        /// Where that is known from, with its date.
        data: String,
        /// The line of the newest release without a known vulnerability.
        better: Option<String>,
    },
    /// An error of the library.
    #[error(transparent)]
    Core(Box<Error>),
}

/// A text that somebody else may have made, for a message.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    text.chars().take(LONGEST).flat_map(char::escape_debug).collect()
}

/// Why a file can't be read, without its name, which the message has already.
pub(crate) fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.rsplit_once("`: ").map_or(text.as_str(), |(_, reason)| reason).to_owned()
}

impl From<Error> for AuditError {
    fn from(error: Error) -> AuditError {
        AuditError::Core(Box::new(error))
    }
}

impl From<SelectError> for AuditError {
    fn from(error: SelectError) -> AuditError {
        Error::from(error).into()
    }
}

impl Explain for AuditError {
    fn kind(&self) -> ErrorKind {
        match self {
            AuditError::BadDatabase { .. } | AuditError::NotARelease { .. } => ErrorKind::Usage,
            AuditError::Unreadable { error, .. } if error.kind() == std::io::ErrorKind::NotFound => {
                ErrorKind::NotFound
            }
            AuditError::Unreadable { .. } => ErrorKind::Failure,
            AuditError::NotOfGo { .. } | AuditError::NothingOfGo { .. } => ErrorKind::NotFound,
            AuditError::NoneSecure { .. } => ErrorKind::Refused,
            AuditError::Core(error) => error.kind(),
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            AuditError::BadDatabase { text, .. }
            | AuditError::NotARelease { text }
            | AuditError::NoneSecure { text, .. } => Some(text.clone()),
            AuditError::Unreadable { path, .. }
            | AuditError::NotOfGo { path }
            | AuditError::NothingOfGo { path } => Some(path.display().to_string()),
            AuditError::Core(error) => error.value(),
        }
    }

    fn guess(&self) -> Option<String> {
        match self {
            AuditError::Core(error) => error.guess(),
            _ => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            AuditError::BadDatabase { origin: "GOVULNDB", .. } => {
                "unset GOVULNDB, or set it to an address such as https://vuln.go.dev".to_owned()
            }
            AuditError::BadDatabase { .. } => {
                "omit --db, or name an address such as https://vuln.go.dev or file:///srv/vulndb".to_owned()
            }
            AuditError::Unreadable { .. } | AuditError::NotOfGo { .. } => {
                "name programs that Go built; without a name, `gom audit` is about the Go that is used here"
                    .to_owned()
            }
            AuditError::NothingOfGo { .. } => {
                "name a program, or run `gom audit` in a project's folder".to_owned()
            }
            AuditError::NotARelease { .. } => "run `gom use --secure latest`".to_owned(),
            AuditError::NoneSecure { better: Some(line), .. } => format!("run `gom use --secure {line}`"),
            AuditError::NoneSecure { better: None, .. } => {
                "no release without a known vulnerability is known; run `gom audit` again when one is out"
                    .to_owned()
            }
            AuditError::Core(error) => error.hint(),
        }
    }
}
