//! What is remembered of a log between two runs: the newest signed head, and tiles that were proven once.
//!
//! It owns the two places on disk. It never decides whether one head extends another: the client proves that
//! before it asks to move the memory forward.
//!
//! Invariant: the kept head only ever moves to a head that was proven to extend it. A second process that
//! moved it meanwhile is noticed under the lock, and then nothing is written.

#![expect(clippy::disallowed_methods, reason = "keeps the memory of a log on disk")]

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use crate::error::{HeadOrigin, LogError};
use crate::head::SignedHead;
use crate::note::{MAX_NOTE_BYTES, VerifierKey};
use crate::tile::Tile;

/// Where the memory of one log lies.
#[derive(Clone, Debug)]
pub struct LogState {
    /// The newest signed head. Created when the first one is proven; its folder too. Beside it lies
    /// `latest.lock`, which is never deleted.
    pub head_file: PathBuf,
    /// Proven tiles, under their paths in the log (`tile/8/...`). `None` keeps none. All are proven again
    /// when they are used, so the folder may be lost, shared or damaged.
    pub tile_dir: Option<PathBuf>,
    /// Heads others have seen, such as Go's own `latest`. They are never written. One that is absent or holds
    /// no head signed by the key adds nothing; one that does must agree.
    pub other_heads: Vec<PathBuf>,
}

/// Whether the memory took a new head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeadUpdate {
    /// It holds the new head now, or held a newer one that the new one agrees with.
    Done,
    /// It changed since it was read: what was proven was not about the head it holds now.
    Moved,
}

impl LogState {
    /// The newest head seen so far. A file that is there but holds no head of this key is an error: taking it
    /// for absent would let whoever damaged it turn time back.
    pub(crate) fn newest_head(&self, key: &VerifierKey) -> Result<Option<SignedHead>, LogError> {
        let Some(bytes) = read_note(&self.head_file).map_err(|source| self.failure(source))? else {
            return Ok(None);
        };
        SignedHead::open(&bytes, key, &HeadOrigin::Memory(self.head_file.clone())).map(Some)
    }

    /// The heads others have seen, as far as they can be read and trusted.
    pub(crate) fn heads_of_others(&self, key: &VerifierKey) -> Vec<SignedHead> {
        let open = |path: &PathBuf| {
            let bytes = read_note(path).ok().flatten()?;
            SignedHead::open(&bytes, key, &HeadOrigin::Memory(path.clone())).ok()
        };
        self.other_heads.iter().filter_map(open).collect()
    }

    /// Moves the memory from `known`, as it was read, to `newest`, which was proven to extend it.
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

    /// A tile from the cache, if it is there in its full length.
    pub(crate) fn cached_tile(&self, tile: Tile) -> Option<Vec<u8>> {
        let dir = self.tile_dir.as_ref()?;
        let exact = read_tile(&dir.join(tile.path()), tile.byte_length());
        exact.or_else(|| {
            let mut data = read_tile(&dir.join(tile.full().path()), tile.full().byte_length())?;
            data.truncate(tile.byte_length());
            Some(data)
        })
    }

    /// Keeps a proven tile. That it fails (a full or read-only disk) costs a download later, no more.
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
        // Without locks, as on some network volumes, the worst is that the older of two true heads is kept.
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

/// Reads a file that should hold a note. One byte past the limit is read, so that a longer file is refused as
/// too long instead of being cut to something else.
fn read_note(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match fs_err::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(MAX_NOTE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn read_tile(path: &Path, length: usize) -> Option<Vec<u8>> {
    fs_err::read(path).ok().filter(|data| data.len() == length)
}

fn write_by_rename(path: &Path, data: &[u8]) -> io::Result<()> {
    let parent = path.parent().unwrap_or(Path::new("."));
    fs_err::create_dir_all(parent)?;
    let mut file = tempfile::NamedTempFile::new_in(parent)?;
    file.write_all(data)?;
    // Without this a crash could leave the name on an empty file, and a head must not be forgotten.
    // `fsync`, since std's `sync_all` fails on a Mac's volume that can't empty the drive's cache.
    rustix::fs::fsync(file.as_file())?;
    file.persist(path)?;
    Ok(())
}

/// Whether an error of a lock says that this volume has none.
fn lacks_locks(error: &io::Error) -> bool {
    // On Linux the first two are one.
    const NONE: [Errno; 4] = [Errno::NOTSUP, Errno::OPNOTSUPP, Errno::NOLCK, Errno::NOSYS];
    let number = error.raw_os_error().map(Errno::from_raw_os_error);
    error.kind() == io::ErrorKind::Unsupported || number.is_some_and(|number| NONE.contains(&number))
}
