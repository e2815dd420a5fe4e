//! Selects the toolchain that runs here, and explains why: the one function that the shim and every verb use.
//!
//! The first of these that applies decides:
//!
//! 1. `GOTOOLCHAIN_INTERNAL_SWITCH_VERSION`: the go command started this process to get exactly that
//!    toolchain.
//! 2. The command line: `go +1.22 ...`, or the program's name (`go1.22.6`). It means exactly that toolchain,
//!    and GOTOOLCHAIN tells the child to stay with it.
//! 3. A starting point: `GOM_TOOLCHAIN`; upward from the working directory (after `-C dir`) in each folder
//!    `.go-version`, then the Go line of `.tool-versions` (one without a Go line does not end the search);
//!    the store's default.
//! 4. Without a starting point: an installed toolchain that is enough for go.work or go.mod; else the next
//!    `go` on PATH that is not a gom shim; else, unless go.work or go.mod asks for more, the newest installed
//!    one.
//!
//! Go's own rules apply to a starting point (see [`floor`]): if GOTOOLCHAIN allows it and go.work or go.mod
//! asks for more, that toolchain runs directly from the store, or a newer patch of its line. If none is
//! installed, the starting toolchain runs and applies these rules itself.
//!
//! A value in one of these places is never skipped: an invalid entry is an error with its file and line, and
//! a version that is not installed is an error with the command to run.

pub mod command_line;
mod error;
pub mod floor;
mod selection;
mod serves;
mod starting;
pub mod trace;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::go_settings::GoEnvironment;
use crate::installed;
use crate::layout::Layout;
use crate::link_name::LinkName;
use crate::linked;
use crate::path_search;
use crate::regular_file::AfterRead;
use crate::spec::{PlatformSpec, Spec};
use crate::version::GoVersion;

use command_line::ByHand;
use floor::{Floor, FloorAnswer, FloorKind};
use trace::{Trace, TraceStep};

pub use crate::refusal::Refusal;
pub use error::{FaultyPlace, ProjectAsks, SelectError};
pub use selection::{
    INTERNAL_SWITCH_VERSION, Purpose, Selected, Selection, Situation, VersionOrigin, WantedEntry,
    WantedToolchain,
};

/// Selects the toolchain that runs in this situation.
pub fn select(situation: &Situation<'_>) -> Result<Selection, SelectError> {
    decide(situation, &mut Trace::default())
}

/// Like [`select`], and lists every place that was read, even if nothing is selected.
pub fn explain(situation: &Situation<'_>) -> (Result<Selection, SelectError>, Vec<TraceStep>) {
    let mut trace = Trace::on();
    // The trace must not leave checks to an exec.
    let selection = decide(&Situation { purpose: Purpose::Any, ..*situation }, &mut trace);
    (selection, trace.into_steps())
}

fn decide(situation: &Situation<'_>, trace: &mut Trace) -> Result<Selection, SelectError> {
    if let Some(exact) = by_internal_switch(situation, trace)? {
        return Ok(exact);
    }
    let dir = directory(situation);
    let mut selection = match situation.command.by_hand() {
        Some(ByHand::Name(version)) => return named(situation, &version, trace),
        Some(by_hand @ (ByHand::Plus { .. } | ByHand::Unknown { .. })) => {
            let (request, text, keeps_floor) = request_by_hand(situation, by_hand)?;
            let exact = plus(situation, request, text, trace)?;
            if !keeps_floor {
                return Ok(exact);
            }
            Selection { gotoolchain: None, ..exact }
        }
        None => start(situation, dir.as_deref().or(situation.cwd), trace)?,
    };
    // `go` itself reports a missing `-C` directory, so no error is raised here.
    if let (Some((version, goroot)), Some(dir)) = (selection.toolchain.tree(), &dir)
        && !situation.command.stays()
    {
        let go = GoEnvironment::of_user(situation.user, goroot);
        let (answer, switching) = floor::floor_and_setting(version, &go, dir, trace);
        match answer {
            FloorAnswer::Nothing => {}
            FloorAnswer::Elsewhere(elsewhere) => selection.elsewhere = Some(elsewhere),
            // The starting toolchain does not run, so no exec checks that it exists.
            FloorAnswer::Another(_)
                if situation.purpose == Purpose::Exec && lacks_go_command(&selection.toolchain) =>
            {
                return decide(&Situation { purpose: Purpose::Any, ..*situation }, trace);
            }
            FloorAnswer::Another(floor) => selection = raise(situation, selection, floor, trace)?,
            FloorAnswer::Refused(refusal) => selection.refused = Some(refusal),
        }
        selection.switching = switching;
    }
    Ok(selection)
}

/// Whether an installed tree has no go command. That of a linked one was looked for.
fn lacks_go_command(toolchain: &Selected) -> bool {
    matches!(toolchain, Selected::Installed { id, goroot } if !installed::has_go_command(goroot, id))
}

/// Returns the request of a `+SPEC`, its text, and whether Go's own rules may ask for more.
fn request_by_hand(
    situation: &Situation<'_>,
    by_hand: ByHand,
) -> Result<(PlatformSpec, String, bool), SelectError> {
    match by_hand {
        ByHand::Plus { request, text, keeps_floor } => Ok((request, text, keeps_floor)),
        ByHand::Unknown { text, keeps_floor } => match linked::known(situation.layout, &text) {
            Some(name) => Ok((name.into(), text, keeps_floor)),
            None => Err(SelectError::NeedsGom { text }),
        },
        ByHand::Name(version) => {
            let request = PlatformSpec { spec: Spec::Exact(version.clone()), platform: None };
            Ok((request, version.to_string(), false))
        }
    }
}

/// Returns what `GOM_TOOLCHAIN` asks for.
pub fn wanted_by_environment(situation: &Situation<'_>) -> Result<Option<WantedToolchain>, SelectError> {
    starting::by_environment(situation)
}

/// Returns what the nearest version file upward from the working directory asks for.
pub fn wanted_by_files(situation: &Situation<'_>) -> Result<Option<WantedToolchain>, SelectError> {
    starting::by_files(situation.layout, situation.cwd, situation.user.after_read(), &mut Trace::default())
}

/// Fails if a file of a project names a linked toolchain that no `gom local` allowed there. For those who use what is
/// wanted without [`select`].
pub fn check_links(layout: &Layout, wanted: &WantedToolchain) -> Result<(), SelectError> {
    for WantedEntry { request, origin, .. } in &wanted.entries {
        if let Spec::Linked(name) = &request.spec {
            check_link(layout, name, origin)?;
        }
    }
    Ok(())
}

fn check_link(layout: &Layout, name: &LinkName, origin: &VersionOrigin) -> Result<(), SelectError> {
    match origin {
        VersionOrigin::File { path, .. } if !linked::counts_in(layout, name, path) => {
            Err(SelectError::LinkNotAllowed { name: name.clone(), origin: origin.clone() })
        }
        _ => Ok(()),
    }
}

/// Returns what the store's default asks for.
pub fn wanted_by_default(layout: &Layout) -> Result<Option<WantedToolchain>, SelectError> {
    starting::by_default(layout, AfterRead::Close)
}

/// Returns the next `go` on PATH that is not a gom shim.
pub fn system_go(situation: &Situation<'_>) -> Option<PathBuf> {
    path_search::next_on_path("go", OsStr::new(&(situation.env)("PATH")?))
}

/// Selects the toolchain for a go command that found gom's `go1.22.6` on PATH and started it to get that
/// toolchain. The go command would refuse any other.
fn by_internal_switch(
    situation: &Situation<'_>,
    trace: &mut Trace,
) -> Result<Option<Selection>, SelectError> {
    let Some(name) = (situation.env)(INTERNAL_SWITCH_VERSION) else { return Ok(None) };
    let name = name.to_string_lossy().into_owned();
    let origin = VersionOrigin::Environment { variable: INTERNAL_SWITCH_VERSION };
    let is_whole = |version: &GoVersion| version.toolchain_name() == name && !version.is_language_version();
    let version = GoVersion::from_toolchain_name(&name).filter(is_whole);
    let Some(version) = version else { return Err(SelectError::BadSwitch { name }) };
    trace.step(INTERNAL_SWITCH_VERSION, || format!("the go command asks for exactly {name}"));
    let text = version.to_string();
    exact(situation, Spec::Exact(version), text, origin).map(Some)
}

/// Returns the folder where the go command looks for files: the working directory as the user sees it, or the
/// folder of `-C`, with links resolved. `None` if there is no such folder.
#[expect(clippy::disallowed_methods, reason = "resolves `-C` as the go command does")]
fn directory(situation: &Situation<'_>) -> Option<PathBuf> {
    // A deleted working directory has no name. None is needed if `-C` names an absolute path.
    match situation.command.directory(situation.cwd.unwrap_or(Path::new(""))) {
        None => situation.cwd.map(Path::to_path_buf),
        Some(dir) => std::fs::canonicalize(dir).ok(),
    }
}

fn named(
    situation: &Situation<'_>,
    version: &GoVersion,
    trace: &mut Trace,
) -> Result<Selection, SelectError> {
    trace.step("the command line", || format!("the name it was called by asks for exactly Go {version}"));
    let selection =
        exact(situation, Spec::Exact(version.clone()), version.to_string(), VersionOrigin::CommandLine)?;
    Ok(stay(selection))
}

fn plus(
    situation: &Situation<'_>,
    request: PlatformSpec,
    text: String,
    trace: &mut Trace,
) -> Result<Selection, SelectError> {
    trace.step("the command line", || format!("+{text} asks for Go {text}"));
    let wanted =
        WantedToolchain { entries: vec![WantedEntry { request, origin: VersionOrigin::CommandLine, text }] };
    first_installed(situation, wanted).map(stay)
}

fn exact(
    situation: &Situation<'_>,
    spec: Spec,
    text: String,
    origin: VersionOrigin,
) -> Result<Selection, SelectError> {
    let request = PlatformSpec { spec, platform: None };
    first_installed(situation, WantedToolchain { entries: vec![WantedEntry { request, origin, text }] })
}

/// Tells the child to stay with the toolchain that was named on the command line.
fn stay(selection: Selection) -> Selection {
    let gotoolchain = match &selection.toolchain {
        Selected::Installed { id, .. } => Some(id.version.toolchain_name()),
        Selected::Linked { .. } => Some("local".to_owned()),
        Selected::System { .. } => None,
    };
    Selection { gotoolchain, ..selection }
}

/// Selects the starting point, or a toolchain without one if no place names any.
#[expect(clippy::disallowed_methods, reason = "asks whether there is a store at all")]
fn start(situation: &Situation<'_>, dir: Option<&Path>, trace: &mut Trace) -> Result<Selection, SelectError> {
    if let Some(wanted) = starting::wanted(situation, dir, trace)? {
        return first_installed(situation, wanted);
    }
    if let Some(selection) = serves::of_project(situation, dir, trace)? {
        return Ok(selection);
    }
    if let Some(go) = system_go(situation) {
        trace.step("PATH", || format!("the next go that is not gom's: {}", go.display()));
        return Ok(Selection::new(Selected::System { go }, VersionOrigin::Path, None));
    }
    trace.step("PATH", || "no `go` other than gom's".to_owned());
    // If the project needs a newer Go than is installed, it must be installed: an older Go would only report
    // that.
    let project = serves::project_asks(situation, dir);
    let newest = if project.is_none() { serves::of_store(situation, trace)? } else { None };
    newest.ok_or_else(|| {
        let layout = situation.layout;
        if project.is_none() && !layout.layout_version_file().is_file() {
            return SelectError::NoStore { root: layout.root().to_path_buf() };
        }
        SelectError::NothingSelected { project }
    })
}

/// Applies a floor: the toolchain that Go's rules ask for runs if it, or one that can stand in for it, is in
/// the store.
fn raise(
    situation: &Situation<'_>,
    start: Selection,
    floor: Floor,
    trace: &mut Trace,
) -> Result<Selection, SelectError> {
    let found = match &floor.wants {
        FloorKind::Exact(version) => serves::exactly(situation, version)?,
        FloorKind::AtLeast(version) => match serves::exactly(situation, version)? {
            Some(tree) => Some(tree),
            None => serves::newer_patch(situation, version)?,
        },
        FloorKind::NewestOf(version) => serves::newer_patch(situation, version)?,
    };
    let wanted = floor.wants.version();
    let Some(tree) = found else {
        trace.step(&floor.asked_by, || {
            format!("Go {wanted} is not in the store; the starting toolchain runs and Go decides")
        });
        let start = start.of_project(floor.file.clone());
        return Ok(Selection { missing: Some(floor), ..start });
    };
    if matches!(floor.wants, FloorKind::AtLeast(_)) && tree.id.version != *wanted {
        trace.step(&floor.asked_by, || {
            let found = &tree.id.version;
            format!(
                "Go {wanted} is not in the store; {found} is, the newest patch of that line, and is enough"
            )
        });
    }
    let origin = VersionOrigin::Go { asked_by: floor.asked_by.clone() };
    let raised = Selection::installed(tree, origin, Some(wanted.to_string()));
    let raised = Selection { gotoolchain: start.gotoolchain, project: start.project, ..raised };
    Ok(raised.of_project(floor.file))
}

fn first_installed(situation: &Situation<'_>, wanted: WantedToolchain) -> Result<Selection, SelectError> {
    for entry in &wanted.entries {
        let toolchain = match &entry.request.spec {
            Spec::System => system_go(situation).map(|go| Selected::System { go }),
            Spec::Linked(name) => linked_go(situation, name, &entry.origin)?,
            _ => serves::find(situation, &entry.request)?.map(Selected::from),
        };
        if let Some(toolchain) = toolchain {
            return Ok(Selection::new(toolchain, entry.origin.clone(), Some(entry.text.clone())));
        }
    }
    Err(SelectError::NotInstalled { wanted })
}

/// Returns the toolchain of a linked name. `None` if it is not linked any more.
fn linked_go(
    situation: &Situation<'_>,
    name: &LinkName,
    origin: &VersionOrigin,
) -> Result<Option<Selected>, SelectError> {
    let Some(tree) = linked::find(situation.layout, name) else { return Ok(None) };
    check_link(situation.layout, name, origin)?;
    if !tree.is_usable {
        let goroot = tree.goroot;
        return Err(SelectError::BrokenLink { name: name.clone(), goroot, origin: origin.clone() });
    }
    Ok(Some(tree.into()))
}
