//! `gom ci cache`: names, paths and sizes of caches, and what to drop from them. One file per verb.

mod key;
mod options;
mod paths;
mod stats;
mod trim;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::app::App;
use crate::failure::Failure;

/// Keys, paths and sizes of what a CI keeps between jobs
///
/// There are three caches: toolchains of the store, modules (GOMODCACHE), and the build cache (GOCACHE). gom moves
/// no bytes of them; that is the CI's part.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom ci cache key modules build         the names of the caches of this job
  gom ci cache paths modules build       what to keep
  gom ci cache trim build                before the build cache is saved
  gom ci cache stats")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: CacheCommand,
}

// A doc comment on a variant would hide the verb's own page.
#[derive(Debug, Subcommand)]
enum CacheCommand {
    Key(key::Arguments),
    Paths(paths::Arguments),
    Trim(trim::Arguments),
    Stats(stats::Arguments),
}

pub(super) async fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    match &arguments.command {
        CacheCommand::Key(arguments) => key::run(arguments, app).await,
        CacheCommand::Paths(arguments) => paths::run(arguments, app),
        CacheCommand::Trim(arguments) => trim::run(arguments, app),
        CacheCommand::Stats(arguments) => stats::run(arguments, app),
    }
}
