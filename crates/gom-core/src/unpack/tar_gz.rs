//! go.dev's `.tar.gz`: entries below `go/`, in one stream. Long names by GNU entries or PAX headers are
//! resolved first and then checked like any other.

use std::io::{self, BufReader, Read};
use std::path::Path;

use flate2::read::GzDecoder;
use tar::{Archive, Entry, EntryType};

use super::entry::{Kind, Names, checked, refused};
use super::tree::Tree;
use super::{Cancel, UnpackError};
use crate::tree::FileSum;

/// Go 1.19 is the largest with 444 MB in its module and some 30 MB besides.
const MAX_BYTES: u64 = 1 << 30;

/// The tree lies in this folder of the archive.
const ROOT: &[u8] = b"go/";

/// Unpacks, and returns every file with its sum.
pub(super) fn unpack(archive: &Path, mut tree: Tree, cancel: &Cancel) -> Result<Vec<FileSum>, UnpackError> {
    let file = fs_err::File::open(archive).map_err(|error| damaged(&error))?;
    let mut archive = Archive::new(GzDecoder::new(BufReader::with_capacity(256 << 10, file)));
    let (mut names, mut files, mut total) = (Names::default(), Vec::new(), 0);
    let mut buffer = vec![0; 128 << 10];
    for entry in archive.entries().map_err(|error| damaged(&error))? {
        cancel.check()?;
        let mut entry = entry.map_err(|error| damaged(&error))?;
        let raw = entry.path_bytes().into_owned();
        let Some((name, kind)) = name_and_kind(&entry, &raw)? else { continue };
        names.add(&name, kind)?;
        if kind == Kind::Folder {
            tree.folder(&name)?;
            continue;
        }
        let size = entry.size();
        total += size;
        if total > MAX_BYTES {
            return Err(UnpackError::TooLarge { limit: MAX_BYTES, unit: "bytes" });
        }
        tree.folders_of(&name)?;
        let sha256 = tree.file(&name, &mut entry, size, cancel, &mut buffer)?;
        files.push(FileSum { name, sha256 });
    }
    read_to_the_end(archive, &mut buffer)?;
    Ok(files)
}

/// The entry's place in the tree; `None` for the root itself.
fn name_and_kind<R: Read>(entry: &Entry<'_, R>, raw: &[u8]) -> Result<Option<(String, Kind)>, UnpackError> {
    let kind = match entry.header().entry_type() {
        EntryType::Regular => Kind::File,
        EntryType::Directory => Kind::Folder,
        EntryType::Symlink | EntryType::Link => return Err(refused(raw, "it is a link")),
        EntryType::Char | EntryType::Block | EntryType::Fifo => return Err(refused(raw, "it is a device")),
        _ => return Err(refused(raw, "it is neither a file nor a folder")),
    };
    if kind == Kind::Folder && (raw == b"go" || raw == ROOT) {
        return Ok(None);
    }
    let name = raw.strip_prefix(ROOT).ok_or_else(|| refused(raw, "it lies outside go/"))?;
    let name = if kind == Kind::Folder { name.strip_suffix(b"/").unwrap_or(name) } else { name };
    let name = checked(name)?;
    if name.rsplit('/').next() == Some("_go.mod") {
        // The checksum database could not tell it from a `go.mod`.
        return Err(refused(raw, "a release has no file of this name"));
    }
    Ok(Some((name.to_owned(), kind)))
}

/// The gzip trailer comes last: only now is the stream known to be whole.
fn read_to_the_end<R: Read>(archive: Archive<R>, buffer: &mut [u8]) -> Result<(), UnpackError> {
    let mut rest = archive.into_inner();
    let mut left = MAX_BYTES;
    loop {
        let count = rest.read(buffer).map_err(|error| damaged(&error))?;
        if count == 0 {
            return Ok(());
        }
        left = left.saturating_sub(count as u64);
        if left == 0 {
            return Err(UnpackError::TooLarge { limit: MAX_BYTES, unit: "bytes" });
        }
    }
}

fn damaged(error: &io::Error) -> UnpackError {
    UnpackError::Damaged { reason: error.to_string() }
}
