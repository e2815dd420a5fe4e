//! The status of each toolchain in a list, without hashing its tree: the receipt's record is checked with the
//! database's key, and `go.env`, the file that people edit, is compared with the receipt.

use gom_select::installed;
use gom_select::toolchain::ToolchainId;
use serde::Serialize;

use super::kept;
use crate::context::Context;
use crate::digest::Sha256Digest;
use crate::files;
use crate::proof::{Proof, WithoutLog};
use crate::store::receipt::Receipt;
use crate::tree::GO_ENV;

/// How a toolchain was proven when it was installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProofStatus {
    /// By the checksum database, whose signed record is in the receipt.
    Proven,
    /// By its published sha256; the checksum database could not be asked.
    Pending,
    /// By its published sha256; the checksum database was switched off.
    LogOff,
    /// By the checksum database, and its `go.env` was changed since.
    Edited,
    /// It has no receipt that proves anything.
    Unproven,
    /// It lacks its go command or its VERSION file, so it is not installed.
    Broken,
}

impl ProofStatus {
    /// Its name, the same in text and `--json`.
    pub fn name(self) -> &'static str {
        match self {
            ProofStatus::Proven => "proven",
            ProofStatus::Pending => "pending",
            ProofStatus::LogOff => "log-off",
            ProofStatus::Edited => "edited",
            ProofStatus::Unproven => "unproven",
            ProofStatus::Broken => "broken",
        }
    }
}

/// Returns the status of an installed toolchain. Reads only `go.env` of its tree.
pub fn status(ctx: &Context, id: &ToolchainId) -> ProofStatus {
    if installed::tree(ctx.store.layout(), id).is_none() {
        return ProofStatus::Broken;
    }
    let Some(receipt) = ctx.store.read_receipt(id) else { return ProofStatus::Unproven };
    match &receipt.proof {
        Proof::Sha256 { log: WithoutLog::Pending, .. } => ProofStatus::Pending,
        Proof::Sha256 { log: WithoutLog::Off, .. } => ProofStatus::LogOff,
        Proof::Log { log, record } => match kept::check_record(ctx, id, &receipt, log, record) {
            Err(_) => ProofStatus::Unproven,
            Ok(()) if is_edited(ctx, id, &receipt) => ProofStatus::Edited,
            Ok(()) => ProofStatus::Proven,
        },
    }
}

/// Releases before Go 1.21 have no `go.env`, nor have receipts of theirs.
fn is_edited(ctx: &Context, id: &ToolchainId, receipt: &Receipt) -> bool {
    let Some(installed) = receipt.tree.go_env else { return false };
    let found = files::read(&ctx.goroot(id).join(GO_ENV));
    found.map(|content| Sha256Digest::of(&content)).ok() != Some(installed)
}
