//! The name of a tool: the command that `gom tools install` makes in the store's `bin`.
//!
//! Owns: [`ToolName`], the characters it may have, and the names that no tool may take. Never: tells whether a tool is
//! installed ([`crate::tools`] does). Invariant: a name is one safe element of a path, and none of gom's or Go's own.

use std::fmt;

use crate::platform::Platform;
use crate::version::ReleaseLine;

/// The maximum length of a name in bytes.
const MAX_BYTES: usize = 64;

/// What a name may be, as a clause for a message.
pub const SHAPE: &str =
    "a name starts with a letter or a digit and has letters, digits, `.`, `_`, `+` and `-`, at most 64";

/// The name of a tool.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ToolName(String);

/// A line of Go for one platform, which has tools of its own. A home may be shared by machines of several platforms.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ToolLine {
    /// The line.
    pub line: ReleaseLine,
    /// The platform that the tools run on.
    pub platform: Platform,
}

impl ToolLine {
    /// Parses what [`fmt::Display`] writes: `1.22.linux-amd64`.
    pub fn parse(text: &str) -> Option<ToolLine> {
        let (major, rest) = text.split_once('.')?;
        let (minor, platform) = rest.split_once('.')?;
        let line = ReleaseLine::parse(&format!("{major}.{minor}")).ok()?;
        Some(ToolLine { line, platform: Platform::parse(platform).ok()? })
    }
}

impl fmt::Display for ToolLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.line, self.platform)
    }
}

/// A tool of one line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ToolPlace {
    /// The line.
    pub of: ToolLine,
    /// The tool.
    pub name: ToolName,
}

impl ToolPlace {
    /// Parses what [`fmt::Display`] writes: `1.22.linux-amd64@gopls`.
    pub fn parse(text: &str) -> Option<ToolPlace> {
        let (of, name) = text.split_once('@')?;
        Some(ToolPlace { of: ToolLine::parse(of)?, name: ToolName::parse(name).ok()? })
    }
}

impl fmt::Display for ToolPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.of, self.name)
    }
}

/// Why a text does not name a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidToolName {
    /// It has other characters than [`SHAPE`] tells.
    Shape,
    /// gom or Go has a command of this name.
    Reserved,
}

impl ToolName {
    /// Parses a name.
    pub fn parse(text: &str) -> Result<ToolName, InvalidToolName> {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+');
        let is_name = text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text.len() <= MAX_BYTES
            && !text.contains("..")
            && !text.ends_with('.')
            && text.bytes().all(is_part);
        if !is_name {
            return Err(InvalidToolName::Shape);
        }
        if is_reserved(text) { Err(InvalidToolName::Reserved) } else { Ok(ToolName(text.to_owned())) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether gom or Go has commands of this name: `go`, `gofmt`, `gom` and all that begins with it, `go1.22.6`. A file
/// system may ignore case.
fn is_reserved(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(name.as_str(), "go" | "gofmt") || name.starts_with("gom") || name.starts_with("go1")
}

impl fmt::Display for ToolName {
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
        for name in ["gopls", "dlv", "golangci-lint", "protoc-gen-go", "a.b_c+d", "2fa", "goimports"] {
            assert_eq!(ToolName::parse(name).unwrap().as_str(), name);
        }
        let long = "a".repeat(65);
        for text in ["", ".", "..", "a..b", "a.", "../x", "a/b", "a\\b", "-x", ".x", "a b", "a\n", "ä", &long]
        {
            assert_eq!(ToolName::parse(text), Err(InvalidToolName::Shape), "{text}");
        }
    }

    #[test]
    fn names_of_gom_and_go_are_taken() {
        for text in ["go", "Go", "gofmt", "gom", "gom-shim", "gomplate", "go1.22.6", "go1", "GO1.22"] {
            assert_eq!(ToolName::parse(text), Err(InvalidToolName::Reserved), "{text}");
        }
    }

    #[test]
    fn a_place_reads_back_from_its_text() {
        for text in ["1.22.linux-amd64@gopls", "1.9.darwin-arm64@a.b-c"] {
            assert_eq!(ToolPlace::parse(text).unwrap().to_string(), text);
        }
        for text in
            ["", "@", "1.22@x", "1.22.linux-amd64@", "1.22.linux-amd64@../x", "1.22.6.linux-amd64@x", "a@b"]
        {
            assert_eq!(ToolPlace::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_name_stays_in_its_folder(text in "\\PC{0,8}|[a-z./\\\\\0-]{0,8}") {
            if let Ok(name) = ToolName::parse(&text) {
                let path = std::path::Path::new("/tools").join(name.as_str());
                prop_assert_eq!(path.components().count(), 3);
                prop_assert_eq!(path.file_name().unwrap(), &text[..]);
            }
        }
    }
}
