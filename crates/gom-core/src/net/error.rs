//! Network errors. Every variant names the URL, without credentials.

use std::io;

use gom_select::explain::{ErrorKind, Explain};

use super::proxy_fault::ProxyError;
use super::roots_error::BadRoots;

/// A failed request.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// The request needs the network, and `--offline` forbids that.
    #[error("`{url}` is needed, and gom is offline")]
    Offline {
        /// The URL.
        url: String,
    },
    /// No connection, or a broken one.
    #[error("can't reach `{url}`: {reason}")]
    Unreachable {
        /// The URL.
        url: String,
        /// The innermost cause.
        reason: String,
    },
    /// The proxy for this URL does not work.
    #[error("can't reach `{url}`: {error}")]
    Proxy {
        /// The URL.
        url: String,
        /// The proxy, and what is wrong with it.
        error: Box<ProxyError>,
    },
    /// The roots that the user named can't be used.
    #[error(transparent)]
    Roots(BadRoots),
    /// The server's certificate is not trusted.
    #[error("can't reach `{url}`: its certificate is not trusted: {reason}")]
    Untrusted {
        /// The URL.
        url: String,
        /// The reason that rustls gives.
        reason: String,
    },
    /// No connection in time: name lookup, TCP, a proxy's tunnel, or TLS.
    #[error("no connection to `{url}`{through} in {seconds} s")]
    NoConnection {
        /// The URL.
        url: String,
        /// How long gom waited.
        seconds: u64,
        /// ` through the proxy ...`, or empty.
        through: String,
    },
    /// The body arrives too slowly.
    #[error("`{url}` sent almost nothing for {seconds} s")]
    TooSlow {
        /// The URL.
        url: String,
        /// How long gom waited.
        seconds: u64,
    },
    /// Nothing arrived for too long.
    #[error("`{url}` sent nothing for {seconds} s")]
    TimedOut {
        /// The URL.
        url: String,
        /// How long gom waited.
        seconds: u64,
    },
    /// The server sent no file but an error status.
    #[error("`{url}` answered HTTP {status}")]
    Status {
        /// The URL.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// The transfer ended before the announced length.
    #[error("the connection to `{url}` closed after {have} of {want} bytes")]
    CutOff {
        /// The URL.
        url: String,
        /// Bytes that arrived.
        have: u64,
        /// Bytes that were announced.
        want: u64,
    },
    /// The server sent a web page instead of the file: a login page of the network, or a mirror's index.
    #[error("`{url}` returned a web page instead of {expected}")]
    WebPage {
        /// The URL.
        url: String,
        /// What was expected instead.
        expected: &'static str,
    },
    /// The first bytes are not those of an archive.
    #[error("`{url}` did not return an archive")]
    NoArchive {
        /// The URL.
        url: String,
    },
    /// The archive that arrived can't be unpacked.
    #[error("`{url}`: {reason}")]
    BadArchive {
        /// The URL.
        url: String,
        /// Why not.
        reason: String,
    },
    /// The answer has more bytes than such a file can have.
    #[error("`{url}` is larger than {limit} bytes")]
    TooLarge {
        /// The URL.
        url: String,
        /// The limit.
        limit: u64,
    },
    /// gom can't fetch this URL.
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
    /// Whether the same request may succeed if it is sent again soon.
    pub fn is_transient(&self) -> bool {
        match self {
            NetError::Unreachable { .. } | NetError::CutOff { .. } => true,
            NetError::Proxy { error, .. } => error.is_behind_it(),
            error if error.is_silence() => true,
            NetError::Status { status, .. } => matches!(status, 408 | 429 | 500 | 502 | 503 | 504),
            _ => false,
        }
    }

    /// Whether the place sent nothing, or hardly anything: another try would take as long.
    pub fn is_silence(&self) -> bool {
        matches!(self, NetError::TimedOut { .. } | NetError::NoConnection { .. } | NetError::TooSlow { .. })
    }

    /// The hint for failures that are not the place's fault, so that another place would not help.
    pub fn own_hint(&self) -> Option<String> {
        match self {
            NetError::Proxy { error, .. } if !error.is_behind_it() => Some(error.hint()),
            NetError::Roots(roots) => Some(roots.hint()),
            NetError::Untrusted { reason, .. } if is_about_time(reason) => {
                Some("run `date`, set the clock if it is wrong, and run the command again".to_owned())
            }
            NetError::Untrusted { .. } => Some(
                "if a company's proxy opens TLS, set SSL_CERT_FILE to a PEM file with its root and all others, or put \
                 the root into the system's store; `gom doctor --network` shows the roots in use"
                    .to_owned(),
            ),
            _ => None,
        }
    }

    /// Whether the server said that the file does not exist. The go command treats exactly these two statuses
    /// this way (cmd/go/internal/modfetch/proxy.go).
    pub fn is_not_found(&self) -> bool {
        matches!(self, NetError::Status { status: 404 | 410, .. })
    }
}

impl Explain for NetError {
    fn kind(&self) -> ErrorKind {
        match self {
            NetError::Cancelled(cancelled) => cancelled.kind(),
            _ => ErrorKind::Network,
        }
    }

    fn hint(&self) -> String {
        self.own_hint().unwrap_or_else(|| {
            "check the network (`gom config` shows the mirrors and proxies in use), then run the command again".to_owned()
        })
    }
}

/// Whether a certificate was refused because of its dates.
fn is_about_time(reason: &str) -> bool {
    ["certificate expired", "certificate not valid yet", "Expired", "NotValidYet"]
        .iter()
        .any(|start| reason.starts_with(start))
}
