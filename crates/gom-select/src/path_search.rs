//! Finds the next `go` on PATH that is not a gom shim: the `system` toolchain. It never searches empty
//! or relative PATH entries, because they would let a project's folder choose the program that runs.

#![expect(clippy::disallowed_methods, reason = "looks for programs on PATH")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::layout::SHIM_NAME;

/// Lists the executable files called `program` on `path`, in order.
pub fn all<'a>(program: &'a str, path: &'a OsStr) -> impl Iterator<Item = PathBuf> + 'a {
    std::env::split_paths(path)
        .filter(|dir| dir.is_absolute())
        .map(move |dir| dir.join(program))
        .filter(|file| is_executable(file))
}

/// Lists the files of [`all`] that are not gom shims.
pub fn candidates<'a>(program: &'a str, path: &'a OsStr) -> impl Iterator<Item = PathBuf> + 'a {
    all(program, path).filter(|file| !is_gom_shim(file))
}

/// Returns the first of [`candidates`].
pub fn next_on_path(program: &str, path: &OsStr) -> Option<PathBuf> {
    candidates(program, path).next()
}

/// Finds the file of a running program by its first argument, as the shell that started it did: a path, or a word to
/// look up on `path`. Only for a system that does not tell which file runs, such as Linux without /proc: whoever
/// starts a program can write anything there.
pub fn started_as(argument: &OsStr, path: &OsStr) -> Option<PathBuf> {
    if Path::new(argument).components().count() > 1 {
        return std::path::absolute(argument).ok().filter(|file| is_executable(file));
    }
    all(argument.to_str()?, path).next()
}

/// Whether `file` is a gom shim: with links resolved, it is called `gom-shim`. It need not be in a store: a
/// package has its shim elsewhere, and a copied `bin` has one without a store.
pub fn is_gom_shim(file: &Path) -> bool {
    fs::canonicalize(file).is_ok_and(|real| real.file_name() == Some(OsStr::new(SHIM_NAME)))
}

/// Whether `file` is a regular file (or a link to one) that anybody may execute.
pub fn is_executable(file: &Path) -> bool {
    let Ok(metadata) = fs::metadata(file) else { return false };
    metadata.is_file() && has_execute_bit(&metadata)
}

fn has_execute_bit(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o111 != 0
}
