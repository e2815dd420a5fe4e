//! A release archive: a `.tar.gz` with one folder in it.
//!
//! Invariant: its bytes depend only on the names, modes and contents of the files and on one time. The order
//! of a folder, the owner and the time of a file have no influence.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};

/// The mode of a program.
pub(super) const PROGRAM: u32 = 0o755;
/// The mode of everything else.
pub(super) const TEXT: u32 = 0o644;

/// A file of an archive.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The name below the archive's folder.
    name: String,
    mode: u32,
    content: Vec<u8>,
}

impl Entry {
    pub(super) fn new(name: &str, mode: u32, content: Vec<u8>) -> Self {
        Self { name: name.to_owned(), mode, content }
    }

    pub(super) fn from_file(name: &str, mode: u32, file: &Path) -> Result<Self> {
        let content = fs::read(file).with_context(|| format!("can't read {}", file.display()))?;
        Ok(Self::new(name, mode, content))
    }
}

/// Packs these files into an archive, below `folder`. `time` is in seconds since 1970.
pub(super) fn pack(folder: &str, mut entries: Vec<Entry>, time: u64) -> Result<Vec<u8>> {
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    let gzip = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    let mut tar = tar::Builder::new(gzip);
    for entry in entries {
        let mut header = tar::Header::new_ustar();
        header.set_size(entry.content.len() as u64);
        header.set_mode(entry.mode);
        header.set_mtime(time);
        header.set_uid(0);
        header.set_gid(0);
        tar.append_data(&mut header, format!("{folder}/{}", entry.name), entry.content.as_slice())?;
    }
    Ok(tar.into_inner()?.finish()?)
}

/// Makes a script executable that is not in an archive.
pub(super) fn make_executable(file: &Path) -> Result<()> {
    let permissions = fs::Permissions::from_mode(PROGRAM);
    fs::set_permissions(file, permissions).with_context(|| format!("can't change {}", file.display()))
}
