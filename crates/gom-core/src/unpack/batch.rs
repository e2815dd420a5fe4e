//! Passes files from the thread that reads and hashes an archive to the thread that writes the tree, in
//! batches that are reused like the buffers of [`super::stream`].
//!
//! Owns: the order. Everything is written in the order in which it was read. Never: looks at names.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use sha2::{Digest, Sha256};

use super::error::{UnpackError, damaged};
use super::new_file::NewFile;
use super::tree::{TreeWriter, shorter};
use crate::cancel::Cancel;
use crate::digest::Sha256Digest;

/// The number of batches in use, and the bytes of content that each takes: one holds about ten files.
const BATCHES: usize = 8;
const BATCH: usize = 128 << 10;

/// The maximum number of steps in a batch, so that an archive of empty files does not fill the memory.
const STEPS: usize = 1024;

/// A step of writing the tree.
enum WriteStep {
    /// Create a folder and its parents.
    Folder(String),
    /// Create a file and its parent folders, for this many bytes.
    File(String, u64),
    /// Append this many of the batch's bytes to the current file.
    Content(usize),
}

/// Steps and the bytes for them.
struct Batch {
    steps: Vec<WriteStep>,
    bytes: Vec<u8>,
    filled: usize,
}

/// The reading end.
pub(super) struct Gatherer {
    batch: Batch,
    full: SyncSender<Batch>,
    empty: Receiver<Batch>,
}

/// The writing end.
pub(super) struct Writer {
    full: Receiver<Batch>,
    empty: SyncSender<Batch>,
}

/// Makes both ends and their batches.
pub(super) fn batches() -> (Gatherer, Writer) {
    let (full, receiver) = sync_channel(BATCHES);
    let (sender, empty) = sync_channel(BATCHES);
    let new = || Batch { steps: Vec::new(), bytes: vec![0; BATCH], filled: 0 };
    for _ in 1..BATCHES {
        // There is room for every batch, so this never fails or waits.
        let _ = sender.try_send(new());
    }
    (Gatherer { batch: new(), full, empty }, Writer { full: receiver, empty: sender })
}

impl Gatherer {
    /// Adds a folder and its parents, unless they exist.
    pub(super) fn folder(&mut self, name: &str) -> Result<(), UnpackError> {
        self.begin(WriteStep::Folder(name.to_owned()))
    }

    /// Adds a file and its parent folders. Fails unless `content` has exactly `size` bytes.
    pub(super) fn file(
        &mut self,
        name: &str,
        content: &mut impl Read,
        size: u64,
        cancel: &Cancel,
    ) -> Result<Sha256Digest, UnpackError> {
        self.begin(WriteStep::File(name.to_owned(), size))?;
        let (mut hasher, mut left) = (Sha256::new(), size);
        while left > 0 {
            cancel.check()?;
            if self.batch.filled == BATCH {
                self.send()?;
            }
            let room = &mut self.batch.bytes[self.batch.filled..];
            let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(room.len());
            let count = match content.read(&mut room[..wanted]) {
                Ok(0) => return Err(shorter(name)),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(damaged(&format_args!("`{name}`: {error}"))),
            };
            hasher.update(&room[..count]);
            self.batch.steps.push(WriteStep::Content(count));
            self.batch.filled += count;
            left -= count as u64;
        }
        Ok(hasher.into())
    }

    /// Sends the last batch.
    pub(super) fn finish(mut self) -> Result<(), UnpackError> {
        self.send()
    }

    fn begin(&mut self, step: WriteStep) -> Result<(), UnpackError> {
        if self.batch.steps.len() >= STEPS {
            self.send()?;
        }
        self.batch.steps.push(step);
        Ok(())
    }

    /// Sends the batch and takes an empty one.
    fn send(&mut self) -> Result<(), UnpackError> {
        let next = self.empty.recv().map_err(|_| stopped())?;
        let batch = std::mem::replace(&mut self.batch, next);
        self.full.send(batch).map_err(|_| stopped())
    }
}

impl Writer {
    /// Writes the batches until no more come.
    pub(super) fn run(self, mut tree: TreeWriter) -> Result<(), UnpackError> {
        let mut file: Option<NewFile> = None;
        while let Ok(mut batch) = self.full.recv() {
            let mut at = 0;
            for step in batch.steps.drain(..) {
                match step {
                    WriteStep::Folder(name) => tree.folder(&name)?,
                    WriteStep::File(name, size) => {
                        tree.folders_of(&name)?;
                        file = Some(tree.new_file(&name, size)?);
                    }
                    WriteStep::Content(count) => {
                        if let Some(file) = &mut file {
                            file.write(&batch.bytes[at..at + count])?;
                        }
                        at += count;
                    }
                }
            }
            batch.filled = 0;
            // The other end is dropped after its last batch.
            let _ = self.empty.try_send(batch);
        }
        Ok(())
    }
}

/// The error of the reading end; the writing end reports why it stopped.
fn stopped() -> UnpackError {
    UnpackError::Panicked { reason: "the writer thread stopped".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gathers with `gather` and writes into a new tree. Returns the results of both ends, and the tree.
    fn write(
        gather: impl FnOnce(&mut Gatherer) -> Result<(), UnpackError>,
    ) -> (Result<(), UnpackError>, Result<(), UnpackError>, tempfile::TempDir) {
        let dir = tempfile::tempdir().unwrap();
        let tree = TreeWriter::create(&dir.path().join("tree")).unwrap();
        let (mut gatherer, writer) = batches();
        let (read, written) = std::thread::scope(|scope| {
            let writing = scope.spawn(|| writer.run(tree));
            let read = gather(&mut gatherer).and_then(|()| gatherer.finish());
            (read, writing.join().unwrap())
        });
        (read, written, dir)
    }

    fn add(gatherer: &mut Gatherer, name: &str, content: &[u8]) -> Result<Sha256Digest, UnpackError> {
        gatherer.file(name, &mut &content[..], content.len() as u64, &Cancel::default())
    }

    #[test]
    fn files_larger_than_all_batches_and_empty_ones_arrive_with_their_sums() {
        let large: Vec<u8> = (0..500_000_u32).flat_map(u32::to_le_bytes).collect();
        let (gathered, written, dir) = write(|gatherer| {
            gatherer.folder("empty")?;
            for number in 0..3 * STEPS {
                assert_eq!(add(gatherer, &format!("a/b/{number}"), b"")?, Sha256Digest::of(b""));
            }
            assert_eq!(add(gatherer, "a/large", &large)?, Sha256Digest::of(&large));
            add(gatherer, "small", b"x").map(drop)
        });
        gathered.unwrap();
        written.unwrap();
        let tree = dir.path().join("tree");
        assert!(tree.join("empty").is_dir());
        assert_eq!(fs_err::read_dir(tree.join("a/b")).unwrap().count(), 3 * STEPS);
        assert!(fs_err::read(tree.join("a/large")).unwrap() == large);
        assert_eq!(fs_err::read(tree.join("small")).unwrap(), b"x");
    }

    #[test]
    fn a_file_that_ends_too_early_is_damaged() {
        let (gathered, _, _) =
            write(|gatherer| gatherer.file("a", &mut &b"123"[..], 4, &Cancel::default()).map(drop));
        assert!(matches!(gathered, Err(UnpackError::Damaged { .. })));
    }

    #[test]
    fn when_the_writing_fails_the_reading_stops() {
        let (gathered, written, _dir) = write(|gatherer| {
            add(gatherer, "same", b"x")?;
            // The same name twice, which is not refused here.
            loop {
                add(gatherer, "same", &vec![0; BATCH])?;
            }
        });
        assert!(matches!(written, Err(UnpackError::Write { path, .. }) if path.ends_with("same")));
        assert!(gathered.is_err());
    }
}
