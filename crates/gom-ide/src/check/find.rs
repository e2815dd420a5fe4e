//! Where an editor finds a program: in the user's own settings, in the folders of `go install`, on PATH.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use gom_core::Context;
use gom_core::files;
use gom_select::path_search;

use super::report::{Found, Origin, PROGRAMS};
use super::surroundings::{Surroundings, WITHOUT_PATH};
use crate::editor::Editor;
use crate::error::IdeError;
use crate::jsonc;
use crate::places;

/// What the go command says of its folders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Folders {
    pub(super) gobin: Option<PathBuf>,
    pub(super) gopath: Option<OsString>,
}

/// Finds programs as an editor does.
pub(super) struct Finder<'a> {
    project: &'a Path,
    /// The programs that the user's settings of VS Code name: name, path, file and line.
    named: Vec<(String, PathBuf, PathBuf, usize)>,
    is_vscode: bool,
    /// The project is the user's home, or above it: then everything of the user's is in it.
    is_home: bool,
}

/// The last places of the extension (goInstallTools.ts, getBinPath).
const FALLBACK: [&str; 2] = ["/usr/local/go/bin/go", "/usr/local/bin/go"];

impl<'a> Finder<'a> {
    pub(super) fn new(
        ctx: &Context,
        editor: Option<Editor>,
        project: &'a Path,
        is_macos: bool,
    ) -> Result<Finder<'a>, IdeError> {
        let is_vscode = editor.is_none_or(|editor| editor == Editor::VsCode);
        let home = ctx.environment.home.as_deref();
        let home = home.and_then(|home| files::real_path(home).ok());
        let is_home = home.is_some_and(|home| home.starts_with(project));
        let own = if is_vscode { places::of_user(&ctx.environment, is_macos)? } else { Vec::new() };
        let named = own.iter().flat_map(|file| named_in(file)).collect();
        Ok(Finder { project, named, is_vscode, is_home })
    }

    /// Finds a program. `None` if it is nowhere.
    pub(super) fn find(&self, name: &str, one: &Surroundings, folders: Option<&Folders>) -> Option<Found> {
        let found = |path: PathBuf, origin: Origin| {
            let is_in_project = self.is_in_project(&path);
            Some(Found { path, origin, is_in_project })
        };
        if let Some((_, path, file, line)) = self
            .named
            .iter()
            .find(|(of, path, ..)| of == name && path.is_absolute() && path_search::is_executable(path))
        {
            return found(path.clone(), Origin::Settings(file.clone(), *line));
        }
        if self.is_vscode {
            let mut of_install = folders.into_iter().flat_map(Folders::bins).map(|bin| bin.join(name));
            if let Some(path) = of_install.find(|path| path_search::is_executable(path)) {
                return found(path, Origin::GoInstall);
            }
        }
        let path = one.path.clone().unwrap_or_else(|| WITHOUT_PATH.into());
        if let Some(path) = path_search::all(name, &path).next() {
            return found(path, Origin::Path);
        }
        let last = FALLBACK.iter().map(PathBuf::from).find(|path| path_search::is_executable(path));
        last.filter(|_| self.is_vscode && name == "go").and_then(|path| found(path, Origin::Fallback))
    }

    /// Whether a path is in the project, or leads into it. The store is the user's, also where it is below the project.
    fn is_in_project(&self, path: &Path) -> bool {
        if self.is_home {
            return false;
        }
        let leads_there = files::real_path(path).is_ok_and(|real| real.starts_with(self.project));
        leads_there || path.starts_with(self.project)
    }
}

impl Folders {
    /// The folders in which `go install` puts programs.
    fn bins(&self) -> Vec<PathBuf> {
        if let Some(gobin) = self.gobin.as_ref().filter(|gobin| gobin.is_absolute()) {
            return vec![gobin.clone()];
        }
        let gopath: &OsStr = self.gopath.as_deref().unwrap_or_default();
        let folders = std::env::split_paths(gopath).filter(|folder| folder.is_absolute());
        folders.map(|folder| folder.join("bin")).collect()
    }
}

/// The programs that a settings file of the user's names.
fn named_in(file: &Path) -> Vec<(String, PathBuf, PathBuf, usize)> {
    let Ok(bytes) = files::read_head(file, 8 << 20) else { return Vec::new() };
    let text = String::from_utf8_lossy(&bytes);
    let found = jsonc::located(&text);
    let with_keys = |keys: &[&str]| {
        let is_it = |one: &&jsonc::Located| one.keys.iter().map(String::as_str).eq(keys.iter().copied());
        // VS Code takes the last one of several.
        found.iter().rev().find(is_it).filter(|one| !one.value.is_empty())
    };
    let mut named = Vec::new();
    for name in PROGRAMS {
        if let Some(one) = with_keys(&["go.alternateTools", name]) {
            named.push((name.to_owned(), PathBuf::from(&one.value), file.to_owned(), one.line));
        }
    }
    if let Some(one) = with_keys(&["go.goroot"]) {
        named.push(("go".to_owned(), Path::new(&one.value).join("bin/go"), file.to_owned(), one.line));
    }
    named
}
