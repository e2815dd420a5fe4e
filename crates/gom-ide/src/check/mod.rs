//! What an editor would run: `go`, gopls and dlv, found and started in each of the poor environments in which editors start
//! programs.
//!
//! Invariant: a program whose path comes from a file of the project is never started. Only the user's own settings, the
//! user's environment and PATH lead to a start, and of those no folder of the project. Of the others only the header is
//! read ([`unsafe_paths`]).

pub mod attach;
mod find;
mod judge;
mod mach_o;
mod report;
mod start;
pub mod surroundings;
pub mod unsafe_paths;

use std::path::Path;

use gom_core::Context;
use gom_core::go_command::GoCommand;
use gom_core::project::Project;
use gom_select::select::{self, Selected};
use gom_select::version::GoVersion;
use serde::Serialize;

use crate::editor::Editor;
use crate::error::IdeError;
use attach::AttachProblem;
use find::Finder;
use judge::Judge;
pub use report::{ProgramReport, State};
use start::Limits;
use surroundings::Surroundings;
use unsafe_paths::UnsafePath;

/// The report.
#[derive(Clone, Debug, Serialize)]
pub struct CheckReport {
    /// The editor whose settings count; null if none does.
    pub editor: Option<Editor>,
    /// What is found and started in each environment.
    pub environments: Vec<EnvironmentReport>,
    /// Programs that files of the project name. They were not started.
    pub unsafe_paths: Vec<UnsafePath>,
    /// What keeps dlv from attaching to a process.
    pub attach: Vec<AttachProblem>,
}

/// One environment.
#[derive(Clone, Debug, Serialize)]
pub struct EnvironmentReport {
    /// Its word: `terminal`, `desktop`, `remote`, `snap` or `empty`.
    pub name: &'static str,
    /// When programs start with it.
    pub what: &'static str,
    /// Its PATH; null if it has none.
    pub path: Option<String>,
    /// `go`, gopls and dlv.
    pub programs: Vec<ProgramReport>,
}

impl CheckReport {
    /// Whether there is something to do: a program that does not fit, an unsafe path, or no `go` in the terminal.
    pub fn needs_action(&self) -> bool {
        let is_bad = |program: &ProgramReport| matches!(program.state, State::Problem | State::Unsafe);
        let programs = self.environments.iter().flat_map(|one| &one.programs);
        !self.unsafe_paths.is_empty() || programs.into_iter().any(is_bad)
    }
}

/// Finds and starts the programs.
pub fn run(ctx: &Context, editor: Option<Editor>) -> Result<CheckReport, IdeError> {
    let cwd = ctx.environment.cwd.as_deref().ok_or(IdeError::NoFolder)?;
    let project = Project::of_go(cwd)?;
    let is_macos = cfg!(target_os = "macos");
    let selected = selected(ctx);
    let finder = Finder::new(ctx, editor, project.root(), is_macos)?;
    let all = surroundings::all(&ctx.environment, is_macos);
    let environments = all.iter().map(|one| environment(ctx, one, &finder, cwd, selected.as_ref())).collect();
    Ok(CheckReport {
        editor,
        environments,
        unsafe_paths: unsafe_paths::find(project.root(), cwd)?,
        attach: attach::find(is_macos),
    })
}

/// The Go that gom selects here, if it is one of gom's or a linked one.
fn selected(ctx: &Context) -> Option<GoCommand> {
    let selection = ctx.with_situation(select::select).ok()?;
    match selection.toolchain {
        Selected::System { .. } => None,
        Selected::Installed { .. } | Selected::Linked { .. } => {
            Some(GoCommand::of(&selection, &ctx.platform))
        }
    }
}

fn environment(
    ctx: &Context,
    one: &Surroundings,
    finder: &Finder<'_>,
    cwd: &Path,
    selected: Option<&GoCommand>,
) -> EnvironmentReport {
    let limits = Limits::default();
    let judge = Judge { ctx, surroundings: one, cwd, limits, selected };
    let go = judge.go(finder.find("go", one, None));
    let version: Option<GoVersion> = go.version.as_deref().and_then(GoVersion::from_toolchain_name);
    let folders = go.folders.clone();
    let mut programs = vec![go.report];
    for name in ["gopls", "dlv"] {
        programs.push(judge.tool(name, finder.find(name, one, folders.as_ref()), version.as_ref()));
    }
    let path = one.path.as_ref().map(|path| path.to_string_lossy().into_owned());
    EnvironmentReport { name: one.name, what: one.what, path, programs }
}
