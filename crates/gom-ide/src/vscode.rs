//! What the settings of VS Code should say, so that it uses the Go that gom selects.
//!
//! A workspace's settings are for everybody who works on the project, so gom only takes out what is true on one machine
//! alone. The user's own settings get the paths of gom's programs, which stay the same after each upgrade.

use std::io::ErrorKind;
use std::path::Path;

use gom_core::Context;
use gom_core::files;
use gom_core::project::Project;
use gom_select::layout::Layout;
use gom_select::version::ReleaseLine;

use crate::change::{Draft, FileChange, Owner};
use crate::editor::Editor;
use crate::error::IdeError;
use crate::jsonc;
use crate::places;
use crate::setting::Reason;
use crate::templates::Templates;

/// Whose settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Those of the project.
    Workspace,
    /// Those of the user.
    User,
}

/// What has to change.
#[derive(Debug)]
pub struct Plan {
    /// The files that change.
    pub files: Vec<FileChange>,
    /// How many files with settings were looked at.
    pub looked_at: usize,
}

/// The tools whose paths the extension takes from the settings.
const TOOLS: [&str; 2] = ["gopls", "dlv"];

/// Finds what has to change in the settings of the working directory's project, or in those of the user. The templates that are
/// asked for go into files of the project.
pub fn plan(ctx: &Context, scope: Scope, templates: &[Templates]) -> Result<Plan, IdeError> {
    let layout = ctx.store.layout();
    let mut drafts = match scope {
        Scope::Workspace => {
            let project = project(ctx)?;
            let cwd = ctx.environment.cwd.as_deref().ok_or(IdeError::NoFolder)?;
            let files = places::of_workspace(cwd, project.root())?;
            let drafts = files.iter().map(|file| {
                let mut draft = Draft::read(file, Owner::Project(project.clone()), Editor::VsCode)?;
                take_out_pins(&mut draft, places::keys_above(file))?;
                Ok(draft)
            });
            drafts.collect::<Result<Vec<_>, IdeError>>()?
        }
        Scope::User => {
            let files = user_files(ctx)?;
            let drafts = files.iter().map(|file| {
                let mut draft = Draft::read(file, Owner::User, Editor::VsCode)?;
                name_programs(&mut draft, layout)?;
                Ok(draft)
            });
            drafts.collect::<Result<Vec<_>, IdeError>>()?
        }
    };
    let looked_at = drafts.iter().filter(|draft| draft.exists()).count();
    for kind in templates {
        let project = project(ctx)?;
        let file = project.root().join(kind.file());
        let mut draft = Draft::read(&file, Owner::Project(project), Editor::VsCode)?;
        kind.add_to(&mut draft)?;
        drafts.push(draft);
    }
    let changes: Result<Vec<_>, IdeError> = drafts.into_iter().map(|draft| draft.finish(layout)).collect();
    let mut files: Vec<FileChange> = changes?.into_iter().flatten().collect();
    // Two links may lead to the same file.
    files.dedup_by(|a, b| a.target == b.target);
    Ok(Plan { files, looked_at })
}

/// The project of the working directory.
pub(crate) fn project(ctx: &Context) -> Result<Project, IdeError> {
    let cwd = ctx.environment.cwd.as_deref().ok_or(IdeError::NoFolder)?;
    Ok(Project::of_go(cwd)?)
}

fn user_files(ctx: &Context) -> Result<Vec<std::path::PathBuf>, IdeError> {
    let layout = ctx.store.layout();
    if ctx.environment.home.as_deref().is_none_or(|home| !home.is_absolute()) {
        return Err(IdeError::NoHome);
    }
    let go = layout.bin().join("go");
    if !places::is_there(&go)? {
        return Err(IdeError::NoGo { go });
    }
    let files = places::of_user(&ctx.environment, cfg!(target_os = "macos"))?;
    if files.is_empty() { Err(IdeError::NoUserSettings) } else { Ok(files) }
}

/// Takes out of a workspace's settings what names a Go of one machine.
fn take_out_pins(draft: &mut Draft, above: &[&str]) -> Result<(), IdeError> {
    let keys = |words: &[&str]| keys(above, words);
    remove_goroot(draft, &keys(&["go.goroot"]))?;
    let builder = keys(&["go.toolsManagement.go"]);
    while jsonc::string(&draft.text, &builder).is_some_and(|path| is_path(&path)) {
        draft.remove(&builder, &builder, Reason::PathOfOneMachine)?;
    }
    let (tools, go) = (keys(&["go.alternateTools"]), keys(&["go.alternateTools", "go"]));
    if jsonc::string(&draft.text, &go).is_some_and(|path| is_path(&path)) {
        // Nothing is left of the object.
        let is_only = jsonc::keys_of(&draft.text, &tools).is_some_and(|names| names == ["go"]);
        let whole = is_only && !jsonc::has_comment(&draft.text, &tools);
        draft.remove(if whole { &tools } else { &go }, &go, Reason::PathOfOneMachine)?;
    }
    Ok(())
}

/// Writes the paths of gom's programs into the user's settings.
fn name_programs(draft: &mut Draft, layout: &Layout) -> Result<(), IdeError> {
    remove_goroot(draft, &keys(&[], &["go.goroot"]))?;
    let text =
        |path: &Path| path.to_str().map(str::to_owned).ok_or_else(|| IdeError::NotUtf8(path.to_owned()));
    let mut set =
        |words: &[&str], path: &Path, reason: Reason| draft.set(&keys(&[], words), &text(path)?, reason);
    set(&["go.alternateTools", "go"], &layout.bin().join("go"), Reason::OwnGo)?;
    for tool in TOOLS {
        let program = layout.bin().join(tool);
        if places::is_there(&program)? {
            set(&["go.alternateTools", tool], &program, Reason::OwnTool)?;
        }
    }
    if let Some(line) = newest_line(layout)? {
        set(&["go.toolsManagement.go"], &layout.line(&line).join("bin/go"), Reason::NewestGo)?;
    }
    Ok(())
}

fn remove_goroot(draft: &mut Draft, goroot: &[String]) -> Result<(), IdeError> {
    // VS Code takes the last one; after that is gone, the one before would count.
    while jsonc::string(&draft.text, goroot).is_some_and(|path| !path.is_empty()) {
        draft.remove(goroot, goroot, Reason::PinnedGoroot)?;
    }
    Ok(())
}

/// Whether a program is named by a path: a word alone is looked for on PATH.
fn is_path(text: &str) -> bool {
    text.contains(['/', '\\'])
}

fn keys(above: &[&str], words: &[&str]) -> Vec<String> {
    above.iter().chain(words).map(|word| (*word).to_owned()).collect()
}

/// The newest line with an installed toolchain. What can't be looked at is an error: it may be that one.
fn newest_line(layout: &Layout) -> Result<Option<ReleaseLine>, IdeError> {
    let folder = layout.lines();
    let names = match files::names_in(&folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        names => names.map_err(|error| places::not_readable(&folder, &error))?,
    };
    let mut newest = None;
    for line in names.iter().filter_map(|name| ReleaseLine::parse(name.to_str()?).ok()) {
        if places::is_there(&layout.line(&line).join("bin/go"))? {
            newest = newest.max(Some(line));
        }
    }
    Ok(newest)
}
