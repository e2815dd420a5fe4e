//! `gom uninstall`: removes installed toolchains, and asks before it removes one in use.

use std::process::ExitCode;

use clap::Args;
use gom_core::install::uninstall::{UninstallLeftovers, uninstall};
use gom_core::resolve::{self, Query};
use gom_core::shell_quote::shell_quote;
use gom_select::installed;
use gom_select::select::{self, VersionOrigin, WantedToolchain};
use gom_select::spec::{PlatformSpec, Spec};
use gom_select::toolchain::ToolchainId;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::options::PlatformArgs;
use crate::output::can_ask;

/// Remove installed toolchains
///
/// A SPEC that several installed toolchains answer to removes nothing: they are listed, and --all removes
/// them. The default, and what this folder is pinned to, needs --yes or an answer.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom uninstall 1.21.13
  gom uninstall 1.21 --all         every installed 1.21
  gom uninstall go1.26.0.darwin-arm64")]
pub(crate) struct Arguments {
    /// Versions, lines or ranges
    #[arg(value_name = "SPEC", required = true)]
    specs: Vec<String>,
    /// Remove every match
    #[arg(long)]
    all: bool,
    /// Remove also what is in use
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    platform: PlatformArgs,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    removed: Vec<String>,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let ids = matches(&arguments, app)?;
    if !arguments.yes {
        confirm(app, &ids).await?;
    }
    let in_use = in_use(app, &ids);
    for id in &ids {
        app.ctx.cancel.check()?;
        let remains = uninstall(&app.ctx, id).await?;
        app.output.say(&format!("removed {id}"));
        if remains == UninstallLeftovers::Files {
            app.output.say("its files are left; the next `gom install` or `gom uninstall` deletes them");
        }
    }
    for role in &in_use {
        say_what_is_left(app, role);
    }
    // All are uninstalled, but the shell must still see that a signal ended this command.
    let is_done = |cancelled| {
        Failure::from(cancelled).with_hint("run `gom list` to see what is installed; all of this is removed")
    };
    app.ctx.cancel.check().map_err(is_done)?;
    let object = || Json { removed: ids.iter().map(ToString::to_string).collect() };
    Ok(app.output.result(object, |_| ()))
}

fn matches(arguments: &Arguments, app: &App) -> Result<Vec<ToolchainId>, Failure> {
    let platform = arguments.platform.platform(&app.ctx.platform)?;
    let mut ids: Vec<ToolchainId> = Vec::new();
    for text in &arguments.specs {
        let query = Query::parse(text, platform.as_ref())?;
        if query.is_system() {
            let message = "`system` is a Go that gom does not manage, so gom does not remove it";
            return Err(Failure::usage(message, "run `gom list` to see what gom installed").about("system"));
        }
        let found = resolve::removable(&app.ctx, &query)?;
        if found.is_empty() {
            let failure: Failure = resolve::not_installed(&query).into();
            return Err(failure.with_hint("run `gom list` to see what is installed"));
        }
        let (found, others): (Vec<ToolchainId>, Vec<ToolchainId>) =
            found.into_iter().partition(|id| app.ctx.other_store(id).is_none());
        if found.is_empty()
            && let Some(id) = others.first()
        {
            return Err(of_other_store(app, id));
        }
        if found.len() > 1 && !arguments.all {
            return Err(several(&query, &found));
        }
        ids.extend(found.into_iter().filter(|id| !ids.contains(id)).collect::<Vec<_>>());
    }
    Ok(ids)
}

fn of_other_store(app: &App, id: &ToolchainId) -> Failure {
    let store = app.ctx.other_store(id).unwrap_or_default();
    let named_by = &app.ctx.settings.store_path.origin;
    let message =
        format!("{id} is in the store `{}` ({named_by}), which gom only reads here", store.display());
    let hint = format!(
        "run `GOM_HOME={} gom uninstall {}` as the owner of that store",
        shell_quote(&store),
        id.version.as_spec()
    );
    Failure::usage(message, hint).about(id.to_string())
}

fn several(query: &Query, found: &[ToolchainId]) -> Failure {
    let names: Vec<String> = found.iter().map(|id| format!("\n  {id}")).collect();
    let message = format!("`{}` matches {} installed toolchains:{}", query.text, found.len(), names.concat());
    let hint = format!("run `gom uninstall {} --all`, or name one of them", query.arguments());
    Failure::usage(message, hint).about(&query.text)
}

/// A default or pin that names a removed toolchain.
struct Role {
    /// `the default` or `this folder's pin`.
    name: &'static str,
    /// The verb that chooses another one.
    verb: &'static str,
    wanted: WantedToolchain,
}

/// Returns the default or pin that names one of these toolchains now.
fn in_use(app: &App, ids: &[ToolchainId]) -> Vec<Role> {
    let default = select::wanted_by_default(app.ctx.store.layout()).unwrap_or_default();
    let pin = app.ctx.with_situation(select::wanted_by_files).unwrap_or_default();
    [("the default", "use", default), ("this folder's pin", "local", pin)]
        .into_iter()
        .filter_map(|(name, verb, wanted)| Some(Role { name, verb, wanted: wanted? }))
        .filter(|role| meant(app, &role.wanted).is_some_and(|(id, _)| ids.contains(&id)))
        .collect()
}

/// Reports that a toolchain in use was removed, and what runs from now on (K3.5).
fn say_what_is_left(app: &App, Role { name, verb, wanted }: &Role) {
    let place = place_of(&wanted.entries[0].origin);
    if let Some((id, _)) = meant(app, wanted) {
        app.output.say(&format!("{name} ({place}) now means {id}"));
        return;
    }
    let text = &wanted.entries[0].text;
    app.output.warn(&format!(
        "{name} ({place}) is still {text}, which is no longer installed: `go` fails wherever it is selected"
    ));
    let layout = app.ctx.store.layout();
    let newest =
        installed::find(layout, &PlatformSpec { spec: Spec::Latest, platform: None }, &app.ctx.platform);
    let other = match newest {
        Ok(Some(tree)) => tree.id.version.as_spec(),
        _ => "latest".to_owned(),
    };
    app.output.hint(&format!("run `gom {verb} {other}` to choose another"));
}

/// Asks about each toolchain that the default or this folder's pin means now.
async fn confirm(app: &App, ids: &[ToolchainId]) -> Result<(), Failure> {
    // An unreadable pin protects nothing, and this command is not about it.
    let default = select::wanted_by_default(app.ctx.store.layout()).unwrap_or_default();
    let pin = app.ctx.with_situation(select::wanted_by_files).unwrap_or_default();
    for (wanted, role) in [(default, "the default"), (pin, "pinned here")] {
        let Some((id, place)) = wanted.and_then(|wanted| meant(app, &wanted)) else { continue };
        if !ids.contains(&id) {
            continue;
        }
        let message = format!("{id} is {role} ({place})");
        let question = format!("{message}. Remove it?");
        if !can_ask() || app.output.is_json() {
            let hint = format!("run `gom uninstall {} --yes`", id.as_argument(&app.ctx.platform));
            return Err(Failure::usage(message, hint).about(id.to_string()));
        }
        if !app.ask(question).await? {
            return Err(Failure::other(
                format!("{message}, and stays"),
                "run `gom list` to see what is installed",
            ));
        }
    }
    Ok(())
}

/// Returns the installed toolchain that a default or pin means now.
fn meant(app: &App, wanted: &WantedToolchain) -> Option<(ToolchainId, String)> {
    wanted.entries.iter().find_map(|entry| {
        let id = installed::find(app.ctx.store.layout(), &entry.request, &app.ctx.platform).ok()??.id;
        Some((id, place_of(&entry.origin)))
    })
}

fn place_of(origin: &VersionOrigin) -> String {
    match origin {
        VersionOrigin::File { path, line } | VersionOrigin::Default { path, line } => {
            format!("{}:{line}", path.display())
        }
        origin => origin.to_string(),
    }
}
