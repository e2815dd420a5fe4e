//! Copies files of a tree that another program made into a new tree, and hashes what was written. Where the file
//! system can, a file is cloned: it shares its blocks, and is then read from the clone. Modes, owners, access lists and
//! attributes of the source are not kept.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use fs_err::OpenOptions;
use fs_err::os::unix::fs::OpenOptionsExt;
use rustix::fs::OFlags;

use super::error::UnpackError;
use super::tree::TreeWriter;
use crate::cancel::Cancel;
use crate::digest::Sha256Digest;
use crate::threads::share;
use crate::tree::{FileSum, FileToCopy};

/// Copies the files into the new folder `into`.
pub(super) fn copy(
    files: Vec<FileToCopy>,
    source: &Path,
    into: &Path,
    threads: usize,
    cancel: &Cancel,
) -> Result<Vec<FileSum>, UnpackError> {
    let mut tree = TreeWriter::create(into)?;
    for file in &files {
        tree.folders_of(&file.name)?;
    }
    let (tree, files, clones) = (&tree, Mutex::new(files.into_iter()), AtomicBool::new(true));
    let copy_some = || {
        let (mut buffer, mut copied) = (vec![0; 128 << 10], Vec::new());
        loop {
            let next = files.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(FileToCopy { from, name }) = next else { return Ok::<_, UnpackError>(copied) };
            let sha256 = copy_one(&source.join(from), &name, tree, &clones, cancel, &mut buffer)?;
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
    clones: &AtomicBool,
    cancel: &Cancel,
    buffer: &mut [u8],
) -> Result<Sha256Digest, UnpackError> {
    let unreadable = |error| UnpackError::Read { path: from.to_path_buf(), error };
    // Since it was listed it may have become a link, which is not followed, or a FIFO, whose writer is not waited for.
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let mut source = OpenOptions::new().read(true).custom_flags(flags).open(from).map_err(unreadable)?;
    let metadata = source.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(UnpackError::Damaged { reason: format!("`{}` is no regular file", from.display()) });
    }
    if clones.load(Ordering::Relaxed) {
        let share = |new: &fs_err::File| shares_blocks(new, &source);
        if let Some(sum) = tree.cloned(name, share, cancel, buffer)? {
            return Ok(sum);
        }
        // The next file would only fail in the same way.
        clones.store(false, Ordering::Relaxed);
    }
    tree.file(name, &mut source, metadata.len(), cancel, buffer)
}

/// Makes a new file share the blocks of another, on a file system that can.
#[cfg(target_os = "linux")]
fn shares_blocks(new: &fs_err::File, source: &fs_err::File) -> bool {
    rustix::fs::ioctl_ficlone(new.file(), source.file()).is_ok()
}

/// macOS clones only whole files with their attributes, which must not be kept.
#[cfg(not(target_os = "linux"))]
fn shares_blocks(_: &fs_err::File, _: &fs_err::File) -> bool {
    false
}
