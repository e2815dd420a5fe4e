//! Folders to unpack into, below `TMPDIR`: in memory they are quickest.
//!
//! Owns: the check that a tree is regular files and folders, and that nothing was written beside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use gom_core::tree::FileSum;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// The files of a tree by their names, with what they hold.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A folder. It goes away with its value, which in a static lives on: `.ci/fuzz.sh` removes what is left.
#[derive(Debug)]
pub struct Scratch {
    dir: TempDir,
}

impl Scratch {
    /// A new, empty one.
    pub fn new() -> Scratch {
        Scratch { dir: TempDir::new().expect("no scratch folder") }
    }

    /// A place in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Takes a tree out of it again: its files are those that were reported, each with its sum, and nothing
    /// lies beside the tree.
    pub fn take_tree(&self, name: &str, reported: &[FileSum], beside: &[&str]) -> Files {
        let mut found: Vec<_> = entries(self.dir.path());
        found.sort();
        let mut expected: Vec<_> = beside.iter().copied().chain([name]).map(str::to_owned).collect();
        expected.sort();
        assert_eq!(found, expected, "something lies outside the tree");
        let mut files = Files::new();
        collect(&self.path(name), "", &mut files);
        let sums: BTreeMap<&str, String> =
            files.iter().map(|(name, content)| (name.as_str(), hex(content))).collect();
        let said: BTreeMap<&str, String> =
            reported.iter().map(|file| (file.name.as_str(), file.sha256.to_string())).collect();
        assert_eq!(sums, said);
        assert_eq!(reported.len(), said.len(), "a name occurs twice");
        self.clear(name);
        files
    }

    /// Removes a tree, if it is there.
    pub fn clear(&self, name: &str) {
        let _ = fs::remove_dir_all(self.path(name));
    }
}

impl Default for Scratch {
    fn default() -> Scratch {
        Scratch::new()
    }
}

fn entries(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("an unreadable folder");
    entries
        .map(|entry| entry.expect("an unreadable entry").file_name().into_string().expect("a name of bytes"))
        .collect()
}

fn collect(folder: &Path, prefix: &str, files: &mut Files) {
    for name in entries(folder) {
        let path = folder.join(&name);
        let kind = fs::symlink_metadata(&path).expect("no metadata").file_type();
        let name = format!("{prefix}{name}");
        if kind.is_dir() {
            collect(&path, &format!("{name}/"), files);
            continue;
        }
        assert!(kind.is_file(), "`{name}` is neither a file nor a folder");
        files.insert(name, fs::read(&path).expect("an unreadable file"));
    }
}

fn hex(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
