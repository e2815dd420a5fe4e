//! Checks a `gom.lock` without the network: it locks what the project asks for, and its proofs and sums are true.

use std::path::Path;

use gom_sumdb::verify_offline;

use crate::context::Context;
use crate::error::Result;
use crate::go::settings::TOOLCHAIN_MODULE;
use crate::index::{self, Freshness};
use crate::lockfile::LockfileError;
use crate::lockfile::{FILE_NAME, Lockfile, read};

/// A lock that is as it should be.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What it says.
    pub lock: Lockfile,
    /// The file and line that ask for this Go.
    pub place: String,
}

/// Checks the lock of a project.
pub async fn check(ctx: &Context, root: &Path) -> Result<Checked> {
    let lock = read(root)?.ok_or_else(|| LockfileError::Missing { file: root.join(FILE_NAME) })?;
    let place = lock.fits(ctx, root, true)?;
    let database = lock.database(ctx)?;
    for toolchain in &lock.toolchains {
        let version = toolchain.id.module_version();
        verify_offline(&database.key, TOOLCHAIN_MODULE, &version, &toolchain.record)
            .map_err(|source| lock.is_false(toolchain, source))?;
    }
    let index = index::load_all(ctx, Freshness::Local).await?;
    for toolchain in &lock.toolchains {
        lock.agrees(toolchain, index.get(&toolchain.id))?;
    }
    Ok(Checked { lock, place })
}
