//! `gom local`: writes the pin of this folder, in `.go-version` or the Go line of a `.tool-versions`.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use gom_core::candidates::RowKind;
use gom_core::choice::{Choice, ChoiceOptions};
use gom_core::outranked::above_pin;
use gom_core::path_text::as_text;
use gom_core::pin::{self, PinChange};
use gom_core::resolve::{self, ProjectFloor, Query};
use gom_select::select;
use serde::Serialize;

use super::choose::choose;
use super::pick::pick;
use crate::announce::say_outranked;
use crate::app::App;
use crate::failure::Failure;

/// Pin this folder to a toolchain, or show its pin
///
/// Writes the resolved version into `.go-version`, or into the Go line of a `.tool-versions` that is here,
/// and keeps every other byte of it. Installs the toolchain if it is missing. Without SPEC, prints the pin
/// that counts here and its place.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom local 1.22.6
  gom local 1.22 --line            always the newest installed Go 1.22
  gom local                        show the pin and its file
  gom local --pick                 choose from a list
  gom local --unset                remove this folder's own pin")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Arguments {
    /// A version, line or range
    #[arg(value_name = "SPEC", conflicts_with = "unset")]
    spec: Option<String>,
    /// Keep the line: the newest installed patch of it
    #[arg(long, requires = "spec")]
    line: bool,
    /// Pin without installing
    #[arg(long, requires = "spec")]
    no_install: bool,
    /// Choose the version from a list, at a terminal
    #[arg(long, conflicts_with_all = ["spec", "unset"])]
    pick: bool,
    /// Remove this folder's own pin
    #[arg(long)]
    unset: bool,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let dir = app.ctx.environment.cwd.as_deref().ok_or_else(|| {
        Failure::other("the working directory no longer exists", "run `cd ~` and try again")
    })?;
    match &arguments.spec {
        Some(spec) => set(&arguments, spec, dir, app).await,
        None if arguments.pick => {
            let spec = pick(app, "local", RowKind::Selectable, "Go to pin here:").await?;
            set(&arguments, &spec, dir, app).await
        }
        None if arguments.unset => unset(dir, app),
        None => show(app),
    }
}

/// The object of `gom local SPEC --json`.
#[derive(Serialize)]
struct PinnedJson {
    version: String,
    toolchain: Option<String>,
    installed: bool,
    file: String,
    changed: bool,
    warning: Option<String>,
}

async fn set(arguments: &Arguments, spec: &str, dir: &Path, app: &App) -> Result<ExitCode, Failure> {
    let query = Query::parse(spec, None)?;
    let options = ChoiceOptions { keeps_line: arguments.line, installs: !arguments.no_install };
    let choice = choose(app, &query, options).await?;
    let PinChange { path, changed } = pin::pin(dir, &choice.text)?;
    let verb = if changed { "pinned" } else { "already pinned" };
    app.output.say(&format!("{verb} to {} in {}", choice.text, path.display()));
    if !choice.is_installed {
        app.output.hint(&format!("run `gom install {}` before you use it", choice.text));
    }
    let floor = warn_about_floor(app, &choice);
    say_outranked(app, &above_pin(&app.ctx, choice.id.as_ref()));
    let object = || PinnedJson {
        toolchain: choice.id.as_ref().map(ToString::to_string),
        version: choice.text,
        installed: choice.is_installed,
        file: as_text(&path),
        changed,
        warning: floor,
    };
    Ok(app.output.result(object, |_| ()))
}

/// Warns about a pin older than what go.mod needs: the go command would switch or refuse.
fn warn_about_floor(app: &App, choice: &Choice) -> Option<String> {
    let id = choice.id.as_ref()?;
    let ProjectFloor { version: floor, place } = resolve::floor_above(&app.ctx, &id.version)?;
    let text = format!("{place} needs Go {floor} or newer, but the pin is {}", id.version);
    app.output.warn(&text);
    app.output.hint(&format!("run `gom local {floor}` or lower that line"));
    Some(text)
}

/// The object of `gom local --unset --json`.
#[derive(Serialize)]
struct UnpinnedJson {
    removed_from: Option<String>,
}

fn unset(dir: &Path, app: &App) -> Result<ExitCode, Failure> {
    let removed = pin::unpin(dir)?;
    match &removed {
        Some(PinChange { path, .. }) => app.output.say(&format!("removed the pin from {}", path.display())),
        None => app.output.say("this folder has no pin of its own"),
    }
    let object = || UnpinnedJson { removed_from: removed.map(|written| as_text(&written.path)) };
    Ok(app.output.result(object, |_| ()))
}

/// The object of `gom local --json`.
#[derive(Serialize)]
struct PinsJson<'a> {
    pins: Vec<PinJson<'a>>,
}

/// One pin.
#[derive(Serialize)]
struct PinJson<'a> {
    version: &'a str,
    origin: String,
}

fn show(app: &App) -> Result<ExitCode, Failure> {
    let wanted = app.ctx.with_situation(select::wanted_by_files)?;
    let Some(wanted) = wanted else {
        let failure = Failure::new(
            gom_select::explain::ErrorKind::NotFound,
            "no version file pins this folder",
            "run `gom local SPEC`",
        );
        return Err(failure);
    };
    let object = || {
        let pins = wanted.entries.iter();
        let pins = pins.map(|entry| PinJson { version: &entry.text, origin: entry.origin.to_string() });
        PinsJson { pins: pins.collect() }
    };
    Ok(app.output.result(object, |output| {
        for entry in &wanted.entries {
            output.data(&format!("{} (set by {})", entry.text, entry.origin));
        }
    }))
}
