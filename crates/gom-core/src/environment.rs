//! What the caller hands in of the process it runs in.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use gom_select::layout::SHIM_NAME;

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
    /// The gom that runs.
    pub program: Option<RunningGom>,
}

impl Environment {
    /// A variable; `None` if unset or empty.
    pub fn var(&self, name: &str) -> Option<OsString> {
        self.variables.get(OsStr::new(name)).filter(|value| !value.is_empty()).cloned()
    }
}

/// The gom that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningGom {
    /// Its file, with links resolved.
    pub file: PathBuf,
    /// The path that it was called by, which stays the same when gom is updated.
    pub called: PathBuf,
}

impl RunningGom {
    /// The shim beside it.
    pub(crate) fn shim(&self) -> Option<PathBuf> {
        let beside = |path: &Path| Some(path.parent()?.join(SHIM_NAME)).filter(|shim| files::is_file(shim));
        beside(&self.file).or_else(|| beside(&self.called))
    }
}
