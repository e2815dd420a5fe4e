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

/// The folders that [`visit_folders`] visits.
#[derive(Clone, Copy)]
pub struct WalkLimits<'a> {
    /// How deep below the first folder.
    pub depth: usize,
    /// How many entries are looked at.
    pub entries: usize,
    /// The folders that are not entered.
    pub is_skipped: &'a dyn Fn(&Path) -> bool,
}

/// What of a walk was not visited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NotVisited {
    /// Whether a limit ended the walk.
    pub is_cut: bool,
    /// How many folders could not be read.
    pub unreadable: usize,
}

/// Calls `visit` for a folder and those below it, each with the names of its files. Links are not followed.
pub fn visit_folders(
    folder: &Path,
    limits: WalkLimits<'_>,
    visit: &mut dyn FnMut(&Path, &[OsString]),
) -> NotVisited {
    let mut left = NotVisited::default();
    let mut entries_left = limits.entries;
    let mut waiting = vec![(folder.to_path_buf(), 0)];
    while let Some((folder, depth)) = waiting.pop() {
        let Ok(entries) = fs_err::read_dir(&folder) else {
            left.unreadable += 1;
            continue;
        };
        let (mut names, mut folders) = (Vec::new(), Vec::new());
        for entry in entries.flatten() {
            if entries_left == 0 {
                left.is_cut = true;
                break;
            }
            entries_left -= 1;
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                // A link to a file counts as one: who reads it decides.
                Ok(_) => names.push(entry.file_name()),
                Err(_) => left.unreadable += 1,
            }
        }
        visit(&folder, &names);
        folders.retain(|folder| !(limits.is_skipped)(folder));
        if depth == limits.depth {
            left.is_cut |= !folders.is_empty();
            continue;
        }
        // The last one is visited first.
        folders.sort_by(|a, b| b.cmp(a));
        waiting.extend(folders.into_iter().map(|folder| (folder, depth + 1)));
    }
    left
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

    #[test]
    fn a_visit_is_bounded_and_follows_no_link() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        for folder in ["a/b/c/d", "node_modules/x", "z"] {
            fs_err::create_dir_all(path(folder)).unwrap();
            fs_err::write(path(folder).join("go.mod"), "").unwrap();
        }
        fs_err::os::unix::fs::symlink(dir.path(), path("a/link")).unwrap();
        let visited = |depth, entries| {
            let mut visited = Vec::new();
            let is_skipped = |folder: &Path| folder.ends_with("node_modules");
            let limits = WalkLimits { depth, entries, is_skipped: &is_skipped };
            let left = visit_folders(dir.path(), limits, &mut |folder, names| {
                if names.iter().any(|name| name == "go.mod") {
                    visited.push(folder.strip_prefix(dir.path()).unwrap().to_path_buf());
                }
            });
            (visited, left.is_cut)
        };
        assert_eq!(visited(9, 99), (vec!["a/b/c/d".into(), "z".into()], false));
        assert_eq!(visited(3, 99), (vec!["z".into()], true));
        assert!(visited(9, 2).1);
        let limits = WalkLimits { depth: 1, entries: 9, is_skipped: &|_| false };
        assert_eq!(visit_folders(&path("missing"), limits, &mut |_, _| ()).unreadable, 1);
    }
}
