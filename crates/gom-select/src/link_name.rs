//! The name of a linked toolchain: a GOROOT that gom did not install, and that the user named with `gom link`.
//!
//! Owns: [`LinkName`] and the characters it may have. Never: tells whether it is linked ([`crate::linked`] does) or
//! whether a SPEC has the same text. Invariant: a name is one safe element of a path.

use std::fmt;

/// The maximum length of a name in bytes.
const MAX_BYTES: usize = 64;

/// What a name may be, as a clause for a message.
pub const SHAPE: &str = "a name starts with a letter and has letters, digits, `.`, `_` and `-`, at most 64";

/// The name of a linked toolchain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkName(String);

impl LinkName {
    /// Parses a name; `None` for a text with other characters than [`SHAPE`] tells.
    pub fn parse(text: &str) -> Option<LinkName> {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let is_name = text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.len() <= MAX_BYTES
            && !text.contains("..")
            && text.bytes().all(is_part);
        is_name.then(|| LinkName(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LinkName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_one_plain_word() {
        for name in ["tip", "mygo", "go-fork", "go1.22.6-bigcorp", "a", "My.Go_2"] {
            assert_eq!(LinkName::parse(name).unwrap().as_str(), name);
        }
        let long = "a".repeat(65);
        for text in
            ["", ".", "..", "a..b", "../x", "a/b", "a\\b", "1.22", "-x", "_x", "a b", "a\n", "ä", &long]
        {
            assert_eq!(LinkName::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_name_stays_in_its_folder(text in "\\PC{0,8}|[a-z./\\\\\0-]{0,8}") {
            if let Some(name) = LinkName::parse(&text) {
                let path = std::path::Path::new("/linked").join(name.as_str());
                prop_assert_eq!(path.components().count(), 3);
                prop_assert_eq!(path.file_name().unwrap(), &text[..]);
            }
        }
    }
}
