//! The list of a tree's files, as text; gzip is put around it, and the bytes are tried as a gzip file too.
//!
//! Owns: the check that gom reads what a naive reader does, that a list reads back from its own form, and that
//! its hash is the one of a naive port of Go's dirhash.
#![no_main]

use std::io::Write;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use gom_core::tree::{Manifest, ManifestError};
use gom_select::toolchain::ToolchainId;
use libfuzzer_sys::fuzz_target;
use sha2::{Digest as _, Sha256};

static ID: LazyLock<ToolchainId> =
    LazyLock::new(|| ToolchainId::parse("go1.22.6.linux-amd64").expect("a toolchain"));

fuzz_target!(|data: &[u8]| {
    if let Ok(list) = Manifest::from_gzip(data) {
        reads_back(&list);
    }
    match Manifest::from_gzip(&gzip(data)) {
        Ok(list) => {
            let read: Vec<_> =
                list.files().iter().map(|file| (file.name.clone(), file.sha256.to_string())).collect();
            assert_eq!(Some(read), lines(data));
            reads_back(&list);
            has_the_hash_of_its_files(&list);
        }
        Err(error) => {
            assert_eq!(lines(data), None, "{error}");
            error_has_its_line(data, &error);
        }
    }
});

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::none());
    writer.write_all(text).expect("memory takes bytes");
    writer.finish().expect("memory takes bytes")
}

fn lines(data: &[u8]) -> Option<Vec<(String, String)>> {
    let text = str::from_utf8(data).ok()?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let lines = if text.is_empty() && data.is_empty() { Vec::new() } else { text.split('\n').collect() };
    let files: Option<Vec<(String, String)>> = lines
        .into_iter()
        .map(|line| {
            let (sum, name) = line.split_once("  ")?;
            let is_sum = sum.len() == 64 && sum.bytes().all(|digit| digit.is_ascii_hexdigit());
            is_sum.then(|| (name.to_owned(), sum.to_ascii_lowercase()))
        })
        .collect();
    files.filter(|files| files.is_sorted_by(|(a, _), (b, _)| a < b))
}

fn reads_back(list: &Manifest) {
    let bytes = list.to_gzip().expect("memory takes bytes");
    assert_eq!(&Manifest::from_gzip(&bytes).expect("our own form"), list);
    for file in list.files() {
        assert_eq!(list.sum(&file.name), Some(file.sha256));
    }
}

fn error_has_its_line(data: &[u8], error: &ManifestError) {
    assert!(!error.to_string().contains(char::is_control), "{error:?}");
    if let ManifestError::Line { line, .. } = error {
        assert!((1..=data.split(|byte| *byte == b'\n').count()).contains(line), "{error}");
    }
}

/// x/mod/sumdb/dirhash, `Hash1`, over the names in the module's zip.
fn has_the_hash_of_its_files(list: &Manifest) {
    let mut names: Vec<(String, String)> = Vec::new();
    for file in list.files() {
        let first = file.name.split_once('/').map_or("", |(first, _)| first);
        if ["api", "doc", "misc", "test", ".github"].contains(&first) {
            continue;
        }
        let mut parts: Vec<&str> = file.name.split('/').collect();
        if let Some(last) = parts.last_mut().filter(|last| **last == "go.mod") {
            *last = "_go.mod";
        }
        let name = format!("golang.org/toolchain@v0.0.1-go1.22.6.linux-amd64/{}", parts.join("/"));
        names.push((name, file.sha256.to_string()));
    }
    names.sort();
    let text = names.iter().fold(String::new(), |text, (name, sum)| text + &format!("{sum}  {name}\n"));
    let h1 = format!("h1:{}", BASE64_STANDARD.encode(Sha256::digest(text)));
    assert_eq!(list.h1(&ID), h1);
    assert_eq!(list.covered_files(), names.len());
    let is_doubtful =
        |name: &str| name.contains(char::is_control) || name.rsplit('/').next() == Some("_go.mod");
    let any_doubtful = list.files().iter().any(|file| is_doubtful(&file.name));
    assert_eq!(list.has_h1(&ID, &h1), !any_doubtful);
}
