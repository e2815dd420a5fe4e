//! The verdict: what the policy says of every toolchain here, kept in the store for the shim, which knows no rule.
//!
//! The shim asks gom only where the verdict does not tell: the policy or the day is another, or the toolchain is new. A
//! verdict is never needed: where it can't be kept, gom runs the program itself, each time.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use gom_select::explain::Explain;
use gom_select::policy::{
    POLICY_FILE, PolicyAnswer, PolicyIdentity, PolicyScope, Ruling, Subject, Told, Verdict, answer,
};
use gom_select::regular_file::AfterRead;
use gom_select::select::command_line::CommandLine;
use gom_select::select::{Selected, select};
use gom_select::used::{Use, today};

use super::check::{Offence, judge, refused, selectable, selection_refusal, settle, stops};
use super::hint::Asked;
use crate::context::Context;
use crate::error::Result;
use crate::files;
use crate::go_command;
use crate::policy::{BadPolicy, MachinePolicy, Policy, PolicyMode};
use crate::report::Event;
use crate::usage::record;

/// How a program goes on that the shim asked about.
#[derive(Debug)]
pub enum GoOn {
    /// The shim starts it: the verdict tells now that it may.
    Shim,
    /// This command is it.
    Program(Box<Command>),
}

/// Decides about a call of a program of a toolchain, which the shim did not start, and keeps the verdict.
pub fn go_on(ctx: &Context, name: &str, arguments: &[OsString]) -> Result<GoOn> {
    let command = CommandLine { name, arguments };
    let selection = ctx.with_situation_of(command, select)?;
    let refusal = selection_refusal(ctx, &selection)?;
    keep(ctx, &selection.toolchain)?;
    match refusal {
        Some(error) if stops(ctx, &error) => return Err(error.into()),
        // The shim says it, unless it gets no verdict.
        Some(error) if !tells(ctx, &selection.toolchain) => settle(ctx, error)?,
        _ => {}
    }
    if tells(ctx, &selection.toolchain) {
        return Ok(GoOn::Shim);
    }
    if let Some(used) = Use::of(&selection) {
        record(ctx, &used);
    }
    Ok(GoOn::Program(Box::new(go_command::as_shim(ctx, &selection, command)?)))
}

/// Whether the shim would go on by itself.
fn tells(ctx: &Context, selected: &Selected) -> bool {
    let verdict = || ctx.store.layout().policy_verdict();
    match answer(Path::new(POLICY_FILE), verdict, AfterRead::Close, today, selected) {
        PolicyAnswer::NoPolicy => true,
        PolicyAnswer::Told(Told { scope, ruling }) => !scope.is_enforced || ruling == Ruling::Allowed,
        PolicyAnswer::AskGom => false,
    }
}

/// Writes the verdict, which also tells about this one. A store of somebody else keeps none.
fn keep(ctx: &Context, also: &Selected) -> Result<()> {
    let layout = ctx.store.layout();
    let is_own = files::is_file(&layout.layout_version_file()) && ctx.store.is_of_other().is_none();
    let Some(verdict) = verdict(ctx, also)?.filter(|_| is_own) else { return Ok(()) };
    if let Err(error) = files::replace_file_unsynced(&layout.policy_verdict(), &verdict.to_bytes()) {
        ctx.reporter.event(Event::Detail(format!("can't keep what the policy says: {error}")));
    }
    Ok(())
}

/// Decides about everything in the store. `None` if there is no policy, or none that a verdict can be of.
fn verdict(ctx: &Context, also: &Selected) -> Result<Option<Verdict>> {
    let mut all = selectable(ctx)?;
    if !all.contains(also) {
        all.push(also.clone());
    }
    match &ctx.policy {
        MachinePolicy::Absent => Ok(None),
        MachinePolicy::Applies(policy) => {
            let rulings = rulings(ctx, &all)?;
            Ok(Some(of(&policy.identity, policy_scope(policy), rulings)))
        }
        MachinePolicy::Unusable(bad) => Ok(of_unusable(bad, &all)),
    }
}

fn policy_scope(policy: &Policy) -> PolicyScope {
    let is_enforced = policy.mode == PolicyMode::Enforce;
    PolicyScope { is_enforced, allows_downloads: !is_enforced || policy.allows_downloads() }
}

/// One that only reports says everywhere that it can't be used.
fn of_unusable(bad: &BadPolicy, all: &[Selected]) -> Option<Verdict> {
    let identity = bad.identity.as_ref().filter(|_| bad.mode == PolicyMode::Report)?;
    let said = Ruling::Refused { message: bad.to_string(), hint: bad.hint.clone() };
    let rulings = all.iter().filter_map(|one| Some((Subject::of(one)?, said.clone()))).collect();
    Some(of(identity, PolicyScope { is_enforced: false, allows_downloads: true }, rulings))
}

fn of(policy: &PolicyIdentity, scope: PolicyScope, rulings: Vec<(Subject, Ruling)>) -> Verdict {
    Verdict { policy: policy.clone(), day: today(), scope, rulings }
}

fn rulings(ctx: &Context, all: &[Selected]) -> Result<Vec<(Subject, Ruling)>> {
    let Ok(Some(judge)) = judge(ctx) else { return Ok(Vec::new()) };
    let (mut rulings, mut others) = (Vec::new(), Vec::new());
    for one in all {
        let Some(subject) = Subject::of(one) else { continue };
        match judge.selected(one)? {
            None => rulings.push((subject, Ruling::Allowed)),
            Some(violation) => {
                let offence = Offence::of_selected(one, violation);
                let error = refused(judge.policy, offence, Asked::AnyGo);
                let (message, hint) = (error.to_string(), error.hint());
                others.push((subject, Ruling::Refused { message, hint }));
            }
        }
    }
    // What runs every day is found first.
    rulings.extend(others);
    Ok(rulings)
}
