//! The result of verifying a tree, and the hashing of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gom_select::toolchain::ToolchainId;
use gom_sumdb::LogRecord;

use super::outcome::VerifyOutcome;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::report::Event;
use crate::tree::{Difference, DifferenceKind, TreeOnDisk};

/// How many files there are between two progress events.
const EVENT_EVERY: usize = 64;

/// The result of verifying a tree.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The toolchain it should be.
    pub id: ToolchainId,
    /// The GOROOT of the tree.
    pub goroot: PathBuf,
    /// Whether the tree is as published.
    pub outcome: VerifyOutcome,
    /// The proven record that it was compared with, if there is one.
    pub authority: Option<Authority>,
    /// The number of files that were hashed.
    pub files: usize,
    /// The differences from what was published, if a proven list can name the files.
    pub differences: Vec<Difference>,
    /// Notes for the user, as sentences.
    pub notes: Vec<String>,
}

/// A record of a checksum database that was proven by the database's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// The database's name.
    pub log: String,
    /// The record.
    pub record: LogRecord,
}

impl Verified {
    /// A result whose outcome is known without a comparison.
    pub(super) fn without_comparison(id: &ToolchainId, goroot: PathBuf, outcome: VerifyOutcome) -> Verified {
        Verified {
            id: id.clone(),
            goroot,
            outcome,
            authority: None,
            files: 0,
            differences: Vec::new(),
            notes: Vec::new(),
        }
    }
}

impl Verified {
    /// Adds a note with the names of files that macOS put into the tree. No hash covers them, and Go does not
    /// read them.
    pub(super) fn note_of_finder(&mut self, found: &TreeOnDisk) {
        const MOST_NAMED: usize = 5;
        let left = &found.of_finder;
        if left.is_empty() {
            return;
        }
        let named = left.iter().take(MOST_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = left.len().saturating_sub(MOST_NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        self.notes.push(format!("left by macOS and not compared: {named}{more}"));
    }
}

/// Returns the outcome for the differences between the proven and the found files.
pub(super) fn outcome_of(differences: &[Difference]) -> VerifyOutcome {
    if differences.is_empty() {
        VerifyOutcome::Proven
    } else if differences.iter().all(|one| one.kind == DifferenceKind::Edited) {
        VerifyOutcome::Edited
    } else {
        VerifyOutcome::Changed
    }
}

/// Hashes a tree in its own thread.
pub(super) async fn hash(ctx: &Context, root: &Path) -> Result<TreeOnDisk> {
    let (root, cancel, reporter) = (root.to_path_buf(), ctx.cancel.clone(), Arc::clone(&ctx.reporter));
    let read = move || {
        let tree = root.file_name().unwrap_or(root.as_os_str()).to_string_lossy();
        let begun = |done: usize, files: usize| {
            // Not for each file: a tree has more than ten thousand.
            if done.is_multiple_of(EVENT_EVERY) {
                let (done, files) = (done as u64, files as u64);
                reporter.event(Event::Checking { tree: &tree, done, files });
            }
        };
        let found = TreeOnDisk::read(&root, &cancel, &begun);
        reporter.event(Event::Checked(&tree));
        found
    };
    match tokio::task::spawn_blocking(read).await {
        Ok(found) => Ok(found?),
        // The thread panicked, which is a bug in gom.
        Err(error) => Err(Error::Internal(error.to_string())),
    }
}
