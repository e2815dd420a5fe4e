//! `gom tools upgrade`: builds the tools that `gom tools outdated` lists.

use std::process::ExitCode;

use clap::Args;
use gom_tools::error::ToolError;
use gom_tools::outdated;

use super::install::install_all;
use crate::app::App;
use crate::failure::Failure;

/// Install the newest versions of tools, and those that are too old here
///
/// Without TOOL, what `gom tools outdated` lists as outdated. A tool that was installed at a version is upgraded only if
/// it is named.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom tools upgrade
  gom tools upgrade gopls
  gom tools upgrade --dry-run")]
pub(crate) struct Arguments {
    /// Names of installed tools
    #[arg(value_name = "TOOL")]
    names: Vec<String>,
    /// Show what would be built, and install nothing
    #[arg(long)]
    dry_run: bool,
}

pub(crate) async fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let states = outdated::outdated(&app.ctx).await?;
    for name in &arguments.names {
        if !states.iter().any(|state| state.place.name.as_str() == name) {
            return Err(ToolError::NotInstalled { name: name.clone(), of: String::new() }.into());
        }
    }
    let requests = outdated::upgrades(&states, &arguments.names);
    if requests.is_empty() && !app.output.is_json() {
        app.output.say("no tool to upgrade");
    }
    install_all(&requests, arguments.dry_run, app).await
}
