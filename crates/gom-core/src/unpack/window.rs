//! Parts of a zip as readers for the zip crate, which reads and seeks in a whole file: the end with the
//! directory, and the bytes of one entry.

use std::collections::VecDeque;
use std::io::{self, Read, Seek, SeekFrom};

use bytes::{Buf, Bytes};
use tokio::sync::mpsc;

/// The end of a file.
pub(crate) struct ZipTail {
    bytes: Bytes,
    /// The offset in the file at which it begins.
    start: u64,
    at: u64,
}

impl ZipTail {
    /// Takes the bytes from `start` to the file's end.
    pub(crate) fn new(start: u64, bytes: Bytes) -> ZipTail {
        ZipTail { bytes, start, at: start }
    }

    fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl Read for ZipTail {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let from = self.at.checked_sub(self.start).and_then(|from| usize::try_from(from).ok());
        let Some(from) = from else { return Err(not_here()) };
        let count = self.bytes.get(from..).unwrap_or_default().read(buffer)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for ZipTail {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.end().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(not_here)?;
        Ok(self.at)
    }
}

/// The bytes of one entry, which are read once and forwards. Reading beyond them is an error: the zip crate
/// asks only for the bytes that the directory gives to the entry.
pub(super) struct EntryWindow {
    pieces: VecDeque<Bytes>,
    /// The rest of them, if they are still arriving.
    arriving: Option<mpsc::Receiver<Bytes>>,
    /// The offset in the file of the next byte.
    at: u64,
}

impl EntryWindow {
    /// Takes all bytes from `start` on.
    pub(super) fn whole(start: u64, pieces: Vec<Bytes>) -> EntryWindow {
        EntryWindow { pieces: pieces.into(), arriving: None, at: start }
    }

    /// Takes the bytes from `start` on as they arrive.
    pub(super) fn arriving(start: u64, pieces: mpsc::Receiver<Bytes>) -> EntryWindow {
        EntryWindow { pieces: VecDeque::new(), arriving: Some(pieces), at: start }
    }

    /// Returns the piece with the next byte; `None` at the end.
    fn piece(&mut self) -> Option<&mut Bytes> {
        while self.pieces.front().is_some_and(Bytes::is_empty) {
            self.pieces.pop_front();
        }
        if self.pieces.is_empty()
            && let Some(piece) = self.arriving.as_mut().and_then(mpsc::Receiver::blocking_recv)
        {
            self.pieces.push_back(piece);
        }
        self.pieces.front_mut()
    }
}

impl Read for EntryWindow {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(piece) = self.piece() else { return Err(entry_ends()) };
        let count = piece.len().min(buffer.len());
        piece.copy_to_slice(&mut buffer[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for EntryWindow {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let wanted = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(_) => None,
        };
        let mut skip = wanted.and_then(|wanted| wanted.checked_sub(self.at)).ok_or_else(not_here)?;
        while skip > 0 {
            let Some(piece) = self.piece() else { return Err(not_here()) };
            let count = usize::try_from(skip).unwrap_or(usize::MAX).min(piece.len());
            piece.advance(count);
            skip -= count as u64;
            self.at += count as u64;
        }
        Ok(self.at)
    }
}

/// A reader of a complete zip that ends where an entry has to, like an [`EntryWindow`]: the bytes after it
/// belong to another entry, and no two entries may share bytes.
pub(super) struct BoundedReader<'a, R> {
    zip: &'a mut R,
    at: u64,
    end: u64,
}

impl<'a, R: Seek> BoundedReader<'a, R> {
    /// Reads up to, not including, `end`. It reads nothing before the first seek.
    pub(super) fn new(zip: &'a mut R, end: u64) -> BoundedReader<'a, R> {
        BoundedReader { zip, at: end, end }
    }
}

impl<R: Read> Read for BoundedReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.end.saturating_sub(self.at);
        if left == 0 {
            return Err(entry_ends());
        }
        let count = self.zip.by_ref().take(left).read(buffer)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl<R: Seek> Seek for BoundedReader<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.zip.seek(to)?;
        Ok(self.at)
    }
}

fn entry_ends() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "it goes on where another entry begins")
}

fn not_here() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "these bytes of the zip are not at hand")
}
