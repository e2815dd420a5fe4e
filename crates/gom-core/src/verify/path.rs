//! Verifies any Go tree, whatever installed it. The record comes from the store's receipt of the same
//! toolchain, else from the checksum database. Only files that the database's hash covers are compared: there
//! is no proven list of the others.

use std::path::Path;

use gom_select::explain::{ErrorKind, Explain};
use gom_select::platform::Platform;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;

use super::kept::{self, KeptList};
use super::outcome::VerifyOutcome;
use super::verified::{Authority, Verified, hash, outcome_of};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::fetch::log::LogLookup;
use crate::install::{ask_log, proven_manifest};
use crate::proof::LogFailure;
use crate::report::Event;
use crate::tree::{GoTree, Manifest, TreeOnDisk, differences};

/// A tree to verify.
#[derive(Clone, Copy, Debug)]
pub struct PathRequest<'a> {
    /// Its folder.
    pub dir: &'a Path,
    /// The version it must be, if the user named one.
    pub version: Option<&'a GoVersion>,
    /// The platform it is for, if the user named one.
    pub platform: Option<&'a Platform>,
    /// Whether the module may be fetched to name the files that differ.
    pub may_fetch: bool,
}

/// Verifies the Go tree in a folder. If it differs and the store has no list of that toolchain's files, the
/// module is fetched and proven to tell which files differ, if that is allowed.
pub async fn verify_path(ctx: &Context, request: PathRequest<'_>) -> Result<Verified> {
    let tree = GoTree::open(request.dir, request.version, request.platform)?;
    let verified = |outcome| Verified::without_comparison(&tree.id, tree.root.clone(), outcome);
    if let Some(found) = &tree.other_version {
        return Ok(verified(VerifyOutcome::OtherVersion(found.toolchain_name())));
    }
    let (found, authority) = tokio::join!(hash(ctx, &tree.root), authority(ctx, &tree.id));
    let authority = match authority? {
        Ok(authority) => authority,
        Err(outcome) => return Ok(verified(outcome)),
    };
    let mut verified = verified(VerifyOutcome::Proven);
    let found = tree.as_published(found?, &mut verified.notes);
    verified.note_of_finder(&found);
    let covered = found.clone().into_covered();
    let left_out = found.files.files().len() - covered.files.files().len();
    if left_out > 0 {
        verified.notes.push(format!(
            "{left_out} files in api, doc, misc and test are not covered by the checksum database and were not compared"
        ));
    }
    verified.files = covered.files.files().len();
    compare(ctx, &mut verified, &authority, &covered, request.may_fetch).await?;
    verified.authority = Some(authority);
    Ok(verified)
}

/// Returns the proven record of the toolchain.
async fn authority(ctx: &Context, id: &ToolchainId) -> Result<std::result::Result<Authority, VerifyOutcome>> {
    if let Some(authority) = kept::proven_record(ctx, id) {
        return Ok(Ok(authority));
    }
    match ask_log(ctx, id).await? {
        LogLookup::Record { log, record } => Ok(Ok(Authority { log, record })),
        LogLookup::Off(origin) => Ok(Err(VerifyOutcome::LogOff(origin))),
        LogLookup::Unknown { log, error } => Err(LogFailure { id: id.clone(), log, source: error }.into()),
    }
}

async fn compare(
    ctx: &Context,
    verified: &mut Verified,
    authority: &Authority,
    found: &TreeOnDisk,
    may_fetch: bool,
) -> Result<()> {
    if found.has_h1(&verified.id, &authority.record.h1) {
        return Ok(());
    }
    verified.outcome = VerifyOutcome::ChangedSomewhere;
    match proven_list(ctx, &verified.id, authority, may_fetch).await {
        Ok(Some(list)) => {
            verified.differences = differences(&list, found);
            verified.outcome = outcome_of(&verified.differences);
        }
        Ok(None) => {}
        // The tree differs even if the files can't be named.
        Err(error) if error.kind() == ErrorKind::Network => {
            verified.notes.push(format!("the files that differ can't be named: {error}"));
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Returns the list of the toolchain's files: the store's, else that of the module if it may be fetched.
async fn proven_list(
    ctx: &Context,
    id: &ToolchainId,
    authority: &Authority,
    may_fetch: bool,
) -> Result<Option<Manifest>> {
    let Authority { log, record } = authority;
    if let KeptList::Right(list) = kept::list(ctx, id, &record.h1) {
        return Ok(Some(list.into_covered()));
    }
    if !may_fetch || ctx.settings.offline.value {
        return Ok(None);
    }
    ctx.reporter.event(Event::Note(format!(
        "the tree is not the {id} that {log} records; fetching that to name the files that differ"
    )));
    let (list, proven) = proven_manifest(ctx, id).await?;
    if proven.h1 != record.h1 {
        // One of the two is a record of a log whose key this gom learned only now.
        return Err(Error::Internal(format!("{id} has two records: {} and {}", record.h1, proven.h1)));
    }
    Ok(Some(list.into_covered()))
}
