//! One place in a file that names a Go version: its bytes, and what they mean there.

use std::ops::Range;

/// A version in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The bytes of the version: all that an edit may replace.
    pub range: Range<usize>,
    /// The version as written, without a `go` before it.
    pub written: String,
    /// The line, from 1.
    pub line: usize,
    /// What the version is for there.
    pub role: Role,
    /// The words that name the place for people: `go line`, `actions/setup-go`.
    pub what: String,
    /// How another version is spelled in these bytes.
    pub spelling: Spelling,
    /// The image, if the version is in the tag of one.
    pub image: Option<ImageAround>,
}

impl Mention {
    /// Whether the file's format reads the version as a number that prints differently: `1.20` is the number 1.2.
    pub fn is_another_number(&self) -> bool {
        self.spelling == Spelling::Unquoted && is_read_as_another_number(&self.written)
    }
}

/// The reference of an image around its version, without the digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageAround {
    /// `docker.io/library/golang:`
    pub before: String,
    /// `-alpine3.20`
    pub after: String,
    /// Whether the reference has a digest, which fits no other tag.
    pub has_digest: bool,
    /// Whether it is Docker's official image of Go.
    pub is_official: bool,
    /// Whether the project's modules are built in it, as far as its file tells.
    pub builds_modules: bool,
}

impl ImageAround {
    /// The rest of the tag behind the version, without its hyphen: `alpine3.20`.
    pub fn variant(&self) -> &str {
        self.after.strip_prefix('-').unwrap_or(&self.after)
    }
}

/// What a version is for, which decides what agreement means there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The `go` line of a go.mod or go.work: the oldest Go that works.
    GoLine,
    /// The `toolchain` line of a go.mod or go.work.
    ToolchainLine,
    /// A version file of a manager.
    Pin,
    /// A container image.
    Image,
    /// The Go of a CI job.
    Ci,
    /// The Go that a tool is configured for.
    Tool,
    /// An editor.
    Editor,
    /// One of several versions that a job is run with.
    Matrix,
    /// What a bot may update to.
    Constraint,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 9] = [
        Role::GoLine,
        Role::ToolchainLine,
        Role::Pin,
        Role::Image,
        Role::Ci,
        Role::Tool,
        Role::Editor,
        Role::Matrix,
        Role::Constraint,
    ];

    /// The name in gom.toml and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Role::GoLine => "go-line",
            Role::ToolchainLine => "toolchain-line",
            Role::Pin => "pin",
            Role::Image => "image",
            Role::Ci => "ci",
            Role::Tool => "tool",
            Role::Editor => "editor",
            Role::Matrix => "matrix",
            Role::Constraint => "constraint",
        }
    }
}

/// How a version is spelled in the bytes of a [`Mention`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// As it is.
    Plain,
    /// As a plain value of YAML or TOML that fills the whole range. It needs quotes where the file's format reads it as a
    /// number and drops a zero: `1.30` is 1.3.
    Unquoted,
    /// With underscores: `go_1_22` of nixpkgs.
    Underscores,
    /// The digits alone: `buildGo122Module` of nixpkgs.
    Digits,
    /// In a form that gom does not edit, such as a text with escapes.
    Fixed,
}

impl Spelling {
    /// Returns the bytes for a version. `None` if gom does not write this form.
    pub fn of(self, version: &str) -> Option<String> {
        match self {
            Spelling::Unquoted if is_read_as_another_number(version) => Some(format!("\"{version}\"")),
            Spelling::Plain | Spelling::Unquoted => Some(version.to_owned()),
            Spelling::Underscores => Some(version.replace('.', "_")),
            Spelling::Digits => Some(version.replace('.', "")),
            Spelling::Fixed => None,
        }
    }
}

/// Whether a format with numbers reads this text as a number that prints differently: `1.20` is the number 1.2.
pub fn is_read_as_another_number(text: &str) -> bool {
    let Some((whole, part)) = text.split_once('.') else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number(whole) && is_number(part) && part.ends_with('0')
}

/// Splits a `go` or `v` off a version, and returns how many bytes it has.
pub fn prefix_len(text: &str) -> usize {
    let prefix = ["go-", "go", "v"].iter().find(|prefix| {
        text.strip_prefix(**prefix).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    prefix.map_or(0, |prefix| prefix.len())
}

/// Returns the number of the line, from 1, in which a byte is.
#[expect(clippy::naive_bytecount, reason = "compilers make it fast enough, many times faster than a search")]
pub fn line_of(bytes: &[u8], at: usize) -> usize {
    1 + bytes[..at.min(bytes.len())].iter().filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_quoted_where_a_number_would_lose_its_zero() {
        for (version, expected) in [("1.30", "\"1.30\""), ("1.22", "1.22"), ("1.20.0", "1.20.0")] {
            assert_eq!(Spelling::Unquoted.of(version).as_deref(), Some(expected));
        }
        assert_eq!(Spelling::Underscores.of("1.22").as_deref(), Some("1_22"));
        assert_eq!(Spelling::Digits.of("1.22").as_deref(), Some("122"));
        assert_eq!(Spelling::Fixed.of("1.22"), None);
    }

    #[test]
    fn a_prefix_is_not_part_of_the_version() {
        for (text, len) in [("go1.22", 2), ("v1.22", 1), ("1.22", 0), ("golang", 0), ("go-1.22", 3)] {
            assert_eq!(prefix_len(text), len, "{text}");
        }
    }
}
