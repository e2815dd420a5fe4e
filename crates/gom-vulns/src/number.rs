//! The number of a release as the vulnerability database writes it: a semantic version, `1.24.0-rc.1` for `go1.24rc1`.
//!
//! The rules are those of govulncheck (golang.org/x/vuln/internal/semver): a missing patch is 0, `v` and `go` in front
//! are allowed, and build metadata does not count.

use std::fmt;

use gom_select::version::GoVersion;
use semver::{BuildMetadata, Prerelease, Version};

/// The last line whose first release Go writes without its `.0`.
const LAST_WITHOUT_ZERO: u64 = 20;

/// The number of a release.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReleaseNumber(Version);

impl ReleaseNumber {
    /// Parses a bound of a range. `None` if it is not a semantic version.
    pub fn parse(text: &str) -> Option<ReleaseNumber> {
        let text = text.strip_prefix('v').or_else(|| text.strip_prefix("go")).unwrap_or(text);
        let text = match text.matches('.').count() {
            0 if !text.contains(['-', '+']) => format!("{text}.0.0"),
            1 if !text.contains(['-', '+']) => format!("{text}.0"),
            _ => text.to_owned(),
        };
        let version = Version::parse(&text).ok()?;
        Some(ReleaseNumber(Version { build: BuildMetadata::EMPTY, ..version }))
    }

    /// The number of a release. Of a language version, such as `1.22`, it is that of its first release. `None` for
    /// numbers that no release has.
    pub fn of(version: &GoVersion) -> Option<ReleaseNumber> {
        ReleaseNumber::parse(&version.to_semver_text())
    }

    /// The release in Go's own words: `1.24rc1`, and `1.20` for `1.20.0`. `None` if no release can have the number.
    pub fn to_go(&self) -> Option<GoVersion> {
        let Version { major, minor, patch, pre, .. } = &self.0;
        let text = if *pre == Prerelease::EMPTY {
            if *patch == 0 && *minor <= LAST_WITHOUT_ZERO {
                format!("{major}.{minor}")
            } else {
                format!("{major}.{minor}.{patch}")
            }
        } else {
            let (kind, number) = pre.split_once('.')?;
            format!("{major}.{minor}{kind}{number}")
        };
        GoVersion::parse(&text).ok()
    }
}

impl fmt::Display for ReleaseNumber {
    /// In Go's words if there are some, else as the database has it: `1.27.0-0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_go() {
            Some(version) => version.fmt(f),
            None => self.0.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> ReleaseNumber {
        ReleaseNumber::parse(text).unwrap()
    }

    #[test]
    fn releases_are_ordered_as_go_orders_them() {
        let go = |text: &str| ReleaseNumber::of(&GoVersion::parse(text).unwrap()).unwrap();
        let ascending = [
            go("1.20.14"),
            number("1.21.0-0"),
            go("1.21beta1"),
            go("1.21rc2"),
            go("1.21rc10"),
            go("1.21.0"),
            go("1.21.1"),
            number("1.22.0-0"),
            go("1.22rc1"),
            go("1.22.0"),
        ];
        assert!(ascending.is_sorted_by(|a, b| a < b), "{ascending:?}");
        assert_eq!(go("1.21"), go("1.21.0"), "a language version");
        assert_eq!(go("1.20"), number("1.20.0"));
    }

    #[test]
    fn a_bound_may_be_short_and_have_a_prefix() {
        for (text, same) in [
            ("1.18", "1.18.0"),
            ("v1.18.2", "1.18.2"),
            ("go1.18.2", "1.18.2"),
            ("1", "1.0.0"),
            ("1.18.2+build", "1.18.2"),
        ] {
            assert_eq!(number(text), number(same), "{text}");
        }
        for text in ["", "0.", "1.x", "1.2.3.4", "01.2.3", "1.2.3-", "1.99999999999999999999.0"] {
            assert_eq!(ReleaseNumber::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_has_gos_own_name() {
        for (text, name) in [
            ("1.22.6", "1.22.6"),
            ("1.21.0", "1.21.0"),
            ("1.20.0", "1.20"),
            ("1.24.0-rc.1", "1.24rc1"),
            ("1.14.0-beta.1", "1.14beta1"),
            ("1.27.0-0", "1.27.0-0"),
        ] {
            assert_eq!(number(text).to_string(), name);
        }
    }
}
