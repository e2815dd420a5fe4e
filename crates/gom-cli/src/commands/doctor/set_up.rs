//! The part of `gom doctor --fix` that `gom setup` does: gom's lines in the shells' start-up files.

use gom_core::shell::Shell;
use gom_shell::{Action, FileChange, Setup, SetupPlan};

use crate::app::App;
use crate::commands::setup;
use crate::failure::Failure;

/// Describes what changes in the start-up files of these shells; nothing if they are as they should be.
pub(super) fn changes(shells: &[Shell], app: &App) -> Result<Vec<String>, Failure> {
    let describe = |change: &FileChange| {
        let path = change.path.display();
        match change.action {
            Action::Update => format!("update gom's lines in {path}"),
            _ => format!("add gom's lines to the end of {path}"),
        }
    };
    Ok(changed_files(&plan(shells, app)?).map(describe).collect())
}

/// Changes the files.
pub(super) fn make(shells: &[Shell], app: &App) -> Result<(), Failure> {
    let plan = plan(shells, app)?;
    plan.make()?;
    for change in changed_files(&plan) {
        let path = change.path.display();
        app.output.say(&format!("put gom's lines into {path}; to undo: gom setup --undo"));
    }
    Ok(())
}

/// Nothing is planned without a shell, because [`Setup::plan`] would choose shells by itself.
fn plan(shells: &[Shell], app: &App) -> Result<SetupPlan, Failure> {
    if shells.is_empty() {
        return Ok(SetupPlan { shells: Vec::new(), store_files: Vec::new(), files: Vec::new() });
    }
    Setup::of(&app.ctx).plan(shells, setup::completions_of).map_err(setup::all_failures)
}

fn changed_files(plan: &SetupPlan) -> impl Iterator<Item = &FileChange> {
    plan.files.iter().filter(|change| change.is_change())
}
