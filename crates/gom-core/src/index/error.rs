//! The errors of loading the index.

use gom_select::explain::{ErrorKind, Explain};

use super::toolchains::SumConflict;
use crate::cancel::Cancelled;

/// Why the index can't be loaded. An unreachable source of news is not such an error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// Two sources contradict each other.
    #[error(transparent)]
    SumConflict(#[from] SumConflict),
    /// The user cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl Explain for IndexError {
    fn kind(&self) -> ErrorKind {
        match self {
            IndexError::SumConflict(_) => ErrorKind::Integrity,
            IndexError::Cancelled(cancelled) => cancelled.kind(),
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            IndexError::SumConflict(conflict) => Some(conflict.filename.clone()),
            IndexError::Cancelled(_) => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            IndexError::SumConflict(_) => "do not install this version; report it at https://go.dev/issue, and if the \
                                           conflict was temporary, remove `index` in the cache_dir that `gom config` shows"
                .to_owned(),
            IndexError::Cancelled(cancelled) => cancelled.hint(),
        }
    }
}
