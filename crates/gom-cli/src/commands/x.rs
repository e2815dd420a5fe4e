//! `gom x`: runs a program written in Go without installing it.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::ExitCode;

use clap::Args;
use gom_core::resolve::Query;
use gom_tools::install::package_of;
use gom_tools::once::{self, RunRequest};

use crate::app::App;
use crate::failure::Failure;

/// Run a program written in Go without installing it
///
/// It is built by the Go that runs here and proven as `gom tools install` does, and kept in gom's cache, so that the next
/// run of the same version builds nothing. With a version such as v1.2.3 that run needs no network either. Exits with the
/// program's own code.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom x golang.org/x/tools/cmd/stringer@v0.51.0 -help
  gom x staticcheck ./...
  gom x --go 1.22 gopls version")]
pub(crate) struct Arguments {
    /// Build with this Go, which is installed if need be
    #[arg(long, value_name = "SPEC")]
    go: Option<String>,
    /// Accept modules that nothing can prove, such as private ones
    #[arg(long)]
    allow_unproven: bool,
    /// The package of a program; @VERSION may follow
    #[arg(value_name = "PKG", required = true)]
    package: String,
    /// Its arguments
    #[arg(value_name = "ARGUMENT", trailing_var_arg = true, allow_hyphen_values = true)]
    passed_on: Vec<OsString>,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let request = RunRequest {
        package: package_of(&app.ctx, &arguments.package)?,
        go: arguments.go.as_ref().map(|text| Query::read(&app.ctx, text, None)).transpose()?,
        may_be_unproven: arguments.allow_unproven,
    };
    let mut command = once::prepare(&app.ctx, &request).await?;
    let error = command.args(&arguments.passed_on).exec();
    let program = command.get_program().to_string_lossy().into_owned();
    let message = format!("can't run `{program}`: {error}");
    Err(Failure::other(message, format!("run `gom tools install {}`", request.package)).with_code(126))
}
