//! What must change in the environment before a selected toolchain starts, shared by the shim and
//! `gom exec`. Only GOROOT is ever touched: a GOROOT of another tree makes the compiler refuse the
//! standard library ("version does not match go tool version").

use std::fs;
use std::path::{Path, PathBuf};

use crate::env_vars::go;
use crate::go_env;
use crate::layout::Env;
use crate::working_dir::is_same_dir;

/// What to do with GOROOT for the child process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goroot {
    /// Leave the environment as it is.
    Keep,
    /// Remove an inherited GOROOT that names another tree.
    Unset,
    /// The user's `go/env` names another tree, which the go command obeys even when the environment has
    /// no GOROOT. Only a GOROOT in the environment outranks that file.
    Override(StaleGoroot),
}

/// A GOROOT line of the user's `go/env` that does not name the selected tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaleGoroot {
    /// The file that `go env -w` writes.
    pub file: PathBuf,
    /// 1-based line of the setting.
    pub line: usize,
    /// Its value.
    pub value: String,
}

/// Decides for a toolchain at `goroot`.
pub fn goroot_for_child(goroot: &Path, env: Env<'_>) -> Goroot {
    let inherited = env(go::GOROOT).map(PathBuf::from);
    if inherited.as_deref().is_some_and(|value| is_same_dir(value, goroot)) {
        return Goroot::Keep;
    }
    if let Some(stale) = stale_goroot(goroot, env) {
        return Goroot::Override(stale);
    }
    if inherited.is_some() { Goroot::Unset } else { Goroot::Keep }
}

fn stale_goroot(goroot: &Path, env: Env<'_>) -> Option<StaleGoroot> {
    let file = go_env::user_file(env)?;
    let settings = go_env::parse(&fs::read(&file).ok()?);
    let (value, line) = settings.get(go::GOROOT)?;
    if value.is_empty() || is_same_dir(Path::new(value), goroot) {
        return None;
    }
    Some(StaleGoroot { line, value: value.to_owned(), file })
}
