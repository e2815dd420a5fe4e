//! The command line: every verb, flag and help text. Only shapes here; what they mean is in
//! [`crate::commands`].

use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{Args, Parser, Subcommand};

use crate::commands::{
    cache, check, ci, completions, config, current, doctor, env, exec, help, init, install, list,
    list_remote, local, own_store, receipt, shell, uninstall, use_default, verify, which, why,
};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const AFTER_HELP: &str = "\
SPEC is a version (1.22.6, go1.22.6, 1.24rc1), a line (1.22: its newest patch), a range
('>=1.21, <1.23'), latest, oldstable or system; with a platform: go1.26.0.darwin-arm64,
or --os and --arch.

Examples:
  gom install 1.22.6       fetch, prove and unpack Go 1.22.6
  gom use 1.22             make the newest Go 1.22 the default
  gom local 1.21.13        pin this folder
  gom exec 1.23.4 -- go test ./...";

/// Installs Go toolchains, proven against Go's checksum database, and runs the right one.
#[derive(Debug, Parser)]
#[command(name = "gom", version, styles = STYLES, after_help = AFTER_HELP, max_term_width = 100)]
#[command(disable_help_subcommand = true, propagate_version = false, subcommand_required = true)]
#[command(arg_required_else_help = true, infer_subcommands = false)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

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
    /// Take archives only from here: go.dev, mirror, proxy or a URL (may be repeated)
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

/// The verbs. What each says of itself is with its arguments: a line here would hide that.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Install(install::Arguments),
    #[command(alias = "rm", alias = "remove")]
    Uninstall(uninstall::Arguments),
    #[command(alias = "default", alias = "global")]
    Use(use_default::Arguments),
    Local(local::Arguments),
    #[command(alias = "ls", alias = "versions")]
    List(list::Arguments),
    #[command(alias = "ls-remote")]
    ListRemote(list_remote::Arguments),
    Verify(verify::Arguments),
    Receipt(receipt::Arguments),
    Current(current::Arguments),
    Which(which::Arguments),
    Why(why::Arguments),
    Doctor(doctor::Arguments),
    Env(env::Arguments),
    Check(check::Arguments),
    Cache(cache::Arguments),
    Exec(exec::Arguments),
    Shell(shell::Arguments),
    Init(init::Arguments),
    Config(config::Arguments),
    Ci(ci::Arguments),
    Completions(completions::Arguments),
    Help(help::Arguments),
    /// What the installer needs
    #[command(name = "self", hide = true)]
    OwnStore(own_store::Arguments),
}

#[cfg(test)]
mod tests;
