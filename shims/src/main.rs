//! The shim: what runs when somebody types `go`, `gofmt` or `go1.22.6`. It selects a toolchain in this
//! process (by gom-select, as gom itself does) and becomes it by `exec`. It links nothing but std and
//! gom-select, starts no thread, touches no network, and verifies nothing: only proven toolchains are in
//! the store.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use gom_select::env_vars::go;
use gom_select::exec_env::{Goroot, StaleGoroot, goroot_for_child};
use gom_select::layout::{Layout, Root};
use gom_select::path_search;
use gom_select::platform::Platform;
use gom_select::select::{Selected, Situation, select};
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;
use gom_select::working_dir;

/// Why nothing runs: the message, the command that helps, the exit code.
struct Refusal {
    message: String,
    hint: String,
    code: u8,
}

fn main() -> ExitCode {
    let mut arguments = env::args_os();
    let called = arguments.next().unwrap_or_default();
    let name = Path::new(&called).file_name().and_then(OsStr::to_str).unwrap_or("go").to_owned();
    let Err(refusal) = run(&name, arguments);
    let mut stderr = io::stderr();
    let _ = writeln!(stderr, "gom: {}\nhint: {}", refusal.message, refusal.hint);
    ExitCode::from(refusal.code)
}

/// Becomes the selected program. Returns only to say why it could not.
fn run(name: &str, arguments: env::ArgsOs) -> Result<std::convert::Infallible, Refusal> {
    let layout = Layout::new(root()?);
    let platform = Platform::host();
    let toolchain = match GoVersion::from_toolchain_name(name) {
        Some(version) => named(&layout, &version, &platform)?,
        None => selected(&layout, &platform)?,
    };
    let program = if name == "gofmt" { "gofmt" } else { "go" };
    let (file, built_for) = match &toolchain {
        Selected::Installed { id, goroot } => (goroot.join("bin").join(program), Some(id.platform.clone())),
        Selected::System { go } if program == "go" => (go.clone(), None),
        Selected::System { .. } => (system_program(program)?, None),
    };
    let mut command = Command::new(&file);
    command.arg0(program).args(arguments);
    if let Selected::Installed { goroot, .. } = &toolchain {
        set_goroot(&mut command, goroot, &layout);
    }
    let error = command.exec();
    Err(not_started(&file, built_for.as_ref(), &platform, &error))
}

fn root() -> Result<PathBuf, Refusal> {
    let binary = env::current_exe().and_then(fs::canonicalize).ok();
    let root = Root::find(&variable, binary.as_deref(), env::home_dir().as_deref());
    root.map(|root| root.path).ok_or_else(|| Refusal {
        message: "there is no home folder for gom's store".to_owned(),
        hint: "set HOME, or GOM_HOME to an absolute path".to_owned(),
        code: 1,
    })
}

/// Called as `go1.22.6`: exactly that toolchain.
fn named(layout: &Layout, version: &GoVersion, platform: &Platform) -> Result<Selected, Refusal> {
    let id = ToolchainId { version: version.canonical(), platform: platform.clone() };
    let goroot = layout.toolchain(&id);
    if goroot.is_dir() {
        return Ok(Selected::Installed { id, goroot });
    }
    Err(Refusal {
        message: format!("Go {version} is not installed"),
        hint: format!("run `gom install {version}`"),
        code: 127,
    })
}

fn selected(layout: &Layout, platform: &Platform) -> Result<Selected, Refusal> {
    let cwd = working_dir::logical(variable("PWD"));
    let situation = Situation { layout, env: &variable, cwd: cwd.as_deref(), platform };
    match select(&situation) {
        Ok(selection) => Ok(selection.toolchain),
        Err(error) => {
            Err(Refusal { message: error.to_string(), hint: error.hint(), code: error.exit_code() })
        }
    }
}

fn system_program(program: &str) -> Result<PathBuf, Refusal> {
    let path = variable("PATH").unwrap_or_default();
    path_search::next_on_path(program, &path).ok_or_else(|| Refusal {
        message: format!("PATH has no `{program}` other than gom's"),
        hint: "run `gom use latest`".to_owned(),
        code: 127,
    })
}

fn set_goroot(command: &mut Command, goroot: &Path, layout: &Layout) {
    match goroot_for_child(goroot, &variable) {
        Goroot::Keep => {}
        Goroot::Unset => {
            command.env_remove(go::GOROOT);
        }
        Goroot::Override(stale) => {
            command.env(go::GOROOT, goroot);
            say_once(&stale, layout);
        }
    }
}

/// Says that the user's `go/env` names another GOROOT, once per value: a marker in the store remembers.
fn say_once(stale: &StaleGoroot, layout: &Layout) {
    let marker = layout.notices().join("stale-goroot");
    let text = format!("{}:{}: GOROOT={}\n", stale.file.display(), stale.line, stale.value);
    if fs::read_to_string(&marker).is_ok_and(|said| said == text) {
        return;
    }
    let _ = write!(
        io::stderr(),
        "gom: {}:{} sets GOROOT to `{}`, which is not the selected toolchain; it is overridden\n\
         hint: run `go env -u GOROOT`\n",
        stale.file.display(),
        stale.line,
        stale.value
    );
    // A store that can't be written hears it again next time.
    let _ = fs::create_dir_all(layout.notices()).and_then(|()| fs::write(&marker, &text));
}

fn not_started(file: &Path, built_for: Option<&Platform>, host: &Platform, error: &io::Error) -> Refusal {
    let foreign = built_for.filter(|platform| *platform != host);
    let why = foreign.map(|platform| format!("; it is built for {platform}, and this is {host}"));
    Refusal {
        message: format!("can't run `{}`: {error}{}", file.display(), why.unwrap_or_default()),
        hint: "run `gom list` to see what is installed, and `gom install SPEC --force` to repair one"
            .to_owned(),
        code: if error.kind() == io::ErrorKind::NotFound { 127 } else { 126 },
    }
}

/// A variable of the environment; empty is unset.
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}
