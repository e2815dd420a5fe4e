//! Fetching: one HTTP client for everything, `file://` beside it, credentials, and the memory of hosts
//! that do not answer. Knows nothing about Go.

mod answer;
pub mod client;
pub mod error;
mod failure;
pub mod health;
pub mod netrc;
mod no_proxy;
pub mod patience;
pub mod proxies;
pub mod proxy_fault;
pub mod race;
pub mod system_proxies;
pub mod tls;

pub use answer::Answer;
pub use client::{Client, Get, Span};
pub use error::NetError;

use url::Url;

/// A text as it may be shown: whatever could be the credentials of a URL in it is taken out, also where
/// the text is no URL.
pub fn redacted_text(text: &str) -> String {
    text.split_inclusive([',', '|', ' ', '\t']).map(redacted_word).collect()
}

fn redacted_word(word: &str) -> String {
    let (scheme, rest) = match word.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), word),
    };
    match rest.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}xxxxx@{host}"),
        None => word.to_owned(),
    }
}

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
