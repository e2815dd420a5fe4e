//! Removing a toolchain: one rename takes it out of `toolchains/`, then its receipt goes, then its bytes.
//! Killed at any point, what remains is a whole toolchain or none.

use gom_select::toolchain::ToolchainId;

use crate::context::Context;
use crate::error::Result;
use crate::store::staging::{self, Staging};

/// Removes one installed toolchain. The caller found it installed; if another gom was faster, that is
/// success too.
pub async fn uninstall(ctx: &Context, id: &ToolchainId) -> Result<()> {
    ctx.store.create()?;
    let _lock = ctx.store.lock_toolchain(id, &*ctx.reporter, &ctx.cancel).await?;
    staging::recover(&ctx.store, id)?;
    let place = ctx.store.layout().toolchain(id);
    if place.symlink_metadata().is_ok() {
        Staging::new(&ctx.store, id)?.take(&place)?;
    }
    ctx.store.remove_receipt(id)?;
    ctx.store.refresh_links(&ctx.platform, &ctx.cancel).await?;
    Ok(())
}
