//! `gom exec`: runs a command with exactly one toolchain: its `bin` first on PATH, and GOTOOLCHAIN set
//! to it, so that the go command and every go it starts stay with it.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Args;
use gom_core::ErrorKind;
use gom_core::dotenv;
use gom_core::fitness::Unfit;
use gom_core::go_command::{put_first, set_goroot};
use gom_core::resolve::{self, Query};
use gom_core::select::env_vars::go;
use gom_core::select::exec_env::Goroot;
use gom_core::select::loader;
use gom_core::select::toolchain::ToolchainId;

use crate::app::App;
use crate::failure::Failure;

/// Run a command with a given toolchain
///
/// The toolchain must be installed. GOTOOLCHAIN is set to it for the command, so go does not switch to
/// another one. Exits with the command's own code.
///
/// With --env-file the command gets the variables of a file, where $A and ${A} stand for others. What the
/// environment has already, it keeps. The file may not set GOROOT, GOTOOLCHAIN, PATH, LD_* and DYLD_*.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom exec 1.21.13 -- go version
  gom exec 1.22 -- go test ./...
  gom exec 1.26.0.darwin-amd64 -- go test ./...
  gom exec --env-file .env 1.22 -- go run .")]
pub(crate) struct Arguments {
    /// An installed version or line, or system
    #[arg(value_name = "SPEC")]
    spec: String,
    /// Set the variables of FILE where the environment does not have them (may be repeated; the last counts)
    #[arg(long = "env-file", value_name = "FILE")]
    env_files: Vec<PathBuf>,
    /// The command and its arguments
    #[arg(value_name = "CMD", required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

pub(crate) fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let query = Query::parse(&arguments.spec, None)?;
    let mut command = Command::new(&arguments.command[0]);
    command.args(&arguments.command[1..]);
    set_variables(app, &arguments.env_files, &mut command)?;
    if query.is_system() {
        system_first(app, &mut command)?;
    } else {
        let id = resolve::newest_installed(&app.ctx, &query)?.ok_or_else(|| missing(&query))?;
        refuse_unfit(app, &id)?;
        toolchain_first(app, &id, &mut command);
    }
    Err(not_started(&arguments.command[0], &command.exec()))
}

/// What the environment has, even if it is empty, beats every file.
fn set_variables(app: &App, files: &[PathBuf], command: &mut Command) -> Result<(), Failure> {
    for file in files {
        let variables = dotenv::read(file).map_err(|error| {
            Failure::usage(error.to_string(), error.hint()).about(file.display().to_string())
        })?;
        let is_set = |name: &str| app.ctx.environment.variables.contains_key(OsStr::new(name));
        command.envs(variables.into_iter().filter(|one| !is_set(&one.name)).map(|one| (one.name, one.value)));
    }
    Ok(())
}

fn missing(query: &Query) -> Failure {
    let error = resolve::not_installed(query);
    Failure::new(ErrorKind::NoToolchain, error.to_string(), error.hint()).about(&query.text)
}

/// Also where only the program itself tells: one that the kernel can't start is passed over, and the next `go` on
/// PATH would run instead.
fn refuse_unfit(app: &App, id: &ToolchainId) -> Result<(), Failure> {
    let go = app.ctx.store.layout().toolchain(id).join("bin/go");
    let fits = app.ctx.fits(id).and_then(|()| match loader::missing(&go) {
        Some(loader) => Err(Unfit::NoGlibc { id: id.clone(), loader: loader.display().to_string() }),
        None => Ok(()),
    });
    fits.map_err(|unfit| Failure::from(unfit).with_code(126))
}

fn toolchain_first(app: &App, id: &ToolchainId, command: &mut Command) {
    let goroot = app.ctx.goroot(id);
    command.env(go::GOTOOLCHAIN, id.version.toolchain_name());
    put_first(command, &goroot.join("bin"), &app.ctx);
    if let Goroot::Override(stale) = set_goroot(command, &goroot, Some(&id.version), &app.ctx) {
        app.output.warn(&format!(
            "{}:{} sets GOROOT to `{}`; it is overridden for this command",
            stale.file.display(),
            stale.line,
            stale.value
        ));
        app.output.hint("run `go env -u GOROOT`");
    }
}

/// `system`: the folder of the next go on PATH that is not gom's.
fn system_first(app: &App, command: &mut Command) -> Result<(), Failure> {
    let go = app.ctx.with_situation(gom_core::select::select::system_go).ok_or_else(|| {
        let message = "PATH has no `go` other than gom's";
        Failure::new(ErrorKind::NoToolchain, message, "run `gom use latest`").about("system")
    })?;
    let bin: PathBuf = go.parent().map(Path::to_path_buf).unwrap_or_default();
    put_first(command, &bin, &app.ctx);
    Ok(())
}

fn not_started(program: &OsString, error: &io::Error) -> Failure {
    let message = format!("can't run `{}`: {error}", program.display());
    let code = if error.kind() == io::ErrorKind::NotFound { 127 } else { 126 };
    let hint = format!("run `command -v {}` to see whether it is there", program.display());
    Failure::other(message, hint).about(program.to_string_lossy()).with_code(code)
}
