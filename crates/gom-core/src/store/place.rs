//! Moves trees into and out of `toolchains/`; no other module does.
//!
//! A tree is renamed to a free place, and exchanged atomically with an old tree. Neither always works: some
//! file systems can't exchange, and an overlay file system (an image layer of a container) can't rename a
//! folder of a lower layer. In these cases:
//!
//! 1. The finished tree is renamed to `.next/`, in the same folder.
//! 2. The old tree is renamed away. If that fails, its go command is deleted. From here on the old tree is
//!    not whole, and readers find the one in `.next/`.
//! 3. The rest of the old tree is deleted, and the new one is renamed to its place.
//!
//! A gom that is killed at any point leaves the old tree or the new one, and [`super::leftovers`] does the
//! rest. Removing without a new tree is steps 2 and 3 alone, with a mark in staging.

use std::io;
use std::path::Path;

use gom_select::installed::{self, go_command};
use gom_select::layout::Layout;
use gom_select::toolchain::ToolchainId;
use rustix::fs::{CWD, RenameFlags, renameat_with};

use crate::files;

use super::deletion::{self, FilesToDelete};
use super::error::StoreError;
use super::root::{Store, StoreWork};
use super::staging::Staging;

/// Where the files of a removed tree are; no reader finds the tree any more.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum RemovedTree {
    /// Nowhere: there was no tree.
    Nothing,
    /// In staging.
    Staged,
    /// Still in place, without the go command.
    InPlace,
}

/// Moves the finished tree of `staging` to the toolchain's place, and deletes the old one.
pub(crate) async fn publish(
    work: StoreWork<'_>,
    id: &ToolchainId,
    staging: Staging,
) -> Result<(), StoreError> {
    let layout = work.store.layout();
    let (tree, place) = (staging.tree(), layout.toolchain(id));
    if !files::is_there(&place)? {
        fs_err::rename(tree, place)?;
        return Ok(());
    }
    if renameat_with(CWD, &tree, CWD, &place, RenameFlags::EXCHANGE).is_err() {
        fs_err::create_dir_all(layout.next_toolchains())?;
        fs_err::rename(tree, layout.next_toolchain(id))?;
        finish_publishing(work, id, &staging).await?;
    }
    Ok(())
}

/// Clears the place of a tree that waits in `.next/`, and moves the tree there. Not cancelled: the rest is
/// short, and half of it would be useless.
pub(crate) async fn finish_publishing(
    work: StoreWork<'_>,
    id: &ToolchainId,
    staging: &Staging,
) -> Result<(), StoreError> {
    let layout = work.store.layout();
    let place = layout.toolchain(id);
    if take(work.store, id, staging)? == RemovedTree::InPlace {
        deletion::delete(work.reporter, id, FilesToDelete::all_of(place.clone())).await?;
    }
    fs_err::rename(layout.next_toolchain(id), place)?;
    Ok(())
}

/// Removes the tree at a toolchain's place for every reader, in one step. The caller deletes its files:
/// [`RemovedTree`] tells where they are.
pub(crate) fn take(store: &Store, id: &ToolchainId, staging: &Staging) -> Result<RemovedTree, StoreError> {
    let place = store.layout().toolchain(id);
    // To move a folder, its own entry `..` is written.
    match deletion::with_write_permission(&place, || fs_err::rename(&place, staging.removed())) {
        Ok(()) => Ok(RemovedTree::Staged),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(RemovedTree::Nothing),
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            break_tree(&place, id)?;
            Ok(RemovedTree::InPlace)
        }
        Err(error) if error.kind() == io::ErrorKind::ResourceBusy => Err(StoreError::MountPoint { place }),
        Err(error) => Err(error.into()),
    }
}

/// Like [`take`], on a disk without room for a folder in staging. If gom is killed while the files are deleted, a
/// broken tree is left, which the next uninstall deletes.
pub(crate) fn take_in_place(store: &Store, id: &ToolchainId) -> Result<RemovedTree, StoreError> {
    let place = store.layout().toolchain(id);
    if !files::is_there(&place)? {
        return Ok(RemovedTree::Nothing);
    }
    break_tree(&place, id)?;
    Ok(RemovedTree::InPlace)
}

/// Deletes the go command, so that the tree is not whole.
fn break_tree(place: &Path, id: &ToolchainId) -> io::Result<()> {
    let program = place.join(go_command(id));
    match deletion::with_write_permission(&place.join("bin"), || fs_err::remove_file(&program)) {
        Err(error) if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Err(error)
        }
        _ => Ok(()),
    }
}

/// Whether a finished tree waits in `.next/`.
pub(crate) fn is_waiting(layout: &Layout, id: &ToolchainId) -> bool {
    installed::is_whole(&layout.next_toolchain(id), id)
}
