//! The version that the places of a project are compared with.
//!
//! It is what gom selects at the root, as far as the project itself says so, because a check must give the same answer on
//! each machine: `--to`, else the version file at the root, unless go.work or go.mod there needs more; else the lines of
//! go.work or go.mod; else the newest of them below the root; else what `gom why` selects there on this machine.

use std::path::Path;

use gom_core::Context;
use gom_core::admission::{self, Asked};
use gom_core::index::{self, Index};
use gom_core::resolve::Query;
use gom_select::go_project::{GoProject, Surroundings};
use gom_select::linked;
use gom_select::select::{self, Situation};
use gom_select::spec::{PlatformSpec, Spec};
use gom_select::toolchain::ToolchainId;
use gom_select::version::{GoVersion, ReleaseLine};

use crate::error::SyncError;
use crate::mention::{Mention, Role};
use crate::printable::printable;
use crate::read_file::ReadFile;
use crate::written::Written;

use super::survey::Survey;

/// The version that the places are compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The version that decides what agrees.
    pub version: GoVersion,
    /// How exactly it is asked for.
    pub strength: Strength,
    /// The release that an edit writes.
    pub release: GoVersion,
    /// What asks for it: `--to`, `go.mod:3`.
    pub origin: String,
}

/// How exactly a version is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// That release.
    Exact,
    /// A release of its line.
    Line,
    /// That release or a newer one: go.mod names the oldest.
    Minimum,
}

/// The releases that gom knows.
pub(crate) struct Releases<'a> {
    ctx: &'a Context,
    index: Index,
    installed: Vec<GoVersion>,
}

impl<'a> Releases<'a> {
    /// Those that are known without asking.
    pub(super) fn load(ctx: &'a Context) -> Result<Releases<'a>, SyncError> {
        let index = index::load_known(ctx, &ctx.platform).map_err(gom_core::Error::from)?;
        Ok(Releases::of(ctx, index))
    }

    /// Those of an index.
    pub(crate) fn of(ctx: &'a Context, index: Index) -> Releases<'a> {
        // What is installed is known too, even if no list has it yet.
        let installed = ctx.installed().unwrap_or_default().into_iter().map(|id| id.version).collect();
        Releases { ctx, index, installed }
    }

    /// The index.
    pub(crate) fn index(&self) -> &Index {
        &self.index
    }

    /// The releases for this machine, prereleases too, oldest first.
    pub(crate) fn sorted(&self) -> Vec<GoVersion> {
        let mut all: Vec<GoVersion> = self.all().collect();
        all.sort();
        all.dedup();
        all
    }

    fn all(&self) -> impl Iterator<Item = GoVersion> + '_ {
        self.index
            .of_platform(&self.ctx.platform)
            .map(|id| id.version.clone())
            .chain(self.installed.iter().cloned())
    }

    /// The newest release of a line. `None` if none is known.
    fn newest_of(&self, line: &ReleaseLine) -> Option<GoVersion> {
        self.all().filter(|version| version.is_stable() && line.contains(version)).max()
    }

    /// The newest patch of the version's line, at least that version. A version that names no release gets its first one
    /// if no other is known.
    pub(crate) fn newest_patch(&self, version: &GoVersion) -> GoVersion {
        let least = if version.is_language_version() {
            GoVersion::parse(&format!("{version}.0")).unwrap_or_else(|_| version.clone())
        } else {
            version.clone()
        };
        self.newest_of(&version.line()).filter(|newest| *newest > least).unwrap_or(least)
    }

    /// The release that a SPEC means.
    fn matching(&self, request: &str) -> Result<(GoVersion, Strength), SyncError> {
        let query = Query::read(self.ctx, request, None)?;
        if query.is_system() || query.linked().is_some() {
            return Err(SyncError::NotARelease { request: request.to_owned() });
        }
        if let Some(Written::Release(version)) =
            Written::parse(&request[crate::mention::prefix_len(request)..])
        {
            return Ok((version.canonical(), Strength::Exact));
        }
        match self.newest(&query) {
            Some(version) => Ok((version, Strength::Exact)),
            None => Err(SyncError::NoRelease { request: request.to_owned() }),
        }
    }

    /// The newest release that a query means.
    pub(crate) fn newest(&self, query: &Query) -> Option<GoVersion> {
        let platform = &self.ctx.platform;
        let ids = self.all().map(|version| ToolchainId { version, platform: platform.clone() });
        Some(query.newest(ids)?.version)
    }
}

/// Finds the target: what `to` asks for, else what gom selects at the root.
pub(super) fn find(releases: &Releases<'_>, survey: &Survey, to: Option<&str>) -> Result<Target, SyncError> {
    if let Some(request) = to {
        let (version, strength) = releases.matching(request)?;
        check_policy(releases.ctx, &version, "sync --to")?;
        return Ok(Target { release: version.clone(), version, strength, origin: format!("--to {request}") });
    }
    check_deciding(releases.ctx, survey)?;
    match of_go_files(releases, &survey.root, &survey.files) {
        Some(target) => Ok(target),
        None => selected_here(releases, &survey.root).ok_or_else(|| no_target(survey)),
    }
}

/// Fails if the file that decides which version the project has is not valid, as `gom why` does. A word in a version file may
/// be the name of a linked Go, if this machine has one of that name.
pub(crate) fn check_deciding(ctx: &Context, survey: &Survey) -> Result<(), SyncError> {
    survey.check_deciding()?;
    let Some((name, mention)) = root_pin(&survey.files) else { return Ok(()) };
    let Err(error) = PlatformSpec::parse(&mention.written) else { return Ok(()) };
    if linked::known(ctx.store.layout(), &mention.written).is_some() {
        return Ok(());
    }
    let reason = format!("invalid version `{}`: {}", printable(&mention.written), printable(&error.reason));
    Err(SyncError::BadDecider { file: survey.root.join(name), line: mention.line, reason })
}

/// The error for a project of which nothing names a release.
pub(crate) fn no_target(survey: &Survey) -> SyncError {
    let root = survey.root.clone();
    let Some((name, mention)) = root_pin(&survey.files) else { return SyncError::NoTarget { root } };
    let meaning = match PlatformSpec::parse(&mention.written).map(|request| request.spec) {
        Ok(Spec::System) => "the Go that gom does not manage",
        Ok(_) => "another release as time goes on",
        Err(_) => "a Go of your own",
    };
    let place = format!("{name}:{}", mention.line);
    SyncError::FloatingPin { root, place, text: mention.written.clone(), meaning }
}

/// Fails if this machine's policy does not let a release be installed: a project that named it could not run here. `verb`
/// is the command that names another one.
pub(crate) fn check_policy(ctx: &Context, version: &GoVersion, verb: &str) -> Result<(), SyncError> {
    let id = ToolchainId { version: version.clone(), platform: ctx.platform.clone() };
    Ok(admission::check_release(ctx, &id, Asked::Verb(verb))?)
}

/// Finds the version that the project itself names: as [`find`], but the default of this machine never counts. Where
/// neither a version file nor a module says anything, it is the newest version in any other place. `None` if there is none.
pub(crate) fn project_target(releases: &Releases<'_>, survey: &Survey) -> Option<Target> {
    of_go_files(releases, &survey.root, &survey.files).or_else(|| newest_elsewhere(releases, &survey.files))
}

/// What version files, go.work and go.mod ask for.
fn of_go_files(releases: &Releases<'_>, root: &Path, files: &[ReadFile]) -> Option<Target> {
    let ctx = releases.ctx;
    let pin = pinned(releases, files);
    let env = |name: &str| ctx.environment.var(name);
    let project = GoProject::find(root, &Surroundings::of_environment(&env));
    let floor = project.filter(|project| project.file.starts_with(root)).and_then(|project| {
        let (version, line) = project.floor()?;
        let file = project.file.strip_prefix(root).unwrap_or(&project.file).display().to_string();
        Some(minimum(releases, version, format!("{file}:{line}")))
    });
    match (pin, floor) {
        (Some(pin), Some(floor)) if is_older(&pin, &floor) => Some(floor),
        (Some(pin), _) => Some(pin),
        (None, Some(floor)) => Some(floor),
        (None, None) => newest_line_below(releases, files),
    }
}

fn minimum(releases: &Releases<'_>, version: GoVersion, origin: String) -> Target {
    Target { release: releases.newest_patch(&version), version, strength: Strength::Minimum, origin }
}

/// The version file at the root: `.go-version`, else `.tool-versions`.
fn pinned(releases: &Releases<'_>, files: &[ReadFile]) -> Option<Target> {
    let (name, mention) = root_pin(files)?;
    of_written(releases, &mention.written, format!("{name}:{}", mention.line))
}

/// What the version file at the root asks for, with the file's name.
fn root_pin(files: &[ReadFile]) -> Option<(&'static str, &Mention)> {
    [".go-version", ".tool-versions"].into_iter().find_map(|name| {
        let file = files.iter().find(|file| file.path == name)?;
        file.mentions.first().map(|mention| (name, mention))
    })
}

/// The target that a written release or line means.
fn of_written(releases: &Releases<'_>, written: &str, origin: String) -> Option<Target> {
    match Written::parse(written)? {
        Written::Release(version) => {
            Some(Target { release: version.clone(), version, strength: Strength::Exact, origin })
        }
        Written::Line(line) => {
            let version = GoVersion::parse(&line.to_string()).ok()?;
            let release = releases.newest_patch(&version);
            Some(Target { version, release, strength: Strength::Line, origin })
        }
        Written::Range(_) | Written::Moving(_) => None,
    }
}

/// Whether a pin is less than a go.mod needs. A pin on a line is its newest patch.
fn is_older(pin: &Target, floor: &Target) -> bool {
    match pin.strength {
        Strength::Line => pin.version.line() < floor.version.line(),
        Strength::Exact | Strength::Minimum => pin.version < floor.version,
    }
}

/// The newest go or toolchain line of a module below the root.
fn newest_line_below(releases: &Releases<'_>, files: &[ReadFile]) -> Option<Target> {
    let lines = files.iter().flat_map(|file| file.mentions.iter().map(move |mention| (file, mention)));
    let lines = lines.filter(|(file, mention)| {
        matches!(mention.role, Role::GoLine | Role::ToolchainLine)
            && matches!(file.kind.name, "go-mod" | "go-work")
    });
    let versions = lines.filter_map(|(file, mention)| {
        let version = GoVersion::parse(&mention.written).ok()?;
        Some((version, format!("{}:{}", file.path, mention.line)))
    });
    // Of equal ones, the first.
    let newest = versions.reduce(|best, next| if next.0 > best.0 { next } else { best });
    newest.map(|(version, origin)| minimum(releases, version, origin))
}

/// The newest version that an image, a CI file, an editor or another manager names. A line is older than its releases.
fn newest_elsewhere(releases: &Releases<'_>, files: &[ReadFile]) -> Option<Target> {
    let places = files.iter().flat_map(|file| file.mentions.iter().map(move |mention| (file, mention)));
    let places = places.filter(|(_, mention)| !matches!(mention.role, Role::Matrix | Role::Constraint));
    let targets = places.filter_map(|(file, mention)| {
        of_written(releases, &mention.written, format!("{}:{}", file.path, mention.line))
    });
    // Of equal ones, the first.
    targets.reduce(|best, next| if next.version > best.version { next } else { best })
}

/// What gom selects at the root on this machine, for a project that says nothing. `None` if that is nothing, or has no
/// version.
fn selected_here(releases: &Releases<'_>, root: &Path) -> Option<Target> {
    let selection =
        releases.ctx.with_situation(|situation| select::select(&Situation { cwd: Some(root), ..*situation }));
    let selection = selection.ok()?;
    let (version, _) = selection.toolchain.tree()?;
    Some(Target {
        version: version.clone(),
        release: version.clone(),
        strength: Strength::Exact,
        origin: selection.origin.to_string(),
    })
}
