//! A path as text. A name on Unix is any bytes, and JSON holds only text.
//!
//! Invariant: never fails. A path that is UTF-8 stays as it is; in any other, each part that is not becomes
//! U+FFFD, so such a text is for people, and no program finds the file by it. (serde's own form of a path
//! fails there, and `json!` turns that into a panic.)

use std::path::Path;

use serde::Serializer;

/// The path as text, for JSON and messages.
pub fn as_text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// [`as_text`] for `#[serde(serialize_with)]`.
pub fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn what_is_not_utf8_is_replaced() {
        let path = Path::new(OsStr::from_bytes(b"/caf\xe9/\xc3\xa9"));
        assert_eq!(as_text(path), "/caf\u{fffd}/\u{e9}");
    }
}
