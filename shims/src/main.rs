//! The shim: the program that runs when somebody types `go`, `gofmt` or `go1.22.6`. It selects a toolchain in
//! this process (with gom-select, as gom itself does) and becomes it by `exec`. It links only std and
//! gom-select, starts no thread, uses no network, and verifies nothing: only proven toolchains are in the
//! store.

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]
#![cfg_attr(all(target_os = "linux", target_env = "gnu", not(test)), no_main)]

mod environment;
mod goroot;
mod linked;
mod policy;
mod provide;
mod refusal;
mod tool;

use std::convert::Infallible;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use gom_select::go_settings::UserSettings;
use gom_select::hardware;
use gom_select::installed;
use gom_select::layout::{Layout, StoreRoot};
use gom_select::loader;
use gom_select::marker::{Marker, UnknownLayout};
use gom_select::path_search;
use gom_select::platform::Platform;
use gom_select::regular_file::AfterRead;
use gom_select::select::command_line::CommandLine;
use gom_select::select::{
    INTERNAL_SWITCH_VERSION, Purpose, SelectError, Selected, Selection, Situation,
    VersionOrigin as SelectedBy, WantedToolchain, explain, select,
};
use gom_select::shim_guard::Guard;
use gom_select::store_path::StorePath;
use gom_select::toolchain::ToolchainId;
use gom_select::used::Use;
use gom_select::working_dir;

use crate::environment::variable;
use crate::goroot::set_goroot;
use crate::policy::Permit;
use crate::provide::MissingToolchain;
use crate::refusal::{CANT_RUN, NOT_THERE, ShimRefusal};

/// The C library starts the program here. Rust's own start would first set up the report of a stack overflow:
/// it reads /proc/self/maps, makes a second stack and sets signal handlers, 18 system calls that cost nearly
/// as much as the selection. Only with glibc does std know the arguments without that start.
#[cfg(all(target_os = "linux", target_env = "gnu", not(test)))]
#[expect(unsafe_code, reason = "with no_main, nothing else defines this symbol")]
#[unsafe(no_mangle)]
extern "C" fn main() -> std::ffi::c_int {
    shim().into()
}

#[cfg(not(all(target_os = "linux", target_env = "gnu", not(test))))]
fn main() -> std::process::ExitCode {
    shim().into()
}

/// Becomes the selected program, or prints why that failed and returns the exit code.
fn shim() -> u8 {
    let mut arguments = env::args_os();
    let called = arguments.next().unwrap_or_default();
    let name = Path::new(&called).file_name().and_then(OsStr::to_str).unwrap_or("go").to_owned();
    let arguments: Vec<OsString> = arguments.collect();
    let binary = own_file(&called);
    let Err(refusal) = run(CommandLine { name: &name, arguments: &arguments }, binary.as_deref());
    let _ = match refusal.code {
        0 => writeln!(io::stderr(), "{}", refusal.message),
        _ => writeln!(io::stderr(), "error: {}\nhint: {}", refusal.message, refusal.hint),
    };
    refusal.code
}

/// Becomes the selected program. Returns only if that failed.
fn run(command: CommandLine<'_>, binary: Option<&Path>) -> Result<Infallible, ShimRefusal> {
    let guard = Guard::read(&variable);
    // Not env::home_dir: it falls back to the user database, which would have to be linked into a static
    // program.
    let home = variable("HOME").map(PathBuf::from);
    let layout = layout(root(binary, home.as_deref())?, home.as_deref())?;
    let platform = hardware::platform();
    let cwd = working_dir::logical(variable("PWD"));
    // The exec closes the files.
    let user = UserSettings::new(&variable).with_after_read(AfterRead::LeaveOpen);
    // An exec of gofmt does not check the go command, and a trace must be complete.
    let is_proven_by_exec = command.name != "gofmt" && !provide::is_traced();
    let situation = Situation {
        layout: &layout,
        env: &variable,
        user: &user,
        cwd: cwd.as_deref(),
        platform: &platform,
        command,
        purpose: if is_proven_by_exec { Purpose::Exec } else { Purpose::Any },
    };
    if guard.is_loop() {
        return Err(endless_loop(&situation));
    }
    become_selected(&situation, &|| store_of(binary?, home.as_deref()), guard)
        .map_err(|refusal| refusal.without_gom(&layout))
}

/// Selects a program and becomes it. `own` returns the store that contains the shim.
fn become_selected(
    situation: &Situation<'_>,
    own: &dyn Fn() -> Option<Layout>,
    guard: Guard,
) -> Result<Infallible, ShimRefusal> {
    let Situation { layout, command, .. } = *situation;
    let may_ask = || provide::may_ask(layout, &variable, guard);
    let ask = |missing: &MissingToolchain| {
        not_handed_over(layout, &provide::ask_gom(layout, missing, command.name, command.arguments, guard))
    };
    let selection = if provide::is_traced() { select_aloud(situation) } else { select(situation) };
    match selection {
        Err(SelectError::NotInstalled { wanted }) if is_of_link(situation, &wanted) => {
            // GOM_HOME names another store than the one that this link is in.
            let Some(store) = own().filter(|own| own.root() != layout.root()) else {
                return Err(SelectError::NotInstalled { wanted }.into());
            };
            let situation = Situation { layout: &store, ..*situation };
            start(&select(&situation)?, &situation, own, guard)
        }
        Ok(selection) => {
            if let Some(missing) = selection.missing.as_ref().and_then(MissingToolchain::floor)
                && may_ask()
            {
                return Err(ask(&missing));
            }
            start(&selection, situation, own, guard)
        }
        Err(SelectError::NeedsGom { text }) => {
            Err(not_handed_over(layout, &provide::exec_by_gom(layout, &text, command.passed_on(), guard)))
        }
        Err(SelectError::NothingSelected { project: Some(project) }) if may_ask() => {
            Err(ask(&MissingToolchain::from(&project)))
        }
        Err(SelectError::NotInstalled { wanted }) => match MissingToolchain::pinned(&wanted) {
            Some(missing) if may_ask() => Err(ask(&missing)),
            _ => Err(SelectError::NotInstalled { wanted }.into()),
        },
        Err(error) => Err(error.into()),
    }
}

/// Selects, and prints every place that was read.
fn select_aloud(situation: &Situation<'_>) -> Result<Selection, SelectError> {
    let (selection, trace) = explain(situation);
    for step in trace {
        let _ = writeln!(io::stderr(), "gom: {}: {}", step.place, step.outcome);
    }
    selection
}

/// Becomes the program of the selected toolchain. If the selection did not check that it exists, and it does not,
/// selects again.
fn start(
    selection: &Selection,
    situation: &Situation<'_>,
    own: &dyn Fn() -> Option<Layout>,
    guard: Guard,
) -> Result<Infallible, ShimRefusal> {
    let permit = policy::permit(selection, situation, own, guard)?;
    let refusal = exec(selection, situation, &permit, guard);
    // A tree that was moved to its place after the exec is whole now, so the exit code counts too.
    let was_there = || match &selection.toolchain {
        Selected::Installed { id, goroot } => refusal.code != NOT_THERE && installed::is_whole(goroot, id),
        Selected::Linked { .. } | Selected::System { .. } => true,
    };
    if situation.purpose == Purpose::Any || was_there() {
        return Err(refusal);
    }
    become_selected(&Situation { purpose: Purpose::Any, ..*situation }, own, guard)
}

/// Becomes the program of the selected toolchain, or says why not.
fn exec(selection: &Selection, situation: &Situation<'_>, permit: &Permit, guard: Guard) -> ShimRefusal {
    if let Some(name) = situation.command.tool() {
        return tool::exec(&name, selection, situation, permit, guard);
    }
    let program = if situation.command.name == "gofmt" { "gofmt" } else { "go" };
    if let (true, Selected::Installed { id, goroot }) =
        (is_download(&situation.command), &selection.toolchain)
    {
        return is_there(id, goroot);
    }
    let file = match &selection.toolchain {
        // Checked here: if the kernel refused the program, exec would pass it to a shell.
        Selected::Installed { id, .. } if !situation.platform.runs(&id.platform) => {
            return foreign(id, situation.platform);
        }
        Selected::Linked { name, goroot, .. } if guard.is_deep() && linked::may_start_the_shim(goroot) => {
            return linked::endless_loop(name, goroot);
        }
        Selected::Installed { goroot, .. } | Selected::Linked { goroot, .. } => {
            goroot.join("bin").join(program)
        }
        Selected::System { go } if program == "go" => go.clone(),
        Selected::System { .. } => match system_program(program) {
            Ok(file) => file,
            Err(refusal) => return refusal,
        },
    };
    let mut command = Command::new(&file);
    command.arg0(program).args(situation.command.passed_on());
    permit.apply(&mut command);
    command.envs(selection.variables());
    match &selection.toolchain {
        Selected::Installed { id, goroot } => {
            set_goroot(&mut command, goroot, Some(&id.version), situation);
        }
        Selected::Linked { goroot, version, .. } => {
            set_goroot(&mut command, goroot, version.as_ref(), situation);
        }
        Selected::System { .. } => {}
    }
    guard.pass_on(&mut command);
    if let Some(used) = Use::of(selection) {
        used.record(situation.layout, situation.env);
    }
    let error = command.exec();
    match &selection.toolchain {
        Selected::Linked { name, goroot, .. } if loader::missing(&file).is_none() => {
            linked::not_started(name, goroot, program, &error)
        }
        _ => not_started(&file, &error),
    }
}

impl ShimRefusal {
    /// Puts into a hint that names gom that there is no gom any more.
    fn without_gom(self, layout: &Layout) -> ShimRefusal {
        if !self.hint.starts_with("run `gom ") {
            return self;
        }
        let Some(reason) = removed_gom(layout) else { return self };
        let hint = format!("install gom again, because {reason}; then {}", self.hint);
        ShimRefusal { hint, ..self }
    }
}

/// Why the store has no gom: its gom is a link to that of a package, which was removed.
#[expect(clippy::disallowed_methods, reason = "one look, when nothing runs anyway")]
fn removed_gom(layout: &Layout) -> Option<String> {
    let gom = layout.gom();
    let target = fs::read_link(&gom).ok()?;
    (!gom.exists()).then(|| format!("`{}` links to `{}`, which was removed", gom.display(), target.display()))
}

/// The store, and the stores that are read after it.
fn layout(root: StoreRoot, home: Option<&Path>) -> Result<Layout, UnknownLayout> {
    let marker = root.marker.or_else(|| Marker::read(&root.path, AfterRead::LeaveOpen));
    if let Some(marker) = &marker {
        marker.check(&root.path)?;
    }
    let layout = Layout::new(root.path);
    let path = StorePath::find(&variable, marker.as_ref(), &layout, home);
    Ok(layout.over(path.stores, path.user))
}

/// The store that a program is in.
fn store_of(binary: &Path, home: Option<&Path>) -> Option<Layout> {
    let root = StoreRoot::find(&|_| None, Some(binary), None, AfterRead::LeaveOpen)?;
    layout(root, home).ok()
}

/// Whether a link such as `go1.22.6` asked, called by a person or by the go command. Then the store that the
/// link is in selects.
fn is_of_link(situation: &Situation<'_>, wanted: &WantedToolchain) -> bool {
    let is_named = situation.command.name.starts_with("go1");
    wanted.entries.iter().all(|entry| match entry.origin {
        SelectedBy::CommandLine => is_named,
        SelectedBy::Environment { variable } => variable == INTERNAL_SWITCH_VERSION,
        _ => false,
    })
}

fn root(binary: Option<&Path>, home: Option<&Path>) -> Result<StoreRoot, ShimRefusal> {
    StoreRoot::find(&variable, binary, home, AfterRead::LeaveOpen).ok_or_else(|| ShimRefusal {
        message: "there is no home folder for gom's store".to_owned(),
        hint: "set HOME, or GOM_HOME to an absolute path".to_owned(),
        code: 1,
    })
}

/// The file of this program, with links resolved. `called` is the first argument: it tells where the system does not,
/// as in a chroot without /proc.
fn own_file(called: &OsStr) -> Option<PathBuf> {
    match env::current_exe() {
        Ok(binary) => without_links(binary).ok(),
        Err(_) => by_name(called),
    }
}

/// A caller can write anything into the first argument, but only a shim can be this program.
#[cold]
#[expect(clippy::disallowed_methods, reason = "gom-select does not know which file runs")]
fn by_name(called: &OsStr) -> Option<PathBuf> {
    let file = path_search::started_as(called, &variable("PATH").unwrap_or_default())?;
    if path_search::is_gom_shim(&file) { fs::canonicalize(file).ok() } else { None }
}

/// Resolves links. On Linux the path is that of the file itself, on other systems the one that was executed.
#[expect(clippy::disallowed_methods, reason = "gom-select does not know which file runs")]
fn without_links(binary: PathBuf) -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") { Ok(binary) } else { fs::canonicalize(binary) }
}

/// Whether this is `go1.22.6 download`, which installs if the program is golang.org/dl's.
fn is_download(command: &CommandLine<'_>) -> bool {
    !matches!(command.name, "go" | "gofmt") && matches!(command.arguments, [only] if only == "download")
}

fn is_there(id: &ToolchainId, goroot: &Path) -> ShimRefusal {
    let message = format!("Go {} is installed in {}", id.version, goroot.display());
    ShimRefusal { message, hint: String::new(), code: 0 }
}

fn endless_loop(situation: &Situation<'_>) -> ShimRefusal {
    if let Ok(Selection { toolchain: Selected::Linked { name, goroot, .. }, .. }) = select(situation)
        && linked::may_start_the_shim(&goroot)
    {
        return linked::endless_loop(&name, &goroot);
    }
    ShimRefusal {
        message:
            "this process has come back to gom's shim again and again: another manager's shim starts gom's"
                .to_owned(),
        hint: "run `type -a go` to see them, and take the other manager's folder off PATH".to_owned(),
        code: CANT_RUN,
    }
}

fn not_handed_over(layout: &Layout, error: &io::Error) -> ShimRefusal {
    ShimRefusal {
        message: format!("can't run `{}`: {error}", layout.gom().display()),
        hint: removed_gom(layout).map_or_else(
            || "run gom's installer again".to_owned(),
            |reason| format!("install gom again, because {reason}; then run `gom self init`"),
        ),
        code: NOT_THERE,
    }
}

fn system_program(program: &str) -> Result<PathBuf, ShimRefusal> {
    let path = variable("PATH").unwrap_or_default();
    path_search::next_on_path(program, &path).ok_or_else(|| ShimRefusal {
        message: format!("PATH has no `{program}` other than gom's"),
        hint: "run `gom use latest`".to_owned(),
        code: NOT_THERE,
    })
}

fn foreign(id: &ToolchainId, host: &Platform) -> ShimRefusal {
    ShimRefusal {
        message: format!("{id} is built for {} and does not run here ({host})", id.platform),
        hint: format!("run `gom local {}` to pin the build for this machine", id.version.as_spec()),
        code: CANT_RUN,
    }
}

fn not_started(file: &Path, error: &io::Error) -> ShimRefusal {
    /// The error for a program for Intel without Rosetta (macOS's sys/errno.h).
    const EBADARCH: i32 = 86;
    // The kernel reports a missing loader as if the program were missing.
    if let Some(loader) = loader::missing(file) {
        return ShimRefusal {
            message: format!(
                "`{}` needs glibc, whose loader {} is not on this system; Go 1.21 and newer do not need it",
                file.display(),
                loader.display()
            ),
            hint: "run `gom local latest`, or use a system with glibc".to_owned(),
            code: CANT_RUN,
        };
    }
    let needs_rosetta = cfg!(target_os = "macos") && error.raw_os_error() == Some(EBADARCH);
    let hint = if needs_rosetta {
        "run `softwareupdate --install-rosetta --agree-to-license`"
    } else {
        "run `gom list` to see what is installed, and `gom install SPEC --force` to repair one"
    };
    ShimRefusal {
        message: format!("can't run `{}`: {error}", file.display()),
        hint: hint.to_owned(),
        code: if error.kind() == io::ErrorKind::NotFound { NOT_THERE } else { CANT_RUN },
    }
}
