//! The file an archive arrives in. It is held by a lock for as long as a download lasts, so its length is
//! what this process will go on from; what a killed gom left in it is used again.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::digest::HashingWriter;

/// Part of an archive, or all of it.
#[derive(Debug)]
pub(super) struct Part {
    path: PathBuf,
    file: File,
    /// The most bytes that were ever in it: a transfer that ends before is no progress.
    furthest: u64,
}

impl Part {
    /// Opens the part of a file for this process alone. If another store's gom fetches the same file at
    /// this moment, the part is one of our own.
    pub(super) fn open(ctx: &Context, filename: &str) -> io::Result<Part> {
        let folder = ctx.cache_path("downloads");
        fs_err::create_dir_all(&folder)?;
        let shared = folder.join(format!("{filename}.part"));
        let file = open(&shared)?;
        let (path, file) = if file.try_lock().is_ok() {
            (shared, file)
        } else {
            let own = folder.join(format!("{filename}.{}.part", std::process::id()));
            let file = open(&own)?;
            file.set_len(0)?;
            (own, file)
        };
        let furthest = file.metadata()?.len();
        Ok(Part { path, file, furthest })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How many bytes are there.
    pub(super) fn size(&self) -> u64 {
        self.file.metadata().map_or(0, |metadata| metadata.len())
    }

    /// Forgets what is there.
    pub(super) fn clear(&self) {
        // What can't be cleared is hashed again before any use.
        let _ = self.file.set_len(0);
    }

    /// A writer that has hashed the first `from` bytes and goes on behind them, and how many there were.
    pub(super) fn writer(&self, from: u64) -> io::Result<(HashingWriter<File>, u64)> {
        let mut writer = HashingWriter::new(self.file.try_clone()?);
        let have = writer.take_in(from)?;
        Ok((writer, have))
    }

    /// Whether there are more bytes now than there ever were.
    pub(super) fn has_grown(&mut self) -> bool {
        let size = self.size();
        let has_grown = size > self.furthest;
        self.furthest = self.furthest.max(size);
        has_grown
    }

    /// Removes the file; it is of no more use.
    pub(super) fn remove(&self) {
        // A file that stays costs disk space only: it is hashed again before any use.
        let _ = fs_err::remove_file(&self.path);
    }
}

impl Drop for Part {
    /// An empty part helps nobody.
    fn drop(&mut self) {
        if self.size() == 0 {
            self.remove();
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = fs_err::OpenOptions::new();
    Ok(options.read(true).write(true).create(true).truncate(false).open(path)?.into_file())
}
