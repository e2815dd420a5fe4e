//! The releases that fix a vulnerability of Go, as known when this gom was built.
//!
//! The list is read from Go's release history by hand. A release that is newer than the list is not in it, so an
//! answer of `None` says nothing about later patches, and [`fixes_between`] says where its data end.

use gom_select::version::GoVersion;

use super::embedded;

const TEXT: &str = include_str!("security.txt");

/// The releases that fix a vulnerability, between two releases of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityFixes {
    /// Those after the older release, up to the newer one, oldest first.
    pub releases: Vec<GoVersion>,
    /// Whether the data reach to the newer release: if not, there may be more.
    pub is_complete: bool,
    /// Where the data come from, and up to which day.
    pub source: String,
}

/// Returns the newest later patch of the version's line that fixes a vulnerability, if one is known.
pub fn security_fix_after(version: &GoVersion) -> Option<GoVersion> {
    let line = version.line();
    releases().find(|fix| line.contains(fix) && fix > version)
}

/// Returns the fixes that `newer` has and `older` lacks. `None` if there are no data: about that line, or because the
/// two are of different lines, whose fixes are published side by side.
pub fn fixes_between(older: &GoVersion, newer: &GoVersion) -> Option<SecurityFixes> {
    let line = older.line();
    let last_known = embedded::newest_of_line(&line).filter(|_| line.contains(newer))?;
    let mut releases: Vec<GoVersion> =
        releases().filter(|fix| line.contains(fix) && fix > older && fix <= newer).collect();
    releases.reverse();
    let source = format!("Go's release history up to {}", as_of());
    Some(SecurityFixes { releases, is_complete: *newer <= last_known, source })
}

/// The releases, newest first.
fn releases() -> impl Iterator<Item = GoVersion> {
    TEXT.lines().filter_map(|line| GoVersion::parse(line).ok())
}

/// The day up to which the list is complete.
fn as_of() -> &'static str {
    TEXT.lines().find_map(|line| line.strip_prefix("# as of ")?.get(..10)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::index::Index;

    #[test]
    fn every_line_of_the_file_is_a_published_release() {
        let known: BTreeSet<GoVersion> = Index::embedded().iter().map(|(id, _)| id.version.clone()).collect();
        let lines = || TEXT.lines().filter(|line| !line.starts_with('#'));
        assert!(lines().count() > 100);
        // go.dev offers no archive of these.
        let unpublished = ["1.1.1"];
        for line in lines().filter(|line| !unpublished.contains(line)) {
            assert!(known.contains(&GoVersion::parse(line).unwrap()), "{line}");
        }
    }

    #[test]
    fn the_file_is_sorted_newest_first() {
        let all: Vec<GoVersion> = releases().collect();
        assert!(all.is_sorted_by(|a, b| a > b));
    }

    /// The answer "no fix" is only as good as the list, so both end on the same day.
    #[test]
    fn the_file_is_as_new_as_the_index() {
        assert_eq!(as_of(), Index::embedded().as_of);
    }

    #[test]
    fn the_newest_fix_of_the_line_is_returned() {
        for (version, fix) in [
            ("1.26.3", Some("1.26.6")),
            ("1.26.6", None),
            ("1.26.7", None),
            ("1.26rc1", Some("1.26.6")),
            ("1.25.0", Some("1.25.13")),
            ("1.27.0", None),
        ] {
            let found = security_fix_after(&GoVersion::parse(version).unwrap());
            assert_eq!(found.map(|fix| fix.to_string()).as_deref(), fix, "{version}");
        }
    }

    #[test]
    fn fixes_are_those_after_the_older_release_up_to_the_newer_one() {
        let between = |older: &str, newer: &str| {
            let [older, newer] = [older, newer].map(|text| GoVersion::parse(text).unwrap());
            let fixes = fixes_between(&older, &newer)?;
            let releases: Vec<String> = fixes.releases.iter().map(ToString::to_string).collect();
            Some((releases.join(" "), fixes.is_complete))
        };
        let found = |releases: &str, is_complete| Some((releases.to_owned(), is_complete));
        assert_eq!(between("1.25.2", "1.25.8"), found("1.25.5 1.25.6 1.25.7 1.25.8", true));
        assert_eq!(between("1.26.6", "1.26.7"), found("", true));
        assert_eq!(between("1.26.5", "1.26.99"), found("1.26.6", false), "later than the list");
        assert_eq!(between("1.25.2", "1.26.6"), None, "two lines");
        assert_eq!(between("1.98.1", "1.98.2"), None, "a line without data");
    }
}
