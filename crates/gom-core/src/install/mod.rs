//! Installs a toolchain, in one sequence: lock; fetch and unpack in staging while the checksum database is
//! asked; prove; publish by one rename. If anything fails before the last step, `toolchains/` is unchanged.

pub mod adopt;
pub mod auto;
pub mod original;
mod outcome;
pub mod ownership;
mod refused;
mod steps;
pub mod uninstall;
mod witness;

pub use outcome::InstallOutcome;
pub use refused::keep_fork_of;
pub(crate) use steps::ask_log;

use gom_select::installed;
use gom_select::toolchain::ToolchainId;

use crate::admission::{self, Asked};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::fetch::log::LogLookup;
use crate::fetch::{self, Fetched, fetch};
use crate::files;
use crate::index::{self, Freshness, PublishedToolchain};
use crate::lockfile::{LockedToolchain, Lockfile};
use crate::locking;
use crate::proof::{self, Accepted, Candidate, LogFailure, Proof, ProofError, WithoutLog};
use crate::report::{Event, Step};
use crate::settings::RequiredProof;
use crate::source::{Sources, sources};
use crate::store::receipt::{Receipt, ReceiptArchive, ReceiptSource, ReceiptSum, ReceiptTree};
use crate::store::{StoreError, leftovers};
use crate::tree::Manifest;
use crate::unpack::ArchiveFormat;
use gom_sumdb::LogRecord;
use steps::{check_required_proof, locked_for, publish_staged, settled};
use witness::Witness;

/// Options of an install.
#[derive(Clone, Copy, Debug)]
pub struct InstallOptions {
    /// Replace an installed toolchain atomically.
    pub force: bool,
    /// Leave out the folders that the checksum database's hash does not cover: api, doc, misc and test.
    pub only_covered: bool,
    /// The command that installs, by its words after `gom`: what a hint names with another version.
    pub verb: &'static str,
}

impl Default for InstallOptions {
    fn default() -> InstallOptions {
        InstallOptions { force: false, only_covered: false, verb: "install" }
    }
}

/// Installs a published toolchain.
pub async fn install(
    ctx: &Context,
    id: &ToolchainId,
    published: &PublishedToolchain,
    how: InstallOptions,
) -> Result<InstallOutcome> {
    install_by(ctx, id, published, Witness::Database, how).await
}

/// Installs a toolchain of a project's `gom.lock`. The proof in the file takes the place of the checksum database's answer;
/// the sums in it can only refuse. One that is installed must have the locked hash.
pub async fn install_locked(
    ctx: &Context,
    lock: &Lockfile,
    toolchain: &LockedToolchain,
    how: InstallOptions,
) -> Result<InstallOutcome> {
    // A false proof stops before anything is fetched.
    locking::prove(ctx, lock, toolchain).await?;
    let index = index::load(ctx, Freshness::Local, &toolchain.id.platform).await?;
    let published = index.get(&toolchain.id).cloned().unwrap_or_default();
    install_by(ctx, &toolchain.id, &published, Witness::Lock(lock, toolchain), how).await
}

async fn install_by(
    ctx: &Context,
    id: &ToolchainId,
    published: &PublishedToolchain,
    witness: Witness<'_>,
    how: InstallOptions,
) -> Result<InstallOutcome> {
    let asked = Asked::Verb(how.verb);
    admission::check_release(ctx, id, asked)?;
    ctx.store.create()?;
    if !how.force && installed::tree(ctx.store.layout(), id).is_some() {
        admission::check_kept(ctx, id, asked)?;
        witness.check_installed(ctx)?;
        finish(ctx, id).await?;
        return Ok(InstallOutcome::Already);
    }
    check_required_proof(ctx)?;
    witness.check_published(published)?;
    let Some(_lock) = locked_for(ctx, id, how.force).await? else {
        admission::check_kept(ctx, id, asked)?;
        witness.check_installed(ctx)?;
        return Ok(InstallOutcome::Already);
    };
    note_broken(ctx, id, how);
    let sources = sources(ctx, id, published)?;
    let result = fetch_and_publish(ctx, id, &sources, witness, how).await;
    ctx.reporter.event(Event::Finished(id));
    let receipt = result?;
    settled(ctx).await?;
    // The places and the proof were chosen by it, unless it only reports.
    admission::check_kept(ctx, id, asked)?;
    Ok(InstallOutcome::Now(Box::new(receipt)))
}

/// Finishes what a killed gom left undone of an installed toolchain: its place, its links, and files that wait to be
/// deleted. The toolchain is usable without that, so a failure is only a warning.
pub async fn finish(ctx: &Context, id: &ToolchainId) -> Result<()> {
    match finish_unfinished(ctx, id).await {
        Err(StoreError::Cancelled(cancelled)) => Err(cancelled.into()),
        Err(error) => {
            let text = format!("can't finish what an interrupted gom left of {id}: {error}");
            ctx.reporter.event(Event::Warning(text));
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

async fn finish_unfinished(ctx: &Context, id: &ToolchainId) -> std::result::Result<(), StoreError> {
    let work = ctx.store_work();
    // Only the owner of a store changes it.
    if ctx.store.is_of_other().is_some() || !leftovers::is_unfinished(work, id)? {
        return Ok(());
    }
    ctx.store.create()?;
    leftovers::sweep(work).await?;
    let _lock = ctx.store.lock_toolchain(id, &*ctx.reporter, &ctx.cancel).await?;
    leftovers::recover(work, id).await?;
    ctx.store.refresh_links(&ctx.platform, &ctx.cancel).await
}

/// Reports that a broken folder with the toolchain's name is replaced.
fn note_broken(ctx: &Context, id: &ToolchainId, how: InstallOptions) {
    let place = ctx.store.layout().toolchain(id);
    if !how.force && files::is_taken(&place) {
        let text =
            format!("`{}` is broken: it has no go program or no VERSION; it is replaced", place.display());
        ctx.reporter.event(Event::Note(text));
    }
}

async fn fetch_and_publish(
    ctx: &Context,
    id: &ToolchainId,
    sources: &Sources,
    witness: Witness<'_>,
    how: InstallOptions,
) -> Result<Receipt> {
    let neighbour = fetch::neighbour(ctx, id);
    let (fetched, log) = fetch_and_ask(ctx, id, sources, neighbour.as_ref(), witness).await?;
    let may_be_damaged = fetched.as_ref().is_ok_and(|fetched| fetched.archive.resumed);
    let is_last = !may_be_damaged;
    let proven = fetched.and_then(|fetched| prove(ctx, id, fetched, &log, is_last));
    let proven = match proven {
        // Part of it came from an earlier try, another place or an installed toolchain. One clean try shows
        // whether a damaged part or the place is to blame.
        Err(error) if may_be_damaged && error.is_about_content() => {
            ctx.reporter.event(Event::Detail(format!("{error}; fetching it again")));
            let fetched = fetch(ctx, id, sources, None, &ctx.cancel).await?;
            prove(ctx, id, fetched, &log, true)
        }
        proven => proven,
    };
    match (proven, log) {
        (Ok((fetched, receipt)), _) => {
            witness.check_archive(&fetched)?;
            publish(ctx, id, fetched, receipt, how).await
        }
        // Only the log could have proven it, so the log's own failure says more.
        (Err(Error::Proof(ProofError::Nothing { .. })), LogLookup::Unknown { log, error }) => {
            Err(LogFailure { id: id.clone(), log, source: error }.into())
        }
        (Err(error), _) => Err(error),
    }
}

/// Fetches the archive and asks the checksum database at the same time. If the log refuses, fetching is
/// stopped and waited for: staging may be removed only when nobody writes there any more.
async fn fetch_and_ask(
    ctx: &Context,
    id: &ToolchainId,
    sources: &Sources,
    neighbour: Option<&ToolchainId>,
    witness: Witness<'_>,
) -> Result<(Result<Fetched>, LogLookup)> {
    let cancel = ctx.cancel.child();
    let fetching = fetch(ctx, id, sources, neighbour, &cancel);
    let asking = witness.ask(ctx, id);
    tokio::pin!(fetching, asking);
    tokio::select! {
        fetched = &mut fetching => {
            ctx.reporter.event(Event::Step(id, Step::Proving));
            Ok((fetched, asking.await?))
        }
        log = &mut asking => {
            if log.is_err() {
                cancel.cancel();
            }
            let fetched = fetching.await;
            Ok((fetched, log?))
        }
    }
}

/// Decides about the tree in staging, and removes from it what nothing proves. Evidence is kept only of the
/// last try.
fn prove(
    ctx: &Context,
    id: &ToolchainId,
    mut fetched: Fetched,
    log: &LogLookup,
    is_last: bool,
) -> Result<(Fetched, Receipt)> {
    let h1 = fetched.manifest.h1(id);
    let decided = proof::decide(&Candidate {
        id,
        sha256: fetched.archive.sha256,
        published: fetched.archive.source.sha256,
        h1: &h1,
        log: log.answer(),
        log_required: ctx.settings.proof.value == RequiredProof::Log,
    });
    let accepted = decided.inspect_err(|error| {
        if is_last && error.is_about_content() {
            refused::keep(ctx, id, &fetched, &h1, log.record(), error);
        }
    })?;
    // This check comes last, because a failed proof explains a changed archive better.
    fetched.check_program(id)?;
    let notes = notes(ctx, id, &mut fetched, &accepted)?;
    let receipt = fetched.receipt(id, h1, accepted.proof, notes);
    Ok((fetched, receipt))
}

/// Returns the notes about what is unusual in an accepted toolchain. They are reported once and kept in the
/// receipt.
fn notes(ctx: &Context, id: &ToolchainId, fetched: &mut Fetched, accepted: &Accepted) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    if let (Some(found), Some((published, by)), false) =
        (fetched.archive.sha256, fetched.archive.source.sha256, accepted.whole_archive)
    {
        notes.push(format!(
            "the archive of {id} was repacked: its sha256 is {found}, {by} has {published}; its files \
             match the checksum database"
        ));
    }
    if !accepted.whole_archive && fetched.remove_uncovered()? {
        notes.push(format!("installed {id} without api, doc, misc and test, which can't be proven here"));
    }
    if let Proof::Sha256 { log: WithoutLog::Pending, .. } = accepted.proof {
        let spec = id.as_argument(&ctx.platform);
        notes.push(format!(
            "the checksum database can't be asked now, so {id} is proven by its published sha256 alone; \
             run `gom verify {spec}` later"
        ));
    }
    for note in &notes {
        ctx.reporter.event(Event::Note(note.clone()));
    }
    // Already reported during the fetch; only record it here.
    notes.extend(fetched.archive.note.take());
    Ok(notes)
}

async fn publish(
    ctx: &Context,
    id: &ToolchainId,
    mut fetched: Fetched,
    mut receipt: Receipt,
    how: InstallOptions,
) -> Result<Receipt> {
    ctx.cancel.check()?;
    if how.only_covered && fetched.remove_uncovered()? {
        receipt.notes.push(format!("{id} was installed without api, doc, misc and test"));
    }
    let (staging, manifest) = fetched.into_staged();
    publish_staged(ctx, id, staging, receipt, &manifest).await
}

impl Fetched {
    fn receipt(&self, id: &ToolchainId, h1: String, proof: Proof, notes: Vec<String>) -> Receipt {
        let archive = &self.archive;
        let source = ReceiptSource { place: archive.source.label.clone(), url: archive.url.clone() };
        let archive = ReceiptArchive {
            size: archive.size,
            sha256: archive.sha256,
            published: archive.source.sha256.map(|(sha256, by)| ReceiptSum { sha256, by }),
        };
        Receipt::new(id, (source, archive), ReceiptTree::new(h1, &self.manifest), proof, notes)
    }
}

/// Returns the list of a toolchain's files, from its module zip, proven by the checksum database. Installs
/// nothing. Fails if the database has no record of it or no proxy has the zip.
pub async fn proven_manifest(ctx: &Context, id: &ToolchainId) -> Result<(Manifest, LogRecord)> {
    ctx.store.create()?;
    let _lock = ctx.store.lock_toolchain(id, &*ctx.reporter, &ctx.cancel).await?;
    leftovers::recover(ctx.store_work(), id).await?;
    let mut sources = sources(ctx, id, &PublishedToolchain::default())?;
    sources.places.retain(|place| place.format == ArchiveFormat::ModuleZip);
    let fetched = fetch_and_ask(ctx, id, &sources, None, Witness::Database).await;
    ctx.reporter.event(Event::Finished(id));
    let (fetched, log) = fetched?;
    let fetched = fetched?;
    if let LogLookup::Unknown { log, error } = log {
        return Err(LogFailure { id: id.clone(), log, source: error }.into());
    }
    let (fetched, receipt) = prove(ctx, id, fetched, &log, true)?;
    match receipt.proof {
        Proof::Log { record, .. } => Ok((fetched.manifest, record)),
        // No sum is published for a module zip.
        Proof::Sha256 { .. } => {
            Err(Error::Internal(format!("{id} was proven without the checksum database")))
        }
    }
}
