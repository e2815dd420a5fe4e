//! Go's floor for a starting toolchain: what GOTOOLCHAIN and the project's go.work or go.mod ask for, by the
//! rules of the go command (cmd/go/internal/toolchain/select.go, `Select`). If the go command would stop, or
//! only it can decide, there is no floor here: the starting toolchain runs and reports it.

use std::path::{Path, PathBuf};

use super::trace::Trace;
use crate::env_vars::go;
use crate::go_mod::GoModLines;
use crate::go_project::{self, GoProject, Surroundings};
use crate::go_settings::{GoEnvironment, GoSetting};
use crate::refusal::{Refusal, no_release};
use crate::version::GoVersion;

/// The first version whose go command switches toolchains.
const FIRST_WITH_SWITCHING: &str = "1.21rc1";

/// A toolchain that Go's rules ask for instead of the starting one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Floor {
    /// The toolchain to run.
    pub wants: FloorKind,
    /// What asks for it, with its place: `go.mod:3` or GOTOOLCHAIN.
    pub asked_by: String,
    /// The go.work or go.mod that asks for it, if it is one of these.
    pub file: Option<PathBuf>,
    /// Whether the go command would download it; in `path` mode it only looks on PATH.
    pub may_install: bool,
}

/// The toolchain that a floor asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FloorKind {
    /// From GOTOOLCHAIN, which somebody set by hand: exactly this toolchain.
    Exact(GoVersion),
    /// From `go 1.24.1` or `toolchain go1.24.1` in a file, which are minimums: this toolchain, or else the
    /// newest installed patch of its line that is not older. An install installs this one.
    AtLeast(GoVersion),
    /// From `go 1.24`: the newest installed 1.24.x. An install installs the first release, as the go command
    /// does.
    NewestOf(GoVersion),
}

/// A toolchain that Go's rules name and gom's store never has, such as go1.22.6-corp. The go command looks for it itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolchainElsewhere {
    /// Its name.
    pub name: String,
    /// What names it, with its place.
    pub asked_by: String,
}

/// What Go's rules decide about a starting toolchain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FloorAnswer {
    /// It runs.
    Nothing,
    /// Another one runs.
    Another(Floor),
    /// It starts, and the go command looks for one that is not gom's.
    Elsewhere(ToolchainElsewhere),
    /// Every go command stops here.
    Refused(Refusal),
}

impl FloorAnswer {
    /// Returns the floor, if there is one.
    pub fn floor(self) -> Option<Floor> {
        match self {
            FloorAnswer::Another(floor) => Some(floor),
            FloorAnswer::Nothing | FloorAnswer::Elsewhere(_) | FloorAnswer::Refused(_) => None,
        }
    }
}

/// How far GOTOOLCHAIN lets the go command switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SwitchMode {
    /// It uses the named toolchain, whatever the files ask for.
    Fixed,
    /// Files may ask for a newer one, which may be downloaded.
    Auto,
    /// Files may ask for a newer one, if PATH has it.
    Path,
}

/// What the search for the project's file depends on.
fn surroundings<'a>(go: &GoEnvironment<'a>) -> Surroundings<'a> {
    let gowork = go.get("GOWORK").map(|setting| setting.value);
    Surroundings { gowork, goroot: Some(go.goroot()), ..Surroundings::of_user(go.user()) }
}

/// Returns what Go's rules ask for instead of the toolchain `local`.
pub fn floor(local: &GoVersion, go: &GoEnvironment<'_>, cwd: &Path, trace: &mut Trace) -> FloorAnswer {
    floor_and_setting(local, go, cwd, trace).0
}

/// Like [`floor`]; also returns the value of GOTOOLCHAIN, unless the go command does not switch at all.
pub fn floor_and_setting(
    local: &GoVersion,
    go: &GoEnvironment<'_>,
    cwd: &Path,
    trace: &mut Trace,
) -> (FloorAnswer, Option<String>) {
    const NOTHING: (FloorAnswer, Option<String>) = (FloorAnswer::Nothing, None);
    if GoVersion::parse(FIRST_WITH_SWITCHING).is_ok_and(|first| *local < first) {
        trace.step("Go's own rules", || {
            format!("Go {local} does not know toolchain switching; it runs as it is")
        });
        return NOTHING;
    }
    let surroundings = surroundings(go);
    let modules = go.get("GO111MODULE").map(|setting| setting.value).unwrap_or_default();
    let modules_on = match modules.as_str() {
        "" | "on" => true,
        "auto" => go_project::find_mod(cwd, &surroundings).is_some(),
        _ => false,
    };
    if !modules_on {
        trace.step("GO111MODULE", || format!("it is `{modules}`, so Go does not switch"));
        return NOTHING;
    }
    let Some(set) = go.get(go::GOTOOLCHAIN) else { return NOTHING };
    let answer = by_setting(local, go, cwd, &set, &surroundings, trace);
    (answer, Some(set.value))
}

/// What Go's rules ask for with this value of GOTOOLCHAIN.
fn by_setting(
    local: &GoVersion,
    go: &GoEnvironment<'_>,
    cwd: &Path,
    set: &GoSetting,
    surroundings: &Surroundings<'_>,
    trace: &mut Trace,
) -> FloorAnswer {
    let (named, mode) = match parse(set) {
        Parsed::Names(named, mode) => (named, mode),
        Parsed::Elsewhere => {
            trace.step(&set.described(go::GOTOOLCHAIN), || {
                "a toolchain that is not gom's; Go itself looks for it".to_owned()
            });
            let (name, asked_by) = (set.value.clone(), set.described(go::GOTOOLCHAIN));
            return FloorAnswer::Elsewhere(ToolchainElsewhere { name, asked_by });
        }
        Parsed::Refused(reason) => {
            trace.step(&set.described(go::GOTOOLCHAIN), || format!("Go stops: {reason}"));
            return FloorAnswer::Refused(Refusal::of_gotoolchain(set, reason));
        }
    };
    if named.is_none() && mode == SwitchMode::Fixed {
        trace.step(&set.described(go::GOTOOLCHAIN), || {
            "Go stays with the toolchain that is there unless a suffix says more".to_owned()
        });
    }
    let wanted = named.filter(|version| version != local).map(|version| Floor {
        wants: FloorKind::Exact(version),
        asked_by: set.described(go::GOTOOLCHAIN),
        file: None,
        may_install: mode != SwitchMode::Path,
    });
    if let Some(Floor { wants, asked_by, .. }) = &wanted {
        trace.step(asked_by, || format!("it names Go {}", wants.version()));
    }
    if mode == SwitchMode::Fixed {
        return wanted.map_or(FloorAnswer::Nothing, FloorAnswer::Another);
    }
    // Go reads GOWORK only when it looks for files, which is now (K2.5).
    if let Some(gowork) = go.get("GOWORK").filter(|_| surroundings.has_bad_gowork()) {
        trace.step(&gowork.described("GOWORK"), || "not an absolute path: Go stops".to_owned());
        return FloorAnswer::Refused(Refusal::of_gowork(&gowork));
    }
    let least = wanted.as_ref().map_or(local, |floor| floor.wants.version()).clone();
    let project = GoProject::nearest(cwd, surroundings);
    // Finding out whether the folder is the temporary one costs two system calls, and matters only if its
    // go.mod asks for something.
    let counts = |project: &GoProject| {
        let asks =
            !matches!(of_project(project, least.clone(), mode, &mut Trace::default()), OfProject::Nothing);
        !((asks || trace.is_on()) && project.is_litter(surroundings))
    };
    let of_project = match project.filter(counts) {
        Some(project) => of_project(&project, least, mode, trace),
        None => OfProject::Nothing,
    };
    match of_project {
        OfProject::Nothing => wanted.map_or(FloorAnswer::Nothing, FloorAnswer::Another),
        OfProject::More(floor) => FloorAnswer::Another(*floor),
        OfProject::Elsewhere(elsewhere) => FloorAnswer::Elsewhere(elsewhere),
        OfProject::Refused(refusal) => FloorAnswer::Refused(refusal),
    }
}

/// The meaning of a GOTOOLCHAIN value.
enum Parsed {
    /// This version, or else the toolchain that is there; and what else may count.
    Names(Option<GoVersion>, SwitchMode),
    /// A toolchain that the store never has, such as go1.22.6-corp.
    Elsewhere,
    /// A value at which Go stops; the reason, as a clause.
    Refused(String),
}

fn parse(set: &GoSetting) -> Parsed {
    match set.value.as_str() {
        "auto" => return Parsed::Names(None, SwitchMode::Auto),
        "path" => return Parsed::Names(None, SwitchMode::Path),
        _ => {}
    }
    let (name, suffix) = match set.value.split_once('+') {
        Some((name, suffix)) => (name, Some(suffix)),
        None => (set.value.as_str(), None),
    };
    let mode = match suffix {
        None => SwitchMode::Fixed,
        Some("auto") => SwitchMode::Auto,
        Some("path") => SwitchMode::Path,
        Some(_) => return Parsed::Refused("its only suffixes are +auto and +path".to_owned()),
    };
    if name == "local" {
        return Parsed::Names(None, mode);
    }
    match GoVersion::from_toolchain_name(name) {
        None => Parsed::Refused(format!("`{name}` is not a toolchain name, as go1.23.4 is")),
        Some(version) if version.is_language_version() && !name.contains('-') => {
            Parsed::Refused(no_release(&version))
        }
        Some(version) if name == version.toolchain_name() => Parsed::Names(Some(version), mode),
        Some(_) => Parsed::Elsewhere,
    }
}

/// What the lines of a project ask for.
enum OfProject {
    /// Nothing newer than `least`.
    Nothing,
    /// Another toolchain.
    More(Box<Floor>),
    /// A toolchain that the store never has: Go must look for it itself.
    Elsewhere(ToolchainElsewhere),
    /// Something at which Go stops.
    Refused(Refusal),
}

/// Reads the `toolchain` line if it is newer than `least`, then the `go` line if it is newer than both.
fn of_project(project: &GoProject, least: GoVersion, mode: SwitchMode, trace: &mut Trace) -> OfProject {
    let GoModLines { go, toolchain } = &project.lines;
    let (place, may_install) = (project.file.display(), mode == SwitchMode::Auto);
    let floor = |wants, asked_by| {
        OfProject::More(Box::new(Floor { wants, asked_by, file: Some(project.file.clone()), may_install }))
    };
    let (mut least, mut asked) = (least, OfProject::Nothing);
    if go.is_none() && toolchain.is_none() && !project.file.ends_with("go.mod") {
        trace.step(&place.to_string(), || "a workspace without a go line, which asks for nothing".to_owned());
    }
    if let Some((name, line)) = toolchain {
        let asked_by = format!("{place}:{line}");
        if name == "default" {
            trace.step(&asked_by, || "`toolchain default`: the files ask for nothing".to_owned());
            return OfProject::Nothing;
        }
        let Some(version) = GoVersion::from_toolchain_name(name) else {
            trace.step(&asked_by, || format!("`{name}` is not a toolchain name: Go stops"));
            return OfProject::Refused(Refusal::of_toolchain_line(&asked_by, name));
        };
        if version <= least {
            trace.step(&asked_by, || format!("`toolchain {name}` is satisfied by Go {least}"));
        } else {
            trace.step(&asked_by, || format!("`toolchain {name}` asks for more than Go {least}"));
            least = version.clone();
            asked = if version.is_language_version() && !name.contains('-') {
                OfProject::Refused(Refusal::of_language_version(&asked_by, &project.file, &version))
            } else if *name == version.toolchain_name() {
                floor(FloorKind::AtLeast(version), asked_by)
            } else {
                OfProject::Elsewhere(ToolchainElsewhere { name: name.clone(), asked_by })
            };
        }
    }
    if let Some((value, line)) = go {
        let asked_by = format!("{place}:{line}");
        match GoVersion::parse(value) {
            Ok(version) if version > least => {
                trace.step(&asked_by, || format!("`go {value}` asks for more than Go {least}"));
                asked = floor(FloorKind::of_go_line(version), asked_by);
            }
            Ok(_) => trace.step(&asked_by, || format!("`go {value}` is satisfied by Go {least}")),
            Err(_) => trace.step(&asked_by, || format!("`{value}` is not a version; Go itself reports it")),
        }
    }
    asked
}

impl FloorKind {
    fn of_go_line(version: GoVersion) -> FloorKind {
        if version.is_language_version() { FloorKind::NewestOf(version) } else { FloorKind::AtLeast(version) }
    }

    /// The version to compare by.
    pub fn version(&self) -> &GoVersion {
        match self {
            FloorKind::Exact(version) | FloorKind::AtLeast(version) | FloorKind::NewestOf(version) => version,
        }
    }
}
