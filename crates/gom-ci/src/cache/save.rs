//! The end of a job: whether to save a cache, by the user's policy, the result of the job, and the restored cache. A
//! build cache is trimmed before it is saved. One that is not saved stays as it is, because on a permanent machine
//! other jobs use it too.

use std::time::SystemTime;

use serde::Serialize;

use super::folders::build_cache;
use super::kind::CacheKind;
use super::stats::CacheHit;
use super::trim::{Trimmed, trim};
use crate::error::CiError;
use crate::job::Job;
use gom_core::context::Context;

/// A build cache has changed much if at least one part in this many is new.
const MUCH: u64 = 4;

/// When caches are saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SavePolicy {
    /// After a job that did not fail; a build cache only if it is worth the space: see `of_build`.
    Auto,
    /// After every job.
    Always,
    /// After a job that did not fail.
    #[default]
    OnSuccess,
    /// After a job on the default branch that did not fail.
    DefaultBranch,
    /// Never.
    Never,
}

/// The result of a job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum JobStatus {
    /// Every step succeeded.
    #[default]
    Success,
    /// A step failed.
    Failure,
    /// It was cancelled.
    Cancelled,
}

/// Whether to save a cache, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Whether to save it.
    pub save: bool,
    /// The reason, in words.
    pub reason: &'static str,
}

/// Decides about one cache.
pub fn decide(policy: SavePolicy, status: JobStatus, job: &Job, restored: Option<CacheHit>) -> Decision {
    let no = |reason| Decision { save: false, reason };
    if restored == Some(CacheHit::Exact) {
        return no("a cache with this key exists");
    }
    match (policy, status, job.is_on_default_branch()) {
        (SavePolicy::Never, ..) => no("the policy is `never`"),
        (SavePolicy::Always, ..) => Decision { save: true, reason: "it is new" },
        (_, JobStatus::Failure, _) => no("the job failed"),
        (_, JobStatus::Cancelled, _) => no("the job was cancelled"),
        (SavePolicy::DefaultBranch, _, Some(false)) => no("this is not the default branch"),
        (SavePolicy::DefaultBranch, _, None) => no("this CI does not tell which branch is the default"),
        _ => Decision { save: true, reason: "it is new" },
    }
}

/// A CI limits the bytes per repository and drops the oldest caches. The key of a build cache contains the commit, so
/// saving one after every job of every pull request would push out the default branch's, from which all others start.
fn of_build(job: &Job, trimmed: &Trimmed) -> Decision {
    let no = |reason| Decision { save: false, reason };
    let (built, kept) = (trimmed.built.bytes, trimmed.kept.bytes);
    match job.is_on_default_branch() {
        _ if trimmed.built.files == 0 => no("the job built nothing new"),
        Some(true) => Decision { save: true, reason: "it is new" },
        _ if built.saturating_mul(MUCH) >= kept => Decision { save: true, reason: "much of it is new" },
        Some(false) => no("little of it is new, and this is not the default branch"),
        None => no("little of it is new"),
    }
}

/// Options for the end of a job.
#[derive(Clone, Copy, Debug, Default)]
pub struct Finish {
    /// The user's policy.
    pub policy: SavePolicy,
    /// The result of the job.
    pub status: JobStatus,
    /// The start time of the job.
    pub since: Option<SystemTime>,
    /// Change nothing.
    pub dry_run: bool,
}

/// The result for one cache.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Finished {
    /// The cache.
    #[serde(rename = "cache")]
    pub kind: CacheKind,
    /// Whether to save it.
    #[serde(flatten)]
    pub decision: Decision,
    /// The kept and the removed part, for a build cache that is saved.
    pub trimmed: Option<Trimmed>,
}

/// Decides about one cache, and prepares it for saving.
pub fn finish(
    ctx: &Context,
    job: &Job,
    kind: CacheKind,
    restored: Option<CacheHit>,
    how: Finish,
) -> Result<Finished, CiError> {
    let mut decision = decide(how.policy, how.status, job, restored);
    let mut trimmed = None;
    if kind == CacheKind::Build && decision.save {
        let (cache, since) = (build_cache(ctx)?, how.since.ok_or(CiError::NoStart)?);
        if how.policy == SavePolicy::Auto {
            decision = of_build(job, &trim(&cache, since, true)?);
        }
        if decision.save {
            trimmed = Some(trim(&cache, since, how.dry_run)?);
        }
    }
    Ok(Finished { kind, decision, trimmed })
}

#[cfg(test)]
mod tests {
    use super::super::size::DiskUsage;
    use super::*;
    use gom_core::environment::Environment;

    #[test]
    fn the_policy_decides_unless_the_cache_exists_already() {
        let mut on_main = Job::read(&Environment::default());
        on_main.branch = Some("main".to_owned());
        on_main.default_branch = Some("main".to_owned());
        let elsewhere = Job { branch: Some("fix".to_owned()), ..on_main.clone() };
        let unknown = Job { default_branch: None, ..on_main.clone() };
        let (success, failure, cancelled) = (JobStatus::Success, JobStatus::Failure, JobStatus::Cancelled);
        for (policy, status, job, expected) in [
            (SavePolicy::Always, failure, &elsewhere, true),
            (SavePolicy::Always, cancelled, &unknown, true),
            (SavePolicy::Auto, success, &elsewhere, true),
            (SavePolicy::Auto, failure, &on_main, false),
            (SavePolicy::Auto, cancelled, &on_main, false),
            (SavePolicy::OnSuccess, success, &elsewhere, true),
            (SavePolicy::OnSuccess, failure, &on_main, false),
            (SavePolicy::OnSuccess, cancelled, &on_main, false),
            (SavePolicy::DefaultBranch, success, &on_main, true),
            (SavePolicy::DefaultBranch, failure, &on_main, false),
            (SavePolicy::DefaultBranch, success, &elsewhere, false),
            (SavePolicy::DefaultBranch, success, &unknown, false),
            (SavePolicy::Never, success, &on_main, false),
        ] {
            for hit in [None, Some(CacheHit::Prefix), Some(CacheHit::Miss)] {
                assert_eq!(decide(policy, status, job, hit).save, expected, "{policy:?} {status:?} {job:?}");
            }
            assert!(!decide(policy, status, job, Some(CacheHit::Exact)).save);
        }
    }

    /// K14.2
    #[test]
    fn a_build_cache_of_a_branch_is_saved_only_if_much_of_it_is_new() {
        let mut on_main = Job::read(&Environment::default());
        on_main.branch = Some("main".to_owned());
        on_main.default_branch = Some("main".to_owned());
        let elsewhere = Job { branch: Some("7/merge".to_owned()), ..on_main.clone() };
        let unknown = Job { default_branch: None, ..on_main.clone() };
        for (job, built, expected) in [
            (&on_main, 0, false),
            (&on_main, 1, true),
            (&elsewhere, 0, false),
            (&elsewhere, 24, false),
            (&elsewhere, 25, true),
            (&elsewhere, 100, true),
            (&unknown, 24, false),
            (&unknown, 25, true),
        ] {
            let size = |bytes: u64| DiskUsage { files: bytes, bytes };
            let trimmed = Trimmed { kept: size(100), dropped: size(500), built: size(built) };
            assert_eq!(of_build(job, &trimmed).save, expected, "{built} {job:?}");
        }
    }
}
