//! `gom self judge`: the machine has a policy, and its verdict does not tell the shim whether a program may start. gom
//! decides, keeps the verdict, and becomes the shim again, or the program where the store keeps no verdict.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::ExitCode;

use clap::Args;
use gom_core::admission::{GoOn, go_on};
use gom_select::shim_guard::Guard;

use super::provide::become_shim;
use crate::app::App;
use crate::failure::Failure;

/// Decide by the machine's policy, then become the shim again
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The name the shim was called by, and its arguments
    #[arg(required = true, last = true)]
    command: Vec<OsString>,
}

pub(crate) fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let env = |name: &str| app.ctx.environment.var(name);
    let guard = Guard::read(&env);
    let (name, passed_on) = match arguments.command.as_slice() {
        [name, passed_on @ ..] => (name.to_string_lossy(), passed_on),
        [] => ("go".into(), &[][..]),
    };
    let mut command = match go_on(&app.ctx, &name, passed_on)? {
        GoOn::Shim => return Err(become_shim(&arguments.command, app, guard)),
        GoOn::Program(command) => command,
    };
    guard.pass_on(&mut command);
    let error = command.exec();
    let program = command.get_program().to_string_lossy().into_owned();
    let code = if error.kind() == std::io::ErrorKind::NotFound { 127 } else { 126 };
    let hint = "run `gom why` to see what runs here, and `gom list` to see what is installed";
    Err(Failure::other(format!("can't run `{program}`: {error}"), hint).with_code(code))
}
