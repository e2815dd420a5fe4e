//! The trait that fetches from a log. The caller implements it, over HTTP, a folder or memory.

use std::error::Error;
use std::future::Future;

/// Fetches from a log. The implementor chooses the log's base (a proxy's `sumdb/` path, or the log itself).
pub trait LogTransport: Send + Sync {
    /// Reads the body at `path`, which begins with a slash and is relative to the base. If the body is longer than
    /// `limit` bytes, it stops and returns [`TransportError::TooLong`]. `None` means that the log does not have the
    /// path (404 or 410).
    fn get(
        &self,
        path: &str,
        limit: u64,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, TransportError>> + Send;
}

/// Why a transport returned no body.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The body is longer than the limit.
    #[error("the answer is too long")]
    TooLong,
    /// The request failed.
    #[error("{error}")]
    NoAnswer {
        /// The error.
        error: Box<dyn Error + Send + Sync>,
        /// What to run next, if the connection is to blame.
        hint: Option<String>,
    },
}

impl TransportError {
    /// Wraps the transport's own error, or a text.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::NoAnswer { error: error.into(), hint: None }
    }

    /// Adds what to run next.
    #[must_use]
    pub fn with_hint(self, hint: Option<String>) -> Self {
        match self {
            Self::NoAnswer { error, .. } => Self::NoAnswer { error, hint },
            Self::TooLong => self,
        }
    }
}
