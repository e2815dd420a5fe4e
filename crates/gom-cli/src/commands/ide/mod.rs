//! `gom ide`: makes an editor use the Go that gom selects, after it has shown the change and asked; with `--undo`, takes that
//! back.

mod check;
mod editor_name;
mod print;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use gom_ide::advice;
use gom_ide::change::FileChange;
use gom_ide::editor::Editor;
use gom_ide::goland;
use gom_ide::templates::Templates;
use gom_ide::undo::{self, UndoPlan};
use gom_ide::vscode::{self, Scope};
use gom_select::explain::ErrorKind;

use crate::app::App;
use crate::failure::Failure;
use crate::output::{can_ask, counted};
use editor_name::EditorName;
use print::Json;

/// Make an editor use the Go that gom selects, or undo it
///
/// VS Code: takes out of the project's settings what pins one Go for everybody, a fixed go.goroot or the path of a go; with
/// --user, writes the paths of gom's programs into your own settings, for an editor that starts without your PATH. Shows the
/// change first, explains each line, and asks; without a terminal it needs --yes. With --launch and --tasks it also adds launch
/// configurations and tasks to the project. For GoLand it prints the folder to choose, and writes it with --write; for the other
/// editors it prints the settings.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    after_help = "\
Examples:
  gom ide                          each editor, and what gom does for it
  gom ide check                    which go, gopls and dlv an editor would run
  gom ide vscode --dry-run         show what would change in this project
  gom ide vscode --user            gom's programs, in your own settings
  gom ide vscode --launch          what starts the debugger, too
  gom ide vscode --undo            take out only what gom has written
  gom ide goland                   the folder to choose in GoLand
  gom ide goland --write           write it into this project
  gom ide helix                    the settings, as text"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// The editor
    #[arg(value_name = "EDITOR")]
    editor: Option<EditorName>,
    /// Your own settings, instead of the project's
    #[arg(long)]
    user: bool,
    /// Also add the launch configurations that are missing in .vscode/launch.json
    #[arg(long, conflicts_with_all = ["user", "undo", "write"])]
    launch: bool,
    /// Also add the tasks that are missing in .vscode/tasks.json
    #[arg(long, conflicts_with_all = ["user", "undo", "write"])]
    tasks: bool,
    /// Write the folder for GoLand into this project, while GoLand is closed
    #[arg(long)]
    write: bool,
    /// Show what would change, and change nothing; ends with 10 if there is something to change
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Take out what gom has written
    #[arg(long)]
    undo: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Check(check::Arguments),
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    if let Some(Verb::Check(arguments)) = &arguments.verb {
        return check::run(arguments, app);
    }
    let Some(editor) = arguments.editor.map(EditorName::editor) else {
        if arguments.user || arguments.undo || arguments.yes || arguments.write || arguments.has_templates() {
            return Err(Failure::usage("no editor is named", "name it: `gom ide vscode`"));
        }
        return Ok(print::overview(app));
    };
    match editor {
        _ if editor != Editor::VsCode && arguments.has_templates() => {
            let message = format!("--launch and --tasks are for VS Code, not for {}", editor.title());
            Err(Failure::usage(message, "run `gom ide vscode --launch --tasks`").about(editor.name()))
        }
        Editor::VsCode if arguments.write => {
            Err(Failure::usage("--write is for GoLand", "run `gom ide vscode`, which asks before it writes"))
        }
        Editor::VsCode if arguments.undo => undo(editor, &arguments, app).await,
        Editor::VsCode => write_vscode(&arguments, app).await,
        Editor::GoLand if arguments.user => {
            Err(Failure::usage("GoLand's GOROOT is one of the project", "run `gom ide goland --write`"))
        }
        Editor::GoLand if arguments.undo => undo(editor, &arguments, app).await,
        Editor::GoLand if arguments.write => write_goland(&arguments, app).await,
        Editor::GoLand => print::goland(app),
        _ if arguments.user || arguments.undo || arguments.write => {
            let message = format!("gom writes no file of {}", editor.title());
            let command = ["gom ide", editor.name()].join(" ");
            let hint = format!("run `{command}` to see what to do");
            Err(Failure::usage(message, hint).about(editor.name()))
        }
        _ => Ok(print::settings(editor, &advice::of(editor, app.ctx.store.layout()), app)),
    }
}

impl Arguments {
    fn scope(&self) -> Scope {
        if self.user { Scope::User } else { Scope::Workspace }
    }

    fn has_templates(&self) -> bool {
        self.launch || self.tasks
    }

    fn templates(&self) -> Vec<Templates> {
        let asked = [(self.launch, Templates::Launch), (self.tasks, Templates::Tasks)];
        asked.into_iter().filter(|(is_asked, _)| *is_asked).map(|(_, templates)| templates).collect()
    }

    /// The command with these arguments, for hints.
    fn command(&self) -> String {
        let name = self.editor.map_or("vscode", |editor| editor.editor().name());
        let mut command = format!("gom ide {name}");
        let flags = [
            (self.user, " --user"),
            (self.launch, " --launch"),
            (self.tasks, " --tasks"),
            (self.undo, " --undo"),
            (self.write, " --write"),
        ];
        for (is_given, flag) in flags {
            if is_given {
                command.push_str(flag);
            }
        }
        command
    }
}

async fn write_vscode(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let plan = vscode::plan(&app.ctx, arguments.scope(), &arguments.templates())?;
    let json = |changed: bool| {
        Json::of_files(Editor::VsCode, arguments.scope(), &plan.files, changed, arguments.dry_run)
    };
    let is_change = !plan.files.is_empty();
    if is_change && is_agreed(&plan.files, arguments, app).await? {
        make(&plan.files, app)?;
        let is_setting = |file: &FileChange| file.settings.iter().any(|one| !one.reason.is_template());
        app.output.hint(if plan.files.iter().any(is_setting) {
            "run \"Developer: Reload Window\" in VS Code; what gom wrote, `--undo` takes out again"
        } else {
            "run `gom ide vscode --undo` to take out again what gom wrote"
        });
        return Ok(app.output.result(|| json(true), |_| ()));
    }
    if !is_change && arguments.has_templates() {
        app.output.say("nothing is missing in the files that you asked for");
    }
    if !is_change {
        app.output.say(match (arguments.user, plan.looked_at) {
            (true, _) => "your settings name gom's programs already",
            (false, 0) => "this project has no settings of VS Code: it follows gom by PATH",
            (false, _) => "this project's settings pin no Go: VS Code follows gom by PATH",
        });
    }
    app.output.result(|| json(false), |_| ());
    Ok(exit_code(is_change))
}

async fn write_goland(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let goroot = print::goroot(app)?;
    let files: Vec<FileChange> = goland::plan(&app.ctx, &goroot)?.into_iter().collect();
    let json =
        |changed: bool| Json::of_files(Editor::GoLand, Scope::Workspace, &files, changed, arguments.dry_run);
    if !files.is_empty() && !arguments.dry_run {
        goland::check_closed()?;
    }
    if !files.is_empty() && is_agreed(&files, arguments, app).await? {
        // It may have been started while the question was open.
        goland::check_closed()?;
        make(&files, app)?;
        return Ok(app.output.result(|| json(true), |_| ()));
    }
    if files.is_empty() {
        app.output.say("GoLand has the Go that gom selects here");
    }
    app.output.result(|| json(false), |_| ());
    Ok(exit_code(!files.is_empty()))
}

async fn undo(editor: Editor, arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    if editor == Editor::GoLand && !arguments.dry_run {
        goland::check_closed()?;
    }
    let plan = undo::plan(&app.ctx, editor, arguments.scope()).map_err(all_failures)?;
    let json =
        |changed: bool| Json::of_files(editor, arguments.scope(), changes(&plan), changed, arguments.dry_run);
    let files: Vec<FileChange> = changes(&plan).cloned().collect();
    if files.is_empty() {
        if !arguments.dry_run {
            plan.forget(app.ctx.store.layout())?;
        }
        app.output.say("nothing that gom wrote is left");
    } else if is_agreed(&files, arguments, app).await? {
        make(&files, app)?;
        plan.forget(app.ctx.store.layout())?;
        return Ok(app.output.result(|| json(true), |_| ()));
    }
    for file in plan.gone() {
        app.output.say(&format!("`{}` no longer exists", print::text_of(&file)));
    }
    app.output.result(|| json(false), |_| ());
    Ok(exit_code(!files.is_empty()))
}

fn changes(plan: &UndoPlan) -> impl Iterator<Item = &FileChange> {
    plan.files.iter().filter(|file| file.is_change())
}

fn make(files: &[FileChange], app: &App) -> Result<(), Failure> {
    for file in files {
        file.make(app.ctx.store.layout())?;
        let done = match (file.creates_file(), file.removes_file()) {
            (true, _) => "created",
            (_, true) => "removed",
            _ => "changed",
        };
        app.output.say(&format!("{done} {}", print::text_of(&file.path)));
    }
    Ok(())
}

/// Shows the changes, and asks. Returns whether to make them.
async fn is_agreed(files: &[FileChange], arguments: &Arguments, app: &App) -> Result<bool, Failure> {
    if arguments.yes {
        return Ok(true);
    }
    let count = counted(files.len(), "file");
    let can_ask = can_ask() && !app.output.is_json();
    if !arguments.dry_run && !can_ask {
        let command = arguments.command();
        let message = format!("{count} would be changed, and nobody can be asked");
        let hint = format!("run `{command} --dry-run` to see the change, then `{command} --yes`");
        return Err(Failure::usage(message, hint));
    }
    if !app.output.is_json() {
        let print = |line: &str| if arguments.dry_run { app.output.data(line) } else { app.output.say(line) };
        print::changes(files, &print);
    }
    if arguments.dry_run {
        return Ok(false);
    }
    if app.ask(format!("Change {count}?")).await? {
        return Ok(true);
    }
    Err(Failure::other(
        "nothing was changed",
        format!("run `{} --dry-run` to see it again", arguments.command()),
    ))
}

fn all_failures(errors: Vec<gom_ide::error::IdeError>) -> Failure {
    let mut failures = errors.into_iter().map(Failure::from);
    let mut first = failures.next().unwrap_or_else(|| Failure::other("nothing was changed", "run it again"));
    first.others = failures.collect();
    first
}

fn exit_code(is_something_to_do: bool) -> ExitCode {
    if is_something_to_do { ExitCode::from(ErrorKind::ActionNeeded.exit_code()) } else { ExitCode::SUCCESS }
}
