//! The working directory as the go command sees it.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// `$PWD` if it names the working directory, else the directory's own path, as Go's os.Getwd does: a
/// project reached through a link is searched upward along the way the user came. `None` if it was deleted.
pub fn logical(pwd: Option<OsString>) -> Option<PathBuf> {
    let here = fs::metadata(".").ok()?;
    let is_here = |path: &Path| {
        fs::metadata(path).is_ok_and(|there| (there.dev(), there.ino()) == (here.dev(), here.ino()))
    };
    let logical = pwd.map(PathBuf::from).filter(|path| path.is_absolute());
    logical.filter(|path| is_here(path)).or_else(|| std::env::current_dir().ok())
}
