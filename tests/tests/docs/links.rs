//! Every link between the documents leads to a file and to a heading, by GitHub's rules for their names. `.ci/book.sh`
//! checks the same in the book, whose rules are mdBook's.
//!
//! It never follows a link to another site.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::pages::{documents, root};

/// The lines outside of examples.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_example = false;
    (1..).zip(text.lines()).filter(move |(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_example ^= is_fence;
        !is_example && !is_fence
    })
}

/// What stands in the parentheses of `[...](...)`, outside of code.
fn links(line: &str) -> Vec<&str> {
    let text = line.split('`').step_by(2);
    text.flat_map(|part| part.split("](").skip(1)).filter_map(|rest| rest.split(')').next()).collect()
}

/// The name that GitHub gives to a heading: small letters, digits, `_` and `-`, and `-` for each blank.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn anchors(file: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(file).unwrap();
    prose(&text).filter(|(_, line)| line.starts_with('#')).map(|(_, line)| anchor(line)).collect()
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let mut broken = Vec::new();
    let mut count = 0;
    for file in documents() {
        let text = fs::read_to_string(&file).unwrap();
        let place = |number| format!("{}:{number}", file.strip_prefix(root()).unwrap().display());
        for (number, link) in
            prose(&text).flat_map(|(number, line)| links(line).into_iter().map(move |link| (number, link)))
        {
            if link.contains("://") {
                continue;
            }
            count += 1;
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let target: PathBuf =
                if path.is_empty() { file.clone() } else { file.parent().unwrap().join(path) };
            if !target.is_file() {
                broken.push(format!("{}: {link}: no such file", place(number)));
            } else if !heading.is_empty() && !anchors(&target).contains(heading) {
                broken.push(format!("{}: {link}: no such heading", place(number)));
            }
        }
    }
    assert!(count > 200, "only {count} links");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_book_has_every_page_of_the_documents() {
    let summary = fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    let listed: BTreeSet<PathBuf> = summary
        .lines()
        .flat_map(links)
        .map(|link| fs::canonicalize(root().join("docs").join(link)).unwrap_or_else(|_| panic!("{link}")))
        .collect();
    let docs = fs::canonicalize(root().join("docs")).unwrap();
    let pages = documents().into_iter().map(|page| fs::canonicalize(page).unwrap());
    let missing: Vec<PathBuf> = pages
        .filter(|page| page.starts_with(&docs) && !page.ends_with("SUMMARY.md") && !listed.contains(page))
        .collect();
    assert!(missing.is_empty(), "docs/SUMMARY.md does not list {missing:#?}");
}

#[test]
fn anchors_are_those_of_github() {
    assert_eq!(anchor("## 5. Go's floor"), "5-gos-floor");
    assert_eq!(anchor("## `gom why`"), "gom-why");
    assert_eq!(anchor("### 镜像"), "镜像");
    assert_eq!(links("see [a](b.md#c) and `[x](y)` ![z](d.svg)"), ["b.md#c", "d.svg"]);
}
