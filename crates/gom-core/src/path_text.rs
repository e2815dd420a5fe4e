//! Converts paths to text. A path on Unix can be any bytes, but JSON holds only text.
//!
//! Invariant: never fails. A path in UTF-8 stays as it is; in others, invalid parts become U+FFFD. Such a
//! text is for people: a program can't find the file by it. (serde's own conversion of a path fails there,
//! and `json!` turns that into a panic.)

use std::path::Path;

use serde::Serializer;

/// Converts a path to text, for JSON and messages.
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
