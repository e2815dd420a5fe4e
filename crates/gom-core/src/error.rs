//! The errors of commands: a sum of the modules' own errors. Each of those explains itself; only errors that
//! belong to no module are explained here.

use gom_select::explain::{ErrorKind, Explain};
use gom_select::select::SelectError;

use crate::cancel::Cancelled;
use crate::go::settings::BadGoSetting;
use crate::hints;
use crate::index::IndexError;
use crate::lockfile::LockfileError;
use crate::machine::fitness::Unfit;
use crate::net::NetError;
use crate::policy::PolicyError;
use crate::project::ProjectError;
use crate::proof::{LogFailure, ProofError};
use crate::query::error::QueryError;
use crate::settings::BadSetting;
use crate::source::error::NoSource;
use crate::store::StoreError;
use crate::tree::{GoTreeError, TreeError};
use crate::unpack::UnpackError;

/// The result of fallible functions in this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The query means no toolchain.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// No source delivered the archive.
    #[error(transparent)]
    NoSource(#[from] NoSource),
    /// A request failed.
    #[error(transparent)]
    Net(#[from] NetError),
    /// The lists of releases contradict each other.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The toolchain is not what was published.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The checksum database did not prove the toolchain.
    #[error(transparent)]
    Log(#[from] LogFailure),
    /// The archive is refused or damaged.
    #[error(transparent)]
    Unpack(#[from] UnpackError),
    /// The store can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A tree can't be hashed.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A folder has no Go tree that gom can verify.
    #[error(transparent)]
    GoTree(#[from] GoTreeError),
    /// The toolchain does not run on this machine.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// No toolchain can be selected.
    #[error(transparent)]
    Select(#[from] SelectError),
    /// A setting can't be used.
    #[error(transparent)]
    Setting(#[from] BadSetting),
    /// A Go setting can't be used.
    #[error(transparent)]
    GoSetting(#[from] BadGoSetting),
    /// The user cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A version file can't be read or written.
    #[error("can't write the pin: {0}")]
    Pin(#[from] ProjectError),
    /// The project's `gom.lock` can't be made or followed.
    #[error(transparent)]
    Lockfile(#[from] LockfileError),
    /// The machine's policy refuses it.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A bug in gom.
    #[error("this is a bug in gom: {0}")]
    Internal(String),
}

impl Error {
    /// Whether the received bytes are wrong, so that another try must not use them again.
    pub fn is_about_content(&self) -> bool {
        match self {
            Error::Proof(error) => error.is_about_content(),
            Error::Unpack(error) => error.is_about_content(),
            _ => false,
        }
    }

    /// What to run next, for a command that was not asked to install anything. [`Explain::hint`] also says
    /// that nothing was installed, if the error ended an install.
    pub fn advice(&self) -> String {
        match self {
            Error::Proof(error) => error.advice().text,
            Error::Log(error) => error.advice().text,
            Error::Unpack(error) => error.advice().text,
            error => error.hint(),
        }
    }

    /// The error of a module, which explains itself.
    fn of_module(&self) -> Option<&dyn Explain> {
        match self {
            Error::Query(error) => Some(error),
            Error::NoSource(error) => Some(error),
            Error::Net(error) => Some(error),
            Error::Index(error) => Some(error),
            Error::Proof(error) => Some(error),
            Error::Log(error) => Some(error),
            Error::Unpack(error) => Some(error),
            Error::Store(error) => Some(error),
            Error::Tree(error) => Some(error),
            Error::GoTree(error) => Some(error),
            Error::Unfit(error) => Some(error),
            Error::Select(error) => Some(error),
            Error::Setting(error) => Some(error),
            Error::GoSetting(error) => Some(error),
            Error::Cancelled(error) => Some(error),
            Error::Pin(error) => Some(error),
            Error::Lockfile(error) => Some(error),
            Error::Policy(error) => Some(error),
            Error::Internal(_) => None,
        }
    }
}

impl Explain for Error {
    fn kind(&self) -> ErrorKind {
        self.of_module().map_or(ErrorKind::Failure, Explain::kind)
    }

    fn value(&self) -> Option<String> {
        self.of_module().and_then(Explain::value)
    }

    fn guess(&self) -> Option<String> {
        self.of_module().and_then(Explain::guess)
    }

    fn hint(&self) -> String {
        self.of_module().map_or_else(|| hints::BUG.to_owned(), Explain::hint)
    }
}
