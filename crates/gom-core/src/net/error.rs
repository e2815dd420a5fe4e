//! What can go wrong while fetching. Every variant names the URL, without credentials.

use std::io;

/// A fetch that failed.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// The network is needed and `--offline` forbids it.
    #[error("`{url}` is needed, and gom is offline")]
    Offline {
        /// What would have been fetched.
        url: String,
    },
    /// No connection, or it broke.
    #[error("can't reach `{url}`: {reason}")]
    Unreachable {
        /// What was asked for.
        url: String,
        /// The innermost cause.
        reason: String,
    },
    /// Nothing arrived for too long.
    #[error("`{url}` sent nothing for {seconds} s")]
    TimedOut {
        /// What was asked for.
        url: String,
        /// How long gom waited.
        seconds: u64,
    },
    /// The server answered with something else than the file.
    #[error("`{url}` answered HTTP {status}")]
    Status {
        /// What was asked for.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// The transfer ended before the announced length.
    #[error("`{url}` broke off after {have} of {want} bytes")]
    CutOff {
        /// What was asked for.
        url: String,
        /// Bytes that arrived.
        have: u64,
        /// Bytes that were announced.
        want: u64,
    },
    /// A web page came instead of the file: a login page of the network, or a mirror's index.
    #[error("`{url}` answered with a web page instead of {expected}")]
    WebPage {
        /// What was asked for.
        url: String,
        /// What it should have been.
        expected: &'static str,
    },
    /// What came begins like no archive.
    #[error("what `{url}` answered with is no archive")]
    NoArchive {
        /// What was asked for.
        url: String,
    },
    /// More arrived than the file can be.
    #[error("`{url}` is larger than {limit} bytes")]
    TooLarge {
        /// What was asked for.
        url: String,
        /// The limit.
        limit: u64,
    },
    /// The URL is not one gom can fetch.
    #[error("`{url}` can't be fetched: {reason}")]
    BadUrl {
        /// The URL.
        url: String,
        /// Why not.
        reason: String,
    },
    /// A file of a `file://` URL can't be read, or the download can't be written.
    #[error("`{path}`: {error}")]
    File {
        /// The file.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// The client can't be set up.
    #[error("can't set up TLS: {reason}")]
    Setup {
        /// Why.
        reason: String,
    },
    /// The user cancelled.
    #[error(transparent)]
    Cancelled(#[from] crate::cancel::Cancelled),
}

impl NetError {
    /// Whether the same request may succeed in a moment.
    pub fn is_transient(&self) -> bool {
        match self {
            NetError::Unreachable { .. } | NetError::TimedOut { .. } | NetError::CutOff { .. } => true,
            NetError::Status { status, .. } => matches!(status, 408 | 429 | 500 | 502 | 503 | 504),
            _ => false,
        }
    }

    /// Whether the server said that there is no such file. The go command treats exactly these two
    /// statuses so (cmd/go/internal/modfetch/proxy.go).
    pub fn is_not_found(&self) -> bool {
        matches!(self, NetError::Status { status: 404 | 410, .. })
    }
}
