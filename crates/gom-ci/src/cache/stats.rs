//! How much is in the caches, and how much of the build cache this job used.

use std::time::SystemTime;

use serde::Serialize;

use super::folders::build_cache;
use super::kind::Kind;
use super::size::Size;
use super::{paths, trim};
use crate::error::CiError;
use gom_core::context::Context;

/// What a CI found when it looked for a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hit {
    /// The one of the key.
    Exact,
    /// One of a prefix.
    Prefix,
    /// None.
    Miss,
}

impl Hit {
    /// Its name, the same in text and `--json`.
    pub fn name(self) -> &'static str {
        match self {
            Hit::Exact => "exact",
            Hit::Prefix => "prefix",
            Hit::Miss => "miss",
        }
    }
}

/// What is in a cache.
#[derive(Clone, Debug, Serialize)]
pub struct Stats {
    /// Which.
    #[serde(rename = "cache")]
    pub kind: Kind,
    /// Everything.
    pub all: Size,
    /// What this job used of it; only known of the build cache, and since a set-up.
    pub used: Option<Size>,
    /// What the CI found.
    pub restored: Option<Hit>,
}

/// Looks. `since` is when the job began.
pub fn stats(
    ctx: &Context,
    kind: Kind,
    since: Option<SystemTime>,
    restored: Option<Hit>,
) -> Result<Stats, CiError> {
    let mut all = Size::default();
    for path in paths::of_kind(ctx, kind)? {
        all.add_below(&path)?;
    }
    let used = match (kind, since) {
        (Kind::Build, Some(since)) => Some(trim::used(&build_cache(ctx)?, since)?),
        _ => None,
    };
    Ok(Stats { kind, all, used, restored })
}
