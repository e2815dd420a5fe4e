//! `gom ci cache trim`: the last step of a job before its caches are saved.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use gom_ci::cache::save::{Finish, Finished, JobStatus, SavePolicy, finish};
use gom_ci::cache::trim::Trimmed;
use gom_ci::job::Job;
use gom_ci::summary::size;
use serde::Serialize;

use super::options::{KindArgs, RestoredArgs, SinceArgs};
use crate::app::App;
use crate::failure::Failure;

/// Drop from the build cache what this job did not use, and say which caches are worth keeping
///
/// Only a cache that is to be kept is trimmed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom ci cache trim build
  gom ci cache trim --save default-branch --job-status failure --json")]
pub(super) struct Arguments {
    #[command(flatten)]
    kinds: KindArgs,
    #[command(flatten)]
    since: SinceArgs,
    /// When caches are kept
    #[arg(long, value_name = "POLICY", default_value = "on-success")]
    save: PolicyArg,
    /// How the job ended
    #[arg(long, value_name = "STATUS", default_value = "success")]
    job_status: StatusArg,
    #[command(flatten)]
    restored: RestoredArgs,
    /// Change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PolicyArg {
    /// After a job that did not fail; a build cache of another branch than the default one only if a quarter is new
    Auto,
    /// After every job
    Always,
    /// After a job that did not fail
    OnSuccess,
    /// After a job of the default branch that did not fail
    DefaultBranch,
    /// Never
    Never,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum StatusArg {
    /// Every step did what it should
    Success,
    /// A step failed
    Failure,
    /// Somebody stopped it
    Cancelled,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    caches: &'a [Finished],
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let job = Job::read(&app.ctx.environment);
    let how = Finish {
        policy: arguments.save.policy(),
        status: arguments.job_status.status(),
        since: arguments.since.since(&job),
        dry_run: arguments.dry_run,
    };
    let mut all = Vec::new();
    for kind in arguments.kinds.kinds() {
        all.push(finish(&app.ctx, &job, kind, arguments.restored.of(kind), how)?);
    }
    let object = || Json { caches: &all };
    Ok(app.output.result(object, |output| all.iter().for_each(|one| output.data(&line(one)))))
}

fn line(one: &Finished) -> String {
    let verdict = if one.decision.save { "keep" } else { "leave" };
    let trimmed = one.trimmed.map(|Trimmed { kept, dropped, .. }| {
        format!(
            "; {} in {} files, dropped {} in {} files",
            size(kept.bytes),
            kept.files,
            size(dropped.bytes),
            dropped.files
        )
    });
    format!("{:10}  {verdict}: {}{}", one.kind.name(), one.decision.reason, trimmed.unwrap_or_default())
}

impl PolicyArg {
    fn policy(self) -> SavePolicy {
        match self {
            PolicyArg::Auto => SavePolicy::Auto,
            PolicyArg::Always => SavePolicy::Always,
            PolicyArg::OnSuccess => SavePolicy::OnSuccess,
            PolicyArg::DefaultBranch => SavePolicy::DefaultBranch,
            PolicyArg::Never => SavePolicy::Never,
        }
    }
}

impl StatusArg {
    fn status(self) -> JobStatus {
        match self {
            StatusArg::Success => JobStatus::Success,
            StatusArg::Failure => JobStatus::Failure,
            StatusArg::Cancelled => JobStatus::Cancelled,
        }
    }
}
