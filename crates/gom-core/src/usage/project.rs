//! Reads the Go of a project again: which toolchains its files need now.

use std::path::{Path, PathBuf};

use gom_select::env_vars::{self, go};
use gom_select::go_settings::UserSettings;
use gom_select::installed;
use gom_select::linked;
use gom_select::select::command_line::CommandLine;
use gom_select::select::{
    self, INTERNAL_SWITCH_VERSION, Purpose, SelectError, Selected, Selection, Situation, VersionOrigin,
    WantedToolchain,
};
use gom_select::spec::Spec;
use gom_select::used::UsedToolchain;
use gom_select::version::GoVersion;

use crate::context::Context;
use crate::files;

/// The variables that choose a Go for one shell alone, and say nothing of a project.
const OF_A_SHELL: [&str; 5] =
    [env_vars::GOM_TOOLCHAIN, go::GOTOOLCHAIN, INTERNAL_SWITCH_VERSION, "GOWORK", "GO111MODULE"];

/// A project, known by one of its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectGo {
    /// The file.
    pub file: PathBuf,
    /// Whether it could be read.
    pub state: ProjectState,
    /// What it needs.
    pub needs: Vec<ProjectNeed>,
    /// What a `go` in its folder runs; `None` if that fails.
    pub runs: Option<RunningGo>,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectState {
    /// It was read.
    Read,
    /// It is gone.
    Gone,
    /// It can't be read now, or a `go` there fails.
    Unreadable(String),
}

/// What a project needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectNeed {
    /// The toolchain; `None` if none that is installed serves.
    pub toolchain: Option<UsedToolchain>,
    /// The release that Go's rules ask for and the store lacks.
    pub missing: Option<GoVersion>,
    /// Whether a version file asks for it, and not go.work or go.mod.
    pub is_pin: bool,
    /// What asks for it: the file and its line.
    pub place: String,
}

/// What a `go` runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningGo {
    /// The toolchain; `None` for a Go that gom does not manage.
    pub toolchain: Option<UsedToolchain>,
    /// What chose it.
    pub set_by: VersionOrigin,
}

/// Reads what a project needs that is known by this file.
pub fn look_at(ctx: &Context, file: &Path) -> ProjectGo {
    let is_there = files::is_there(file);
    let project = |state| ProjectGo { file: file.to_path_buf(), state, needs: Vec::new(), runs: None };
    match (is_there, file.parent()) {
        (Ok(true), Some(folder)) => look_in(ctx, folder, file),
        (Err(error), _) => project(ProjectState::Unreadable(error.to_string())),
        _ => project(ProjectState::Gone),
    }
}

/// Reads what a `go` in a folder needs. `file` is the file that the project is known by.
pub fn look_in(ctx: &Context, folder: &Path, file: &Path) -> ProjectGo {
    let mut project =
        ProjectGo { file: file.to_path_buf(), state: ProjectState::Read, needs: Vec::new(), runs: None };
    match in_folder(ctx, folder, select::wanted_by_files) {
        Ok(Some(wanted)) => project.needs.extend(of_pin(ctx, &wanted)),
        Ok(None) => {}
        Err(error) => project.state = ProjectState::Unreadable(error.to_string()),
    }
    match in_folder(ctx, folder, select::select) {
        Ok(selection) => {
            project.needs.extend(of_go(&selection));
            project.runs = Some(RunningGo::of(selection));
        }
        // Nothing that is installed is needed there.
        Err(SelectError::NotInstalled { .. } | SelectError::NothingSelected { .. }) => {}
        Err(error) => project.state = ProjectState::Unreadable(error.to_string()),
    }
    project
}

/// Returns what a `go` in a folder runs.
pub fn runs_in(ctx: &Context, folder: &Path) -> Option<RunningGo> {
    in_folder(ctx, folder, select::select).ok().map(RunningGo::of)
}

impl RunningGo {
    fn of(selection: Selection) -> RunningGo {
        RunningGo { toolchain: name_of(&selection.toolchain), set_by: selection.origin }
    }
}

/// The toolchain that a version file means: the first entry that can run. Without it, a `go` there fails, even if
/// go.mod then asks for another one.
fn of_pin(ctx: &Context, wanted: &WantedToolchain) -> Option<ProjectNeed> {
    wanted.entries.iter().find_map(|entry| {
        let toolchain = match &entry.request.spec {
            Spec::System => return None,
            Spec::Linked(name) => {
                linked::find(ctx.store.layout(), name).map(|tree| UsedToolchain::Linked(tree.name))
            }
            _ => installed::find(ctx.store.layout(), &entry.request, &ctx.platform)
                .ok()
                .flatten()
                .map(|tree| UsedToolchain::Installed(tree.id)),
        }?;
        let place = entry.origin.to_string();
        Some(ProjectNeed { toolchain: Some(toolchain), missing: None, is_pin: true, place })
    })
}

/// What go.work or go.mod asks for.
fn of_go(selection: &Selection) -> Option<ProjectNeed> {
    if let Some(floor) = &selection.missing {
        let missing = Some(floor.wants.version().clone());
        return Some(ProjectNeed { toolchain: None, missing, is_pin: false, place: floor.asked_by.clone() });
    }
    let VersionOrigin::Go { asked_by } = &selection.origin else { return None };
    let toolchain = name_of(&selection.toolchain);
    Some(ProjectNeed { toolchain, missing: None, is_pin: false, place: asked_by.clone() })
}

fn name_of(toolchain: &Selected) -> Option<UsedToolchain> {
    match toolchain {
        Selected::Installed { id, .. } => Some(UsedToolchain::Installed(id.clone())),
        Selected::Linked { name, .. } => Some(UsedToolchain::Linked(name.clone())),
        Selected::System { .. } => None,
    }
}

/// Runs `use_it` with the situation of a `go` in a folder, whatever the shell of this process chooses.
pub(crate) fn in_folder<T>(ctx: &Context, folder: &Path, use_it: impl FnOnce(&Situation<'_>) -> T) -> T {
    let env = |name: &str| if OF_A_SHELL.contains(&name) { None } else { ctx.environment.var(name) };
    use_it(&Situation {
        layout: ctx.store.layout(),
        env: &env,
        user: &UserSettings::new(&env),
        cwd: Some(folder),
        platform: &ctx.platform,
        command: CommandLine { name: "go", arguments: &[] },
        purpose: Purpose::Any,
    })
}
