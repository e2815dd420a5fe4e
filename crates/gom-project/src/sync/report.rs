//! The result of a comparison: the places, and the edits that make them agree.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::mention::Mention;

use super::edit::FileEdit;
use super::judge::Agreement;
use super::survey::UnreadableFile;
use super::target::Target;

/// A place, and whether it agrees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, below the root, with `/`.
    pub file: String,
    /// The name of its kind.
    pub kind: &'static str,
    /// The version and its bytes.
    pub mention: Mention,
    /// Whether it agrees.
    pub agreement: Agreement,
    /// Why, as a clause; may be empty if it agrees.
    pub reason: String,
    /// The bytes that an edit writes there.
    pub new: Option<String>,
    /// What to do by hand.
    pub hint: Option<String>,
}

/// The places of a project.
#[derive(Debug)]
pub struct SyncReport {
    /// The project's root.
    pub root: PathBuf,
    /// What the places are compared with.
    pub target: Target,
    /// The places, those first that decide which Go runs.
    pub places: Vec<Place>,
    /// Files that are not valid. Nothing is known about the versions in them.
    pub unreadable: Vec<UnreadableFile>,
    /// Whether a part of the tree was not searched.
    pub is_cut: bool,
    /// The edits that make the places agree.
    pub edits: Vec<FileEdit>,
    /// The tags of the official image that edits write or would write, each a version and a variant.
    pub asked_tags: BTreeSet<(String, String)>,
    /// Those of them of which nothing is known.
    pub unknown_tags: Vec<String>,
}

impl SyncReport {
    /// Whether every place agrees.
    pub fn is_in_step(&self) -> bool {
        self.places.iter().all(|place| place.agreement != Agreement::OutOfStep)
    }

    /// The places that no edit makes agree.
    pub fn by_hand(&self) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(|place| place.agreement == Agreement::OutOfStep && place.new.is_none())
    }

    /// The places that an edit changes.
    pub fn edited(&self) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(|place| place.agreement == Agreement::OutOfStep && place.new.is_some())
    }
}
