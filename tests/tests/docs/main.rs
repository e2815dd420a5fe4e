//! Each test that the documents name exists. README's claims and the Chinese text are checked in files of their own.
//!
//! It never checks that a test shows what it is named for; its name has to say that. Invariant: a name in backticks
//! that is a sentence (three words or more) is a test's, and a path in backticks that ends in `.rs` is a file's. In the
//! guides for contributors it may be the end of a path.

#![expect(clippy::unwrap_used, reason = "a file that can not be read fails the test")]

mod chinese;
mod links;
mod names;
mod pages;
mod readme;
mod schemas;

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
        for file in in_backticks(&text).filter(is_rust) {
            assert!(root().join(file).is_file(), "{document} names {file}, which is not there");
        }
    }
}

/// The guides for contributors write a file's path or its end, and these words for a name that the reader chooses.
#[test]
fn every_rust_file_that_a_guide_for_contributors_names_exists() {
    let mut files = Vec::new();
    for folder in ["crates", "shims", "tests", "xtask"] {
        rust_files(&root().join(folder), &mut files);
    }
    let is_placeholder = |word: &str| ["NAME", "VERB", "SUB", "AREA"].contains(&word);
    let matches = |part: &str, real: &str| {
        let stems = part.strip_suffix(".rs").zip(real.strip_suffix(".rs"));
        part == real || is_placeholder(part) || stems.is_some_and(|(stem, _)| is_placeholder(stem))
    };
    for document in ["CONTRIBUTING.md", "ARCHITECTURE.md"] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        let named: Vec<&str> = in_backticks(&text).filter(is_rust).collect();
        assert!(!named.is_empty(), "{document} names no file");
        let exists = |path: &str| {
            files.iter().filter_map(|file| file.strip_prefix(root()).ok()?.to_str()).any(|file| {
                let (mut parts, mut real) = (path.rsplit('/'), file.rsplit('/'));
                parts.all(|part| real.next().is_some_and(|real| matches(part, real)))
            })
        };
        let missing: Vec<&str> = named.into_iter().filter(|path| !exists(path)).collect();
        assert!(missing.is_empty(), "{document} names files that are nowhere: {missing:#?}");
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

/// Whether a word is the path of a Rust file.
fn is_rust(word: &&str) -> bool {
    let is_word = !word.contains(char::is_whitespace);
    is_word && Path::new(word).extension().is_some_and(|extension| extension == "rs")
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
