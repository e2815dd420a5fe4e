//! What a project asks for, at its root.

use std::path::Path;

use gom_select::go_project::{GoProject, Surroundings};
use gom_select::select;
use gom_select::spec::Spec;
use gom_select::version::GoVersion;

use crate::context::Context;
use crate::error::Result;
use crate::lockfile::LockfileError;
use crate::resolve::{ProjectFloor, Query, QueryKind, asked_by};
use crate::usage::in_folder;

/// What a project asks for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its version file, else its go.work or go.mod.
    pub query: Query,
    /// The file and line that ask for it.
    pub place: String,
    /// The oldest version that its go.work or go.mod accept.
    pub floor: Option<ProjectFloor>,
}

/// Reads what the files of a project ask for, as a `go` at its root would, whatever the shell of this process chooses.
pub fn asked(ctx: &Context, root: &Path) -> Result<Asked> {
    let env = |name: &str| ctx.environment.var(name);
    let project = GoProject::find(root, &Surroundings::of_environment(&env));
    let wanted = in_folder(ctx, root, select::wanted_by_files)?;
    let (query, place) = asked_by(wanted, || project.clone())?;
    if query.is_system() || query.linked().is_some() {
        return Err(LockfileError::NoRelease { asked: query.text, place }.into());
    }
    let floor = project.and_then(|project| {
        let (version, line) = project.floor()?;
        Some(ProjectFloor { version, place: format!("{}:{line}", project.file.display()) })
    });
    Ok(Asked { query, place, floor })
}

impl Asked {
    /// Fails if a `go` at the root would not run this version: returns what asks for another one, and its place.
    pub fn accepts(&self, version: &GoVersion) -> std::result::Result<(), (String, String)> {
        if let Some(floor) = self.floor.as_ref().filter(|floor| *version < floor.version) {
            return Err((format!("go{} or newer", floor.version), floor.place.clone()));
        }
        // Where the pin is older than the floor, the floor decides.
        let is_floor = self.floor.as_ref().is_some_and(|floor| *version == floor.version.canonical());
        if self.query.matches(version) || is_floor && !self.is_newer_than(version) {
            return Ok(());
        }
        Err((self.query.text.clone(), self.place.clone()))
    }

    /// Whether every version that is asked for is newer.
    fn is_newer_than(&self, version: &GoVersion) -> bool {
        match &self.query.what {
            QueryKind::Spec(Spec::Exact(pinned)) => pinned > version,
            QueryKind::Spec(Spec::Line(line)) => *line > version.line(),
            _ => false,
        }
    }
}
