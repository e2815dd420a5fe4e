//! Becomes a tool that `gom tools install` built: `gopls`, `dlv`. It is the tool of the line of the toolchain that `go`
//! would run here. Nothing is built and no module is looked up.
//!
//! Only if that line does not have the tool, the folder of the tools is read: [`gom_select::tools`] says which line
//! stands in. A project's go.mod names no command here: a cloned project must not choose what a command runs.

use std::ffi::OsStr;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use gom_select::loader;
use gom_select::platform::Platform;
use gom_select::select::{Selected, Selection, Situation};
use gom_select::shell_quote::shell_quote;
use gom_select::shim_guard::Guard;
use gom_select::tool_name::{ToolLine, ToolName, ToolPlace};
use gom_select::tools::{self, ToolChoice};
use gom_select::version::ReleaseLine;

use crate::environment::variable;
use crate::goroot::set_goroot;
use crate::policy::Permit;
use crate::refusal::{CANT_RUN, NOT_THERE, ShimRefusal};

/// Becomes the tool of the selected toolchain's line, or says why not.
pub(crate) fn exec(
    name: &ToolName,
    selection: &Selection,
    situation: &Situation<'_>,
    permit: &Permit,
    guard: Guard,
) -> ShimRefusal {
    let line = selection.toolchain.tree().map(|(version, _)| version.line());
    let platform = match &selection.toolchain {
        Selected::Installed { id, .. } => &id.platform,
        Selected::Linked { .. } | Selected::System { .. } => situation.platform,
    };
    if let Some(line) = &line
        && situation.platform.runs(platform)
    {
        let of = ToolLine { line: line.clone(), platform: platform.clone() };
        let (file, error) = become_tool(of, name, selection, situation, permit, guard);
        if error.kind() != io::ErrorKind::NotFound {
            return not_started(&file, name, &error);
        }
    }
    stand_in(name, line.as_ref(), platform, selection, (situation, permit), guard)
}

/// Becomes the tool of another line, if that is one that can stand in.
#[cold]
fn stand_in(
    name: &ToolName,
    line: Option<&ReleaseLine>,
    platform: &Platform,
    selection: &Selection,
    (situation, permit): (&Situation<'_>, &Permit),
    guard: Guard,
) -> ShimRefusal {
    match tools::choose(situation.layout, line, [platform, situation.platform], name) {
        Ok(ToolChoice::Of(of)) if situation.platform.runs(&of.platform) => {
            let (file, error) = become_tool(of, name, selection, situation, permit, guard);
            not_started(&file, name, &error)
        }
        Ok(ToolChoice::Of(_)) => not_installed(name, line, None),
        Ok(ToolChoice::Nothing(newest)) => not_installed(name, line, newest.as_ref()),
        Err(error) => ShimRefusal {
            message: error.to_string(),
            hint: format!("run `ls -ld {}` and make it readable", shell_quote(situation.layout.tools())),
            code: 1,
        },
    }
}

/// Becomes the tool of a line. Returns only if that failed, with the file.
fn become_tool(
    of: ToolLine,
    name: &ToolName,
    selection: &Selection,
    situation: &Situation<'_>,
    permit: &Permit,
    guard: Guard,
) -> (PathBuf, io::Error) {
    let file = situation.layout.tool_program(&ToolPlace { of, name: name.clone() });
    let mut command = Command::new(&file);
    command.arg0(name.as_str()).args(situation.command.arguments);
    permit.apply(&mut command);
    match &selection.toolchain {
        Selected::Installed { id, goroot } => set_goroot(&mut command, goroot, Some(&id.version), situation),
        Selected::Linked { goroot, version, .. } => {
            set_goroot(&mut command, goroot, version.as_ref(), situation);
        }
        Selected::System { .. } => {}
    }
    put_on_path(&mut command, &situation.layout.bin());
    guard.pass_on(&mut command);
    let error = command.exec();
    (file, error)
}

/// Makes the `go` that the tool starts gom's, which selects by the folder it is started in, where PATH does not lead to
/// it: the tool may have been started by its whole path.
fn put_on_path(command: &mut Command, bin: &Path) {
    let path = variable("PATH").unwrap_or_default();
    if std::env::split_paths(&path).any(|folder| folder == bin) {
        return;
    }
    let mut with_bin = bin.as_os_str().to_owned();
    if !path.is_empty() {
        with_bin.push(OsStr::new(":"));
        with_bin.push(path);
    }
    command.env("PATH", with_bin);
}

fn not_installed(name: &ToolName, line: Option<&ReleaseLine>, newest: Option<&ToolLine>) -> ShimRefusal {
    let message = match (line, newest) {
        (Some(line), Some(newest)) => format!(
            "`{name}` is installed for Go {}, and reads Go code, so it can't be used for Go {line}, which is selected here",
            newest.line
        ),
        (Some(line), None) => format!("`{name}` is not installed for Go {line}"),
        (None, _) => format!("`{name}` is not installed"),
    };
    ShimRefusal { message, hint: format!("run `gom tools install {name}`"), code: NOT_THERE }
}

fn not_started(file: &Path, name: &ToolName, error: &io::Error) -> ShimRefusal {
    let message = match loader::missing(file) {
        Some(loader) => {
            format!("`{}` needs the loader {}, which is not on this system", file.display(), loader.display())
        }
        None => format!("can't run `{}`: {error}", file.display()),
    };
    let code = if error.kind() == io::ErrorKind::NotFound { NOT_THERE } else { CANT_RUN };
    ShimRefusal { message, hint: format!("run `gom tools install {name}` to build it again"), code }
}
