//! Reads zip files: the module zip of a module proxy, whose names begin with the module's own name and whose
//! `_go.mod` files are a release's `go.mod`; and go.dev's zip for Windows, whose names begin with `go/`.
//!
//! The directory at the end is read first, so all names are checked before the first file is written. The
//! entries are independent, so several threads inflate, hash and write them while others still arrive.

use std::io::{BufReader, Read, Seek};
use std::ops::Range;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::mpsc;
use zip::read::{Config, ZipFileEntry, ZipReadOptions};
use zip::unstable::read::ZipIterable;

use super::end_record::EndRecord;
use super::entry::{EntryKind, EntryNames, checked, refused, too_large};
use super::error::{UnpackError, damaged};
use super::stream::Stopped;
use super::tree::TreeWriter;
use super::window::{BoundedReader, EntryWindow};
use crate::cancel::Cancel;
use crate::threads::share;
use crate::tree::{FileSum, is_covered};

/// The go command's own limit for a module (x/mod/zip, `MaxZipFile`).
const MAX_BYTES: u64 = 500 << 20;

/// The go command's own limit for the LICENSE of a module (x/mod/zip, `MaxLICENSE`), in bytes.
const MAX_LICENSE: u64 = 16 << 20;

/// An entry with more compressed bytes than this is passed on while it arrives.
const WHOLE: u64 = 256 << 10;

/// Small entries are passed on together once they have this many compressed bytes, because each time threads
/// wake up.
const TOGETHER: u64 = 128 << 10;

/// A gap between two ranges of up to this many bytes is fetched, not skipped: about as much arrives while
/// another request is on its way. A patch release of Go leaves 22 ranges, with 52 percent of the bytes.
const MAX_GAP: u64 = 256 << 10;

/// The number of jobs that wait for a thread: at most 3 MB.
const WAITING: usize = 8;

/// The number of network pieces that wait for the thread that writes their entry. On a fast network each has
/// 400 kB.
const ARRIVING: usize = 4;

/// The kind of a zip.
pub(super) enum ZipKind {
    /// go.dev's, with names below `go/`.
    Flat,
    /// The module's, with names below this prefix.
    Module(String),
}

/// The files to write from a zip, ordered by offset.
pub(crate) struct ZipPlan {
    pub(super) tree: TreeWriter,
    files: Vec<ZipFile>,
}

/// A file of a zip.
pub(crate) struct ZipFile {
    /// Its name in the tree.
    pub(crate) name: String,
    entry: ZipFileEntry<'static>,
    /// The offset at which its bytes must have ended: the next entry, or the directory.
    end: u64,
}

impl ZipFile {
    /// The offset of its header.
    pub(crate) fn start(&self) -> u64 {
        self.entry.header_start()
    }

    /// The size of its content in bytes.
    pub(super) fn size(&self) -> u64 {
        self.entry.size()
    }

    /// The CRC-32 of its content.
    pub(super) fn crc32(&self) -> u32 {
        self.entry.crc32()
    }
}

/// Checks every entry of a directory, then creates the folders. If anything in the archive is wrong, nothing
/// is written.
pub(super) fn plan(mut zip: impl Read + Seek, kind: &ZipKind, into: &Path) -> Result<ZipPlan, UnpackError> {
    let end = EndRecord::read(&mut zip)?;
    let mut zip = ZipIterable::try_new(zip, Config::default()).map_err(|error| damaged(&error))?;
    let entries = zip.len();
    let mut first = None;
    let (mut names, mut folders, mut files) = (EntryNames::default(), Vec::new(), Vec::new());
    let mut total = 0_u64;
    for entry in zip.files().map_err(|error| damaged(&error))? {
        let entry = entry.map_err(|error| damaged(&error))?;
        first.get_or_insert(entry.central_header_start());
        let raw = entry.name_raw().to_vec();
        let Some((name, entry_kind)) = name_and_kind(&entry, &raw, kind)? else { continue };
        names.add(&name, entry_kind)?;
        if entry_kind == EntryKind::Folder {
            folders.push(name);
            continue;
        }
        if name == "LICENSE" && entry.size() > MAX_LICENSE {
            return Err(refused(&raw, "it is longer than a licence may be"));
        }
        total = total.saturating_add(entry.size());
        if total > MAX_BYTES {
            return Err(too_large(name.as_bytes(), MAX_BYTES, "bytes"));
        }
        let end = entry.central_header_start();
        files.push(ZipFile { name, entry, end });
    }
    end.check(entries, first)?;
    files.sort_by_key(ZipFile::start);
    for index in 1..files.len() {
        files[index - 1].end = files[index].start();
    }
    if let Some(file) = files.iter().find(|file| file.start() >= file.end) {
        return Err(UnpackError::Damaged {
            reason: format!("`{}` lies where another entry does", file.name),
        });
    }
    let mut tree = TreeWriter::create(into)?;
    folders.iter().try_for_each(|folder| tree.folder(folder))?;
    files.iter().try_for_each(|file| tree.folders_of(&file.name))?;
    Ok(ZipPlan { tree, files })
}

/// Returns the entry's name and kind in the tree; `None` for the root itself.
fn name_and_kind(
    entry: &ZipFileEntry<'_>,
    raw: &[u8],
    kind: &ZipKind,
) -> Result<Option<(String, EntryKind)>, UnpackError> {
    if entry.is_symlink() {
        return Err(refused(raw, "it is a link"));
    }
    if entry.encrypted() {
        return Err(refused(raw, "it is encrypted"));
    }
    let (prefix, outside) = match kind {
        ZipKind::Flat => ("go/", "it lies outside go/"),
        ZipKind::Module(prefix) => (prefix.as_str(), "it lies outside the module"),
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
    if matches!(kind, ZipKind::Module(_)) && !is_covered(name) {
        // The hash does not cover it, so nothing could prove it.
        return Err(refused(raw, "the module has no such folder"));
    }
    match (kind, base.to_ascii_lowercase().as_str()) {
        (ZipKind::Module(_), "go.mod") => Err(refused(raw, "the module has each go.mod as _go.mod")),
        (ZipKind::Module(_), "_go.mod") if base != "_go.mod" => {
            Err(refused(raw, "the module has each go.mod as _go.mod"))
        }
        (ZipKind::Module(_), "_go.mod") => Ok(Some((format!("{folder}go.mod"), entry_kind))),
        (ZipKind::Flat, "_go.mod") => Err(refused(raw, "a release has no file of this name")),
        _ => Ok(Some((name.to_owned(), entry_kind))),
    }
}

impl ZipPlan {
    /// Takes the files out, ordered by offset.
    pub(crate) fn take_files(&mut self) -> Vec<ZipFile> {
        std::mem::take(&mut self.files)
    }

    /// How many bytes its files take on a disk that gives each a multiple of `block`.
    pub(crate) fn size_on_disk(&self, block: u64) -> u64 {
        self.files.iter().map(|file| file.size().next_multiple_of(block)).sum()
    }

    /// Puts some of the files back.
    pub(super) fn put_files(&mut self, mut files: Vec<ZipFile>) {
        files.sort_by_key(ZipFile::start);
        self.files = files;
    }

    /// Returns the ranges of the zip, up to `end`, that have the files to write.
    pub(crate) fn stretches(&self, end: u64) -> Vec<Range<u64>> {
        let mut stretches: Vec<Range<u64>> = Vec::new();
        for file in self.files.iter().filter(|file| file.start() < end) {
            let file = file.start()..file.end.min(end);
            match stretches.last_mut() {
                Some(last) if file.start <= last.end + MAX_GAP => last.end = file.end,
                _ => stretches.push(file),
            }
        }
        stretches
    }
}

/// Entries and their bytes.
pub(super) type Job = Vec<(ZipFile, EntryWindow)>;

/// Splits a zip's bytes into its entries, as they arrive.
pub(crate) struct Cutter {
    files: std::iter::Peekable<std::vec::IntoIter<ZipFile>>,
    jobs: mpsc::Sender<Job>,
    /// The bytes so far of the current entry, if it is passed on as a whole.
    gathered: Vec<Bytes>,
    gathered_bytes: u64,
    /// Complete entries that wait to be passed on together with others.
    whole: Job,
    whole_bytes: u64,
    /// The channel for the current entry, if it is passed on while it arrives, and the end of the entry.
    open: Option<(mpsc::Sender<Bytes>, u64)>,
    at: u64,
}

impl Cutter {
    /// Makes a cutter for these files, in their order. The receiver is for [`write`].
    pub(super) fn new(files: Vec<ZipFile>) -> (Cutter, mpsc::Receiver<Job>) {
        let (jobs, receiver) = mpsc::channel(WAITING);
        let files = files.into_iter().peekable();
        let (gathered, whole) = (Vec::new(), Vec::new());
        let cutter =
            Cutter { files, jobs, gathered, gathered_bytes: 0, whole, whole_bytes: 0, open: None, at: 0 };
        (cutter, receiver)
    }

    /// Whether the writing threads are behind.
    pub(crate) fn is_full(&self) -> bool {
        self.jobs.capacity() == 0
    }

    /// Takes the bytes that begin at `from`. Ranges come in order and may leave out what is not wanted.
    pub(crate) async fn feed(&mut self, from: u64, mut piece: Bytes) -> Result<(), Stopped> {
        self.at = from;
        while !piece.is_empty() {
            if let Some((sender, end)) = &self.open {
                let take = usize::try_from(end - self.at).unwrap_or(usize::MAX).min(piece.len());
                // A thread that has all it needs of an entry stops receiving, and the rest is not needed.
                let _ = sender.send(piece.split_to(take)).await;
                self.at += take as u64;
                if self.at == *end {
                    self.open = None;
                }
                continue;
            }
            let Some(next) = self.files.peek() else { return Ok(()) };
            let (start, end) = (next.start(), next.end);
            if self.at < start {
                let skip = usize::try_from(start - self.at).unwrap_or(usize::MAX).min(piece.len());
                piece = piece.split_off(skip);
                self.at += skip as u64;
                continue;
            }
            if end - start > WHOLE {
                self.begin_open(start, end).await?;
                continue;
            }
            let have = start + self.gathered_bytes;
            let take = usize::try_from(end - have).unwrap_or(usize::MAX).min(piece.len());
            self.gathered.push(piece.split_to(take));
            self.gathered_bytes += take as u64;
            self.at += take as u64;
            if self.at == end {
                self.end_whole(start).await?;
            }
        }
        Ok(())
    }

    async fn begin_open(&mut self, start: u64, end: u64) -> Result<(), Stopped> {
        let (sender, receiver) = mpsc::channel(ARRIVING);
        self.open = Some((sender, end));
        self.take_next(EntryWindow::arriving(start, receiver));
        self.hand_on().await
    }

    /// Takes the current entry, which is complete.
    async fn end_whole(&mut self, start: u64) -> Result<(), Stopped> {
        self.whole_bytes += std::mem::take(&mut self.gathered_bytes);
        let pieces = std::mem::take(&mut self.gathered);
        self.take_next(EntryWindow::whole(start, pieces));
        if self.whole_bytes >= TOGETHER || self.files.peek().is_none() {
            return self.hand_on().await;
        }
        Ok(())
    }

    fn take_next(&mut self, window: EntryWindow) {
        self.whole.extend(self.files.next().map(|planned| (planned, window)));
    }

    async fn hand_on(&mut self) -> Result<(), Stopped> {
        self.whole_bytes = 0;
        self.jobs.send(std::mem::take(&mut self.whole)).await.map_err(|_| Stopped)
    }
}

/// Writes entries until no more come. Several threads share `jobs`.
pub(super) fn write(
    jobs: &Mutex<mpsc::Receiver<Job>>,
    tree: &TreeWriter,
    cancel: &Cancel,
) -> Result<Vec<FileSum>, UnpackError> {
    let mut buffer = vec![0; 128 << 10];
    let mut files = Vec::new();
    loop {
        // A separate statement, so that the queue is not locked while we write. A thread that panicked leaves
        // no half-done change behind the lock.
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        let Some(job) = job else { return Ok(files) };
        for (planned, mut window) in job {
            match write_one(planned, &mut window, tree, cancel, &mut buffer) {
                Ok(file) => files.push(file),
                Err(error) => {
                    // The other threads have nothing left to do.
                    jobs.lock().unwrap_or_else(PoisonError::into_inner).close();
                    return Err(error);
                }
            }
        }
    }
}

/// Writes one entry from a reader that has its bytes at their offset in the zip.
pub(super) fn write_one(
    planned: ZipFile,
    zip: &mut (impl Read + Seek),
    tree: &TreeWriter,
    cancel: &Cancel,
    buffer: &mut [u8],
) -> Result<FileSum, UnpackError> {
    let ZipFile { name, entry, .. } = planned;
    let size = entry.size();
    let mut content = entry
        .with_reader(zip, ZipReadOptions::new())
        .map_err(|error| UnpackError::Damaged { reason: format!("`{name}`: {error}") })?;
    let sha256 = tree.file(&name, &mut content, size, cancel, buffer)?;
    Ok(FileSum { name, sha256 })
}

/// Writes all files of a zip file.
pub(super) fn write_file(
    archive: &Path,
    plan: ZipPlan,
    threads: usize,
    cancel: &Cancel,
) -> Result<Vec<FileSum>, UnpackError> {
    let ZipPlan { tree, files } = plan;
    let files = Mutex::new(files.into_iter());
    let write_some = || {
        let (mut zip, mut buffer, mut written) = (open(archive)?, vec![0; 128 << 10], Vec::new());
        loop {
            let next = files.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(planned) = next else { return Ok(written) };
            let mut window = BoundedReader::new(&mut zip, planned.end);
            match write_one(planned, &mut window, &tree, cancel, &mut buffer) {
                Ok(file) => written.push(file),
                Err(error) => {
                    // The other threads have nothing left to do.
                    files.lock().unwrap_or_else(PoisonError::into_inner).by_ref().for_each(drop);
                    return Err(error);
                }
            }
        }
    };
    let mut all = Vec::new();
    for written in share(threads, write_some) {
        all.extend(written?);
    }
    Ok(all)
}

/// Opens a zip file.
pub(super) fn open(archive: &Path) -> Result<BufReader<fs_err::File>, UnpackError> {
    let file = fs_err::File::open(archive).map_err(|error| damaged(&error))?;
    Ok(BufReader::with_capacity(64 << 10, file))
}
