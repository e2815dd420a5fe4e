//! The working directory as the go command sees it, and whether two paths lead to the same folder.

#![expect(clippy::disallowed_methods, reason = "compares folders")]

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Returns `$PWD` if it names the working directory, else the directory's own path, as Go's os.Getwd does: a
/// project reached through a link is searched upward along the path that the user took. `None` if the
/// directory was deleted.
pub fn logical(pwd: Option<OsString>) -> Option<PathBuf> {
    let physical = std::env::current_dir().ok();
    let logical = pwd.map(PathBuf::from).filter(|path| path.is_absolute());
    // Usually both are the same text, and then no system call is needed.
    let is_here = |path: &PathBuf| physical.as_ref() == Some(path) || is_same_dir(Path::new("."), path);
    logical.filter(is_here).or(physical)
}

/// Whether both paths lead to the same folder, also through links.
pub fn is_same_dir(a: &Path, b: &Path) -> bool {
    let id = |dir: &Path| fs::metadata(dir).ok().map(|metadata| (metadata.dev(), metadata.ino()));
    a == b || id(a).is_some_and(|a| id(b) == Some(a))
}
