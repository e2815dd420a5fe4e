//! The programs that a killed `gom self update` has left: old ones beside the new ones, under names of their own.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::names::OF_UPDATE;
use crate::files;

/// Returns those in a folder; none if it does not exist.
pub fn beside(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let names = match files::names_in(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        names => names?,
    };
    let is_old = |name: &OsString| name.as_encoded_bytes().starts_with(OF_UPDATE.as_bytes());
    Ok(names.into_iter().filter(is_old).map(|name| folder.join(name)).collect())
}
