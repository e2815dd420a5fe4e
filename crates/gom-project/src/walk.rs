//! Finds the files of a tree that name a Go version.
//!
//! Owns: which folders are searched. No link to a folder is followed; a link to a file is found only if gom and Go choose a
//! version by a file of that name. Another repository inside this one (a submodule, a work tree) is not part of it. Never:
//! opens a file of the project but the `.gitignore` at its root.

#![expect(
    clippy::disallowed_methods,
    reason = "lists the folders of a project, with the kinds of their entries"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gom_select::regular_file;

use crate::places::{self, Kind};

/// A file of a known kind.
#[derive(Debug)]
pub struct FoundFile {
    /// Its path below the root, with `/`.
    pub path: String,
    /// Its kind.
    pub kind: &'static Kind,
    /// Whether it is a link. Only links of the kinds by which gom and Go choose a version are found.
    pub is_link: bool,
}

/// The files of a tree.
#[derive(Debug, Default)]
pub struct FoundFiles {
    /// The files, sorted by path.
    pub files: Vec<FoundFile>,
    /// Whether the tree is so large that a part of it was not searched.
    pub is_cut: bool,
    /// Folders that can't be listed, below the root.
    pub unreadable: Vec<String>,
}

/// Folders that are never a project's own: caches, and code of others.
const SKIPPED: [&str; 14] = [
    ".git",
    ".hg",
    ".svn",
    ".jj",
    ".cache",
    ".direnv",
    ".terraform",
    ".tox",
    ".venv",
    "__pycache__",
    "node_modules",
    "bower_components",
    "testdata",
    "vendor",
];

/// The kinds by which gom and Go choose a version. They follow a link of such a name, so it is not left out here.
const DECIDING: [&str; 4] = ["go-version", "tool-versions", "go-work", "go-mod"];

/// How deep folders are searched.
const DEPTH: usize = 24;

/// How many entries are looked at.
const ENTRIES: usize = 400_000;

/// The size limit of a `.gitignore`.
const IGNORE_LIMIT: usize = 256 << 10;

/// Finds every file of a known kind below a root.
pub fn find(root: &Path) -> FoundFiles {
    let ignored = ignored_folders(root);
    let mut found = FoundFiles::default();
    let mut left = ENTRIES;
    let mut waiting = vec![(root.to_path_buf(), String::new(), 0)];
    while let Some((folder, path, depth)) = waiting.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            found.unreadable.push(path);
            continue;
        };
        let (mut files, mut folders, mut is_foreign) = (Vec::new(), Vec::new(), false);
        for entry in entries {
            let Ok(entry) = entry else {
                // What follows in this folder is not known.
                found.unreadable.push(path.clone());
                break;
            };
            let Some(rest) = left.checked_sub(1) else {
                found.is_cut = true;
                break;
            };
            left = rest;
            let name = entry.file_name();
            // A name that is not text is none of a known kind.
            let Some(name) = name.to_str() else { continue };
            let Ok(kind) = entry.file_type() else {
                found.unreadable.push(path.clone());
                break;
            };
            is_foreign |= depth > 0 && name == ".git" || name == "CACHEDIR.TAG";
            let below = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
            if kind.is_dir() {
                if !is_skipped(name) && !ignored.contains(&below) && !ignored.contains(&format!("*/{name}")) {
                    folders.push((folder.join(name), below, depth + 1));
                }
            } else if (kind.is_file() || kind.is_symlink())
                && let Some(of_name) = places::kind_of(&below)
                && (kind.is_file() || DECIDING.contains(&of_name.name))
            {
                files.push(FoundFile { path: below, kind: of_name, is_link: kind.is_symlink() });
            }
        }
        if is_foreign {
            continue;
        }
        found.files.extend(files);
        if depth < DEPTH {
            waiting.extend(folders);
        } else {
            found.is_cut |= !folders.is_empty();
        }
    }
    found.files.sort_by(|a, b| a.path.cmp(&b.path));
    found.unreadable.sort();
    found
}

/// Go itself ignores folders that begin with `_`.
fn is_skipped(name: &str) -> bool {
    name.starts_with('_') || SKIPPED.contains(&name)
}

/// The folders that the `.gitignore` at the root names without a wildcard: `build/`, `/dist`. A name without a slash before
/// its end is ignored in every folder, and returned as `*/NAME`. Other patterns are left alone: a folder too many is
/// searched, never one too few.
fn ignored_folders(root: &Path) -> BTreeSet<String> {
    let file: PathBuf = root.join(".gitignore");
    let is_link = std::fs::symlink_metadata(&file).is_ok_and(|metadata| metadata.is_symlink());
    let bytes =
        regular_file::read(&file, IGNORE_LIMIT).ok().flatten().filter(|bytes| bytes.len() <= IGNORE_LIMIT);
    let Some(bytes) = bytes.filter(|_| !is_link) else { return BTreeSet::new() };
    let text = String::from_utf8_lossy(&bytes);
    // A pattern that includes again may mean anything: then nothing is ignored.
    if text.lines().any(|line| line.starts_with('!')) {
        return BTreeSet::new();
    }
    let is_plain = |name: &&str| !name.is_empty() && !name.contains(['*', '?', '[', '\\', '#']);
    let lines = text.lines().map(str::trim_end).filter(is_plain);
    lines
        .filter_map(|line| {
            let name = line.strip_suffix('/').unwrap_or(line);
            match name.strip_prefix('/') {
                Some(rooted) => Some(rooted.to_owned()),
                None if name.contains('/') => Some(name.to_owned()),
                // Without a slash at its end it may be a file's name, which a folder may have too.
                None if line.ends_with('/') => Some(format!("*/{name}")),
                None => None,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(root: &Path, files: &[&str]) {
        for file in files {
            let path = root.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
    }

    fn paths(root: &Path) -> Vec<String> {
        find(root).files.into_iter().map(|file| file.path).collect()
    }

    #[test]
    fn the_projects_own_files_are_found() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        write(
            root,
            &[
                ".git/go.mod",
                "go.mod",
                "a/b/go.mod",
                "a/vendor/x/go.mod",
                "a/testdata/go.mod",
                "_out/go.mod",
                "node_modules/x/go.mod",
                "sub/.git",
                "sub/go.mod",
                "sub/a/go.mod",
                "target/CACHEDIR.TAG",
                "target/x/go.mod",
                ".github/workflows/a.yml",
                ".github/workflows/a.txt",
                ".docker/Dockerfile",
            ],
        );
        assert_eq!(paths(root), [".docker/Dockerfile", ".github/workflows/a.yml", "a/b/go.mod", "go.mod"]);
    }

    #[test]
    fn links_are_found_only_where_go_follows_them() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        write(dir.path(), &["other/go.mod", "root/go.mod"]);
        std::os::unix::fs::symlink("../other", root.join("other")).unwrap();
        std::os::unix::fs::symlink("../other/go.mod", root.join("Dockerfile")).unwrap();
        std::os::unix::fs::symlink("../other", root.join("go.work")).unwrap();
        std::os::unix::fs::symlink("other/go.mod", root.join(".go-version")).unwrap();
        let found = find(&root).files.into_iter().map(|file| (file.path, file.is_link));
        let expected = [(".go-version", true), ("go.mod", false), ("go.work", true)];
        assert_eq!(found.collect::<Vec<_>>(), expected.map(|(path, is_link)| (path.to_owned(), is_link)));
    }

    #[test]
    fn folders_that_git_ignores_are_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        write(
            root,
            &["build/go.mod", "a/build/go.mod", "dist/go.mod", "a/dist/go.mod", "a/b/c/go.mod", "x/go.mod"],
        );
        std::fs::write(root.join(".gitignore"), "# x\nbuild/\n/dist\na/b/\nx\n*.mod\n").unwrap();
        assert_eq!(paths(root), ["a/dist/go.mod", "x/go.mod"]);
        std::fs::write(root.join(".gitignore"), "build/\n!build/\n").unwrap();
        assert_eq!(paths(root).len(), 6);
    }
}
