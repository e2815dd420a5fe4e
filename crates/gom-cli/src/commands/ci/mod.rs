//! `gom ci`: Go in a CI job. This is only the command line; gom-ci decides everything.

mod cache;
mod options;
mod setup;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::app::App;
use crate::failure::Failure;

/// Set up Go in a CI job, and keep its caches
///
/// Works in GitHub Actions, GitLab CI, Buildkite, CircleCI, Azure Pipelines and any shell. A toolchain must be
/// proven by the checksum database, unless `GOM_REQUIRE` is `any`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom ci setup 1.22                      exactly this Go for the whole job
  gom ci setup                           what this folder asks for
  eval \"$(gom ci setup 1.22 --print)\"    in a shell that no CI knows
  gom ci cache key modules build         the names of the caches of this job")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: CiCommand,
}

// A doc comment on a variant would hide the verb's own page.
#[derive(Debug, Subcommand)]
enum CiCommand {
    Setup(setup::Arguments),
    Cache(cache::Arguments),
}

pub(crate) async fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    match &arguments.command {
        CiCommand::Setup(arguments) => setup::run(arguments, app).await,
        CiCommand::Cache(arguments) => cache::run(arguments, app).await,
    }
}
