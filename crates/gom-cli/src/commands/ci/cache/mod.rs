//! `gom ci cache`: names, paths, sizes, and what need not be kept. One file per verb below.

mod key;
mod paths;
mod stats;
mod trim;

use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::{Args, Subcommand, ValueEnum};
use gom_core::ci::cache::Kind;
use gom_core::ci::cache::stats::Hit;
use gom_core::ci::job::Job;

use crate::app::App;
use crate::failure::Failure;

/// Keys, paths and sizes of what a CI keeps between jobs
///
/// There are three caches: toolchains of the store, modules (GOMODCACHE), and the build cache (GOCACHE). gom moves
/// no bytes of them; that is the CI's part.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom ci cache key modules build         the names of the caches of this job
  gom ci cache paths modules build       what to keep
  gom ci cache trim build                before the build cache is saved
  gom ci cache stats")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: CacheCommand,
}

// A line here would hide the page of the verb itself.
#[derive(Debug, Subcommand)]
enum CacheCommand {
    Key(key::Arguments),
    Paths(paths::Arguments),
    Trim(trim::Arguments),
    Stats(stats::Arguments),
}

pub(super) async fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    match &arguments.command {
        CacheCommand::Key(arguments) => key::run(arguments, app).await,
        CacheCommand::Paths(arguments) => paths::run(arguments, app),
        CacheCommand::Trim(arguments) => trim::run(arguments, app),
        CacheCommand::Stats(arguments) => stats::run(arguments, app),
    }
}

/// Which caches.
#[derive(Debug, Args)]
struct KindArgs {
    /// The caches; all of them if none is given
    #[arg(value_name = "CACHE")]
    kinds: Vec<KindArg>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum KindArg {
    /// Toolchains of the store
    Toolchains,
    /// GOMODCACHE
    Modules,
    /// GOCACHE
    Build,
}

impl KindArg {
    fn kind(self) -> Kind {
        match self {
            KindArg::Toolchains => Kind::Toolchains,
            KindArg::Modules => Kind::Modules,
            KindArg::Build => Kind::Build,
        }
    }
}

impl KindArgs {
    /// Each once, in the order of [`Kind::ALL`].
    fn kinds(&self) -> Vec<Kind> {
        let named = |kind: &Kind| self.kinds.iter().any(|named| named.kind() == *kind);
        Kind::ALL.into_iter().filter(|kind| self.kinds.is_empty() || named(kind)).collect()
    }
}

/// What the CI found.
#[derive(Debug, Args)]
struct RestoredArgs {
    /// What the CI found: exact (its key), prefix or miss (may be repeated)
    #[arg(long, value_name = "CACHE=HIT", value_parser = restored)]
    restored: Vec<(Kind, Hit)>,
}

impl RestoredArgs {
    fn of(&self, kind: Kind) -> Option<Hit> {
        self.restored.iter().rev().find(|(other, _)| *other == kind).map(|(_, hit)| *hit)
    }
}

fn restored(text: &str) -> Result<(Kind, Hit), String> {
    let (kind, hit) = text.split_once('=').ok_or("write CACHE=HIT, such as build=prefix")?;
    let kind = KindArg::from_str(kind, false)?.kind();
    let hit = [Hit::Exact, Hit::Prefix, Hit::Miss].into_iter().find(|known| known.name() == hit);
    Ok((kind, hit.ok_or("HIT is exact, prefix or miss")?))
}

/// When the job began.
#[derive(Debug, Args)]
struct SinceArgs {
    /// When the job began, in seconds since 1970 [default: GOM_CI_STARTED, which `gom ci setup` sets]
    #[arg(long, value_name = "SECONDS")]
    since: Option<u64>,
}

impl SinceArgs {
    fn since(&self, job: &Job) -> Option<SystemTime> {
        Some(UNIX_EPOCH + Duration::from_secs(self.since.or(job.started)?))
    }
}
