//! The older patches that nothing here needs after an upgrade.
//!
//! Invariant: what the default, the pin of the working directory or Go's own rules there mean is never among them, nor
//! what a known project needs, nor a toolchain of another store, nor one of a line whose upgrade failed.

use std::collections::BTreeSet;

use gom_select::select::{self, Selected, Selection, VersionOrigin, WantedToolchain};
use gom_select::spec::{PlatformSpec, Spec};
use gom_select::toolchain::ToolchainId;
use gom_select::used::UsedToolchain;

use super::plan::{LineOfPlatform, PlannedEdit, UpgradePlan};
use crate::context::Context;
use crate::error::Result;
use crate::usage::{self, ProjectState, Usage};

/// An installed toolchain of which a newer patch is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldToolchain {
    /// The toolchain.
    pub id: ToolchainId,
    /// The size of its files; `None` if its receipt does not tell.
    pub bytes: Option<u64>,
}

/// Whether a plan was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanState {
    /// Not yet: everything in it counts as done.
    Planned,
    /// Yes: only what is in the store and in the files counts.
    Done,
}

/// Returns the installed toolchains that nothing here needs after the plan.
pub fn old_after(ctx: &Context, plan: &UpgradePlan, state: PlanState) -> Result<Vec<OldToolchain>> {
    let installed: BTreeSet<ToolchainId> = ctx.installed()?.into_iter().collect();
    let mut after = installed.clone();
    let (mut default, mut pin) = (None, None);
    if state == PlanState::Planned {
        after.extend(plan.installs.iter().map(|planned| planned.id.clone()));
        (default, pin) = (plan.default.as_ref(), plan.pin_edit());
    }
    let needed = needed(ctx, default, pin, &after)?;
    let failed = plan.installs.iter().map(|planned| &planned.id).filter(|id| !after.contains(*id));
    let failed: Vec<&ToolchainId> = failed.collect();
    let lines = plan.lines.iter().filter(|line| !failed.iter().any(|id| is_of(ctx, line, id)));
    let lines: Vec<&LineOfPlatform> = lines.collect();
    let is_old = |id: &&ToolchainId| {
        !needed.contains(*id)
            && ctx.other_store(id).is_none()
            && lines.iter().any(|line| is_replaced(ctx, line, id, &after))
    };
    let mut old: BTreeSet<ToolchainId> = installed;
    if state == PlanState::Done {
        // An earlier upgrade could not remove it whole.
        old.extend(ctx.lacking_files()?);
    }
    let old = old.iter().rev().filter(is_old).map(|id| OldToolchain {
        id: id.clone(),
        bytes: ctx.store.read_receipt(id).and_then(|receipt| receipt.tree.bytes),
    });
    Ok(old.collect())
}

/// Whether a toolchain is of a line.
pub(super) fn is_of(ctx: &Context, (platform, line): &LineOfPlatform, id: &ToolchainId) -> bool {
    let has_platform = match platform {
        Some(named) => id.platform == *named,
        None => id.is_for(&ctx.platform),
    };
    has_platform && line.contains(&id.version)
}

/// Whether a toolchain is of a line, and older than the newest release of it.
fn is_replaced(ctx: &Context, line: &LineOfPlatform, id: &ToolchainId, all: &BTreeSet<ToolchainId>) -> bool {
    let of_line = all.iter().filter(|id| is_of(ctx, line, id));
    let newest = Spec::Line(line.1.clone()).newest(of_line, |id| &id.version);
    is_of(ctx, line, id) && newest.is_some_and(|newest| newest.version > id.version)
}

/// The toolchains that the default, the pin and Go's own rules here mean after these edits.
fn needed(
    ctx: &Context,
    default: Option<&PlannedEdit>,
    pin: Option<&PlannedEdit>,
    after: &BTreeSet<ToolchainId>,
) -> Result<BTreeSet<ToolchainId>> {
    let of_default = select::wanted_by_default(ctx.store.layout())?;
    let of_pin = ctx.with_situation(select::wanted_by_files)?;
    let requests: Vec<PlatformSpec> = requests(of_default, default).chain(requests(of_pin, pin)).collect();
    let meant = |request: &PlatformSpec| {
        let ids = after.iter().filter(|id| match &request.platform {
            Some(named) => id.platform == *named,
            None => id.is_for(&ctx.platform),
        });
        request.spec.newest(ids, |id| &id.version).cloned()
    };
    let mut needed: BTreeSet<ToolchainId> = requests.iter().filter_map(meant).collect();
    // What a variable or go.mod selects; the rest is in the files above.
    if let Ok(Selection { toolchain: Selected::Installed { id, .. }, origin, .. }) =
        ctx.with_situation(select::select)
        && matches!(origin, VersionOrigin::Environment { .. } | VersionOrigin::Go { .. })
    {
        needed.insert(id);
    }
    needed.extend(needed_by_projects(ctx));
    Ok(needed)
}

/// The toolchains that the files of known projects mean now. If a file can't be read, those that it chose.
fn needed_by_projects(ctx: &Context) -> Vec<ToolchainId> {
    let usage = Usage::read(ctx);
    let mut needed = Vec::new();
    for file in usage.files() {
        let project = usage::look_at(ctx, file);
        needed.extend(project.needs.iter().filter_map(|need| need.toolchain.clone()));
        if matches!(project.state, ProjectState::Unreadable(_)) {
            needed.extend(usage.chosen_by(file).cloned());
        }
    }
    let installed = needed.into_iter().filter_map(|used| match used {
        UsedToolchain::Installed(id) => Some(id),
        UsedToolchain::Linked(_) => None,
    });
    installed.collect()
}

/// What a file asks for after the edit.
fn requests(
    wanted: Option<WantedToolchain>,
    edit: Option<&PlannedEdit>,
) -> impl Iterator<Item = PlatformSpec> {
    let edited = edit.map(|edit| edit.request.clone());
    let entries = wanted.filter(|_| edited.is_none()).into_iter().flat_map(|wanted| wanted.entries);
    entries.map(|entry| entry.request).chain(edited)
}
