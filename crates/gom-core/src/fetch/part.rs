//! The beginning of an archive, kept in a file for the next try, also after gom was killed. A lock holds the
//! file as long as a transfer lasts.
//!
//! Its content is not trusted: it goes through the same proof as bytes from the network.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::context::Context;
use crate::files;

/// How many bytes of it are read at once: less than the size from which malloc asks the system each time.
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
    /// Opens the part of an archive for this process alone. If another gom is fetching the same file now, the
    /// part is a new file of our own.
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

    /// The path of the file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How many bytes it holds.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// The offset at which a request resumes: the last byte of the part, so that the range is not empty if
    /// the part is complete. Servers refuse an empty range.
    pub(super) fn resumes_from(&self) -> u64 {
        self.size.saturating_sub(1)
    }

    /// Discards the content.
    pub(super) fn clear(&mut self) {
        self.size = 0;
        // If it can't be truncated, it is overwritten, or the proof refuses it.
        let _ = self.file.set_len(0);
    }

    /// Reads some bytes from `at` on, up to `end`. `None` if it holds none there.
    pub(super) fn read(&self, at: u64, end: Option<u64>) -> io::Result<Option<Bytes>> {
        let end = end.unwrap_or(u64::MAX).min(self.size);
        if at >= end {
            return Ok(None);
        }
        let mut piece = vec![0; usize::try_from(PIECE.min(end - at)).unwrap_or(0)];
        self.file.read_exact_at(&mut piece, at)?;
        Ok(Some(piece.into()))
    }

    /// Adds a piece that begins at `at`, if that is where the part ends. On a full disk, the part gives back what it
    /// takes and keeps nothing from now on: the toolchain may have room elsewhere.
    pub(super) fn append(&mut self, at: u64, piece: &[u8]) -> io::Result<()> {
        if !self.is_kept || at != self.size {
            return Ok(());
        }
        match self.file.write_all_at(piece, at) {
            Ok(()) => self.size += piece.len() as u64,
            Err(error) if files::is_full(&error) => {
                self.stop();
                self.clear();
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Keeps no more bytes from now on.
    pub(super) fn stop(&mut self) {
        self.is_kept = false;
    }

    /// Removes the file, which is no longer needed.
    pub(super) fn remove(&self) {
        // A file that stays only costs disk space: it is proven like anything else before use.
        let _ = fs_err::remove_file(&self.path);
    }
}

impl Drop for Part {
    /// Removes an empty part.
    fn drop(&mut self) {
        if self.size == 0 {
            self.remove();
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = fs_err::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let file = options.open(path)?.into_file();
    if file.metadata()?.is_file() {
        return Ok(file);
    }
    // A FIFO would wait for a reader, and a device is not ours to write to.
    fs_err::remove_file(path)?;
    Ok(options.create_new(true).open(path)?.into_file())
}
