//! The command line as a whole. The verbs with their arguments and help texts are in [`crate::commands`].

pub(crate) mod groups;
mod look;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser};

use crate::commands::Command;
use crate::options::Global;
use look::{MAX_WIDTH, STYLES};

const AFTER_HELP: &str = "\
SPEC is a version (1.22.6, go1.22.6, 1.24rc1), a line (1.22: its newest patch), a range
('>=1.21, <1.23'), latest, oldstable, system or a name of `gom link`; with a platform:
go1.26.0.darwin-arm64, or --os and --arch.

Examples:
  gom install 1.22.6       fetch, prove and unpack Go 1.22.6
  gom use 1.22             make the newest Go 1.22 the default
  gom local 1.21.13        pin this folder
  gom exec 1.23.4 -- go test ./...";

/// Installs Go toolchains, proven against Go's checksum database, and runs the right one.
#[derive(Debug, Parser)]
#[command(name = "gom", version, styles = STYLES, after_help = AFTER_HELP, max_term_width = MAX_WIDTH)]
#[command(disable_help_subcommand = true, propagate_version = false, subcommand_required = true)]
#[command(arg_required_else_help = true, infer_subcommands = false)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The definition of the command line. Its page lists the verbs in groups, which `Cli::command()` does not.
pub(crate) fn command() -> clap::Command {
    groups::with_groups(Cli::command())
}

/// Reads the arguments of this process.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let mut command = command();
    let matches = command.try_get_matches_from_mut(arguments)?;
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

#[cfg(test)]
mod tests;
