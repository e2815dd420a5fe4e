//! `gom ide check`: what an editor would run, in each of the poor environments in which editors start programs.

use std::process::ExitCode;

use clap::Args;
use gom_ide::check::{self, CheckReport, ProgramReport, State};
use gom_project::printable::printable;
use gom_select::explain::ErrorKind;

use super::editor_name::EditorName;
use super::print;
use crate::app::App;
use crate::failure::Failure;
use crate::output::{Output, Tone};
use crate::table::{self, Cell, Column};

/// Check which go, gopls and dlv an editor would run
///
/// Starts go, gopls and dlv as an editor does that lacks your terminal's environment: from the desktop, on a machine reached
/// by SSH, as a snap, and with no variable at all. Reports the path, architecture and version of each, and whether
/// gopls and dlv can serve the project's Go. A program that a file of the project names is never started: gom names the file
/// and line. Ends with 10 if there is something to do.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom ide check
  gom ide check vscode             with your settings of VS Code (the default)
  gom ide check helix              by PATH alone")]
pub(crate) struct Arguments {
    /// The editor
    #[arg(value_name = "EDITOR")]
    editor: Option<EditorName>,
}

const COLUMNS: [Column; 6] = [
    Column { title: "STARTED", is_number: false, gives_way: 0 },
    Column { title: "PROGRAM", is_number: false, gives_way: 0 },
    Column { title: "STATE", is_number: false, gives_way: 0 },
    Column { title: "VERSION", is_number: false, gives_way: 0 },
    Column { title: "ARCH", is_number: false, gives_way: 1 },
    Column { title: "PATH", is_number: false, gives_way: 2 },
];

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let report = check::run(&app.ctx, arguments.editor.map(EditorName::editor))?;
    app.output.result(|| &report, |output| show(&report, output));
    let code = if report.needs_action() { ErrorKind::ActionNeeded.exit_code() } else { 0 };
    Ok(ExitCode::from(code))
}

fn show(report: &CheckReport, output: &Output) {
    let rows: Vec<Vec<Cell>> = report
        .environments
        .iter()
        .flat_map(|one| one.programs.iter().map(|program| cells(one.name, program)))
        .collect();
    for line in table::lines(&COLUMNS, &rows, output.width()) {
        output.data(&line);
    }
    for one in &report.environments {
        output.say(&format!("{}: {}", one.name, one.what));
    }
    let mut hints: Vec<&str> = Vec::new();
    for (name, program) in
        report.environments.iter().flat_map(|one| one.programs.iter().map(move |program| (one.name, program)))
    {
        if let Some(problem) = program.problem.as_ref().filter(|_| program.state != State::Missing) {
            output.warn(&printable(&format!("{name}: {}: {problem}", program.name)));
        }
        let hint = program.hint.as_deref().filter(|hint| !hints.contains(hint));
        hints.extend(hint);
    }
    for one in &report.unsafe_paths {
        let archs =
            if one.archs.is_empty() { String::new() } else { format!(", for {}", one.archs.join(", ")) };
        output.warn(&printable(&format!(
            "{}:{}: {} names `{}`{archs}: gom did not start it, an editor would",
            print::text_of(&one.file),
            one.line,
            one.setting,
            one.value
        )));
    }
    if !report.unsafe_paths.is_empty() {
        output.hint(
            "look at these lines before you trust the folder; `gom ide vscode` takes out those that pin a Go",
        );
    }
    for one in &report.attach {
        output.warn(&format!("{} is {}: {}", one.place, one.value, one.problem));
        output.hint(one.hint);
    }
    for hint in hints {
        output.hint(hint);
    }
}

fn cells(name: &str, program: &ProgramReport) -> Vec<Cell> {
    let state = match program.state {
        State::Ok => Cell::toned("ok", Tone::Good),
        State::Missing => Cell::toned("missing", Tone::Caution),
        State::Problem => Cell::toned("problem", Tone::Bad),
        State::Unsafe => Cell::toned("unsafe", Tone::Bad),
    };
    let path = program.path.as_deref().map(print::text_of).unwrap_or_default();
    vec![
        name.into(),
        program.name.into(),
        state,
        printable(program.version.as_deref().unwrap_or_default()).into(),
        program.archs.join(", ").into(),
        path.into(),
    ]
}
