//! The last record of a zip, which has the offset of its directory.
//!
//! If this record is invalid, the zip crate looks for another one before it, even among the bytes of an
//! entry. Go's archive/zip takes the last record or none, and so does gom, so that two readers never see two
//! different archives.

use std::io::{self, Read, Seek, SeekFrom};

use super::error::{UnpackError, damaged};

/// The record's size, without its comment.
const BYTES: usize = 22;

/// The value of a count that does not fit and is in another record (zip64), which the zip crate checks.
const COUNT_ELSEWHERE: u16 = u16::MAX;

/// The value of a size or an offset that does not fit and is in the zip64 record.
const PLACE_ELSEWHERE: u32 = u32::MAX;

pub(super) struct EndRecord {
    /// The number of entries in the directory.
    entries: u16,
    /// Where the directory may begin: the offset in the record or, if other bytes precede the zip, the offset
    /// that follows from its size.
    starts: [u64; 2],
    is_zip64: bool,
}

impl EndRecord {
    /// Finds the record as Go's archive/zip does: by the last signature, whose comment must fit into the
    /// file.
    pub(super) fn read(zip: &mut (impl Read + Seek)) -> Result<EndRecord, UnpackError> {
        // The archives that Go publishes have no comment, so usually the first read is enough.
        for most in [BYTES, BYTES + usize::from(u16::MAX)] {
            let (from, last) = last_bytes(zip, most).map_err(|error| damaged(&error))?;
            let mut places = (0..=last.len().saturating_sub(BYTES)).rev();
            if let Some(at) = places.find(|at| last[*at..].starts_with(b"PK\x05\x06")) {
                return EndRecord::at(&last, from, at).ok_or_else(|| damaged(&"its end record is cut off"));
            }
        }
        Err(damaged(&"it has no end record"))
    }

    /// Parses the record at index `at` of the last bytes, which begin at `from`.
    fn at(last: &[u8], from: u64, at: usize) -> Option<EndRecord> {
        let (record, comment) = last.get(at..)?.split_at_checked(BYTES)?;
        let short = |at: usize| u16::from_le_bytes([record[at], record[at + 1]]);
        let long = |at: usize| u32::from(short(at)) | u32::from(short(at + 2)) << 16;
        if usize::from(short(20)) > comment.len() {
            return None;
        }
        let (entries, size, start) = (short(10), long(12), long(16));
        Some(EndRecord {
            entries,
            starts: [start.into(), (from + at as u64).saturating_sub(size.into())],
            is_zip64: entries == COUNT_ELSEWHERE || [size, start].contains(&PLACE_ELSEWHERE),
        })
    }

    /// Fails unless this record is the one of a directory with `entries` entries, whose first begins at
    /// `first`.
    pub(super) fn check(&self, entries: usize, first: Option<u64>) -> Result<(), UnpackError> {
        let is_same =
            usize::from(self.entries) == entries && first.is_none_or(|first| self.starts.contains(&first));
        if self.is_zip64 || is_same {
            return Ok(());
        }
        Err(damaged(&"its directory is not where its end record says"))
    }
}

/// Reads at most `most` bytes from the end of a file, and returns them with their offset.
fn last_bytes(zip: &mut (impl Read + Seek), most: usize) -> io::Result<(u64, Vec<u8>)> {
    let length = zip.seek(SeekFrom::End(0))?;
    let from = zip.seek(SeekFrom::Start(length.saturating_sub(most as u64)))?;
    let mut last = Vec::with_capacity(most);
    zip.read_to_end(&mut last)?;
    Ok((from, last))
}
