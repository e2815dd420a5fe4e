//! `gom bisect`: the first release that changes the result of the command.
//!
//! Owns: which releases lie between two, what the end of the command says of one, and when the search stops. The ends are
//! tried first. Invariant: a release counts as good or bad only by a run of the command with it; one that can't be had or
//! run is skipped, and named with the reason.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use gom_core::context::Context;
use gom_core::error::Error as CoreError;
use gom_core::index::{self, Freshness};
use gom_core::install::{InstallOptions, InstallOutcome};
use gom_core::named_go::NamedGo;
use gom_core::obtain::obtain;
use gom_core::published::{InstallPlan, plan as plan_install};
use gom_core::resolve::{self, Query};
use gom_core::shell_quote::shell_quote;
use gom_select::explain::{ErrorKind, Explain};
use gom_select::spec::{PlatformSpec, Spec};
use gom_select::toolchain::ToolchainId;

use crate::command::{CommandEnd, CommandRun, Runner};
use crate::error::ManyError;
use crate::floor::GoLine;
use crate::halving::{Halving, Verdict};
use crate::kept::KeptSearch;
use crate::logs::{LogFolder, folder_in_cache};

/// The folder of gom's cache for searches.
pub const CACHE: &str = "bisect";

/// The exit code with which a command says that this release can't be judged, as for `git bisect run`.
const SKIP: i32 = 125;

/// What to search.
#[derive(Clone, Debug)]
pub struct BisectRequest {
    /// A release with which the command succeeds.
    pub good: Query,
    /// A newer one with which it fails.
    pub bad: Query,
    /// Try prereleases too.
    pub prereleases: bool,
    /// Forget what an earlier search found.
    pub restart: bool,
    /// The command and its arguments.
    pub command: Vec<OsString>,
}

/// A search that is about to begin, or to go on.
#[derive(Clone, Debug)]
pub struct BisectPlan {
    /// The releases, oldest first: from the good end to the bad one.
    pub releases: Vec<ToolchainId>,
    /// What an earlier search has run.
    pub known: Vec<(ToolchainId, CommandRun)>,
    /// The folder of the logs and of the search.
    pub folder: PathBuf,
}

/// A release that was tried.
#[derive(Clone, Debug)]
pub struct TriedRelease {
    /// The release.
    pub id: ToolchainId,
    /// What that has shown.
    pub verdict: Verdict,
    /// Why it can't be judged; `None` for one that can.
    pub skip: Option<SkipReason>,
    /// The run of the command; `None` if there was none.
    pub run: Option<CommandRun>,
    /// Whether an earlier search ran it.
    pub is_known: bool,
}

/// Why a release can't be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkipReason {
    /// Why, as a clause.
    pub text: String,
    /// What to run, if it has to be judged.
    pub hint: String,
    /// The kind of failure.
    pub kind: ErrorKind,
}

/// The result.
#[derive(Clone, Debug)]
pub struct BisectReport {
    /// What was tried, in its order.
    pub tried: Vec<TriedRelease>,
    /// The last good release before the first bad one. `None` for a search that did not come to its end.
    pub last_good: Option<ToolchainId>,
    /// The first bad release.
    pub first_bad: Option<ToolchainId>,
}

/// Why a search stopped, and what it had tried by then.
#[derive(Debug)]
pub struct BisectFailure {
    /// Why.
    pub error: ManyError,
    /// What was tried.
    pub report: BisectReport,
}

/// What a front end shows while a search runs.
pub trait BisectWatch {
    /// A toolchain is in the store.
    fn obtained(&self, id: &ToolchainId, outcome: &InstallOutcome);
    /// The command begins with a release; at most so many tries are left after it, if each can be judged.
    fn begins(&self, id: &ToolchainId, most_left: usize);
    /// It was tried.
    fn tried(&self, tried: &TriedRelease);
}

impl BisectReport {
    /// The releases that could not be judged, oldest first.
    pub fn skipped(&self) -> Vec<&TriedRelease> {
        let mut skipped: Vec<&TriedRelease> =
            self.tried.iter().filter(|one| one.verdict == Verdict::Skipped).collect();
        skipped.sort_by(|a, b| a.id.cmp(&b.id));
        skipped
    }

    /// The releases that could not be judged between the last good one and the first bad one: each of them may be the
    /// one that changed the result.
    pub fn suspects(&self) -> Vec<&TriedRelease> {
        let (Some(good), Some(bad)) = (&self.last_good, &self.first_bad) else { return Vec::new() };
        let mut suspects = self.skipped();
        suspects.retain(|one| *good < one.id && one.id < *bad);
        suspects
    }
}

impl BisectPlan {
    /// The releases between the ends.
    pub fn between(&self) -> usize {
        self.releases.len().saturating_sub(2)
    }

    /// The most runs that the whole search needs, if each release can be judged.
    pub fn most_runs(&self) -> usize {
        2 + Halving::new(self.releases.len()).most_left()
    }
}

/// Finds the releases between the ends, and what an earlier search has run.
pub async fn plan(ctx: &Context, request: &BisectRequest) -> Result<BisectPlan, ManyError> {
    let folder = folder(ctx, request);
    let kept = if request.restart { None } else { KeptSearch::read(&folder) };
    let (good, bad, known) = match kept {
        Some(KeptSearch { good, bad, runs }) => (good, bad, runs),
        None => (end(ctx, &request.good).await?, end(ctx, &request.bad).await?, Vec::new()),
    };
    match good.version.cmp(&bad.version) {
        std::cmp::Ordering::Less => {}
        std::cmp::Ordering::Equal => return Err(ManyError::SameEnds { version: good.version }),
        std::cmp::Ordering::Greater => {
            let command = request.command.iter().map(shell_quote).collect::<Vec<_>>().join(" ");
            return Err(ManyError::Reversed { good: good.version, bad: bad.version, command });
        }
    }
    let index = index::load(ctx, Freshness::Current, &ctx.platform).await.map_err(CoreError::from)?;
    let ids = index.iter().map(|(id, _)| id).filter(|id| id.is_for(&ctx.platform));
    let between = ids.filter(|id| {
        let is_wanted = request.prereleases || !id.version.is_prerelease();
        is_wanted && good.version < id.version && id.version < bad.version
    });
    // The lists may lack an end that nobody could be asked about.
    let mut releases: BTreeMap<_, ToolchainId> = between.map(|id| (id.version.clone(), id.clone())).collect();
    releases.extend([(good.version.clone(), good), (bad.version.clone(), bad)]);
    Ok(BisectPlan { releases: releases.into_values().collect(), known, folder })
}

/// Runs a search to its end. What it has found is kept until then, so that the next call with the same request goes on.
pub async fn run(
    ctx: &Context,
    request: &BisectRequest,
    plan: &BisectPlan,
    watch: &dyn BisectWatch,
) -> Result<BisectReport, Box<BisectFailure>> {
    let mut tried = Vec::new();
    let found = search(ctx, request, plan, watch, &mut tried).await;
    match found {
        Ok((good, bad)) => Ok(BisectReport { tried, last_good: Some(good), first_bad: Some(bad) }),
        Err(error) => {
            let report = BisectReport { tried, last_good: None, first_bad: None };
            Err(Box::new(BisectFailure { error, report }))
        }
    }
}

async fn search(
    ctx: &Context,
    request: &BisectRequest,
    plan: &BisectPlan,
    watch: &dyn BisectWatch,
    tried: &mut Vec<TriedRelease>,
) -> Result<(ToolchainId, ToolchainId), ManyError> {
    let logs = LogFolder::open(&plan.folder)?;
    if request.restart {
        KeptSearch::remove(&plan.folder)?;
    }
    let mut halving = Halving::new(plan.releases.len());
    let last = plan.releases.len() - 1;
    let mut trial = Trial {
        runner: Runner { ctx, words: &request.command, logs: &logs },
        line: GoLine::here(ctx),
        plan,
        kept: KeptSearch {
            good: plan.releases[0].clone(),
            bad: plan.releases[last].clone(),
            runs: plan.known.clone(),
        },
        watch,
    };
    for (at, claimed) in [(0, "good"), (last, "bad")] {
        let one = trial.of(at, halving.most_left() + usize::from(at == 0)).await?;
        let refused = refusal(&one, claimed);
        tried.push(one);
        if let Some(error) = refused {
            // What is wrong is outside of gom, so the next search begins with the ends.
            KeptSearch::remove(&plan.folder)?;
            return Err(error);
        }
    }
    while let Some(at) = halving.next_try() {
        let one = trial.of(at, halving.most_left().saturating_sub(1)).await?;
        halving.note(at, one.verdict);
        tried.push(one);
    }
    KeptSearch::remove(&plan.folder)?;
    let (good, bad) = halving.bounds();
    Ok((plan.releases[good].clone(), plan.releases[bad].clone()))
}

/// The error of an end that is not what its option says.
fn refusal(one: &TriedRelease, claimed: &'static str) -> Option<ManyError> {
    let version = one.id.version.clone();
    let is = match (one.verdict, claimed) {
        (Verdict::Good, "good") | (Verdict::Bad, "bad") => return None,
        (Verdict::Good, _) => "good",
        (Verdict::Bad, _) => "bad",
        (Verdict::Skipped, _) => {
            let SkipReason { text, hint, kind } = one.skip.clone()?;
            return Some(ManyError::EndSkipped { version, claimed, reason: text, hint, kind });
        }
    };
    let log = one.run.as_ref().map(|run| run.log.clone()).unwrap_or_default();
    Some(ManyError::NotAsClaimed { version, claimed, is, log })
}

/// What a try of one release needs.
struct Trial<'a> {
    runner: Runner<'a>,
    line: Option<GoLine>,
    plan: &'a BisectPlan,
    kept: KeptSearch,
    watch: &'a dyn BisectWatch,
}

impl Trial<'_> {
    /// Tries a release, or takes what an earlier search has found of it.
    async fn of(&mut self, at: usize, most_left: usize) -> Result<TriedRelease, ManyError> {
        let id = &self.plan.releases[at];
        let ctx = self.runner.ctx;
        ctx.cancel.check()?;
        if let Some((_, run)) = self.plan.known.iter().find(|(other, _)| other == id) {
            return Ok(judged(id, run.clone(), true, self.runner.words));
        }
        let one = match self.go(id).await? {
            Err(reason) => TriedRelease {
                id: id.clone(),
                verdict: Verdict::Skipped,
                skip: Some(reason),
                run: None,
                is_known: false,
            },
            Ok(go) => {
                self.watch.begins(id, most_left);
                let run = self.runner.run(&go, &ctx.cancel).await?;
                // The log of a stopped one has no result.
                ctx.cancel.check()?;
                if matches!(run.end, CommandEnd::Code(_) | CommandEnd::Signal(_)) {
                    self.kept.runs.push((id.clone(), run.clone()));
                    self.kept.write(&self.plan.folder)?;
                }
                judged(id, run, false, self.runner.words)
            }
        };
        self.watch.tried(&one);
        Ok(one)
    }

    /// Returns the Go of a release, installed if need be; or why it can't be had or run.
    async fn go(&self, id: &ToolchainId) -> Result<Result<NamedGo, SkipReason>, ManyError> {
        let ctx = self.runner.ctx;
        if let Some(line) = self.line.as_ref().filter(|line| line.is_above(&id.version)) {
            return Ok(Err(SkipReason {
                text: line.to_string(),
                hint: format!("name a newer one: run `gom list-remote '>={}'`", line.version),
                kind: ErrorKind::Failure,
            }));
        }
        // What does not run here is not fetched.
        if let Err(unfit) = ctx.fits(id) {
            return Ok(Err(SkipReason::of(&unfit)));
        }
        let spec = Spec::Exact(id.version.clone());
        let query = Query::from_request(&PlatformSpec { spec, platform: Some(id.platform.clone()) });
        let obtained = match obtain(ctx, &query, InstallOptions::default()).await {
            Ok((id, outcome)) => {
                self.watch.obtained(&id, &outcome);
                let go = NamedGo::Installed(id);
                go.check(ctx).map(|()| go)
            }
            Err(error) => Err(error),
        };
        match obtained {
            Ok(go) => Ok(Ok(go)),
            Err(error) if is_about_this_machine(&error) => Err(error.into()),
            Err(error) => Ok(Err(SkipReason::of(&error))),
        }
    }
}

impl SkipReason {
    fn of(error: &impl Explain) -> SkipReason {
        SkipReason { text: error.to_string(), hint: error.hint(), kind: error.kind() }
    }
}

/// Whether an error would meet every other release too, or is no answer: a full disk, Ctrl-C.
fn is_about_this_machine(error: &CoreError) -> bool {
    matches!(error, CoreError::Store(_) | CoreError::Setting(_) | CoreError::Internal(_))
        || error.kind() == ErrorKind::Interrupted
}

/// What the end of a run says.
fn judged(id: &ToolchainId, run: CommandRun, is_known: bool, words: &[OsString]) -> TriedRelease {
    let skipped = |hint: String| SkipReason { text: run.end.told(), hint, kind: ErrorKind::Failure };
    let (verdict, skip) = match &run.end {
        CommandEnd::Code(0) => (Verdict::Good, None),
        CommandEnd::Code(SKIP) => {
            let hint = "name a release with which the command ends with another code than 125".to_owned();
            (Verdict::Skipped, Some(skipped(hint)))
        }
        CommandEnd::Code(_) | CommandEnd::Signal(_) => (Verdict::Bad, None),
        CommandEnd::NotStarted { .. } | CommandEnd::Stopped => {
            let program = words.first().map(shell_quote).unwrap_or_default();
            (
                Verdict::Skipped,
                Some(skipped(format!("run `command -v {program}` to see whether it is there"))),
            )
        }
    };
    TriedRelease { id: id.clone(), verdict, skip, run: Some(run), is_known }
}

/// Returns the release that an end names.
async fn end(ctx: &Context, query: &Query) -> Result<ToolchainId, ManyError> {
    if query.is_system() || query.linked().is_some() {
        return Err(ManyError::NotPublished { text: query.text.clone() });
    }
    if query.platform.as_ref().is_some_and(|platform| *platform != ctx.platform) {
        return Err(ManyError::OtherPlatform { text: query.text.clone() });
    }
    let here = resolve::newest_installed(ctx, query)?;
    Ok(match plan_install(ctx, query, here).await? {
        InstallPlan::Here(id) => id,
        InstallPlan::Fetch(target) => target.id,
    })
}

/// The folder of a search in gom's cache: one for each request in each folder.
fn folder(ctx: &Context, request: &BisectRequest) -> PathBuf {
    let cwd = ctx.environment.cwd.as_deref().unwrap_or(Path::new("")).as_os_str();
    let platform = ctx.platform.to_string();
    let kind = if request.prereleases { "prereleases" } else { "" };
    let words = [cwd, OsStr::new(&platform), OsStr::new(&request.good.text), OsStr::new(&request.bad.text)];
    let words =
        words.into_iter().chain([OsStr::new(kind)]).chain(request.command.iter().map(OsString::as_os_str));
    folder_in_cache(ctx, CACHE, words)
}
