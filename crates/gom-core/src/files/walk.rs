//! Lists what is in a folder.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use fs_err::DirEntry;

/// Returns the names in a folder, in any order. A missing folder is an error.
pub fn names_in(folder: &Path) -> io::Result<Vec<OsString>> {
    fs_err::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect()
}

/// Lists everything below a folder, also hidden files and folders, in any order. Links are not followed. If a
/// folder can't be read, including the first one, that is one error, and the walk continues: the caller
/// decides whether it matters.
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

/// Makes a new folder in the system's temporary folder, for this process alone. It is removed when dropped.
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
