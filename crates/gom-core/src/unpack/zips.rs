//! Zip files: the module zip of a module proxy, whose names begin with the module's own name and whose
//! `_go.mod` files are a release's `go.mod`, and go.dev's zip for Windows, whose names begin with `go/`.
//!
//! All names are checked before the first file is written. Entries are independent, so several threads
//! inflate, hash and write them.

use std::io::BufReader;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use zip::read::{Config, ZipFileEntry, ZipReadOptions};
use zip::unstable::read::ZipIterable;

use super::entry::{Kind as EntryKind, Names, checked, refused};
use super::tree::Tree;
use super::{Cancel, UnpackError};
use crate::tree::{FileSum, is_covered};

/// The go command's own limit for a module (x/mod/zip, `MaxZipFile`).
const MAX_BYTES: u64 = 500 << 20;

/// Threads that write at once. More than four gain nothing: the file system's metadata is the limit.
const MAX_WRITERS: usize = 4;

/// Which zip it is.
pub(super) enum Kind {
    /// go.dev's, below `go/`.
    Flat,
    /// The module's, below this prefix.
    Module(String),
}

/// A file to write.
struct Job {
    name: String,
    entry: ZipFileEntry<'static>,
}

/// Unpacks, and returns every file with its sum.
pub(super) fn unpack(
    archive: &Path,
    kind: &Kind,
    mut tree: Tree,
    cancel: &Cancel,
) -> Result<Vec<FileSum>, UnpackError> {
    let jobs = Mutex::new(plan(archive, kind, &mut tree)?.into_iter());
    let files = Mutex::new(Vec::new());
    let failure = Mutex::new(None);
    let writers = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_WRITERS);
    std::thread::scope(|scope| {
        for _ in 0..writers {
            scope.spawn(|| match write_jobs(archive, &jobs, &tree, cancel) {
                Ok(sums) => lock(&files).extend(sums),
                Err(error) => {
                    // Nothing is left for the others to do.
                    lock(&jobs).by_ref().for_each(drop);
                    lock(&failure).get_or_insert(error);
                }
            });
        }
    });
    match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(files.into_inner().unwrap_or_else(PoisonError::into_inner)),
    }
}

/// A writer that panicked leaves nothing half-changed behind these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Checks every entry and makes the folders. Nothing but empty folders is written here.
fn plan(archive: &Path, kind: &Kind, tree: &mut Tree) -> Result<Vec<Job>, UnpackError> {
    let mut zip = ZipIterable::try_new(open(archive)?, Config::default()).map_err(|error| damaged(&error))?;
    let (mut names, mut jobs, mut total) = (Names::default(), Vec::new(), 0_u64);
    for entry in zip.files().map_err(|error| damaged(&error))? {
        let entry = entry.map_err(|error| damaged(&error))?;
        let raw = entry.name_raw().to_vec();
        let Some((name, entry_kind)) = name_and_kind(&entry, &raw, kind)? else { continue };
        names.add(&name, entry_kind)?;
        if entry_kind == EntryKind::Folder {
            tree.folder(&name)?;
            continue;
        }
        total = total.saturating_add(entry.size());
        if total > MAX_BYTES {
            return Err(UnpackError::TooLarge { limit: MAX_BYTES, unit: "bytes" });
        }
        tree.folders_of(&name)?;
        jobs.push(Job { name, entry });
    }
    Ok(jobs)
}

/// The entry's place in the tree; `None` for the root itself.
fn name_and_kind(
    entry: &ZipFileEntry<'_>,
    raw: &[u8],
    kind: &Kind,
) -> Result<Option<(String, EntryKind)>, UnpackError> {
    if entry.is_symlink() {
        return Err(refused(raw, "it is a link"));
    }
    if entry.encrypted() {
        return Err(refused(raw, "it is encrypted"));
    }
    let (prefix, outside) = match kind {
        Kind::Flat => ("go/", "it lies outside go/"),
        Kind::Module(prefix) => (prefix.as_str(), "it lies outside the module"),
    };
    if raw == prefix.as_bytes() {
        return Ok(None);
    }
    let name = raw.strip_prefix(prefix.as_bytes()).ok_or_else(|| refused(raw, outside))?;
    let (name, entry_kind) = match name.strip_suffix(b"/") {
        Some(folder) => (checked(folder)?, EntryKind::Folder),
        None => (checked(name)?, EntryKind::File),
    };
    let (folder, base) =
        name.rsplit_once('/').map_or(("", name), |(_, base)| (&name[..name.len() - base.len()], base));
    if matches!(kind, Kind::Module(_)) && !is_covered(name) {
        // The hash does not cover it, so nothing would prove it.
        return Err(refused(raw, "the module has no such folder"));
    }
    match (kind, base.to_ascii_lowercase().as_str()) {
        (Kind::Module(_), "go.mod") => Err(refused(raw, "the module has each go.mod as _go.mod")),
        (Kind::Module(_), "_go.mod") => Ok(Some((format!("{folder}go.mod"), entry_kind))),
        (Kind::Flat, "_go.mod") => Err(refused(raw, "a release has no file of this name")),
        _ => Ok(Some((name.to_owned(), entry_kind))),
    }
}

/// Writes one file after the other, as long as there are any.
fn write_jobs(
    archive: &Path,
    jobs: &Mutex<std::vec::IntoIter<Job>>,
    tree: &Tree,
    cancel: &Cancel,
) -> Result<Vec<FileSum>, UnpackError> {
    let mut reader = open(archive)?;
    let mut buffer = vec![0; 128 << 10];
    let mut files = Vec::new();
    loop {
        // A statement of its own, so that the queue is not locked while we write.
        let job = lock(jobs).next();
        let Some(Job { name, entry }) = job else { return Ok(files) };
        let size = entry.size();
        let content = entry.with_reader(&mut reader, ZipReadOptions::new());
        let mut content = content.map_err(|error| damaged(&error))?;
        let sha256 = tree.file(&name, &mut content, size, cancel, &mut buffer)?;
        drop(content);
        files.push(FileSum { name, sha256 });
    }
}

fn open(archive: &Path) -> Result<BufReader<fs_err::File>, UnpackError> {
    let file =
        fs_err::File::open(archive).map_err(|error| UnpackError::Damaged { reason: error.to_string() })?;
    Ok(BufReader::with_capacity(64 << 10, file))
}

fn damaged(error: &zip::result::ZipError) -> UnpackError {
    UnpackError::Damaged { reason: error.to_string() }
}
