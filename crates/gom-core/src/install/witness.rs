//! Who says what a toolchain has to be: the checksum database, or a `gom.lock` with its proof.

use gom_select::toolchain::ToolchainId;

use super::steps::ask_log;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::fetch::Fetched;
use crate::fetch::log::{LogLookup, known_database};
use crate::go::settings::TOOLCHAIN_MODULE;
use crate::lockfile::{LockedToolchain, Lockfile, LockfileError};
use crate::proof::Proof;
use gom_sumdb::verify_offline;

/// Who says what a toolchain has to be.
#[derive(Clone, Copy)]
pub(super) enum Witness<'a> {
    /// The checksum database, which is asked.
    Database,
    /// A lock with the database's proof.
    Lock(&'a Lockfile, &'a LockedToolchain),
}

impl Witness<'_> {
    pub(super) async fn ask(self, ctx: &Context, id: &ToolchainId) -> Result<LogLookup> {
        match self {
            Witness::Database => match ask_log(ctx, id).await? {
                unknown @ LogLookup::Unknown { .. } => Ok(kept_record(ctx, id).unwrap_or(unknown)),
                known => Ok(known),
            },
            // `install_locked` has proven it.
            Witness::Lock(lock, toolchain) => {
                Ok(LogLookup::Record { log: lock.log.clone(), record: toolchain.record.clone() })
            }
        }
    }

    /// Fails if the lock has another sum for the archive that came.
    pub(super) fn check_archive(self, fetched: &Fetched) -> std::result::Result<(), LockfileError> {
        match self {
            Witness::Database => Ok(()),
            Witness::Lock(lock, toolchain) => {
                lock.has_archive(toolchain, &fetched.archive.source.filename, fetched.archive.sha256)
            }
        }
    }
}

/// The record in the receipt of an installed toolchain that is replaced, if the key of its database has signed it: what was
/// proven once needs no answer again.
fn kept_record(ctx: &Context, id: &ToolchainId) -> Option<LogLookup> {
    let Proof::Log { log, record } = ctx.store.read_receipt(id)?.proof else { return None };
    let database = known_database(ctx, &log)?;
    verify_offline(&database.key, TOOLCHAIN_MODULE, &id.module_version(), &record).ok()?;
    Some(LogLookup::Record { log, record })
}

/// Fails unless the installed toolchain has the locked hash.
pub(super) fn check_installed(ctx: &Context, lock: &Lockfile, toolchain: &LockedToolchain) -> Result<()> {
    let id = &toolchain.id;
    let receipt = ctx.store.read_receipt(id).ok_or_else(|| {
        let reason = "the installed one has no receipt, so it is not proven".to_owned();
        Error::from(LockfileError::Unproven { file: lock.file.clone(), id: id.clone(), reason })
    })?;
    Ok(lock.has_tree(toolchain, &receipt.tree.h1)?)
}
