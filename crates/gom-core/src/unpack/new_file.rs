//! A file of a tree while it is written. It may begin as a clone of another file: then each piece is compared with what the
//! clone has, and nothing is written as long as they are equal. So what it holds in the end is what was written into it,
//! whatever the other file had.

use std::io::{self, Seek, SeekFrom, Write};

use fs_err::File;

use super::error::{UnpackError, write_error};
use super::stream::fill;

/// The number of bytes that are compared at a time.
const COMPARED: usize = 16 << 10;

/// A file being written.
pub(super) struct NewFile {
    file: File,
    /// How many bytes were equal, as long as all were.
    equal: Option<u64>,
}

impl NewFile {
    /// An empty file.
    pub(super) fn empty(file: File) -> NewFile {
        NewFile { file, equal: None }
    }

    /// A clone, which has this many bytes unless its source just changed.
    pub(super) fn over(clone: File, size: u64) -> Result<NewFile, UnpackError> {
        let is_whole = |file: &File| Ok(file.metadata()?.len() == size);
        let mut new = NewFile { file: clone, equal: Some(0) };
        if !is_whole(&new.file).map_err(|error| write_error(&new.file, error))? {
            new.cut(0)?;
        }
        Ok(new)
    }

    /// Appends bytes.
    pub(super) fn write(&mut self, mut bytes: &[u8]) -> Result<(), UnpackError> {
        while let Some(at) = self.equal
            && !bytes.is_empty()
        {
            let count = bytes.len().min(COMPARED);
            if self.has(&bytes[..count]).map_err(|error| write_error(&self.file, error))? {
                self.equal = Some(at + count as u64);
                bytes = &bytes[count..];
            } else {
                self.cut(at)?;
            }
        }
        self.file.write_all(bytes).map_err(|error| write_error(&self.file, error))
    }

    /// Whether these are the clone's next bytes.
    fn has(&mut self, bytes: &[u8]) -> io::Result<bool> {
        let mut buffer = [0; COMPARED];
        let count = fill(&mut self.file, &mut buffer[..bytes.len()])?;
        Ok(buffer[..count] == *bytes)
    }

    /// Ends the clone after this many bytes, so that the rest is written.
    fn cut(&mut self, at: u64) -> Result<(), UnpackError> {
        self.equal = None;
        let cut = self.file.set_len(at).and_then(|()| self.file.seek(SeekFrom::Start(at)));
        cut.map(drop).map_err(|error| write_error(&self.file, error))
    }
}

#[cfg(test)]
mod tests {
    use fs_err::OpenOptions;

    use super::*;

    /// Writes `pieces` over a clone that has `before`, and returns what the file has then.
    fn written_over(before: &[u8], pieces: &[&[u8]]) -> (Vec<u8>, Option<u64>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        fs_err::write(&path, before).unwrap();
        let file = OpenOptions::new().read(true).write(true).open(&path).unwrap();
        let size = pieces.iter().map(|piece| piece.len() as u64).sum();
        let mut new = NewFile::over(file, size).unwrap();
        for piece in pieces {
            new.write(piece).unwrap();
        }
        (fs_err::read(&path).unwrap(), new.equal)
    }

    #[test]
    fn what_is_written_is_what_the_file_has() {
        let long: Vec<u8> = (0..40_000_u32).flat_map(u32::to_le_bytes).collect();
        let (start, end) = long.split_at(COMPARED + 7);
        assert_eq!(written_over(&long, &[start, end]), (long.clone(), Some(long.len() as u64)));
        for at in [0, COMPARED - 1, COMPARED, COMPARED + 6, COMPARED + 7, long.len() - 1] {
            let mut before = long.clone();
            before[at] ^= 1;
            assert!(written_over(&before, &[start, end]) == (long.clone(), None), "{at}");
        }
        // Its source became longer, or shorter, after its size was looked at.
        for before in [[&long[..], b"more"].concat(), long[..long.len() - 1].to_vec(), Vec::new()] {
            assert!(written_over(&before, &[start, end]) == (long.clone(), None), "{}", before.len());
        }
    }
}
