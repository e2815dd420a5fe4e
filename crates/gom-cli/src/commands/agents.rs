//! `gom agents`: writes what the sandbox of a coding agent needs so that `go` is this project's Go.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use gom_agents::kit::Kit;
use gom_agents::plan::{AgentsPlan, FileAction, PlannedFile};
use gom_agents::script::PinnedGom;
use gom_core::path_text::as_text;
use gom_core::project::Project;
use gom_self::error::SelfError;
use gom_self::pin;
use serde::Serialize;

use super::lock::project;
use crate::app::App;
use crate::failure::Failure;

/// Set up Go in the sandboxes of coding agents
///
/// Writes a script that installs this version of gom by its sha256 and the Go that the project asks for, the agent's own set-up
/// file, which runs it, and marked lines in AGENTS.md. The sums are those of this release in the checksum database. A
/// set-up file of yours stays as it is, and gom says what to add.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom agents copilot --dry-run     the changes as diffs, and the hosts to allow
  gom agents claude codex cursor")]
pub(crate) struct Arguments {
    /// The agents
    #[arg(value_name = "AGENT", required = true)]
    agents: Vec<Agent>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// An agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Agent {
    /// Claude Code on the web
    Claude,
    /// Codex cloud
    Codex,
    /// The cloud agent of GitHub Copilot
    Copilot,
    /// Cursor's cloud agents
    Cursor,
}

impl From<Agent> for Kit {
    fn from(agent: Agent) -> Kit {
        match agent {
            Agent::Claude => Kit::Claude,
            Agent::Codex => Kit::Codex,
            Agent::Copilot => Kit::Copilot,
            Agent::Cursor => Kit::Cursor,
        }
    }
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    agents: &'a [Kit],
    gom: &'a str,
    proven_by: &'a str,
    root: String,
    dry_run: bool,
    files: Vec<FileJson>,
    by_hand: &'a [String],
    hosts: &'a [String],
}

/// One file.
#[derive(Serialize)]
struct FileJson {
    path: String,
    action: FileAction,
    diff: String,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let mut kits: Vec<Kit> = arguments.agents.into_iter().map(Kit::from).collect();
    kits.dedup();
    let project = project(app)?;
    let gom = pinned(app).await?;
    let proxies = app.ctx.go_settings.proxies_of_all().map_err(gom_core::Error::from)?;
    let plan = AgentsPlan::of(&project, &kits, &gom, &proxies)?;
    if arguments.dry_run {
        plan.check(&project)?;
    } else {
        plan.write(&project)?;
    }
    let object = || Json {
        agents: &kits,
        gom: &gom.version,
        proven_by: &gom.proven_by,
        root: as_text(project.root()),
        dry_run: arguments.dry_run,
        files: plan.files.iter().map(|file| to_json(file, &project)).collect(),
        by_hand: &plan.by_hand,
        hosts: &plan.hosts,
    };
    Ok(app.output.result(object, |output| {
        for file in &plan.files {
            output.say(&done(file, arguments.dry_run));
            if arguments.dry_run && file.is_change() {
                output.data(file.diff().trim_end());
            }
        }
        for line in &plan.by_hand {
            output.say(&format!("by hand: {line}"));
        }
        output.say(&format!("the sandbox must reach: {}", plan.hosts.join(" ")));
    }))
}

/// The release that this gom is, with its proven sums.
async fn pinned(app: &App) -> Result<PinnedGom, Failure> {
    let running = env!("CARGO_PKG_VERSION");
    let version = running.parse().map_err(|_| SelfError::Version { text: running.to_owned() })?;
    let pinned = pin::pinned(&app.ctx, version).await?;
    Ok(PinnedGom {
        version: pinned.release.version.to_string(),
        base: pinned.base,
        archives: pinned.archives.into_iter().map(|(name, sum)| (name, sum.to_string())).collect(),
        proven_by: pinned.log,
    })
}

fn to_json(file: &PlannedFile, project: &Project) -> FileJson {
    FileJson { path: as_text(&project.root().join(file.path)), action: file.action, diff: file.diff() }
}

fn done(file: &PlannedFile, is_dry: bool) -> String {
    let path = file.path;
    match (file.action, is_dry) {
        (FileAction::Create, false) => format!("wrote {path}"),
        (FileAction::Create, true) => format!("would write {path}"),
        (FileAction::Update, false) => format!("updated {path}"),
        (FileAction::Update, true) => format!("would update {path}"),
        (FileAction::Keep, _) => format!("{path} is so already"),
        (FileAction::Leave, _) => format!("{path} is yours, and stays"),
    }
}
