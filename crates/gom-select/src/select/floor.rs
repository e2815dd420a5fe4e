//! Go's floor on a starting toolchain: what GOTOOLCHAIN and the project's go.work or go.mod ask for, by
//! the rules of the go command (cmd/go/internal/toolchain/select.go, `Select`). Where the go command
//! would fail or is needed to decide, there is no floor here: the starting toolchain runs and says so.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use super::trace::Trace;
use crate::env_vars::go;
use crate::go_env::{self, GoEnvFile};
use crate::go_mod::GoModLines;
use crate::go_project::{self, GoProject, Surroundings};
use crate::layout::Env;
use crate::version::GoVersion;

/// From this version on the go command switches toolchains.
const FIRST_WITH_SWITCHING: &str = "1.21rc1";

/// A toolchain that Go's rules ask for instead of the starting one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Floor {
    /// What to run.
    pub wants: Wants,
    /// What asks for it: `go.mod:3` or GOTOOLCHAIN, with its place.
    pub asked_by: String,
    /// The go.work or go.mod that asks for it, if one does.
    pub file: Option<PathBuf>,
    /// Whether the go command would download it; in `path` mode it only looks on PATH.
    pub may_install: bool,
}

/// What a floor asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wants {
    /// Exactly this toolchain.
    Exact(GoVersion),
    /// `go 1.24`: the newest installed 1.24.x, and to install, the first release, as the go command does.
    NewestOf(GoVersion),
}

/// GOTOOLCHAIN as it is set, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoToolchain {
    /// Its value.
    pub value: String,
    /// What sets it.
    pub place: String,
}

/// Go's own settings for one start: the environment, the user's `go/env`, the toolchain's `go.env`.
pub struct GoEnvironment<'a> {
    env: Env<'a>,
    user: Option<(PathBuf, GoEnvFile)>,
    /// The toolchain's `go.env`, read when it is first needed.
    toolchain: OnceCell<Option<(PathBuf, GoEnvFile)>>,
    goroot: &'a Path,
}

/// How far GOTOOLCHAIN lets the go command go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// The named one, whatever the files say.
    Fixed,
    /// Files may ask for more, to be downloaded if need be.
    Auto,
    /// Files may ask for more, if PATH has it.
    Path,
}

impl<'a> GoEnvironment<'a> {
    /// Reads the user's file; the toolchain's is read when it is needed.
    pub fn new(env: Env<'a>, goroot: &'a Path) -> Self {
        let user = go_env::user_file(env).and_then(read);
        GoEnvironment { env, user, toolchain: OnceCell::new(), goroot }
    }

    /// A setting, in the go command's order.
    pub fn get(&self, name: &str) -> Option<GoToolchain> {
        if let Some(value) = (self.env)(name) {
            let value = value.to_string_lossy().into_owned();
            return Some(GoToolchain { value, place: "environment".to_owned() });
        }
        let in_user = self.user.as_ref().and_then(|file| setting(file, name));
        in_user.or_else(|| {
            let file = self.toolchain.get_or_init(|| read(self.goroot.join("go.env")));
            setting(file.as_ref()?, name)
        })
    }
}

impl GoEnvironment<'_> {
    fn surroundings(&self) -> Surroundings<'_> {
        let gowork = self.get("GOWORK").map(|setting| setting.value);
        Surroundings { gowork, goroot: Some(self.goroot), ..Surroundings::of_environment(self.env) }
    }
}

fn read(path: PathBuf) -> Option<(PathBuf, GoEnvFile)> {
    let bytes = std::fs::read(&path).ok()?;
    Some((path, go_env::parse(&bytes)))
}

fn setting((path, file): &(PathBuf, GoEnvFile), name: &str) -> Option<GoToolchain> {
    let (value, line) = file.get(name)?;
    let place = format!("{}:{line}", path.display());
    Some(GoToolchain { value: value.to_owned(), place })
}

/// What Go's rules ask for instead of the toolchain `local`; `None` if that one runs.
pub fn floor(local: &GoVersion, go: &GoEnvironment<'_>, cwd: &Path, trace: &mut Trace) -> Option<Floor> {
    if GoVersion::parse(FIRST_WITH_SWITCHING).is_ok_and(|first| *local < first) {
        trace.step("Go's own rules", || {
            format!("Go {local} does not know toolchain switching; it runs as it is")
        });
        return None;
    }
    let surroundings = go.surroundings();
    if surroundings.has_bad_gowork() {
        trace.step("GOWORK", || "it is not an absolute path; Go itself will say so".to_owned());
        return None;
    }
    let modules = go.get("GO111MODULE").map(|setting| setting.value).unwrap_or_default();
    let modules_on = match modules.as_str() {
        "" | "on" => true,
        "auto" => go_project::find_mod(cwd, &surroundings).is_some(),
        _ => false,
    };
    if !modules_on {
        trace.step("GO111MODULE", || format!("it is `{modules}`, so Go does not switch"));
        return None;
    }
    let set = go.get(go::GOTOOLCHAIN).filter(|set| !set.value.is_empty())?;
    let (named, mode) = parse(&set, trace)?;
    let mut wanted = named.filter(|version| version != local).map(|version| Floor {
        wants: Wants::Exact(version),
        asked_by: format!("GOTOOLCHAIN={} ({})", set.value, set.place),
        file: None,
        may_install: mode != Mode::Path,
    });
    if let Some(Floor { wants, asked_by, .. }) = &wanted {
        trace.step(asked_by, || format!("it names Go {}", wants.version()));
    }
    if mode != Mode::Fixed
        && let Some(project) = GoProject::find(cwd, &surroundings)
    {
        let least = wanted.as_ref().map_or(local, |floor| floor.wants.version()).clone();
        match asked_by_project(&project, least, mode, trace) {
            Asked::Nothing => {}
            Asked::More(floor) => wanted = Some(*floor),
            Asked::Unclear => return None,
        }
    }
    wanted
}

/// The value's name and mode; `None` where the go command refuses the value or stays with what is there.
fn parse(set: &GoToolchain, trace: &mut Trace) -> Option<(Option<GoVersion>, Mode)> {
    let place = format!("GOTOOLCHAIN={} ({})", set.value, set.place);
    match set.value.as_str() {
        "auto" => return Some((None, Mode::Auto)),
        "path" => return Some((None, Mode::Path)),
        _ => {}
    }
    let (name, suffix) = match set.value.split_once('+') {
        Some((name, suffix)) => (name, Some(suffix)),
        None => (set.value.as_str(), None),
    };
    let mode = match suffix {
        None => Mode::Fixed,
        Some("auto") => Mode::Auto,
        Some("path") => Mode::Path,
        Some(_) => {
            trace.step(&place, || "invalid; Go itself will say so".to_owned());
            return None;
        }
    };
    if name == "local" {
        trace.step(&place, || {
            "Go stays with the toolchain that is there unless a suffix says more".to_owned()
        });
        return Some((None, mode));
    }
    match GoVersion::from_toolchain_name(name) {
        // A custom toolchain (go1.22.6-corp) is not in the store, and a language version is none.
        Some(version) if name == version.toolchain_name() && !version.is_language_version() => {
            Some((Some(version), mode))
        }
        _ => {
            trace.step(&place, || "gom can't tell what it names; Go itself decides".to_owned());
            None
        }
    }
}

/// What a project's lines ask for.
enum Asked {
    /// Not more than there is.
    Nothing,
    /// Another toolchain.
    More(Box<Floor>),
    /// Something that the go command refuses, or a toolchain of somebody else's: it must decide itself.
    Unclear,
}

/// The `toolchain` line if it is newer than `least`, then the `go` line if it is newer than both.
fn asked_by_project(project: &GoProject, least: GoVersion, mode: Mode, trace: &mut Trace) -> Asked {
    let GoModLines { go, toolchain } = &project.lines;
    let (place, may_install) = (project.file.display(), mode == Mode::Auto);
    let floor = |wants, asked_by| {
        Asked::More(Box::new(Floor { wants, asked_by, file: Some(project.file.clone()), may_install }))
    };
    let (mut least, mut asked) = (least, Asked::Nothing);
    if let Some((name, line)) = toolchain {
        let asked_by = format!("{place}:{line}");
        if name == "default" {
            trace.step(&asked_by, || "`toolchain default`: the files ask for nothing".to_owned());
            return Asked::Nothing;
        }
        let Some(version) = GoVersion::from_toolchain_name(name) else {
            trace.step(&asked_by, || format!("`{name}` is no toolchain; Go itself will say so"));
            return Asked::Unclear;
        };
        if version <= least {
            trace.step(&asked_by, || format!("`toolchain {name}` is satisfied by Go {least}"));
        } else {
            trace.step(&asked_by, || format!("`toolchain {name}` asks for more than Go {least}"));
            // With a suffix it is not in the store; a language version is no toolchain.
            let is_ours = *name == version.toolchain_name() && !version.is_language_version();
            asked = if is_ours { floor(Wants::Exact(version.clone()), asked_by) } else { Asked::Unclear };
            least = version;
        }
    }
    if let Some((value, line)) = go {
        let asked_by = format!("{place}:{line}");
        match GoVersion::parse(value) {
            Ok(version) if version > least => {
                trace.step(&asked_by, || format!("`go {value}` asks for more than Go {least}"));
                asked = floor(Wants::of_go_line(version), asked_by);
            }
            Ok(_) => trace.step(&asked_by, || format!("`go {value}` is satisfied by Go {least}")),
            Err(_) => trace.step(&asked_by, || format!("`{value}` is no version; Go itself will say so")),
        }
    }
    asked
}

impl Wants {
    fn of_go_line(version: GoVersion) -> Wants {
        if version.is_language_version() { Wants::NewestOf(version) } else { Wants::Exact(version) }
    }

    /// The version by which it compares.
    pub fn version(&self) -> &GoVersion {
        match self {
            Wants::Exact(version) | Wants::NewestOf(version) => version,
        }
    }
}
