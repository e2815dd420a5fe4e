//! Finds what a killed gom left in the store and in the project here, and finishes it, as the other verbs do for the
//! toolchain that they work on, and names what gom did not put there.
//!
//! Invariant: what another gom works on now is left alone, and so is everything that gom has no name for.

mod examine;
mod finding;

use gom_select::toolchain::ToolchainId;

use crate::context::Context;
use crate::files;
use crate::store::{StoreError, durable, leftovers};

pub use examine::examine;
pub use finding::{Finding, FindingKind};

/// Finishes what killed goms began in the store, if there is one. The verbs that work on certain toolchains do it by
/// themselves.
pub async fn finish(ctx: &Context) -> Result<(), StoreError> {
    if !files::is_there(ctx.store.layout().root())? {
        return Ok(());
    }
    ctx.store.create()?;
    leftovers::sweep(ctx.store_work()).await
}

/// Mends what can be mended. What could not be is found again.
pub async fn repair(ctx: &Context) -> Result<(), StoreError> {
    let found = examine(ctx)?;
    if !found.iter().any(|finding| finding.kind.is_mended()) {
        return Ok(());
    }
    for folder in examine::project_folders(ctx) {
        files::remove_abandoned_temporaries(&folder)?;
    }
    if !files::is_there(ctx.store.layout().root())? {
        return Ok(());
    }
    ctx.store.create()?;
    let work = ctx.store_work();
    leftovers::sweep(work).await?;
    leftovers::remove_old_programs(&ctx.store)?;
    let mut ids: Vec<&ToolchainId> = found.iter().filter_map(|finding| finding.toolchain.as_ref()).collect();
    ids.sort();
    ids.dedup();
    for id in ids {
        // Another gom that works on it now finishes it.
        let Some(_lock) = ctx.store.try_lock_toolchain(id)? else { continue };
        leftovers::recover(work, id).await?;
        if !files::is_there(&ctx.store.layout().toolchain(id))? {
            ctx.store.remove_receipt(id)?;
        }
    }
    ctx.store.refresh_links(&ctx.platform, &ctx.cancel).await?;
    durable::settle_renames(work, ctx.settings.sync.value).await
}
