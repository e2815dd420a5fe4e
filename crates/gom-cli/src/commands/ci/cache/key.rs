//! `gom ci cache key`: the names of a job's caches, from exact to broad.

use std::process::ExitCode;

use clap::Args;
use gom_ci::cache::CacheKind;
use gom_ci::cache::key::ExtraKey;
use gom_ci::cache::plan::{CacheRequest, PlannedCache, plan};
use gom_ci::job::Job;
use gom_ci::provide::SearchPlaces;
use gom_core::path_text::as_text;
use serde::Serialize;

use super::options::KindArgs;
use crate::app::App;
use crate::commands::ci::options::{PaysArg, WantedArgs};
use crate::failure::Failure;

/// Print the names of the caches
///
/// One key a line. With --json also the prefixes to restore by, the paths, and whether there is any need: a
/// toolchain may be there already, or a download may be faster. The key of the build cache needs the toolchain, so ask for it after
/// `gom ci setup`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom ci cache key toolchains --go 1.22
  gom ci cache key modules build --json")]
pub(super) struct Arguments {
    #[command(flatten)]
    kinds: KindArgs,
    /// A version, line or range, as `gom ci setup` has it (may be repeated)
    #[arg(long, value_name = "SPEC")]
    go: Vec<String>,
    #[command(flatten)]
    wanted: WantedArgs,
    /// A part of your own for the names of modules and build
    #[arg(long, value_name = "TEXT")]
    suffix: Option<String>,
    /// The values of the matrix in this job, which has its own build cache then; `null` is none
    #[arg(long, value_name = "TEXT")]
    leg: Option<String>,
    /// Whether the CI keeps toolchains
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    cache_toolchain: PaysArg,
    /// The files that say which modules are needed, instead of every go.sum and go.work (may be repeated)
    #[arg(long, value_name = "GLOB")]
    dependencies: Vec<String>,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    caches: Vec<CacheJson<'a>>,
}

/// One cache.
#[derive(Serialize)]
struct CacheJson<'a> {
    cache: CacheKind,
    toolchain: Option<String>,
    key: &'a str,
    restore_keys: &'a [String],
    paths: Vec<String>,
    needed: bool,
}

pub(super) async fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let job = Job::read(&app.ctx.environment);
    let kinds = arguments.kinds.kinds();
    // The cache of modules is the same for every Go.
    let asked = if kinds == [CacheKind::Modules] {
        Vec::new()
    } else {
        arguments.wanted.asked(&arguments.go, app)?
    };
    let check_latest = arguments.wanted.check_latest;
    let request = CacheRequest {
        kinds: &kinds,
        asked: &asked,
        places: SearchPlaces { restored: false, tool_cache: job.tool_cache.as_deref(), check_latest },
        own: ExtraKey::of(arguments.suffix.as_deref(), arguments.leg.as_deref()),
        toolchains: arguments.cache_toolchain.pays(),
        dependencies: &arguments.dependencies,
    };
    let all = plan(&app.ctx, &job, request).await?;
    let object = || Json { caches: all.iter().map(to_json).collect() };
    Ok(app.output.result(object, |output| all.iter().for_each(|planned| output.data(&planned.key.key))))
}

fn to_json(planned: &PlannedCache) -> CacheJson<'_> {
    CacheJson {
        cache: planned.kind,
        toolchain: planned.toolchain.as_ref().map(ToString::to_string),
        key: &planned.key.key,
        restore_keys: &planned.key.restore,
        paths: planned.paths.iter().map(|path| as_text(path)).collect(),
        needed: planned.needed,
    }
}
