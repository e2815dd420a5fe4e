//! The one module that puts trees into `toolchains/` and takes them out.
//!
//! A tree comes to a free place by one rename, and changes places with an old one by one exchange. Neither
//! is certain: not every file system exchanges, and an overlay file system (an image layer of a container)
//! can't rename a folder of a lower layer. So where it is needed:
//!
//! 1. The finished tree is renamed to `.next/`, in the same folder.
//! 2. The old tree is renamed away, or, where it can't be, its go command is deleted. From here on the old
//!    tree is not whole, and readers find the one in `.next/`.
//! 3. What is left of the old tree is deleted, and the new one is renamed to its place.
//!
//! A gom that is killed at any point leaves the old tree or the new one, and [`super::leftovers`] does the
//! rest. Removing without a new tree is steps 2 and 3 alone, with a mark in staging that says so.

use std::io;
use std::path::Path;

use gom_select::installed::{self, go_command};
use gom_select::layout::Layout;
use gom_select::toolchain::ToolchainId;
use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::deletion::{self, FilesToDelete};
use super::error::StoreError;
use super::root::{Store, StoreWork};
use super::staging::Staging;

/// Where the files are of a tree that no reader finds any more.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum RemovedTree {
    /// There was none.
    Nothing,
    /// In staging.
    Staged,
    /// Still at its place, without its go command.
    InPlace,
}

/// Puts the finished tree of `staging` to the toolchain's place. The old one is deleted.
pub(crate) async fn publish(
    work: StoreWork<'_>,
    id: &ToolchainId,
    staging: Staging,
) -> Result<(), StoreError> {
    let layout = work.store.layout();
    let (tree, place) = (staging.tree(), layout.toolchain(id));
    if place.symlink_metadata().is_err() {
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

/// Clears the place of a tree that waits in `.next/`, and moves it there. Not cancelled: what is left to do
/// is short, and half of it helps nobody.
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

/// Takes the tree at a toolchain's place away from every reader, in one step. Its files are still to be
/// deleted: [`RemovedTree`] says where they are.
pub(crate) fn take(store: &Store, id: &ToolchainId, staging: &Staging) -> Result<RemovedTree, StoreError> {
    let place = store.layout().toolchain(id);
    match fs_err::rename(&place, staging.removed()) {
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

/// Deletes the file without which a tree is not whole.
fn break_tree(place: &Path, id: &ToolchainId) -> io::Result<()> {
    match fs_err::remove_file(place.join(go_command(id))) {
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
