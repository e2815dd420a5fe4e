//! `gom self`: what the installer and the shim need. Hidden.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use gom_core::path_text::as_text;
use serde_json::json;

use super::provide;
use crate::app::App;
use crate::failure::Failure;

/// What the installer and the shim need
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: OwnCommand,
}

#[derive(Debug, Subcommand)]
enum OwnCommand {
    /// Make the store's folders and the links in bin/
    Init,
    /// Install what the shim misses, then become the shim again
    Provide(provide::Arguments),
}

pub(crate) async fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    match &arguments.command {
        OwnCommand::Init => init(app).await,
        OwnCommand::Provide(arguments) => provide::run(arguments, app).await,
    }
}

async fn init(app: &App) -> Result<ExitCode, Failure> {
    app.ctx.store.create()?;
    app.ctx.store.refresh_links(&app.ctx.platform, &app.ctx.cancel).await?;
    let root = app.ctx.store.layout().root();
    Ok(app.output.result(|| json!({ "home": as_text(root) }), |_| ()))
}
