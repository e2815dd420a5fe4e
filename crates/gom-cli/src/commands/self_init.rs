//! `gom self init`: makes the store's folders and the links in `bin/`. Hidden; install.sh runs it.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::app::App;
use crate::failure::Failure;

/// What the installer needs
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Init,
}

#[derive(Debug, Subcommand)]
enum Init {
    /// Make the store's folders and the links in bin/
    Init,
}

pub(crate) async fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let Init::Init = arguments.command;
    app.ctx.store.create()?;
    app.ctx.store.refresh_links(&app.ctx.platform, &app.ctx.cancel).await?;
    let root = app.ctx.store.layout().root();
    Ok(app.output.result(|| json!({ "home": root }), |_| ()))
}
