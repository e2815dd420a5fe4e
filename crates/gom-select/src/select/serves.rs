//! Finds the installed toolchain for a minimum version: what a go.work or go.mod asks for, and what runs if
//! no place names a starting point. A minimum is never a reason to fail while a toolchain that is new enough
//! is installed.

use std::path::{Path, PathBuf};

use super::error::{ProjectAsks, SelectError};
use super::selection::{Purpose, Selection, Situation, VersionOrigin};
use super::trace::Trace;
use crate::go_project::{GoProject, Surroundings};
use crate::installed::{self, InstalledTree, StoreUnreadable};
use crate::spec::{PlatformSpec, Spec};
use crate::toolchain::ToolchainId;
use crate::version::GoVersion;

/// Returns the installed toolchain that a request means, checked as the purpose requires.
pub(super) fn find(
    situation: &Situation<'_>,
    request: &PlatformSpec,
) -> Result<Option<InstalledTree>, StoreUnreadable> {
    let find = match situation.purpose {
        Purpose::Any => installed::find,
        Purpose::Exec => installed::find_for_exec,
    };
    find(situation.layout, request, situation.platform)
}

/// Returns the toolchain of exactly this version.
pub(super) fn exactly(
    situation: &Situation<'_>,
    version: &GoVersion,
) -> Result<Option<InstalledTree>, StoreUnreadable> {
    find(situation, &PlatformSpec { spec: Spec::Exact(version.clone()), platform: None })
}

/// Returns the newest installed patch of the line of `least` that is not older. Prereleases count only if
/// `least` is one.
pub(super) fn newer_patch(
    situation: &Situation<'_>,
    least: &GoVersion,
) -> Result<Option<InstalledTree>, StoreUnreadable> {
    let line = least.line();
    let ids = enough(situation, Some(least))?.into_iter().filter(|id| line.contains(&id.version));
    Ok(newest(situation, ids.collect(), least.is_prerelease()))
}

/// Lists the toolchains that this machine can run and that are not older than `least`, newest first.
fn enough(situation: &Situation<'_>, least: Option<&GoVersion>) -> Result<Vec<ToolchainId>, StoreUnreadable> {
    let mut ids = installed::names(situation.layout)?;
    ids.retain(|id| id.is_for(situation.platform) && least.is_none_or(|least| id.version >= *least));
    Ok(ids)
}

/// Returns the newest stable toolchain, or a prerelease if no stable one is installed. `ids` is sorted,
/// newest first.
fn newest(situation: &Situation<'_>, ids: Vec<ToolchainId>, or_prerelease: bool) -> Option<InstalledTree> {
    let (unstable, stable): (Vec<_>, Vec<_>) = ids.into_iter().partition(|id| id.version.is_prerelease());
    let unstable = unstable.into_iter().filter(|_| or_prerelease);
    stable.into_iter().chain(unstable).find_map(|id| installed::tree(situation.layout, &id))
}

/// Selects for a project without a starting point: the toolchain that the project names, else the newest
/// installed patch of that line, else the newest one that is enough.
pub(super) fn of_project(
    situation: &Situation<'_>,
    dir: Option<&Path>,
    trace: &mut Trace,
) -> Result<Option<Selection>, SelectError> {
    let Some((least, line, file)) = project_floor(situation, dir) else { return Ok(None) };
    let asked_by = format!("{}:{line}", file.display());
    let (tree, why) = if let Some(tree) = exact_release(situation, &least)? {
        (tree, "which is installed".to_owned())
    } else if let Some(tree) = newer_patch(situation, &least)? {
        let why = format!("the newest installed of that line is {}", tree.id.version);
        (tree, why)
    } else if let Some(tree) = newest(situation, enough(situation, Some(&least))?, true) {
        let why = format!("nothing of that line is installed, and Go {} is new enough", tree.id.version);
        (tree, why)
    } else {
        trace.step(&asked_by, || format!("asks for Go {least}, and nothing installed is new enough"));
        return Ok(None);
    };
    trace.step(&asked_by, || format!("asks for Go {least}: {why}"));
    let selection = Selection::installed(tree, VersionOrigin::Go { asked_by }, Some(least.to_string()));
    Ok(Some(selection.of_project(Some(file))))
}

/// Returns the toolchain of a floor that names a release; a language version does not.
fn exact_release(
    situation: &Situation<'_>,
    least: &GoVersion,
) -> Result<Option<InstalledTree>, StoreUnreadable> {
    // A bare `1.20` means the line, although a release has that name.
    let names_line = least.is_language_version() || least.to_string() == least.line().to_string();
    if names_line { Ok(None) } else { exactly(situation, least) }
}

/// Selects without a starting point and without another go on PATH: the newest installed toolchain.
pub(super) fn of_store(
    situation: &Situation<'_>,
    trace: &mut Trace,
) -> Result<Option<Selection>, SelectError> {
    let Some(tree) = newest(situation, enough(situation, None)?, true) else { return Ok(None) };
    trace.step("the store", || {
        let (version, spec) = (&tree.id.version, tree.id.version.as_spec());
        format!("the newest installed is {version}; `gom use {spec}` makes it the default")
    });
    Ok(Some(Selection::installed(tree, VersionOrigin::NewestInstalled, None)))
}

/// Returns what the project here asks to install.
pub(super) fn project_asks(situation: &Situation<'_>, dir: Option<&Path>) -> Option<ProjectAsks> {
    let project = GoProject::find(dir?, &Surroundings::of_user(situation.user))?;
    let (request, line) = project.wanted().ok()??;
    Some(ProjectAsks { request, line: line.line, file: project.file })
}

/// Returns the oldest Go that the project here accepts, with its line and file.
fn project_floor(situation: &Situation<'_>, dir: Option<&Path>) -> Option<(GoVersion, usize, PathBuf)> {
    let surroundings = Surroundings::of_user(situation.user);
    let project = GoProject::find(dir?, &surroundings)?;
    let (least, line) = project.floor()?;
    Some((least, line, project.file))
}
