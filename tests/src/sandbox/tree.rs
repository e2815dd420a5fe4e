//! Lists the files below a folder, with or without their content.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

/// Returns every file below a folder with its content, and every link with its target, by path. A missing
/// folder counts as empty.
pub fn contents(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    collect(dir, dir, &mut found);
    found
}

fn collect(root: &Path, dir: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.map(|entry| entry.expect("an entry")) {
        let (path, kind) = (entry.path(), entry.file_type().expect("the kind of an entry"));
        let content = if kind.is_dir() {
            collect(root, &path, found);
            continue;
        } else if kind.is_symlink() {
            fs::read_link(&path).expect("reading a link").into_os_string().into_vec()
        } else if kind.is_file() {
            fs::read(&path).expect("reading a file")
        } else {
            continue;
        };
        let name = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
        found.insert(name, content);
    }
}

/// Lists the names of files and folders; see [`super::Sandbox::tree`].
pub(super) fn walk(dir: &Path, prefix: &str, found: &mut Vec<String>) {
    let entries: Vec<_> =
        fs::read_dir(dir).expect("reading a folder").map(|entry| entry.expect("an entry")).collect();
    if entries.is_empty() {
        found.push(format!("{prefix}/"));
    }
    for entry in entries {
        let name = entry.file_name();
        let separator = if prefix.is_empty() { "" } else { "/" };
        let path = format!("{prefix}{separator}{}", name.to_string_lossy());
        let kind = entry.file_type().expect("the kind of an entry");
        if kind.is_dir() {
            walk(&entry.path(), &path, found);
        } else if kind.is_symlink() {
            let target = fs::read_link(entry.path()).expect("reading a link");
            found.push(format!("{path} -> {}", target.display()));
        } else {
            found.push(path);
        }
    }
}

/// The names in a folder.
pub(super) fn names(dir: &Path) -> BTreeSet<String> {
    let Ok(entries) = fs::read_dir(dir) else { return BTreeSet::new() };
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}
