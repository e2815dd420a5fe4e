//! Makes the table of the tags of Docker's official `golang` image that is compiled into gom, from a clone of
//! `docker-library/official-images`, whose history has every list of tags that there was.
//!
//! Each line of the table has the variants of some versions, a colon, and these versions. `-` is the tag without a variant.
//!
//! ```text
//! # as of 2026-08-19
//! - alpine alpine3.20 bookworm: 1.22.6 1.22.7
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::shell::say;

pub(crate) const USAGE: &str =
    "cargo xtask embed-image-tags CLONE   (a clone of docker-library/official-images, with its history)";

const LIST: &str = "library/golang";
const TARGET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/gom-project/src/image_tags.txt");

/// The variants of each version.
type Table = BTreeMap<TagVersion, BTreeSet<String>>;

/// A version in a tag, in the order of versions: a line comes before its releases.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct TagVersion {
    numbers: Vec<u32>,
    text: String,
}

impl TagVersion {
    /// Reads `1.22`, `1.22.6` or `1.24rc1`.
    fn parse(text: &str) -> Option<TagVersion> {
        let numbers =
            text.split(['.', 'r', 'b']).map(|part| part.trim_start_matches(['c', 'e', 't', 'a']).parse());
        let numbers: Vec<u32> = numbers.collect::<Result<_, _>>().ok()?;
        text.starts_with("1.").then(|| TagVersion { numbers, text: text.to_owned() })
    }
}

/// Reads every list in the history of the clone, and writes the table.
pub(crate) fn run(clone: &str) -> Result<()> {
    let clone = Path::new(clone);
    let log = git(clone, &["log", "--format=%H %cs", "--", LIST])?;
    let newest = log.lines().next().context("the clone has no history of the list")?;
    let (_, day) = newest.split_once(' ').context("git printed no date")?;
    let mut table = Table::new();
    for commit in log.lines().filter_map(|line| line.split_once(' ')).map(|(commit, _)| commit) {
        // A commit may have removed it.
        let Ok(list) = git(clone, &["show", &format!("{commit}:{LIST}")]) else { continue };
        for tag in list.lines().flat_map(tags_in) {
            add(&mut table, tag);
        }
    }
    ensure!(table.len() > 300, "the history has tags of {} versions only: is it cut?", table.len());
    std::fs::write(TARGET, text_of(&table, day)).with_context(|| format!("can't write `{TARGET}`"))?;
    say(&format!("embed-image-tags: {} versions, until {day}", table.len()));
    Ok(())
}

fn git(clone: &Path, arguments: &[&str]) -> Result<String> {
    let output =
        Command::new("git").arg("-C").arg(clone).args(arguments).output().context("can't run git")?;
    ensure!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
    String::from_utf8(output.stdout).context("git printed no text")
}

/// The tags in a line of a list: `Tags: 1.22.6-bookworm, 1.22-bookworm`, and before 2016 `1.4.2-wheezy: git://...`.
fn tags_in(line: &str) -> Vec<&str> {
    if let Some(tags) = line.strip_prefix("Tags: ").or_else(|| line.strip_prefix("SharedTags: ")) {
        return tags.split(',').map(str::trim).collect();
    }
    let old = line.split_once(": ").filter(|(_, rest)| rest.starts_with("git") || rest.starts_with("http"));
    old.map(|(tag, _)| tag).into_iter().collect()
}

fn add(table: &mut Table, tag: &str) {
    let (version, variant) = tag.split_once('-').unwrap_or((tag, "-"));
    // `1` and `latest-alpine` are any release.
    if let Some(version) = TagVersion::parse(version) {
        table.entry(version).or_default().insert(variant.to_owned());
    }
}

fn text_of(table: &Table, day: &str) -> String {
    let mut versions: BTreeMap<&BTreeSet<String>, Vec<&TagVersion>> = BTreeMap::new();
    for (version, variants) in table {
        versions.entry(variants).or_default().push(version);
    }
    let mut lines: Vec<_> = versions.into_iter().collect();
    lines.sort_by(|(_, a), (_, b)| a.cmp(b));
    let mut text = format!(
        "# as of {day}\n# Made by `cargo xtask embed-image-tags` from docker-library/official-images; see \
         xtask/src/embed_image_tags.rs.\n"
    );
    for (variants, versions) in lines {
        let variants: Vec<&str> = variants.iter().map(String::as_str).collect();
        let versions: Vec<&str> = versions.into_iter().map(|version| version.text.as_str()).collect();
        let _ = writeln!(text, "{}: {}", variants.join(" "), versions.join(" "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tags_of_new_and_old_lists_are_read() {
        let lists = "Tags: 1.22.6-alpine3.20, 1.22-alpine3.20, 1-alpine3.20, alpine3.20\nSharedTags: 1.22.6, latest\n\
                     GitRepo: https://example.test/x\n1.4.2-wheezy: git://example.test/golang@00ff 1.4/wheezy\n";
        let mut table = Table::new();
        for tag in lists.lines().flat_map(tags_in) {
            add(&mut table, tag);
        }
        let expected = "# as of 2026-08-19\n# Made by `cargo xtask embed-image-tags` from \
                        docker-library/official-images; see xtask/src/embed_image_tags.rs.\n\
                        wheezy: 1.4.2\nalpine3.20: 1.22\n- alpine3.20: 1.22.6\n";
        assert_eq!(text_of(&table, "2026-08-19"), expected);
    }
}
