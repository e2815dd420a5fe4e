//! `gom uninstall`: removes installed toolchains, and asks before it removes one in use.

use std::process::ExitCode;

use clap::Args;
use gom_core::candidates::RowKind;
use gom_core::install::uninstall::removal::{self, InUse, Removal, Role, Successor};
use gom_core::install::uninstall::{
    UninstallLeftovers, check_not_running, uninstall, uninstall_even_if_running,
};
use gom_core::resolve::Query;
use gom_core::shell_quote::shell_quote;
use gom_select::explain::{ErrorKind, Explain};
use gom_select::toolchain::ToolchainId;
use serde::Serialize;

use super::pick::pick;
use crate::app::App;
use crate::failure::Failure;
use crate::options::PlatformArgs;
use crate::output::{Output, can_ask};
use crate::usage;

/// Remove installed toolchains
///
/// A SPEC that several installed toolchains answer to removes nothing: they are listed, and --all removes
/// them. One that nothing answers to is an error, and the others are removed all the same. The default, and what this folder is pinned to, needs --yes or an answer. A toolchain whose programs run,
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
    /// The toolchains, also if others could not be removed; with `--dry-run`, those that would be removed.
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
    let Removal { ids, missing } =
        removal::removed_by(&app.ctx, &queries.collect::<Result<Vec<_>, _>>()?, arguments.all)?;
    let missing = missing.into_iter().map(Failure::from).collect();
    let in_use = removal::in_use(&app.ctx, &ids);
    if arguments.dry_run {
        return end(app, missing, json(&ids, true), |output| {
            for id in &ids {
                output.data(&would_remove(id, &in_use));
            }
        });
    }
    if !arguments.force {
        // Before the first is removed.
        check_not_running(&app.ctx, &ids).map_err(gom_core::Error::from)?;
    }
    if !arguments.yes {
        confirm(app, &ids, &in_use).await?;
    }
    let mut failures = Vec::new();
    let mut removed = Vec::new();
    for id in ids {
        app.ctx.cancel.check()?;
        let remains = if arguments.force {
            uninstall_even_if_running(&app.ctx, &id).await
        } else {
            uninstall(&app.ctx, &id).await
        };
        match remains {
            Ok(remains) => say_removed(app, &id, remains),
            Err(error) if error.kind() == ErrorKind::Interrupted => return Err(error.into()),
            // The others can be removed all the same.
            Err(error) => {
                failures.push(Failure::from(error));
                continue;
            }
        }
        removed.push(id);
    }
    for used in in_use.iter().filter(|used| removed.contains(&used.id)) {
        say_successor(app, used);
    }
    // All are uninstalled, but the shell must still see that a signal ended this command.
    let is_done = |cancelled| {
        Failure::from(cancelled).with_hint("run `gom list` to see what is installed; all of this is removed")
    };
    app.ctx.cancel.check().map_err(is_done)?;
    failures.extend(missing);
    end(app, failures, json(&removed, false), |_| ())
}

fn json(ids: &[ToolchainId], dry_run: bool) -> Json {
    Json { removed: ids.iter().map(ToString::to_string).collect(), dry_run }
}

/// Prints the result. It is a failure if something could not be removed, and names what was removed too.
fn end(
    app: &App,
    mut failures: Vec<Failure>,
    object: Json,
    text: impl FnOnce(&Output),
) -> Result<ExitCode, Failure> {
    if failures.is_empty() {
        return Ok(app.output.result(|| object, text));
    }
    if !app.output.is_json() {
        text(&app.output);
    }
    let mut first = failures.remove(0);
    first.others = failures;
    Err(first.with_partial(object))
}

fn say_removed(app: &App, id: &ToolchainId, remains: UninstallLeftovers) {
    app.output.say(&format!("removed {id}"));
    if remains == UninstallLeftovers::Files {
        app.output.say("its files remain; the next `gom install` or `gom uninstall` deletes them");
    }
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

/// Asks once about each toolchain that the default or this folder's pin means now.
async fn confirm(app: &App, ids: &[ToolchainId], in_use: &[InUse]) -> Result<(), Failure> {
    for id in ids {
        let roles = in_use.iter().filter(|used| used.id == *id);
        let roles: Vec<String> =
            roles.map(|used| format!("{} ({})", role_text(used.role), used.place)).collect();
        if roles.is_empty() {
            continue;
        }
        let message = format!("{id} is {}", roles.join(" and "));
        if !can_ask() || app.output.is_json() {
            let all: Vec<String> =
                ids.iter().map(|id| shell_quote(id.as_argument(&app.ctx.platform))).collect();
            let hint = format!("run `gom uninstall {} --yes`", all.join(" "));
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
