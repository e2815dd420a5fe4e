//! Facts about a Mac besides its platform: its macOS version, whether Rosetta is installed, and whether it
//! translates this process.
//!
//! Owns: where these facts are read. Never: decides anything, see [`crate::machine::fitness`]. Invariant: on
//! other systems there is no [`Mac`], so each caller has to handle that case.

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
    /// Whether Rosetta is installed, so that programs for Intel run.
    pub has_rosetta: bool,
    /// Whether Rosetta translates this process.
    pub is_translated: bool,
}

impl Mac {
    /// Describes this machine; `None` if it is not a Mac.
    pub(crate) fn here() -> Option<Mac> {
        Some(Mac {
            version: hardware::macos_version()?,
            has_rosetta: files::exists(Path::new(ROSETTA)),
            is_translated: hardware::is_translated(),
        })
    }
}
