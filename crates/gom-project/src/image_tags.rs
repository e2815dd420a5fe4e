//! The tags that Docker's official `golang` image has or had, as gom knows them without a network.
//!
//! `cargo xtask embed-image-tags` makes the table from the lists that docker-library publishes. Invariant: a version that is
//! not in the table may be newer than it, so nothing is known of its tags.

const TABLE: &str = include_str!("image_tags.txt");

use std::collections::BTreeMap;

/// What is known of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagState {
    /// It was published.
    Published,
    /// It was not. The version has these other variants, as far as the table has it.
    Missing(Vec<&'static str>),
    /// Nobody was asked, and the table does not have the version.
    Unknown,
}

/// What is known of all tags: the table, and the answers of somebody who was asked.
#[derive(Clone, Debug, Default)]
pub struct Tags {
    answers: BTreeMap<(String, String), bool>,
}

impl Tags {
    /// The table, with answers about some tags, each a version and a variant.
    pub fn with(answers: BTreeMap<(String, String), bool>) -> Tags {
        Tags { answers }
    }

    /// Whether nothing is known of a tag.
    pub fn is_unknown(&self, version: &str, variant: &str) -> bool {
        self.state(version, variant) == TagState::Unknown
    }

    /// What is known of a tag.
    pub fn state(&self, version: &str, variant: &str) -> TagState {
        let in_table = state(version, variant);
        match (self.answers.get(&(version.to_owned(), variant.to_owned())), in_table) {
            (Some(true), _) => TagState::Published,
            (Some(false), TagState::Missing(others)) => TagState::Missing(others),
            (Some(false), _) => TagState::Missing(Vec::new()),
            (None, in_table) => in_table,
        }
    }
}

/// A tag of a version and a variant.
pub fn tag(version: &str, variant: &str) -> String {
    if variant.is_empty() { version.to_owned() } else { format!("{version}-{variant}") }
}

/// The day until which the table knows the tags: `2026-08-19`.
pub fn day() -> &'static str {
    TABLE.lines().find_map(|line| line.strip_prefix("# as of ")).unwrap_or_default()
}

/// What the table has of a tag of a version, such as `1.22.6` or `1.22`, with a variant, such as `alpine3.20`; `""` is the
/// tag without one.
fn state(version: &str, variant: &str) -> TagState {
    let variant = if variant.is_empty() { "-" } else { variant };
    let rows = TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "));
    let row = rows.into_iter().find(|(_, versions)| versions.split(' ').any(|one| one == version));
    match row {
        None => TagState::Unknown,
        Some((variants, _)) if variants.split(' ').any(|one| one == variant) => TagState::Published,
        Some((variants, _)) => {
            TagState::Missing(variants.split(' ').filter(|variant| *variant != "-").collect())
        }
    }
}

/// The variants that come nearest to a missing one: those of the same system, `alpine3.19` for `alpine3.18`, else all.
pub fn near<'a>(variant: &str, others: &[&'a str]) -> Vec<&'a str> {
    let system =
        |variant: &str| variant.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').to_owned();
    let same: Vec<&str> = others.iter().copied().filter(|other| system(other) == system(variant)).collect();
    if same.is_empty() { others.to_vec() } else { same }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_by_its_version_and_variant() {
        assert_eq!(state("1.22.6", "alpine3.20"), TagState::Published);
        assert_eq!(state("1.22.6", ""), TagState::Published);
        assert_eq!(state("1.22", "bookworm"), TagState::Published);
        assert_eq!(state("1.999.0", "alpine3.20"), TagState::Unknown);
        let TagState::Missing(others) = state("1.22.12", "alpine3.18") else { panic!() };
        assert_eq!(near("alpine3.18", &others), ["alpine", "alpine3.20", "alpine3.21"]);
        assert!(near("plan9", &others).len() > 5);
    }

    #[test]
    fn an_answer_counts_more_than_the_table() {
        let one =
            |version: &str, variant: &str, is_there| ((version.to_owned(), variant.to_owned()), is_there);
        let tags = Tags::with(BTreeMap::from([
            one("1.22.12", "alpine3.18", true),
            one("1.22.6", "bookworm", false),
            one("1.999.0", "", false),
        ]));
        assert_eq!(tags.state("1.22.12", "alpine3.18"), TagState::Published);
        assert_eq!(tags.state("1.22.6", "bookworm"), TagState::Missing(Vec::new()));
        assert_eq!(tags.state("1.999.0", ""), TagState::Missing(Vec::new()));
        assert_eq!(tags.state("1.999.0", "alpine"), TagState::Unknown);
        assert_eq!(Tags::default().state("1.22.6", "bookworm"), TagState::Published);
    }

    #[test]
    fn each_version_has_one_row() {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
        let mut versions: Vec<&str> =
            rows.flat_map(|line| line.split_once(": ").unwrap().1.split(' ')).collect();
        let count = versions.len();
        versions.sort_unstable();
        versions.dedup();
        assert!(count > 300 && versions.len() == count);
        assert_eq!(day().len(), 10);
    }
}
