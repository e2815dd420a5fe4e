//! Decides what is pruned, and removes it.

use gom_select::installed;
use gom_select::toolchain::ToolchainId;
use gom_select::used::Day;

use super::cached::{self, CachedToolchain};
use super::error::PruneError;
use super::gather::Needs;
use super::options::PruneOptions;
use super::programs::{self, ProgramPlan};
use super::reason::KeepReason;
use crate::context::Context;
use crate::error::Error;
use crate::files;
use crate::install::uninstall::{UninstallLeftovers, uninstall_if};
use crate::usage::{Recording, Usage};

/// What would be pruned.
#[derive(Clone, Debug)]
pub struct PrunePlan {
    /// The toolchains to remove, newest first.
    pub unused: Vec<UnusedToolchain>,
    /// Those that stay, newest first.
    pub kept: Vec<KeptToolchain>,
    /// The toolchains in Go's module cache.
    pub cached: Vec<CachedPlan>,
    /// The programs that `gom x` left in gom's cache, by name.
    pub programs: Vec<ProgramPlan>,
    /// Whether other users can run what is in the store. Their use is not recorded.
    pub is_shared: bool,
    /// What is known of use.
    pub usage: Usage,
}

/// An installed toolchain that nothing needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusedToolchain {
    /// The toolchain.
    pub id: ToolchainId,
    /// The size of its files; `None` if its receipt does not tell.
    pub bytes: Option<u64>,
    /// The last day on which it was used; `None` if no use was recorded.
    pub last_used: Option<Day>,
    /// Whether files of it are missing, so that nothing can run it: an uninstall on a full disk may leave that.
    pub is_broken: bool,
}

/// An installed toolchain that stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptToolchain {
    /// The toolchain.
    pub id: ToolchainId,
    /// The size of its files; `None` if its receipt does not tell.
    pub bytes: Option<u64>,
    /// The last day on which it was used; `None` if no use was recorded.
    pub last_used: Option<Day>,
    /// Why it stays. Never empty.
    pub reasons: Vec<KeepReason>,
}

/// A toolchain of the module cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedPlan {
    /// The toolchain.
    pub cached: CachedToolchain,
    /// Why it stays; empty if nothing needs it.
    pub reasons: Vec<KeepReason>,
}

/// Decides what nothing needs. Changes nothing.
pub fn plan(ctx: &Context, options: PruneOptions) -> Result<PrunePlan, PruneError> {
    let (mut plan, needs) = plan_store(ctx, options)?;
    for cached in cached::list(ctx)? {
        let reasons = needs.of_cached(&cached, &plan.usage, options);
        plan.cached.push(CachedPlan { cached, reasons });
    }
    for id in ctx.lacking_files()?.into_iter().filter(|id| needs.of(id).is_empty()) {
        plan.unused.push(UnusedToolchain { id, bytes: None, last_used: None, is_broken: true });
    }
    plan.programs = programs::plan(ctx, plan.usage.today, options)?;
    Ok(plan)
}

/// Decides it for the toolchains of the store alone, which measures nothing.
pub fn plan_installed(ctx: &Context, options: PruneOptions) -> Result<PrunePlan, PruneError> {
    Ok(plan_store(ctx, options)?.0)
}

fn plan_store(ctx: &Context, options: PruneOptions) -> Result<(PrunePlan, Needs), PruneError> {
    ctx.store.check_layout()?;
    let usage = Usage::read(ctx);
    if options.unused_for > 0 {
        match &usage.recording {
            Recording::Since(_) => {}
            Recording::Off(origin) => return Err(PruneError::RecordingOff(origin.clone())),
            Recording::Nowhere { .. } if !files::is_there(ctx.store.layout().root())? => {}
            Recording::Nowhere { folder, reason } => {
                return Err(PruneError::NotRecorded { folder: folder.clone(), reason: reason.clone() });
            }
        }
    }
    let trees = installed::all(ctx.store.layout()).map_err(gom_select::select::SelectError::from)?;
    let own = trees.into_iter().filter(|tree| tree.other_store.is_none());
    let ids: Vec<ToolchainId> = own.map(|tree| tree.id).collect();
    let needs = Needs::gather(ctx, &ids, &usage, options)?;
    let mut plan = PrunePlan {
        unused: Vec::new(),
        kept: Vec::new(),
        cached: Vec::new(),
        programs: Vec::new(),
        is_shared: is_shared(ctx),
        usage,
    };
    for id in ids {
        let bytes = ctx.store.read_receipt(&id).and_then(|receipt| receipt.tree.bytes);
        let last_used = plan.usage.last_of(&id).map(|last| last.last);
        let reasons = needs.of(&id).to_vec();
        if reasons.is_empty() {
            plan.unused.push(UnusedToolchain { id, bytes, last_used, is_broken: false });
        } else {
            plan.kept.push(KeptToolchain { id, bytes, last_used, reasons });
        }
    }
    Ok((plan, needs))
}

/// Whether the store is meant for others too: it is outside the home folder, and everybody may read it.
fn is_shared(ctx: &Context) -> bool {
    let root = ctx.store.layout().root();
    let is_in_home = ctx.environment.home.as_deref().is_some_and(|home| root.starts_with(home));
    !is_in_home && files::is_readable_by_all(root)
}

/// Removes one toolchain of a plan, if still nothing needs it: that is looked at again under its lock. `None` if
/// something does now.
pub async fn remove(
    ctx: &Context,
    id: &ToolchainId,
    options: PruneOptions,
) -> Result<Option<UninstallLeftovers>, PruneError> {
    let mut failed = None;
    let is_unused = || match plan_store(ctx, options) {
        // Another gom may have removed it, which is no failure.
        Ok(_) if installed::own_tree(ctx.store.layout(), id).is_none() => true,
        Ok((plan, _)) => plan.unused.iter().any(|unused| unused.id == *id),
        Err(error) => {
            failed = Some(error);
            false
        }
    };
    let removed = uninstall_if(ctx, id, is_unused).await.map_err(|error: Error| PruneError::from(error))?;
    match failed {
        Some(error) => Err(error),
        None => Ok(removed),
    }
}
