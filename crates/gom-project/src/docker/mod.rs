//! A Dockerfile for the module here: which program, with or without cgo, from which image, and its text.
//!
//! Never: starts a go command or asks a registry, and never writes over a file unless that was asked for. Invariant: a name that
//! the project chooses reaches the text only if it has plain characters, so no folder's name adds an instruction.

mod cgo_use;
mod error;
mod module;
mod render;
mod source;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use gom_core::Context;
use gom_core::files;
use gom_core::go_command::GoCommand;
use gom_core::project::Project;
use gom_select::go_project::{GoProject, Surroundings, find_mod};
use gom_select::select;
use gom_select::version::GoVersion;
use serde::Serialize;

use crate::image_tags::{TagState, Tags, tag};
use module::Module;

pub use cgo_use::CgoUse;
pub use error::DockerError;

/// The file that docker builds by.
pub const DOCKERFILE: &str = "Dockerfile";

/// The file with what is not sent to the build.
pub const DOCKERIGNORE: &str = ".dockerignore";

/// What the user wants of the Dockerfile.
#[derive(Clone, Debug, Default)]
pub struct DockerOptions {
    /// The folder of the program, such as `./cmd/app`.
    pub package: Option<String>,
    /// Whether cgo is on; `None` to look whether the module uses it.
    pub cgo: Option<bool>,
    /// Whether gom brings Go, instead of the official image.
    pub with_gom: bool,
}

/// A Dockerfile, and what it was made of.
#[derive(Clone, Debug)]
pub struct DockerPlan {
    /// The folder that is sent to the build: of the go.work in force, else of the go.mod.
    pub root: PathBuf,
    /// The Go that is selected here.
    pub version: GoVersion,
    /// What selected it.
    pub origin: String,
    /// The image with that Go; `None` if gom brings it.
    pub image: Option<String>,
    /// Whether the image's tag is known to exist.
    pub is_known: bool,
    /// The program's package, such as `./cmd/app`.
    pub package: String,
    /// The program's name.
    pub program: String,
    /// Whether the program is built with cgo.
    pub is_cgo: bool,
    /// What uses cgo.
    pub cgo: CgoUse,
    /// The text of the Dockerfile.
    pub dockerfile: String,
    /// The text of the .dockerignore.
    pub dockerignore: String,
}

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileAction {
    /// It is made.
    Create,
    /// It is replaced, which was asked for.
    Replace,
    /// It has this content already.
    Keep,
    /// It exists with another content, and stays.
    Leave,
}

/// A file of the project, and what is done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedFile {
    /// Its name in the root.
    pub name: &'static str,
    /// What is done.
    pub action: FileAction,
    content: String,
}

/// The largest file that is compared with what would be written.
const COMPARED_LIMIT: usize = 1 << 20;

/// The releases of Debian that official images are made of, the newest first.
const SUITES: [&str; 6] = ["trixie", "bookworm", "bullseye", "buster", "stretch", "jessie"];

impl DockerPlan {
    /// Makes the Dockerfile of the module in the working directory.
    pub fn here(ctx: &Context, options: &DockerOptions) -> Result<DockerPlan, DockerError> {
        let selection = ctx.with_situation(select::select).map_err(core)?;
        gom_core::admission::check_selection(ctx, &selection).map_err(core)?;
        let go = GoCommand::of(&selection, &ctx.platform);
        let version = go.version.ok_or(DockerError::NoVersion { go: go.program })?.canonical();
        let root = root(ctx)?;
        let module = Module::read(&root, options.package.as_deref())?;
        let is_cgo = options.cgo.unwrap_or_else(|| module.uses_cgo());
        let suite = is_cgo.then(|| suite(&version));
        let spelled = version.to_string();
        let image = (!options.with_gom).then(|| tag(&spelled, suite.unwrap_or_default()));
        let is_known = Tags::default().state(&spelled, suite.unwrap_or_default()) == TagState::Published
            || image.is_none();
        let lock_files = lock_files(&root);
        let parts = render::Parts {
            version: &spelled,
            image: image.as_deref(),
            suite: suite.unwrap_or(SUITES[1]),
            lock_files: &lock_files,
            is_cgo,
            module: &module,
        };
        Ok(DockerPlan {
            dockerfile: render::dockerfile(&parts),
            dockerignore: render::DOCKERIGNORE.to_owned(),
            origin: selection.origin.to_string(),
            image: image.map(|tag| format!("golang:{tag}")),
            is_known,
            package: module.package.clone(),
            program: module.program.clone(),
            is_cgo,
            cgo: module.cgo.clone(),
            version,
            root,
        })
    }

    /// What writing does with each of the two files. `is_asked`: whether a file that is there may be replaced.
    pub fn files(&self, is_asked: bool) -> Vec<PlannedFile> {
        let both = [(DOCKERFILE, &self.dockerfile), (DOCKERIGNORE, &self.dockerignore)];
        let planned = both.into_iter().map(|(name, content)| {
            let path = self.root.join(name);
            let is_same = || {
                files::read_regular(&path, COMPARED_LIMIT).is_ok_and(|found| found == content.as_bytes())
                    && files::link_target(&path).is_err()
            };
            let action = match () {
                () if !files::is_taken(&path) => FileAction::Create,
                () if is_same() => FileAction::Keep,
                () if is_asked => FileAction::Replace,
                () => FileAction::Leave,
            };
            PlannedFile { name, action, content: content.clone() }
        });
        planned.collect()
    }

    /// Writes the files. Fails before the first one if a Dockerfile is there that may not be replaced; a .dockerignore that is
    /// there stays.
    pub fn write(&self, files: &[PlannedFile]) -> Result<(), DockerError> {
        let project = self.check(files)?;
        for file in
            files.iter().filter(|file| matches!(file.action, FileAction::Create | FileAction::Replace))
        {
            project.replace(&self.root.join(file.name), file.content.as_bytes(), |_, _| false)?;
        }
        Ok(())
    }

    /// Fails where [`write`](DockerPlan::write) would, and writes nothing.
    pub fn check(&self, files: &[PlannedFile]) -> Result<Project, DockerError> {
        if files.iter().any(|file| file.name == DOCKERFILE && file.action == FileAction::Leave) {
            return Err(DockerError::Exists { file: self.root.join(DOCKERFILE) });
        }
        let project = Project::around(&self.root)?;
        for file in
            files.iter().filter(|file| matches!(file.action, FileAction::Create | FileAction::Replace))
        {
            project.check(&self.root.join(file.name), |_, _| false)?;
        }
        Ok(project)
    }
}

/// The folder of the go.work that is in force here, else of the go.mod.
fn root(ctx: &Context) -> Result<PathBuf, DockerError> {
    let env = |name: &str| ctx.environment.var(name);
    let surroundings = Surroundings::of_environment(&env);
    let cwd = ctx.environment.cwd.as_deref().ok_or(DockerError::NoFolder)?;
    let file = GoProject::find(cwd, &surroundings).map(|project| project.file);
    let file = file.or_else(|| find_mod(cwd, &surroundings)).ok_or(DockerError::NoModule)?;
    let folder = file.parent().unwrap_or(Path::new("/"));
    files::real_path(folder).map_err(|error| DockerError::Io { path: folder.to_path_buf(), error })
}

/// The files that `gom install --locked` reads; none if there is no lock.
fn lock_files(root: &Path) -> Vec<&'static str> {
    let all = [gom_core::lockfile::FILE_NAME, "go.mod", "go.work", ".go-version", ".tool-versions"];
    let there: Vec<&str> = all.into_iter().filter(|name| files::is_file(&root.join(name))).collect();
    if there.first() == Some(&all[0]) { there } else { Vec::new() }
}

/// The newest Debian that has an image with this Go; the newest of all for a Go that the table does not have.
fn suite(version: &GoVersion) -> &'static str {
    let tags = Tags::default();
    let version = version.to_string();
    let is_published = |suite: &&&str| tags.state(&version, suite) == TagState::Published;
    SUITES.iter().find(is_published).copied().unwrap_or(SUITES[0])
}

fn core(error: impl Into<gom_core::Error>) -> DockerError {
    DockerError::Core(Box::new(error.into()))
}
