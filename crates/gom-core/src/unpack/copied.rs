//! Copies files of a tree that another program made into a new tree, and hashes what was written. Where the file
//! system can, a file is cloned: it shares its blocks, and is then read from the clone. Modes, owners, access lists and
//! attributes of the source are not kept.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use fs_err::OpenOptions;
use fs_err::os::unix::fs::OpenOptionsExt;
use rustix::fs::OFlags;

use super::entry::{MAX_ENTRIES, too_large};
use super::error::UnpackError;
use super::tree::{TreeWriter, sum_of};
use crate::cancel::Cancel;
use crate::digest::Sha256Digest;
use crate::threads::share;
use crate::tree::{FileSum, FileToCopy};

/// The size limit of all files in bytes: that of an archive's content.
const MAX_BYTES: u64 = 1 << 30;

/// Copies the files into the new folder `into`.
pub(super) fn copy(
    files: Vec<FileToCopy>,
    source: &Path,
    into: &Path,
    threads: usize,
    cancel: &Cancel,
) -> Result<Vec<FileSum>, UnpackError> {
    // A folder that only looks like a release may hold anything, also a whole module cache.
    if let Some(file) = files.get(MAX_ENTRIES) {
        return Err(too_large(file.name.as_bytes(), MAX_ENTRIES as u64, "entries"));
    }
    let mut tree = TreeWriter::create(into)?;
    for file in &files {
        tree.folders_of(&file.name)?;
    }
    let (files, bytes) = (Mutex::new(files.into_iter()), AtomicU64::new(0));
    let tree = &tree;
    let copy_some = || {
        let (mut buffer, mut copied) = (vec![0; 128 << 10], Vec::new());
        loop {
            let next = files.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(FileToCopy { from, name }) = next else { return Ok::<_, UnpackError>(copied) };
            let sha256 = copy_one(&source.join(from), &name, tree, &bytes, cancel, &mut buffer)?;
            copied.push(FileSum { name, sha256 });
        }
    };
    let mut copied = Vec::new();
    for some in share(threads, copy_some) {
        copied.extend(some?);
    }
    Ok(copied)
}

fn copy_one(
    from: &Path,
    name: &str,
    tree: &TreeWriter,
    bytes: &AtomicU64,
    cancel: &Cancel,
    buffer: &mut [u8],
) -> Result<Sha256Digest, UnpackError> {
    let unreadable = |error| UnpackError::Read { path: from.to_path_buf(), error };
    // Since it was listed it may have become a link, which is not followed, or a FIFO, whose writer is not waited for.
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let mut source = OpenOptions::new().read(true).custom_flags(flags).open(from).map_err(unreadable)?;
    let metadata = source.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(unreadable(io::Error::other("it is no regular file any more")));
    }
    let size = metadata.len();
    // Those of the files that were begun.
    let before = bytes.fetch_add(size.min(MAX_BYTES + 1), Ordering::Relaxed);
    if before + size.min(MAX_BYTES + 1) > MAX_BYTES {
        return Err(too_large(name.as_bytes(), MAX_BYTES, "bytes"));
    }
    let written = match tree.cloned(name, &source)? {
        Some(mut clone) => sum_of(&mut clone, name, cancel, buffer),
        None => tree.file(name, &mut source, size, cancel, buffer),
    };
    match written {
        // There is no archive that could be damaged.
        Err(UnpackError::Damaged { .. }) => {
            Err(unreadable(io::Error::other("it could not be read to its end, or changed meanwhile")))
        }
        written => written,
    }
}
