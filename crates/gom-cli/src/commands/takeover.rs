//! `gom takeover`: the import, the set-up of the shells and the doctor's fixes in one plan with one question.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueHint};
use gom_doctor::facts::HostFacts;
use gom_doctor::finding::Severity;
use gom_doctor::host::{self, GatherOptions, new_shell};
use gom_import::preferences::leading_default;
use gom_select::explain::ErrorKind;
use gom_shell::Setup;
use serde::Serialize;

use super::doctor::fixes::Fixes;
use super::doctor::judge;
use super::doctor::report::DoctorReport;
use super::import::report::{self as import_report, Report, line};
use super::import::{self, Found, Outcome};
use super::setup;
use crate::app::App;
use crate::failure::Failure;
use crate::output::can_ask;

/// Import what is here, set up the shells, and fix what is wrong
///
/// Does what `gom import`, `gom setup` and `gom doctor --fix` do, in that order, after one question. What is found is
/// proven as a download is, and stays where it is without --remove; each file of yours that is changed is copied next to
/// itself first or undone by `gom setup --undo`. Ends with what the doctor still finds in a new terminal, for which it
/// starts your shell once.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom takeover --dry-run           show the plan
  gom takeover
  gom takeover goenv --remove      goenv's only, which then leave its folder")]
pub(crate) struct Arguments {
    /// What to take over: managers or folders, as for `gom import`; all managers if omitted
    #[arg(value_name = "FROM", value_hint = ValueHint::DirPath)]
    from: Vec<PathBuf>,
    /// Show the plan, and change nothing; ends with 10 if there is something to do
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Remove what is as published from its manager's folder afterwards, as `gom import --remove` does
    #[arg(long)]
    remove: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    dry_run: bool,
    /// The lines of the plan.
    plan: &'a [String],
    /// What `gom import --json` has; `None` in a dry run.
    import: Option<import_report::Json>,
    /// What `gom doctor --json` has, after the changes.
    doctor: serde_json::Value,
    /// Whether that is what it has in a new terminal.
    in_new_terminal: bool,
}

/// Everything that is to be done.
struct Plan {
    found: Found,
    fixes: Fixes,
    lines: Vec<String>,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let facts = host::gather(&app.ctx, GatherOptions { probe: false });
    let plan = plan(&facts, &arguments, app)?;
    if plan.lines.is_empty() {
        app.output.say("there is nothing to take over, to set up or to fix");
    } else if !app.output.is_json() {
        app.output.say(if arguments.dry_run { "gom would" } else { "gom will" });
        for line in &plan.lines {
            if arguments.dry_run { app.output.data(line) } else { app.output.say(line) }
        }
    }
    if arguments.dry_run {
        let is_something = !plan.lines.is_empty();
        let report = DoctorReport::new(&facts, judge(&facts, None), None);
        let object = || Json {
            dry_run: true,
            plan: &plan.lines,
            import: None,
            doctor: as_value(&report),
            in_new_terminal: false,
        };
        let _ = app.output.result(object, |_| ());
        let action_needed = ExitCode::from(ErrorKind::ActionNeeded.exit_code());
        return Ok(if is_something { action_needed } else { ExitCode::SUCCESS });
    }
    if !plan.lines.is_empty() && !arguments.yes && !is_agreed(app).await? {
        return Err(Failure::other(
            "nothing was changed",
            "run `gom takeover --yes` to do it without a question",
        ));
    }
    carry_out(plan, arguments.remove, app).await
}

fn plan(facts: &HostFacts, arguments: &Arguments, app: &App) -> Result<Plan, Failure> {
    let found = import::look(&arguments.from, app)?;
    let mut lines: Vec<String> = found
        .missing(app)
        .map(|tree| format!("  take over, if it is as published: {}", line(tree)))
        .collect();
    if arguments.remove && !found.trees.is_empty() {
        lines.push(
            "  remove, of what gom then has, what its manager does not have to remove itself".to_owned(),
        );
    }
    if let Some((from, version)) = leading_default(&found.told, &app.ctx.environment)
        && !found.has_own_default
    {
        lines.push(format!("  make {} the default, as {} has it", version.escape_debug(), from.place()));
    }
    let shells = Setup::of(&app.ctx).plan(&[], setup::completions_of).map_err(setup::all_failures)?.shells;
    let fixes = Fixes::of(&judge(facts, None), false, &shells, app);
    lines.extend(fixes.lines().into_iter().map(|line| format!("  {line}")));
    Ok(Plan { found, fixes, lines })
}

async fn is_agreed(app: &App) -> Result<bool, Failure> {
    if !can_ask() || app.output.is_json() {
        return Ok(false);
    }
    app.ask("go on?".to_owned()).await.map_err(|cancelled| gom_core::Error::from(cancelled).into())
}

async fn carry_out(plan: Plan, removes: bool, app: &App) -> Result<ExitCode, Failure> {
    let Plan { found: Found { trees, told, has_own_default, failures: unreadable }, fixes, lines } = plan;
    let arguments = import::Arguments { remove: removes, yes: true, ..import::Arguments::default() };
    let Outcome { mut rows, mut failures } = import::take_all(trees, &told, &arguments, app).await?;
    failures.extend(unreadable);
    let default = import::take_default(&told, has_own_default, &rows, false, app).await?;
    if removes {
        failures.extend(import::remove(&mut rows, &arguments, app).await?);
    }
    let imported = Report { dry_run: false, rows: &rows, default, told: &told };
    if !app.output.is_json() && !rows.is_empty() {
        imported.print(&app.output);
    }
    // A tree that could not be taken over does not keep the shells from being set up.
    if let Err(failure) = fixes.make(app) {
        failures.push(failure);
    }
    let facts = host::gather(&app.ctx, GatherOptions { probe: false });
    let here = DoctorReport::new(&facts, judge(&facts, None), None);
    // This process has the PATH and the variables that its terminal was started with.
    let options: &[&str] = if app.output.is_json() { &["--json"] } else { &[] };
    let next = new_shell::doctor(&app.ctx, options);
    let next_as_value = next.as_ref().and_then(|next| serde_json::from_str(&next.text).ok());
    let object = || Json {
        dry_run: false,
        plan: &lines,
        import: Some(imported.to_json()),
        in_new_terminal: next_as_value.is_some(),
        doctor: next_as_value.unwrap_or_else(|| as_value(&here)),
    };
    if let Some(failure) = import::failure_of(failures) {
        return Err(failure.with_partial(object()));
    }
    let is_well = next.as_ref().map_or(!here.has(Severity::Error), |next| next.code == 0);
    let _ = app.output.result(object, |output| match &next {
        Some(next) => next.text.lines().for_each(|line| output.data(line)),
        None => here.print(output, Severity::Error),
    });
    if next.is_some() && here.has(Severity::Error) {
        app.output.say("that is what a new terminal has; this one keeps its PATH and variables");
    }
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn as_value(report: &DoctorReport) -> serde_json::Value {
    serde_json::to_value(report.to_json()).unwrap_or_default()
}
