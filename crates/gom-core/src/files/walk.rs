//! What is in a folder.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use fs_err::DirEntry;

/// The names in a folder, in no order. An error if it is missing.
pub fn names_in(folder: &Path) -> io::Result<Vec<OsString>> {
    fs_err::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect()
}

/// Everything below a folder, also hidden, in no order; folders too. Links are not followed. What can't be read,
/// the folder itself included, is one error each, and the walk goes on: the caller says whether it counts.
pub fn below(folder: &Path) -> impl Iterator<Item = io::Result<DirEntry>> {
    let mut folders: Vec<PathBuf> = vec![folder.to_path_buf()];
    let mut open: Option<fs_err::ReadDir> = None;
    std::iter::from_fn(move || {
        loop {
            if let Some(entry) = open.as_mut().and_then(Iterator::next) {
                return Some(entry.and_then(|entry| {
                    if entry.file_type()?.is_dir() {
                        folders.push(entry.path());
                    }
                    Ok(entry)
                }));
            }
            match fs_err::read_dir(folders.pop()?) {
                Ok(entries) => open = Some(entries),
                Err(error) => return Some(Err(error)),
            }
        }
    })
}

/// A new folder for files of this process alone, in the system's place for them; it is removed when dropped.
pub fn temporary_folder() -> io::Result<tempfile::TempDir> {
    tempfile::tempdir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_follows_no_link_and_a_missing_folder_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        fs_err::create_dir_all(path("a/b")).unwrap();
        fs_err::write(path("a/b/file"), "").unwrap();
        fs_err::write(path(".hidden"), "").unwrap();
        fs_err::os::unix::fs::symlink(dir.path(), path("a/link")).unwrap();
        let mut found: Vec<PathBuf> = below(dir.path()).map(|entry| entry.unwrap().path()).collect();
        found.sort();
        assert_eq!(found, [path(".hidden"), path("a"), path("a/b"), path("a/b/file"), path("a/link")]);

        let missing: Vec<_> = below(&path("missing")).collect();
        assert!(matches!(missing.as_slice(), [Err(_)]), "{missing:?}");
    }
}
