//! The three caches.

use serde::Serialize;

/// One of the caches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Trees of the store with their receipts.
    Toolchains,
    /// GOMODCACHE.
    Modules,
    /// GOCACHE.
    Build,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 3] = [Kind::Toolchains, Kind::Modules, Kind::Build];

    /// Its name, the same in text and `--json`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Toolchains => "toolchains",
            Kind::Modules => "modules",
            Kind::Build => "build",
        }
    }
}
