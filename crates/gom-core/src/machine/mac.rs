//! What a Mac is beside its platform: its macOS, and whether it can run, and now runs, programs for Intel.
//!
//! Owns: where that is read. Never: decides anything by it, see [`crate::machine::fitness`]. Invariant: elsewhere there
//! is no [`Mac`], so whoever asks has said what happens there.

use std::path::Path;

use gom_select::hardware;

use crate::files;

/// Its file is there if and only if Rosetta is installed.
pub const ROSETTA: &str = "/Library/Apple/usr/share/rosetta/rosetta";

/// The Mac under this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mac {
    /// The version of macOS: `15.1`.
    pub version: String,
    /// Rosetta is there, and runs programs for Intel.
    pub has_rosetta: bool,
    /// Rosetta translates this process.
    pub is_translated: bool,
}

impl Mac {
    /// This machine, if it is one.
    pub(crate) fn here() -> Option<Mac> {
        Some(Mac {
            version: hardware::macos_version()?,
            has_rosetta: files::exists(Path::new(ROSETTA)),
            is_translated: hardware::is_translated(),
        })
    }
}
