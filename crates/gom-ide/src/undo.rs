//! Takes out what gom wrote into settings, by its records.

use std::path::{Path, PathBuf};

use gom_core::Context;
use gom_core::project::Project;
use gom_select::layout::Layout;

use crate::change::{FileChange, Owner};
use crate::editor::Editor;
use crate::error::IdeError;
use crate::record::{self, Record};
use crate::vscode::{Scope, project};

/// What undoing changes.
#[derive(Debug)]
pub struct UndoPlan {
    /// The files from which gom's settings are taken out.
    pub files: Vec<FileChange>,
    /// The records of files that are gone.
    gone: Vec<Record>,
}

/// Finds what to take out of the settings of the working directory's project, or of those of the user. If a setting is not
/// as gom wrote it, that is an error for its file, and no file is changed.
pub fn plan(ctx: &Context, editor: Editor, scope: Scope) -> Result<UndoPlan, Vec<IdeError>> {
    let project = match scope {
        Scope::Workspace => Some(project(ctx).map_err(|error| vec![error])?),
        Scope::User => None,
    };
    let layout = ctx.store.layout();
    let records =
        record::all(layout, editor, project.as_ref().map(Project::root)).map_err(|error| vec![error])?;
    let (mut files, mut gone, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for record in records {
        let owner = project.clone().map_or(Owner::User, Owner::Project);
        match FileChange::undo(&record, owner) {
            Ok(Some(change)) => files.push(change),
            Ok(None) => gone.push(record),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(UndoPlan { files, gone }) } else { Err(errors) }
}

impl UndoPlan {
    /// The files that no longer exist.
    pub fn gone(&self) -> impl Iterator<Item = PathBuf> {
        self.gone.iter().map(|record| Path::new(&record.file).to_owned())
    }

    /// Whether a file changes.
    pub fn is_change(&self) -> bool {
        self.files.iter().any(FileChange::is_change)
    }

    /// Forgets the records that nothing is left of.
    pub fn forget(&self, layout: &Layout) -> Result<(), IdeError> {
        for record in &self.gone {
            record.emptied().keep(layout)?;
        }
        // What somebody took out by hand needs no write.
        for change in self.files.iter().filter(|change| !change.is_change()) {
            change.make(layout)?;
        }
        Ok(())
    }
}
