//! The three caches.

use serde::Serialize;

/// One of the caches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CacheKind {
    /// Trees of the store with their receipts.
    Toolchains,
    /// GOMODCACHE.
    Modules,
    /// GOCACHE.
    Build,
}

impl CacheKind {
    /// All of them.
    pub const ALL: [CacheKind; 3] = [CacheKind::Toolchains, CacheKind::Modules, CacheKind::Build];

    /// Its name, the same in text and `--json`.
    pub fn name(self) -> &'static str {
        match self {
            CacheKind::Toolchains => "toolchains",
            CacheKind::Modules => "modules",
            CacheKind::Build => "build",
        }
    }
}
