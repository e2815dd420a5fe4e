//! What a CI keeps between jobs, in three caches with keys of their own: toolchains, modules, and the build
//! cache. Here are the keys, the paths, what is in them, and what need not be kept. A CI moves the bytes.
//!
//! - [`plan`]: which caches a job has, by name and path.
//! - [`key`]: the names, from exact to broad; of [`dependencies`], the [`image`] and the [`build_id`].
//! - [`paths`]: what to keep, and making room for what comes back.
//! - [`trim`]: the build cache without what this job did not use; [`save`]: whether a cache is worth keeping.
//! - [`stats`]: how much there is.

pub mod build_id;
pub mod dependencies;
pub mod image;
pub mod key;
pub mod paths;
pub mod plan;
pub mod save;
pub mod stats;
pub mod trim;

use std::path::PathBuf;

use serde::Serialize;

use crate::error::CiError;
use gom_core::context::Context;
use gom_core::go_paths::GoPaths;

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

/// GOMODCACHE.
pub(crate) fn module_cache(ctx: &Context) -> Result<PathBuf, CiError> {
    let folder = GoPaths::read(&ctx.environment).module_cache;
    folder.ok_or(CiError::NoFolder { what: "modules", variable: "GOMODCACHE" })
}

/// GOCACHE.
pub(crate) fn build_cache(ctx: &Context) -> Result<PathBuf, CiError> {
    let folder = GoPaths::read(&ctx.environment).build_cache;
    folder.ok_or(CiError::NoFolder { what: "the build cache", variable: "GOCACHE" })
}
