//! Who says what a toolchain has to be: the checksum database, or a `gom.lock` with its proof.

use gom_select::toolchain::ToolchainId;

use super::steps::ask_log;
use crate::context::Context;
use crate::error::Result;
use crate::fetch::Fetched;
use crate::fetch::log::{LogLookup, kept_record};
use crate::index::PublishedToolchain;
use crate::lockfile::{LockedToolchain, Lockfile, LockfileError};

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
                // What was proven once needs no answer again.
                unknown @ LogLookup::Unknown { .. } => Ok(match kept_record(ctx, id) {
                    Some((log, record)) => LogLookup::Record { log, record },
                    None => unknown,
                }),
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

    /// Fails if the lock has another sum than the published one.
    pub(super) fn check_published(
        self,
        published: &PublishedToolchain,
    ) -> std::result::Result<(), LockfileError> {
        match self {
            Witness::Database => Ok(()),
            Witness::Lock(lock, toolchain) => lock.agrees(toolchain, Some(published)),
        }
    }

    /// Fails unless the installed toolchain has the locked hash.
    pub(super) fn check_installed(self, ctx: &Context) -> std::result::Result<(), LockfileError> {
        let Witness::Lock(lock, toolchain) = self else { return Ok(()) };
        let id = &toolchain.id;
        let receipt = ctx.store.read_receipt(id).ok_or_else(|| {
            let reason = "the installed one has no receipt, so it is not proven".to_owned();
            LockfileError::Unproven { file: lock.file.clone(), id: id.clone(), reason }
        })?;
        lock.has_tree(toolchain, &receipt.tree.h1)
    }
}
