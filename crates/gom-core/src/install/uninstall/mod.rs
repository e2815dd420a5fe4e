//! Uninstalls a toolchain. It first leaves `toolchains/` in one step, then its receipt and its links are
//! removed, and last its files, which take most of the time. If gom is killed, the toolchain is either whole
//! or uninstalled.

pub mod removal;

use gom_select::toolchain::ToolchainId;

use crate::context::Context;
use crate::error::Result;
use crate::report::Event;
use crate::store::StoreError;
use crate::store::deletion::{self, FilesToDelete};
use crate::store::leftovers;
use crate::store::place::{self, RemovedTree};
use crate::store::staging::Staging;

/// What is left on the disk after an uninstall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UninstallLeftovers {
    /// Nothing.
    Nothing,
    /// Files that the next install or uninstall deletes. The toolchain itself is uninstalled.
    Files,
}

/// Uninstalls one toolchain. The caller found it installed; if another gom removes it first, that is success
/// too.
///
/// Once the tree left `toolchains/`, nothing is an error any more: if the user cancels, or a file can't be
/// deleted, files are left over.
pub async fn uninstall(ctx: &Context, id: &ToolchainId) -> Result<UninstallLeftovers> {
    ctx.store.create()?;
    let _lock = ctx.store.lock_toolchain(id, &*ctx.reporter, &ctx.cancel).await?;
    leftovers::recover(ctx.store_work(), id).await?;
    // Read now, because it is removed with the receipt.
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
            // From here on, cancelling only affects leftovers of other runs.
            let _ = leftovers::sweep(ctx.store_work()).await;
            Ok(UninstallLeftovers::Nothing)
        }
        Err(error) => {
            staging.keep();
            if !matches!(error, StoreError::Cancelled(_)) {
                ctx.reporter.event(Event::Warning(format!("{error}; the next gom command tries again")));
            }
            Ok(UninstallLeftovers::Files)
        }
    }
}

#[cfg(test)]
mod tests;
