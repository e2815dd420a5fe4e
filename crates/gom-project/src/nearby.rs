//! The files that name a Go version for one folder: those in it and above it, up to the root of its project, and above
//! that the files that managers follow from every folder below.
//!
//! Owns: which files these are, without a search of the whole tree, because `gom why` must be fast. Never: opens a file.
//! What is found may be a link, so its content is only for reading.

#![expect(
    clippy::disallowed_methods,
    reason = "lists the folders of a project, with the kinds of their entries"
)]

use std::path::{Path, PathBuf};

use gom_core::files;
use gom_core::project::go_root;

use crate::document::ParseFault;
use crate::places::{self, Kind};
use crate::read_file::{self, ReadFile};

/// A file of a known kind.
#[derive(Clone, Debug)]
pub struct NearbyFile {
    /// The file.
    pub path: PathBuf,
    /// Its kind.
    pub kind: &'static Kind,
}

impl NearbyFile {
    /// Reads the file. `None` if it vanished.
    pub fn read(&self, limit: usize) -> Result<Option<ReadFile>, ParseFault> {
        read_file::read(&self.path, &self.path.to_string_lossy(), self.kind, limit)
    }
}

/// The kinds whose files count in every folder below them.
const INHERITED: [&str; 5] = ["go-version", "tool-versions", "mise", "proto", "vfox"];

/// How many entries of one folder and its special subfolders are looked at. Only folders that are no project have more.
const ENTRIES: usize = 10_000;

/// Finds the files for a folder. Those of the nearest folder come first, and in each folder those first that count more.
pub fn find(folder: &Path) -> Vec<NearbyFile> {
    let root = go_root(folder);
    let mut found = Vec::new();
    for folder in folder.ancestors() {
        match folder.strip_prefix(root) {
            Ok(below) => found.extend(Listing::of(folder, &below.to_string_lossy()).sorted()),
            Err(_) => found.extend(inherited(folder)),
        }
    }
    found
}

/// The files of managers in a folder, by their names.
fn inherited(folder: &Path) -> impl Iterator<Item = NearbyFile> {
    let kinds = INHERITED.iter().filter_map(|name| places::kind_named(name));
    kinds.flat_map(move |kind| {
        let paths = kind.patterns.iter().map(move |name| folder.join(name));
        paths.filter(|path| files::is_file(path)).map(move |path| NearbyFile { path, kind })
    })
}

/// The files of one folder, with those in the subfolders that kinds name: `.github/workflows`.
struct Listing<'a> {
    folder: &'a Path,
    /// The folder below the root, with a `/` at its end unless it is the root.
    below: String,
    left: usize,
    /// Each with its path below the folder.
    found: Vec<(String, &'static Kind)>,
}

impl<'a> Listing<'a> {
    fn of(folder: &'a Path, below: &str) -> Listing<'a> {
        let below = if below.is_empty() { String::new() } else { format!("{below}/") };
        let mut listing = Listing { folder, below, left: ENTRIES, found: Vec::new() };
        listing.list("");
        listing
    }

    /// The patterns of kinds limit the depth.
    fn list(&mut self, inner: &str) {
        let Ok(entries) = std::fs::read_dir(self.folder.join(inner)) else { return };
        for entry in entries.flatten() {
            let Some(left) = self.left.checked_sub(1) else { return };
            self.left = left;
            let name = entry.file_name();
            let (Some(name), Ok(kind)) = (name.to_str(), entry.file_type()) else { continue };
            // Names are shown in the terminal.
            if name.contains(char::is_control) {
                continue;
            }
            let path = if inner.is_empty() { name.to_owned() } else { format!("{inner}/{name}") };
            if kind.is_dir() {
                if places::leads_to_a_kind(&path, self.below.is_empty()) {
                    self.list(&path);
                }
            } else if let Some(kind) = places::kind_of(&format!("{}{path}", self.below)) {
                self.found.push((path, kind));
            }
        }
    }

    fn sorted(self) -> impl Iterator<Item = NearbyFile> {
        let (folder, mut found) = (self.folder, self.found);
        let rank = |name: &str| places::KINDS.iter().position(|kind| kind.name == name);
        found.sort_by_cached_key(|(path, kind)| (rank(kind.name), path.clone()));
        found.into_iter().map(move |(path, kind)| NearbyFile { path: folder.join(path), kind })
    }
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

    fn found(top: &Path, folder: &str) -> Vec<String> {
        let below = |file: NearbyFile| Some(file.path.strip_prefix(top).ok()?.display().to_string());
        find(&top.join(folder)).into_iter().filter_map(below).collect()
    }

    #[test]
    fn the_files_beside_a_folder_and_above_it_are_found() {
        let dir = tempfile::tempdir().unwrap();
        write(
            dir.path(),
            &[
                ".tool-versions",
                ".config/mise/config.toml",
                "Dockerfile",
                ".gitlab-ci.yml",
                "r/.git/HEAD",
                "r/.github/workflows/b.yml",
                "r/.github/workflows/a.yaml",
                "r/.github/workflows/old/c.yml",
                "r/.github/actions/x/action.yml",
                "r/.devcontainer/go/devcontainer.json",
                "r/.vscode/settings.json",
                "r/go.mod",
                "r/Dockerfile",
                "r/other/Dockerfile",
                "r/a/.go-version",
                "r/a/.github/workflows/d.yml",
                "r/a/compose.yaml",
                "r/a/b/build.Dockerfile",
                "r/a/b/c/Dockerfile",
            ],
        );
        assert_eq!(
            found(dir.path(), "r/a/b"),
            [
                "r/a/b/build.Dockerfile",
                "r/a/.go-version",
                "r/a/compose.yaml",
                "r/go.mod",
                "r/Dockerfile",
                "r/.devcontainer/go/devcontainer.json",
                "r/.github/actions/x/action.yml",
                "r/.github/workflows/a.yaml",
                "r/.github/workflows/b.yml",
                "r/.vscode/settings.json",
                // Above the project, only what managers follow from there.
                ".tool-versions",
                ".config/mise/config.toml",
            ]
        );
    }

    #[test]
    fn links_to_files_are_found_and_those_to_folders_and_strange_names_are_not() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &["x/workflows/a.yml", "x/mise.toml", "r/go.mod"]);
        write(dir.path(), &["r/Dockerfile.\u{1b}[31m"]);
        std::os::unix::fs::symlink("../x", dir.path().join("r/.github")).unwrap();
        std::os::unix::fs::symlink("../x/mise.toml", dir.path().join("r/mise.toml")).unwrap();
        assert_eq!(found(dir.path(), "r"), ["r/go.mod", "r/mise.toml"]);
    }
}
