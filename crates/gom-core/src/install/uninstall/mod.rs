//! Removing a toolchain: it leaves `toolchains/` in one step, then its receipt and its links go, and its
//! files last, which takes the most time. Killed at any point, what remains is a whole toolchain or none.

use gom_select::toolchain::ToolchainId;

use crate::context::Context;
use crate::error::Result;
use crate::report::Event;
use crate::store::StoreError;
use crate::store::deletion::{self, FilesToDelete};
use crate::store::leftovers;
use crate::store::place::{self, RemovedTree};
use crate::store::staging::Staging;

/// What an uninstall left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UninstallLeftovers {
    /// Nothing.
    Nothing,
    /// Files that the next gom deletes that installs or uninstalls something. The toolchain itself is gone.
    Files,
}

/// Removes one toolchain. The caller found it there; if another gom was faster, that is success too.
///
/// Once the toolchain is gone nothing is an error any more: that the user cancels, or that a file can't be
/// deleted, leaves files.
pub async fn uninstall(ctx: &Context, id: &ToolchainId) -> Result<UninstallLeftovers> {
    ctx.store.create()?;
    let _lock = ctx.store.lock_toolchain(id, &*ctx.reporter, &ctx.cancel).await?;
    leftovers::recover(ctx.store_work(), id).await?;
    // Read now: it goes with the receipt.
    let number = ctx.store.read_manifest(id).map(|list| list.files().len() as u64);
    let staging = Staging::new(&ctx.store, id)?;
    staging.mark_removal().map_err(StoreError::from)?;
    let taken = place::take(&ctx.store, id, &staging)?;
    ctx.store.remove_receipt(id)?;
    ctx.store.refresh_links(&ctx.platform, &ctx.cancel).await?;
    let files = match taken {
        RemovedTree::Nothing => return Ok(UninstallLeftovers::Nothing),
        RemovedTree::Staged => staging.removed(),
        RemovedTree::InPlace => ctx.store.layout().toolchain(id),
    };
    match deletion::delete(&*ctx.reporter, id, FilesToDelete::until(files, number, &ctx.cancel)).await {
        Ok(()) => {
            // What the user does now concerns the leftovers of others alone.
            let _ = leftovers::sweep(ctx.store_work()).await;
            Ok(UninstallLeftovers::Nothing)
        }
        Err(error) => {
            staging.keep();
            if !matches!(error, StoreError::Cancelled(_)) {
                ctx.reporter.event(Event::Warning(format!("{error}; the next gom tries again")));
            }
            Ok(UninstallLeftovers::Files)
        }
    }
}

#[cfg(test)]
mod tests;
