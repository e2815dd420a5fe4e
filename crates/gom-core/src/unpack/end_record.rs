//! The last record of a zip, which says where its directory is.
//!
//! Where this record is wrong, the zip crate looks for another one further up, also among the bytes of an
//! entry. Go's archive/zip takes the last record or none, and so do we: two readers never see two archives.

use std::io::{self, Read, Seek, SeekFrom};

use super::error::{UnpackError, damaged};

/// The record's size, without the comment behind it.
const BYTES: usize = 22;

/// A count of entries that does not fit stands in another record (zip64), which the zip crate checks.
const COUNT_ELSEWHERE: u16 = u16::MAX;

/// As does a size or a place.
const PLACE_ELSEWHERE: u32 = u32::MAX;

pub(super) struct EndRecord {
    /// How many entries the directory has.
    entries: u16,
    /// Where the directory begins: as the record says, or, with bytes before the zip, by its size.
    starts: [u64; 2],
    is_zip64: bool,
}

impl EndRecord {
    /// Finds it as Go's archive/zip does: by the last signature, whose comment must fit behind it.
    pub(super) fn read(zip: &mut (impl Read + Seek)) -> Result<EndRecord, UnpackError> {
        // What Go publishes has no comment, so its record is found without reading more.
        for most in [BYTES, BYTES + usize::from(u16::MAX)] {
            let (from, last) = last_bytes(zip, most).map_err(|error| damaged(&error))?;
            let mut places = (0..=last.len().saturating_sub(BYTES)).rev();
            if let Some(at) = places.find(|at| last[*at..].starts_with(b"PK\x05\x06")) {
                return EndRecord::at(&last, from, at).ok_or_else(|| damaged(&"its last record is cut off"));
            }
        }
        Err(damaged(&"it does not end as a zip does"))
    }

    /// The record at this place in the last bytes, which begin at `from`.
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

    /// Fails unless a directory of `entries` entries whose first begins at `first` is this record's.
    pub(super) fn check(&self, entries: usize, first: Option<u64>) -> Result<(), UnpackError> {
        let is_same =
            usize::from(self.entries) == entries && first.is_none_or(|first| self.starts.contains(&first));
        if self.is_zip64 || is_same {
            return Ok(());
        }
        Err(damaged(&"its directory is not where its last record says"))
    }
}

/// The last bytes of a file, at most so many, and where they begin.
fn last_bytes(zip: &mut (impl Read + Seek), most: usize) -> io::Result<(u64, Vec<u8>)> {
    let length = zip.seek(SeekFrom::End(0))?;
    let from = zip.seek(SeekFrom::Start(length.saturating_sub(most as u64)))?;
    let mut last = Vec::with_capacity(most);
    zip.read_to_end(&mut last)?;
    Ok((from, last))
}
