//! Removes credentials from texts and URLs before they are shown.

use url::Url;

/// Removes everything from a text that could be the credentials of a URL, even if the text is not a URL.
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

/// The URL without user name and password.
pub fn redacted(url: &Url) -> String {
    let mut shown = url.clone();
    if !shown.username().is_empty() || shown.password().is_some() {
        // Can only fail for URLs that have no host, and those have no credentials.
        let _ = shown.set_username("xxxxx");
        let _ = shown.set_password(None);
    }
    shown.to_string()
}
