//! What `gom doctor --fix` changes: shown, agreed to, then made.

use std::collections::{BTreeMap, BTreeSet};

use gom_core::shell::Shell;
use gom_doctor::Group;
use gom_doctor::finding::Edit;
use gom_doctor::mend::{self, WantedEdits};
use gom_select::explain::ErrorKind;

use super::set_up;
use crate::app::App;
use crate::failure::Failure;

/// The changes of files.
pub(crate) struct Fixes {
    files: BTreeMap<String, Vec<Edit>>,
    shells: Vec<Shell>,
    /// What changes in the shells' start-up files, or why they can't be changed.
    set_up: Result<Vec<String>, Failure>,
}

impl Fixes {
    /// The changes that fix these findings, and those that set up more shells. Notes are left alone unless they are asked
    /// for.
    pub(crate) fn of(groups: &[Group], with_notes: bool, more: &[Shell], app: &App) -> Fixes {
        let WantedEdits { files, shells } = mend::edits(groups, with_notes);
        let shells: BTreeSet<Shell> = shells.into_iter().chain(more.iter().copied()).collect();
        let shells: Vec<Shell> = shells.into_iter().collect();
        let set_up = set_up::changes(&shells, app);
        Fixes { files, shells, set_up }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.set_up.as_ref().is_ok_and(Vec::is_empty)
    }

    /// One line for each change.
    pub(crate) fn lines(&self) -> Vec<String> {
        let of_lines = self.files.values().flatten().map(ToString::to_string);
        of_lines.chain(self.set_up.iter().flatten().cloned()).collect()
    }

    /// Makes them.
    pub(crate) fn make(self, app: &App) -> Result<(), Failure> {
        for (file, edits) in self.files {
            apply(&file, edits, app)?;
        }
        // Last: gom's lines have to come after the lines that were changed, and a start-up file that gom can't write does
        // not stop the other edits.
        self.set_up?;
        set_up::make(&self.shells, app)
    }
}

fn apply(file: &str, edits: Vec<Edit>, app: &App) -> Result<(), Failure> {
    let mended = mend::apply(file, edits).map_err(|error| {
        Failure::new(
            ErrorKind::Failure,
            format!("can't change `{file}`: {error}"),
            "make it writable, or change it by hand",
        )
    })?;
    for edit in &mended.skipped {
        app.output.warn(&format!("skipped, because the line has changed: {edit}"));
    }
    if let Some(undo) = mended.undo() {
        app.output.say(&format!("changed {}; to undo: {undo}", mended.file.display()));
    }
    Ok(())
}
