//! Deletes files and reports the progress.

use std::fs::{FileType, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use gom_select::toolchain::ToolchainId;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::error::StoreError;
use crate::cancel::Cancel;
use crate::report::{Event, Reporter};

/// How many deleted files there are between two progress events.
const FILES_PER_EVENT: u64 = 64;

/// Files to delete.
pub(crate) struct FilesToDelete {
    /// A file or a folder with everything in it.
    path: PathBuf,
    /// The number of its files, if that is known.
    number: Option<u64>,
    /// Stops the deletion.
    cancel: Cancel,
}

impl FilesToDelete {
    /// Deletes all of them, even if the user cancels.
    pub(crate) fn all_of(path: PathBuf) -> FilesToDelete {
        FilesToDelete { path, number: None, cancel: Cancel::default() }
    }

    /// Deletes until the user cancels.
    pub(crate) fn until(path: PathBuf, number: Option<u64>, cancel: &Cancel) -> FilesToDelete {
        FilesToDelete { path, number, cancel: cancel.clone() }
    }
}

/// Deletes files and reports the progress. Without an error, all are deleted.
pub(crate) async fn delete(
    reporter: &dyn Reporter,
    id: &ToolchainId,
    files: FilesToDelete,
) -> Result<(), StoreError> {
    reporter.event(Event::Deleting { id, files: files.number });
    let (progress, mut received) = mpsc::unbounded_channel();
    let deleting = spawn_blocking(move || {
        let mut deletion = Deletion { cancel: files.cancel, deleted: 0, progress };
        deletion.entry(&files.path, fs_err::symlink_metadata(&files.path)?.file_type())
    });
    while let Some(deleted) = received.recv().await {
        reporter.event(Event::Deleted(id, deleted));
    }
    let deleted = deleting.await.map_err(io::Error::other)?;
    reporter.event(Event::Finished(id));
    deleted
}

/// Does the work in a folder, and if that is not permitted, does it again after giving the owner all permissions on the
/// folder. A tree may be read-only: some people protect GOROOT like that, and the module cache of Go is.
pub(crate) fn with_write_permission<T>(
    folder: &Path,
    mut work: impl FnMut() -> io::Result<T>,
) -> io::Result<T> {
    match work() {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            // The first error says more than one about the permissions.
            if permit(folder).is_err() { Err(error) } else { work() }
        }
        done => done,
    }
}

fn permit(folder: &Path) -> io::Result<()> {
    let metadata = fs_err::symlink_metadata(folder)?;
    if !metadata.is_dir() || metadata.permissions().mode() & 0o700 == 0o700 {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    fs_err::set_permissions(folder, Permissions::from_mode(metadata.permissions().mode() | 0o700))
}

/// Deletes a folder with everything in it, without progress.
pub(crate) fn delete_quietly(folder: &Path) -> Result<(), StoreError> {
    let (progress, _) = mpsc::unbounded_channel();
    let mut deletion = Deletion { cancel: Cancel::default(), deleted: 0, progress };
    deletion.entry(folder, fs_err::symlink_metadata(folder)?.file_type())
}

struct Deletion {
    cancel: Cancel,
    deleted: u64,
    progress: mpsc::UnboundedSender<u64>,
}

impl Deletion {
    fn entry(&mut self, path: &Path, kind: FileType) -> Result<(), StoreError> {
        // What is removed is an entry of the folder above.
        let above = path.parent().unwrap_or(path);
        if kind.is_dir() {
            for entry in with_write_permission(path, || fs_err::read_dir(path))? {
                let entry = entry?;
                self.entry(&entry.path(), entry.file_type()?)?;
            }
            return Ok(with_write_permission(above, || fs_err::remove_dir(path))?);
        }
        self.cancel.check()?;
        with_write_permission(above, || fs_err::remove_file(path))?;
        self.deleted += 1;
        if self.deleted.is_multiple_of(FILES_PER_EVENT) {
            // Nobody receives it if the command was given up.
            let _ = self.progress.send(self.deleted);
        }
        Ok(())
    }
}
