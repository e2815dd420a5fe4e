//! `gom each`: runs a command under several Gos.

use std::cell::{self, RefCell};
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use gom_core::cancel::Cancelled;
use gom_core::install::InstallOutcome;
use gom_core::named_go::NamedGo;
use gom_core::path_text::as_text;
use gom_core::resolve::Query;
use gom_many::command::CommandRun;
use gom_many::each::{self, EachReport, EachRequest, EachWatch, Leg, LegState};
use gom_many::junit;
use gom_many::kept::millis;
use gom_many::logs::last_lines;
use gom_select::toolchain::ToolchainId;
use serde::Serialize;

use crate::announce::say_installed;
use crate::app::App;
use crate::failure::Failure;
use crate::output::{Output, Tone};
use crate::progress::rows::{RowText, Rows, took};
use crate::table::{self, Cell, Column};

/// How many of a command's last lines are shown.
const LINES: usize = 15;

/// Run a command under several Gos
///
/// Each SPEC is one Go, as for `gom install`: 1.22 is the newest patch of that line. What is missing is installed first.
/// Then the command runs in this folder once for each Go, whose programs are first on PATH as for `gom exec`, without
/// input and with its output in a log. A Go that is older than the `go` line of go.mod or go.work is skipped.
///
/// The exit code is 0 if no command failed, and 1 if one did. If a Go can't be had, and no command failed, it is that of
/// the failed install.
#[derive(Debug, Args)]
#[command(
    override_usage = "gom each [OPTIONS] [SPEC]... -- <CMD> [ARGUMENT]...",
    after_help = "\
Examples:
  gom each --supported -- go test ./...
  gom each 1.22 1.23 1.24 -- go vet ./...
  gom each --installed --fail-fast -- make test
  gom each 1.26 tip -j 1 -- go build .       one after the other
  gom each --supported --junit go.xml -- go test ./..."
)]
pub(crate) struct Arguments {
    /// Versions, lines, ranges, names of `gom link`, or system
    #[arg(value_name = "SPEC")]
    specs: Vec<String>,
    /// Also the newest patch of each line that gets security fixes
    #[arg(long)]
    supported: bool,
    /// Also every installed toolchain for this machine
    #[arg(long)]
    installed: bool,
    /// How many commands run at once; as many as there are cores if not given
    #[arg(long, short, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// After the first failure, stop what runs and start nothing more
    #[arg(long)]
    fail_fast: bool,
    /// Write the result into FILE, in the XML of JUnit
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Put the logs into DIR, and not into gom's cache
    #[arg(long, value_name = "DIR")]
    logs: Option<PathBuf>,
    /// The command and its arguments
    #[arg(value_name = "CMD", num_args = 1.., last = true, required = true)]
    command: Vec<OsString>,
}

/// The columns of the result.
const COLUMNS: [Column; 4] = [
    Column { title: "GO", is_number: false, gives_way: 0 },
    Column { title: "RESULT", is_number: false, gives_way: 0 },
    Column { title: "TIME", is_number: true, gives_way: 1 },
    Column { title: "REASON", is_number: false, gives_way: 2 },
];

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    command: Vec<String>,
    failed: bool,
    jobs: usize,
    legs: Vec<LegJson>,
    logs: String,
}

/// One Go.
#[derive(Serialize)]
struct LegJson {
    name: String,
    /// `None` for a Go that gom did not install, or that can't be had.
    toolchain: Option<String>,
    version: Option<String>,
    goroot: Option<String>,
    state: &'static str,
    reason: Option<String>,
    /// The file and line that skip it.
    file: Option<String>,
    line: Option<usize>,
    exit_code: Option<i32>,
    signal: Option<i32>,
    elapsed_ms: Option<u64>,
    log: Option<String>,
}

/// Shows what goes on.
struct Shown<'a> {
    app: &'a App,
    rows: RefCell<Option<Rows>>,
    names: RefCell<Vec<String>>,
    /// Whether every Go has a row.
    has_all: cell::Cell<bool>,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    if arguments.specs.is_empty() && !arguments.supported && !arguments.installed {
        let message = "`gom each` needs SPEC, --supported or --installed";
        return Err(Failure::usage(message, "run `gom each --supported -- go version`").about("SPEC"));
    }
    let queries = arguments.specs.iter().map(|text| Query::read(&app.ctx, text, None));
    let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let request = EachRequest {
        queries: queries.collect::<Result<_, _>>()?,
        supported: arguments.supported,
        installed: arguments.installed,
        jobs: arguments.jobs.map_or_else(cores, NonZeroUsize::get),
        fail_fast: arguments.fail_fast,
        command: arguments.command,
        logs: arguments.logs.map(|folder| app.absolute(&folder)),
    };
    let shown =
        Shown { app, rows: RefCell::default(), names: RefCell::default(), has_all: cell::Cell::new(false) };
    let ran = each::run(&app.ctx, &request, &shown).await;
    drop(shown);
    let report = ran?;
    let object = to_json(app, &request, &report);
    if !app.output.is_json() {
        print(&report, &app.output);
    }
    if report.is_cancelled {
        return Err(Failure::from(Cancelled).with_partial(object));
    }
    if let Some(file) = arguments.junit {
        let written = junit::write(&app.absolute(&file), &report, &request.command);
        written.map_err(|error| Failure::from(error).with_partial(&object))?;
    }
    ended(report, object, app)
}

/// The end of a run that nobody stopped.
fn ended(report: EachReport, object: Json, app: &App) -> Result<ExitCode, Failure> {
    let has_failed = report.has_failed();
    let nothing_ran = report.nothing_ran();
    let failures = report.legs.into_iter().filter_map(|leg| match leg.state {
        LegState::Unavailable(error) => Some(Failure::from(*error)),
        _ => None,
    });
    let mut failures: Vec<Failure> = failures.chain(nothing_ran.map(Failure::from)).collect();
    if failures.is_empty() {
        let _ = app.output.result(|| object, |_| ());
        return Ok(if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    }
    let mut first = failures.remove(0);
    first.others = failures;
    let first = first.with_partial(object);
    Err(if has_failed { first.with_code(1) } else { first })
}

fn print(report: &EachReport, output: &Output) {
    for leg in &report.legs {
        if let LegState::Failed(CommandRun { log, .. }) = &leg.state {
            say_end_of(output, &leg.name, log);
        }
    }
    let rows: Vec<Vec<Cell>> = report.legs.iter().map(cells).collect();
    for line in table::lines(&COLUMNS, &rows, output.width()) {
        output.data(&line);
    }
    output.say(&format!("logs: {}", report.logs.display()));
}

/// Shows the last lines of a log, if it has some.
pub(super) fn say_end_of(output: &Output, name: &str, log: &Path) {
    let lines = last_lines(log, LINES);
    if !lines.is_empty() {
        output.say(&format!("--- {name}: the end of {}", log.display()));
    }
    for line in lines {
        output.say(&line);
    }
}

/// A reason for one line: what follows in others is in the error or in the object of `--json`.
pub(super) fn first_line(reason: &str) -> String {
    reason.lines().next().unwrap_or_default().to_owned()
}

fn cells(leg: &Leg) -> Vec<Cell> {
    let time = leg.state.run().map(|run| took(run.elapsed)).unwrap_or_default();
    vec![
        leg.name.clone().into(),
        Cell::toned(word(&leg.state), tone(&leg.state)),
        time.into(),
        leg.state.reason().map(|reason| first_line(&reason)).unwrap_or_default().into(),
    ]
}

/// The state for people.
fn word(state: &LegState) -> &'static str {
    match state {
        LegState::Waiting => "not run",
        state => state.name(),
    }
}

fn tone(state: &LegState) -> Tone {
    match state {
        LegState::Passed(_) => Tone::Good,
        LegState::Failed(_) | LegState::Unavailable(_) => Tone::Bad,
        LegState::Stopped(_) => Tone::Caution,
        LegState::TooOld(_) | LegState::Waiting => Tone::Faint,
    }
}

fn to_json(app: &App, request: &EachRequest, report: &EachReport) -> Json {
    Json {
        command: request.command.iter().map(|word| word.to_string_lossy().into_owned()).collect(),
        failed: report.has_failed(),
        jobs: report.jobs,
        legs: report.legs.iter().map(|leg| leg_json(app, leg)).collect(),
        logs: as_text(&report.logs),
    }
}

fn leg_json(app: &App, leg: &Leg) -> LegJson {
    let run = leg.state.run();
    let line = match &leg.state {
        LegState::TooOld(line) => Some(line),
        _ => None,
    };
    LegJson {
        name: leg.name.clone(),
        toolchain: match &leg.go {
            Some(NamedGo::Installed(id)) => Some(id.to_string()),
            _ => None,
        },
        version: leg.version.as_ref().map(ToString::to_string),
        goroot: leg.go.as_ref().and_then(|go| go.goroot(&app.ctx)).map(|goroot| as_text(&goroot)),
        state: leg.state.name(),
        reason: leg.state.reason(),
        file: line.map(|line| as_text(&line.file)),
        line: line.map(|line| line.line),
        exit_code: run.and_then(|run| run.end.code()),
        signal: run.and_then(|run| run.end.signal()),
        elapsed_ms: run.map(|run| millis(run.elapsed)),
        log: run.map(|run| as_text(&run.log)),
    }
}

impl Shown<'_> {
    fn set(&self, at: usize, text: String, since: Option<Instant>) {
        let name = self.names.borrow().get(at).cloned().unwrap_or_default();
        if let Some(rows) = &*self.rows.borrow() {
            rows.set(at, RowText { name, text, since });
        }
    }
}

impl EachWatch for Shown<'_> {
    fn obtained(&self, id: &ToolchainId, outcome: &InstallOutcome) {
        if matches!(outcome, InstallOutcome::Now(_)) {
            say_installed(self.app, id, outcome);
        }
    }

    fn ready(&self, legs: &[Leg]) {
        let width = legs.iter().map(|leg| leg.name.chars().count()).max().unwrap_or_default();
        let rows = Rows::new(self.app.output.clone(), width);
        self.has_all.set(rows.fit(legs.len()));
        *self.names.borrow_mut() = legs.iter().map(|leg| leg.name.clone()).collect();
        *self.rows.borrow_mut() = Some(rows);
        for (at, leg) in legs.iter().enumerate() {
            if self.has_all.get() {
                let word = if matches!(leg.state, LegState::Waiting) { "waiting" } else { word(&leg.state) };
                self.set(at, word.to_owned(), None);
            } else if let Some(reason) = leg.state.reason() {
                let reason = first_line(&reason);
                self.app.output.say(&format!("{}: {}, {reason}", leg.name, word(&leg.state)));
            }
        }
    }

    fn begins(&self, at: usize) {
        self.set(at, "running".to_owned(), Some(Instant::now()));
    }

    fn ended(&self, at: usize, leg: &Leg) {
        let time = leg.state.run().map(|run| took(run.elapsed)).unwrap_or_default();
        if self.has_all.get() {
            return self.set(at, format!("{}  {time}", word(&leg.state)), None);
        }
        if let Some(rows) = &*self.rows.borrow() {
            rows.clear(at);
        }
        let reason = leg.state.reason().map(|reason| format!(", {reason}")).unwrap_or_default();
        self.app.output.say(&format!("{}: {} after {time}{reason}", leg.name, word(&leg.state)));
    }
}
