//! `gom current`: shows which toolchain runs here, and what decided it.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use gom_core::go_command::GoCommand;
use gom_core::outranked::{before_gom, path_hint};
use gom_core::path_text::as_text;
use gom_doctor::containers::{Image, image_of};
use gom_select::explain::ErrorKind;
use gom_select::select::{self, Refusal, Selected, VersionOrigin};
use serde::Serialize;

use crate::announce::say_policy;
use crate::app::App;
use crate::failure::Failure;
use crate::output::{Tone, paint};

/// Show which toolchain runs here, and what decided it
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom current
  gom current --short              the version alone, for scripts and prompts
  gom current --json
  docker build --build-arg GO_IMAGE=$(gom current --format docker) .")]
pub(crate) struct Arguments {
    /// Print the version alone, the name of a linked Go, or `system`
    #[arg(long, conflicts_with = "format")]
    short: bool,
    /// Print the tag of the image with this version, such as golang:1.26.6
    #[arg(long, value_name = "FORMAT")]
    format: Option<CurrentFormat>,
}

/// What to print of the toolchain.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum CurrentFormat {
    Docker,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    version: &'a str,
    go_version: Option<&'a str>,
    go: String,
    goroot: Option<String>,
    asked: Option<&'a str>,
    origin: String,
    file: Option<String>,
    line: Option<usize>,
    first_on_path: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let selection = app.ctx.with_situation(select::select)?;
    let go = GoCommand::of(&selection, &app.ctx.platform);
    if let Some(CurrentFormat::Docker) = arguments.format {
        return print_image(&go, app);
    }
    say_policy(app, &selection)?;
    let first = before_gom(&app.ctx, &selection);
    let version = go.version.as_ref().map(ToString::to_string);
    let name = match &selection.toolchain {
        Selected::Installed { id, .. } => id.version.to_string(),
        Selected::Linked { name, .. } => name.to_string(),
        Selected::System { .. } => "system".to_owned(),
    };
    let (file, line) = match &selection.origin {
        VersionOrigin::File { path, line } | VersionOrigin::Default { path, line } => {
            (Some(path), Some(*line))
        }
        _ => (None, None),
    };
    let object = || Json {
        version: &name,
        go_version: version.as_deref(),
        go: as_text(&go.program),
        goroot: go.goroot.as_deref().map(as_text),
        asked: selection.asked.as_deref(),
        origin: selection.origin.to_string(),
        file: file.map(|file| as_text(file)),
        line,
        first_on_path: first.as_deref().map(as_text),
    };
    if let Some(Refusal { place, reason, cure }) = &selection.refused {
        app.output.warn(&format!("no go command works here: {place}: {reason}"));
        app.output.hint(cure);
    }
    if let Some(go) = &first {
        app.output.warn(&format!("`{}` is what runs: it comes before gom's `go` on PATH", go.display()));
        app.output.hint(&path_hint(&app.ctx));
    }
    // Green only if `go` really runs it; the warnings above report when it does not.
    let tone = if selection.refused.is_some() || first.is_some() { Tone::Caution } else { Tone::Good };
    Ok(app.output.result(object, |output| match &selection.toolchain {
        _ if arguments.short => output.data(&name),
        Selected::Installed { .. } => {
            output.data(&format!("{} (set by {})", paint(tone, &name), selection.origin));
        }
        Selected::Linked { goroot, .. } => {
            let version = version.as_ref().map(|version| format!(", Go {version}")).unwrap_or_default();
            let (name, goroot) = (paint(tone, &name), goroot.display());
            output.data(&format!("{name}{version}: {goroot} (set by {})", selection.origin));
        }
        Selected::System { go } => {
            let version = version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
            let name = paint(tone, &format!("system{version}"));
            output.data(&format!("{name}: {} (set by {})", go.display(), selection.origin));
        }
    }))
}

/// The object of `--format docker --json`.
#[derive(Serialize)]
struct ImageJson<'a> {
    image: &'a str,
    moves: bool,
    version: String,
}

fn print_image(go: &GoCommand, app: &App) -> Result<ExitCode, Failure> {
    let Some(version) = &go.version else {
        let message =
            format!("`{}` has no VERSION file, so no image tag is known for it", go.program.display());
        let hint = "run `go version`, and write the tag yourself";
        return Err(Failure::new(ErrorKind::NotFound, message, hint).about(go.program.display().to_string()));
    };
    let Image { tag, moves } = image_of(version);
    if moves {
        app.output
            .warn(&format!("{tag} is the newest patch of that line, and no tag names Go {version} alone"));
        app.output.hint("run `gom use latest`, or pin a version with a patch number");
    }
    let object = || ImageJson { image: &tag, moves, version: version.to_string() };
    Ok(app.output.result(object, |output| output.data(&tag)))
}
