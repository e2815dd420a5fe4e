//! Reads go.dev's `.tar.gz`: entries below `go/`, in one stream. Long names in GNU entries or PAX headers are
//! resolved here, within limits, and then checked like any other. A header that would change the kind or the
//! size of an entry is refused.

use std::io::Read;

use tar::{Archive, Entry, EntryType, Header, PaxExtensions};

use super::batch::Gatherer;
use super::entry::{self, EntryKind, EntryNames, MAX_NAME, checked, refused, too_large};
use super::error::{UnpackError, damaged};
use crate::cancel::Cancel;
use crate::tree::FileSum;

/// The maximum size of a tree. Go 1.19 is the largest, with 444 MB in its module and some 30 MB besides.
const MAX_BYTES: u64 = 1 << 30;

/// The maximum size of a header that describes one entry, in bytes.
const MAX_HEADER: u64 = 64 << 10;

/// The maximum number of entries: those of any tree, with a header before each.
const MAX_ENTRIES: u64 = 2 * entry::MAX_ENTRIES as u64;

/// The maximum length of the zeros that fill up the last record, in bytes.
const MAX_PADDING: usize = 1 << 20;

/// The folder of the archive that holds the tree.
const ROOT: &[u8] = b"go/";

/// Reads a tar stream, sends its files to the gatherer, and returns every file with its sum.
pub(super) fn read(
    tar: impl Read,
    mut gatherer: Gatherer,
    cancel: &Cancel,
) -> Result<Vec<FileSum>, UnpackError> {
    let mut archive = Archive::new(tar);
    let (mut names, mut files, mut used) = (EntryNames::default(), Vec::new(), Used::default());
    let mut long_name = None;
    for entry in archive.entries().map_err(|error| damaged(&error))?.raw(true) {
        cancel.check()?;
        let mut entry = entry.map_err(|error| damaged(&error))?;
        used.add(&entry)?;
        if is_about_the_next(&mut entry, &mut long_name)? {
            continue;
        }
        let raw = long_name.take().unwrap_or_else(|| entry.path_bytes().into_owned());
        let Some((name, kind)) = name_and_kind(&entry, &raw)? else { continue };
        names.add(&name, kind)?;
        if kind == EntryKind::Folder {
            gatherer.folder(&name)?;
            continue;
        }
        let size = entry.size();
        let sha256 = gatherer.file(&name, &mut entry, size, cancel)?;
        files.push(FileSum { name, sha256 });
    }
    if long_name.is_some() {
        return Err(UnpackError::Damaged { reason: "it ends behind a long name".to_owned() });
    }
    read_to_the_end(archive)?;
    gatherer.finish()?;
    Ok(files)
}

/// What the entries so far use up. Every entry counts, even if it adds nothing to the tree, because a
/// compressed archive can have any number of them.
#[derive(Default)]
struct Used {
    entries: u64,
    bytes: u64,
}

impl Used {
    fn add<R: Read>(&mut self, entry: &Entry<'_, R>) -> Result<(), UnpackError> {
        self.entries += 1;
        if self.entries > MAX_ENTRIES {
            return Err(too_large(&entry.path_bytes(), MAX_ENTRIES, "entries"));
        }
        self.bytes = self.bytes.saturating_add(entry.size());
        if self.bytes > MAX_BYTES {
            return Err(too_large(&entry.path_bytes(), MAX_BYTES, "bytes"));
        }
        Ok(())
    }
}

/// Whether the entry is a header that describes the next one. Only a name is taken from it: a size, a type or
/// a link there would mean something else to another reader of the same archive.
fn is_about_the_next<R: Read>(
    entry: &mut Entry<'_, R>,
    long_name: &mut Option<Vec<u8>>,
) -> Result<bool, UnpackError> {
    let kind = entry.header().entry_type();
    if !matches!(kind, EntryType::GNULongName | EntryType::XHeader | EntryType::XGlobalHeader) {
        return Ok(false);
    }
    let raw = entry.path_bytes().into_owned();
    if entry.size() > MAX_HEADER {
        return Err(refused(&raw, "its header is too long"));
    }
    let mut content = Vec::new();
    entry.read_to_end(&mut content).map_err(|error| damaged(&error))?;
    let found = match kind {
        EntryType::GNULongName => {
            let end = content.iter().position(|byte| *byte == 0).unwrap_or(content.len());
            content.truncate(end);
            Some(content)
        }
        EntryType::XHeader => pax_name(&content, &raw)?,
        _ => pax_name(&content, &raw)?.map_or(Ok(None), |_| Err(refused(&raw, "it names every entry")))?,
    };
    if let Some(name) = found {
        if long_name.is_some() {
            return Err(refused(&raw, "it names the next entry a second time"));
        }
        if name.len() > MAX_NAME {
            return Err(refused(&name, "its name is too long"));
        }
        *long_name = Some(name);
    }
    Ok(true)
}

/// Returns the name in a PAX header. Times, owners and comments are ignored.
fn pax_name(content: &[u8], raw: &[u8]) -> Result<Option<Vec<u8>>, UnpackError> {
    let mut name = None;
    for record in PaxExtensions::new(content) {
        let record = record.map_err(|error| damaged(&error))?;
        let key = record.key_bytes();
        match key {
            b"path" if name.is_none() => name = Some(record.value_bytes().to_vec()),
            _ if is_harmless(key) => {}
            _ => return Err(refused(raw, "a PAX header changes more than its name")),
        }
    }
    Ok(name)
}

/// Whether a key of a PAX header leaves an entry's name, type, size and content unchanged. star writes a real
/// size and a type under its own prefix, SCHILY; the SCHILY keys here are those that bsdtar writes for any
/// file.
fn is_harmless(key: &[u8]) -> bool {
    const KEYS: [&[u8]; 12] = [
        b"mtime",
        b"atime",
        b"ctime",
        b"uid",
        b"gid",
        b"uname",
        b"gname",
        b"comment",
        b"SCHILY.dev",
        b"SCHILY.ino",
        b"SCHILY.nlink",
        b"SCHILY.fflags",
    ];
    const FAMILIES: [&[u8]; 3] = [b"LIBARCHIVE.", b"SCHILY.acl.", b"SCHILY.xattr."];
    KEYS.contains(&key) || FAMILIES.iter().any(|family| key.starts_with(family))
}

/// Returns the entry's name and kind in the tree; `None` for the root itself.
fn name_and_kind<R: Read>(
    entry: &Entry<'_, R>,
    raw: &[u8],
) -> Result<Option<(String, EntryKind)>, UnpackError> {
    let kind = match entry.header().entry_type() {
        EntryType::Regular => EntryKind::File,
        EntryType::Directory => EntryKind::Folder,
        EntryType::Symlink | EntryType::Link | EntryType::GNULongLink => {
            return Err(refused(raw, "it is a link"));
        }
        EntryType::Char | EntryType::Block | EntryType::Fifo => return Err(refused(raw, "it is a device")),
        _ => return Err(refused(raw, "it is neither a file nor a folder")),
    };
    if is_half_ustar(entry.header()) {
        return Err(refused(raw, "its header is of an unknown format"));
    }
    if kind == EntryKind::Folder && entry.size() > 0 {
        // Some readers take the following bytes as its content, others as the next entry.
        return Err(refused(raw, "it is a folder with content"));
    }
    if kind == EntryKind::Folder && (raw == b"go" || raw == ROOT) {
        return Ok(None);
    }
    let name = raw.strip_prefix(ROOT).ok_or_else(|| refused(raw, "it lies outside go/"))?;
    let name = if kind == EntryKind::Folder { name.strip_suffix(b"/").unwrap_or(name) } else { name };
    let name = checked(name)?;
    if name.rsplit('/').next() == Some("_go.mod") {
        // The checksum database's hash can't tell it from a `go.mod`.
        return Err(refused(raw, "a release has no file of this name"));
    }
    Ok(Some((name.to_owned(), kind)))
}

/// Whether a header has ustar's magic but is not valid ustar: Go's archive/tar takes its prefix as a part of
/// the name, and the crate `tar` does not.
fn is_half_ustar(header: &Header) -> bool {
    let says_so = header.as_old().pad.starts_with(b"ustar");
    says_so && header.as_ustar().is_none() && header.as_gnu().is_none()
}

/// Checks that only zeros follow the last entry, and reads to the end of the gzip stream, which shows that it
/// is complete.
fn read_to_the_end<R: Read>(archive: Archive<R>) -> Result<(), UnpackError> {
    let (mut rest, mut padding, mut buffer) = (archive.into_inner(), 0, [0; 4 << 10]);
    loop {
        let count = rest.read(&mut buffer).map_err(|error| damaged(&error))?;
        if count == 0 {
            return Ok(());
        }
        padding += count;
        if padding > MAX_PADDING || buffer[..count].iter().any(|byte| *byte != 0) {
            return Err(UnpackError::Damaged { reason: "data follows its last entry".to_owned() });
        }
    }
}
