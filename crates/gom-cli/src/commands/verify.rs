//! `gom verify`: checks whether toolchains in the store, or any other Go tree, still are what was published.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use gom_core::Error;
use gom_core::path_text::as_text;
use gom_core::resolve::Query;
use gom_core::tree::{Difference, DifferenceKind};
use gom_core::verify::{
    self, PathRequest, Verified, VerifyError, VerifyOutcome, verify_installed, verify_path,
};
use gom_select::explain::ErrorKind;
use gom_select::toolchain::ToolchainId;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::options::PlatformArgs;
use crate::output::{Output, Tone, paint};

/// How many files are listed per toolchain; `--json` lists all.
const MOST_NAMED: usize = 50;

/// Check that toolchains are still what was published
///
/// Hashes every file again and compares with the record of the checksum database that the receipt keeps,
/// which is checked with the database's key: no network is needed, and a forged receipt does not help.
/// Without SPEC, every installed toolchain. A receipt that is pending is completed when the database can be
/// asked.
///
/// --path checks any Go tree, such as /usr/local/go. Where that differs and gom has no proven list of its
/// files, the module is fetched to name them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom verify                       everything installed
  gom verify 1.22                  every installed 1.22
  gom verify --path /usr/local/go
  gom verify --path ~/sdk/go1.22.6 --version 1.22.6

Exit code 5 if anything differs; each file is named.")]
pub(crate) struct Arguments {
    /// Versions, lines or ranges
    #[arg(value_name = "SPEC")]
    specs: Vec<String>,
    /// Check the Go tree in this folder instead
    #[arg(long, value_name = "DIR", conflicts_with = "specs")]
    path: Option<PathBuf>,
    /// The version that the tree must be
    #[arg(long, value_name = "VERSION", requires = "path")]
    version: Option<String>,
    #[command(flatten)]
    platform: PlatformArgs,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let mut report = VerifyReport { installed: arguments.path.is_none(), ..VerifyReport::default() };
    if let Some(dir) = &arguments.path {
        report.add(path(dir, &arguments, app).await, app);
    } else {
        for id in &ids(&arguments, app)? {
            report.add(verify_installed(&app.ctx, id).await.map_err(failure_of), app);
            app.ctx.cancel.check()?;
        }
    }
    report.end(app)
}

async fn path(dir: &Path, arguments: &Arguments, app: &App) -> Result<Verified, Failure> {
    let mut platform = arguments.platform.platform(&app.ctx.platform)?;
    let mut version = None;
    if let Some(text) = &arguments.version {
        let query = Query::parse(text, platform.as_ref())?;
        version = Some(verify::one_version(&query)?);
        platform = query.platform;
    }
    let request =
        PathRequest { dir, version: version.as_ref(), platform: platform.as_ref(), may_fetch: true };
    verify_path(&app.ctx, request).await.map_err(failure_of)
}

fn failure_of(error: Error) -> Failure {
    VerifyError::from(error).into()
}

fn ids(arguments: &Arguments, app: &App) -> Result<Vec<ToolchainId>, Failure> {
    let platform = arguments.platform.platform(&app.ctx.platform)?;
    if !arguments.specs.is_empty() {
        let queries = arguments.specs.iter().map(|text| Query::read(&app.ctx, text, platform.as_ref()));
        return Ok(verify::requested(&app.ctx, &queries.collect::<Result<Vec<_>, _>>()?)?);
    }
    let ids = verify::all_installed(&app.ctx, platform.as_ref())?;
    if ids.is_empty() {
        app.output.hint("nothing is installed; run `gom install latest`");
    }
    Ok(ids)
}

/// The results of all trees.
#[derive(Default)]
struct VerifyReport {
    /// Whether they are trees of the store.
    installed: bool,
    verified: Vec<Verified>,
    failures: Vec<Failure>,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    toolchains: Vec<VerifiedJson<'a>>,
}

/// One toolchain.
#[derive(Serialize)]
struct VerifiedJson<'a> {
    toolchain: String,
    version: String,
    os: &'a str,
    arch: &'a str,
    goroot: String,
    outcome: &'static str,
    summary: String,
    record: Option<RecordJson<'a>>,
    files: usize,
    differences: &'a [Difference],
    notes: &'a [String],
}

/// The record of the checksum database that it was compared with.
#[derive(Serialize)]
struct RecordJson<'a> {
    log: &'a str,
    id: u64,
    tree_size: u64,
    h1: &'a str,
}

impl VerifyReport {
    fn add(&mut self, result: Result<Verified, Failure>, app: &App) {
        match result {
            Ok(verified) => {
                self.failures.extend(verified.outcome.failure().map(|kind| {
                    let message = format!(
                        "`{}` {} {}",
                        verified.goroot.display(),
                        verdict(&verified.outcome),
                        verified.id
                    );
                    Failure::new(kind, message, verified.hint(self.installed, &app.ctx.platform))
                        .about(verified.id.to_string())
                }));
                self.verified.push(verified);
            }
            Err(failure) => self.failures.push(failure),
        }
    }

    /// Prints the report. The exit code is that of the worst result.
    fn end(mut self, app: &App) -> Result<ExitCode, Failure> {
        let object = Json { toolchains: self.verified.iter().map(to_json).collect() };
        let output = &app.output;
        if !output.is_json() {
            self.verified.iter().for_each(|verified| print(output, verified));
        }
        self.failures.sort_by_key(|failure| verify::rank_of_failure(failure.kind));
        if self.failures.is_empty() {
            return Ok(output.result(|| object, |_| ()));
        }
        let mut first = self.failures.remove(0);
        first.others = self.failures;
        Err(first.with_partial(object))
    }
}

fn verdict(outcome: &VerifyOutcome) -> &'static str {
    match outcome {
        VerifyOutcome::Edited
        | VerifyOutcome::Changed
        | VerifyOutcome::ChangedSomewhere
        | VerifyOutcome::OtherVersion(_) => "is not the published",
        VerifyOutcome::Pending(_) | VerifyOutcome::LogOff(_) => "can't be proven now to be the published",
        _ => "is not proven to be the published",
    }
}

fn print(output: &Output, verified: &Verified) {
    let tone = match verified.outcome.failure() {
        None if matches!(verified.outcome, VerifyOutcome::Proven) => Tone::Good,
        Some(ErrorKind::Integrity) => Tone::Bad,
        _ => Tone::Caution,
    };
    output.data(&format!("{}  {}", verified.id, paint(tone, &verified.summary())));
    for difference in verified.differences.iter().take(MOST_NAMED) {
        let Difference { name, kind, covered } = difference;
        let uncovered = if *covered { "" } else { "  (not covered by the checksum database)" };
        let tone = if *covered { Tone::Bad } else { Tone::Caution };
        let word = paint(tone, &format!("{:10}", word(*kind)));
        output.data(&format!("  {word} {}{uncovered}", name.escape_debug()));
    }
    if verified.differences.len() > MOST_NAMED {
        output.data(&format!("  and {} more, see --json", verified.differences.len() - MOST_NAMED));
    }
    for note in &verified.notes {
        output.say(&format!("{}: {note}", verified.id));
    }
}

fn word(kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::Changed => "changed",
        DifferenceKind::Edited => "edited",
        DifferenceKind::Added => "added",
        DifferenceKind::Missing => "missing",
        DifferenceKind::NotAFile => "not a file",
    }
}

fn to_json(verified: &Verified) -> VerifiedJson<'_> {
    let id = &verified.id;
    let record = verified.authority.as_ref().map(|authority| {
        let record = &authority.record;
        RecordJson { log: &authority.log, id: record.id, tree_size: record.tree_size, h1: &record.h1 }
    });
    VerifiedJson {
        toolchain: id.to_string(),
        version: id.version.to_string(),
        os: id.platform.os(),
        arch: id.platform.arch(),
        goroot: as_text(&verified.goroot),
        outcome: verified.outcome.name(),
        summary: verified.summary(),
        record,
        files: verified.files,
        differences: &verified.differences,
        notes: &verified.notes,
    }
}
