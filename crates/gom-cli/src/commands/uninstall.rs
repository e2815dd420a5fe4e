//! `gom uninstall`: removes installed toolchains, and asks before it removes one in use.

use std::process::ExitCode;

use clap::Args;
use gom_core::candidates::RowKind;
use gom_core::install::uninstall::removal::{self, InUse, Role, Successor};
use gom_core::install::uninstall::{
    UninstallLeftovers, check_not_running, uninstall, uninstall_even_if_running,
};
use gom_core::resolve::Query;
use gom_select::toolchain::ToolchainId;
use serde::Serialize;

use super::pick::pick;
use crate::app::App;
use crate::failure::Failure;
use crate::options::PlatformArgs;
use crate::output::can_ask;
use crate::usage;

/// Remove installed toolchains
///
/// A SPEC that several installed toolchains answer to removes nothing: they are listed, and --all removes
/// them. The default, and what this folder is pinned to, needs --yes or an answer. A toolchain whose programs run,
/// such as a `go build`, is not removed without --force. Without SPEC, opens a list to choose one from at a terminal.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[command(after_help = "\
Examples:
  gom uninstall 1.21.13
  gom uninstall                    choose one from a list
  gom uninstall 1.21 --all         every installed 1.21
  gom uninstall 1.21 --all --dry-run    only what would be removed
  gom uninstall go1.26.0.darwin-arm64")]
pub(crate) struct Arguments {
    /// Versions, lines or ranges
    #[arg(value_name = "SPEC")]
    specs: Vec<String>,
    /// Remove every match
    #[arg(long, requires = "specs")]
    all: bool,
    /// Remove also what is in use
    #[arg(long, short)]
    yes: bool,
    /// Remove also what runs now: a build in it fails
    #[arg(long)]
    force: bool,
    /// Show what would be removed, and remove nothing
    #[arg(long, conflicts_with_all = ["yes", "force"])]
    dry_run: bool,
    #[command(flatten)]
    platform: PlatformArgs,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    /// The toolchains; with `--dry-run`, those that would be removed.
    removed: Vec<String>,
    dry_run: bool,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let platform = arguments.platform.platform(&app.ctx.platform)?;
    let specs = match (arguments.specs, &platform) {
        (specs, Some(_)) if specs.is_empty() => return Err(usage::missing("uninstall", "SPEC")),
        (specs, None) if specs.is_empty() => {
            vec![pick(app, "uninstall", RowKind::Removable, "Remove:").await?]
        }
        (specs, _) => specs,
    };
    let queries = specs.iter().map(|text| Query::read(&app.ctx, text, platform.as_ref()));
    let ids = removal::removed_by(&app.ctx, &queries.collect::<Result<Vec<_>, _>>()?, arguments.all)?;
    let in_use = removal::in_use(&app.ctx, &ids);
    let object = |dry_run| Json { removed: ids.iter().map(ToString::to_string).collect(), dry_run };
    if arguments.dry_run {
        return Ok(app.output.result(
            || object(true),
            |output| {
                for id in &ids {
                    output.data(&would_remove(id, &in_use));
                }
            },
        ));
    }
    if !arguments.force {
        // Before the first is removed.
        check_not_running(&app.ctx, &ids).map_err(gom_core::Error::from)?;
    }
    if !arguments.yes {
        confirm(app, &in_use).await?;
    }
    for id in &ids {
        app.ctx.cancel.check()?;
        let remains = if arguments.force {
            uninstall_even_if_running(&app.ctx, id).await?
        } else {
            uninstall(&app.ctx, id).await?
        };
        app.output.say(&format!("removed {id}"));
        if remains == UninstallLeftovers::Files {
            app.output.say("its files remain; the next `gom install` or `gom uninstall` deletes them");
        }
    }
    for used in &in_use {
        say_successor(app, used);
    }
    // All are uninstalled, but the shell must still see that a signal ended this command.
    let is_done = |cancelled| {
        Failure::from(cancelled).with_hint("run `gom list` to see what is installed; all of this is removed")
    };
    app.ctx.cancel.check().map_err(is_done)?;
    Ok(app.output.result(|| object(false), |_| ()))
}

fn would_remove(id: &ToolchainId, in_use: &[InUse]) -> String {
    let used = in_use.iter().filter(|used| used.id == *id).map(|used| role_text(used.role));
    let used: Vec<&str> = used.collect();
    let note = if used.is_empty() { String::new() } else { format!(", which is {}", used.join(" and ")) };
    format!("would remove {id}{note}")
}

fn role_text(role: Role) -> &'static str {
    match role {
        Role::Default => "the default",
        Role::Pin => "pinned here",
    }
}

/// Asks about each toolchain that the default or this folder's pin means now.
async fn confirm(app: &App, in_use: &[InUse]) -> Result<(), Failure> {
    for InUse { role, id, place, .. } in in_use {
        let message = format!("{id} is {} ({place})", role_text(*role));
        if !can_ask() || app.output.is_json() {
            let hint = format!("run `gom uninstall {} --yes`", id.as_argument(&app.ctx.platform));
            return Err(Failure::usage(message, hint).about(id.to_string()));
        }
        if !app.ask(format!("{message}. Remove it?")).await? {
            return Err(Failure::other(
                format!("{message}, and stays"),
                "run `gom list` to see what is installed",
            ));
        }
    }
    Ok(())
}

/// Reports that a toolchain in use was removed, and what runs from now on (K3.5).
fn say_successor(app: &App, used: &InUse) {
    let InUse { role, text, text_place: place, .. } = used;
    let (name, verb) = match role {
        Role::Default => ("the default", "use"),
        Role::Pin => ("this folder's pin", "local"),
    };
    match removal::successor(&app.ctx, used) {
        Successor::Toolchain(id) => app.output.say(&format!("{name} ({place}) now means {id}")),
        Successor::Nothing { instead } => {
            app.output.warn(&format!(
                "{name} ({place}) is still {text}, which is no longer installed: `go` fails wherever it is selected"
            ));
            app.output.hint(&format!("run `gom {verb} {instead}` to choose another"));
        }
    }
}
