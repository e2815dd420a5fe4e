//! Which toolchain runs here, and why: the one function that the shim and every verb use.
//!
//! The first of these that names a version decides:
//!
//! 1. `GOM_TOOLCHAIN` in the environment;
//! 2. upward from the working directory, in each folder `.go-version`, then the Go line of
//!    `.tool-versions` (one without a Go line does not end the search);
//! 3. the global default, the file `default` of the store;
//! 4. nothing: the next `go` on PATH that is no gom shim.
//!
//! Several versions in one place are a fallback list: the first installed one runs. What a place names
//! is never skipped: an invalid entry is an error with its file and line, a version that is not
//! installed is an error that names the command to run.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::env_vars;
use crate::layout::{Env, Layout};
use crate::path_search;
use crate::platform::Platform;
use crate::spec::{Request, Spec};
use crate::toolchain::ToolchainId;
use crate::version_files::{Pin, PinError, go_version, tool_versions};

/// Everything a selection depends on, gathered once by the caller.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    /// The store.
    pub layout: &'a Layout,
    /// The process environment; empty variables read as unset.
    pub env: Env<'a>,
    /// The working directory; `None` when it was deleted.
    pub cwd: Option<&'a Path>,
    /// The platform of toolchains that are named without one.
    pub platform: &'a Platform,
}

/// The toolchain that runs, and what decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// What runs.
    pub toolchain: Selected,
    /// What decided it.
    pub origin: Origin,
    /// What was asked for there, as it was written; `None` when nothing was.
    pub asked: Option<String>,
}

/// What a selection runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selected {
    /// A toolchain of the store.
    Installed {
        /// Its name.
        id: ToolchainId,
        /// Its tree.
        goroot: PathBuf,
    },
    /// A program on PATH that gom does not manage.
    System {
        /// The `go` program.
        go: PathBuf,
    },
}

/// What named a version: every decision can say its file and line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A variable of the environment.
    Environment {
        /// Its name.
        variable: &'static str,
    },
    /// A version file of a project.
    File {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: usize,
    },
    /// The store's global default.
    Default {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: usize,
    },
    /// Nothing named one: the first other `go` on PATH.
    Path,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Environment { variable } => write!(f, "the environment variable {variable}"),
            Origin::File { path, line } => write!(f, "{}:{line}", path.display()),
            Origin::Default { path, line } => write!(f, "the default, {}:{line}", path.display()),
            Origin::Path => f.write_str("PATH"),
        }
    }
}

/// What a place asks for, before looking at what is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The fallback list, never empty; each with what named it and its own text.
    pub entries: Vec<WantedEntry>,
}

/// One entry of a fallback list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedEntry {
    /// What is asked for.
    pub request: Request,
    /// Where.
    pub origin: Origin,
    /// As it was written.
    pub text: String,
}

/// Why nothing was selected.
#[derive(Debug)]
pub enum SelectError {
    /// A version file, the default or a variable holds something that names no version.
    Invalid {
        /// What holds it: a file or a variable.
        place: String,
        /// What is wrong, with its line and value.
        error: PinError,
    },
    /// A version file is there but can't be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Nothing that was asked for is installed.
    NotInstalled {
        /// What was asked for.
        wanted: Wanted,
    },
    /// Nothing names a version and PATH has no other `go`.
    NothingSelected,
    /// The folder of the toolchains can't be read.
    Store {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl fmt::Display for SelectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SelectError::Invalid { place, error } => match error.line {
                Some(line) => write!(f, "{place}:{line}: {error}"),
                None => write!(f, "{place}: {error}"),
            },
            SelectError::NotInstalled { wanted } => {
                let first = &wanted.entries[0];
                write!(f, "Go {} is not installed (set by {})", first.text, first.origin)
            }
            SelectError::NothingSelected => {
                f.write_str("no Go is selected here, and PATH has no `go` other than gom's")
            }
            SelectError::Unreadable { path, error } | SelectError::Store { path, error } => {
                write!(f, "can't read `{}`: {error}", path.display())
            }
        }
    }
}

impl std::error::Error for SelectError {}

impl SelectError {
    /// The command that gets the user on.
    pub fn hint(&self) -> String {
        match self {
            SelectError::Invalid { place, .. } if place == env_vars::GOM_TOOLCHAIN => {
                format!("run `unset {}`, or set it to a version such as 1.22.6", env_vars::GOM_TOOLCHAIN)
            }
            SelectError::Invalid { .. } => {
                "write a version such as 1.22.6 there, or run `gom local latest` in that folder".to_owned()
            }
            SelectError::Unreadable { path, .. } | SelectError::Store { path, .. } => {
                format!("run `ls -ld {}` and make it readable", path.display())
            }
            SelectError::NotInstalled { wanted } => match wanted.entries[0].request.spec {
                Spec::System => "put a Go on PATH, or run `gom local latest` to pin one of gom's".to_owned(),
                _ => format!("run `gom install {}`", wanted.entries[0].request),
            },
            SelectError::NothingSelected => "run `gom use latest`".to_owned(),
        }
    }

    /// Exit code of a program that stops for this: 2 for what is written wrongly, 127 for what is absent.
    pub fn exit_code(&self) -> u8 {
        match self {
            SelectError::Invalid { .. } => 2,
            SelectError::NotInstalled { .. } | SelectError::NothingSelected => 127,
            SelectError::Unreadable { .. } | SelectError::Store { .. } => 1,
        }
    }
}

/// The toolchain that runs in this situation.
pub fn select(situation: &Situation<'_>) -> Result<Selection, SelectError> {
    match wanted(situation)? {
        Some(wanted) => first_installed(situation, wanted),
        None => match system_go(situation) {
            Some(go) => {
                Ok(Selection { toolchain: Selected::System { go }, origin: Origin::Path, asked: None })
            }
            None => Err(SelectError::NothingSelected),
        },
    }
}

/// What the environment, the version files or the default ask for; `None` when nothing does.
pub fn wanted(situation: &Situation<'_>) -> Result<Option<Wanted>, SelectError> {
    if let Some(wanted) = wanted_by_environment(situation)? {
        return Ok(Some(wanted));
    }
    if let Some(wanted) = wanted_by_files(situation)? {
        return Ok(Some(wanted));
    }
    wanted_by_default(situation.layout)
}

/// What `GOM_TOOLCHAIN` asks for.
pub fn wanted_by_environment(situation: &Situation<'_>) -> Result<Option<Wanted>, SelectError> {
    let variable = env_vars::GOM_TOOLCHAIN;
    let Some(value) = (situation.env)(variable) else { return Ok(None) };
    let pin = go_version::parse(value.as_encoded_bytes()).map_err(|error| SelectError::Invalid {
        place: variable.to_owned(),
        error: PinError { line: None, ..error },
    })?;
    Ok(Some(Wanted::from_pin(pin, |_| Origin::Environment { variable })))
}

/// What the nearest version file upward from the working directory asks for.
pub fn wanted_by_files(situation: &Situation<'_>) -> Result<Option<Wanted>, SelectError> {
    let Some(cwd) = situation.cwd else { return Ok(None) };
    for dir in cwd.ancestors() {
        if let Some(wanted) = wanted_by_folder(dir)? {
            return Ok(Some(wanted));
        }
    }
    Ok(None)
}

/// What the version files of this one folder ask for: `.go-version`, then `.tool-versions`.
pub fn wanted_by_folder(dir: &Path) -> Result<Option<Wanted>, SelectError> {
    let path = dir.join(".go-version");
    if let Some(bytes) = read_limited(&path, go_version::MAX_BYTES)? {
        let pin = go_version::parse(&bytes).map_err(|error| invalid_file(&path, error))?;
        return Ok(Some(Wanted::from_pin(pin, |line| Origin::File { path: path.clone(), line })));
    }
    let path = dir.join(".tool-versions");
    if let Some(bytes) = read_limited(&path, tool_versions::MAX_BYTES)? {
        let pin = tool_versions::parse(&bytes).map_err(|error| invalid_file(&path, error))?;
        return Ok(pin.map(|pin| Wanted::from_pin(pin, |line| Origin::File { path: path.clone(), line })));
    }
    Ok(None)
}

/// What the store's global default asks for.
pub fn wanted_by_default(layout: &Layout) -> Result<Option<Wanted>, SelectError> {
    let path = layout.default_file();
    let Some(bytes) = read_limited(&path, go_version::MAX_BYTES)? else { return Ok(None) };
    let pin = go_version::parse(&bytes).map_err(|error| invalid_file(&path, error))?;
    Ok(Some(Wanted::from_pin(pin, |line| Origin::Default { path: path.clone(), line })))
}

/// The installed toolchains, newest first; names that gom would not give are not toolchains.
pub fn installed(layout: &Layout) -> Result<Vec<ToolchainId>, SelectError> {
    let path = layout.toolchains();
    let entries = match fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(SelectError::Store { path, error }),
    };
    let mut ids: Vec<ToolchainId> =
        entries.filter_map(|entry| ToolchainId::parse(entry.ok()?.file_name().to_str()?).ok()).collect();
    ids.sort_by(|a, b| b.cmp(a));
    Ok(ids)
}

/// The installed toolchain that a request means: the newest one that matches, of the request's platform
/// or else of `platform`. An exact version is looked up without listing the folder.
pub fn find_installed(
    layout: &Layout,
    request: &Request,
    platform: &Platform,
) -> Result<Option<ToolchainId>, SelectError> {
    let platform = request.platform.as_ref().unwrap_or(platform);
    if let Spec::Exact(version) = &request.spec {
        let id = ToolchainId { version: version.canonical(), platform: platform.clone() };
        return Ok(layout.toolchain(&id).is_dir().then_some(id));
    }
    let candidates = installed(layout)?.into_iter().filter(|id| id.platform == *platform);
    Ok(request.spec.newest(candidates, |id| &id.version))
}

/// The next `go` on PATH that is no gom shim.
pub fn system_go(situation: &Situation<'_>) -> Option<PathBuf> {
    path_search::next_on_path("go", OsStr::new(&(situation.env)("PATH")?))
}

fn first_installed(situation: &Situation<'_>, wanted: Wanted) -> Result<Selection, SelectError> {
    for entry in &wanted.entries {
        let toolchain = if entry.request.spec == Spec::System {
            system_go(situation).map(|go| Selected::System { go })
        } else {
            find_installed(situation.layout, &entry.request, situation.platform)?
                .map(|id| Selected::Installed { goroot: situation.layout.toolchain(&id), id })
        };
        if let Some(toolchain) = toolchain {
            let (origin, asked) = (entry.origin.clone(), Some(entry.text.clone()));
            return Ok(Selection { toolchain, origin, asked });
        }
    }
    Err(SelectError::NotInstalled { wanted })
}

fn invalid_file(path: &Path, error: PinError) -> SelectError {
    SelectError::Invalid { place: path.display().to_string(), error }
}

/// The file's bytes, one more than `limit` at most so that the parser sees that it is too large; `None`
/// if there is no such file. What is not a regular file (a folder of that name) is no version file.
fn read_limited(path: &Path, limit: usize) -> Result<Option<Vec<u8>>, SelectError> {
    let unreadable = |error| SelectError::Unreadable { path: path.to_path_buf(), error };
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Ok(None),
        // ENOTDIR: an ancestor was replaced by a file while we walked.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(unreadable(error)),
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(unreadable)?;
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(Some(bytes))
}

impl Wanted {
    fn from_pin(pin: Pin, origin: impl Fn(usize) -> Origin) -> Wanted {
        let entries = pin.specs.into_iter().map(|pinned| WantedEntry {
            origin: origin(pinned.line),
            request: pinned.spec,
            text: pinned.text,
        });
        Wanted { entries: entries.collect() }
    }
}
