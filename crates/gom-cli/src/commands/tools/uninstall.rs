//! `gom tools uninstall`: removes tools.

use std::process::ExitCode;

use clap::Args;
use gom_select::tool_name::ToolPlace;
use gom_select::version::ReleaseLine;
use gom_tools::uninstall;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;

/// Remove tools, for every line of Go or for one
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom tools uninstall dlv
  gom tools uninstall gopls --line 1.21    only that of Go 1.21
  gom tools uninstall dlv --dry-run")]
pub(crate) struct Arguments {
    /// Names of installed tools
    #[arg(value_name = "TOOL", required = true)]
    names: Vec<String>,
    /// Only the tools of this line of Go
    #[arg(long, value_name = "LINE")]
    line: Option<String>,
    /// Show what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    dry_run: bool,
    /// The tools; with `--dry-run`, those that would be removed.
    removed: Vec<RemovedJson>,
}

#[derive(Serialize)]
struct RemovedJson {
    name: String,
    line: String,
}

pub(crate) async fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let line = arguments.line.as_deref().map(read_line).transpose()?;
    let places = if arguments.dry_run {
        uninstall::removed_by(&app.ctx, &arguments.names, line.as_ref())?
    } else {
        uninstall::uninstall(&app.ctx, &arguments.names, line.as_ref()).await?
    };
    for ToolPlace { of, name } in &places {
        if !arguments.dry_run {
            app.output.say(&format!("removed {name} for Go {}", of.line));
        } else if !app.output.is_json() {
            app.output.data(&format!("would remove {name} for Go {}", of.line));
        }
    }
    let removed =
        |place: &ToolPlace| RemovedJson { name: place.name.to_string(), line: place.of.line.to_string() };
    let object = || Json { dry_run: arguments.dry_run, removed: places.iter().map(removed).collect() };
    Ok(app.output.result(object, |_| ()))
}

fn read_line(text: &str) -> Result<ReleaseLine, Failure> {
    ReleaseLine::parse(text).map_err(|_| {
        Failure::usage(format!("`{text}` is not a line of Go"), "write it as in 1.22").about(text)
    })
}
