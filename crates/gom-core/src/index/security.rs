//! The releases that fix a vulnerability of Go, as known when this gom was built.
//!
//! The list is read from Go's release history by hand. A release that is newer than the list is not in it, so an
//! answer of `None` says nothing about later patches.

use gom_select::version::GoVersion;

const TEXT: &str = include_str!("security.txt");

/// Returns the newest later patch of the version's line that fixes a vulnerability, if one is known.
pub fn security_fix_after(version: &GoVersion) -> Option<GoVersion> {
    let line = version.line();
    releases().find(|fix| line.contains(fix) && fix > version)
}

/// The releases, newest first.
fn releases() -> impl Iterator<Item = GoVersion> {
    TEXT.lines().filter_map(|line| GoVersion::parse(line).ok())
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
}
