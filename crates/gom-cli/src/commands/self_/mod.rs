//! `gom self`: updates and removes gom, and hidden verbs for the installer and the shim.

mod judge;
mod provide;
mod uninstall;
mod update;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use gom_core::path_text::as_text;
use gom_shell::Setup;
use serde::Serialize;

use super::{exec, setup};
use crate::app::App;
use crate::failure::Failure;

/// Update or remove gom itself
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom self update
  gom self uninstall --dry-run")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: OwnCommand,
}

#[derive(Debug, Subcommand)]
enum OwnCommand {
    Update(update::Arguments),
    Uninstall(uninstall::Arguments),
    /// Make the store's folders and the links in bin/
    #[command(hide = true)]
    Init,
    #[command(hide = true)]
    Judge(judge::Arguments),
    #[command(hide = true)]
    Provide(provide::Arguments),
    /// Run a command with an installed toolchain, as `gom exec` does
    #[command(hide = true)]
    Exec {
        /// What stood behind the plus
        #[arg(allow_hyphen_values = true)]
        spec: String,
        /// The command and its arguments
        #[arg(required = true, last = true)]
        command: Vec<OsString>,
    },
}

impl Arguments {
    /// Whether it replaces gom by another release.
    pub(crate) fn updates_gom(&self) -> bool {
        matches!(self.command, OwnCommand::Update(_))
    }

    /// Whether it decides for the shim, which starts programs whatever the settings of gom are.
    pub(crate) fn judges(&self) -> bool {
        matches!(self.command, OwnCommand::Judge(_))
    }
}

pub(crate) async fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    match &arguments.command {
        OwnCommand::Update(arguments) => update::run(arguments, app).await,
        OwnCommand::Uninstall(arguments) => uninstall::run(arguments, app).await,
        OwnCommand::Init => init(app).await,
        OwnCommand::Judge(arguments) => judge::run(arguments, app),
        OwnCommand::Provide(arguments) => provide::run(arguments, app).await,
        OwnCommand::Exec { spec, command } => exec::run_with_spec(spec, command, app),
    }
}

/// The object of `gom self init --json`.
#[derive(Serialize)]
struct InitJson {
    home: String,
}

async fn init(app: &App) -> Result<ExitCode, Failure> {
    app.ctx.store.create()?;
    app.ctx.store.refresh_links(&app.ctx.platform, &app.ctx.cancel).await?;
    // An updated gom may have better scripts for the user's shells.
    Setup::of(&app.ctx).refresh(setup::completions_of)?;
    app.ctx.store.check_shim()?;
    let root = app.ctx.store.layout().root();
    Ok(app.output.result(|| InitJson { home: as_text(root) }, |_| ()))
}
