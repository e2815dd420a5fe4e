//! The working directory as the go command sees it, and whether two paths lead to one folder.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// `$PWD` if it names the working directory, else the directory's own path, as Go's os.Getwd does: a
/// project reached through a link is searched upward along the way the user came. `None` if it was deleted.
pub fn logical(pwd: Option<OsString>) -> Option<PathBuf> {
    let logical = pwd.map(PathBuf::from).filter(|path| path.is_absolute());
    logical.filter(|path| is_same_dir(Path::new("."), path)).or_else(|| std::env::current_dir().ok())
}

/// Whether both paths lead to the same folder, also through links.
pub fn is_same_dir(a: &Path, b: &Path) -> bool {
    let id = |dir: &Path| fs::metadata(dir).ok().map(|metadata| (metadata.dev(), metadata.ino()));
    a == b || id(a).is_some_and(|a| id(b) == Some(a))
}
