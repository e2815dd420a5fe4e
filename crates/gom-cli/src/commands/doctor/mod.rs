//! `gom doctor`: reports what is wrong with this machine's Go, grouped by cause. With `--fix`, it makes the
//! changes that can be undone.

mod arch;
mod cgo;
mod facts;
pub(super) mod fixes;
mod network;
pub(super) mod report;
mod set_up;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use gom_doctor::check::Check;
use gom_doctor::checks;
use gom_doctor::facts::HostFacts;
use gom_doctor::finding::Severity;
use gom_doctor::host::{self, GatherOptions};
use gom_doctor::{Group, diagnose};
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::output::can_ask;
use fixes::Fixes;
use report::DoctorReport;

/// Find what is wrong with Go on this machine, and how to fix it
///
/// Looks at files, variables and programs' headers; uses no network without --network, and runs nothing of a
/// project. Findings are grouped by what they come from, the worst first. Ends with 1 if there are errors;
/// --fail-on chooses.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    after_help = "\
Examples:
  gom doctor
  gom doctor arch                  which architecture each program is for
  gom doctor cgo sqlite3           whether cgo finds a C library
  gom doctor --fix                 ask, then change what can be changed back
  gom doctor --fix --dry-run       show what that would change
  gom doctor --network             which places on the network answer
  gom doctor --only goroot-set
  gom doctor --fail-on warning     in CI
  gom doctor --list                every check
  gom doctor --save-facts host.json
  gom doctor --facts host.json     judge another machine"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    topic: Option<Topic>,
    /// Fix what can be undone; each file is copied next to itself first
    #[arg(long, conflicts_with_all = ["facts", "list", "save_facts"])]
    fix: bool,
    /// Show what --fix would change, and change nothing
    #[arg(long, requires = "fix", conflicts_with = "yes")]
    dry_run: bool,
    /// Do not ask before that
    #[arg(long, short, requires = "fix")]
    yes: bool,
    /// Run one check, by its name or number
    #[arg(long, value_name = "ID")]
    only: Option<String>,
    /// List the checks
    #[arg(long, conflicts_with_all = ["only", "probe"])]
    list: bool,
    /// End with 1 from this severity on
    #[arg(long, value_name = "SEVERITY", default_value = "error", conflicts_with_all = ["list", "save_facts"])]
    fail_on: FailOn,
    /// Measure too: the start of your shell and of a new program, and `go mod verify`
    #[arg(long, conflicts_with = "facts")]
    probe: bool,
    /// Ask every place on the network that an install could ask, and say what to set; nothing else is checked
    #[arg(long, conflicts_with_all = ["fix", "only", "list", "probe", "save_facts", "facts"])]
    network: bool,
    /// Write what the checks would read, without credentials, and check nothing
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-", conflicts_with_all = ["facts", "list", "only"])]
    save_facts: Option<PathBuf>,
    /// Check the machine that FILE describes
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    facts: Option<PathBuf>,
}

/// What counts as a failure.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Note,
}

impl FailOn {
    fn severity(self) -> Severity {
        match self {
            FailOn::Error => Severity::Error,
            FailOn::Warning => Severity::Warning,
            FailOn::Note => Severity::Note,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Topic {
    /// Show which architecture the machine, each go and each tool is for
    Arch(arch::Arguments),
    /// Show whether cgo finds its compiler and a C library
    Cgo(cgo::Arguments),
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    match &arguments.topic {
        Some(Topic::Arch(arguments)) => return arch::run(arguments, app),
        Some(Topic::Cgo(arguments)) => return cgo::run(arguments, app),
        None => {}
    }
    if arguments.network {
        return network::run(app, arguments.fail_on.severity()).await;
    }
    let only = arguments.only.as_deref().map(check_named).transpose()?;
    if arguments.list {
        return Ok(list(app));
    }
    let wanted = GatherOptions { probe: arguments.probe };
    let facts = match &arguments.facts {
        Some(file) => {
            let facts = facts::read(file)?;
            facts::warn_of_old(&facts, file, app);
            facts
        }
        None => host::gather(&app.ctx, wanted),
    };
    if let Some(file) = &arguments.save_facts {
        return facts::save(&facts, file, app);
    }
    let mut report = DoctorReport::new(&facts, judge(&facts, only), only);
    let with_notes = app.output.is_verbose() || only.is_some();
    if arguments.fix && mend_files(&report.groups, with_notes, &arguments, app).await? {
        let facts = host::gather(&app.ctx, wanted);
        report = DoctorReport::new(&facts, judge(&facts, only), only);
    }
    let fail_on = arguments.fail_on.severity();
    app.output.result(|| report.to_json(), |output| report.print(output, fail_on));
    Ok(if report.has(fail_on) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn check_named(name: &str) -> Result<&'static Check, Failure> {
    checks::named(name).ok_or_else(|| {
        Failure::usage(format!("there is no check `{name}`"), "run `gom doctor --list`").about(name)
    })
}

pub(super) fn judge(facts: &HostFacts, only: Option<&'static Check>) -> Vec<Group> {
    match only {
        Some(check) => diagnose(facts, std::iter::once(check)),
        None => diagnose(facts, checks::all()),
    }
}

/// The object of `gom doctor --list --json`.
#[derive(Serialize)]
struct ChecksJson {
    checks: Vec<&'static Check>,
}

fn list(app: &App) -> ExitCode {
    let object = || ChecksJson { checks: checks::all().collect() };
    app.output.result(object, |output| {
        for Check { id, title, platforms, severity, source, .. } in checks::all() {
            output.data(&format!("{id:25} {severity:8} {platforms:6} {title} ({source})"));
        }
    })
}

/// Makes the edits of `--fix`, or shows them. Returns whether any file was changed.
async fn mend_files(
    groups: &[Group],
    with_notes: bool,
    arguments: &Arguments,
    app: &App,
) -> Result<bool, Failure> {
    let fixes = Fixes::of(groups, with_notes, &[], app);
    if fixes.is_empty() {
        app.output.say("there is nothing that gom can fix automatically");
        return Ok(false);
    }
    let lines = fixes.lines();
    if !lines.is_empty() {
        app.output.say(if arguments.dry_run { "gom would" } else { "gom will" });
        for line in lines {
            app.output.say(&format!("  {line}"));
        }
    }
    if arguments.dry_run {
        return Ok(false);
    }
    if !fixes.lines().is_empty() && !arguments.yes && !agreed(app).await? {
        let message = "nothing was changed";
        let hint = "run `gom doctor --fix --yes` to change it without a question";
        return Err(Failure::other(message, hint));
    }
    fixes.make(app)?;
    Ok(true)
}

async fn agreed(app: &App) -> Result<bool, Failure> {
    if !can_ask() || app.output.is_json() {
        return Ok(false);
    }
    app.ask("change these files?".to_owned())
        .await
        .map_err(|cancelled| gom_core::Error::from(cancelled).into())
}
