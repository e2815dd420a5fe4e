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
use crate::usage;

/// Run a program written in Go without installing it
///
/// It is built by the Go that runs here and proven as `gom tools install` does, and kept in gom's cache, so that the next
/// run of the same version builds nothing. With a version such as v1.2.3 that run needs no network either. Exits with the
/// program's own code.
#[derive(Debug, Args)]
#[command(
    override_usage = "gom x [OPTIONS] <PKG> [ARGUMENT]...",
    after_help = "\
Examples:
  gom x golang.org/x/tools/cmd/stringer@v0.51.0 -help
  gom x staticcheck ./...
  gom x --go 1.22 gopls version"
)]
pub(crate) struct Arguments {
    /// Build with this Go, which is installed if need be
    #[arg(long, value_name = "SPEC")]
    go: Option<String>,
    /// Accept modules that nothing can prove, such as private ones
    #[arg(long)]
    allow_unproven: bool,
    /// The package of a program, which @VERSION may follow, and the program's arguments
    // One list, because what follows PKG is the program's: its --help too.
    #[arg(
        value_name = "PKG> <ARGUMENT",
        num_args = 1..,
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    words: Vec<OsString>,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let Some((package, passed_on)) = arguments.words.split_first() else {
        return Err(Failure::usage("`gom x` needs PKG", "run `gom x --help`").about("PKG"));
    };
    let package = package.to_string_lossy();
    if package.starts_with('-') {
        // Hyphens are allowed only for the program's arguments.
        return Err(usage::no_such_option("x", &package));
    }
    let request = RunRequest {
        package: package_of(&app.ctx, &package)?,
        go: arguments.go.as_ref().map(|text| Query::read(&app.ctx, text, None)).transpose()?,
        may_be_unproven: arguments.allow_unproven,
    };
    let mut command = once::prepare(&app.ctx, &request).await?;
    let error = command.args(passed_on).exec();
    let program = command.get_program().to_string_lossy().into_owned();
    let message = format!("can't run `{program}`: {error}");
    Err(Failure::other(message, format!("run `gom tools install {}`", request.package)).with_code(126))
}
