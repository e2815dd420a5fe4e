//! What a client remembers of a log between two runs: the newest signed head, and tiles that it has proven.
//!
//! It owns the two places on disk. It never decides whether one head extends another: the client proves that before
//! it updates the memory.
//!
//! Invariant: the stored head is only replaced by a head that was proven to extend it. If another process has
//! replaced it meanwhile, the check under the lock finds out and writes nothing.

#![expect(clippy::disallowed_methods, reason = "keeps the memory of a log on disk")]

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use fs_err::os::unix::fs::OpenOptionsExt as _;
use rustix::io::Errno;

use crate::error::{HeadOrigin, LogError};
use crate::head::SignedHead;
use crate::note::{MAX_NOTE_BYTES, VerifierKey};
use crate::tile::Tile;

/// The places of one log's memory.
#[derive(Clone, Debug)]
pub struct LogState {
    /// The newest signed head. The file and its folder are created when the first head is proven. Next to it is
    /// `latest.lock`, which is never deleted.
    pub head_file: PathBuf,
    /// Proven tiles, under their paths in the log (`tile/8/...`). `None` stores none. Every tile is proven again when
    /// it is used, so the folder may be lost, shared or damaged.
    pub tile_dir: Option<PathBuf>,
    /// Heads that other programs have seen, such as Go's own `latest`. They are never written. A file that is missing
    /// or has no head signed by the key is ignored; any other head must agree.
    pub other_heads: Vec<PathBuf>,
}

/// The result of an update of the stored head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeadUpdate {
    /// The stored head is the new one, or a newer one that agrees with it.
    Done,
    /// The stored head has changed since it was read, so the proof was not about it.
    Moved,
}

impl LogState {
    /// The newest head seen so far. A file without a head of this key is an error: treating it as missing would allow
    /// a rollback by damaging the file.
    pub(crate) fn newest_head(&self, key: &VerifierKey) -> Result<Option<SignedHead>, LogError> {
        let Some(bytes) = read_note(&self.head_file).map_err(|source| self.failure(source))? else {
            return Ok(None);
        };
        SignedHead::open(&bytes, key, &HeadOrigin::Memory(self.head_file.clone())).map(Some)
    }

    /// The heads that other programs have seen, if they can be read and are signed.
    pub(crate) fn heads_of_others(&self, key: &VerifierKey) -> Vec<SignedHead> {
        let open = |path: &PathBuf| {
            let bytes = read_note(path).ok().flatten()?;
            SignedHead::open(&bytes, key, &HeadOrigin::Memory(path.clone())).ok()
        };
        self.other_heads.iter().filter_map(open).collect()
    }

    /// Replaces the stored head `known`, as it was read, by `newest`, which was proven to extend it.
    pub(crate) fn advance(
        &self,
        known: Option<&SignedHead>,
        newest: &SignedHead,
    ) -> Result<HeadUpdate, LogError> {
        if known.is_some_and(|known| known.head.size >= newest.head.size) {
            return Ok(HeadUpdate::Done);
        }
        self.replace(known, newest).map_err(|source| self.failure(source))
    }

    /// A tile from the cache, if it is there and has the right length.
    pub(crate) fn cached_tile(&self, tile: Tile) -> Option<Vec<u8>> {
        let dir = self.tile_dir.as_ref()?;
        let exact = read_tile(&dir.join(tile.path()), tile.byte_length());
        exact.or_else(|| {
            let mut data = read_tile(&dir.join(tile.full().path()), tile.full().byte_length())?;
            data.truncate(tile.byte_length());
            Some(data)
        })
    }

    /// Stores a proven tile. A failure (a full or read-only disk) only costs a download later.
    pub(crate) fn cache_tile(&self, tile: Tile, data: &[u8]) {
        if let Some(dir) = &self.tile_dir {
            let _ = write_by_rename(&dir.join(tile.path()), data);
        }
    }

    /// Compares and swaps under the lock. It is held for one read and one rename, never across the network.
    fn replace(&self, known: Option<&SignedHead>, newest: &SignedHead) -> io::Result<HeadUpdate> {
        let parent = self.head_file.parent().unwrap_or(Path::new("."));
        fs_err::create_dir_all(parent)?;
        let lock = fs_err::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(parent.join("latest.lock"))?;
        // Without locks, as on some network volumes, the worst case is that the older of two true heads stays.
        lock.file().lock().or_else(|error| if lacks_locks(&error) { Ok(()) } else { Err(error) })?;
        let now = read_note(&self.head_file)?;
        if now.as_deref() != known.map(|known| known.note.as_bytes()) {
            return Ok(HeadUpdate::Moved);
        }
        write_by_rename(&self.head_file, newest.note.as_bytes())?;
        Ok(HeadUpdate::Done)
    }

    fn failure(&self, source: io::Error) -> LogError {
        LogError::Memory { path: self.head_file.clone(), source }
    }
}

/// Reads a file that should contain a note. It reads one byte more than the limit, so that a longer file is refused
/// instead of truncated.
fn read_note(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match read_head(path, MAX_NOTE_BYTES as u64 + 1) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn read_tile(path: &Path, length: usize) -> Option<Vec<u8>> {
    read_head(path, length as u64 + 1).ok().filter(|data| data.len() == length)
}

/// Reads the first bytes of a regular file, at most `limit`. Opening a FIFO does not wait for a writer.
fn read_head(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = fs_err::OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    if !file.metadata()?.is_file() {
        let reason = format!("`{}` is not a regular file", path.display());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    }
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn write_by_rename(path: &Path, data: &[u8]) -> io::Result<()> {
    let parent = path.parent().unwrap_or(Path::new("."));
    fs_err::create_dir_all(parent)?;
    let mut file = tempfile::NamedTempFile::new_in(parent)?;
    file.write_all(data)?;
    // Without this, a crash could leave an empty file under this name, and the head would be lost.
    // `fsync`, because std's `sync_all` fails on Mac volumes that can't flush the drive's cache.
    rustix::fs::fsync(file.as_file())?;
    file.persist(path)?;
    Ok(())
}

/// Whether a lock error means that this volume has no locks.
fn lacks_locks(error: &io::Error) -> bool {
    // On Linux the first two are the same.
    const NONE: [Errno; 4] = [Errno::NOTSUP, Errno::OPNOTSUPP, Errno::NOLCK, Errno::NOSYS];
    let number = error.raw_os_error().map(Errno::from_raw_os_error);
    error.kind() == io::ErrorKind::Unsupported || number.is_some_and(|number| NONE.contains(&number))
}
