//! `gom sync`: every place of a project that names a Go version, whether they agree, and the edits that make them.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use gom_core::path_text::as_text;
use gom_core::project::Project;
use gom_project::error::SyncError;
use gom_project::formats::{self, ReportFormat};
use gom_project::mention::Role;
use gom_project::sync::{self, Agreement, Place, Strength, SyncReport};
use gom_select::explain::ErrorKind;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::output::{Output, Tone, can_ask, counted};
use crate::table::{self, Cell, Column};

/// Keep one Go version in every file of a project
///
/// Lists every place below the project's root that names a Go version: version files, go.work, go.mod, files of other
/// managers, Dockerfiles, CI, editors and more. Compares each with the version that gom selects at the root: the version
/// file there, else go.work or go.mod. Shows the edits that make them agree, then asks; without a terminal it needs --yes.
/// An edit replaces the bytes of a version and no others. A go line and an image are raised, and lowered only with --to.
///
/// gom.toml at the root may say what agreement means: a section `sync` with the list `exclude`, and a section `sync.rules`
/// with a rule (exact, line, at-least, at-most or report) for a role (go-line, toolchain-line, pin, image, ci, tool, editor,
/// matrix or constraint).
///
/// The exit code is 10 if a place disagrees that gom did not change, and 2 if a file is not valid.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom sync --check                 in CI: exit code 10 if a place disagrees
  gom sync --check --format github
  gom sync --dry-run               the edits, and write nothing
  gom sync --yes
  gom sync --to 1.22.6             this version everywhere")]
pub(crate) struct Arguments {
    /// Only report, and end with exit code 10 if a place disagrees
    #[arg(long, conflicts_with_all = ["yes", "dry_run"])]
    check: bool,
    /// The version that every place is to have, instead of the one that is selected at the root
    #[arg(long, value_name = "SPEC")]
    to: Option<String>,
    /// Print what disagrees in another form
    #[arg(long, value_name = "FORMAT", requires = "check", conflicts_with = "json")]
    format: Option<SyncFormat>,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// Show the edits, and write nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SyncFormat {
    /// Annotations of a GitHub workflow
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// SARIF, for code scanning
    Sarif,
}

/// The columns. A narrow terminal omits the reason first.
const COLUMNS: [Column; 6] = [
    Column { title: "STATE", is_number: false, gives_way: 0 },
    Column { title: "VERSION", is_number: false, gives_way: 0 },
    Column { title: "NEW", is_number: false, gives_way: 0 },
    Column { title: "PLACE", is_number: false, gives_way: 0 },
    Column { title: "WHAT", is_number: false, gives_way: 1 },
    Column { title: "WHY", is_number: false, gives_way: 2 },
];

/// The object of `--json`. A failure has it too.
#[derive(Serialize)]
struct Json<'a> {
    root: String,
    in_step: bool,
    dry_run: bool,
    target: TargetJson<'a>,
    places: Vec<PlaceJson<'a>>,
    unreadable: Vec<UnreadableJson<'a>>,
    /// Whether a part of the tree was not searched.
    incomplete: bool,
    /// The files that changed; with `--check` and `--dry-run`, those that would.
    files: Vec<FileJson<'a>>,
}

/// What the places are compared with.
#[derive(Serialize)]
struct TargetJson<'a> {
    version: String,
    release: String,
    strength: Strength,
    origin: &'a str,
}

/// A place.
#[derive(Serialize)]
struct PlaceJson<'a> {
    file: &'a str,
    line: usize,
    kind: &'a str,
    role: Role,
    what: &'a str,
    version: &'a str,
    state: Agreement,
    reason: Option<&'a str>,
    new: Option<&'a str>,
    hint: Option<&'a str>,
}

/// A file that is not valid.
#[derive(Serialize)]
struct UnreadableJson<'a> {
    file: &'a str,
    line: Option<usize>,
    reason: &'a str,
}

/// A file that changes.
#[derive(Serialize)]
struct FileJson<'a> {
    file: &'a str,
    diff: String,
    changed: bool,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let cwd = app.ctx.environment.cwd.as_deref().ok_or(SyncError::NoFolder)?;
    let project = Project::of_go(cwd).map_err(SyncError::from)?;
    let report = sync::compare(&app.ctx, project.root(), arguments.to.as_deref())?;
    if report.is_cut {
        app.output.warn("the tree is so large that a part of it was not searched");
    }
    if arguments.check {
        return check(&arguments, &report, app);
    }
    if arguments.dry_run || report.edits.is_empty() {
        for edit in &report.edits {
            edit.check(&report.root)?;
        }
        let code = if arguments.dry_run { ExitCode::SUCCESS } else { by_hand_code(&report) };
        let print = |output: &Output| print_plan(&report, &|line| output.data(line), output);
        return finish(&report, app, code, to_json(&report, 0, arguments.dry_run), print);
    }
    if !arguments.yes {
        confirm(&report, app).await?;
    }
    for edit in &report.edits {
        edit.check(&report.root)?;
    }
    for (changed, edit) in report.edits.iter().enumerate() {
        // The files before it are written, and each of them is whole.
        edit.make(&report.root)
            .map_err(|error| Failure::from(error).with_partial(to_json(&report, changed, false)))?;
        app.output.say(&format!("changed {}", shown(&edit.path)));
    }
    finish(&report, app, by_hand_code(&report), to_json(&report, report.edits.len(), false), |_| ())
}

fn check(arguments: &Arguments, report: &SyncReport, app: &App) -> Result<ExitCode, Failure> {
    let code = if report.is_in_step() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(ErrorKind::ActionNeeded.exit_code())
    };
    let format = arguments.format.map(|format| match format {
        SyncFormat::Github => ReportFormat::Github,
        SyncFormat::Gitlab => ReportFormat::Gitlab,
        SyncFormat::Sarif => ReportFormat::Sarif,
    });
    let print = |output: &Output| {
        if let Some(format) = format {
            let text = formats::render(format, report);
            if !text.is_empty() {
                output.data(&text);
            }
            return;
        }
        print_table(report, &|line| output.data(line), output);
        if report.is_in_step() && report.unreadable.is_empty() {
            output.say("every place agrees");
        }
        if !report.edits.is_empty() {
            output.hint("run `gom sync` to change the places with a NEW version");
        }
    };
    finish(report, app, code, to_json(report, 0, false), print)
}

/// Prints the result, and ends with the code; unless a file is not valid: nothing is known about it, and that is an error.
fn finish(
    report: &SyncReport,
    app: &App,
    code: ExitCode,
    object: Json<'_>,
    print: impl FnOnce(&Output),
) -> Result<ExitCode, Failure> {
    if !app.output.is_json() {
        print(&app.output);
        say_by_hand(report, app);
    }
    let mut failures = report.unreadable.iter().map(|file| {
        let line = file.line.map(|line| format!(":{line}")).unwrap_or_default();
        let message =
            format!("{}{line}: {}", shown(&as_text(&report.root.join(&file.file))), shown(&file.reason));
        let hint = format!("correct that file, or list it in `exclude` of [sync] in {}", policy_file(report));
        Failure::usage(message, hint).about(shown(&file.file))
    });
    let Some(mut first) = failures.next() else {
        if app.output.is_json() {
            app.output.json(object);
        }
        return Ok(code);
    };
    first.others = failures.collect();
    Err(first.with_partial(object))
}

fn policy_file(report: &SyncReport) -> String {
    as_text(&report.root.join(gom_project::policy::FILE))
}

/// What no edit made agree is left to do.
fn by_hand_code(report: &SyncReport) -> ExitCode {
    match report.by_hand().next() {
        Some(_) => ExitCode::from(ErrorKind::ActionNeeded.exit_code()),
        None => ExitCode::SUCCESS,
    }
}

/// Shows the edits, and asks.
async fn confirm(report: &SyncReport, app: &App) -> Result<(), Failure> {
    let count = counted(report.edits.len(), "file");
    if !can_ask() || app.output.is_json() {
        let message = format!("{count} would be changed, and nobody can be asked");
        return Err(Failure::usage(
            message,
            "run `gom sync --dry-run` to see the edits, then the same command with `--yes`",
        ));
    }
    print_plan(report, &|line| app.output.say(line), &app.output);
    if app.ask(format!("Change {count}?")).await? {
        return Ok(());
    }
    Err(Failure::other("nothing was changed", "run `gom sync --dry-run` to see the edits again"))
}

fn print_plan(report: &SyncReport, print: &dyn Fn(&str), output: &Output) {
    print_table(report, print, output);
    for edit in &report.edits {
        print("");
        for line in edit.diff().trim_end().split('\n') {
            print(&shown(line.trim_end_matches('\r')));
        }
    }
}

fn print_table(report: &SyncReport, print: &dyn Fn(&str), output: &Output) {
    let target = &report.target;
    let or_newer = if target.strength == Strength::Minimum { " or newer" } else { "" };
    print(&format!("Go {}{or_newer}, by {}", target.version, shown(&target.origin)));
    let rows: Vec<Vec<Cell>> = report.places.iter().map(cells).collect();
    for line in table::lines(&COLUMNS, &rows, output.width()) {
        print(&line);
    }
}

fn cells(place: &Place) -> Vec<Cell> {
    let state = match place.agreement {
        Agreement::InStep => Cell::toned("ok", Tone::Good),
        Agreement::OutOfStep => Cell::toned("differs", Tone::Bad),
        Agreement::Reported => Cell::toned("note", Tone::Faint),
    };
    vec![
        state,
        shown(&place.mention.written).into(),
        place.new.as_deref().map(shown).unwrap_or_default().into(),
        format!("{}:{}", shown(&place.file), place.mention.line).into(),
        shown(&place.mention.what).into(),
        shown(&place.reason).into(),
    ]
}

/// Says what no edit does.
fn say_by_hand(report: &SyncReport, app: &App) {
    for place in report.by_hand() {
        if let Some(hint) = &place.hint {
            app.output.hint(&shown(&format!("{}:{}: {hint}", place.file, place.mention.line)));
        }
    }
}

/// A text of the project without control characters, which must not reach the terminal.
fn shown(text: &str) -> String {
    if text.contains(|c: char| c.is_control() && c != '\t') {
        text.escape_debug().to_string()
    } else {
        text.to_owned()
    }
}

fn to_json(report: &SyncReport, changed: usize, is_dry: bool) -> Json<'_> {
    let target = &report.target;
    let places = report.places.iter().map(|place| PlaceJson {
        file: &place.file,
        line: place.mention.line,
        kind: place.kind,
        role: place.mention.role,
        what: &place.mention.what,
        version: &place.mention.written,
        state: place.agreement,
        reason: Some(place.reason.as_str()).filter(|reason| !reason.is_empty()),
        new: place.new.as_deref(),
        hint: place.hint.as_deref(),
    });
    let unreadable = report.unreadable.iter().map(|file| UnreadableJson {
        file: &file.file,
        line: file.line,
        reason: &file.reason,
    });
    let files = report.edits.iter().enumerate().map(|(index, edit)| FileJson {
        file: &edit.path,
        diff: edit.diff(),
        changed: index < changed,
    });
    Json {
        root: as_text(&report.root),
        in_step: report.is_in_step(),
        dry_run: is_dry,
        target: TargetJson {
            version: target.version.to_string(),
            release: target.release.to_string(),
            strength: target.strength,
            origin: &target.origin,
        },
        places: places.collect(),
        unreadable: unreadable.collect(),
        incomplete: report.is_cut,
        files: files.collect(),
    }
}
