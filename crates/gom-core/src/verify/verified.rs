//! What came of verifying a tree, and the hashing of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gom_select::toolchain::ToolchainId;
use gom_sumdb::LogRecord;

use super::outcome::VerifyOutcome;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::report::Event;
use crate::tree::{Difference, DifferenceKind, TreeOnDisk};

/// After how many files a front end hears of them.
const EVENT_EVERY: usize = 64;

/// What came of verifying a tree.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The toolchain it should be.
    pub id: ToolchainId,
    /// The tree.
    pub goroot: PathBuf,
    /// Whether it is.
    pub outcome: VerifyOutcome,
    /// The record it was compared with, where there is a proven one.
    pub authority: Option<Authority>,
    /// The number of files that were hashed.
    pub files: usize,
    /// How it differs from what was published, as far as the files can be told.
    pub differences: Vec<Difference>,
    /// What else is to be said, in words.
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
    /// Nothing is known yet, and the outcome stands already.
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
    /// Names what macOS put into the tree, which no hash covers and Go does not read.
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

/// The outcome that differences between proven and found files stand for.
pub(super) fn outcome_of(differences: &[Difference]) -> VerifyOutcome {
    if differences.is_empty() {
        VerifyOutcome::Proven
    } else if differences.iter().all(|one| one.kind == DifferenceKind::Edited) {
        VerifyOutcome::Edited
    } else {
        VerifyOutcome::Changed
    }
}

/// Hashes a tree in a thread of its own.
pub(super) async fn hash(ctx: &Context, root: &Path) -> Result<TreeOnDisk> {
    let (root, cancel, reporter) = (root.to_path_buf(), ctx.cancel.clone(), Arc::clone(&ctx.reporter));
    let read = move || {
        let tree = root.file_name().unwrap_or(root.as_os_str()).to_string_lossy();
        let begun = |done: usize, files: usize| {
            // Not each one: a tree has more than ten thousand.
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
        // The thread panicked, which is a fault of gom's own.
        Err(error) => Err(Error::Internal(error.to_string())),
    }
}
