//! Why nothing was written, and what to run next.

use std::io;
use std::path::PathBuf;

use gom_core::project::ProjectError;
use gom_core::shell_quote::shell_quote;
use gom_select::explain::{ErrorKind, Explain};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum AgentsError {
    /// The marked lines of AGENTS.md have a begin and no end, or an end before it.
    #[error("{}:{line}: the lines of gom begin there and have no end", file.display())]
    OpenBlock {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// A file can't be read, or is not text.
    #[error("can't read `{}`: {error}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A value of the release can't stand in a script.
    #[error("`{value}` can't be written into a script")]
    OddValue {
        /// The value.
        value: String,
    },
    /// A file can't be written.
    #[error(transparent)]
    Project(#[from] ProjectError),
}

impl Explain for AgentsError {
    fn kind(&self) -> ErrorKind {
        match self {
            AgentsError::OpenBlock { .. } => ErrorKind::Usage,
            AgentsError::Unreadable { .. } | AgentsError::OddValue { .. } => ErrorKind::Failure,
            AgentsError::Project(error) => error.kind(),
        }
    }

    fn value(&self) -> Option<String> {
        match self {
            AgentsError::OpenBlock { file, .. } | AgentsError::Unreadable { file, .. } => {
                Some(file.display().to_string())
            }
            AgentsError::OddValue { value } => Some(value.clone()),
            AgentsError::Project(error) => error.value(),
        }
    }

    fn hint(&self) -> String {
        match self {
            AgentsError::OpenBlock { .. } => {
                format!("write the line `{}` below them, or delete them", crate::block::END)
            }
            AgentsError::Unreadable { file, .. } => {
                format!("run `ls -l {}` and make it a text that you can read", shell_quote(file))
            }
            AgentsError::OddValue { .. } => {
                "unset GOM_DOWNLOAD_BASE, or set it to https://example.com/gom".to_owned()
            }
            AgentsError::Project(error) => error.hint(),
        }
    }
}
