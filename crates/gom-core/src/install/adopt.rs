//! Takes over a toolchain that another program put on this machine: its files are cloned or copied into staging, hashed
//! there, and proven by the checksum database, as if they had been downloaded. The source is never changed.

use std::path::{Path, PathBuf};

use gom_select::toolchain::ToolchainId;

use super::outcome::InstallOutcome;
use super::steps::{ask_log, check_required_proof, locked_for, publish_staged, settled};
use crate::admission::{Asked, check_release, check_source};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::fetch::log::LogLookup;
use crate::files;
use crate::policy::{self, PolicySource};
use crate::proof::{self, ArchiveSum, Candidate, LogFailure, Proof, ProofError};
use crate::report::Event;
use crate::settings::RequiredProof;
use crate::store::StoreError;
use crate::store::receipt::{Receipt, ReceiptArchive, ReceiptSource, ReceiptTree};
use crate::store::staging::Staging;
use crate::tree::{FileSum, GoTree, GoTreeError, Manifest};
use crate::unpack::{self, UnpackError};
use gom_sumdb::LogError;

/// The name of the place in a receipt.
pub const PLACE: &str = policy::IMPORT;

/// The toolchain that a folder says it has, and its GOROOT with links resolved.
pub fn identify(dir: &Path) -> std::result::Result<(ToolchainId, PathBuf), GoTreeError> {
    let tree = GoTree::open(dir, None, None)?;
    Ok((tree.id, tree.root))
}

/// What [`adopt`] did.
#[derive(Clone, Debug)]
pub struct Adopted {
    /// Whether the toolchain was installed now.
    pub outcome: InstallOutcome,
    /// What no release has and stays there: programs in the folder's `bin`, and the folders of a GOPATH.
    pub left_behind: Vec<String>,
}

/// Whether [`adopt`] would take over the toolchain in a folder, and what it would leave behind. `None` if the
/// files are not as published, or not those of the installed toolchain of this version. Changes nothing.
pub async fn is_adoptable(ctx: &Context, dir: &Path) -> Result<Option<Vec<String>>> {
    let tree = GoTree::open(dir, None, None)?;
    check_admission(ctx, &tree.id)?;
    let (id, cancel, of_gopath) = (tree.id.clone(), ctx.cancel.clone(), tree.of_gopath());
    let hashing = async {
        let sums = tokio::task::spawn_blocking(move || tree.sums(&cancel)).await;
        Ok::<_, Error>(sums.map_err(|error| Error::Internal(error.to_string()))??)
    };
    let (sums, log) = tokio::join!(hashing, known_or_asked(ctx, &id));
    let (sums, log) = (sums?, log?);
    // No release has a file that is too large to hash.
    let Some(sums) = sums else { return Ok(None) };
    let (kept, mut others) = without_other_programs(sums, &log, &id);
    others.extend(of_gopath);
    match decide(ctx, &id, &Manifest::new(kept), log) {
        Ok(_) => Ok(Some(others)),
        Err(error) if is_of_edited(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Fails if the machine's policy does not let it be taken over.
fn check_admission(ctx: &Context, id: &ToolchainId) -> Result<()> {
    check_release(ctx, id, Asked::Verb("install"))?;
    check_source(ctx, id, &PolicySource::Import)
}

/// The record of an installed toolchain, which needs no network; else the checksum database's answer.
async fn known_or_asked(ctx: &Context, id: &ToolchainId) -> Result<LogLookup> {
    match ctx.store.read_receipt(id).map(|receipt| receipt.proof) {
        Some(Proof::Log { log, record }) => Ok(LogLookup::Record { log, record }),
        _ => ask_log(ctx, id).await,
    }
}

/// Whether [`adopt`] failed because the files are not those of the release.
pub fn is_of_edited(error: &Error) -> bool {
    matches!(error, Error::Proof(ProofError::WrongTree { .. }) | Error::Unpack(UnpackError::TooLarge { .. }))
}

/// Whether the checksum database has no such release. It has none before Go 1.21.
pub fn is_without_record(error: &Error) -> bool {
    matches!(error, Error::Log(LogFailure { source: LogError::NotFound { .. }, .. }))
}

/// Takes over the toolchain in a folder. Fails if its files are not those that the checksum database
/// recorded; programs that somebody put into its `bin`, and a GOPATH in it, are left behind.
pub async fn adopt(ctx: &Context, dir: &Path) -> Result<Adopted> {
    let tree = GoTree::open(dir, None, None)?;
    let id = tree.id.clone();
    check_admission(ctx, &id)?;
    ctx.store.create()?;
    check_required_proof(ctx)?;
    let Some(_lock) = locked_for(ctx, &id, false).await? else {
        return Ok(Adopted { outcome: InstallOutcome::Already, left_behind: Vec::new() });
    };
    let result = copy_and_publish(ctx, &tree).await;
    ctx.reporter.event(Event::Finished(&id));
    let (receipt, left_behind) = result?;
    settled(ctx).await?;
    Ok(Adopted { outcome: InstallOutcome::Now(Box::new(receipt)), left_behind })
}

async fn copy_and_publish(ctx: &Context, tree: &GoTree) -> Result<(Receipt, Vec<String>)> {
    let (id, staging) = (&tree.id, Staging::new(&ctx.store, &tree.id)?);
    let copying = async {
        let files = tree.files_to_copy(&ctx.cancel)?;
        Ok::<_, Error>(unpack::copy(files, tree.root.clone(), staging.tree(), &ctx.cancel).await?)
    };
    let (copied, log) = tokio::join!(copying, ask_log(ctx, id));
    let (copied, log) = (copied?, log?);
    let (kept, mut others) = without_other_programs(copied, &log, id);
    for name in &others {
        files::remove(&staging.tree().join(name)).map_err(StoreError::from)?;
    }
    others.extend(tree.of_gopath());
    let manifest = Manifest::new(kept);
    let proof = decide(ctx, id, &manifest, log)?;
    unpack::check_version(&staging.tree(), id)?;
    unpack::check_program(&staging.tree(), id)?;
    let receipt = receipt(tree, &manifest, proof, &others);
    Ok((publish_staged(ctx, id, staging, receipt, &manifest).await?, others))
}

/// Decides about the files. Only the checksum database can prove them, as there is no archive.
fn decide(ctx: &Context, id: &ToolchainId, manifest: &Manifest, log: LogLookup) -> Result<Proof> {
    let h1 = manifest.h1(id);
    let decided = proof::decide(&Candidate {
        id,
        sha256: None,
        published: None,
        h1: &h1,
        log: log.answer(),
        log_required: ctx.settings.proof.value == RequiredProof::Log,
    });
    match (decided, log) {
        (Err(ProofError::Nothing { .. }), LogLookup::Unknown { log, error }) => {
            Err(LogFailure { id: id.clone(), log, source: error }.into())
        }
        // The hash can't tell `_go.mod` from `go.mod`, and no release has the former.
        (Ok(_), LogLookup::Record { log, record }) if !manifest.has_h1(id, &record.h1) => {
            let found = format!("{h1} by files with other names");
            let (id, recorded, archive) = (id.clone(), record.h1, ArchiveSum::Unknown);
            Err(ProofError::WrongTree { id, found, recorded, log, archive }.into())
        }
        (decided, _) => Ok(decided?.proof),
    }
}

/// Leaves out programs in `bin` that no release has, if the checksum database recorded the rest: mise and others let `go
/// install` put programs there.
fn without_other_programs(
    files: Vec<FileSum>,
    log: &LogLookup,
    id: &ToolchainId,
) -> (Vec<FileSum>, Vec<String>) {
    let is_other = |file: &FileSum| {
        let program = file.name.strip_prefix("bin/");
        program.is_some_and(|name| !matches!(name, "go" | "gofmt" | "go.exe" | "gofmt.exe"))
    };
    let (others, rest): (Vec<FileSum>, Vec<FileSum>) = files.iter().cloned().partition(is_other);
    let is_recorded = log.record().is_some_and(|record| Manifest::new(rest.clone()).h1(id) == record.h1);
    if others.is_empty() || !is_recorded {
        return (files, Vec::new());
    }
    (rest, others.into_iter().map(|file| file.name).collect())
}

fn receipt(tree: &GoTree, manifest: &Manifest, proof: Proof, others: &[String]) -> Receipt {
    let note = format!("left behind in {}: {}", tree.root.display(), others.join(", "));
    let source = ReceiptSource { place: PLACE.to_owned(), url: tree.root.display().to_string() };
    let archive = ReceiptArchive { size: 0, sha256: None, published: None };
    let notes = if others.is_empty() { Vec::new() } else { vec![note] };
    let tree_of = ReceiptTree::new(manifest.h1(&tree.id), manifest);
    Receipt::new(&tree.id, (source, archive), tree_of, proof, notes)
}
