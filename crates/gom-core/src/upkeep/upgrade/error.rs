//! Why nothing can be upgraded.

use gom_select::explain::{ErrorKind, Explain};

use crate::error::Error;

/// Why nothing can be upgraded.
#[derive(Debug, thiserror::Error)]
pub enum UpgradeError {
    /// The query names a Go that gom does not manage.
    #[error("`system` is a Go that gom does not manage, so gom does not upgrade it")]
    System,
    /// Nothing in use matches the query.
    #[error(
        "Go {text} is not in use here: nothing of it is installed, and neither the default nor a pin asks for it"
    )]
    NotInUse {
        /// The query.
        text: String,
        /// What to run next.
        hint: String,
    },
    /// The store, a file or a list of releases can't be read.
    #[error(transparent)]
    Core(Box<Error>),
}

impl From<Error> for UpgradeError {
    fn from(error: Error) -> UpgradeError {
        UpgradeError::Core(Box::new(error))
    }
}

impl Explain for UpgradeError {
    fn kind(&self) -> ErrorKind {
        match self {
            UpgradeError::System => ErrorKind::Usage,
            UpgradeError::NotInUse { .. } => ErrorKind::NotFound,
            UpgradeError::Core(error) => error.kind(),
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            UpgradeError::System => Some("system".to_owned()),
            UpgradeError::NotInUse { text, .. } => Some(text.clone()),
            UpgradeError::Core(error) => error.value(),
        }
    }

    fn guess(&self) -> Option<String> {
        match self {
            UpgradeError::Core(error) => error.guess(),
            UpgradeError::System | UpgradeError::NotInUse { .. } => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            UpgradeError::System => "run `gom outdated` to see what is in use".to_owned(),
            UpgradeError::NotInUse { hint, .. } => hint.clone(),
            UpgradeError::Core(error) => error.hint(),
        }
    }
}
