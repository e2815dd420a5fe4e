//! `gom shell`: prints the line that sets `GOM_TOOLCHAIN`, the toolchain of this shell, above every version
//! file. The function from `gom init` evaluates it, because a program can't change its parent's variables.
//! `eval "$(gom shell ...)"` works without the function, so there is no message if the line goes into a pipe.

use std::process::ExitCode;

use clap::Args;
use gom_core::choice::ChoiceOptions;
use gom_core::resolve::Query;
use gom_select::env_vars::GOM_TOOLCHAIN;
use gom_shell::Shell;
use gom_shell::env_script::{CALLED_BY, set_line, unset_line};
use serde::Serialize;

use super::choose::choose;
use crate::app::App;
use crate::failure::Failure;

/// Set the toolchain of this shell, above every version file
///
/// Needs the function that `gom setup` puts into new shells; without it, prints the line to run by hand.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom shell 1.22.6
  gom shell --unset
  eval \"$(gom shell 1.22.6)\"       without the function")]
pub(crate) struct Arguments {
    /// A version, line or range
    #[arg(value_name = "SPEC", required_unless_present = "unset", conflicts_with = "unset")]
    spec: Option<String>,
    /// Keep the line: the newest installed patch of it
    #[arg(long, requires = "spec")]
    line: bool,
    /// Go back to the version files and the default
    #[arg(long)]
    unset: bool,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    toolchain: Option<&'a str>,
    line: &'a str,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let called_by = app.ctx.environment.var(CALLED_BY);
    let shell = called_by.as_ref().and_then(|name| Shell::named(&name.to_string_lossy()));
    let has_function = shell.is_some();
    let shell = shell.or_else(|| Shell::of_user(&app.ctx.environment)).unwrap_or(Shell::Bash);
    let value = match &arguments.spec {
        Some(spec) => Some(
            choose(
                app,
                &Query::read(&app.ctx, spec, None)?,
                ChoiceOptions { keeps_line: arguments.line, installs: true, verb: "shell" },
            )
            .await?
            .text,
        ),
        None => None,
    };
    let line = match &value {
        Some(value) => set_line(shell, GOM_TOOLCHAIN, value),
        None => unset_line(shell, GOM_TOOLCHAIN),
    };
    if has_function {
        match &value {
            Some(value) => app.output.say(&format!("this shell now uses Go {value}")),
            None => app.output.say("this shell follows the version files and the default again"),
        }
    } else if !app.output.is_json() && app.output.is_read_by_a_person() {
        app.output.warn("nothing has changed yet: a program can't set a variable of its shell");
        app.output.hint(if has_function_in(shell) {
            "run the line below; shells that start after `gom setup` do that themselves"
        } else {
            "run the line below"
        });
    }
    let object = || Json { toolchain: value.as_deref(), line: &line };
    Ok(app.output.result(object, |output| output.data(&line)))
}

/// Whether `gom setup` defines a function in this shell that runs the line. In a xonsh or a PowerShell it would stand
/// between gom and the terminal.
fn has_function_in(shell: Shell) -> bool {
    !matches!(shell, Shell::PowerShell | Shell::Xonsh)
}
