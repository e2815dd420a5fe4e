//! `gom current`: which toolchain runs here, and what decided it.

use std::process::ExitCode;

use clap::Args;
use gom_core::select::select::{self, Origin, Selected};
use serde_json::json;

use crate::app::App;
use crate::failure::Failure;

/// Show which toolchain runs here, and what decided it
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom current
  gom current --json")]
pub(crate) struct Arguments {}

pub(crate) fn run(_: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let selection = app.ctx.with_situation(select::select)?;
    let (name, goroot, go) = match &selection.toolchain {
        Selected::Installed { id, goroot } => {
            (id.version.to_string(), Some(goroot.clone()), goroot.join("bin/go"))
        }
        Selected::System { go } => ("system".to_owned(), None, go.clone()),
    };
    let (file, line) = match &selection.origin {
        Origin::File { path, line } | Origin::Default { path, line } => (Some(path), Some(line)),
        _ => (None, None),
    };
    let object = || {
        json!({
            "version": name,
            "go": go,
            "goroot": goroot,
            "asked": selection.asked,
            "origin": selection.origin.to_string(),
            "file": file,
            "line": line,
        })
    };
    Ok(app.output.result(object, |output| match &selection.toolchain {
        Selected::Installed { .. } => output.data(&format!("{name} (set by {})", selection.origin)),
        Selected::System { go } => {
            output.data(&format!("system: {} (set by {})", go.display(), selection.origin));
        }
    }))
}
