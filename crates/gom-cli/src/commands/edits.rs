//! How `gom sync` and `gom bump` show the places of a project, ask, and make the edits.

use std::process::ExitCode;

use gom_core::path_text::as_text;
use gom_project::error::SyncError;
use gom_project::image_tags;
use gom_project::mention::Role;
use gom_project::printable::printable;
use gom_project::sync::{Agreement, Place, Strength, SyncReport};
use gom_select::explain::ErrorKind;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::output::{Output, Tone, can_ask, counted};
use crate::table::{self, Cell, Column};

/// The columns. A narrow terminal omits the reason first.
const COLUMNS: [Column; 6] = [
    Column { title: "STATE", is_number: false, gives_way: 0 },
    Column { title: "VERSION", is_number: false, gives_way: 0 },
    Column { title: "NEW", is_number: false, gives_way: 0 },
    Column { title: "PLACE", is_number: false, gives_way: 0 },
    Column { title: "WHAT", is_number: false, gives_way: 1 },
    Column { title: "WHY", is_number: false, gives_way: 2 },
];

/// The places and the files, in the object of `--json`.
#[derive(Serialize)]
pub(super) struct EditsJson<'a> {
    root: String,
    in_step: bool,
    dry_run: bool,
    places: Vec<PlaceJson<'a>>,
    unreadable: Vec<UnreadableJson<'a>>,
    /// Whether a part of the tree was not searched.
    incomplete: bool,
    /// The files that changed; with `--check` and `--dry-run`, those that would.
    files: Vec<FileJson<'a>>,
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

impl EditsJson<'_> {
    /// The object for a report, of whose edits so many were made.
    pub(super) fn of(report: &SyncReport, changed: usize, is_dry: bool) -> EditsJson<'_> {
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
        EditsJson {
            root: as_text(&report.root),
            in_step: report.is_in_step(),
            dry_run: is_dry,
            places: places.collect(),
            unreadable: unreadable.collect(),
            incomplete: report.is_cut,
            files: files.collect(),
        }
    }
}

/// Warns if gom did not see the whole project.
pub(super) fn warn_if_cut(report: &SyncReport, app: &App) {
    if report.is_cut {
        app.output.warn("the tree is so large that a part of it was not searched");
    }
}

/// Fails where a file would be refused because it is a link or outside the project.
pub(super) fn check(report: &SyncReport) -> Result<(), Failure> {
    for edit in &report.edits {
        edit.check(&report.root)?;
    }
    Ok(())
}

/// Makes the edits, if each of them can be made as things are now. `command` is what to run again after a failure, and
/// `partial` the object with the number of those that were made.
pub(super) fn make<T: Serialize>(
    report: &SyncReport,
    command: &str,
    app: &App,
    partial: impl Fn(usize) -> T,
) -> Result<(), Failure> {
    let failure = |error: SyncError, changed| {
        let hint = error.hint_after(command);
        Failure::from(error).with_hint(hint).with_partial(partial(changed))
    };
    for edit in &report.edits {
        edit.check_ready(&report.root).map_err(|error| failure(error, 0))?;
    }
    for (changed, edit) in report.edits.iter().enumerate() {
        // The files before it are written, and each of them is whole.
        edit.make(&report.root).map_err(|error| failure(error, changed))?;
        app.output.say(&format!("changed {}", printable(&edit.path)));
    }
    Ok(())
}

/// Shows the edits, and asks. `verb` is the command, for its hints.
pub(super) async fn confirm(report: &SyncReport, verb: &str, app: &App) -> Result<(), Failure> {
    let files = counted(report.edits.len(), "file");
    if !can_ask() || app.output.is_json() {
        let message = format!("{files} would be changed, and nobody can be asked");
        let hint = format!("run `{verb} --dry-run` to see the edits, then the same command with `--yes`");
        return Err(Failure::usage(message, hint));
    }
    print_plan(report, &|line| app.output.say(line), &app.output);
    if app.ask(format!("Change {files}?")).await? {
        return Ok(());
    }
    Err(Failure::other("nothing was changed", format!("run `{verb} --dry-run` to see the edits again")))
}

/// Prints the result, and ends with the code; unless a file is not valid: nothing is known about it, and that is an error.
pub(super) fn finish(
    report: &SyncReport,
    app: &App,
    code: ExitCode,
    object: impl Serialize,
    print: impl FnOnce(&Output),
) -> Result<ExitCode, Failure> {
    if !app.output.is_json() {
        print(&app.output);
        say_hints(report, app);
    }
    let policy = as_text(&report.root.join(gom_project::policy::FILE));
    let mut failures = report.unreadable.iter().map(|file| {
        let line = file.line.map(|line| format!(":{line}")).unwrap_or_default();
        let path = printable(&as_text(&report.root.join(&file.file)));
        let message = format!("{path}{line}: {}", printable(&file.reason));
        let hint = format!("correct that file, or list it in `exclude` of [sync] in {policy}");
        Failure::usage(message, hint).about(printable(&file.file))
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

/// What no edit made agree is left to do.
pub(super) fn by_hand_code(report: &SyncReport) -> ExitCode {
    match report.by_hand().next() {
        Some(_) => ExitCode::from(ErrorKind::ActionNeeded.exit_code()),
        None => ExitCode::SUCCESS,
    }
}

/// Prints the table and the edits.
pub(super) fn print_plan(report: &SyncReport, print: &dyn Fn(&str), output: &Output) {
    print_table(report, print, output);
    for edit in &report.edits {
        print("");
        for line in edit.diff().trim_end().split('\n') {
            print(&printable(line.trim_end_matches('\r')));
        }
    }
}

/// Prints the table of places.
pub(super) fn print_table(report: &SyncReport, print: &dyn Fn(&str), output: &Output) {
    let target = &report.target;
    let or_newer = if target.strength == Strength::Minimum { " or newer" } else { "" };
    print(&format!("Go {}{or_newer}, by {}", target.version, printable(&target.origin)));
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
        printable(&place.mention.written).into(),
        place.new.as_deref().map(printable).unwrap_or_default().into(),
        format!("{}:{}", printable(&place.file), place.mention.line).into(),
        printable(&place.mention.what).into(),
        printable(&place.reason).into(),
    ]
}

/// Says what no edit does, and which tags of images may not exist.
fn say_hints(report: &SyncReport, app: &App) {
    for place in report.by_hand() {
        if let Some(hint) = &place.hint {
            app.output.hint(&printable(&format!("{}:{}: {hint}", place.file, place.mention.line)));
        }
    }
    if let Some((first, others)) = report.unknown_tags.split_first() {
        let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
        app.output.hint(&printable(&format!(
            "gom's list of tags, of {}, does not tell whether golang:{first}{more} exists; `gom sync --online` asks",
            image_tags::day()
        )));
    }
}
