//! `gom self uninstall`: removes gom, what it has installed, and what it has written for the shells.

use std::process::ExitCode;

use clap::Args;
use gom_core::path_text::as_text;
use gom_self::uninstall::{self, Left, Plan, Remains};
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::output::can_ask;

/// Remove gom and everything it has installed
///
/// Lists what goes, and asks. Only what gom has made is removed: a folder that then still holds something stays and is
/// named. Go's own caches and the programs of `go install` are not touched.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom self uninstall --dry-run     only the list
  gom self uninstall --yes         without asking
  gom self uninstall --keep-toolchains")]
pub(crate) struct Arguments {
    /// Keep the toolchains, for another gom
    #[arg(long)]
    keep_toolchains: bool,
    /// List what would be removed, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Don't ask
    #[arg(long, short)]
    yes: bool,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    removed: bool,
    store: String,
    cache: Option<String>,
    toolchains: Vec<String>,
    shell_files: Vec<String>,
    left: Vec<LeftJson>,
}

#[derive(Serialize)]
struct LeftJson {
    path: String,
    reason: String,
}

pub(crate) async fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let plan = uninstall::plan(&app.ctx, arguments.keep_toolchains)?;
    if !app.output.is_json() {
        say_plan(&plan, app);
    }
    if arguments.dry_run {
        say_left(&plan.left, app);
        return Ok(app.output.result(|| to_json(&plan, &plan.left, false), |_| ()));
    }
    if !arguments.yes {
        confirm(arguments, app).await?;
    }
    let Remains { left, failed } = uninstall::remove(&app.ctx, &plan).await?;
    say_left(&left, app);
    say_left(&failed, app);
    if let [first, ..] = failed.as_slice() {
        let message = format!("gom is not removed: `{}` stays", first.path.display());
        return Err(Failure::other(
            message,
            "remove what the warnings name, then run `gom self uninstall --yes` again",
        ));
    }
    say_other_gom(&plan, app);
    Ok(app.output.result(|| to_json(&plan, &left, true), |output| output.say("gom is removed")))
}

fn say_plan(plan: &Plan, app: &App) {
    let what = if plan.keep_toolchains { "the store, without its toolchains" } else { "the store" };
    app.output.data(&format!("{}  ({what})", plan.store.display()));
    for id in &plan.toolchains {
        app.output.data(&format!("  {id}"));
    }
    for file in &plan.shell_files {
        app.output.data(&format!("{}  (gom's lines)", file.display()));
    }
    if let Some(cache) = &plan.cache {
        app.output.data(&format!("{}  (the cache)", cache.display()));
    }
}

fn say_left(left: &[Left], app: &App) {
    for one in left {
        app.output.warn(&format!("`{}` stays: {}", one.path.display(), one.why));
    }
}

fn say_other_gom(plan: &Plan, app: &App) {
    let Some(gom) = &plan.other_gom else { return };
    let file = gom.file.display();
    match &gom.owner {
        Some(owner) => {
            app.output.warn(&format!("gom itself stays: `{file}` belongs to {}", owner.manager));
            app.output.hint(&format!("run `{}`", owner.remove));
        }
        None => app.output.warn(&format!("gom itself stays, outside of the store: `{file}`")),
    }
}

async fn confirm(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    if !can_ask() || app.output.is_json() {
        let hint = if arguments.keep_toolchains {
            "run `gom self uninstall --keep-toolchains --yes`"
        } else {
            "run `gom self uninstall --yes`"
        };
        return Err(Failure::usage("nothing was removed: there is no terminal to ask at", hint));
    }
    if app.ask("Remove all of this?".to_owned()).await? {
        return Ok(());
    }
    Err(Failure::other("nothing was removed", "run `gom self uninstall --dry-run` to see the list again"))
}

fn to_json(plan: &Plan, left: &[Left], removed: bool) -> Json {
    let left = left.iter().map(|left| LeftJson { path: as_text(&left.path), reason: left.why.to_string() });
    Json {
        removed,
        store: as_text(&plan.store),
        cache: plan.cache.as_deref().map(as_text),
        toolchains: plan.toolchains.iter().map(ToString::to_string).collect(),
        shell_files: plan.shell_files.iter().map(|file| as_text(file)).collect(),
        left: left.collect(),
    }
}
