//! `gom link`: gives a GOROOT that gom did not install a name.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueHint};
use gom_core::linking;
use gom_core::path_text::as_text;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;

/// Give a Go of your own a name
///
/// It may be a checkout of Go's repository, a fork, or a distribution's package. NAME then works wherever a SPEC does: `gom use NAME`, `gom exec NAME go version`, `go +NAME version`. go.mod and
/// GOTOOLCHAIN treat it as the version that its VERSION file says. gom never changes, proves or removes the folder;
/// `gom list` shows it as unproven.
///
/// In a project's file NAME counts only after `gom local NAME` there, so a cloned project can't select it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom link tip ~/src/go            a checkout, built by src/make.bash
  gom link debian /usr/lib/go-1.19
  gom exec tip go version
  gom local tip                    pin this folder to it
  gom unlink tip")]
pub(crate) struct Arguments {
    /// A name that is no version: letters, digits, `.`, `_` and `-`
    name: String,
    /// A GOROOT, with an executable bin/go
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    dir: PathBuf,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    name: &'a str,
    goroot: String,
    version: Option<String>,
    /// The folder that had the name before.
    replaced: Option<String>,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let plan = linking::plan(&app.ctx, &arguments.name, &arguments.dir)?;
    plan.make(&app.ctx).await?;
    let version = plan.version.as_ref().map(ToString::to_string);
    let shown = version.as_ref().map_or_else(|| "of unknown version".to_owned(), |v| format!("Go {v}"));
    app.output.say(&format!("linked {} to {} ({shown})", plan.name, plan.goroot.display()));
    if let Some(before) = &plan.before {
        app.output.say(&format!("it was {} before", before.display()));
    }
    if version.is_none() {
        app.output.hint("without a VERSION file there, go.mod and GOTOOLCHAIN are left to that Go itself");
    }
    let object = || Json {
        name: plan.name.as_str(),
        goroot: as_text(&plan.goroot),
        version,
        replaced: plan.before.as_deref().map(as_text),
    };
    Ok(app.output.result(object, |_| ()))
}
