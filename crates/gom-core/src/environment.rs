//! What the caller passes in about its process: environment, folders, and the gom program itself.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use gom_select::layout::{SHIM_NAME, is_store};
use gom_select::path_search;

use crate::files;

/// The process environment as it was at the start. Empty variables read as unset.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// The variables.
    pub variables: HashMap<OsString, OsString>,
    /// The working directory; `None` when it was deleted.
    pub cwd: Option<PathBuf>,
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// The user's cache folder for gom.
    pub cache_dir: Option<PathBuf>,
    /// The gom program of this process.
    pub program: Option<RunningGom>,
}

impl Environment {
    /// A variable; `None` if unset or empty.
    pub fn var(&self, name: &str) -> Option<OsString> {
        self.variables.get(OsStr::new(name)).filter(|value| !value.is_empty()).cloned()
    }
}

/// The gom program of this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningGom {
    /// Its file, with links resolved.
    pub file: PathBuf,
    /// The path by which it was called, which stays the same when gom is updated.
    pub called: PathBuf,
}

impl RunningGom {
    /// Finds the gom whose file is `exe` and whose first argument is `name`. If `name` is a path, that is the
    /// path it was called by; if it is a word, it is searched on `path`. A name that does not lead to the
    /// file is ignored, because a caller may put any text there. `None` if `exe` was removed.
    pub fn find(exe: &Path, name: &Path, path: &OsStr) -> Option<RunningGom> {
        let file = files::real_path(exe).ok()?;
        let is_this = |path: &PathBuf| files::real_path(path).is_ok_and(|real| real == file);
        let called = if name.components().count() > 1 {
            std::path::absolute(name).ok().filter(is_this)
        } else {
            let folders = std::env::split_paths(path).filter(|dir| dir.is_absolute());
            folders.map(|dir| dir.join(name)).find(is_this)
        };
        let called = called.unwrap_or_else(|| file.clone());
        Some(RunningGom { file, called })
    }

    /// The same where the system does not tell which file runs: finds the file by the name alone, as a shell does.
    pub fn find_by_name(name: &Path, path: &OsStr) -> Option<RunningGom> {
        let called = path_search::started_as(name.as_os_str(), path)?;
        let file = files::real_path(&called).ok()?;
        Some(RunningGom { file, called })
    }

    /// Follows the links from the called path to the file, and returns the first path in a store; if there is
    /// none, the file.
    pub fn path_in_store(&self) -> PathBuf {
        let mut path = self.called.clone();
        // The kernel follows as many links.
        for _ in 0..40 {
            // The folder is resolved, because a store is named by its real path.
            let real = path.parent().and_then(|parent| files::real_path(parent).ok());
            let Some((folder, name)) = real.zip(path.file_name()) else { break };
            path = folder.join(name);
            if folder.parent().is_some_and(is_store) {
                return path;
            }
            let Ok(target) = files::link_target(&path) else { break };
            path = folder.join(target);
        }
        self.file.clone()
    }

    /// The shim in the same folder as the program.
    pub(crate) fn shim(&self) -> Option<PathBuf> {
        let beside = |path: &Path| Some(path.parent()?.join(SHIM_NAME)).filter(|shim| files::is_file(shim));
        beside(&self.file).or_else(|| beside(&self.called))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use fs_err::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn the_running_gom_is_known_by_the_path_that_leads_to_its_file() {
        let temporary = tempfile::tempdir().unwrap();
        let dir = fs_err::canonicalize(temporary.path()).unwrap();
        let (bin, store) = (dir.join("bin"), dir.join("store"));
        for folder in [&bin, &store.join("bin")] {
            fs_err::create_dir_all(folder).unwrap();
        }
        fs_err::write(store.join("layout-version"), "1\n").unwrap();
        let (file, own, linked) = (dir.join("gom"), store.join("bin/gom"), bin.join("gom"));
        fs_err::write(&file, "").unwrap();
        symlink("../../gom", &own).unwrap();
        symlink("../store/bin/gom", &linked).unwrap();
        fs_err::write(dir.join("other"), "").unwrap();

        let find = |name: &str| RunningGom::find(&file, Path::new(name), bin.as_os_str()).unwrap();
        let other = dir.join("other").display().to_string();
        for (name, called, in_store) in [
            ("gom", &linked, &own),
            (linked.to_str().unwrap(), &linked, &own),
            (other.as_str(), &file, &file),
            ("nothing", &file, &file),
        ] {
            let found = find(name);
            assert_eq!((&found.called, &found.path_in_store()), (called, in_store), "{name}");
        }
        assert_eq!(RunningGom::find(&dir.join("gone"), Path::new("gom"), bin.as_os_str()), None);
    }

    #[test]
    fn without_proc_the_name_leads_to_the_program() {
        let temporary = tempfile::tempdir().unwrap();
        let dir = fs_err::canonicalize(temporary.path()).unwrap();
        let (bin, file) = (dir.join("bin"), dir.join("gom-1"));
        fs_err::create_dir(&bin).unwrap();
        fs_err::write(&file, "").unwrap();
        fs_err::set_permissions(&file, PermissionsExt::from_mode(0o755)).unwrap();
        symlink("../gom-1", bin.join("gom")).unwrap();
        fs_err::write(bin.join("data"), "").unwrap();

        let find = |name: &Path| RunningGom::find_by_name(name, bin.as_os_str());
        let found = Some(RunningGom { file: file.clone(), called: bin.join("gom") });
        assert_eq!((find(Path::new("gom")), find(&bin.join("gom"))), (found.clone(), found));
        assert_eq!(find(&file).unwrap().called, file);
        for name in ["nothing", "data", "", "bin"] {
            assert_eq!(find(Path::new(name)), None, "{name}");
        }
    }
}
