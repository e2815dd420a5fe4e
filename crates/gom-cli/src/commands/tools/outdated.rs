//! `gom tools outdated`: lists the tools that have a newer version or are too old for this Go.

use std::process::ExitCode;

use clap::Args;
use gom_select::explain::ErrorKind;
use gom_tools::outdated::{self, ToolState};
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::output::{Output, Tone};
use crate::table::{self, Cell, Column};

/// List the tools that have a newer version or are too old here
///
/// A tool is too old here if it reads Go code and is only installed for older lines of Go than the one that is selected
/// in this folder. One that was installed at a version stays at it, and is not outdated by a newer one.
///
/// The exit code is 10 if something is outdated.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom tools outdated
  gom tools outdated --json")]
pub(crate) struct Arguments {}

/// The columns.
const COLUMNS: [Column; 5] = [
    Column { title: "TOOL", is_number: false, gives_way: 0 },
    Column { title: "VERSION", is_number: false, gives_way: 0 },
    Column { title: "NEWEST", is_number: false, gives_way: 0 },
    Column { title: "FOR GO", is_number: false, gives_way: 0 },
    Column { title: "STATE", is_number: false, gives_way: 1 },
];

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    outdated: bool,
    tools: Vec<StateJson>,
}

/// One tool and line.
#[derive(Serialize)]
struct StateJson {
    name: String,
    line: String,
    version: Option<String>,
    /// Null if it is unknown.
    newest: Option<String>,
    outdated: bool,
    /// The version that it stays at.
    held: bool,
    /// The line that the installed one is for, if that is too old for `line`.
    too_old_of: Option<String>,
}

pub(crate) async fn run(Arguments {}: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let states = outdated::outdated(&app.ctx).await?;
    let is_outdated = states.iter().any(ToolState::is_outdated);
    let object = || Json { outdated: is_outdated, tools: states.iter().map(to_json).collect() };
    let code = app.output.result(object, |output| print(&states, is_outdated, output));
    Ok(if is_outdated { ExitCode::from(ErrorKind::ActionNeeded.exit_code()) } else { code })
}

fn print(states: &[ToolState], is_outdated: bool, output: &Output) {
    let rows: Vec<Vec<Cell>> = states.iter().map(cells).collect();
    for line in table::lines(&COLUMNS, &rows, output.width()) {
        output.data(&line);
    }
    if is_outdated {
        output.hint("run `gom tools upgrade`");
    } else {
        output.say("no tool is outdated");
    }
}

fn is_held(state: &ToolState) -> bool {
    state.tool.receipt.as_ref().is_ok_and(gom_tools::receipt::ToolReceipt::is_held)
}

fn cells(state: &ToolState) -> Vec<Cell> {
    let version = state.tool.receipt.as_ref().map_or("unknown", |receipt| receipt.version());
    let text = if state.is_too_old {
        Cell::toned(format!("only for Go {}, and reads Go code", state.tool.place.of.line), Tone::Bad)
    } else if !state.has_go {
        Cell::toned("its Go is not installed", Tone::Faint)
    } else if state.has_newer && is_held(state) {
        Cell::toned("held at its version", Tone::Faint)
    } else if state.has_newer {
        Cell::toned("outdated", Tone::Caution)
    } else if state.newest.is_none() {
        Cell::toned("unknown", Tone::Caution)
    } else {
        Cell::default()
    };
    vec![
        state.place.name.as_str().into(),
        version.into(),
        state.newest.clone().filter(|_| state.has_newer).unwrap_or_default().into(),
        state.place.of.line.to_string().into(),
        text,
    ]
}

fn to_json(state: &ToolState) -> StateJson {
    StateJson {
        name: state.place.name.to_string(),
        line: state.place.of.line.to_string(),
        version: state.tool.receipt.as_ref().ok().map(|receipt| receipt.version().to_owned()),
        newest: state.newest.clone(),
        outdated: state.is_outdated(),
        held: is_held(state),
        too_old_of: state.is_too_old.then(|| state.tool.place.of.line.to_string()),
    }
}
