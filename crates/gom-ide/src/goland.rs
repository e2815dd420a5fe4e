//! The folder that GoLand takes as GOROOT: that of a real Go, never a shim. It is in the project's `.idea/workspace.xml`, which is
//! of one user and which GoLand writes when it ends, so gom writes it only on request, and only while no IDE runs.

use std::path::{Path, PathBuf};
use std::process::Command;

use gom_core::Context;
use gom_core::files;
use gom_core::go_command::GoCommand;
use gom_select::layout::Layout;

use crate::change::{Draft, FileChange, Owner};
use crate::editor::Editor;
use crate::error::IdeError;
use crate::places;
use crate::vscode::project;
use crate::workspace_xml;

/// The file, below the folder that GoLand has opened.
const WORKSPACE: &str = ".idea/workspace.xml";

/// Finds what has to change so that GoLand uses this folder in the project of the working directory. `None` if nothing has.
pub fn plan(ctx: &Context, goroot: &Path) -> Result<Option<FileChange>, IdeError> {
    let project = project(ctx)?;
    let file = workspace(ctx, project.root())?;
    let url = goroot.to_str().ok_or_else(|| IdeError::NotUtf8(goroot.to_owned()))?;
    let mut draft = Draft::read(&file, Owner::Project(project), Editor::GoLand)?;
    draft.set_goroot(&workspace_xml::escaped(url))?;
    draft.finish(ctx.store.layout())
}

/// The file of the nearest folder that GoLand has opened: the working directory or one above it in the project.
fn workspace(ctx: &Context, root: &Path) -> Result<PathBuf, IdeError> {
    let cwd = ctx.environment.cwd.as_deref().ok_or(IdeError::NoFolder)?;
    let real = files::real_path(cwd).unwrap_or_else(|_| cwd.to_owned());
    for folder in real.ancestors().take_while(|folder| folder.starts_with(root)) {
        let file = folder.join(WORKSPACE);
        if places::is_there(&file)? {
            return Ok(file);
        }
    }
    Err(IdeError::NoWorkspace(root.join(WORKSPACE)))
}

/// Fails if an IDE of `JetBrains` runs, or if that can't be told.
pub fn check_closed() -> Result<(), IdeError> {
    let running = if cfg!(target_os = "macos") { running_on_mac() } else { running_on_linux() };
    running.map_or(Ok(()), |program| Err(IdeError::Running(program)))
}

fn running_on_mac() -> Option<String> {
    let output = Command::new("/bin/ps").args(["-axo", "comm="]).env_clear().output();
    match output {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).lines().find_map(|line| is_ide(&[line]))
        }
        _ => Some("perhaps GoLand (`ps` does not tell)".to_owned()),
    }
}

fn running_on_linux() -> Option<String> {
    let processes = files::names_in(Path::new("/proc")).unwrap_or_default();
    let ids = processes.iter().filter(|name| name.to_str().is_some_and(|name| name.parse::<u32>().is_ok()));
    ids.into_iter().find_map(|id| {
        let file = Path::new("/proc").join(id).join("cmdline");
        // The process may have ended, or be another user's.
        let arguments = files::read_head(&file, 64 << 10).unwrap_or_default();
        let arguments = String::from_utf8_lossy(&arguments).into_owned();
        is_ide(&arguments.split('\0').collect::<Vec<_>>())
    })
}

/// The name of the IDE that a process with these arguments is: its launcher, or the Java that it starts.
fn is_ide(arguments: &[&str]) -> Option<String> {
    let program = arguments.first()?.rsplit('/').next()?;
    let by_launcher = match program {
        "goland" | "goland64" | "GoLand" => Some("GoLand"),
        "idea" | "idea64" | "IntelliJ IDEA" => Some("IntelliJ IDEA"),
        _ => None,
    };
    let selector = arguments.iter().find_map(|one| one.strip_prefix("-Didea.paths.selector="));
    let by_java = selector.filter(|name| {
        name.starts_with("GoLand") || name.starts_with("Idea") || name.starts_with("IntelliJ")
    });
    by_launcher.or(by_java).map(str::to_owned)
}

/// Returns the folder to choose for a Go: the link of its line, if that leads to it, because the link stays the same when a
/// patch is installed; else its own folder. `None` if the Go has no tree.
pub fn folder(layout: &Layout, go: &GoCommand) -> Option<PathBuf> {
    let goroot = go.goroot.as_ref()?;
    let line = go.version.as_ref().map(|version| layout.line(&version.line()));
    let is_same = |link: &PathBuf| match (files::real_path(link), files::real_path(goroot)) {
        (Ok(target), Ok(goroot)) => target == goroot,
        _ => false,
    };
    Some(line.filter(is_same).unwrap_or_else(|| goroot.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ide_is_known_by_its_launcher_and_by_its_java() {
        for (arguments, expected) in [
            (&["/opt/goland/bin/goland", ""][..], Some("GoLand")),
            (&["/Applications/GoLand.app/Contents/MacOS/goland"], Some("GoLand")),
            (
                &[
                    "/opt/idea/jbr/bin/java",
                    "-Xmx2g",
                    "-Didea.paths.selector=GoLand2026.1",
                    "com.intellij.idea.Main",
                ],
                Some("GoLand2026.1"),
            ),
            (&["vim", "goland"], None),
            (&["/usr/bin/java", "-Didea.paths.selector=PyCharm2026.1"], None),
            (&[""], None),
        ] {
            assert_eq!(is_ide(arguments).as_deref(), expected, "{arguments:?}");
        }
    }
}
