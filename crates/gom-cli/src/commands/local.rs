//! `gom local`: writes the pin of this folder, in `.go-version` or the Go line of a `.tool-versions`.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use gom_core::candidates::RowKind;
use gom_core::choice::{Choice, ChoiceOptions};
use gom_core::linking;
use gom_core::outranked::above_pin;
use gom_core::path_text::as_text;
use gom_core::pin::{self, PinChange};
use gom_core::resolve::{self, ProjectFloor, Query};
use gom_core::usage::record;
use gom_select::select;
use gom_select::used::{Use, UsedToolchain};
use serde::Serialize;

use super::choose::choose;
use super::pick::pick;
use crate::announce::say_outranked;
use crate::app::App;
use crate::failure::Failure;
use crate::usage;

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
  gom local --unset                remove this folder's own pin
  gom local 1.22 --dry-run         show what it would write")]
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
    /// Show what would be written, and write and install nothing
    #[arg(long)]
    dry_run: bool,
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
        None if arguments.unset => unset(dir, arguments.dry_run, app),
        None if arguments.dry_run => Err(usage::missing("local", "SPEC")),
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
    /// Whether the file changed; with `--dry-run`, whether it would.
    changed: bool,
    dry_run: bool,
    warning: Option<String>,
}

async fn set(arguments: &Arguments, spec: &str, dir: &Path, app: &App) -> Result<ExitCode, Failure> {
    let query = Query::read(&app.ctx, spec, None)?;
    let is_dry = arguments.dry_run;
    let installs = !arguments.no_install && !is_dry;
    let options = ChoiceOptions { keeps_line: arguments.line, installs, verb: "local" };
    let choice = choose(app, &query, options).await?;
    let edit = pin::plan(dir, &choice.text)?;
    let PinChange { path, changed } = if is_dry { edit.check(dir)? } else { edit.make(dir)? };
    if let (Some(tree), false) = (&choice.linked, is_dry) {
        linking::allow_in(&app.ctx, &tree.name, &path).await?;
    }
    let toolchain = match (&choice.linked, &choice.id) {
        (Some(tree), _) => Some(UsedToolchain::Linked(tree.name.clone())),
        (None, id) => id.clone().map(UsedToolchain::Installed),
    };
    if let (Some(toolchain), false) = (toolchain, is_dry) {
        // From now on the project is known.
        record(&app.ctx, &Use { toolchain, file: Some(path.clone()) });
    }
    let verb = match (changed, is_dry) {
        (false, _) => "already pinned",
        (true, false) => "pinned",
        (true, true) => "would pin",
    };
    say_change(&format!("{verb} to {} in {}", choice.text, path.display()), is_dry, app);
    match (choice.is_installed, is_dry && !arguments.no_install) {
        (true, _) => {}
        (false, true) => say_change(&format!("would install {}", choice.text), true, app),
        (false, false) => app.output.hint(&format!("run `gom install {}` before you use it", choice.text)),
    }
    let floor = warn_about_floor(app, &choice);
    say_outranked(app, &above_pin(&app.ctx, choice.id.as_ref()));
    let object = || PinnedJson {
        toolchain: choice.id.as_ref().map(ToString::to_string),
        version: choice.text,
        installed: choice.is_installed,
        file: as_text(&path),
        changed,
        dry_run: is_dry,
        warning: floor,
    };
    Ok(app.output.result(object, |_| ()))
}

/// Reports a change. Of a dry run that is the result.
fn say_change(text: &str, is_dry: bool, app: &App) {
    if !is_dry {
        app.output.say(text);
    } else if !app.output.is_json() {
        app.output.data(text);
    }
}

/// Warns about a pin older than what go.mod needs: the go command would switch or refuse.
fn warn_about_floor(app: &App, choice: &Choice) -> Option<String> {
    let linked = choice.linked.as_ref().and_then(|tree| tree.version.as_ref());
    let version = choice.id.as_ref().map(|id| &id.version).or(linked)?;
    let ProjectFloor { version: floor, place } = resolve::floor_above(&app.ctx, version)?;
    let text = format!("{place} needs Go {floor} or newer, but the pin is {version}");
    app.output.warn(&text);
    app.output.hint(&format!("run `gom local {floor}` or lower that line"));
    Some(text)
}

/// The object of `gom local --unset --json`.
#[derive(Serialize)]
struct UnpinnedJson {
    /// The file; with `--dry-run`, the one that would change.
    removed_from: Option<String>,
    dry_run: bool,
}

fn unset(dir: &Path, is_dry: bool, app: &App) -> Result<ExitCode, Failure> {
    let edit = pin::plan_removal(dir)?;
    let removed = edit.map(|edit| if is_dry { edit.check(dir) } else { edit.make(dir) }).transpose()?;
    let verb = if is_dry { "would remove" } else { "removed" };
    match &removed {
        Some(PinChange { path, .. }) => {
            say_change(&format!("{verb} the pin from {}", path.display()), is_dry, app);
        }
        None => app.output.say("this folder has no pin of its own"),
    }
    let object =
        || UnpinnedJson { removed_from: removed.map(|written| as_text(&written.path)), dry_run: is_dry };
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
