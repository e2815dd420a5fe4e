//! `gom unlink`: takes a name back that `gom link` gave.

use std::process::ExitCode;

use clap::Args;
use gom_core::linking;
use gom_core::path_text::as_text;
use gom_select::explain::Explain;
use gom_select::select;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;

/// Take back the name of a Go of your own; its folder stays
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom unlink tip")]
pub(crate) struct Arguments {
    /// A name that `gom link` gave
    name: String,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    name: String,
    goroot: String,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let tree = linking::unlink(&app.ctx, &arguments.name).await?;
    app.output.say(&format!("unlinked {}; {} stays", tree.name, tree.goroot.display()));
    // A default or a pin may still have the name.
    if let Err(error) = app.ctx.with_situation(select::select) {
        app.output.warn(&error.to_string());
        app.output.hint(&error.hint());
    }
    let object = || Json { name: tree.name.to_string(), goroot: as_text(&tree.goroot) };
    Ok(app.output.result(object, |_| ()))
}
