//! Checks the proof that the store keeps of a toolchain: the record in the receipt with the database's key,
//! and the list of files with the hash in the record. Uses no network.

use gom_select::toolchain::ToolchainId;

use super::outcome::VerifyOutcome;
use super::verified::Authority;
use crate::context::Context;
use crate::fetch::log;
use crate::go::settings::TOOLCHAIN_MODULE;
use crate::store::receipt::Receipt;
use crate::tree::Manifest;
use gom_select::explain::with_causes;
use gom_sumdb::{LogError, LogRecord, verify_offline};

/// The list of files in the store.
pub(super) enum KeptList {
    /// It has the right hash.
    Right(Manifest),
    /// It has another hash, or names that could stand for others.
    Wrong,
    /// There is none, or it can't be read.
    Missing,
}

/// Checks the record in a receipt, and that the receipt's hash of the tree is the recorded one.
pub(super) fn check_record(
    ctx: &Context,
    id: &ToolchainId,
    receipt: &Receipt,
    name: &str,
    record: &LogRecord,
) -> Result<(), VerifyOutcome> {
    let Some(database) = log::known_database(ctx, name) else {
        return Err(VerifyOutcome::UnknownLog(name.to_owned()));
    };
    match verify_offline(&database.key, TOOLCHAIN_MODULE, &id.module_version(), record) {
        Ok(()) if receipt.tree.h1 == record.h1 => Ok(()),
        Ok(()) => Err(VerifyOutcome::ForgedReceipt(format!(
            "it says the tree has {}, and its record says {}",
            receipt.tree.h1, record.h1
        ))),
        Err(error @ LogError::WrongRecord { .. }) => Err(VerifyOutcome::RecordOfAnother(error.to_string())),
        Err(error) => Err(VerifyOutcome::ForgedReceipt(with_causes(&error))),
    }
}

/// Returns the proven record of a toolchain from the store, if it has one.
pub(super) fn proven_record(ctx: &Context, id: &ToolchainId) -> Option<Authority> {
    log::kept_record(ctx, id).map(|(log, record)| Authority { log, record })
}

/// Returns the list of a toolchain's files, checked against this hash.
pub(super) fn list(ctx: &Context, id: &ToolchainId, h1: &str) -> KeptList {
    match ctx.store.read_manifest(id) {
        Some(files) if files.has_h1(id, h1) => KeptList::Right(files),
        Some(_) => KeptList::Wrong,
        None => KeptList::Missing,
    }
}
