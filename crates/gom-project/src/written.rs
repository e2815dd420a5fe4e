//! A version as a file spells it, and how the same place spells another one.
//!
//! Owns: the forms in which files name a Go (`1.22.6`, `1.22`, `1.22.x`, `^1.22`, `stable`). Never: knows files.
//! Invariant: a place keeps its precision; one that names a line never gets a patch.

use gom_core::resolve::Query;
use gom_select::version::{GoVersion, ReleaseLine};

/// A version as written, without a `go` or `v` before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// `1.22.6`, `1.24rc1`.
    Release(GoVersion),
    /// `1.22`, `1.22.x`.
    Line(ReleaseLine),
    /// `^1.22`, `>=1.21 <1.24`, `1.x`, `1`.
    Range(String),
    /// A name that means another release as time goes on: `stable`, `latest`, or an image without a version.
    Moving(String),
}

/// The words that name a release without a number.
const WORDS: [&str; 4] = ["stable", "oldstable", "latest", "tip"];

impl Written {
    /// Reads a version. `None` if the text is not one, such as a variable or a path.
    pub fn parse(text: &str) -> Option<Written> {
        if WORDS.contains(&text) {
            return Some(Written::Moving(text.to_owned()));
        }
        if let Some(line) = text.strip_suffix(".x").or_else(|| text.strip_suffix(".*"))
            && let Ok(line) = ReleaseLine::parse(line)
        {
            return Some(Written::Line(line));
        }
        if let Ok(line) = ReleaseLine::parse(text) {
            return Some(Written::Line(line));
        }
        if let Ok(version) = GoVersion::parse(text)
            && text.contains('.')
        {
            // Up to Go 1.20 the first release of a line has no patch, so `1.20.0` and `1.20` are one version.
            return Some(Written::Release(version));
        }
        // `1.24.0-rc.1` is how tools with semantic versions spell a prerelease.
        let is_range = text.starts_with(|c: char| c.is_ascii_digit() || "<>=^~".contains(c))
            && text.chars().all(|c| c.is_ascii_alphanumeric() || " .<>=^~|*-,".contains(c))
            && text.contains(|c: char| c.is_ascii_digit());
        // A number alone is a major version, of which Go has one; others are minor ones of a matrix.
        let is_other_number = text != "1" && text.bytes().all(|byte| byte.is_ascii_digit());
        (is_range && !is_other_number && Query::parse(text, None).is_ok())
            .then(|| Written::Range(text.to_owned()))
    }

    /// Whether a release is what this text names, or one of those that it allows. `None` if that can't be told.
    pub fn contains(&self, version: &GoVersion) -> Option<bool> {
        match self {
            Written::Release(release) => Some(release == version),
            Written::Line(line) => Some(line.contains(version)),
            Written::Range(text) => Query::parse(text, None).ok().map(|query| query.matches(version)),
            Written::Moving(_) => None,
        }
    }

    /// The line that it belongs to, if it is of one.
    pub fn line(&self) -> Option<ReleaseLine> {
        match self {
            Written::Release(version) => Some(version.line()),
            Written::Line(line) => Some(line.clone()),
            Written::Range(_) | Written::Moving(_) => None,
        }
    }
}

/// Spells a version with the precision of the text that it replaces: `1.22` stays a line, `1.22.x` keeps its wildcard.
/// `None` for a range or a word, which only a person can replace.
pub fn respelled(old: &str, new: &GoVersion, first_patch_has_zero: bool) -> Option<String> {
    let whole = || if first_patch_has_zero { new.as_spec() } else { new.canonical().to_string() };
    match Written::parse(old)? {
        Written::Release(_) => Some(whole()),
        // A line names no prerelease.
        Written::Line(_) if new.is_prerelease() => Some(whole()),
        Written::Line(line) => {
            let wildcard = &old[line.to_string().len()..];
            Some(format!("{}{wildcard}", new.line()))
        }
        Written::Range(_) | Written::Moving(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> GoVersion {
        GoVersion::parse(text).unwrap()
    }

    #[test]
    fn every_form_is_read() {
        assert_eq!(Written::parse("1.22.6"), Some(Written::Release(version("1.22.6"))));
        assert_eq!(Written::parse("1.24rc1"), Some(Written::Release(version("1.24rc1"))));
        for line in ["1.22", "1.22.x", "1.22.*"] {
            assert_eq!(Written::parse(line), Some(Written::Line(version("1.22.6").line())), "{line}");
        }
        for range in ["^1.22", ">=1.21 <1.24", "~1.22.3", "1.x", "1", "1.24.0-rc.1", "^1.22 || 1.20"] {
            assert_eq!(Written::parse(range), Some(Written::Range(range.to_owned())), "{range}");
        }
        assert_eq!(Written::parse("stable"), Some(Written::Moving("stable".to_owned())));
        for text in ["", "${{ matrix.go }}", "$GO", "alpine", "system", "1.22; rm", "v", "22", "2024-01-01T"]
        {
            assert_eq!(Written::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_contains_what_it_names() {
        for (text, release, expected) in [
            ("1.22.6", "1.22.6", Some(true)),
            ("1.22.6", "1.22.7", Some(false)),
            ("1.22", "1.22.7", Some(true)),
            ("1.22.x", "1.23.0", Some(false)),
            ("^1.22", "1.23.0", Some(true)),
            (">=1.21 <1.23", "1.23.0", Some(false)),
            ("1", "1.23.0", Some(true)),
            ("stable", "1.23.0", None),
        ] {
            assert_eq!(Written::parse(text).unwrap().contains(&version(release)), expected, "{text}");
        }
    }

    #[test]
    fn a_place_keeps_its_precision() {
        for (old, new, expected) in [
            ("1.21.3", "1.22.6", Some("1.22.6")),
            ("1.21", "1.22.6", Some("1.22")),
            ("1.21.x", "1.22.6", Some("1.22.x")),
            ("1.21", "1.24rc1", Some("1.24rc1")),
            ("1.21.3", "1.20", Some("1.20.0")),
            ("^1.21", "1.22.6", None),
            ("stable", "1.22.6", None),
        ] {
            assert_eq!(respelled(old, &version(new), true).as_deref(), expected, "{old}");
        }
        assert_eq!(respelled("1.21.3", &version("1.20"), false).as_deref(), Some("1.20"));
    }
}
