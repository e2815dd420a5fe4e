//! The way to a log: what the caller implements, over HTTP, a folder or memory.

use std::error::Error;
use std::future::Future;

/// The way to a log. The log's base (a proxy's `sumdb/` path, or the log itself) is the implementor's.
pub trait LogTransport: Send + Sync {
    /// Reads the body at `path`, which begins with a slash and is relative to the base, of at most `limit`
    /// bytes: of a longer one it reads no more, and says so. `None` says that the log answered and does not
    /// have it (404 or 410).
    fn get(
        &self,
        path: &str,
        limit: u64,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, TransportError>> + Send;
}

/// Why a transport has no body.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// There is one, and it is longer than it may be.
    #[error("the answer is too long")]
    TooLong,
    /// There is none.
    #[error("{error}")]
    NoAnswer {
        /// Why.
        error: Box<dyn Error + Send + Sync>,
        /// What to run next, where the way to the log is to blame.
        hint: Option<String>,
    },
}

impl TransportError {
    /// Wraps the transport's own error, or a text.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::NoAnswer { error: error.into(), hint: None }
    }

    /// The same with what to run next.
    #[must_use]
    pub fn with_hint(self, hint: Option<String>) -> Self {
        match self {
            Self::NoAnswer { error, .. } => Self::NoAnswer { error, hint },
            Self::TooLong => self,
        }
    }
}
