//! `gom sync`: every place of a project that names a Go version, whether they agree, and the edits that make them.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use gom_core::project::Project;
use gom_core::shell_quote::shell_quote;
use gom_project::error::SyncError;
use gom_project::formats::{self, ReportFormat};
use gom_project::image_hub;
use gom_project::sync::{self, Strength, SyncReport, Target};
use gom_select::explain::ErrorKind;
use serde::Serialize;

use super::edits::{self, EditsJson};
use crate::app::App;
use crate::failure::Failure;
use crate::output::Output;

/// Keep one Go version in every file of a project
///
/// Lists every place below the project's root that names a Go version: version files, go.work, go.mod, files of other
/// managers, Dockerfiles, CI, editors and more. Compares each with the version that gom selects at the root: the version
/// file there, else go.work or go.mod. Shows the edits that make them agree, then asks; without a terminal it needs --yes.
/// An edit replaces the bytes of a version and no others. A go line and an image are raised, and lowered only with --to.
///
/// gom.toml at the root may say what agreement means: a section `sync` with the list `exclude`, and a section `sync.rules`
/// with a rule (exact, line, at-least, at-most or report) for a role (go-line, toolchain-line, pin, image, ci, tool, editor,
/// matrix or constraint). A section `bump` is for `gom bump`.
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
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
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
    /// Ask Docker Hub which tags of the official image exist, before an edit writes one
    #[arg(long)]
    online: bool,
    /// Docker Hub's address, or that of a mirror of its interface
    #[arg(long, value_name = "URL", requires = "online", default_value = image_hub::DEFAULT, hide_default_value = true)]
    hub: String,
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

/// The object of `--json`. A failure has it too.
#[derive(Serialize)]
struct Json<'a> {
    target: TargetJson<'a>,
    #[serde(flatten)]
    edits: EditsJson<'a>,
}

/// What the places are compared with.
#[derive(Serialize)]
pub(super) struct TargetJson<'a> {
    version: String,
    release: String,
    strength: Strength,
    origin: &'a str,
}

impl TargetJson<'_> {
    pub(super) fn of(target: &Target) -> TargetJson<'_> {
        TargetJson {
            version: target.version.to_string(),
            release: target.release.to_string(),
            strength: target.strength,
            origin: &target.origin,
        }
    }
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let root = root(app)?;
    let to = arguments.to.as_deref();
    let report = if arguments.online {
        sync::compare_online(&app.ctx, &root, to, &arguments.hub).await?
    } else {
        sync::compare(&app.ctx, &root, to)?
    };
    edits::warn_if_cut(&report, app);
    if arguments.check {
        return check(&arguments, &report, app);
    }
    if arguments.dry_run || report.edits.is_empty() {
        edits::check(&report)?;
        let code = edits::by_hand_code(&report);
        let print = |output: &Output| edits::print_plan(&report, &|line| output.data(line), output);
        return edits::finish(&report, app, code, to_json(&report, 0, arguments.dry_run), print);
    }
    let mut command = command(&arguments);
    if arguments.yes {
        command.push_str(" --yes");
    } else {
        edits::confirm(&report, &command, app).await?;
    }
    edits::make(&report, &command, app, |changed| to_json(&report, changed, false))?;
    let object = to_json(&report, report.edits.len(), false);
    edits::finish(&report, app, edits::by_hand_code(&report), object, |_| ())
}

/// The command with the options that say what is written.
fn command(arguments: &Arguments) -> String {
    let mut command = "gom sync".to_owned();
    if let Some(to) = &arguments.to {
        let _ = write!(command, " --to {}", shell_quote(to));
    }
    if arguments.online {
        command.push_str(" --online");
        if arguments.hub != image_hub::DEFAULT {
            let _ = write!(command, " --hub {}", shell_quote(&arguments.hub));
        }
    }
    command
}

/// The root of the project of the working directory.
pub(super) fn root(app: &App) -> Result<PathBuf, Failure> {
    let cwd = app.ctx.environment.cwd.as_deref().ok_or(SyncError::NoFolder)?;
    Ok(Project::of_go(cwd).map_err(SyncError::from)?.root().to_path_buf())
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
        edits::print_table(report, &|line| output.data(line), output);
        if report.is_in_step() && report.unreadable.is_empty() {
            output.say("every place agrees");
        }
        if !report.edits.is_empty() {
            output.hint("run `gom sync` to change the places with a NEW version");
        }
    };
    edits::finish(report, app, code, to_json(report, 0, false), print)
}

fn to_json(report: &SyncReport, changed: usize, is_dry: bool) -> Json<'_> {
    Json { target: TargetJson::of(&report.target), edits: EditsJson::of(report, changed, is_dry) }
}
