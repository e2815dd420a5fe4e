//! The toolchains in the folders of managers. A folder counts if it has a `bin/go`, whatever its name; links are not
//! followed, because managers use them for aliases of what they have anyway.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use gom_core::context::Context;
use gom_core::files;
use gom_core::install::adopt::identify;
use gom_core::install::original;
use gom_select::toolchain::ToolchainId;

use crate::manager::Manager;
use crate::places::{self, Place};

/// A Go tree that somebody else put on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundTree {
    /// Who.
    pub manager: Manager,
    /// Its GOROOT, with links resolved.
    pub goroot: PathBuf,
    /// The toolchain that it says it is, or why that is unknown.
    pub toolchain: Result<ToolchainId, String>,
    /// The size of its files in bytes.
    pub bytes: u64,
}

/// The trees of managers, and the folders of theirs that could not be read.
#[derive(Debug, Default)]
pub struct FoundTrees {
    /// The trees.
    pub trees: Vec<FoundTree>,
    /// Why a folder could not be read, with its path.
    pub unreadable: Vec<io::Error>,
}

/// Finds the trees of these managers, each once, in the order of the managers. Trees in gom's own store don't count.
pub fn of_managers(ctx: &Context, managers: &[Manager]) -> FoundTrees {
    let mut found = FoundTrees::default();
    for place in managers.iter().flat_map(|manager| places::of(*manager, &ctx.environment)) {
        let folders = entries(&place).unwrap_or_else(|error| {
            found.unreadable.push(error);
            Vec::new()
        });
        for tree in folders.into_iter().filter_map(|folder| tree(place.manager, &folder)) {
            let is_known = found.trees.iter().any(|other| other.goroot == tree.goroot);
            if !is_known && !is_own(ctx, &tree.goroot) {
                found.trees.push(tree);
            }
        }
    }
    found
}

/// Whether a GOROOT, with links resolved, is in gom's own store, or in one that it reads after that.
pub fn is_own(ctx: &Context, goroot: &Path) -> bool {
    let layout = ctx.store.layout();
    let toolchains =
        std::iter::once(layout.toolchains()).chain(layout.others().map(|other| other.toolchains()));
    toolchains.filter_map(|store| files::real_path(&store).ok()).any(|store| goroot.starts_with(store))
}

/// Returns the tree in a folder; `None` if it has no `bin/go`.
pub fn tree(manager: Manager, folder: &Path) -> Option<FoundTree> {
    let has_go = |root: &Path| ["bin/go", "bin/go.exe"].iter().any(|go| files::is_file(&root.join(go)));
    let (goroot, toolchain) = match identify(folder) {
        Ok((id, goroot)) => (goroot, Ok(id)),
        Err(error) => (files::real_path(folder).ok()?, Err(error.to_string())),
    };
    if !has_go(&goroot) {
        return None;
    }
    let bytes = size(&goroot);
    Some(FoundTree { manager, goroot, toolchain, bytes })
}

/// The size of the regular files below a folder. What can't be read counts as nothing.
fn size(folder: &Path) -> u64 {
    let metadata = files::below(folder).flatten().filter_map(|entry| entry.metadata().ok());
    metadata.filter(std::fs::Metadata::is_file).map(|metadata| metadata.len()).sum()
}

/// Lists the folders of a place that may be a GOROOT, newest name last.
fn entries(place: &Place) -> io::Result<Vec<PathBuf>> {
    let of_place = |name: &OsString| name.to_str().is_some_and(|name| name.starts_with(place.prefix));
    let entries = folders_in(&place.parent)?
        .into_iter()
        .filter(|path| path.file_name().is_some_and(|name| of_place(&name.to_os_string())));
    match place.below.strip_prefix('*') {
        None => {
            Ok(entries.map(|entry| entry.join(place.below)).filter(|path| files::is_folder(path)).collect())
        }
        Some(rest) => {
            let mut found = Vec::new();
            for entry in entries {
                let folders = folders_in(&entry)?.into_iter();
                let trees = folders.map(|folder| folder.join(rest.trim_start_matches('/')));
                found.extend(trees.filter(|path| files::is_folder(path)));
            }
            Ok(found)
        }
    }
}

/// The folders in a folder, but no links to folders and nothing that is half removed, sorted by name. None if there is no
/// such folder.
pub(crate) fn folders_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut names = match files::names_in(folder) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Vec::new()
        }
        names => names?,
    };
    names.retain(|name| !original::is_half_removed(name));
    names.sort();
    let folders = names.into_iter().map(|name| folder.join(name));
    Ok(folders.filter(|path| files::is_folder_itself(path)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(parent: &Path, prefix: &'static str, below: &'static str) -> Place {
        Place { manager: Manager::Vfox, parent: parent.to_path_buf(), prefix, below }
    }

    #[test]
    fn entries_are_folders_with_the_prefix_and_no_links() {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["v-1.22.6/golang-1.22.6/bin", "v-1.21.3/golang-1.21.3", "other/golang-1"] {
            fs_err::create_dir_all(dir.path().join(folder)).unwrap();
        }
        fs_err::os::unix::fs::symlink("v-1.22.6", dir.path().join("v-latest")).unwrap();
        fs_err::write(dir.path().join("v-file"), "").unwrap();
        let shown = |place: &Place| -> Vec<String> {
            let below = |path: PathBuf| path.strip_prefix(dir.path()).unwrap().display().to_string();
            entries(place).unwrap().into_iter().map(below).collect()
        };
        let all = ["v-1.21.3/golang-1.21.3", "v-1.22.6/golang-1.22.6"];
        assert_eq!(shown(&place(dir.path(), "v-", "*")), all);
        assert_eq!(shown(&place(dir.path(), "v-", "*/bin")), ["v-1.22.6/golang-1.22.6/bin"]);
        assert_eq!(shown(&place(dir.path(), "v-", "golang-1.21.3")), ["v-1.21.3/golang-1.21.3"]);
        assert!(shown(&place(&dir.path().join("missing"), "", "")).is_empty());
    }

    #[test]
    fn a_folder_without_a_go_program_is_no_tree() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(tree(Manager::Folder, dir.path()), None);
        fs_err::create_dir_all(dir.path().join("bin")).unwrap();
        fs_err::write(dir.path().join("bin/go"), "12345").unwrap();
        let found = tree(Manager::Folder, dir.path()).unwrap();
        assert!(found.toolchain.is_err());
        assert_eq!(found.bytes, 5);
    }
}
