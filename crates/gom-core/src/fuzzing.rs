//! Entry points for the fuzz targets (`fuzz/` in the repository) to parsers outside the public API: the
//! reader of release lists and the unpackers, as an install runs them, without network and store.
//!
//! It decides nothing and has no rule of its own, so that the fuzzed code is the shipped code.

use std::io::Read;
use std::path::Path;

use bytes::Bytes;
use gom_select::toolchain::ToolchainId;

use crate::cancel::Cancel;
use crate::digest::Sha256Digest;
use crate::index::{Index, ListError, add_release_list};
use crate::tree::FileSum;
use crate::unpack::{self, ArchiveFormat, UnpackError, ZipTail};

/// Adds go.dev's release list to an index. Fails with the text that a user sees.
pub fn release_list(index: &mut Index, json: &[u8]) -> Result<(), String> {
    add_release_list(index, json).map_err(|error: ListError| error.to_string())
}

/// Unpacks a tar stream into the new folder `into`, and returns every file with its sum.
pub fn tar(stream: impl Read, into: &Path) -> Result<Vec<FileSum>, UnpackError> {
    unpack::tar(stream, into, &Cancel::default())
}

/// Unpacks a `.tar.gz` that arrives in pieces of `piece` bytes, which is not zero. Also returns its sum.
pub async fn tar_gz(
    archive: &Bytes,
    piece: usize,
    into: &Path,
) -> Result<(Vec<FileSum>, Sha256Digest), UnpackError> {
    let (mut feed, unpacking) = unpack::tar_gz(into, None, &Cancel::default())?;
    let feeding = async move {
        for start in (0..archive.len()).step_by(piece) {
            let end = archive.len().min(start + piece);
            if feed.send(archive.slice(start..end), || ()).await.is_err() {
                break;
            }
        }
        feed.finish()
    };
    let (sum, unpacked) = futures_util::future::join(feeding, unpacking).await;
    unpacked.map(|unpacked| (unpacked.files, sum))
}

/// Unpacks a zip. Its last bytes, from `tail` on, are fetched first; the others then arrive in pieces of
/// `piece` bytes, which is not zero.
pub async fn zip(
    archive: &Bytes,
    format: ArchiveFormat,
    id: &ToolchainId,
    tail: usize,
    piece: usize,
    into: &Path,
) -> Result<Vec<FileSum>, UnpackError> {
    let directory = ZipTail::new(tail as u64, archive.slice(tail..));
    let plan = unpack::zip_plan(directory, format, id, into)?;
    let (mut cutter, unpacking) = unpack::zip(plan, None, &Cancel::default())?;
    let feeding = async move {
        for start in (0..tail).step_by(piece) {
            let end = tail.min(start + piece);
            if cutter.feed(start as u64, archive.slice(start..end)).await.is_err() {
                return;
            }
        }
        // The threads report a failure here.
        let _ = cutter.feed(tail as u64, archive.slice(tail..)).await;
    };
    let ((), unpacked) = futures_util::future::join(feeding, unpacking).await;
    unpacked.map(|unpacked| unpacked.files)
}

/// Unpacks a zip from a file.
pub async fn zip_file(
    archive: &Path,
    format: ArchiveFormat,
    id: &ToolchainId,
    into: &Path,
) -> Result<Vec<FileSum>, UnpackError> {
    let unpacking = unpack::zip_file(archive, format, id, into, None, &Cancel::default());
    unpacking?.await.map(|unpacked| unpacked.files)
}
