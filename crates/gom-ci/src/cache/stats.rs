//! The sizes of the caches, and how much of the build cache this job used.

use std::time::SystemTime;

use serde::Serialize;

use super::folders::build_cache;
use super::kind::CacheKind;
use super::size::DiskUsage;
use super::{paths, trim};
use crate::error::CiError;
use gom_core::context::Context;

/// The cache that a CI has restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CacheHit {
    /// The cache with the exact key.
    Exact,
    /// A cache that begins with a prefix.
    Prefix,
    /// No cache.
    Miss,
}

impl CacheHit {
    /// Its name, the same in text and `--json`.
    pub fn name(self) -> &'static str {
        match self {
            CacheHit::Exact => "exact",
            CacheHit::Prefix => "prefix",
            CacheHit::Miss => "miss",
        }
    }
}

/// The size of a cache.
#[derive(Clone, Debug, Serialize)]
pub struct CacheStats {
    /// The cache.
    #[serde(rename = "cache")]
    pub kind: CacheKind,
    /// All of its files.
    pub all: DiskUsage,
    /// The files that this job used; only known for the build cache, and after a set-up.
    pub used: Option<DiskUsage>,
    /// The cache that the CI has restored.
    pub restored: Option<CacheHit>,
}

/// Measures a cache. `since` is the start time of the job.
pub fn stats(
    ctx: &Context,
    kind: CacheKind,
    since: Option<SystemTime>,
    restored: Option<CacheHit>,
) -> Result<CacheStats, CiError> {
    let mut all = DiskUsage::default();
    for path in paths::of_kind(ctx, kind)? {
        all.add_below(&path)?;
    }
    let used = match (kind, since) {
        (CacheKind::Build, Some(since)) => Some(trim::used(&build_cache(ctx)?, since)?),
        _ => None,
    };
    Ok(CacheStats { kind, all, used, restored })
}
