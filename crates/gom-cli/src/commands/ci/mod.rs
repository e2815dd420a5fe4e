//! `gom ci`: Go in a CI job. The words on the command line; gom-core decides everything.

mod cache;
mod setup;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use gom_core::ci::asked::{self, Asked, Named};
use gom_core::ci::cache::plan::Pays;

use crate::app::App;
use crate::cli::PlatformArgs;
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

// A line here would hide the page of the verb itself.
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

/// Which toolchains a job asks for.
#[derive(Debug, Args)]
struct WantedArgs {
    /// Version file, go.mod or go.work to read, if no SPEC is given
    #[arg(long, value_name = "FILE")]
    version_file: Option<OsString>,
    /// Take the newest release also where an older one that matches is there
    #[arg(long)]
    check_latest: bool,
    #[command(flatten)]
    platform: PlatformArgs,
}

/// Whether the CI keeps toolchains.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum PaysArg {
    /// Not on a machine that the CI made for the job: a download is faster there
    Auto,
    /// Restore them, and keep what was downloaded
    Always,
    /// Download them
    Never,
}

impl PaysArg {
    fn pays(self) -> Pays {
        match self {
            PaysArg::Auto => Pays::Auto,
            PaysArg::Always => Pays::Yes,
            PaysArg::Never => Pays::No,
        }
    }
}

impl WantedArgs {
    fn asked(&self, specs: &[String], app: &App) -> Result<Vec<Asked>, Failure> {
        let platform = self.platform.platform(&app.ctx.platform)?;
        if let Some(platform) = &platform
            && !app.ctx.platform.runs(platform)
        {
            let message = format!("programs for {platform} do not run here ({})", app.ctx.platform);
            return Err(Failure::usage(message, "leave out --os and --arch").about(platform.to_string()));
        }
        // An action passes an input on whether it is set or not.
        let file = self.version_file.as_deref().filter(|file| !file.is_empty()).map(Path::new);
        Ok(asked::asked(&app.ctx, Named { specs, file, platform: platform.as_ref() })?)
    }
}
