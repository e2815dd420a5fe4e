//! Verifies a toolchain in the store: first its receipt, then its tree. If the receipt lacks the checksum
//! database's proof and the database proves the tree now, the receipt is completed.

use std::path::PathBuf;

use gom_select::explain::{ErrorKind, Explain};
use gom_select::installed;
use gom_select::toolchain::ToolchainId;

use super::kept::{self, KeptList};
use super::outcome::VerifyOutcome;
use super::verified::{Authority, Verified, hash, outcome_of};
use crate::clock;
use crate::context::Context;
use crate::error::Result;
use crate::fetch::log::LogLookup;
use crate::install::ask_log;
use crate::proof::Proof;
use crate::store::durable;
use crate::store::receipt::{self, KeptReceipt, Receipt};
use crate::tree::{GO_ENV, Manifest, TreeOnDisk, differences};

/// Verifies an installed toolchain. Asks the network only if the receipt has no record of the checksum
/// database. The result has the differences; an error means that the toolchain could not be verified.
pub async fn verify_installed(ctx: &Context, id: &ToolchainId) -> Result<Verified> {
    let goroot = ctx.goroot(id);
    let verified = compare(ctx, id, goroot.clone()).await;
    let is_settled = match &verified {
        Ok(verified) => verified.outcome == VerifyOutcome::Proven,
        Err(error) => error.kind() == ErrorKind::Interrupted,
    };
    if is_settled || installed::tree(ctx.store.layout(), id).is_some() {
        return verified;
    }
    // What is wrong with it is that it is being removed.
    Ok(Verified::without_comparison(id, goroot, VerifyOutcome::Uninstalled))
}

async fn compare(ctx: &Context, id: &ToolchainId, goroot: PathBuf) -> Result<Verified> {
    let receipt = match ctx.store.kept_receipt(id) {
        KeptReceipt::Receipt(receipt) => receipt,
        other => return Ok(Verified::without_comparison(id, goroot, without_receipt(other))),
    };
    let (authority, otherwise) = match authority(ctx, id, &receipt).await? {
        Ok(authority) => (Some(authority), VerifyOutcome::Proven),
        Err(outcome @ (VerifyOutcome::Pending(_) | VerifyOutcome::LogOff(_))) => (None, outcome),
        Err(outcome) => return Ok(Verified::without_comparison(id, goroot, outcome)),
    };
    let found = hash(ctx, &goroot).await?;
    let h1 = authority.as_ref().map_or(&receipt.tree.h1, |authority| &authority.record.h1);
    let list = kept::list(ctx, id, h1);
    let (outcome, differences) = match &list {
        KeptList::Right(files) => {
            let differences = differences(files, &found);
            (outcome_of(&differences), differences)
        }
        KeptList::Wrong => (VerifyOutcome::ForgedList, Vec::new()),
        KeptList::Missing if found.has_h1(id, h1) => (VerifyOutcome::Proven, Vec::new()),
        KeptList::Missing => (VerifyOutcome::ChangedSomewhere, Vec::new()),
    };
    let is_as_published = outcome == VerifyOutcome::Proven;
    let outcome = if is_as_published { otherwise } else { outcome };
    let mut verified = Verified {
        authority,
        files: found.files.files().len(),
        differences,
        ..Verified::without_comparison(id, goroot, outcome)
    };
    verified.note_of_finder(&found);
    if is_as_published {
        write_what_is_missing(ctx, &mut verified, &receipt, &list, &found).await?;
    }
    verified.note_uncovered();
    Ok(verified)
}

fn without_receipt(kept: KeptReceipt) -> VerifyOutcome {
    match kept {
        KeptReceipt::OfAnother(name) => VerifyOutcome::ReceiptOfAnother(name),
        KeptReceipt::Unreadable(reason) => VerifyOutcome::UnreadableReceipt(reason),
        KeptReceipt::Nothing | KeptReceipt::Receipt(_) => VerifyOutcome::NoReceipt,
    }
}

/// Returns the record to verify with: the receipt's if it proves itself, else the database's answer.
async fn authority(
    ctx: &Context,
    id: &ToolchainId,
    receipt: &Receipt,
) -> Result<std::result::Result<Authority, VerifyOutcome>> {
    if let Proof::Log { log, record } = &receipt.proof {
        let checked = kept::check_record(ctx, id, receipt, log, record);
        return Ok(checked.map(|()| Authority { log: log.clone(), record: record.clone() }));
    }
    Ok(match ask_log(ctx, id).await? {
        LogLookup::Record { log, record } => Ok(Authority { log, record }),
        LogLookup::Off(origin) => Err(VerifyOutcome::LogOff(origin)),
        unknown @ LogLookup::Unknown { .. } => Err(VerifyOutcome::Pending(unknown.answer().to_string())),
    })
}

/// Completes the receipt of a tree that the database proves now, and rewrites the list of files if it is
/// missing. If the store can't be written, the tree does not fail.
async fn write_what_is_missing(
    ctx: &Context,
    verified: &mut Verified,
    receipt: &Receipt,
    list: &KeptList,
    found: &TreeOnDisk,
) -> Result<()> {
    let id = &verified.id;
    if ctx.other_store(id).is_some() {
        return Ok(());
    }
    let is_incomplete = matches!(receipt.proof, Proof::Sha256 { .. });
    let (written, what) = match &verified.authority {
        Some(authority) if is_incomplete => {
            let completed = completed(receipt, authority, &found.files);
            (write(ctx, id, receipt, Some(&completed), &found.files).await, "the receipt is complete now")
        }
        Some(_) if matches!(list, KeptList::Missing) => (
            write(ctx, id, receipt, None, &found.files).await,
            "the list of files was missing and has been rewritten",
        ),
        _ => return Ok(()),
    };
    ctx.cancel.check()?;
    verified.notes.push(match written {
        Ok(()) => what.to_owned(),
        Err(error) => format!("what was found can't be kept: {error}"),
    });
    Ok(())
}

fn completed(receipt: &Receipt, authority: &Authority, files: &Manifest) -> Receipt {
    let Authority { log, record } = authority.clone();
    let mut completed = receipt.clone();
    completed.notes.push(format!("proven by the checksum database {log} at {}", clock::now()));
    completed.tree = receipt::ReceiptTree {
        h1: record.h1.clone(),
        files: files.covered_files(),
        go_env: files.sum(GO_ENV),
        ..receipt.tree
    };
    completed.proof = Proof::Log { log, record };
    completed
}

/// Writes under the toolchain's lock, and only if it was not reinstalled meanwhile.
async fn write(
    ctx: &Context,
    id: &ToolchainId,
    read: &Receipt,
    completed: Option<&Receipt>,
    files: &Manifest,
) -> Result<()> {
    let _lock = ctx.store.lock_toolchain(id, &*ctx.reporter, &ctx.cancel).await?;
    if ctx.store.read_receipt(id).as_ref() != Some(read) {
        return Ok(());
    }
    let sync = ctx.settings.sync.value;
    match completed {
        Some(receipt) => ctx.store.write_receipt(id, receipt, files, sync)?,
        None => ctx.store.write_manifest(id, files, sync)?,
    }
    Ok(durable::settle(ctx.store_work(), sync).await?)
}

impl Verified {
    /// Adds a note about differences in files that the hash does not cover.
    fn note_uncovered(&mut self) {
        if self.differences.iter().any(|difference| !difference.covered) {
            self.notes.push(
                "api, doc, misc and test are not covered by the checksum database: their files are compared \
                 with the list of the install, which nobody signed"
                    .to_owned(),
            );
        }
    }
}
