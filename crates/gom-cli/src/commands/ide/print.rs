//! How `gom ide` prints changes, texts for editors, and the folder for GoLand.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gom_core::files;
use gom_core::go_command::GoCommand;
use gom_core::path_text::as_text;
use gom_ide::advice::Advice;
use gom_ide::change::FileChange;
use gom_ide::editor::Editor;
use gom_ide::goland;
use gom_ide::setting::Action;
use gom_ide::vscode::Scope;
use gom_project::printable::printable;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;

/// The object of `--json`.
#[derive(Serialize)]
pub(super) struct Json<'a> {
    editor: Editor,
    /// Whose settings; null where gom writes none.
    scope: Option<Scope>,
    changed: bool,
    dry_run: bool,
    files: Vec<FileJson>,
    /// What to write by hand.
    texts: &'a [Advice],
    /// The folder to choose.
    goroot: Option<String>,
    docs: &'static str,
}

#[derive(Serialize)]
pub(super) struct FileJson {
    path: String,
    /// The file that is written: another one than `path` if that is a link.
    target: String,
    creates_file: bool,
    removes_file: bool,
    diff: String,
    settings: Vec<SettingJson>,
}

#[derive(Serialize)]
struct SettingJson {
    name: String,
    action: Action,
    reason: &'static str,
    docs: &'static str,
}

/// The object of `gom ide --json`.
#[derive(Serialize)]
struct OverviewJson {
    editors: Vec<EditorJson>,
}

#[derive(Serialize)]
struct EditorJson {
    name: &'static str,
    title: &'static str,
    what: &'static str,
    docs: &'static str,
}

impl Json<'_> {
    pub(super) fn of_files<'f>(
        editor: Editor,
        scope: Scope,
        files: impl IntoIterator<Item = &'f FileChange>,
        changed: bool,
        is_dry: bool,
    ) -> Json<'static> {
        Json {
            editor,
            scope: Some(scope),
            changed,
            dry_run: is_dry,
            files: files.into_iter().map(FileJson::new).collect(),
            texts: &[],
            goroot: None,
            docs: editor.docs(),
        }
    }
}

impl FileJson {
    fn new(change: &FileChange) -> FileJson {
        let settings = change.settings.iter().map(|one| SettingJson {
            name: one.name.clone(),
            action: one.action,
            reason: one.reason.text(),
            docs: one.docs(),
        });
        FileJson {
            path: as_text(&change.path),
            target: as_text(&change.target),
            creates_file: change.creates_file(),
            removes_file: change.removes_file(),
            diff: change.diff(),
            settings: settings.collect(),
        }
    }
}

/// A path as it is shown: a project may have any name.
pub(super) fn text_of(path: &Path) -> String {
    printable(&as_text(path))
}

/// Prints the changes, and why each setting changes.
pub(super) fn changes(files: &[FileChange], print: &dyn Fn(&str)) {
    for file in files {
        for line in file.diff().trim_end().split('\n') {
            print(&printable(line.trim_end_matches('\r')));
        }
        for setting in &file.settings {
            let verb = match setting.action {
                Action::Add => "added",
                Action::Change => "changed",
                Action::Remove => "removed",
            };
            let name = printable(&setting.name);
            print(&format!("{name} is {verb}: {} ({})", setting.reason.text(), setting.docs()));
        }
    }
}

/// What gom does for an editor.
fn what(editor: Editor) -> &'static str {
    match editor {
        Editor::VsCode => "takes out what pins a Go; --user writes gom's programs into your settings",
        Editor::GoLand => "prints the folder to choose; --write writes it into the project",
        _ => "prints the settings",
    }
}

/// Prints what gom does for each editor.
pub(super) fn overview(app: &App) -> ExitCode {
    let object = || OverviewJson {
        editors: Editor::ALL
            .into_iter()
            .map(|editor| EditorJson {
                name: editor.name(),
                title: editor.title(),
                what: what(editor),
                docs: editor.docs(),
            })
            .collect(),
    };
    app.output.result(object, |output| {
        for editor in Editor::ALL {
            output.data(&format!("gom ide {:<8} {}: {}", editor.name(), editor.title(), what(editor)));
        }
    })
}

/// Prints the texts for an editor.
pub(super) fn settings(editor: Editor, texts: &[Advice], app: &App) -> ExitCode {
    let object = || Json {
        editor,
        scope: None,
        changed: false,
        dry_run: false,
        files: Vec::new(),
        texts,
        goroot: None,
        docs: editor.docs(),
    };
    app.output.result(object, |output| {
        output.say(&format!("{} finds gopls and dlv on PATH. If it starts without yours:", editor.title()));
        for text in texts {
            output.say(&format!("in {}", text.file));
            output.data(&text.text);
        }
        if !files::exists(&app.ctx.store.layout().bin().join("gopls")) {
            output.hint("run `gom tools install golang.org/x/tools/gopls@latest`, which makes that link");
        }
    })
}

/// The folder to choose in GoLand.
pub(super) fn goroot(app: &App) -> Result<PathBuf, Failure> {
    let go = GoCommand::selected(&app.ctx)?;
    goland::folder(app.ctx.store.layout(), &go).ok_or_else(|| {
        let message = format!("can't tell the GOROOT of `{}`", go.program.display());
        Failure::other(message, "run `go env GOROOT`").about(as_text(&go.program))
    })
}

/// Prints the folder to choose in GoLand.
pub(super) fn goland(app: &App) -> Result<ExitCode, Failure> {
    let goroot = goroot(app)?;
    let layout = app.ctx.store.layout();
    let object = || Json {
        editor: Editor::GoLand,
        scope: None,
        changed: false,
        dry_run: false,
        files: Vec::new(),
        texts: &[],
        goroot: Some(as_text(&goroot)),
        docs: Editor::GoLand.docs(),
    };
    Ok(app.output.result(object, |output| {
        output.say("in Settings, Go, GOROOT: the plus, Local, and this folder; a shim does not work");
        output.data_path(&goroot);
        if goroot.starts_with(layout.lines()) {
            output.say("it is a link to the newest installed patch; restart GoLand after an upgrade");
        }
    }))
}
