//! The one reader of Go's settings: the value of a name, and the place that sets it.
//!
//! Owns: the order of the places, as in the go command (cmd/go/internal/cfg/cfg.go, `Getenv`): the process
//! environment if not empty, then the user's `go/env`, then the toolchain's `go.env`, then a default. A line
//! in the user's file hides the toolchain's even if its value is empty. If a name has several lines, the last
//! counts in the user's file and the first in the toolchain's. Never: knows what a setting means; the default
//! is the caller's. Invariant: each file is opened at most once, and only if the answer depends on it.

use std::cell::OnceCell;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::env_vars::go;
use crate::go_env::{self, GoEnvFile};
use crate::layout::Env;
use crate::regular_file::{self, AfterRead, GO_FILE_LIMIT};

/// Names that the go command reads only from the process environment (cmd/go/internal/envcmd,
/// `checkEnvWrite`): the first names the user's file, the second belongs to the runtime.
const ENVIRONMENT_ONLY: [&str; 2] = ["GOENV", "GODEBUG"];

/// The file with a toolchain's own settings, in its tree.
const GO_ENV: &str = "go.env";

/// One of Go's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoSetting {
    /// Its value; may hold credentials.
    pub value: String,
    /// The place that sets it.
    pub origin: GoOrigin,
}

/// The place that sets one of Go's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoOrigin {
    /// A variable of the environment.
    Environment,
    /// The file of `go env -w`, and its 1-based line.
    UserFile(PathBuf, usize),
    /// The toolchain's own `go.env`, and its 1-based line.
    Toolchain(PathBuf, usize),
    /// gom's own default, from the `go.env` of this toolchain if the build named it. No go command reads it.
    BuiltIn(Option<String>),
    /// No place: the caller's default.
    Default,
}

impl fmt::Display for GoOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GoOrigin::Environment => f.write_str("environment"),
            GoOrigin::UserFile(path, line) | GoOrigin::Toolchain(path, line) => {
                write!(f, "{}:{line}", path.display())
            }
            GoOrigin::BuiltIn(None) => f.write_str("built into gom"),
            GoOrigin::BuiltIn(Some(toolchain)) => {
                write!(f, "built into gom, from the go.env of {toolchain}")
            }
            GoOrigin::Default => f.write_str("default"),
        }
    }
}

impl GoSetting {
    /// The setting if no place sets it.
    pub fn default(value: impl Into<String>) -> GoSetting {
        GoSetting { value: value.into(), origin: GoOrigin::Default }
    }

    /// Returns, for example, `GOTOOLCHAIN=auto (environment)`.
    pub fn described(&self, name: &str) -> String {
        format!("{name}={} ({})", self.value, self.origin)
    }
}

/// An environment file and its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvFile {
    /// The file.
    pub path: PathBuf,
    /// Its settings.
    pub values: GoEnvFile,
}

impl EnvFile {
    /// Reads a file. An unreadable file sets nothing, as for the go command.
    pub fn read(path: PathBuf) -> Option<EnvFile> {
        EnvFile::read_and(AfterRead::Close, path)
    }

    /// Reads the `go.env` of a tree.
    pub fn of_toolchain(goroot: &Path) -> Option<EnvFile> {
        EnvFile::read(goroot.join(GO_ENV))
    }

    fn read_and(after: AfterRead, path: PathBuf) -> Option<EnvFile> {
        let values = go_env::parse(&regular_file::read_of_go_and(after, &path)?);
        Some(EnvFile { path, values })
    }

    fn as_users(&self, name: &str) -> Option<GoSetting> {
        let (value, line) = self.values.get(name)?;
        Some(GoSetting { value: value.to_owned(), origin: GoOrigin::UserFile(self.path.clone(), line) })
    }

    fn as_toolchains(&self, name: &str) -> Option<GoSetting> {
        let (value, line) = self.values.first(name)?;
        Some(GoSetting { value: value.to_owned(), origin: GoOrigin::Toolchain(self.path.clone(), line) })
    }
}

/// Whether the go command reads this name only from the environment.
pub fn is_environment_only(name: &str) -> bool {
    ENVIRONMENT_ONLY.contains(&name)
}

/// Finds the setting of `name`; its value is not empty. The files are read only if they are needed.
pub fn find<'f>(
    name: &str,
    env: Env<'_>,
    user: impl FnOnce() -> Option<&'f EnvFile>,
    toolchain: impl FnOnce() -> Option<&'f EnvFile>,
) -> Option<GoSetting> {
    if let Some(value) = env(name).filter(|value| !value.is_empty()) {
        let value = value.to_string_lossy().into_owned();
        return Some(GoSetting { value, origin: GoOrigin::Environment });
    }
    if is_environment_only(name) {
        return None;
    }
    let line = user().and_then(|file| file.as_users(name));
    // A tree can't name another tree as GOROOT.
    let of_toolchain = || toolchain().filter(|_| name != go::GOROOT)?.as_toolchains(name);
    line.or_else(of_toolchain).filter(|setting| !setting.value.is_empty())
}

/// Go's settings of the user: the environment and the user's file. Clones share the file.
#[derive(Clone)]
pub struct UserSettings<'a> {
    env: Env<'a>,
    after_read: AfterRead,
    file: Rc<OnceCell<Option<EnvFile>>>,
}

impl<'a> UserSettings<'a> {
    /// Makes the settings. The user's file is read when it is first needed.
    pub fn new(env: Env<'a>) -> Self {
        UserSettings { env, after_read: AfterRead::Close, file: Rc::default() }
    }

    /// Like [`UserSettings::new`], for a caller that changes what the settings name: the user's file is read now, and one that
    /// can't be read, unlike a missing one, is an error. The go command takes both for no settings.
    pub fn read(env: Env<'a>) -> io::Result<Self> {
        let settings = UserSettings::new(env);
        if let Some(path) = go_env::user_file(env) {
            let bytes = match regular_file::read(&path, GO_FILE_LIMIT) {
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => None,
                bytes => bytes?.filter(|bytes| bytes.len() <= GO_FILE_LIMIT),
            };
            let file = bytes.map(|bytes| EnvFile { values: go_env::parse(&bytes), path });
            settings.file.get_or_init(|| file);
        }
        Ok(settings)
    }

    /// Sets whether the files that these settings and a selection are read from are closed.
    #[must_use]
    pub fn with_after_read(self, after_read: AfterRead) -> Self {
        UserSettings { after_read, ..self }
    }

    /// Whether a file is closed after it was read.
    pub fn after_read(&self) -> AfterRead {
        self.after_read
    }

    /// The environment.
    pub fn env(&self) -> Env<'a> {
        self.env
    }

    /// The file of `go env -w`, if there is one.
    pub fn file(&self) -> Option<&EnvFile> {
        let read = || EnvFile::read_and(self.after_read, go_env::user_file(self.env)?);
        self.file.get_or_init(read).as_ref()
    }

    /// Returns a setting.
    pub fn get(&self, name: &str) -> Option<GoSetting> {
        find(name, self.env, || self.file(), || None)
    }

    /// Returns a setting that is a path or a list of paths, which need not be UTF-8.
    pub fn get_os(&self, name: &str) -> Option<OsString> {
        let found = self.get(name)?;
        if found.origin == GoOrigin::Environment { (self.env)(name) } else { Some(found.value.into()) }
    }

    /// Returns the setting in the user's file alone, which a variable of the environment may outrank.
    pub fn in_file(&self, name: &str) -> Option<GoSetting> {
        find(name, &|_| None, || self.file(), || None)
    }
}

/// Go's settings for one toolchain.
pub struct GoEnvironment<'a> {
    user: UserSettings<'a>,
    goroot: &'a Path,
    /// The toolchain's `go.env`, read when it is first needed.
    toolchain: OnceCell<Option<EnvFile>>,
}

impl<'a> GoEnvironment<'a> {
    /// Makes the settings. The files are read when they are first needed.
    pub fn new(env: Env<'a>, goroot: &'a Path) -> Self {
        GoEnvironment::of_user(&UserSettings::new(env), goroot)
    }

    /// Makes the settings from the user's, whose file may be read already.
    pub fn of_user(user: &UserSettings<'a>, goroot: &'a Path) -> Self {
        GoEnvironment { user: user.clone(), goroot, toolchain: OnceCell::new() }
    }

    /// The user's settings.
    pub fn user(&self) -> &UserSettings<'a> {
        &self.user
    }

    /// The toolchain's tree.
    pub fn goroot(&self) -> &'a Path {
        self.goroot
    }

    /// Returns a setting.
    pub fn get(&self, name: &str) -> Option<GoSetting> {
        find(name, self.user.env, || self.user.file(), || self.toolchain())
    }

    /// Whether a file has a line for it, even with an empty value.
    pub fn has_line(&self, name: &str) -> bool {
        [self.user.file(), self.toolchain()].into_iter().flatten().any(|file| file.values.get(name).is_some())
    }

    fn toolchain(&self) -> Option<&EnvFile> {
        let read = || EnvFile::read_and(self.user.after_read, self.goroot.join(GO_ENV));
        self.toolchain.get_or_init(read).as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> EnvFile {
        EnvFile { path: path.into(), values: go_env::parse(text.as_bytes()) }
    }

    /// The value and place of a setting, `-` if it is not set.
    fn found(
        name: &str,
        environment: &[(&str, &str)],
        user: Option<&EnvFile>,
        toolchain: &EnvFile,
    ) -> String {
        let env =
            |name: &str| environment.iter().find(|(other, _)| *other == name).map(|(_, value)| value.into());
        match find(name, &env, || user, || Some(toolchain)) {
            Some(GoSetting { value, origin }) => format!("{value} {origin}"),
            None => "-".to_owned(),
        }
    }

    #[test]
    fn the_environment_beats_the_users_file_beats_the_toolchain() {
        let user = file("/u/env", "GOBIN=/user\nGOFLAGS=-v\n");
        let toolchain = file("/t/go.env", "# comment\nGOPROXY=direct\nGOFLAGS=-x\n");
        let get = |name, environment: &[_]| found(name, environment, Some(&user), &toolchain);
        assert_eq!(get("GOBIN", &[("GOBIN", "/env")]), "/env environment");
        assert_eq!(get("GOBIN", &[]), "/user /u/env:1");
        assert_eq!(get("GOFLAGS", &[]), "-v /u/env:2");
        assert_eq!(get("GOPROXY", &[]), "direct /t/go.env:2");
        assert_eq!(get("GOSUMDB", &[]), "-");
        assert_eq!(found("GOFLAGS", &[], None, &toolchain), "-x /t/go.env:3");
    }

    #[test]
    fn an_empty_variable_counts_as_unset_and_an_empty_line_hides_the_toolchain() {
        let user = file("/u/env", "GOPROXY=\nGOSUMDB=off\n");
        let toolchain = file("/t/go.env", "GOPROXY=direct\nGOSUMDB=sum.golang.org\n");
        let get = |name, environment: &[_]| found(name, environment, Some(&user), &toolchain);
        assert_eq!(get("GOPROXY", &[]), "-");
        assert_eq!(get("GOPROXY", &[("GOPROXY", "off")]), "off environment");
        assert_eq!(get("GOSUMDB", &[("GOSUMDB", "")]), "off /u/env:2");
    }

    #[test]
    fn the_last_line_counts_for_the_user_and_the_first_for_the_toolchain() {
        let lines = "GOFLAGS=-a\nGOFLAGS=-b\nGOVCS=\nGOVCS=*:off\n";
        let toolchain = file("/t/go.env", lines);
        assert_eq!(found("GOFLAGS", &[], Some(&file("/u/env", lines)), &toolchain), "-b /u/env:2");
        assert_eq!(found("GOFLAGS", &[], None, &toolchain), "-a /t/go.env:1");
        assert_eq!(found("GOVCS", &[], None, &toolchain), "-");
    }

    #[test]
    fn no_file_says_what_only_the_environment_can_say() {
        let user = file("/u/env", "GOENV=/x\nGODEBUG=x=1\nGOROOT=/user\n");
        let toolchain = file("/t/go.env", "GOROOT=/toolchain\n");
        let get = |name, environment: &[_]| found(name, environment, Some(&user), &toolchain);
        assert_eq!(get("GOENV", &[]), "-");
        assert_eq!(get("GODEBUG", &[]), "-");
        assert_eq!(get("GODEBUG", &[("GODEBUG", "y=1")]), "y=1 environment");
        assert_eq!(get("GOROOT", &[]), "/user /u/env:3");
        assert_eq!(found("GOROOT", &[], None, &toolchain), "-");
    }

    #[test]
    fn no_file_is_asked_for_where_the_environment_answers() {
        let env = |_: &str| Some("on".into());
        let found = find("GO111MODULE", &env, || panic!("the user's file"), || panic!("the toolchain's"));
        assert_eq!(found.unwrap().value, "on");
    }
}
