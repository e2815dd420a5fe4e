//! go.dev's release list, on any bytes.
//!
//! Owns: the check that each archive in the index stands in the list as it is, under a plain name, that a list
//! made of an index reads back, and that no list changes a sum that is in the binary.
#![no_main]

use std::fmt::Write;
use std::sync::LazyLock;

use gom_core::fuzzing::release_list;
use gom_core::index::Index;
use gom_select::toolchain::ToolchainId;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

static EMBEDDED: LazyLock<Index> = LazyLock::new(Index::embedded);

fuzz_target!(|data: &[u8]| {
    let mut index = Index::default();
    if let Err(message) = release_list(&mut index, data) {
        return assert!(!message.contains(char::is_control), "{message:?}");
    }
    // In what gom passes over there may be bytes that are no text.
    if let Ok(list) = serde_json::from_slice(data) {
        every_archive_is_listed(&index, &list);
    }
    reads_back(&index, data);
    no_embedded_sum_changes(data);
});

fn every_archive_is_listed(index: &Index, list: &Value) {
    let files = list.as_array().into_iter().flatten().flat_map(|release| {
        let files = field(release, "files", 1).and_then(Value::as_array);
        files.into_iter().flatten().map(move |file| (release, file))
    });
    let listed: Vec<[&str; 4]> = files
        .map(|(release, file)| {
            let version = str_field(release, "version", 0);
            [
                version,
                str_field(file, "filename", 0),
                str_field(file, "sha256", 1),
                str_field(file, "kind", 2),
            ]
        })
        .collect();
    for (id, published) in index.iter() {
        let archive = published.archive.as_ref().expect("a list tells of archives only");
        let name = archive.filename.as_str();
        assert!(!published.on_proxy && is_plain(name), "{name:?}");
        let sum = archive.sha256.map(|sum| sum.to_string()).unwrap_or_default();
        let version = id.version.toolchain_name();
        let is_it = |[a_version, a_name, a_sum, kind]: &[&str; 4]| {
            *a_version == version && *a_name == name && *kind == "archive" && a_sum.eq_ignore_ascii_case(&sum)
        };
        assert!(listed.iter().any(is_it), "{id}: {name} {sum}");
        names_its_toolchain(id, name);
    }
}

/// serde takes a list for an object, too, with the fields in their order.
fn field<'a>(object: &'a Value, name: &str, place: usize) -> Option<&'a Value> {
    object.get(name).or_else(|| object.get(place))
}

fn str_field<'a>(object: &'a Value, name: &str, place: usize) -> &'a str {
    field(object, name, place).and_then(Value::as_str).unwrap_or_default()
}

fn is_plain(name: &str) -> bool {
    !name.contains(['/', '\\', '\0']) && !name.contains(|c: char| c.is_control() || c.is_whitespace())
}

fn names_its_toolchain(id: &ToolchainId, name: &str) {
    let os = &id.platform.os();
    assert!(name.starts_with(&format!("{}.{os}-", id.version.toolchain_name())), "{id}: {name}");
    let ending = [".tar.gz", ".zip"].into_iter().find(|ending| name.ends_with(ending));
    assert!(ending.is_some(), "{id}: {name}");
}

fn reads_back(index: &Index, data: &[u8]) {
    let releases: Vec<Value> = index
        .iter()
        .filter_map(|(id, published)| {
            let archive = published.archive.as_ref()?;
            let sum = archive.sha256.map(|sum| sum.to_string()).unwrap_or_default();
            let size = archive.size.unwrap_or_default();
            let file =
                json!({ "filename": archive.filename, "sha256": sum, "kind": "archive", "size": size });
            Some(json!({ "version": id.version.toolchain_name(), "files": [file] }))
        })
        .collect();
    let mut again = Index::default();
    release_list(&mut again, Value::from(releases).to_string().as_bytes()).expect("a list of our own");
    assert_eq!(text(&again), text(index));
    let mut twice = index.clone();
    release_list(&mut twice, data).expect("a list contradicts itself");
    assert_eq!(text(&twice), text(index));
}

fn text(index: &Index) -> String {
    index.iter().fold(String::new(), |mut text, entry| {
        let _ = writeln!(text, "{entry:?}");
        text
    })
}

fn no_embedded_sum_changes(data: &[u8]) {
    let mut merged = EMBEDDED.clone();
    if release_list(&mut merged, data).is_err() {
        return;
    }
    for (id, before) in EMBEDDED.iter() {
        let after = merged.get(id).expect("a toolchain is gone");
        let archives = before.archive.as_ref().zip(after.archive.as_ref());
        let same_file = archives.filter(|(before, after)| before.filename == after.filename);
        if let Some((before, after)) = same_file
            && before.sha256.is_some()
        {
            assert_eq!(before.sha256, after.sha256, "{id}");
        }
    }
}
