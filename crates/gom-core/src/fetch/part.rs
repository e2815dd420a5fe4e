//! The beginning of an archive in a file, for the next try: what a killed gom left is used again. It is
//! held by a lock for as long as a transfer lasts.
//!
//! Nobody believes what is in it: it goes through the same proof as what comes over the network.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::context::Context;

/// How much of it is read at once, in bytes: less than what malloc would take from the system each time.
const PIECE: u64 = 64 << 10;

/// The first bytes of an archive.
#[derive(Debug)]
pub(super) struct Part {
    path: PathBuf,
    file: File,
    size: u64,
    is_kept: bool,
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
        let size = file.metadata()?.len();
        Ok(Part { path, file, size, is_kept: true })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How many bytes are there.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// From where on a file is asked for to go on with this: its last byte again, because no server sends what
    /// lies behind a part that is whole.
    pub(super) fn resumes_from(&self) -> u64 {
        self.size.saturating_sub(1)
    }

    /// Forgets what is there.
    pub(super) fn clear(&mut self) {
        self.size = 0;
        // What can't be cleared is overwritten, or proven to be wrong.
        let _ = self.file.set_len(0);
    }

    /// What is there from `at` on, up to `end`: some of it. `None` where nothing is.
    pub(super) fn read(&self, at: u64, end: Option<u64>) -> io::Result<Option<Bytes>> {
        let end = end.unwrap_or(u64::MAX).min(self.size);
        if at >= end {
            return Ok(None);
        }
        let mut piece = vec![0; usize::try_from(PIECE.min(end - at)).unwrap_or(0)];
        self.file.read_exact_at(&mut piece, at)?;
        Ok(Some(piece.into()))
    }

    /// Adds a piece that begins at `at`, if it goes on where this ends.
    pub(super) fn append(&mut self, at: u64, piece: &[u8]) -> io::Result<()> {
        if self.is_kept && at == self.size {
            self.file.write_all_at(piece, at)?;
            self.size += piece.len() as u64;
        }
        Ok(())
    }

    /// Adds no more.
    pub(super) fn stop(&mut self) {
        self.is_kept = false;
    }

    /// Removes the file; it is of no more use.
    pub(super) fn remove(&self) {
        // A file that stays costs disk space only: it is proven like anything else before any use.
        let _ = fs_err::remove_file(&self.path);
    }
}

impl Drop for Part {
    /// An empty part helps nobody.
    fn drop(&mut self) {
        if self.size == 0 {
            self.remove();
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = fs_err::OpenOptions::new();
    Ok(options.read(true).write(true).create(true).truncate(false).open(path)?.into_file())
}
