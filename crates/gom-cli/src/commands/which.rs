//! `gom which`: prints the path of the program that runs here, or of an installed toolchain.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use gom_core::go_command::GoCommand;
use gom_core::path_text::as_text;
use gom_core::resolve::{self, Query};
use gom_select::path_search;
use gom_select::select::{self, Selected};
use serde::Serialize;

use crate::announce::say_policy;
use crate::app::App;
use crate::failure::Failure;

/// Show the path of the program that runs here
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom which                        the go that runs here
  gom which gofmt
  gom which --goroot 1.22          the GOROOT of the newest installed Go 1.22")]
pub(crate) struct Arguments {
    /// go or gofmt, and an installed version or line, or a linked name
    #[arg(value_name = "PROGRAM] [SPEC", num_args = 0..=2)]
    words: Vec<String>,
    /// Print the GOROOT instead
    #[arg(long)]
    goroot: bool,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    program: &'a str,
    path: String,
    goroot: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let (program, spec) = match arguments.words.as_slice() {
        [] => ("go", None),
        [word] if is_program(word) => (word.as_str(), None),
        [word]
            if Query::read(&app.ctx, word, None).is_ok()
                || word.starts_with(|first: char| first.is_ascii_digit()) =>
        {
            ("go", Some(word))
        }
        [word] => {
            let message = format!("`{word}` is neither a program of a toolchain (go or gofmt) nor a version");
            return Err(Failure::usage(message, "run `gom which --help`").about(word));
        }
        [program, spec, ..] if is_program(program) => (program.as_str(), Some(spec)),
        [other, ..] => {
            let message = format!("`{other}` is not a program of a toolchain: go or gofmt");
            return Err(Failure::usage(message, "run `gom which --help`").about(other));
        }
    };
    let (goroot, path) = match spec {
        Some(spec) => of_spec(app, spec, program)?,
        None => selected(app, program)?,
    };
    let shown = match (arguments.goroot, &goroot) {
        (false, _) => path.clone(),
        (true, Some(goroot)) => goroot.clone(),
        (true, None) => {
            let message =
                format!("can't tell the GOROOT of `{}`: there is no VERSION file above it", path.display());
            return Err(Failure::other(message, "run `go env GOROOT`").about(as_text(&path)));
        }
    };
    let object = || Json { program, path: as_text(&path), goroot: goroot.as_deref().map(as_text) };
    Ok(app.output.result(object, |output| output.data_path(&shown)))
}

fn is_program(word: &str) -> bool {
    matches!(word, "go" | "gofmt")
}

fn of_spec(app: &App, spec: &str, program: &str) -> Result<(Option<PathBuf>, PathBuf), Failure> {
    let query = Query::read(&app.ctx, spec, None)?;
    if query.is_system() {
        return system(app, program);
    }
    if let Some(tree) = resolve::linked(&app.ctx, &query)? {
        let path = tree.goroot.join("bin").join(program);
        return Ok((Some(tree.goroot), path));
    }
    let id = resolve::newest_installed(&app.ctx, &query)?;
    let id = id.ok_or_else(|| resolve::not_installed(&query))?;
    let goroot = app.ctx.goroot(&id);
    let path = program_of(&goroot, program, id.platform.os());
    Ok((Some(goroot), path))
}

fn selected(app: &App, program: &str) -> Result<(Option<PathBuf>, PathBuf), Failure> {
    let selection = app.ctx.with_situation(select::select)?;
    say_policy(app, &selection)?;
    match selection.toolchain {
        Selected::Installed { id, goroot } => {
            let path = program_of(&goroot, program, id.platform.os());
            Ok((Some(goroot), path))
        }
        Selected::Linked { goroot, .. } => {
            let path = goroot.join("bin").join(program);
            Ok((Some(goroot), path))
        }
        Selected::System { .. } => system(app, program),
    }
}

fn system(app: &App, program: &str) -> Result<(Option<PathBuf>, PathBuf), Failure> {
    let path = app.ctx.environment.var("PATH").unwrap_or_default();
    let found = path_search::next_on_path(program, &path);
    let found = found.ok_or_else(|| {
        let message = format!("PATH has no `{program}` other than gom's");
        Failure::new(gom_select::explain::ErrorKind::NotFound, message, "run `gom use latest`").about(program)
    })?;
    let go = path_search::next_on_path("go", &path);
    let goroot = go.and_then(|go| GoCommand::of_system(go, &app.ctx.platform).goroot);
    Ok((goroot, found))
}

fn program_of(goroot: &Path, program: &str, os: &str) -> PathBuf {
    let extension = if os == "windows" { ".exe" } else { "" };
    goroot.join("bin").join(format!("{program}{extension}"))
}
