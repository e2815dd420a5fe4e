//! Version ranges in commands and workflows: every form of node-semver's grammar, which actions/setup-go
//! takes, with versions in Go's or semver's spelling.
//!
//! The semver crate compares. It never sees a bare `1.22`, which it would read as `>=1.22, <2`. Invariant: as
//! in node-semver, a range matches a prerelease only if it names one of the same release.

use gom_select::version::GoVersion;
use semver::VersionReq;

/// The operators, and how the semver crate writes them. Longer ones come first, so that `>=` is not read as
/// `>`.
const OPERATORS: [(&str, &str); 8] =
    [("~>", "~"), (">=", ">="), ("<=", "<="), (">", ">"), ("<", "<"), ("=", "="), ("^", "^"), ("~", "~")];

/// A range such as `>=1.21 <1.23`, `^1.22 || 1.20` or `1.22 - 1.23`. A version is in it if one of the
/// alternatives has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRange(Vec<VersionReq>);

/// A version whose last numbers may be open.
#[derive(Debug, PartialEq, Eq)]
enum PartialVersion {
    /// `*`, `x`
    Any,
    /// `1`, `1.22`, `1.22.6`, `1.24.0-rc.1`
    Of(String),
}

impl VersionRange {
    /// Whether a text has the form of a range and not of a single version.
    pub(crate) fn is_one(text: &str) -> bool {
        text.starts_with(['<', '>', '=', '^', '~'])
            || text.contains(char::is_whitespace)
            || text.contains(',')
            || text.contains("||")
    }

    /// Parses a range; the error is the reason.
    pub(crate) fn parse(text: &str) -> Result<VersionRange, String> {
        text.split("||").map(alternative).collect::<Result<_, _>>().map(VersionRange)
    }

    /// Whether a version is in it.
    pub fn matches(&self, version: &GoVersion) -> bool {
        semver::Version::parse(&version.to_semver_text())
            .is_ok_and(|version| self.0.iter().any(|alternative| alternative.matches(&version)))
    }
}

/// Removes the wildcards from `1.22.x`, `1.X` or `1.*.*`; `None` if there are none, or nothing else remains.
pub(crate) fn without_wildcards(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some((stem, last)) = rest.rsplit_once('.')
        && is_wildcard(last)
    {
        rest = stem;
    }
    (rest.len() < text.len() && !is_wildcard(rest)).then_some(rest)
}

/// One side of `||`.
fn alternative(text: &str) -> Result<VersionReq, String> {
    let words: Vec<&str> =
        text.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty()).collect();
    let comparators = match words[..] {
        [] => return Err("one side of `||` is empty".to_owned()),
        [from, "-", to] => [(">=", partial(from)?), ("<=", partial(to)?)].into_iter().collect(),
        _ => comparators(&words)?,
    };
    let texts: Vec<String> = comparators
        .into_iter()
        .filter_map(|(operator, version)| match version {
            PartialVersion::Any => None,
            PartialVersion::Of(version) => Some(format!("{operator}{version}")),
        })
        .collect();
    if texts.is_empty() {
        return Ok(VersionReq::STAR);
    }
    VersionReq::parse(&texts.join(", ")).map_err(|error| error.to_string())
}

/// Splits words into operators and versions, with or without a blank between them. A version without an
/// operator stands for all versions that its open numbers allow.
fn comparators<'a>(words: &[&'a str]) -> Result<Vec<(&'a str, PartialVersion)>, String> {
    let mut all = Vec::new();
    let (mut waiting, mut bare) = (None, None);
    for word in words {
        let (found, version) = operator(word);
        let operator = match (waiting.take(), found) {
            (Some(first), Some(_)) => return Err(format!("`{first}` needs a version after it")),
            (first, second) => first.or(second),
        };
        if version.is_empty() {
            waiting = operator;
            continue;
        }
        if operator.is_none()
            && let Some(other) = bare.replace(version)
        {
            return Err(format!("it asks for {other} and {version} at once; put `||` between alternatives"));
        }
        let version = partial(version)?;
        if version == PartialVersion::Any && matches!(operator, Some("<" | ">")) {
            return Err("nothing is older or newer than every version".to_owned());
        }
        all.push((operator.unwrap_or("="), version));
    }
    match waiting {
        Some(operator) => Err(format!("`{operator}` needs a version after it")),
        None => Ok(all),
    }
}

/// Splits a word into its operator, as the semver crate writes it, and the rest.
fn operator(word: &str) -> (Option<&'static str>, &str) {
    OPERATORS
        .iter()
        .find_map(|(written, meant)| Some((Some(*meant), word.strip_prefix(written)?)))
        .unwrap_or((None, word))
}

/// Converts a version to semver's spelling: `go1.24rc1` becomes `1.24.0-rc.1`. A semver version stays as it
/// is.
fn partial(text: &str) -> Result<PartialVersion, String> {
    let bare = text.strip_prefix("go").or_else(|| text.strip_prefix('v')).unwrap_or(text);
    let closed = without_wildcards(bare).unwrap_or(bare);
    if bare.split('.').all(is_wildcard) {
        return Ok(PartialVersion::Any);
    }
    if closed.contains(|c: char| !c.is_ascii_alphanumeric() && !".-+".contains(c)) {
        return Err(format!("`{text}` is not a version"));
    }
    Ok(PartialVersion::Of(match GoVersion::parse(closed) {
        Ok(parsed) if parsed.is_prerelease() => parsed.to_semver_text(),
        _ => closed.to_owned(),
    }))
}

fn is_wildcard(part: &str) -> bool {
    matches!(part, "x" | "X" | "*")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RELEASES: [&str; 11] = [
        "1.20", "1.20.14", "1.21.0", "1.21.13", "1.22.0", "1.22.3", "1.22.12", "1.23.0", "1.23.4", "1.24rc1",
        "1.24.1",
    ];

    /// Expected values are those of node-semver's `maxSatisfying` for the same releases in its spelling
    /// (K10.4).
    #[test]
    fn every_form_of_node_semver_means_what_it_means_there() {
        for (range, newest) in [
            ("1.22 - 1.23", Some("1.23.4")),
            ("1.21.0 - 1.22.3", Some("1.22.3")),
            ("go1.21 - go1.22", Some("1.22.12")),
            ("1.x - 1.21.x", Some("1.21.13")),
            ("* - 1.21", Some("1.21.13")),
            ("1.23 - *", Some("1.24.1")),
            ("~>1.22", Some("1.22.12")),
            ("~> 1.22.1", Some("1.22.12")),
            ("~1.X", Some("1.24.1")),
            ("~1", Some("1.24.1")),
            ("^1.22", Some("1.24.1")),
            ("^1.22.x", Some("1.24.1")),
            ("^ 1.22.3", Some("1.24.1")),
            (">1.22", Some("1.24.1")),
            (">1.24", None),
            ("<=1.22", Some("1.22.12")),
            ("<=1.22.3", Some("1.22.3")),
            ("<1.22", Some("1.21.13")),
            ("<1.22.X", Some("1.21.13")),
            (">=1.22.x <1.23", Some("1.22.12")),
            (">=1.21, <1.23", Some("1.22.12")),
            (">= go1.21, < 1.22", Some("1.21.13")),
            ("=1.22", Some("1.22.12")),
            ("=v1.22.3", Some("1.22.3")),
            ("= 1.20.0", Some("1.20")),
            ("~1.20", Some("1.20.14")),
            ("<1.23 1.22.x", Some("1.22.12")),
            ("* <1.22", Some("1.21.13")),
            (">=*", Some("1.24.1")),
            ("1.20 || 1.22", Some("1.22.12")),
            ("^1.99 || ~1.21.5", Some("1.21.13")),
            ("1.20.x||1.21.X", Some("1.21.13")),
            (">=1.23 <1.24 || 1.20.0", Some("1.23.4")),
            (">=1.24rc1 <1.24.1", Some("1.24rc1")),
            (">=1.24.0-rc.1 <1.24.1", Some("1.24rc1")),
            (">=1.23.5 <1.24.1", None),
            (">=1.22 <1.22", None),
            ("<1.20", None),
        ] {
            let range = (range, VersionRange::parse(range).unwrap());
            let versions = RELEASES.iter().map(|text| GoVersion::parse(text).unwrap());
            let found = versions.filter(|version| range.1.matches(version)).max();
            assert_eq!(found.map(|version| version.to_string()).as_deref(), newest, "{}", range.0);
        }
    }

    #[test]
    fn what_leaves_numbers_open_is_told_from_what_does_not() {
        for (text, closed) in [
            ("1.22.x", Some("1.22")),
            ("1.22.X", Some("1.22")),
            ("1.22.*", Some("1.22")),
            ("1.X", Some("1")),
            ("1.x.x", Some("1")),
            ("1.*.X", Some("1")),
            ("1.22", None),
            ("1.22X", None),
            ("x", None),
            ("*.*", None),
            ("", None),
        ] {
            assert_eq!(without_wildcards(text), closed, "{text}");
        }
    }

    #[test]
    fn ranges_that_mean_nothing_are_refused_with_the_reason() {
        for (text, reason) in [
            (">=", "`>=` needs a version after it"),
            (">=1.21 <", "`<` needs a version after it"),
            ("> <1.2", "`>` needs a version after it"),
            ("1.21, 1.22", "it asks for 1.21 and 1.22 at once; put `||` between alternatives"),
            ("1.21 1.22", "it asks for 1.21 and 1.22 at once; put `||` between alternatives"),
            ("1.22 ||", "one side of `||` is empty"),
            (",", "one side of `||` is empty"),
            ("<*", "nothing is older or newer than every version"),
            (">=1.2\u{202e}1", "`1.2\u{202e}1` is not a version"),
        ] {
            assert_eq!(VersionRange::parse(text), Err(reason.to_owned()), "{text}");
        }
        for text in [">=x1", "1.22 - ", "- 1.22", "1.22 - 1.23 - 1.24", ">=1.x.3", "==1.22", "><1", ">=1.022"]
        {
            assert!(VersionRange::parse(text).is_err(), "{text}");
        }
    }
}
