//! Fetching: one HTTP client for everything, `file://` beside it, credentials, and the memory of hosts
//! that do not answer. Knows nothing about Go.

pub mod client;
pub mod error;
pub mod health;
pub mod netrc;
pub mod race;
pub mod tls;

pub use client::{Answer, Client, Get};
pub use error::NetError;

use url::Url;

/// A URL as it may be shown: without user name and password.
pub fn redacted(url: &Url) -> String {
    let mut shown = url.clone();
    if !shown.username().is_empty() || shown.password().is_some() {
        // Can only fail for URLs that have no host, and those have no credentials.
        let _ = shown.set_username("xxxxx");
        let _ = shown.set_password(None);
    }
    shown.to_string()
}
