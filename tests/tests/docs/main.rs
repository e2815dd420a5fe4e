//! What the documents say about tests is so: each test that they name is there; README's claims and the Chinese are in
//! files of their own.
//!
//! It never checks that a test shows what it is named for; its name has to say that. Invariant: a name in backticks
//! that is a sentence (three words or more) is a test's, and a path in backticks that ends in `.rs` is a file's.

#![expect(clippy::unwrap_used, reason = "a file that can not be read fails the test")]

mod chinese;
mod pages;
mod readme;

use pages::root;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The documents that name tests.
const WITH_TESTS: [&str; 2] = ["SECURITY.md", "docs/attacks.md"];

#[test]
fn every_test_that_a_document_names_exists() {
    let mut sources = Vec::new();
    for folder in ["crates", "shims", "tests"] {
        rust_files(&root().join(folder), &mut sources);
    }
    let tests: BTreeSet<String> = sources.iter().flat_map(|file| functions(file)).collect();
    for document in WITH_TESTS {
        let text = fs::read_to_string(root().join(document)).unwrap();
        let named: Vec<&str> = in_backticks(&text).filter_map(named_test).collect();
        assert!(!named.is_empty(), "{document} names no test");
        let missing: Vec<&&str> = named.iter().filter(|name| !tests.contains(**name)).collect();
        assert!(missing.is_empty(), "{document} names tests that are nowhere: {missing:#?}");
        let is_rust = |word: &&str| Path::new(word).extension().is_some_and(|extension| extension == "rs");
        for file in in_backticks(&text).filter(is_rust) {
            assert!(root().join(file).is_file(), "{document} names {file}, which is not there");
        }
    }
}

/// Without a test, a promise is a wish.
#[test]
fn every_promise_about_a_liar_names_its_tests() {
    let text = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let liars: Vec<&str> = text.split("\n### ").skip(1).collect();
    assert!(liars.len() >= 8, "only {} in SECURITY.md", liars.len());
    for liar in liars {
        let name = liar.lines().next().unwrap();
        for word in ["- Promised: ", "- Not promised: ", "- Shown by: "] {
            assert_eq!(liar.matches(word).count(), 1, "{name}: {word}");
        }
        let (_, shown_by) = liar.split_once("- Shown by: ").unwrap();
        assert!(in_backticks(shown_by).any(|word| named_test(word).is_some()), "{name} names no test");
    }
}

fn rust_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if entry.file_type().unwrap().is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The names of the functions that stand directly below `#[test]` or another attribute of a test.
fn functions(file: &Path) -> Vec<String> {
    let source = fs::read_to_string(file).unwrap();
    let mut is_test = false;
    let mut names = Vec::new();
    for line in source.lines().map(str::trim) {
        if line.starts_with("#[") {
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            continue;
        }
        let declared = line.trim_start_matches("async ").strip_prefix("fn ");
        if let Some((name, _)) = declared.filter(|_| is_test).and_then(|rest| rest.split_once('(')) {
            names.push(name.to_owned());
        }
        is_test = false;
    }
    names
}

fn in_backticks(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The test that a word names, as `a_name_like_this`, alone or behind its module.
fn named_test(word: &str) -> Option<&str> {
    let name = word.rsplit("::").next().unwrap_or(word);
    let is_name = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    (is_name && name.matches('_').count() >= 2).then_some(name)
}
