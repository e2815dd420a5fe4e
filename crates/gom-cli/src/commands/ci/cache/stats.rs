//! `gom ci cache stats`: shows the sizes of the caches.

use std::process::ExitCode;

use clap::Args;
use gom_ci::cache::stats::{CacheStats, stats};
use gom_ci::changes::{Changes, delivery};
use gom_ci::job::Job;
use gom_ci::summary::{of_caches, size};
use serde::Serialize;

use super::options::{KindArgs, RestoredArgs, SinceArgs};
use crate::app::App;
use crate::failure::Failure;

/// Show how much is in the caches
///
/// Of the build cache also how much this job used, if `gom ci setup` ran in it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom ci cache stats
  gom ci cache stats --restored modules=exact --restored build=miss --summary")]
pub(super) struct Arguments {
    #[command(flatten)]
    kinds: KindArgs,
    #[command(flatten)]
    since: SinceArgs,
    #[command(flatten)]
    restored: RestoredArgs,
    /// Add a table to the page of the job, in CIs that have one
    #[arg(long)]
    summary: bool,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    caches: &'a [CacheStats],
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let job = Job::read(&app.ctx.environment);
    let since = arguments.since.since(&job);
    let mut all = Vec::new();
    for kind in arguments.kinds.kinds() {
        all.push(stats(&app.ctx, kind, since, arguments.restored.of(kind))?);
    }
    if arguments.summary {
        let changes = Changes { summary: of_caches(&all), ..Changes::default() };
        delivery(job.provider, &changes, &|name| app.ctx.environment.var(name)).append()?;
    }
    let object = || Json { caches: &all };
    Ok(app.output.result(object, |output| all.iter().for_each(|one| output.data(&line(one)))))
}

fn line(one: &CacheStats) -> String {
    let used = one.used.map(|used| format!(", used {} in {} files", size(used.bytes), used.files));
    let restored = one.restored.map(|hit| format!(", restored: {}", hit.name()));
    let (name, all) = (one.kind.name(), one.all);
    format!(
        "{name:10}  {} in {} files{}{}",
        size(all.bytes),
        all.files,
        used.unwrap_or_default(),
        restored.unwrap_or_default()
    )
}
