//! How much is in the caches, and how much of the build cache this job used.

use std::time::SystemTime;

use serde::Serialize;

use super::folders::build_cache;
use super::kind::CacheKind;
use super::size::DiskUsage;
use super::{paths, trim};
use crate::error::CiError;
use gom_core::context::Context;

/// What a CI found when it looked for a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CacheHit {
    /// The one of the key.
    Exact,
    /// One of a prefix.
    Prefix,
    /// None.
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

/// What is in a cache.
#[derive(Clone, Debug, Serialize)]
pub struct CacheStats {
    /// Which.
    #[serde(rename = "cache")]
    pub kind: CacheKind,
    /// Everything.
    pub all: DiskUsage,
    /// What this job used of it; only known of the build cache, and since a set-up.
    pub used: Option<DiskUsage>,
    /// What the CI found.
    pub restored: Option<CacheHit>,
}

/// Looks. `since` is when the job began.
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
