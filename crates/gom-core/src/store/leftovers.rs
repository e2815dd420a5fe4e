//! Files that nobody needs any more: deleting them with progress, and finishing what a killed gom left.

use std::fs::FileType;
use std::io;
use std::path::{Path, PathBuf};

use gom_select::toolchain::ToolchainId;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::StoreError;
use super::place;
use super::staging::{self, Staging};
use crate::cancel::Cancel;
use crate::context::Context;
use crate::report::Event;

/// Between two events that say how many files are deleted.
const FILES_PER_EVENT: u64 = 64;

/// Files to delete.
pub(crate) struct Files {
    /// This file or folder, with everything in it.
    path: PathBuf,
    /// How many there are, if that is known.
    number: Option<u64>,
    /// Stops the deletion.
    cancel: Cancel,
}

impl Files {
    /// All of them, whatever the user does.
    pub(crate) fn all_of(path: PathBuf) -> Files {
        Files { path, number: None, cancel: Cancel::default() }
    }

    /// Until the user cancels.
    pub(crate) fn until(path: PathBuf, number: Option<u64>, cancel: &Cancel) -> Files {
        Files { path, number, cancel: cancel.clone() }
    }
}

/// Deletes files and says how far it is. Without an error, everything is gone.
pub(crate) async fn delete(ctx: &Context, id: &ToolchainId, files: Files) -> Result<(), StoreError> {
    ctx.reporter.event(Event::Deleting { id, files: files.number });
    let (progress, mut received) = mpsc::unbounded_channel();
    let deleting = spawn_blocking(move || {
        let mut deletion = Deletion { cancel: files.cancel, deleted: 0, progress };
        deletion.entry(&files.path, fs_err::symlink_metadata(&files.path)?.file_type())
    });
    while let Some(deleted) = received.recv().await {
        ctx.reporter.event(Event::Deleted(id, deleted));
    }
    let deleted = deleting.await.map_err(io::Error::other)?;
    ctx.reporter.event(Event::Finished(id));
    deleted
}

struct Deletion {
    cancel: Cancel,
    deleted: u64,
    progress: mpsc::UnboundedSender<u64>,
}

impl Deletion {
    fn entry(&mut self, path: &Path, kind: FileType) -> Result<(), StoreError> {
        if kind.is_dir() {
            for entry in fs_err::read_dir(path)? {
                let entry = entry?;
                self.entry(&entry.path(), entry.file_type()?)?;
            }
            return Ok(fs_err::remove_dir(path)?);
        }
        self.cancel.check()?;
        fs_err::remove_file(path)?;
        self.deleted += 1;
        if self.deleted.is_multiple_of(FILES_PER_EVENT) {
            // Nobody listens any more where the command was given up.
            let _ = self.progress.send(self.deleted);
        }
        Ok(())
    }
}

/// Finishes what a killed gom began with this toolchain: a tree that waits for its place is moved there, and
/// what is unfinished or was removed is deleted. The caller holds the toolchain's lock, so nobody works there.
pub(crate) async fn recover(ctx: &Context, id: &ToolchainId) -> Result<(), StoreError> {
    let layout = ctx.store.layout();
    let place = layout.toolchain(id);
    if place::is_waiting(layout, id) {
        let staging = Staging::new(&ctx.store, id)?;
        place::finish_publishing(ctx, id, &staging).await?;
        // Its folder is one of those that are deleted below.
        staging.keep();
    }
    let next = layout.next_toolchain(id);
    if next.symlink_metadata().is_ok() {
        // Something else made or damaged it.
        delete(ctx, id, Files::until(next, None, &ctx.cancel)).await?;
    }
    for left in staging::leftovers(layout)?.into_iter().filter(|left| left.id == *id) {
        let is_half = left.is_removal() && !gom_select::installed::is_whole(&place, id);
        if is_half && place.symlink_metadata().is_ok() {
            delete(ctx, id, Files::until(place.clone(), None, &ctx.cancel)).await?;
        }
        // Last, since it says what is to be done.
        delete(ctx, id, Files::until(left.folder, None, &ctx.cancel)).await?;
    }
    Ok(())
}

/// Does [`recover`] for every toolchain on which no other gom works now. That something can't be deleted is
/// said and stops nothing: the next gom tries again.
pub(crate) async fn sweep(ctx: &Context) -> Result<(), StoreError> {
    for left in staging::leftovers(ctx.store.layout())? {
        let Some(_lock) = ctx.store.try_lock_toolchain(&left.id)? else { continue };
        match recover(ctx, &left.id).await {
            Ok(()) => {}
            Err(StoreError::Cancelled(cancelled)) => return Err(cancelled.into()),
            Err(error) => ctx.reporter.event(Event::Warning(format!("{error}; the next gom tries again"))),
        }
    }
    Ok(())
}
