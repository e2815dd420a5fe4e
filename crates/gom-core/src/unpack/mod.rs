//! Unpacks an archive into a staging folder and hashes every file meanwhile. It writes only regular files and
//! folders, under names that it has checked, with modes of its own; it executes nothing. It returns the list
//! of files with their sums for [`crate::proof`] to judge: nothing here trusts the archive.

#![expect(clippy::disallowed_methods, reason = "writes trees, and reads archives and neighbours")]

mod batch;
mod clone;
mod copied;
mod end_record;
mod entry;
mod error;
mod format;
mod new_file;
mod reuse;
mod stream;
mod tar_gz;
mod tree;
mod window;
mod zips;

#[cfg(test)]
mod tests;

use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::cancel::Cancel;
use crate::digest::Sha256Digest;
use crate::machine::program::{self, ProgramHeader};
use crate::threads::{self, Panicked};
use crate::tree::{FileSum, FileToCopy, goroot};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use gom_select::toolchain::ToolchainId;

use error::shown;
use tree::TreeWriter;
use zips::ZipKind;

pub use error::UnpackError;
pub use format::ArchiveFormat;
pub(crate) use stream::Feed;
pub(crate) use window::ZipTail;
pub(crate) use zips::{Cutter, ZipPlan};

/// The maximum number of threads that write a tree. More don't help: the file system's metadata is the limit.
const MAX_WRITERS: usize = 4;

/// The result of unpacking an archive.
#[derive(Debug)]
pub(crate) struct Unpacked {
    /// The files of the tree.
    pub(crate) files: Vec<FileSum>,
    /// The archive's sum, if it was computed.
    pub(crate) sha256: Option<Sha256Digest>,
}

/// An unpacking that runs while the network delivers. It must be awaited to its end, also after a failure,
/// because until then it writes to the tree.
pub(crate) type Unpacking = BoxFuture<'static, Result<Unpacked, UnpackError>>;

/// Starts to unpack a `.tar.gz` into the new folder `into`. The caller puts the bytes into the feed, which
/// computes their sum. Equal files share the blocks of the neighbour's, where the file system can.
pub(crate) fn tar_gz(
    into: &Path,
    neighbour: Option<PathBuf>,
    cancel: &Cancel,
) -> Result<(Feed, Unpacking), UnpackError> {
    let (mut tree, cancel) = (TreeWriter::create(into)?, cancel.clone());
    tree.share_with(neighbour);
    let (feed, incoming) = stream::incoming();
    let (inflater, tar) = stream::ring();
    let (gatherer, writer) = batch::batches();
    // Each waits for the one before it. The one that writes to the tree is the last to start, so that nobody writes
    // there if not all of them can.
    let inflating = started(move || inflater.run(incoming))?;
    let reading = started(move || tar_gz::read(tar, gatherer, &cancel))?;
    let writing = started(move || writer.run(tree))?;
    let unpacking = async move {
        let (read, inflating) = (joined(reading.await), joined(inflating.await));
        // If writing fails, the reading end only knows that it stopped, so the writer's error comes first.
        joined(writing.await)??;
        inflating?;
        Ok(Unpacked { files: read??, sha256: None })
    };
    Ok((feed, unpacking.boxed()))
}

/// Unpacks a complete tar stream into the new folder `into`.
pub(crate) fn tar(stream: impl Read, into: &Path, cancel: &Cancel) -> Result<Vec<FileSum>, UnpackError> {
    let tree = TreeWriter::create(into)?;
    let (gatherer, writer) = batch::batches();
    std::thread::scope(|scope| {
        let writing = std::thread::Builder::new()
            .spawn_scoped(scope, || writer.run(tree))
            .map_err(UnpackError::NoThread)?;
        let read = tar_gz::read(stream, gatherer, cancel);
        writing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        read
    })
}

/// Reads the directory of a zip, checks all its entries, and creates the folders below the new folder `into`.
pub(crate) fn zip_plan(
    directory: impl Read + Seek,
    format: ArchiveFormat,
    id: &ToolchainId,
    into: &Path,
) -> Result<ZipPlan, UnpackError> {
    zips::plan(directory, &zip_kind(format, id), into)
}

/// Clones or copies the files that an installed toolchain has in common with a zip, and removes them from the plan.
pub(crate) async fn reuse(
    mut plan: ZipPlan,
    neighbour: PathBuf,
    cancel: &Cancel,
) -> Result<(ZipPlan, Vec<FileSum>), UnpackError> {
    let cancel = cancel.clone();
    let copying = started(move || {
        let same = reuse::take_same(&mut plan, &neighbour, writers(), &cancel)?;
        Ok((plan, same))
    })?;
    joined(copying.await)?
}

/// Starts to write the files of a zip. The caller puts the bytes into the cutter. Equal files share the blocks of the
/// neighbour's, where the file system can.
pub(crate) fn zip(
    mut plan: ZipPlan,
    neighbour: Option<PathBuf>,
    cancel: &Cancel,
) -> Result<(Cutter, Unpacking), UnpackError> {
    plan.tree.share_with(neighbour);
    let (cutter, jobs) = Cutter::new(plan.take_files());
    let shared = Arc::new((Mutex::new(jobs), plan.tree, cancel.clone()));
    let start = || {
        let shared = Arc::clone(&shared);
        started(move || {
            let (jobs, tree, cancel) = &*shared;
            zips::write(jobs, tree, cancel)
        })
    };
    // One is enough.
    let mut writing = vec![start()?];
    writing.extend((1..writers()).map_while(|_| start().ok()));
    let unpacking = async move {
        let (mut files, mut failure) = (Vec::new(), None);
        for writer in writing {
            match joined(writer.await) {
                Ok(Ok(written)) => files.extend(written),
                Ok(Err(error)) | Err(error) => failure = failure.or(Some(error)),
            }
        }
        match failure {
            Some(error) => Err(error),
            None => Ok(Unpacked { files, sha256: None }),
        }
    };
    Ok((cutter, unpacking.boxed()))
}

/// Unpacks a zip file into the new folder `into`. Equal files share the blocks of the neighbour's, where the file system
/// can.
pub(crate) fn zip_file(
    archive: &Path,
    format: ArchiveFormat,
    id: &ToolchainId,
    into: &Path,
    neighbour: Option<PathBuf>,
    cancel: &Cancel,
) -> Result<Unpacking, UnpackError> {
    let (archive, into, kind) = (archive.to_path_buf(), into.to_path_buf(), zip_kind(format, id));
    let cancel = cancel.clone();
    let writing = started(move || {
        let mut plan = zips::plan(zips::open(&archive)?, &kind, &into)?;
        plan.tree.share_with(neighbour);
        zips::write_file(&archive, plan, writers(), &cancel)
    })?;
    Ok(async move { Ok(Unpacked { files: joined(writing.await)??, sha256: None }) }.boxed())
}

/// Copies files of a tree that another program made into the new folder `into`.
pub(crate) async fn copy(
    files: Vec<FileToCopy>,
    source: PathBuf,
    into: PathBuf,
    cancel: &Cancel,
) -> Result<Vec<FileSum>, UnpackError> {
    let cancel = cancel.clone();
    let copying = started(move || copied::copy(files, &source, &into, writers(), &cancel))?;
    joined(copying.await)?
}

fn zip_kind(format: ArchiveFormat, id: &ToolchainId) -> ZipKind {
    match format {
        ArchiveFormat::ModuleZip => ZipKind::Module(id.module_prefix()),
        ArchiveFormat::Zip | ArchiveFormat::TarGz => ZipKind::Flat,
    }
}

/// The number of writing threads: one per core, up to the limit of the file system's metadata
/// (docs/performance.md).
fn writers() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(MAX_WRITERS)
}

fn started<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<impl Future<Output = Result<T, Panicked>> + Send, UnpackError> {
    threads::start(work).map_err(UnpackError::NoThread)
}

/// Converts a thread's panic, which is a bug in gom, to an error.
fn joined<T>(joined: Result<T, Panicked>) -> Result<T, UnpackError> {
    joined.map_err(|error| UnpackError::Panicked { reason: error.to_string() })
}

/// Checks that the first line of VERSION is the toolchain's name, as in every release.
pub(crate) fn check_version(tree: &Path, id: &ToolchainId) -> Result<(), UnpackError> {
    let wanted = id.version.toolchain_name();
    let line = goroot::version_line(tree).unwrap_or_default();
    let found = line.trim();
    if found == wanted {
        return Ok(());
    }
    let found = if found.is_empty() { "no VERSION file" } else { found };
    Err(UnpackError::WrongVersion { found: shown(&found.chars().take(64).collect::<String>()), wanted })
}

/// Checks that the header of `bin/go` is that of a program for the toolchain's platform. Otherwise an archive
/// under a wrong name would be noticed only when it is run.
pub(crate) fn check_program(tree: &Path, id: &ToolchainId) -> Result<(), UnpackError> {
    let name = if id.platform.os() == "windows" { "bin/go.exe" } else { "bin/go" };
    let path = tree.join(name);
    let header = match ProgramHeader::of_file(&path) {
        Ok(header) => header,
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(UnpackError::Write { path, error }),
    };
    let Some(format) = program::ProgramFormat::of_system(id.platform.os()) else { return Ok(()) };
    if header.as_ref().is_some_and(|header| header.fits(&id.platform) == Some(true)) {
        return Ok(());
    }
    let found = header.map_or_else(|| "no program".to_owned(), |header| header.to_string());
    Err(UnpackError::WrongProgram { name, found, wanted: format!("{format} {}", id.platform.arch()) })
}
