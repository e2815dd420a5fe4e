//! `gom exec`: runs a command with one toolchain, whose `bin` is first on PATH. With a SPEC, GOTOOLCHAIN is
//! set to it, so that the go command and every go it starts stay with it. Without one, it is the toolchain
//! that `go` runs here.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Args;
use gom_core::admission::check_selection;
use gom_core::dotenv;
use gom_core::go_command::{keep_from_downloading, put_first};
use gom_core::named_go::{NamedGo, tree_first};
use gom_core::query::guess;
use gom_core::resolve::{self, Query};
use gom_core::shell_quote::shell_quote;
use gom_core::usage::record;
use gom_select::exec_env::StaleGoroot;
use gom_select::explain::{ErrorKind, Explain};
use gom_select::select::{self, Selected};
use gom_select::used::Use;

use crate::app::App;
use crate::failure::Failure;
use crate::usage;

/// Run a command with the toolchain that runs here, or with another
///
/// Without SPEC, the toolchain is the one that `go` runs in this folder. A first word that is a SPEC, such as
/// 1.22, is one where a command follows it; `gom exec -- CMD` takes CMD for a command whatever it is called.
///
/// With SPEC, which must be installed, GOTOOLCHAIN is set to it, so go does not switch to another one. Exits
/// with the command's own code.
///
/// With --env-file the command gets the variables of a file, where $A and ${A} stand for others. What the
/// environment has already, it keeps. The file may not set GOROOT, GOTOOLCHAIN, PATH, LD_* and DYLD_*.
#[derive(Debug, Args)]
#[command(
    override_usage = "gom exec [OPTIONS] [SPEC] [--] <CMD> [ARGUMENT]...",
    after_help = "\
Examples:
  gom exec go version              the toolchain that runs here
  gom exec 1.22 go test ./...      the newest installed Go 1.22
  gom exec 1.21.13 -- go version
  gom exec 1.26.0.darwin-amd64 -- go test ./...
  gom exec --env-file .env 1.22 -- go run .
  gom exec -- go1.21.13 version    a program with the name of a version"
)]
pub(crate) struct Arguments {
    /// Set the variables of FILE where the environment does not have them (may be repeated; the last counts)
    #[arg(long = "env-file", value_name = "FILE")]
    env_files: Vec<PathBuf>,
    /// An installed version or line, a linked name, or system; then the command and its arguments
    #[arg(value_name = "SPEC> <CMD", num_args = 1.., allow_hyphen_values = true)]
    words: Vec<OsString>,
    /// The command and its arguments, whatever its name
    #[arg(value_name = "CMD", num_args = 1.., last = true, required_unless_present = "words")]
    command: Vec<OsString>,
}

/// The command to run, and its toolchain.
struct Task<'a> {
    /// The SPEC; `None` for the toolchain that is selected here.
    query: Option<Query>,
    program: &'a OsString,
    arguments: &'a [OsString],
}

pub(crate) fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let task = arguments.task(app)?;
    let mut command = Command::new(task.program);
    let additions = dotenv::additions(&arguments.env_files, &app.ctx.environment)?;
    command.envs(additions.into_iter().map(|one| (one.name, one.value)));
    let error = become_command(app, &task, command)?;
    Err(not_started(&arguments.words, &task, &error))
}

/// Runs `go +SPEC`, which the shim leaves to gom. Here a text that is not a SPEC is never a command.
pub(super) fn run_with_spec(spec: &str, command: &[OsString], app: &App) -> Result<ExitCode, Failure> {
    let query = Some(Query::read(&app.ctx, spec, None)?);
    let Some((program, arguments)) = command.split_first() else {
        return Err(Failure::usage("no command was given", "run `gom exec go version`"));
    };
    let task = Task { query, program, arguments };
    let error = become_command(app, &task, Command::new(program))?;
    Err(not_started(&[], &task, &error))
}

/// Replaces this process by the command. Returns only if the program can't be run, with the reason.
fn become_command(app: &App, task: &Task<'_>, mut command: Command) -> Result<io::Error, Failure> {
    command.args(task.arguments);
    let stale = match &task.query {
        None => selected_first(app, &mut command)?,
        Some(query) => {
            let go = NamedGo::find(&app.ctx, query)?.ok_or_else(|| missing(query))?;
            go.check(&app.ctx).map_err(not_runnable)?;
            go.prepare(&app.ctx, &mut command)
        }
    };
    if let Some(stale) = stale {
        say_stale(app, &stale);
    }
    Ok(command.exec())
}

impl Arguments {
    /// Splits the words. clap puts the words after a first `--` into `command`; a later `--` is among
    /// `words`.
    fn task(&self, app: &App) -> Result<Task<'_>, Failure> {
        if let [program, arguments @ ..] = self.command.as_slice() {
            return Ok(Task { query: None, program, arguments });
        }
        let Some((first, rest)) = self.words.split_first() else {
            return Err(Failure::usage("`gom exec` needs CMD", "run `gom exec go version`").about("CMD"));
        };
        let word = first.to_string_lossy();
        if word.starts_with('-') {
            // Hyphens are allowed here only because the command may have options.
            return Err(usage::no_such_option("exec", &word));
        }
        let is_marked = rest.first().is_some_and(|word| word == "--");
        let command = if is_marked { &rest[1..] } else { rest };
        let query = Query::read(&app.ctx, &word, None);
        match (query, command) {
            (Ok(query), [program, arguments @ ..]) => Ok(Task { query: Some(query), program, arguments }),
            // `make -- -k` is a valid command, but `1.22.6.7 -- go` begins with a typo.
            (Err(error), [_, ..]) if is_marked && is_like_a_version(&word) => Err(error.into()),
            (_, _) => Ok(Task { query: None, program: first, arguments: rest }),
        }
    }
}

/// Whether a word that is not a SPEC was meant to be one.
fn is_like_a_version(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_digit()) || guess::spec(word).is_some()
}

fn missing(query: &Query) -> Failure {
    if query.is_system() {
        let message = "PATH has no `go` other than gom's";
        return Failure::new(ErrorKind::NoToolchain, message, "run `gom use latest`").about("system");
    }
    let error = resolve::not_installed(query);
    Failure::new(ErrorKind::NoToolchain, error.to_string(), error.hint()).about(&query.text)
}

/// The failure of a Go that is there: one that the kernel can't start has the code of a program that can't be run.
fn not_runnable(error: gom_core::Error) -> Failure {
    match error {
        gom_core::Error::Unfit(unfit) => Failure::from(unfit).with_code(126),
        error => error.into(),
    }
}

/// Prepares the command that `go` would run here, with the variables that the shim sets for it.
fn selected_first(app: &App, command: &mut Command) -> Result<Option<StaleGoroot>, Failure> {
    let selection = app.ctx.with_situation(select::select)?;
    check_selection(&app.ctx, &selection)?;
    if let Some(used) = Use::of(&selection) {
        record(&app.ctx, &used);
    }
    keep_from_downloading(command, selection.toolchain.tree().map(|(_, goroot)| goroot), &app.ctx);
    command.envs(selection.variables());
    Ok(match &selection.toolchain {
        Selected::Installed { id, goroot } => {
            app.ctx.can_start(id).map_err(|unfit| not_runnable(unfit.into()))?;
            tree_first(&app.ctx, goroot, Some(&id.version), command)
        }
        Selected::Linked { goroot, version, .. } => tree_first(&app.ctx, goroot, version.as_ref(), command),
        Selected::System { go } => {
            put_first(command, go.parent().unwrap_or(Path::new("")), &app.ctx);
            None
        }
    })
}

fn say_stale(app: &App, stale: &StaleGoroot) {
    app.output.warn(&format!(
        "{}:{} sets GOROOT to `{}`; it is overridden for this command",
        stale.file.display(),
        stale.line,
        stale.value
    ));
    app.output.hint("run `go env -u GOROOT`");
}

/// The error for a command that can't be started. Its first word may be a command that was taken for a SPEC,
/// or the reverse.
fn not_started(words: &[OsString], task: &Task<'_>, error: &io::Error) -> Failure {
    let message = format!("can't run `{}`: {error}", task.program.display());
    let program = shell_quote(task.program);
    if error.kind() != io::ErrorKind::NotFound {
        let hint = format!("run `command -v {program}` to see what it is");
        return Failure::other(message, hint).about(task.program.to_string_lossy()).with_code(126);
    }
    let first = words.first().map(|first| first.to_string_lossy()).unwrap_or_default();
    let hint = if task.query.is_some() && words.get(1).is_some_and(|second| second != "--") {
        let quoted = shell_quote(&*first);
        format!("`{first}` was taken for a SPEC; to run a program of that name, run `gom exec -- {quoted}`")
    } else if task.query.is_none() && Query::parse(&first, None).is_ok() {
        let message = format!("`{first}` is a Go version, and a command must follow it");
        let hint = format!("run `gom exec {} go version`", shell_quote(&*first));
        return Failure::usage(message, hint).about(first);
    } else {
        format!("run `command -v {program}` to see whether it is there")
    };
    Failure::other(message, hint).about(task.program.to_string_lossy()).with_code(127)
}
