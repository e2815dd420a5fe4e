//! Hands over to gom. The shim never installs: it becomes the `gom` in its own folder (never one from PATH),
//! which decides by the user's settings, installs, and becomes the shim again.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use gom_select::env_vars;
use gom_select::layout::{Env, Layout, SYSTEM_CONFIG};
use gom_select::select::floor::{Floor, FloorKind};
use gom_select::select::{ProjectAsks, VersionOrigin, WantedToolchain};
use gom_select::shim_guard::Guard;
use gom_select::spec::Spec;

/// The missing toolchain, and what asks for it.
pub(crate) struct MissingToolchain {
    spec: String,
    asked_by: String,
    file: Option<OsString>,
    is_floor: bool,
}

impl MissingToolchain {
    /// The toolchain that a version file, `GOM_TOOLCHAIN`, the default or a plus names and the store lacks.
    pub(crate) fn pinned(wanted: &WantedToolchain) -> Option<MissingToolchain> {
        let is_release = |spec: &Spec| !matches!(spec, Spec::System | Spec::Linked(_));
        let entry = wanted.entries.iter().find(|entry| is_release(&entry.request.spec))?;
        let file = match &entry.origin {
            VersionOrigin::File { path, .. } => Some(path.clone().into_os_string()),
            // The go command is looking for a toolchain, and must not start a download by gom.
            VersionOrigin::Environment { variable } if *variable != env_vars::GOM_TOOLCHAIN => return None,
            _ => None,
        };
        let (spec, asked_by) = (entry.request.to_string(), entry.origin.to_string());
        Some(MissingToolchain { spec, asked_by, file, is_floor: false })
    }

    /// The toolchain that Go's rules ask for and the store lacks.
    pub(crate) fn floor(floor: &Floor) -> Option<MissingToolchain> {
        let spec = match &floor.wants {
            FloorKind::Exact(version) | FloorKind::AtLeast(version) => {
                Spec::Exact(version.clone()).to_string()
            }
            // As in the go command, the first release of the line.
            FloorKind::NewestOf(version) => format!("{version}.0"),
        };
        let file = floor.file.clone().map(PathBuf::into_os_string);
        let asked_by = floor.asked_by.clone();
        floor.may_install.then_some(MissingToolchain { spec, asked_by, file, is_floor: true })
    }
}

impl From<&ProjectAsks> for MissingToolchain {
    /// The toolchain that a project asks for if nothing names a starting point.
    fn from(project: &ProjectAsks) -> MissingToolchain {
        let asked_by = format!("{}:{}", project.file.display(), project.line);
        let file = Some(project.file.clone().into_os_string());
        MissingToolchain { spec: project.request.to_string(), asked_by, file, is_floor: false }
    }
}

/// Whether gom may be asked to install. gom itself checks more; only what the environment decides is checked
/// here, so that a `go` in CI costs nothing.
#[expect(clippy::disallowed_methods, reason = "one look, so that gom is not started for nothing")]
pub(crate) fn may_ask(layout: &Layout, env: Env<'_>, guard: Guard) -> bool {
    if guard.gave_up() {
        return false;
    }
    match env(env_vars::GOM_AUTO_INSTALL).and_then(|value| value.into_string().ok()).as_deref() {
        Some("never") => false,
        Some("always") => true,
        Some(_) => is_attended(env),
        // Only gom reads settings files.
        None => layout.config_file().exists() || Path::new(SYSTEM_CONFIG).exists() || is_attended(env),
    }
}

fn is_attended(env: Env<'_>) -> bool {
    env("CI").is_none() && io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Becomes gom, which installs and becomes the shim again, or prints why not. Returns only if gom can't be
/// started.
pub(crate) fn ask_gom(
    layout: &Layout,
    missing: &MissingToolchain,
    name: &str,
    arguments: &[OsString],
    guard: Guard,
) -> io::Error {
    let mut command = Command::new(layout.gom());
    command.args(["self", "provide", "--asked-by", &missing.asked_by]);
    if let Some(file) = &missing.file {
        command.arg("--file").arg(file);
    }
    if missing.is_floor {
        command.arg("--floor");
    }
    command.arg(&missing.spec).arg("--").arg(name).args(arguments);
    guard.pass_on(&mut command);
    command.exec()
}

/// Runs `go +RANGE` by becoming `gom self exec RANGE -- go ...`.
pub(crate) fn exec_by_gom(layout: &Layout, text: &str, arguments: &[OsString], guard: Guard) -> io::Error {
    let mut command = Command::new(layout.gom());
    command.args(["self", "exec", text, "--", "go"]).args(arguments);
    guard.pass_on(&mut command);
    command.exec()
}

/// Whether the user wants to see how the toolchain was chosen.
pub(crate) fn is_traced() -> bool {
    env::var_os(env_vars::GOM_TRACE).is_some_and(|value| !value.is_empty() && value != "0")
}
