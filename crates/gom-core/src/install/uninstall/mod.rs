//! Uninstalls a toolchain. It first leaves `toolchains/` in one step, then its receipt and its links are
//! removed, and last its files, which take most of the time. If gom is killed, the toolchain is either whole
//! or uninstalled.

pub mod removal;
mod running;

pub use running::check_not_running;

use gom_select::toolchain::ToolchainId;

use crate::context::Context;
use crate::error::Error;
use crate::files;
use crate::report::Event;
use crate::store::StoreError;
use crate::store::deletion::{self, FilesToDelete};
use crate::store::durable;
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
/// A toolchain whose programs run is not uninstalled; [`uninstall_even_if_running`] does that.
///
/// Once the tree left `toolchains/` and nothing names it any more, nothing is an error: if the user cancels, or a file
/// can't be deleted, files are left over.
pub async fn uninstall(ctx: &Context, id: &ToolchainId) -> Result<UninstallLeftovers, Error> {
    check_not_running(ctx, std::slice::from_ref(id))?;
    uninstall_even_if_running(ctx, id).await
}

/// Like [`uninstall`], also if programs of the toolchain run: their own files stay until they end, but they can start
/// no other program of the toolchain, and read no file of it.
pub async fn uninstall_even_if_running(ctx: &Context, id: &ToolchainId) -> Result<UninstallLeftovers, Error> {
    ctx.store.create()?;
    let _lock = ctx.store.lock_toolchain(id, &*ctx.reporter, &ctx.cancel).await?;
    uninstall_locked(ctx, id).await
}

/// Like [`uninstall`], if the answer of `is_wanted` is yes once no other gom can change the toolchain. `None` if it is
/// no.
pub async fn uninstall_if(
    ctx: &Context,
    id: &ToolchainId,
    is_wanted: impl FnOnce() -> bool,
) -> Result<Option<UninstallLeftovers>, Error> {
    ctx.store.create()?;
    let _lock = ctx.store.lock_toolchain(id, &*ctx.reporter, &ctx.cancel).await?;
    if !is_wanted() {
        return Ok(None);
    }
    check_not_running(ctx, std::slice::from_ref(id))?;
    uninstall_locked(ctx, id).await.map(Some)
}

/// Uninstalls a toolchain whose lock the caller has.
async fn uninstall_locked(ctx: &Context, id: &ToolchainId) -> Result<UninstallLeftovers, Error> {
    leftovers::recover(ctx.store_work(), id).await?;
    // Read now, because it is removed with the receipt.
    let number = ctx.store.read_manifest(id).map(|list| list.files().len() as u64);
    let staging = marked_staging(ctx, id)?;
    let taken = match &staging {
        Some(staging) => place::take(&ctx.store, id, staging)?,
        None => place::take_in_place(&ctx.store, id)?,
    };
    if let Err(error) = remove_traces(ctx, id).await {
        // What it marks is left to do: the same command finishes it.
        if let Some(staging) = staging {
            staging.keep();
        }
        return Err(error);
    }
    let files = match (taken, &staging) {
        (RemovedTree::Nothing, _) => return Ok(UninstallLeftovers::Nothing),
        (RemovedTree::Staged, Some(staging)) => staging.removed(),
        (RemovedTree::Staged | RemovedTree::InPlace, _) => ctx.store.layout().toolchain(id),
    };
    match deletion::delete(&*ctx.reporter, id, FilesToDelete::until(files, number, &ctx.cancel)).await {
        Ok(()) => {
            // From here on, cancelling only affects leftovers of other runs.
            let _ = leftovers::sweep(ctx.store_work()).await;
            Ok(UninstallLeftovers::Nothing)
        }
        Err(error) => {
            if let Some(staging) = staging {
                staging.keep();
            }
            if !matches!(error, StoreError::Cancelled(_)) {
                ctx.reporter.event(Event::Warning(format!("{error}; the next gom command tries again")));
            }
            Ok(UninstallLeftovers::Files)
        }
    }
}

/// Removes what names the toolchain outside of its tree.
async fn remove_traces(ctx: &Context, id: &ToolchainId) -> Result<(), Error> {
    ctx.store.remove_receipt(id)?;
    ctx.store.refresh_links(&ctx.platform, &ctx.cancel).await?;
    durable::settle_renames(ctx.store_work(), ctx.settings.sync.value).await?;
    Ok(())
}

/// Makes the folder into which the tree is moved. `None` on a full disk, which has no room for a folder: the files are
/// then deleted where they are.
fn marked_staging(ctx: &Context, id: &ToolchainId) -> Result<Option<Staging>, StoreError> {
    let marked = Staging::new(&ctx.store, id).and_then(|staging| {
        staging.mark_removal()?;
        Ok(staging)
    });
    match marked {
        Err(StoreError::Io(error)) if files::is_full(&error) => Ok(None),
        marked => marked.map(Some),
    }
}

#[cfg(test)]
mod tests;
