//! Writes the files of a project. A cloned project is hostile until proven otherwise: a link in it may lead to
//! any file of the user's. So every file of a project is written here, and nothing outside the project ever is.
//!
//! The project is the nearest folder with a `.git`, else the working directory; for what concerns the whole of it, a go.work
//! or go.mod above counts too ([`Project::of_go`]). Each folder on the way from it to a file is opened without following
//! links, and the file is replaced in the folder that was opened, so a link that appears meanwhile leads nowhere either.

#![expect(clippy::disallowed_methods, reason = "opens folders by descriptor, which `files` can't")]

mod error;
mod folder;

use std::io;
use std::path::{Component, Path, PathBuf};

use crate::files;
use folder::Folder;

pub use error::ProjectError;

/// A project: nothing outside its root is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    root: PathBuf,
}

/// The root of the Go project that a folder belongs to, as [`Project::of_go`] finds it, among the folders that the path
/// itself names: links in it are not resolved. For readers, who show the user's own paths.
pub fn go_root(folder: &Path) -> &Path {
    let git = folder.ancestors().find(|folder| files::is_taken(&folder.join(".git")));
    let with = |name: &str| folder.ancestors().find(|folder| files::is_file(&folder.join(name)));
    git.or_else(|| with("go.work")).or_else(|| with("go.mod")).unwrap_or(folder)
}

/// A file that may be written, in its opened folder.
struct Target {
    folder: Folder,
    name: std::ffi::OsString,
    path: PathBuf,
}

impl Project {
    /// Finds the project that a folder belongs to: the nearest folder with a `.git`, else the folder itself.
    pub fn around(folder: &Path) -> Result<Self, ProjectError> {
        let real = files::real_path(folder).map_err(ProjectError::Io)?;
        let root = real.ancestors().find(|folder| files::is_taken(&folder.join(".git"))).unwrap_or(&real);
        Ok(Self { root: root.to_path_buf() })
    }

    /// Finds the Go project that a folder belongs to: the nearest folder with a `.git`, else the one with a go.work, else the
    /// one with a go.mod, else the folder itself. For files that are about the project as a whole, such as gom.lock: from a
    /// folder of a module they are the same ones as from its root, in a repository or not.
    pub fn of_go(folder: &Path) -> Result<Self, ProjectError> {
        let real = files::real_path(folder).map_err(ProjectError::Io)?;
        Ok(Self { root: go_root(&real).to_path_buf() })
    }

    /// The project's root: an absolute path without links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Replaces a file of the project, or creates it with the folders above it. Readers see the old content or
    /// the new one. If the file is a link, that is an error, unless the link leads to a file inside the project
    /// whose path and content `may_follow` accepts: then that file is replaced, and the link stays.
    pub fn replace(
        &self,
        file: &Path,
        content: &[u8],
        may_follow: impl Fn(&Path, &[u8]) -> bool,
    ) -> Result<(), ProjectError> {
        let Target { folder, name, path } = self.target(file, may_follow)?;
        folder.replace(&name, content).map_err(|error| cannot_write(&path, &error))
    }

    /// Fails where [`replace`](Project::replace) refuses the file because of a link or its place, and writes nothing.
    /// The folders above it must exist.
    pub fn check(&self, file: &Path, may_follow: impl Fn(&Path, &[u8]) -> bool) -> Result<(), ProjectError> {
        self.target(file, may_follow).map(drop)
    }

    /// Like [`check`](Project::check); fails too where the folder of the file can't be written.
    pub fn check_writable(
        &self,
        file: &Path,
        may_follow: impl Fn(&Path, &[u8]) -> bool,
    ) -> Result<(), ProjectError> {
        let Target { folder, path, .. } = self.target(file, may_follow)?;
        folder.check_writable().map_err(|error| cannot_write(&path, &error))
    }

    /// Finds the file that is written: the one behind a link, if that may be followed.
    fn target(&self, file: &Path, may_follow: impl Fn(&Path, &[u8]) -> bool) -> Result<Target, ProjectError> {
        let inside = self.inside(file)?;
        let (folder, name) = self.open_folder_of(&inside)?;
        let Some(link) = folder.link_at(&name).map_err(|error| cannot_write(file, &error))? else {
            return Ok(Target { folder, name, path: file.to_path_buf() });
        };
        let behind = self.behind(file, &link, may_follow)?;
        let (folder, name) = self.open_folder_of(&behind)?;
        Ok(Target { folder, name, path: self.root.join(behind) })
    }

    /// Removes a file of the project, or a link but not its target.
    pub fn remove(&self, file: &Path) -> Result<(), ProjectError> {
        let (folder, name) = self.open_folder_of(&self.inside(file)?)?;
        folder.remove(&name).map_err(|error| {
            ProjectError::Io(io::Error::new(
                error.kind(),
                format!("can't remove `{}`: {error}", file.display()),
            ))
        })
    }

    /// Removes the folder of a file if nothing is left in it; never the root, nor what a link leads to.
    pub fn remove_empty_folder_of(&self, file: &Path) -> Result<(), ProjectError> {
        let inside = self.inside(file)?;
        let Some(folder) = inside.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
            return Ok(());
        };
        let (above, name) = self.open_folder_of(folder)?;
        above.remove_if_empty(&name).map_err(|error| cannot_write(&self.root.join(folder), &error))
    }

    /// Returns a file's path below the root. The folder that the caller stands in may have been reached through
    /// a link, so its real path counts.
    fn inside(&self, file: &Path) -> Result<PathBuf, ProjectError> {
        let outside = || ProjectError::Outside { file: file.to_path_buf(), root: self.root.clone() };
        let below = |path: &Path| path.strip_prefix(&self.root).map(Path::to_path_buf).ok();
        let inside = if let Some(inside) = below(file) {
            inside
        } else {
            let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else { return Err(outside()) };
            let real = files::real_path(folder).map_err(ProjectError::Io)?;
            below(&real.join(name)).ok_or_else(outside)?
        };
        let is_plain = |part: Component| matches!(part, Component::Normal(_));
        let is_file = inside.components().next().is_some() && inside.components().all(is_plain);
        if is_file { Ok(inside) } else { Err(outside()) }
    }

    /// Opens the folder of a file, from the root down, and creates missing folders. Returns the file's name too.
    fn open_folder_of(&self, inside: &Path) -> Result<(Folder, std::ffi::OsString), ProjectError> {
        let mut folder = Folder::open(&self.root).map_err(|error| cannot_write(&self.root, &error))?;
        let mut path = self.root.clone();
        for part in inside.parent().into_iter().flat_map(Path::components) {
            let name = part.as_os_str();
            path.push(name);
            if folder.link_at(name).map_err(|error| cannot_write(&path, &error))?.is_some() {
                return Err(ProjectError::LinkedFolder { folder: path });
            }
            folder = folder.enter(name).map_err(|error| cannot_write(&path, &error))?;
        }
        // `inside` has at least one component.
        Ok((folder, inside.file_name().unwrap_or_default().to_os_string()))
    }

    /// Returns the file behind a link, below the root, if it may be written.
    fn behind(
        &self,
        file: &Path,
        link: &Path,
        may_follow: impl Fn(&Path, &[u8]) -> bool,
    ) -> Result<PathBuf, ProjectError> {
        let refused =
            |reason| ProjectError::Link { file: file.to_path_buf(), target: link.to_path_buf(), reason };
        let real = files::real_path(file).map_err(|_| refused("nothing is there, or it can't be read"))?;
        let inside = real.strip_prefix(&self.root).map_err(|_| refused("that is outside the project"))?;
        let content = files::read_regular(&real, FOLLOW_LIMIT)
            .map_err(|_| refused("that is not a small file that can be read"))?;
        if !may_follow(inside, &content) {
            return Err(refused("that is not a file of this kind"));
        }
        Ok(inside.to_path_buf())
    }
}

/// The largest file that a link may lead to.
const FOLLOW_LIMIT: usize = 1 << 20;

/// Adds the file's name, which errors about open folders don't have.
fn cannot_write(file: &Path, error: &io::Error) -> ProjectError {
    ProjectError::Io(io::Error::new(error.kind(), format!("can't write `{}`: {error}", file.display())))
}

#[cfg(test)]
mod tests;
