//! `gom find`: prints where an installed Go is, for programs that run it.

use std::process::ExitCode;

use clap::Args;
use gom_core::locate::{self, GoKind, LocatedGo};
use gom_core::path_text::as_text;
use gom_core::resolve::Query;
use gom_core::verify::ProofStatus;
use gom_select::explain::ErrorKind;
use gom_select::select::Refusal;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::options::PlatformArgs;

/// Find an installed Go, for programs that run it
///
/// Prints the path of the newest installed go that SPEC means; without SPEC, of the go that runs here. It never uses
/// the network and installs nothing: what is not installed ends with exit code 3, and the hint names the command that
/// installs it.
///
/// Programs should use --json, which has the GOROOT, the version, and how the toolchain was proven: docs/for-tools.md.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom find 1.26 --json
  gom find '>=1.25, <1.27' --json
  gom find --json                  the go that runs in this folder")]
pub(crate) struct Arguments {
    /// An installed version, line or range, a linked name, or `system`
    #[arg(value_name = "SPEC")]
    spec: Option<String>,
    #[command(flatten)]
    platform: PlatformArgs,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    kind: GoKind,
    go: String,
    goroot: Option<String>,
    version: Option<String>,
    os: &'a str,
    arch: &'a str,
    runs_here: bool,
    toolchain: Option<String>,
    name: Option<&'a str>,
    proof: ProofStatus,
    asked: Option<&'a str>,
    origin: String,
    file: Option<String>,
    line: Option<usize>,
    missing: Option<&'a str>,
    refused: Option<RefusedJson<'a>>,
}

/// The value that stops every go command here.
#[derive(Serialize)]
struct RefusedJson<'a> {
    place: &'a str,
    reason: &'a str,
    hint: &'a str,
}

pub(crate) fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let found = find(arguments, app).map_err(not_found)?;
    if let Some(Refusal { place, reason, cure }) = &found.refused {
        app.output.warn(&format!("no go command works here: {place}: {reason}"));
        app.output.hint(cure);
    }
    Ok(app.output.result(|| to_json(&found, app), |output| output.data_path(&found.command.program)))
}

fn find(arguments: &Arguments, app: &App) -> Result<LocatedGo, Failure> {
    let platform = arguments.platform.platform(&app.ctx.platform)?;
    let Some(spec) = &arguments.spec else {
        if platform.is_some() {
            let message = "--os and --arch need a SPEC: without one the go that runs here is found";
            return Err(Failure::usage(message, "run `gom find latest --os OS --arch ARCH`"));
        }
        return Ok(locate::here(&app.ctx)?);
    };
    let query = Query::read(&app.ctx, spec, platform.as_ref())?;
    Ok(locate::by_query(&app.ctx, &query)?)
}

/// No toolchain is the answer of this verb, and not a failure to start one, which 127 stands for.
fn not_found(failure: Failure) -> Failure {
    match failure.kind {
        ErrorKind::NoToolchain => failure.with_kind(ErrorKind::NotFound),
        _ => failure,
    }
}

fn to_json<'a>(found: &'a LocatedGo, app: &App) -> Json<'a> {
    let place = found.place();
    let refused = |Refusal { place, reason, cure }: &'a Refusal| RefusedJson { place, reason, hint: cure };
    Json {
        kind: found.kind,
        go: as_text(&found.command.program),
        goroot: found.command.goroot.as_deref().map(as_text),
        version: found.command.version.as_ref().map(ToString::to_string),
        os: found.command.platform.os(),
        arch: found.command.platform.arch(),
        runs_here: found.runs_here(&app.ctx),
        toolchain: found.toolchain.as_ref().map(ToString::to_string),
        name: found.name.as_ref().map(gom_select::link_name::LinkName::as_str),
        proof: found.proof,
        asked: found.asked.as_deref(),
        origin: found.origin.to_string(),
        file: place.map(|(file, _)| as_text(file)),
        line: place.map(|(_, line)| line),
        missing: found.missing.as_deref(),
        refused: found.refused.as_ref().map(refused),
    }
}
