//! `gom env`: shows Go's settings with their places, and which of them are a problem. Passwords in URLs are
//! not shown.

use std::process::ExitCode;

use clap::Args;
use gom_core::go_command::GoCommand;
use gom_core::path_text::as_text;
use gom_core::redact::redacted_text;
use gom_core::shell_quote::shell_quote;
use gom_doctor::environment::{GoVariable, SettingProblem, with_view};
use gom_select::go_settings::GoOrigin;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::output::Output;

/// Show Go's settings, where each comes from, and their problems
///
/// As the go command that runs here finds them: in the environment, else in the file of `go env -w`, else in
/// the toolchain's go.env, else Go's default. No go is run. Ends with 0 also where there are problems.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom env                          all that go env knows, with its places
  gom env GOPROXY GOFLAGS          the values alone, as go env prints them
  gom env GOARM --json")]
pub(crate) struct Arguments {
    /// Settings to print, one value a line
    #[arg(value_name = "NAME")]
    names: Vec<String>,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    go: String,
    version: Option<String>,
    variables: Vec<VariableJson<'a>>,
}

/// One setting.
#[derive(Serialize)]
struct VariableJson<'a> {
    name: &'a str,
    value: String,
    origin: OriginJson,
    file: Option<String>,
    line: Option<usize>,
    problem: Option<&'a SettingProblem>,
}

/// The kind of place that it comes from.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum OriginJson {
    Environment,
    File,
    Default,
}

pub(crate) fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let go = GoCommand::selected(&app.ctx)?;
    let variables = with_view(&app.ctx, &go, |view| {
        for name in arguments.names.iter().filter(|name| !view.knows(name)) {
            app.output.warn(&format!("unknown Go setting `{name}`"));
            app.output.hint(&format!("run `go env {}`", shell_quote(name)));
        }
        match arguments.names.as_slice() {
            [] => view.variables(),
            names => names.iter().map(|name| view.variable(name)).collect(),
        }
    });
    let object = || Json {
        go: as_text(&go.program),
        version: go.version.as_ref().map(ToString::to_string),
        variables: variables.iter().map(to_json).collect(),
    };
    Ok(app.output.result(object, |output| {
        for variable in &variables {
            if arguments.names.is_empty() {
                print(variable, output);
            } else {
                print_value(variable, output);
            }
        }
    }))
}

fn print(variable: &GoVariable, output: &Output) {
    let value = redacted_text(&variable.setting.value);
    let value = if value.is_empty() { "-" } else { &value };
    output.data(&format!("{:13} {value}  ({})", variable.name, variable.setting.origin));
    if let Some(problem) = &variable.problem {
        output.data(&format!("              problem: {}", problem.message));
        output.data(&format!("              hint: {}", problem.hint));
    }
}

/// Prints only the value, for scripts; its problem goes to standard error.
fn print_value(variable: &GoVariable, output: &Output) {
    output.data(&redacted_text(&variable.setting.value));
    if let Some(problem) = &variable.problem {
        output.warn(&format!("{}: {}", variable.name, problem.message));
        output.hint(&problem.hint);
    }
}

fn to_json(variable: &GoVariable) -> VariableJson<'_> {
    let (origin, file, line) = match &variable.setting.origin {
        GoOrigin::Environment => (OriginJson::Environment, None, None),
        GoOrigin::UserFile(path, line) | GoOrigin::Toolchain(path, line) => {
            (OriginJson::File, Some(as_text(path)), Some(*line))
        }
        // What is built into gom is for gom alone: no go command has it.
        GoOrigin::BuiltIn(_) | GoOrigin::Default => (OriginJson::Default, None, None),
    };
    VariableJson {
        name: &variable.name,
        value: redacted_text(&variable.setting.value),
        origin,
        file,
        line,
        problem: variable.problem.as_ref(),
    }
}
