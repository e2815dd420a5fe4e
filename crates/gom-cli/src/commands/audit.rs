//! `gom audit`: tells which known vulnerabilities of Go itself the Go that is used here has.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use gom_audit::database::Database;
use gom_audit::known::{self, KnownDatabase};
use gom_audit::report::{self, Found, Judged, Level};
use gom_audit::sarif;
use gom_audit::source::DatabaseSource;
use gom_audit::subjects::{self, Subject, Subjects};
use gom_core::index::Freshness;
use gom_core::path_text::as_text;
use gom_select::explain::ErrorKind;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::output::{Output, Tone};
use crate::table::{self, Cell, Column};

/// Find known vulnerabilities of the Go that is used here
///
/// Compares the installed toolchains, the default, the pin and the go.mod or go.work of this folder, and the installed
/// tools with Go's vulnerability database; with PATH, only those programs, folders of programs or GOROOTs. A program is
/// judged by the Go that built it. Only Go itself is looked at, and no symbols: `govulncheck` tells which packages a
/// program uses, and looks at its dependencies.
///
/// The exit code is 10 if something is found at the level of --fail-on or above. Go's database tells no severity, so a
/// level tells what can be done: `error`, a release fixes it; `warning`, none does yet; `note`, what runs may not have
/// it, because a go.mod or go.work line also allows newer releases, or only other platforms have it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom audit
  gom audit ~/go/bin ./server      programs that Go built
  gom audit --offline              by what gom knows, without a request
  gom audit --fail-on error        only what a release fixes
  gom audit --sarif > gom.sarif    for a code host")]
pub(crate) struct Arguments {
    /// Programs that Go built, folders with such programs, or GOROOTs
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The lowest level that makes the exit code 10
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = FailOn::Warning)]
    fail_on: FailOn,
    /// Print SARIF 2.1.0 on standard output
    #[arg(long, conflicts_with = "json")]
    sarif: bool,
    /// Take the vulnerability database from here: https://, http:// or file:// (default: GOVULNDB, else vuln.go.dev)
    #[arg(long, value_name = "URL")]
    db: Option<String>,
}

/// The lowest level that makes the exit code 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// A release fixes it
    Error,
    /// It is there
    Warning,
    /// It may be there
    Note,
    /// Never
    None,
}

/// The columns of what is audited. A narrow terminal omits the file first.
const SUBJECTS: [Column; 6] = [
    Column { title: "WHAT", is_number: false, gives_way: 0 },
    Column { title: "GO", is_number: false, gives_way: 0 },
    Column { title: "KNOWN", is_number: true, gives_way: 0 },
    Column { title: "ELSEWHERE", is_number: true, gives_way: 1 },
    Column { title: "CLEAN FROM", is_number: false, gives_way: 2 },
    Column { title: "FILE", is_number: false, gives_way: 3 },
];

/// The columns of what is found.
const FOUND: [Column; 6] = [
    Column { title: "VULNERABILITY", is_number: false, gives_way: 0 },
    Column { title: "LEVEL", is_number: false, gives_way: 0 },
    Column { title: "ALIASES", is_number: false, gives_way: 1 },
    Column { title: "FIXED IN", is_number: false, gives_way: 2 },
    Column { title: "PACKAGES", is_number: false, gives_way: 4 },
    Column { title: "SUMMARY", is_number: false, gives_way: 3 },
];

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    level: &'static str,
    fail_on: &'static str,
    failed: bool,
    database: DatabaseJson<'a>,
    audited: Vec<SubjectJson<'a>>,
    vulnerabilities: Vec<FoundJson<'a>>,
    unread: Vec<UnreadJson<'a>>,
}

/// The database.
#[derive(Serialize)]
struct DatabaseJson<'a> {
    place: &'a str,
    as_of: &'a str,
    from: &'static str,
    /// Whether it could be asked for; if not, there may be newer entries.
    refreshed: bool,
}

/// Something that was audited.
#[derive(Serialize)]
struct SubjectJson<'a> {
    kind: &'static str,
    name: Option<&'a str>,
    go: &'a str,
    version: Option<String>,
    platform: Option<String>,
    file: Option<String>,
    line: Option<usize>,
    level: &'static str,
    /// `None` if its Go is no release that could be looked up.
    findings: Option<Vec<FindingJson<'a>>>,
    clean_from: Option<String>,
}

/// A vulnerability of one of them.
#[derive(Serialize)]
struct FindingJson<'a> {
    id: &'a str,
    level: &'static str,
    modules: Vec<&'static str>,
    fixed: Option<String>,
    other_platforms_only: bool,
}

/// A vulnerability.
#[derive(Serialize)]
struct FoundJson<'a> {
    id: &'a str,
    level: &'static str,
    aliases: &'a [String],
    summary: &'a str,
    packages: Vec<&'a str>,
    fixed: Vec<String>,
    url: String,
}

/// A file that could not be read.
#[derive(Serialize)]
struct UnreadJson<'a> {
    file: String,
    reason: &'a str,
}

impl FailOn {
    fn level(self) -> Option<Level> {
        match self {
            FailOn::Error => Some(Level::Error),
            FailOn::Warning => Some(Level::Warning),
            FailOn::Note => Some(Level::Note),
            FailOn::None => None,
        }
    }

    /// Whether findings of this level fail.
    fn fails(self, level: Level) -> bool {
        self.level().is_some_and(|least| level >= least)
    }
}

pub(crate) async fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let source = DatabaseSource::find(&app.ctx, arguments.db.as_deref())?;
    let paths: Vec<PathBuf> = arguments.paths.iter().map(|path| app.absolute(path)).collect();
    let Subjects { all, unread } =
        if paths.is_empty() { subjects::here(&app.ctx)? } else { subjects::named(&app.ctx, &paths)? };
    let known = known::load(&app.ctx, &source, Freshness::Current).await?;
    let judged = report::judge(&known.database, all);
    let found = report::found(&judged);
    let level = report::level(&judged);
    let failed = arguments.fail_on.fails(level);
    for (path, reason) in &unread {
        app.output.warn(&format!("can't audit `{}`: {reason}", path.display()));
    }
    let code = if arguments.sarif {
        let folder = app.ctx.environment.cwd.as_deref();
        let document = sarif::document(&known.database, &judged, &found, folder, env!("CARGO_PKG_VERSION"));
        app.output.data(&format!("{document:#}"));
        say_data(&known, &app.output);
        ExitCode::SUCCESS
    } else {
        let object = || Json {
            level: level.name(),
            fail_on: arguments.fail_on.level().map_or("none", Level::name),
            failed,
            database: DatabaseJson {
                place: &known.database.place,
                as_of: &known.database.as_of,
                from: known.database.origin.name(),
                refreshed: known.silence.is_none(),
            },
            audited: judged.iter().map(to_json).collect(),
            vulnerabilities: found.iter().map(found_json).collect(),
            unread: unread.iter().map(|(path, reason)| UnreadJson { file: as_text(path), reason }).collect(),
        };
        app.output.result(object, |output| say(&known, &judged, &found, output))
    };
    Ok(if failed { ExitCode::from(ErrorKind::ActionNeeded.exit_code()) } else { code })
}

fn say(known: &KnownDatabase, judged: &[Judged<'_>], found: &[Found<'_>], output: &Output) {
    let rows: Vec<Vec<Cell>> = judged.iter().map(cells).collect();
    for line in table::lines(&SUBJECTS, &rows, output.width()) {
        output.data(&line);
    }
    if !found.is_empty() {
        output.data("");
        let rows: Vec<Vec<Cell>> = found.iter().map(found_cells).collect();
        for line in table::lines(&FOUND, &rows, output.width()) {
            output.data(&line);
        }
    }
    say_data(known, output);
    if judged.is_empty() {
        output.hint("nothing is installed, and no file here names a Go; run `gom install latest`");
        return;
    }
    output.say(
        "only Go itself was looked at, and no symbols: govulncheck tells what a program uses, and looks at its dependencies",
    );
    let mut said: Vec<String> = Vec::new();
    for cure in judged.iter().filter_map(Judged::cure) {
        if !said.contains(&cure) {
            output.hint(&cure);
            said.push(cure);
        }
    }
}

/// Says which database was used, and up to when it knows something.
fn say_data(known: &KnownDatabase, output: &Output) {
    let Database { place, .. } = &known.database;
    output.say(&format!("by {place}, as of {}", known.database.day()));
}

fn tone(level: Level) -> Tone {
    match level {
        Level::Error | Level::Warning => Tone::Bad,
        Level::Note => Tone::Caution,
        Level::None => Tone::Good,
    }
}

fn cells(judged: &Judged<'_>) -> Vec<Cell> {
    let Subject { kind, go, name, path, line, .. } = &judged.subject;
    let what = if name.is_empty() || name == go || path.as_ref().is_some_and(|path| path.ends_with(name)) {
        kind.name().to_owned()
    } else {
        format!("{} {name}", kind.name())
    };
    let elsewhere = judged.found().filter(|(finding, _)| finding.is_elsewhere).count();
    let here = judged.found().count() - elsewhere;
    let known = match &judged.findings {
        None => "unknown".into(),
        Some(_) if here == 0 => Cell::toned("none", Tone::Good),
        Some(_) => Cell::toned(here.to_string(), tone(judged.level())),
    };
    let elsewhere = if elsewhere == 0 { String::new() } else { elsewhere.to_string() };
    let clean = judged.clean.as_ref().map(ToString::to_string).unwrap_or_default();
    let file = match (path, line) {
        (Some(path), Some(line)) => format!("{}:{line}", path.display()),
        (Some(path), None) => path.display().to_string(),
        (None, _) => String::new(),
    };
    vec![what.into(), go.clone().into(), known, elsewhere.into(), clean.into(), file.into()]
}

fn found_cells(found: &Found<'_>) -> Vec<Cell> {
    let vulnerability = found.vulnerability;
    vec![
        vulnerability.id.to_string().into(),
        Cell::toned(found.level.name(), tone(found.level)),
        vulnerability.aliases.join(" ").into(),
        fixes(found).join(" ").into(),
        vulnerability.packages().join(" ").into(),
        vulnerability.summary.clone().into(),
    ]
}

fn fixes(found: &Found<'_>) -> Vec<String> {
    found.vulnerability.fixes().iter().map(ToString::to_string).collect()
}

fn to_json<'a>(judged: &'a Judged<'_>) -> SubjectJson<'a> {
    let subject = &judged.subject;
    let findings = judged.findings.as_ref().map(|findings| {
        let finding = findings.iter().map(|(finding, level)| FindingJson {
            id: finding.vulnerability.id.as_str(),
            level: level.name(),
            modules: finding.modules.iter().map(|module| module.name()).collect(),
            fixed: finding.fixed.as_ref().map(ToString::to_string),
            other_platforms_only: finding.is_elsewhere,
        });
        finding.collect()
    });
    SubjectJson {
        kind: subject.kind.name(),
        name: Some(subject.name.as_str()).filter(|name| !name.is_empty()),
        go: &subject.go,
        version: subject.version.as_ref().map(ToString::to_string),
        platform: subject.platform.as_ref().map(ToString::to_string),
        file: subject.path.as_deref().map(as_text),
        line: subject.line,
        level: judged.level().name(),
        findings,
        clean_from: judged.clean.as_ref().map(ToString::to_string),
    }
}

fn found_json<'a>(found: &'a Found<'_>) -> FoundJson<'a> {
    let vulnerability = found.vulnerability;
    FoundJson {
        id: vulnerability.id.as_str(),
        level: found.level.name(),
        aliases: &vulnerability.aliases,
        summary: &vulnerability.summary,
        packages: vulnerability.packages(),
        fixed: fixes(found),
        url: vulnerability.page(),
    }
}
