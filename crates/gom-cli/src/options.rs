//! Options that several verbs share: those of every verb, and the platform of a SPEC.

use clap::Args;
use gom_select::platform::Platform;

use crate::failure::Failure;

/// Flags of every verb.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Global {
    /// Print one JSON object on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say only what went wrong
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    /// Never use the network
    #[arg(long, global = true)]
    pub(crate) offline: bool,
    /// Show no progress bars
    #[arg(long, global = true)]
    pub(crate) no_progress: bool,
    /// Take archives only from here: go.dev, dl.google.com, mirror, proxy or a URL (may be repeated)
    #[arg(long = "source", value_name = "SOURCE", global = true)]
    pub(crate) sources: Vec<String>,
}

/// The platform of a SPEC.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct PlatformArgs {
    /// Operating system, in Go's or common names (darwin, macos, linux, windows)
    #[arg(long, value_name = "OS")]
    pub(crate) os: Option<String>,
    /// Architecture, in Go's or common names (arm64, aarch64, amd64, x86_64)
    #[arg(long, value_name = "ARCH")]
    pub(crate) arch: Option<String>,
}

impl PlatformArgs {
    /// The platform of `--os` and `--arch`. If only one is given, the other is this machine's.
    pub(crate) fn platform(&self, host: &Platform) -> Result<Option<Platform>, Failure> {
        if self.os.is_none() && self.arch.is_none() {
            return Ok(None);
        }
        let os = self.os.as_deref().unwrap_or(host.os());
        let arch = self.arch.as_deref().unwrap_or(host.arch());
        match Platform::from_user(os, arch) {
            Ok(platform) if platform.is_known() => Ok(Some(platform)),
            _ => {
                let message = format!("Go has no platform `{os}-{arch}`");
                let hint = "use Go's names, such as `--os darwin --arch arm64`; run `gom list-remote latest --json` to see them";
                Err(Failure::usage(message, hint).about(format!("{os}-{arch}")))
            }
        }
    }
}
