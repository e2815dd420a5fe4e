//! Options that several verbs of `gom ci` share.

use std::ffi::OsString;
use std::path::Path;

use clap::{Args, ValueEnum};
use gom_ci::asked::{self, RequestedToolchain, ToolchainRequest};
use gom_ci::cache::plan::ToolchainCaching;

use crate::app::App;
use crate::failure::Failure;
use crate::options::PlatformArgs;

/// Which toolchains a job asks for.
#[derive(Debug, Args)]
pub(super) struct WantedArgs {
    /// Version file, go.mod or go.work to read, if no SPEC is given
    #[arg(long, value_name = "FILE")]
    pub(super) version_file: Option<OsString>,
    /// Take the newest release also where an older one that matches is there
    #[arg(long)]
    pub(super) check_latest: bool,
    #[command(flatten)]
    pub(super) platform: PlatformArgs,
}

/// Whether the CI keeps toolchains.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum PaysArg {
    /// Not on a machine that the CI made for the job: a download is faster there
    Auto,
    /// Restore them, and keep what was downloaded
    Always,
    /// Download them
    Never,
}

impl PaysArg {
    pub(super) fn pays(self) -> ToolchainCaching {
        match self {
            PaysArg::Auto => ToolchainCaching::Auto,
            PaysArg::Always => ToolchainCaching::Yes,
            PaysArg::Never => ToolchainCaching::No,
        }
    }
}

impl WantedArgs {
    pub(super) fn asked(&self, specs: &[String], app: &App) -> Result<Vec<RequestedToolchain>, Failure> {
        let platform = self.platform.platform(&app.ctx.platform)?;
        // An action passes every input on, set or not.
        let file = self.version_file.as_deref().filter(|file| !file.is_empty()).map(Path::new);
        Ok(asked::asked(&app.ctx, ToolchainRequest { specs, file, platform: platform.as_ref() })?)
    }
}
