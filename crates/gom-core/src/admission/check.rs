//! The questions about a toolchain, and what becomes of an answer.

use std::path::Path;

use gom_select::installed;
use gom_select::linked::{self, LinkedTree};
use gom_select::select::{self, SelectError, Selected, Selection};
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;

use super::hint::{self, Asked};
use super::judge::Judge;
use super::violation::{Cure, Violation};
use crate::context::Context;
use crate::error::Result;
use crate::go_command::GoCommand;
use crate::policy::{MachinePolicy, Policy, PolicyError, PolicyMode, PolicySource, RefusedByPolicy};
use crate::report::Event;

/// A rule that something breaks, and what it is.
pub(super) struct Offence {
    what: String,
    violation: Violation,
}

/// Fails if the policy does not let a release be installed.
pub fn check_release(ctx: &Context, id: &ToolchainId, asked: Asked<'_>) -> Result<()> {
    let judge = match judge(ctx) {
        Ok(Some(judge)) => judge,
        Ok(None) => return Ok(()),
        Err(bad) => return settle(ctx, bad),
    };
    let Some(violation) = judge.release(&id.version, &id.platform)? else { return Ok(()) };
    // Where a file here, the default or a variable names the release, installing another one changes nothing.
    let named_here = match (&violation.cure, asked) {
        (Cure::Another(Some(other)), Asked::Verb("install")) if id.is_for(&ctx.platform) => {
            hint::origin_here(ctx, &id.version).map(|origin| hint::instead(other, &origin))
        }
        _ => None,
    };
    let hint = named_here.unwrap_or_else(|| hint::hint(&violation, asked));
    settle(ctx, with_hint(judge.policy, Offence::of(id, violation), hint))
}

/// Fails if the policy does not let an installed toolchain be used.
pub fn check_installed(ctx: &Context, id: &ToolchainId, asked: Asked<'_>) -> Result<()> {
    check(ctx, asked, |judge| Ok(judge.installed(id)?.map(|violation| Offence::of(id, violation))))
}

/// Fails if the policy does not accept what has proven an installed toolchain, or where it came from.
pub fn check_kept(ctx: &Context, id: &ToolchainId, asked: Asked<'_>) -> Result<()> {
    check(ctx, asked, |judge| Ok(judge.kept(id).map(|violation| Offence::of(id, violation))))
}

/// Fails if the policy does not let a linked toolchain be used.
pub fn check_linked(ctx: &Context, tree: &LinkedTree, asked: Asked<'_>) -> Result<()> {
    check_selected(ctx, &tree.clone().into(), asked)
}

/// Fails if the policy does not let a GOROOT with this version be linked.
pub fn check_goroot(
    ctx: &Context,
    goroot: &Path,
    version: Option<&GoVersion>,
    asked: Asked<'_>,
) -> Result<()> {
    let what = format!("`{}`", goroot.display());
    check(ctx, asked, |judge| {
        Ok(judge.other_go("it is not one of gom's", version)?.map(|violation| Offence { what, violation }))
    })
}

/// Fails if the policy does not let a program of a Go be used that gom does not manage.
pub fn check_system(ctx: &Context, go: &Path, asked: Asked<'_>) -> Result<()> {
    check_selected(ctx, &Selected::System { go: go.to_path_buf() }, asked)
}

fn check_selected(ctx: &Context, selected: &Selected, asked: Asked<'_>) -> Result<()> {
    check(ctx, asked, |judge| {
        judge.selected(selected).map(|found| found.map(|it| Offence::of_selected(selected, it)))
    })
}

/// Fails if the policy does not let what was selected run, or the go command would get another toolchain that no rule has
/// looked at.
pub fn check_selection(ctx: &Context, selection: &Selection) -> Result<()> {
    match selection_refusal(ctx, selection)? {
        Some(refusal) => settle(ctx, refusal),
        None => Ok(()),
    }
}

/// The go command that runs here, if the policy lets it run.
pub fn allowed_go(ctx: &Context) -> Result<GoCommand> {
    let selection = ctx.with_situation(select::select)?;
    check_selection(ctx, &selection)?;
    Ok(GoCommand::of(&selection, &ctx.platform))
}

/// What the policy says against a selection, whether it forbids or only reports.
pub fn selection_refusal(ctx: &Context, selection: &Selection) -> Result<Option<PolicyError>> {
    let judge = match judge(ctx) {
        Ok(Some(judge)) => judge,
        Ok(None) => return Ok(None),
        Err(bad) => return Ok(Some(bad)),
    };
    let asked = Asked::Selection(selection);
    if let Some(violation) = judge.selected(&selection.toolchain)? {
        return Ok(Some(refused(judge.policy, Offence::of_selected(&selection.toolchain, violation), asked)));
    }
    if ctx.policy.allows_downloads() {
        return Ok(None);
    }
    let download = judge.download(selection)?;
    Ok(download.map(|(what, asked_by, violation)| {
        let hint = hint::of_download(&violation, &asked_by);
        with_hint(judge.policy, Offence { what, violation }, hint)
    }))
}

/// Fails if the policy does not let a toolchain come from a place that is not one of archives.
pub fn check_source(ctx: &Context, id: &ToolchainId, source: &PolicySource) -> Result<()> {
    check(ctx, Asked::Verb("install"), |judge| {
        Ok(judge.source(source).map(|violation| Offence::of(id, violation)))
    })
}

/// Why an installed toolchain can't be used; `None` if it can, or the policy only reports.
pub fn refusal(ctx: &Context, id: &ToolchainId, asked: Asked<'_>) -> Result<Option<PolicyError>> {
    match judge(ctx) {
        Ok(Some(judge)) if judge.policy.mode == PolicyMode::Enforce => {
            let violation = judge.installed(id)?;
            Ok(violation.map(|violation| refused(judge.policy, Offence::of(id, violation), asked)))
        }
        Ok(_) => Ok(None),
        Err(bad) => Ok(stops(ctx, &bad).then_some(bad)),
    }
}

/// What the policy says against each installed toolchain and each linked one, whether it forbids or only reports.
pub fn all_refusals(ctx: &Context) -> Result<Vec<PolicyError>> {
    let judge = match judge(ctx) {
        Ok(Some(judge)) => judge,
        Ok(None) => return Ok(Vec::new()),
        Err(bad) => return Ok(vec![bad]),
    };
    let mut found = Vec::new();
    for selected in selectable(ctx)? {
        if let Some(violation) = judge.selected(&selected)? {
            found.push(refused(
                judge.policy,
                Offence::of_selected(&selected, violation),
                Asked::Verb("install"),
            ));
        }
    }
    Ok(found)
}

/// Everything of this store that a selection could run.
pub(super) fn selectable(ctx: &Context) -> std::result::Result<Vec<Selected>, SelectError> {
    let layout = ctx.store.layout();
    let mut all: Vec<Selected> = installed::all(layout)?.into_iter().map(Selected::from).collect();
    // A linked one that can't be read is not selected.
    all.extend(linked::all(layout).unwrap_or_default().into_iter().map(Selected::from));
    Ok(all)
}

/// Whether this error stops a command.
pub(super) fn stops(ctx: &Context, error: &PolicyError) -> bool {
    match error {
        PolicyError::Refused(_) => ctx.policy.enforced().is_some(),
        PolicyError::Unusable(bad) => bad.mode == PolicyMode::Enforce,
    }
}

/// The judge of this machine; `None` without a policy. The error is a policy that can't be used.
pub(super) fn judge(ctx: &Context) -> std::result::Result<Option<Judge<'_>>, PolicyError> {
    match &ctx.policy {
        MachinePolicy::Absent => Ok(None),
        MachinePolicy::Applies(policy) => Ok(Some(Judge::new(ctx, policy))),
        MachinePolicy::Unusable(bad) => Err((**bad).clone().into()),
    }
}

fn check(
    ctx: &Context,
    asked: Asked<'_>,
    offence: impl FnOnce(&Judge<'_>) -> Result<Option<Offence>>,
) -> Result<()> {
    match judge(ctx) {
        Ok(None) => Ok(()),
        Ok(Some(judge)) => match offence(&judge)? {
            Some(offence) => settle(ctx, refused(judge.policy, offence, asked)),
            None => Ok(()),
        },
        Err(bad) => settle(ctx, bad),
    }
}

/// Returns the error, or reports it if the policy only reports.
pub(super) fn settle(ctx: &Context, error: PolicyError) -> Result<()> {
    if stops(ctx, &error) {
        return Err(error.into());
    }
    ctx.reporter.event(Event::Warning(format!("{error}; it goes on, as the policy only reports")));
    Ok(())
}

impl Offence {
    fn of(id: &ToolchainId, violation: Violation) -> Offence {
        Offence { what: id.to_string(), violation }
    }

    pub(super) fn of_selected(selected: &Selected, violation: Violation) -> Offence {
        let what = match selected {
            Selected::Installed { id, .. } => id.to_string(),
            Selected::Linked { name, goroot, .. } => {
                format!("the linked Go `{name}`, `{}`,", goroot.display())
            }
            Selected::System { go } => format!("`{}`, a Go that is not gom's,", go.display()),
        };
        Offence { what, violation }
    }
}

/// The error about an offence, with what to run.
pub(super) fn refused(policy: &Policy, offence: Offence, asked: Asked<'_>) -> PolicyError {
    let hint = hint::hint(&offence.violation, asked);
    with_hint(policy, offence, hint)
}

fn with_hint(policy: &Policy, offence: Offence, hint: String) -> PolicyError {
    let Offence { what, violation } = offence;
    let Violation { reason, rule, .. } = violation;
    RefusedByPolicy { what, reason, file: policy.file.clone(), rule, hint }.into()
}
