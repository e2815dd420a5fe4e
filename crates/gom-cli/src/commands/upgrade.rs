//! `gom upgrade`: installs the newest patch of each line in use, and lets the default and line pins follow.

use std::process::ExitCode;

use clap::Args;
use futures_util::future::join_all;
use gom_core::Error;
use gom_core::install::InstallOutcome;
use gom_core::path_text::as_text;
use gom_core::resolve::Query;
use gom_core::shell_quote::shell_quote;
use gom_core::upkeep::upgrade::{
    Followed, KeptPin, OldToolchain, PlanState, PlannedInstall, PlannedPin, UpgradePlan, follow,
    install_planned, old_after, plan,
};
use gom_select::tool_name::ToolName;
use gom_tools::outdated;
use serde::Serialize;

use crate::announce::{say_default, say_installed, say_notes};
use crate::app::App;
use crate::failure::Failure;
use crate::output::Output;
use crate::sizes::gigabytes;

/// Install the newest patch of each line in use
///
/// Upgrades the line of each SPEC. Without SPEC, upgrades every line in use: the installed lines, the default, and the
/// pin of this folder. The default and a pin to a line such as 1.26 follow. A pin to one version is shown, and replaced
/// with --pins. Nothing is removed without --remove-old; the last line of the output names the command that removes what
/// is no longer needed here. A line that fails does not stop the others.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom upgrade                      every line in use
  gom upgrade 1.26                 this line alone
  gom upgrade --dry-run            only what would change
  gom upgrade --pins               this folder's pin to one version too
  gom upgrade --remove-old         and remove the older patches")]
pub(crate) struct Arguments {
    /// Lines in use, or versions of them
    #[arg(value_name = "SPEC")]
    specs: Vec<String>,
    /// Replace the version that this folder is pinned to
    #[arg(long)]
    pins: bool,
    /// Remove older patches that neither the default, nor this folder, nor a known project needs
    #[arg(long)]
    remove_old: bool,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// The object of `--json`. A failure has it too.
#[derive(Serialize)]
struct Json {
    dry_run: bool,
    as_of: String,
    /// Whether a list of releases could be asked for.
    refreshed: bool,
    upgrades: Vec<UpgradeJson>,
    default: Option<EditJson>,
    pin: Option<EditJson>,
    /// With `--dry-run`, what would be removed.
    removed: Vec<OldJson>,
    removable: Vec<OldJson>,
}

/// One toolchain of the plan.
#[derive(Serialize)]
struct UpgradeJson {
    from: Option<String>,
    to: String,
    toolchain: String,
    outcome: OutcomeJson,
}

/// What became of it.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
enum OutcomeJson {
    Planned,
    Installed,
    AlreadyInstalled,
    Failed,
}

/// The default or a pin that names an older version.
#[derive(Serialize)]
struct EditJson {
    file: String,
    line: usize,
    from: String,
    to: String,
    /// Whether it was written; with `--dry-run`, whether it would be.
    changed: bool,
    /// Why it stays.
    kept: Option<&'static str>,
}

/// An older patch.
#[derive(Serialize)]
struct OldJson {
    toolchain: String,
    bytes: Option<u64>,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let queries = arguments.specs.iter().map(|text| Query::read(&app.ctx, text, None));
    let queries = queries.collect::<Result<Vec<Query>, Error>>()?;
    let plan = plan(&app.ctx, &queries, arguments.pins).await?;
    if arguments.dry_run {
        return show(&plan, arguments.remove_old, app);
    }
    let results = join_all(plan.installs.iter().map(|planned| one(app, planned))).await;
    let outcomes: Vec<OutcomeJson> = results.iter().map(outcome).collect();
    let mut failures: Vec<Failure> = results.into_iter().filter_map(Result::err).collect();
    let mut followed = follow(&app.ctx, &plan, arguments.remove_old).await;
    failures.extend(followed.failures.drain(..).map(Failure::from));
    say_followed(&plan, &followed, app);
    if plan.is_empty() && failures.is_empty() && followed.removed.is_empty() {
        app.output.say("nothing to upgrade");
    }
    say_kept_pin(plan.pin.as_ref(), app);
    if !arguments.remove_old {
        // Else the error says why one is left.
        say_old(&followed.old, PlanState::Done, app);
    }
    say_old_tools(app);
    let object = || to_json(&plan, &outcomes, &followed, false);
    if failures.is_empty() {
        return Ok(app.output.result(object, |_| ()));
    }
    let mut first = failures.remove(0);
    first.others = failures;
    Err(first.with_partial(object()))
}

/// Installs one toolchain, and reports it.
async fn one(app: &App, planned: &PlannedInstall) -> Result<InstallOutcome, Failure> {
    let outcome = install_planned(&app.ctx, planned).await?;
    say_installed(app, &planned.id, &outcome);
    say_notes(app, &planned.id).await?;
    Ok(outcome)
}

fn outcome(result: &Result<InstallOutcome, Failure>) -> OutcomeJson {
    match result {
        Ok(InstallOutcome::Now(_)) => OutcomeJson::Installed,
        Ok(InstallOutcome::Already) => OutcomeJson::AlreadyInstalled,
        Err(_) => OutcomeJson::Failed,
    }
}

/// Names the tools that read Go code and are too old for the Go that is selected now.
fn say_old_tools(app: &App) {
    let Ok(names) = outdated::too_old_here(&app.ctx) else { return };
    if !names.is_empty() {
        let names: Vec<&str> = names.iter().map(ToolName::as_str).collect();
        app.output.warn(&format!("too old for the Go that is selected now: {}", names.join(", ")));
        app.output.hint("run `gom tools upgrade`");
    }
}

fn say_followed(plan: &UpgradePlan, followed: &Followed, app: &App) {
    if let Some(edit) = plan.default.as_ref().filter(|_| followed.default_changed) {
        say_default(app, &edit.request.to_string());
    }
    if let Some(edit) = plan.pin_edit().filter(|_| followed.pin_changed) {
        let (request, file) = (&edit.request, edit.file.display());
        app.output.say(&format!("pinned to {request} in {file}, which had {}", edit.from));
    }
    for one in &followed.removed {
        app.output.say(&format!("removed {}", one.id));
    }
}

fn say_kept_pin(pin: Option<&PlannedPin>, app: &App) {
    let Some(PlannedPin { edit, kept: Some(kept) }) = pin else { return };
    let (file, from, to) = (edit.file.display(), &edit.from, &edit.request);
    app.output.say(&format!("{file}:{} stays at {from}; {to} is out", edit.line));
    app.output.hint(match kept {
        KeptPin::NotAsked => "run `gom upgrade --pins` to replace the version there",
        KeptPin::Several => "it names several versions, so edit it by hand",
    });
}

/// Names the older patches, and the command that removes them. Each is needed by nothing that gom knows. Until the
/// upgrade is done they are in use, so a dry run names the option instead.
fn say_old(old: &[OldToolchain], state: PlanState, app: &App) {
    // In a store of somebody else, or on a read-only disk, nothing can be removed.
    if old.is_empty() || !app.ctx.store.is_changeable() {
        return;
    }
    let names: Vec<String> =
        old.iter().map(|one| shell_quote(one.id.as_argument(&app.ctx.platform))).collect();
    let names = names.join(" ");
    let known: u64 = old.iter().filter_map(|one| one.bytes).sum();
    let least = if old.iter().all(|one| one.bytes.is_some()) { "" } else { "at least " };
    let size = format!("{least}{}", gigabytes(known));
    let (they, are) = if old.len() == 1 { ("it", "it is") } else { ("them", "they are") };
    app.output.hint(&match state {
        PlanState::Done => format!("run `gom uninstall {names}` to free {size}; `gom prune` removes {they} once {are} unused for 60 days"),
        PlanState::Planned => {
            format!("add `--remove-old` to remove {names} too, which frees {size}")
        }
    });
}

/// Prints what would change.
fn show(plan: &UpgradePlan, remove_old: bool, app: &App) -> Result<ExitCode, Failure> {
    let old = old_after(&app.ctx, plan, PlanState::Planned)?;
    let (removed, old) = if remove_old { (old, Vec::new()) } else { (Vec::new(), old) };
    let followed = Followed {
        default_changed: plan.default.is_some(),
        pin_changed: plan.pin_edit().is_some(),
        removed,
        old,
        failures: Vec::new(),
    };
    let outcomes = vec![OutcomeJson::Planned; plan.installs.len()];
    let code = app.output.result(
        || to_json(plan, &outcomes, &followed, true),
        |output| {
            say_planned(plan, &followed, output);
            if plan.is_empty() && followed.removed.is_empty() {
                output.say("nothing to upgrade");
            }
        },
    );
    say_kept_pin(plan.pin.as_ref(), app);
    if !app.output.is_json() {
        say_old(&followed.old, PlanState::Planned, app);
    }
    Ok(code)
}

fn say_planned(plan: &UpgradePlan, followed: &Followed, output: &Output) {
    for PlannedInstall { id, from, .. } in &plan.installs {
        let from = from.as_ref().map(|from| format!(" (newest installed: {})", from.version));
        output.data(&format!("would install {id}{}", from.unwrap_or_default()));
    }
    if let Some(edit) = &plan.default {
        output.data(&format!("would change the default from {} to {}", edit.from, edit.request));
    }
    if let Some(edit) = plan.pin_edit() {
        let (request, file) = (&edit.request, edit.file.display());
        output.data(&format!("would change the pin from {} to {request} in {file}", edit.from));
    }
    for one in &followed.removed {
        output.data(&format!("would remove {}", one.id));
    }
}

fn to_json(plan: &UpgradePlan, outcomes: &[OutcomeJson], followed: &Followed, dry_run: bool) -> Json {
    let upgrade = |(planned, outcome): (&PlannedInstall, &OutcomeJson)| UpgradeJson {
        from: planned.from.as_ref().map(|from| from.version.to_string()),
        to: planned.id.version.to_string(),
        toolchain: planned.id.to_string(),
        outcome: *outcome,
    };
    let old = |old: &[OldToolchain]| {
        let json = |one: &OldToolchain| OldJson { toolchain: one.id.to_string(), bytes: one.bytes };
        old.iter().map(json).collect()
    };
    let edit = |edit: &gom_core::upkeep::upgrade::PlannedEdit, changed, kept: Option<KeptPin>| EditJson {
        file: as_text(&edit.file),
        line: edit.line,
        from: edit.from.clone(),
        to: edit.request.to_string(),
        changed,
        kept: kept.map(|kept| match kept {
            KeptPin::NotAsked => "not-asked",
            KeptPin::Several => "several",
        }),
    };
    Json {
        dry_run,
        as_of: plan.as_of.clone(),
        refreshed: plan.silence.is_none(),
        upgrades: plan.installs.iter().zip(outcomes).map(upgrade).collect(),
        default: plan.default.as_ref().map(|default| edit(default, followed.default_changed, None)),
        pin: plan.pin.as_ref().map(|pin| edit(&pin.edit, followed.pin_changed, pin.kept)),
        removed: old(&followed.removed),
        removable: old(&followed.old),
    }
}
