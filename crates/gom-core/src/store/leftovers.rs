//! Finishes the work of a gom that was killed.

use gom_select::toolchain::ToolchainId;

use super::deletion::{FilesToDelete, delete};
use super::error::StoreError;
use super::place;
use super::root::StoreWork;
use super::staging::{self, Staging};
use crate::report::Event;

/// Finishes what a killed gom began with this toolchain: moves a waiting tree to its place, and deletes
/// unfinished and removed trees. The caller holds the toolchain's lock, so no other gom works on it.
pub(crate) async fn recover(work: StoreWork<'_>, id: &ToolchainId) -> Result<(), StoreError> {
    let layout = work.store.layout();
    let place = layout.toolchain(id);
    if place::is_waiting(layout, id) {
        let staging = Staging::new(work.store, id)?;
        place::finish_publishing(work, id, &staging).await?;
        // Its folder is among those deleted below.
        staging.keep();
    }
    let next = layout.next_toolchain(id);
    if next.symlink_metadata().is_ok() {
        // The tree in `.next/` is not whole: something else made or damaged it.
        delete(work.reporter, id, FilesToDelete::until(next, None, work.cancel)).await?;
    }
    for left in staging::leftovers(layout)?.into_iter().filter(|left| left.id == *id) {
        let is_half = left.is_removal() && !gom_select::installed::is_whole(&place, id);
        if is_half && place.symlink_metadata().is_ok() {
            delete(work.reporter, id, FilesToDelete::until(place.clone(), None, work.cancel)).await?;
        }
        // Deleted last, because it marks what is left to do.
        delete(work.reporter, id, FilesToDelete::until(left.folder, None, work.cancel)).await?;
    }
    Ok(())
}

/// Calls [`recover`] for every toolchain that no other gom works on. If something can't be deleted, that is
/// reported and stops nothing: the next gom tries again.
pub(crate) async fn sweep(work: StoreWork<'_>) -> Result<(), StoreError> {
    for left in staging::leftovers(work.store.layout())? {
        let Some(_lock) = work.store.try_lock_toolchain(&left.id)? else { continue };
        match recover(work, &left.id).await {
            Ok(()) => {}
            Err(StoreError::Cancelled(cancelled)) => return Err(cancelled.into()),
            Err(error) => {
                work.reporter.event(Event::Warning(format!("{error}; the next gom command tries again")));
            }
        }
    }
    Ok(())
}
