//! Options that several verbs of `gom ci cache` share.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::{Args, ValueEnum};
use gom_ci::cache::CacheKind;
use gom_ci::cache::stats::CacheHit;
use gom_ci::job::Job;

/// Which caches.
#[derive(Debug, Args)]
pub(super) struct KindArgs {
    /// The caches; all of them if none is given
    #[arg(value_name = "CACHE")]
    pub(super) kinds: Vec<KindArg>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum KindArg {
    /// Toolchains of the store
    Toolchains,
    /// GOMODCACHE
    Modules,
    /// GOCACHE
    Build,
}

impl KindArg {
    pub(super) fn kind(self) -> CacheKind {
        match self {
            KindArg::Toolchains => CacheKind::Toolchains,
            KindArg::Modules => CacheKind::Modules,
            KindArg::Build => CacheKind::Build,
        }
    }
}

impl KindArgs {
    /// The caches, each once, in the order of [`CacheKind::ALL`].
    pub(super) fn kinds(&self) -> Vec<CacheKind> {
        let named = |kind: &CacheKind| self.kinds.iter().any(|named| named.kind() == *kind);
        CacheKind::ALL.into_iter().filter(|kind| self.kinds.is_empty() || named(kind)).collect()
    }
}

/// What the CI found.
#[derive(Debug, Args)]
pub(super) struct RestoredArgs {
    /// What the CI found: exact (its key), prefix or miss (may be repeated)
    #[arg(long, value_name = "CACHE=HIT", value_parser = restored)]
    pub(super) restored: Vec<(CacheKind, CacheHit)>,
}

impl RestoredArgs {
    pub(super) fn of(&self, kind: CacheKind) -> Option<CacheHit> {
        self.restored.iter().rev().find(|(other, _)| *other == kind).map(|(_, hit)| *hit)
    }
}

fn restored(text: &str) -> Result<(CacheKind, CacheHit), String> {
    let (kind, hit) = text.split_once('=').ok_or("write CACHE=HIT, such as build=prefix")?;
    let kind = KindArg::from_str(kind, false)?.kind();
    let hit =
        [CacheHit::Exact, CacheHit::Prefix, CacheHit::Miss].into_iter().find(|known| known.name() == hit);
    Ok((kind, hit.ok_or("HIT is exact, prefix or miss")?))
}

/// When the job began.
#[derive(Debug, Args)]
pub(super) struct SinceArgs {
    /// When the job began, in seconds since 1970 [default: GOM_CI_STARTED, which `gom ci setup` sets]
    #[arg(long, value_name = "SECONDS")]
    pub(super) since: Option<u64>,
}

impl SinceArgs {
    pub(super) fn since(&self, job: &Job) -> Option<SystemTime> {
        // A time that no clock reaches is no time.
        UNIX_EPOCH.checked_add(Duration::from_secs(self.since.or(job.started)?))
    }
}
