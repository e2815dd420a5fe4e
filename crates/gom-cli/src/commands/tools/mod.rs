//! `gom tools`: programs that `go install` builds, kept for each line of Go. This is only the command line; gom-tools
//! decides everything.

mod install;
mod list;
mod outdated;
mod uninstall;
mod upgrade;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::app::App;
use crate::failure::Failure;

/// Install programs written in Go, such as gopls and dlv
///
/// Each is built by the Go of the project that uses it and kept for that line of Go, so that `gopls` in a project of Go
/// 1.22 is the one for Go 1.22. Every module in the program must be what the checksum database recorded.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom tools install gopls dlv staticcheck
  gom tools install golang.org/x/tools/cmd/stringer@v0.51.0
  gom tools list
  gom tools outdated
  gom tools upgrade
  gom tools uninstall dlv")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: ToolsCommand,
}

// A doc comment on a variant would hide the verb's own page.
#[derive(Debug, Subcommand)]
enum ToolsCommand {
    Install(install::Arguments),
    #[command(alias = "ls")]
    List(list::Arguments),
    Outdated(outdated::Arguments),
    Upgrade(upgrade::Arguments),
    #[command(alias = "rm", alias = "remove")]
    Uninstall(uninstall::Arguments),
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    match arguments.command {
        ToolsCommand::Install(arguments) => install::run(arguments, app).await,
        ToolsCommand::List(arguments) => list::run(&arguments, app),
        ToolsCommand::Outdated(arguments) => outdated::run(&arguments, app).await,
        ToolsCommand::Upgrade(arguments) => upgrade::run(&arguments, app).await,
        ToolsCommand::Uninstall(arguments) => uninstall::run(&arguments, app).await,
    }
}
