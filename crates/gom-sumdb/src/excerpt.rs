//! Quotes the beginning of foreign text for messages.

/// The beginning of foreign text, quoted, so that messages never contain control characters or a whole body.
pub(crate) fn excerpt(bytes: &[u8]) -> String {
    const MOST: usize = 80;
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(MOST)]);
    let more = if bytes.len() > MOST { "..." } else { "" };
    format!("{text:?}{more}")
}
