//! Finds the entries of a folder that gom has made, and removes them one by one.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use gom_core::store::names::{Kind, Names};

/// An entry that stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its path.
    pub path: PathBuf,
    /// Why it stays.
    pub why: WhyLeft,
}

/// Why an entry stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyLeft {
    /// gom makes nothing of this name there.
    NotOurs,
    /// It is a link, which is not followed.
    Link,
    /// It belongs to another user.
    Owner(u32),
    /// It can't be the cache of gom alone.
    Shared,
    /// It can't be removed.
    Failed(String),
}

impl fmt::Display for WhyLeft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WhyLeft::NotOurs => f.write_str("not made by gom"),
            WhyLeft::Link => f.write_str("a link, and gom follows none"),
            WhyLeft::Owner(user) => write!(f, "belongs to user {user}"),
            WhyLeft::Shared => f.write_str("the root or a home folder"),
            WhyLeft::Failed(reason) => f.write_str(reason),
        }
    }
}

/// What was found in a folder.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// Files and links.
    files: Vec<PathBuf>,
    /// Folders that are removed with everything in them.
    trees: Vec<PathBuf>,
    /// Folders that are removed if they are empty then; the deepest come first.
    folders: Vec<PathBuf>,
    /// What stays.
    pub(super) left: Vec<Left>,
}

impl Found {
    /// Keeps what `stays` accepts, and the folders above it.
    pub(super) fn keep(&mut self, stays: impl Fn(&Path) -> bool) {
        self.files.retain(|path| !stays(path));
        self.trees.retain(|path| !stays(path));
        self.folders.retain(|path| !stays(path));
    }
}

/// Looks at the entries of a folder, which is not a link.
pub(super) fn collect(folder: &Path, names: Names, found: &mut Found) {
    match gom_core::files::names_in(folder) {
        Ok(mut entries) => {
            entries.sort();
            for entry in entries {
                let kind = entry.to_str().and_then(names);
                look(folder.join(&entry), kind, found);
            }
        }
        Err(error) => found.leave(folder.to_path_buf(), WhyLeft::Failed(error.to_string())),
    }
    found.folders.push(folder.to_path_buf());
}

fn look(path: PathBuf, kind: Option<Kind>, found: &mut Found) {
    let file_type = match path.symlink_metadata() {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return,
        Err(error) => return found.leave(path, WhyLeft::Failed(error.to_string())),
    };
    let target = path.read_link().ok();
    let leads_to = |start: &str| target.as_ref().is_some_and(|target| target.starts_with(start));
    match kind {
        Some(Kind::File) if !file_type.is_dir() => found.files.push(path),
        Some(Kind::LinkToShim) if leads_to(gom_select::layout::SHIM_NAME) => found.files.push(path),
        Some(Kind::LinkToToolchain) if leads_to("../toolchains") => found.files.push(path),
        Some(Kind::Tree) if file_type.is_dir() => found.trees.push(path),
        Some(Kind::Folder(names)) if file_type.is_dir() => collect(&path, names, found),
        Some(Kind::Tree | Kind::Folder(_)) if file_type.is_symlink() => found.leave(path, WhyLeft::Link),
        _ => found.leave(path, WhyLeft::NotOurs),
    }
}

impl Found {
    /// Whether there is nothing to remove.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.trees.is_empty() && self.folders.is_empty()
    }

    fn leave(&mut self, path: PathBuf, why: WhyLeft) {
        self.left.push(Left { path, why });
    }

    /// Removes everything that was found, `last` at the end, and only if nothing failed before: they are what the same
    /// command needs to finish. Returns what could not be removed. A folder that still holds something stays; what it
    /// holds was listed.
    pub(super) fn remove(&self, last: impl Fn(&Path) -> bool) -> Vec<Left> {
        let mut failed = Vec::new();
        for tree in &self.trees {
            note(&mut failed, tree, fs_err::remove_dir_all(tree));
        }
        for file in self.files.iter().filter(|file| !last(file)) {
            note(&mut failed, file, fs_err::remove_file(file));
        }
        // Before the mark of the store, so that a gom that is killed here is run again and removes the rest.
        self.remove_folders(&mut failed, |folder| !last(folder));
        // gom, then the mark of the store, as long as nothing fails.
        for file in self.files.iter().filter(|file| last(file)) {
            if failed.is_empty() {
                note(&mut failed, file, fs_err::remove_file(file));
            }
        }
        let is_done = failed.is_empty();
        self.remove_folders(&mut failed, |folder| is_done || !last(folder));
        failed
    }

    fn remove_folders(&self, failed: &mut Vec<Left>, goes: impl Fn(&Path) -> bool) {
        for folder in self.folders.iter().filter(|folder| goes(folder)) {
            match fs_err::remove_dir(folder) {
                Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
                done if failed.iter().all(|left| left.path != *folder) => note(failed, folder, done),
                _ => {}
            }
        }
    }
}

fn note(failed: &mut Vec<Left>, path: &Path, done: io::Result<()>) {
    match done {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            failed.push(Left { path: path.to_path_buf(), why: WhyLeft::Failed(error.to_string()) });
        }
        _ => {}
    }
}
