//! `gom setup`: puts gom into the start-up files of the user's shells, after it has shown the change and asked; with
//! `--undo`, takes it out again.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use gom_core::path_text::as_text;
use gom_select::explain::{ErrorKind, Explain};
use gom_shell::{Action, FileChange, Setup, SetupPlan, Shell, ShellError, UndoPlan};
use serde::Serialize;

use super::completions::{self, CompletionShell};
use super::init;
use crate::app::App;
use crate::failure::Failure;
use crate::output::can_ask;

/// Put gom on PATH in your shells, with completions, or undo it
///
/// Adds one block to each start-up file that login shells and interactive shells read: it runs a script in gom's
/// store, which starts no program. Shows the change and asks first. Without --shell: your login shell, and every shell
/// that has start-up files.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom setup
  gom setup --dry-run              show what would change
  gom setup --shell zsh --shell fish
  gom setup --undo                 take out only what gom has written")]
pub(crate) struct Arguments {
    /// Set up this shell alone; may be repeated
    #[arg(long = "shell", value_name = "NAME", value_parser = init::shells())]
    shells: Vec<Shell>,
    /// Show what would change, and change nothing; ends with 10 if there is something to change
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Take gom's lines and completions out again
    #[arg(long)]
    undo: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    /// Whether the changes were made.
    changed: bool,
    /// The shells; with `--undo`, those of the files.
    shells: Vec<Shell>,
    files: Vec<FileJson>,
    /// The files of the store that are written, or with `--undo` removed.
    store_files: Vec<String>,
    /// The files in which `--undo` leaves gom's lines.
    left: Vec<LeftJson>,
    /// Other gom programs on PATH.
    other_goms: Vec<OtherGomJson>,
}

#[derive(Serialize)]
struct FileJson {
    shell: Shell,
    path: String,
    /// The file that is written: another one than `path` if that is a link.
    target: String,
    action: Action,
    creates_file: bool,
    removes_file: bool,
    diff: String,
}

#[derive(Serialize)]
struct LeftJson {
    path: Option<String>,
    reason: String,
}

#[derive(Serialize)]
struct OtherGomJson {
    path: String,
    comes_first: bool,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let setup = Setup::of(&app.ctx);
    if arguments.undo {
        return undo(&arguments, setup, app).await;
    }
    let plan = setup.plan(&arguments.shells, completions_of).map_err(all_failures)?;
    let names: Vec<&str> = plan.shells.iter().map(|shell| shell.name()).collect();
    let names = names.join(", ");
    if !plan.is_change() {
        app.output.say(&format!("{names}: set up already"));
    }
    let is_agreed = is_agreed(plan.is_change(), &plan.files, &arguments, app).await?;
    if is_agreed {
        plan.make()?;
        say_done(&plan.files, app);
    }
    if !app.output.is_json() && !arguments.dry_run {
        say_other_goms(setup, app);
        say_next(&plan, app);
    }
    let SetupPlan { shells, store_files, files } = &plan;
    let object = || Json {
        changed: is_agreed,
        shells: shells.clone(),
        files: files.iter().map(FileJson::new).collect(),
        store_files: store_files.iter().map(|file| as_text(&file.path)).collect(),
        left: Vec::new(),
        other_goms: other_goms(setup),
    };
    app.output.result(object, |_| ());
    Ok(exit_code(arguments.dry_run && plan.is_change()))
}

/// Returns the completions of a shell. `None` if gom has none for it.
pub(super) fn completions_of(shell: Shell) -> Option<String> {
    Some(completions::script(CompletionShell::from_str(shell.name(), false).ok()?))
}

async fn undo(arguments: &Arguments, setup: Setup<'_>, app: &App) -> Result<ExitCode, Failure> {
    let plan = setup.plan_undo(&arguments.shells)?;
    // Lines of another store are its own business; anything else has to be looked at before gom changes a file.
    if plan.left_of_store().next().is_some() {
        return Err(all_failures(plan.left.into_iter().filter(|error| !error.is_of_other_store())));
    }
    for other in &plan.left {
        app.output.warn(&other.to_string());
        app.output.hint(&other.hint());
    }
    if !plan.is_change() {
        app.output.say("no start-up file has lines of gom's");
    }
    let is_agreed = is_agreed(plan.is_change(), &plan.files, arguments, app).await?;
    if is_agreed {
        plan.make()?;
        say_done(&plan.files, app);
        app.output.say("open shells keep their PATH; new ones start without gom");
    }
    let UndoPlan { files, left, store_files } = &plan;
    let object = || Json {
        changed: is_agreed,
        shells: shells_of(files),
        files: files.iter().map(FileJson::new).collect(),
        store_files: store_files.iter().map(|file| as_text(file)).collect(),
        left: left.iter().map(LeftJson::new).collect(),
        other_goms: other_goms(setup),
    };
    app.output.result(object, |_| ());
    Ok(exit_code(arguments.dry_run && plan.is_change()))
}

/// Shows the changes, and asks. Returns whether to make them.
async fn is_agreed(
    is_change: bool,
    files: &[FileChange],
    arguments: &Arguments,
    app: &App,
) -> Result<bool, Failure> {
    if !is_change || arguments.yes {
        return Ok(is_change);
    }
    if !app.output.is_json() {
        for change in files.iter().filter(|change| change.is_change()) {
            let diff = change.diff();
            let diff = diff.trim_end();
            if arguments.dry_run { app.output.data(diff) } else { app.output.say(diff) }
        }
    }
    if arguments.dry_run {
        return Ok(false);
    }
    let can_ask = can_ask() && !app.output.is_json();
    if can_ask {
        let agreed = app.ask("change these files?".to_owned()).await;
        if agreed.map_err(|cancelled| Failure::from(gom_core::Error::from(cancelled)))? {
            return Ok(true);
        }
    }
    Err(Failure::other(
        "nothing was changed",
        if arguments.undo {
            "run `gom setup --undo --yes` to change it without a question"
        } else {
            "run `gom setup --yes` to change it without a question"
        },
    ))
}

fn say_done(files: &[FileChange], app: &App) {
    for change in files.iter().filter(|change| change.is_change()) {
        let done = match (change.action, change.creates_file(), change.removes_file()) {
            (_, true, _) => "created",
            (_, _, true) => "removed",
            (Action::Remove, ..) => "took gom's lines out of",
            (Action::Add, ..) => "added gom's lines to",
            _ => "updated gom's lines in",
        };
        app.output.say(&format!("{done} {}", change.path.display()));
    }
}

fn say_other_goms(setup: Setup<'_>, app: &App) {
    for (gom, comes_first) in setup.other_goms() {
        let ours = app.ctx.store.layout().gom();
        let order = if comes_first { "before" } else { "after" };
        app.output.warn(&format!(
            "another gom is on PATH: `{}`, {order} `{}`",
            gom.display(),
            ours.display()
        ));
        app.output.hint("keep one of them: `type -a gom` lists both in the order of PATH");
    }
}

/// What to run in shells that are open.
fn say_next(plan: &SetupPlan, app: &App) {
    let shell = Shell::of_user(&app.ctx.environment).filter(|shell| plan.shells.contains(shell));
    let Some(shell) = shell.or_else(|| plan.shells.first().copied()) else { return };
    let layout = app.ctx.store.layout();
    let first = app.ctx.environment.var("PATH").and_then(|path| std::env::split_paths(&path).next());
    if first.as_ref() == Some(&layout.bin()) && !plan.is_change() {
        return;
    }
    let name = shell.name();
    app.output.say(&format!("new shells find gom's go first; in a {name} that is open, run:"));
    app.output.say(&format!("    {}", shell.source_command(layout)));
}

pub(super) fn all_failures(errors: impl IntoIterator<Item = ShellError>) -> Failure {
    let mut failures = errors.into_iter().map(Failure::from);
    let mut first = failures
        .next()
        .unwrap_or_else(|| Failure::new(ErrorKind::Failure, "nothing was changed", "run it again"));
    first.others = failures.collect();
    first
}

fn other_goms(setup: Setup<'_>) -> Vec<OtherGomJson> {
    let others = setup.other_goms().into_iter();
    others.map(|(path, comes_first)| OtherGomJson { path: as_text(&path), comes_first }).collect()
}

fn shells_of(files: &[FileChange]) -> Vec<Shell> {
    let mut shells: Vec<Shell> = files.iter().map(|file| file.shell).collect();
    shells.sort();
    shells.dedup();
    shells
}

fn exit_code(is_something_to_do: bool) -> ExitCode {
    if is_something_to_do { ExitCode::from(ErrorKind::ActionNeeded.exit_code()) } else { ExitCode::SUCCESS }
}

impl FileJson {
    fn new(change: &FileChange) -> FileJson {
        FileJson {
            shell: change.shell,
            path: as_text(&change.path),
            target: as_text(&change.target),
            action: change.action,
            creates_file: change.creates_file(),
            removes_file: change.removes_file(),
            diff: if change.is_change() { change.diff() } else { String::new() },
        }
    }
}

impl LeftJson {
    fn new(error: &ShellError) -> LeftJson {
        LeftJson { path: error.path().map(as_text), reason: error.to_string() }
    }
}
