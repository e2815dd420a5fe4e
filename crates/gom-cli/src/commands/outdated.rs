//! `gom outdated`: lists the Go in use that has a newer release, and what that release fixes.

use std::process::ExitCode;

use clap::Args;
use gom_audit::database::Database;
use gom_audit::known;
use gom_core::index::dates::ReleaseDate;
use gom_core::path_text::as_text;
use gom_core::upkeep::outdated::{GoState, OutdatedReport, SupportState, outdated};
use gom_core::upkeep::uses::UseKind;
use gom_select::explain::ErrorKind;
use serde::Serialize;

use super::release::SecurityJson;
use crate::app::App;
use crate::failure::Failure;
use crate::output::{Output, Tone, counted};
use crate::table::{self, Cell, Column};

/// List the Go in use that has a newer release
///
/// Shows the newest patch of each installed line, of the default, and of the pin of this folder, with the days and the
/// number of security releases between the two, the known vulnerabilities of what is in use (`gom audit` has the list),
/// and the end of the line's support. What gom can't know is `unknown`. A line without support is not outdated by itself.
///
/// The exit code is 10 if something is outdated.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom outdated
  gom outdated --offline           by what gom knows, without a request
  gom outdated --json")]
pub(crate) struct Arguments {}

/// The columns. A narrow terminal omits the file first.
const COLUMNS: [Column; 8] = [
    Column { title: "USED BY", is_number: false, gives_way: 0 },
    Column { title: "GO", is_number: false, gives_way: 0 },
    Column { title: "NEWEST", is_number: false, gives_way: 0 },
    Column { title: "BEHIND", is_number: true, gives_way: 2 },
    Column { title: "SECURITY", is_number: false, gives_way: 1 },
    Column { title: "VULNS", is_number: true, gives_way: 1 },
    Column { title: "SUPPORT", is_number: false, gives_way: 3 },
    Column { title: "FILE", is_number: false, gives_way: 4 },
];

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    outdated: bool,
    as_of: &'a str,
    /// Whether a list of releases could be asked for; if not, there may be newer ones than those named here.
    refreshed: bool,
    in_use: Vec<InUseJson<'a>>,
}

/// One Go in use.
#[derive(Serialize)]
struct InUseJson<'a> {
    used_by: &'static str,
    request: &'a str,
    file: Option<String>,
    line: Option<usize>,
    version: Option<String>,
    toolchain: Option<String>,
    newest: Option<String>,
    outdated: bool,
    released: Option<&'a ReleaseDate>,
    newest_released: Option<&'a ReleaseDate>,
    days_behind: Option<u64>,
    security: Option<SecurityJson>,
    known_vulnerabilities: Option<usize>,
    supported: Option<bool>,
    support_ends_with: Option<String>,
    support_ended: Option<&'a ReleaseDate>,
}

pub(crate) async fn run(Arguments {}: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let report = outdated(&app.ctx).await?;
    let database = known::load_known(&app.ctx);
    let vulnerabilities = |row: &GoState| vulnerabilities(row, &database, app);
    let object = || Json {
        outdated: report.has_outdated(),
        as_of: &report.as_of,
        refreshed: report.silence.is_none(),
        in_use: report.rows.iter().map(|row| to_json(row, vulnerabilities(row))).collect(),
    };
    let code = app.output.result(object, |output| say(&report, &vulnerabilities, output));
    Ok(if report.has_outdated() { ExitCode::from(ErrorKind::ActionNeeded.exit_code()) } else { code })
}

/// The number of known vulnerabilities of what is in use now, by what gom knows without a request.
fn vulnerabilities(row: &GoState, database: &Database, app: &App) -> Option<usize> {
    let platform = row.used.id.as_ref().map(|id| &id.platform).or(row.used.request.platform.as_ref());
    database.count(row.used.version()?, platform.unwrap_or(&app.ctx.platform))
}

fn say(report: &OutdatedReport, vulnerabilities: &dyn Fn(&GoState) -> Option<usize>, output: &Output) {
    let cells: Vec<Vec<Cell>> = report.rows.iter().map(|row| cells(row, vulnerabilities(row))).collect();
    for line in table::lines(&COLUMNS, &cells, output.width()) {
        output.data(&line);
    }
    match report.hint() {
        Some(hint) => output.hint(&hint),
        None if report.rows.is_empty() => output.hint("nothing is installed; run `gom install latest`"),
        None if report.silence.is_some() => {
            output.say(&format!("nothing is outdated among the releases up to {}", report.as_of));
        }
        None => output.say("nothing is outdated"),
    }
}

fn cells(row: &GoState, vulnerabilities: Option<usize>) -> Vec<Cell> {
    let used = &row.used;
    let used_by = match used.kind {
        UseKind::Line => format!("line {}", used.text),
        kind => kind.name().to_owned(),
    };
    let go = match (&used.id, used.version()) {
        (Some(id), _) => id.version.to_string(),
        (None, version) => {
            format!("{} (missing)", version.map_or_else(|| used.text.clone(), ToString::to_string))
        }
    };
    let newest = row.newest.as_ref().filter(|_| row.is_outdated || used.id.is_none());
    let newest = newest.map(|id| id.version.to_string()).unwrap_or_default();
    let newest = if row.lacks_fixes() { Cell::toned(newest, Tone::Bad) } else { newest.into() };
    let behind = match row.days_behind {
        Some(1) => "1 day".to_owned(),
        Some(days) => format!("{days} days"),
        None if row.is_outdated => "unknown".to_owned(),
        None => String::new(),
    };
    let file = used.place.iter().map(|(file, line)| format!("{}:{line}", file.display()));
    vec![
        used_by.into(),
        go.into(),
        newest,
        behind.into(),
        security(row).into(),
        vulnerabilities.filter(|number| *number > 0).map(number_of).unwrap_or_default(),
        row.support.as_ref().map(support).unwrap_or_default(),
        file.collect::<String>().into(),
    ]
}

fn number_of(number: usize) -> Cell {
    Cell::toned(number.to_string(), Tone::Bad)
}

fn security(row: &GoState) -> String {
    let Some(fixes) = &row.fixes else {
        return if row.is_outdated { "unknown".to_owned() } else { String::new() };
    };
    match (fixes.releases.len(), fixes.is_complete) {
        (0, true) => "none".to_owned(),
        (0, false) => "unknown".to_owned(),
        (number, true) => counted(number, "release"),
        (number, false) => format!("{number} or more"),
    }
}

fn support(support: &SupportState) -> Cell {
    match (&support.ended, &support.line.ends_with) {
        (Some(date), _) => Cell::toned(format!("ended {}", date.day()), Tone::Caution),
        (None, _) if !support.line.is_supported => Cell::toned("ended", Tone::Caution),
        (None, Some(version)) => format!("until {}", version.line()).into(),
        (None, None) => Cell::default(),
    }
}

fn to_json(row: &GoState, known_vulnerabilities: Option<usize>) -> InUseJson<'_> {
    let used = &row.used;
    let support = row.support.as_ref();
    InUseJson {
        used_by: used.kind.name(),
        request: &used.text,
        file: used.place.as_ref().map(|(file, _)| as_text(file)),
        line: used.place.as_ref().map(|(_, line)| *line),
        version: used.version().map(ToString::to_string),
        toolchain: used.id.as_ref().map(ToString::to_string),
        newest: row.newest.as_ref().map(|id| id.version.to_string()),
        outdated: row.is_outdated,
        released: row.released.as_ref(),
        newest_released: row.newest_released.as_ref(),
        days_behind: row.days_behind,
        security: row.fixes.as_ref().map(SecurityJson::of),
        known_vulnerabilities,
        supported: support.map(|support| support.line.is_supported),
        support_ends_with: support.and_then(|one| one.line.ends_with.as_ref().map(ToString::to_string)),
        support_ended: support.and_then(|support| support.ended.as_ref()),
    }
}
