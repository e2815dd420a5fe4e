//! Go's version grammar and order: `1.22.6`, `1.24rc1`, the language version `1.22`.
//!
//! Owns: [`GoVersion`] and [`ReleaseLine`], a port of the rules of Go's `internal/gover` and of
//! `FromToolchain` in `cmd/go/internal/gover`. Never: guesses; a text Go refuses is refused here
//! (spellings people use are [`crate::spec`]'s job). Invariant: `==`, `Ord` and `Hash` agree with
//! Go's `Compare`, so `1.20` and `1.20.0` are one version while `1.21 < 1.21rc1 < 1.21.0`.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A Go version, as Go's `gover.Parse` understands it, with the text it was parsed from.
#[derive(Clone, Debug)]
pub struct GoVersion {
    text: String,
    parts: Parts,
}

impl GoVersion {
    /// Parses `text` by Go's grammar: `major[.minor[.patch | kind[pre]]]`, without a `go` prefix.
    ///
    /// Numbers are ASCII digits of any length without a leading zero, a kind is any run of lowercase
    /// letters, and a patch and a kind exclude each other (Go has no `1.9.2rc2`).
    pub fn parse(text: &str) -> Result<Self, InvalidVersion> {
        match Parts::parse(text) {
            Some(parts) => Ok(Self { text: text.to_owned(), parts }),
            None => Err(InvalidVersion { text: text.to_owned() }),
        }
    }

    /// The version in a toolchain's name, as Go's `FromToolchain` finds it: `go1.22.6-bigcorp` is
    /// `1.22.6`. `None` for a name without `go` in front, without a valid version, or with a path
    /// separator anywhere: such a name must never reach a look-up in PATH.
    pub fn from_toolchain_name(name: &str) -> Option<Self> {
        if name.contains(['/', '\\']) {
            return None;
        }
        let version = name.strip_prefix("go")?;
        let end = version.find([' ', '\t', '-']).unwrap_or(version.len());
        Self::parse(&version[..end]).ok()
    }

    /// Whether this is a language version and not a release: `1.21`, but not `1.20`, which Go released under
    /// that name (Go's `IsLang`).
    pub fn is_language_version(&self) -> bool {
        self.parts.patch.is_none() && !self.is_prerelease()
    }

    /// Whether this is a beta, a release candidate or the like.
    pub fn is_prerelease(&self) -> bool {
        !self.parts.kind.is_empty()
    }

    /// Whether this is a finished release: neither a prerelease nor a mere language version.
    pub fn is_stable(&self) -> bool {
        !self.is_prerelease() && !self.is_language_version()
    }

    /// Returns the language version that this version implements (Go's `Lang`): `1.22` for `1.22.6`, and `1`
    /// for `1.0.3`.
    #[must_use]
    pub fn language(&self) -> Self {
        let Parts { major, minor, .. } = &self.parts;
        let text = match (major.as_str(), minor.as_str()) {
            ("1", "0") => "1".to_owned(),
            (major, minor) => format!("{major}.{minor}"),
        };
        Self { text, parts: Parts::of_language(major.clone(), minor.clone()) }
    }

    /// Returns the line of releases that this version belongs to: `1.22` for `1.22.6` and for `1.22rc1`.
    pub fn line(&self) -> ReleaseLine {
        ReleaseLine { major: self.parts.major.clone(), minor: self.parts.minor.clone() }
    }

    /// The major number: `1`.
    pub fn major(&self) -> &str {
        self.parts.major.as_str()
    }

    /// Returns the same version in the text that Go uses for it: up to 1.20 the first release of a line has
    /// no `.0`, so `1.20.0` becomes `1.20`. Equal versions have equal canonical texts.
    #[must_use]
    pub fn canonical(&self) -> Self {
        let language = self.language();
        if *self == language { language } else { self.clone() }
    }

    /// The name of the toolchain with this version: `go1.22.6`, and `go1.20` also for `1.20.0`.
    pub fn toolchain_name(&self) -> String {
        format!("go{}", self.canonical())
    }

    /// Returns this version as a semantic version: `1.20` is `1.20.0` and `1.24rc1` is `1.24.0-rc.1`.
    ///
    /// The order of releases is kept; a language version such as `1.21` gives its first release.
    pub fn to_semver_text(&self) -> String {
        let Parts { major, minor, patch, kind, pre } = &self.parts;
        let patch = patch.as_ref().map_or("0", Number::as_str);
        let mut text = format!("{major}.{minor}.{patch}");
        if !kind.is_empty() {
            text.push('-');
            text.push_str(kind);
        }
        if let Some(pre) = pre {
            text.push('.');
            text.push_str(pre.as_str());
        }
        text
    }

    /// Whether this is a release whose name Go writes without its `.0`: true for `1.20`, however it is
    /// spelled.
    pub(crate) fn hides_patch_zero(&self) -> bool {
        self.is_stable() && *self == self.language()
    }
}

impl fmt::Display for GoVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

// By the parts, not the text: the text may or may not spell an implied `.0`.
impl PartialEq for GoVersion {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

impl Eq for GoVersion {}

impl Hash for GoVersion {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts.hash(state);
    }
}

impl Ord for GoVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts.cmp(&other.parts)
    }
}

impl PartialOrd for GoVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A line of releases, written `1.22`: the language version and everything released for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReleaseLine {
    major: Number,
    minor: Number,
}

impl ReleaseLine {
    /// Parses `major.minor`, both without a leading zero.
    pub fn parse(text: &str) -> Result<Self, InvalidVersion> {
        let numbers = text.split_once('.').and_then(|(major, minor)| {
            Some(Self { major: Number::parse(major)?, minor: Number::parse(minor)? })
        });
        numbers.ok_or_else(|| InvalidVersion { text: text.to_owned() })
    }

    /// Whether `version` belongs to this line; prereleases and the language version itself do.
    pub fn contains(&self, version: &GoVersion) -> bool {
        self.major == version.parts.major && self.minor == version.parts.minor
    }
}

impl fmt::Display for ReleaseLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A text that Go's grammar refuses as a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidVersion {
    /// The refused text.
    pub text: String,
}

impl fmt::Display for InvalidVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a Go version", printable(&self.text))
    }
}

impl std::error::Error for InvalidVersion {}

/// Makes refused text safe for a message: cut to a readable length, and with control characters escaped,
/// because a file's content must not control the terminal that shows it.
pub(crate) fn printable(text: &str) -> String {
    const SHOWN: usize = 64;
    let mut shown = String::new();
    for c in text.chars().take(SHOWN) {
        // These three need no escape outside a Rust literal.
        if matches!(c, '\'' | '"' | '\\') {
            shown.push(c);
        } else {
            shown.extend(c.escape_debug());
        }
    }
    if text.chars().nth(SHOWN).is_some() {
        shown.push_str("...");
    }
    shown
}

/// Whether `text` is a number in Go's grammar: ASCII digits without a leading zero.
pub(crate) fn is_decimal(text: &str) -> bool {
    Number::parse(text).is_some()
}

/// The parts of a version. The derived order, field by field with an absent number below `0`, is
/// exactly Go's `Compare`; kinds compare as plain strings, and no kind is below all.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Parts {
    major: Number,
    minor: Number,
    patch: Option<Number>,
    kind: String,
    pre: Option<Number>,
}

impl Parts {
    fn parse(text: &str) -> Option<Self> {
        let (major, rest) = Number::cut(text)?;
        if rest.is_empty() {
            return Some(Self::of_language(major, Number::zero()));
        }
        let (minor, rest) = Number::cut(rest.strip_prefix('.')?)?;
        if rest.is_empty() {
            return Some(Self::of_language(major, minor));
        }
        if let Some(patch) = rest.strip_prefix('.') {
            let patch = Some(Number::parse(patch)?);
            return Some(Self { major, minor, patch, kind: String::new(), pre: None });
        }
        let (kind, pre) = rest.split_at(rest.bytes().take_while(u8::is_ascii_lowercase).count());
        if kind.is_empty() {
            return None;
        }
        let pre = if pre.is_empty() { None } else { Some(Number::parse(pre)?) };
        Some(Self { major, minor, patch: None, kind: kind.to_owned(), pre })
    }

    /// `major.minor` with nothing after it. Before 1.21 that was the first release of its line; since
    /// then it is older than every release of it. Go decides by the minor number alone.
    fn of_language(major: Number, minor: Number) -> Self {
        let patch = (minor < Number("21".to_owned())).then(Number::zero);
        Self { major, minor, patch, kind: String::new(), pre: None }
    }
}

/// A decimal number of any length, kept as its digits: Go has test versions that fit in no integer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Number(String);

impl Number {
    fn zero() -> Self {
        Self("0".to_owned())
    }

    fn as_str(&self) -> &str {
        &self.0
    }

    /// `text` as a number and nothing else.
    fn parse(text: &str) -> Option<Self> {
        match Self::cut(text)? {
            (number, "") => Some(number),
            _ => None,
        }
    }

    /// The number `text` starts with, and what follows it.
    fn cut(text: &str) -> Option<(Self, &str)> {
        let (digits, rest) = text.split_at(text.bytes().take_while(u8::is_ascii_digit).count());
        let well_formed = digits == "0" || (!digits.is_empty() && !digits.starts_with('0'));
        well_formed.then(|| (Self(digits.to_owned()), rest))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// Without leading zeros the longer number is the larger one.
impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.0.len(), &self.0).cmp(&(other.0.len(), &other.0))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests;
