//! A zip file the way Go's archive/zip reads it, as far as a toolchain's zip goes: stored and deflated entries,
//! by the directory at the end.
//!
//! Where two readers may differ in good faith (zip64, bytes before the first entry), it has no opinion.

use std::io::Read as _;

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use crate::scratch::Files;

const END: usize = 22;
const CENTRAL: usize = 46;
const LOCAL: usize = 30;

/// More than an input inflates to, in bytes.
const MOST: u64 = 4 << 20;

/// The directory of a zip.
#[derive(Debug)]
pub struct Directory {
    /// Where it begins.
    pub start: usize,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    /// Where its header in the directory begins.
    at: usize,
    local: usize,
    name: Vec<u8>,
    method: u16,
    compressed: usize,
    size: usize,
    crc: u32,
}

/// Finds and reads the directory; `None` where this reader has no opinion.
pub fn directory(zip: &[u8]) -> Option<Directory> {
    let last = zip.len().checked_sub(END)?;
    let first = last.saturating_sub(usize::from(u16::MAX));
    let end = (first..=last).rev().find(|at| zip[*at..].starts_with(b"PK\x05\x06"))?;
    let comment = number::<2>(zip, end + 20)?;
    let (count, bytes) = (number::<2>(zip, end + 10)?, number::<4>(zip, end + 12)?);
    let start = number::<4>(zip, end + 16)?;
    let is_plain = end + END + comment == zip.len() && start.checked_add(bytes)? == end;
    let mut at = start;
    let mut entries = Vec::new();
    for _ in 0..count {
        if !zip.get(at..)?.starts_with(b"PK\x01\x02") {
            return None;
        }
        let (name, extra, comment) =
            (number::<2>(zip, at + 28)?, number::<2>(zip, at + 30)?, number::<2>(zip, at + 32)?);
        entries.push(Entry {
            at,
            local: number::<4>(zip, at + 42)?,
            name: zip.get(at + CENTRAL..at + CENTRAL + name)?.to_vec(),
            method: u16::try_from(number::<2>(zip, at + 10)?).ok()?,
            compressed: number::<4>(zip, at + 20)?,
            size: number::<4>(zip, at + 24)?,
            crc: u32::try_from(number::<4>(zip, at + 16)?).ok()?,
        });
        at += CENTRAL + name + extra + comment;
    }
    (is_plain && at == end).then_some(Directory { start, entries })
}

/// The files below `prefix`, by their names in the tree; `None` where this reader has no opinion.
pub fn read(zip: &[u8], directory: &Directory, prefix: &str) -> Option<Files> {
    let mut files = Files::new();
    for entry in directory.entries.iter().filter(|entry| !entry.name.ends_with(b"/")) {
        let name = str::from_utf8(&entry.name).ok()?.strip_prefix(prefix)?;
        let content = content(zip, entry)?;
        let is_whole = content.len() == entry.size && crc(&content) == entry.crc;
        assert!(is_whole, "`{name}` is damaged");
        let folder = name.strip_suffix("_go.mod").filter(|_| prefix != "go/");
        let folder = folder.filter(|folder| folder.is_empty() || folder.ends_with('/'));
        files.insert(folder.map_or_else(|| name.to_owned(), |folder| format!("{folder}go.mod")), content);
    }
    Some(files)
}

/// Puts the right sum into the header of each entry that can be inflated.
pub fn with_sums(zip: &[u8], directory: &Directory) -> Vec<u8> {
    let mut mended = zip.to_vec();
    for entry in &directory.entries {
        let Some(content) = content(zip, entry) else { continue };
        for place in [entry.at + 16, entry.local + 14] {
            mended[place..place + 4].copy_from_slice(&crc(&content).to_le_bytes());
        }
    }
    mended
}

fn content(zip: &[u8], entry: &Entry) -> Option<Vec<u8>> {
    if !zip.get(entry.local..)?.starts_with(b"PK\x03\x04") {
        return None;
    }
    let start =
        entry.local + LOCAL + number::<2>(zip, entry.local + 26)? + number::<2>(zip, entry.local + 28)?;
    let packed = zip.get(start..start.checked_add(entry.compressed)?)?;
    match entry.method {
        0 => Some(packed.to_vec()),
        8 => {
            let mut content = Vec::new();
            DeflateDecoder::new(packed).take(MOST).read_to_end(&mut content).ok()?;
            Some(content)
        }
        _ => None,
    }
}

fn crc(content: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(content);
    crc.sum()
}

fn number<const BYTES: usize>(zip: &[u8], at: usize) -> Option<usize> {
    let bytes = zip.get(at..at.checked_add(BYTES)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| (number << 8) | usize::from(*byte)))
}
