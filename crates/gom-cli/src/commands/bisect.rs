//! `gom bisect`: finds the release of Go that changes the result of a command.

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use gom_core::install::InstallOutcome;
use gom_core::path_text::as_text;
use gom_core::resolve::Query;
use gom_many::bisect::{self, BisectPlan, BisectReport, BisectRequest, BisectWatch, TriedRelease};
use gom_many::error::ManyError;
use gom_many::halving::{Halving, Verdict};
use gom_many::kept::millis;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;
use serde::Serialize;

use super::each::{first_line, say_end_of};
use crate::announce::say_installed;
use crate::app::App;
use crate::failure::Failure;
use crate::output::{Output, Tone, counted, paint};
use crate::progress::rows::{RowText, Rows, took};

/// Find the Go release that changes the result of a command
///
/// The command succeeds with the release of --good and fails with that of --bad, which is newer. Both are tried first.
/// Then gom halves the published releases between them, in the order of their versions, and installs those that it tries.
/// The command runs as for `gom each`. If it ends with 125, that release is skipped, and so is one that can't be had, or
/// is older than the `go` line of go.mod.
///
/// What was found is kept until the end, so that the same command goes on after Ctrl-C.
#[derive(Debug, Args)]
#[command(
    override_usage = "gom bisect [OPTIONS] --good <SPEC> --bad <SPEC> -- <CMD> [ARGUMENT]...",
    after_help = "\
Examples:
  gom bisect --good 1.22 --bad 1.26 -- go test ./...
  gom bisect --good 1.22.0 --bad 1.22.12 --dry-run -- go test -run TestX
  gom bisect --good 1.25 --bad latest --prereleases -- ./check.sh"
)]
pub(crate) struct Arguments {
    /// A release with which the command succeeds
    #[arg(long, value_name = "SPEC")]
    good: String,
    /// A newer one with which it fails
    #[arg(long, value_name = "SPEC")]
    bad: String,
    /// Try prereleases too
    #[arg(long)]
    prereleases: bool,
    /// Forget what an earlier search with the same command found
    #[arg(long)]
    restart: bool,
    /// Show which releases lie between, and run nothing
    #[arg(long)]
    dry_run: bool,
    /// The command and its arguments
    #[arg(value_name = "CMD", num_args = 1.., last = true, required = true)]
    command: Vec<OsString>,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    command: Vec<String>,
    good: String,
    bad: String,
    dry_run: bool,
    /// The versions between the ends.
    between: Vec<String>,
    most_runs: usize,
    first_bad: Option<String>,
    last_good: Option<String>,
    /// Whether no release between these two was skipped.
    exact: Option<bool>,
    skipped: Vec<SkippedJson>,
    runs: Vec<RunJson>,
    logs: String,
}

/// A release that can't be judged.
#[derive(Serialize)]
struct SkippedJson {
    version: String,
    reason: String,
}

/// A run of the command.
#[derive(Serialize)]
struct RunJson {
    version: String,
    toolchain: String,
    result: &'static str,
    exit_code: Option<i32>,
    signal: Option<i32>,
    elapsed_ms: u64,
    log: String,
    /// Whether it was kept from an earlier search.
    kept: bool,
}

/// Shows what goes on.
struct Shown<'a> {
    app: &'a App,
    rows: Rows,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let request = BisectRequest {
        good: Query::read(&app.ctx, &arguments.good, None)?,
        bad: Query::read(&app.ctx, &arguments.bad, None)?,
        prereleases: arguments.prereleases,
        restart: arguments.restart,
        command: arguments.command,
    };
    let plan = bisect::plan(&app.ctx, &request).await?;
    if !plan.known.is_empty() {
        let runs = counted(plan.known.len(), "run");
        app.output.say(&format!("going on after {runs} of an earlier search; --restart starts over"));
    }
    if arguments.dry_run {
        let empty = BisectReport { tried: Vec::new(), last_good: None, first_bad: None };
        let object = || Json { dry_run: true, ..to_json(&request, &plan, &empty) };
        return Ok(app.output.result(object, |output| print_plan(app, &plan, output)));
    }
    let shown = Shown { app, rows: Rows::new(app.output.clone(), 0) };
    let found = bisect::run(&app.ctx, &request, &plan, &shown).await;
    drop(shown);
    match found {
        Ok(report) => {
            let object = || to_json(&request, &plan, &report);
            Ok(app.output.result(object, |output| print(&report, output)))
        }
        Err(failure) => {
            if let ManyError::NotAsClaimed { version, log, .. } = &failure.error
                && !app.output.is_json()
            {
                say_end_of(&app.output, &version.to_string(), log);
            }
            let object = to_json(&request, &plan, &failure.report);
            Err(Failure::from(failure.error).with_partial(object))
        }
    }
}

fn print_plan(app: &App, plan: &BisectPlan, output: &Output) {
    let versions: Vec<&GoVersion> = plan.releases.iter().map(|id| &id.version).collect();
    let (Some(good), Some(bad)) = (versions.first(), versions.last()) else { return };
    output.data(&format!("between {good} and {bad}: {}", counted(plan.between(), "release")));
    output.data(&format!("at most {} if each can be judged", counted(plan.most_runs(), "run")));
    let next = Halving::new(plan.releases.len()).next_try().map(|at| format!(", then {}", versions[at]));
    output.data(&format!("first {good} and {bad}{}", next.unwrap_or_default()));
    let installed = app.ctx.installed().unwrap_or_default();
    let missing = plan.releases.iter().filter(|id| !installed.contains(id)).count();
    output.data(&format!("not installed: {missing} of {}", plan.releases.len()));
}

fn print(report: &BisectReport, output: &Output) {
    let (Some(good), Some(bad)) = (&report.last_good, &report.first_bad) else { return };
    output.data(&format!("first bad: {}", bad.version));
    output.data(&format!("last good: {}", good.version));
    for TriedRelease { id, skip, .. } in report.skipped() {
        let reason = skip.as_ref().map(|skip| first_line(&skip.text)).unwrap_or_default();
        output.data(&format!("skipped: {}: {reason}", id.version));
    }
    let suspects: Vec<String> = report.suspects().into_iter().map(|one| one.id.version.to_string()).collect();
    if !suspects.is_empty() {
        output.warn(&format!("the change may already be in {}, which was skipped", suspects.join(" or ")));
    }
    output.hint(&format!("run `gom compare {} {}` to see what lies between them", good.version, bad.version));
}

fn to_json(request: &BisectRequest, plan: &BisectPlan, report: &BisectReport) -> Json {
    let version = |id: &ToolchainId| id.version.to_string();
    let last = plan.releases.len().saturating_sub(1);
    let skipped = report.skipped().into_iter().map(|one| SkippedJson {
        version: version(&one.id),
        reason: one.skip.as_ref().map(|skip| skip.text.clone()).unwrap_or_default(),
    });
    Json {
        command: request.command.iter().map(|word| word.to_string_lossy().into_owned()).collect(),
        good: plan.releases.first().map(version).unwrap_or_default(),
        bad: plan.releases.last().map(version).unwrap_or_default(),
        dry_run: false,
        between: plan.releases.get(1..last).unwrap_or_default().iter().map(version).collect(),
        most_runs: plan.most_runs(),
        first_bad: report.first_bad.as_ref().map(version),
        last_good: report.last_good.as_ref().map(version),
        exact: report.first_bad.as_ref().map(|_| report.suspects().is_empty()),
        skipped: skipped.collect(),
        runs: report.tried.iter().filter_map(run_json).collect(),
        logs: as_text(&plan.folder),
    }
}

fn run_json(tried: &TriedRelease) -> Option<RunJson> {
    let run = tried.run.as_ref()?;
    Some(RunJson {
        version: tried.id.version.to_string(),
        toolchain: tried.id.to_string(),
        result: word(tried.verdict),
        exit_code: run.end.code(),
        signal: run.end.signal(),
        elapsed_ms: millis(run.elapsed),
        log: as_text(&run.log),
        kept: tried.is_known,
    })
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "good",
        Verdict::Bad => "bad",
        Verdict::Skipped => "skipped",
    }
}

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Good => Tone::Good,
        Verdict::Bad => Tone::Bad,
        Verdict::Skipped => Tone::Caution,
    }
}

impl BisectWatch for Shown<'_> {
    fn obtained(&self, id: &ToolchainId, outcome: &InstallOutcome) {
        if matches!(outcome, InstallOutcome::Now(_)) {
            say_installed(self.app, id, outcome);
        }
    }

    fn begins(&self, id: &ToolchainId, most_left: usize) {
        let text = match most_left {
            0 => "running, the last run".to_owned(),
            left => format!("running, at most {left} more"),
        };
        self.rows.set(0, RowText { name: id.to_string(), text, since: Some(Instant::now()) });
    }

    fn tried(&self, tried: &TriedRelease) {
        self.rows.clear(0);
        let verdict = paint(tone(tried.verdict), word(tried.verdict));
        let told = match (&tried.skip, &tried.run) {
            (Some(skip), _) => first_line(&skip.text),
            (None, Some(run)) => format!("{} after {}", run.end.told(), took(run.elapsed)),
            (None, None) => String::new(),
        };
        self.app.output.say(&format!("{}: {verdict}, {told}", tried.id.version));
    }
}
