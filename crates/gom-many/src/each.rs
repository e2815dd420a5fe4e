//! `gom each`: the command under each Go, several at once.
//!
//! Owns: which Gos those are, what becomes of one that can't be had, and when a run stops. First all toolchains are
//! installed, then the commands run. Invariant: each Go that was asked for is in the report once.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use gom_core::context::Context;
use gom_core::error::Error as CoreError;
use gom_core::index::{self, Freshness, supported_lines};
use gom_core::install::{InstallOptions, InstallOutcome};
use gom_core::named_go::NamedGo;
use gom_core::obtain::obtain;
use gom_core::resolve::Query;
use gom_select::spec::{PlatformSpec, Spec};
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;

use crate::command::{CommandEnd, CommandRun, Runner};
use crate::error::ManyError;
use crate::floor::GoLine;
use crate::logs::{LogFolder, folder_in_cache};

/// The folder of gom's cache for logs that have no other place.
pub const CACHE: &str = "each";

/// What to run, and under which Gos.
#[derive(Clone, Debug)]
pub struct EachRequest {
    /// The Gos that were named.
    pub queries: Vec<Query>,
    /// Also the newest patch of each line that gets fixes.
    pub supported: bool,
    /// Also every installed toolchain for this machine.
    pub installed: bool,
    /// How many commands run at once.
    pub jobs: usize,
    /// Stop after the first failure.
    pub fail_fast: bool,
    /// The command and its arguments.
    pub command: Vec<OsString>,
    /// The folder of the logs; `None` for one in gom's cache.
    pub logs: Option<PathBuf>,
}

/// The command under one Go.
#[derive(Debug)]
pub struct Leg {
    /// The Go's name: `go1.22.6.linux-amd64`, that of a linked one, or `system`. For one that can't be had, its SPEC.
    pub name: String,
    /// The Go; `None` if it can't be had.
    pub go: Option<NamedGo>,
    /// Its version, as far as that is known.
    pub version: Option<GoVersion>,
    /// What became of it.
    pub state: LegState,
}

/// What became of a Go's command.
#[derive(Debug)]
pub enum LegState {
    /// It has not run: it waits, or the run ended before.
    Waiting,
    /// The command succeeded.
    Passed(CommandRun),
    /// The command failed.
    Failed(CommandRun),
    /// The command was stopped.
    Stopped(CommandRun),
    /// The Go is too old for this line.
    TooOld(GoLine),
    /// The Go can't be had, or must not run.
    Unavailable(Box<ManyError>),
}

/// The result.
#[derive(Debug)]
pub struct EachReport {
    /// The Gos, in the order in which they were asked for.
    pub legs: Vec<Leg>,
    /// How many commands ran at once.
    pub jobs: usize,
    /// The folder of the logs.
    pub logs: PathBuf,
    /// Whether the user stopped it.
    pub is_cancelled: bool,
}

/// What a front end shows while the commands run.
pub trait EachWatch {
    /// A toolchain is in the store.
    fn obtained(&self, id: &ToolchainId, outcome: &InstallOutcome);
    /// All Gos are known; those in the state `Waiting` will run.
    fn ready(&self, legs: &[Leg]);
    /// The command begins under this one.
    fn begins(&self, at: usize);
    /// It has ended, with the state that the leg has now.
    fn ended(&self, at: usize, leg: &Leg);
}

impl EachReport {
    /// Whether a command failed.
    pub fn has_failed(&self) -> bool {
        self.legs.iter().any(|leg| matches!(leg.state, LegState::Failed(_)))
    }

    /// Why no command was run, if the `go` line here is above every Go that could be had.
    pub fn nothing_ran(&self) -> Option<ManyError> {
        let mut line = None;
        for leg in &self.legs {
            match &leg.state {
                LegState::TooOld(above) => line = Some(above.clone()),
                LegState::Unavailable(_) => {}
                _ => return None,
            }
        }
        line.map(|line| ManyError::NothingRan { line })
    }
}

impl LegState {
    fn of(run: CommandRun) -> LegState {
        match run.end {
            CommandEnd::Stopped => LegState::Stopped(run),
            CommandEnd::Code(0) => LegState::Passed(run),
            _ => LegState::Failed(run),
        }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            LegState::Waiting => "not-run",
            LegState::Passed(_) => "passed",
            LegState::Failed(_) => "failed",
            LegState::Stopped(_) => "stopped",
            LegState::TooOld(_) => "skipped",
            LegState::Unavailable(_) => "unavailable",
        }
    }

    /// The run of the command, if there was one.
    pub fn run(&self) -> Option<&CommandRun> {
        match self {
            LegState::Passed(run) | LegState::Failed(run) | LegState::Stopped(run) => Some(run),
            LegState::Waiting | LegState::TooOld(_) | LegState::Unavailable(_) => None,
        }
    }

    /// Why, as a clause; `None` where the name tells everything.
    pub fn reason(&self) -> Option<String> {
        match self {
            LegState::Failed(run) => Some(run.end.told()),
            LegState::TooOld(line) => Some(line.to_string()),
            LegState::Unavailable(error) => Some(error.to_string()),
            LegState::Waiting | LegState::Passed(_) | LegState::Stopped(_) => None,
        }
    }
}

/// Runs the command under each Go.
pub async fn run(
    ctx: &Context,
    request: &EachRequest,
    watch: &dyn EachWatch,
) -> Result<EachReport, ManyError> {
    let folder = match &request.logs {
        Some(named) => LogFolder::open(named)?,
        None => LogFolder::open(&default_logs(ctx))?,
    };
    let mut legs = legs(ctx, request, watch).await?;
    for leg in &legs {
        // What an earlier command said under this name is not this one's.
        folder.forget(&leg.name)?;
    }
    watch.ready(&legs);
    let runner = Runner { ctx, words: &request.command, logs: &folder };
    let stop = ctx.cancel.child();
    let waiting: Vec<(usize, NamedGo)> = legs
        .iter()
        .enumerate()
        .filter(|(_, leg)| matches!(leg.state, LegState::Waiting))
        .filter_map(|(at, leg)| Some((at, leg.go.clone()?)))
        .collect();
    let tasks = waiting.into_iter().map(|(at, go)| {
        let (stop, runner) = (&stop, &runner);
        async move {
            if stop.is_cancelled() {
                return Ok((at, None));
            }
            watch.begins(at);
            Ok::<_, ManyError>((at, Some(runner.run(&go, stop).await?)))
        }
    });
    let mut running = stream::iter(tasks).buffer_unordered(request.jobs.max(1));
    let mut failure = None;
    while let Some(ended) = running.next().await {
        match ended {
            Ok((_, None)) => {}
            Ok((at, Some(run))) => {
                legs[at].state = LegState::of(run);
                if request.fail_fast && matches!(legs[at].state, LegState::Failed(_)) {
                    stop.cancel();
                }
                watch.ended(at, &legs[at]);
            }
            // The others have to end before this function does.
            Err(error) => {
                stop.cancel();
                failure.get_or_insert(error);
            }
        }
    }
    drop(running);
    match failure {
        Some(error) => Err(error),
        None => Ok(EachReport {
            legs,
            jobs: request.jobs,
            logs: folder.path().to_path_buf(),
            is_cancelled: ctx.cancel.is_cancelled(),
        }),
    }
}

/// The folder of the logs in gom's cache: one for each folder that commands run in.
fn default_logs(ctx: &Context) -> PathBuf {
    let cwd = ctx.environment.cwd.as_deref().map_or(OsStr::new(""), |cwd| cwd.as_os_str());
    folder_in_cache(ctx, CACHE, [cwd])
}

/// Finds the Gos, and installs those that are missing.
async fn legs(ctx: &Context, request: &EachRequest, watch: &dyn EachWatch) -> Result<Vec<Leg>, ManyError> {
    let mut queries = request.queries.clone();
    if request.supported {
        let index =
            index::load_quietly(ctx, Freshness::Current, &ctx.platform).await.map_err(CoreError::from)?;
        let lines = supported_lines(&index, &ctx.platform).into_iter();
        queries.extend(
            lines.map(|line| Query::from_request(&PlatformSpec { spec: Spec::Line(line), platform: None })),
        );
    }
    let mut texts: Vec<String> = Vec::new();
    queries.retain(|query| {
        let is_new = !texts.contains(&query.text);
        texts.push(query.text.clone());
        is_new
    });
    let found = join_all(queries.iter().map(|query| have(ctx, query, watch))).await;
    // Ctrl-C while toolchains are fetched.
    ctx.cancel.check()?;
    let mut gos: Vec<(String, Result<NamedGo, ManyError>)> =
        queries.into_iter().map(|query| query.text).zip(found).collect();
    if request.installed {
        let installed = ctx.installed().map_err(CoreError::from)?.into_iter();
        let here = installed.filter(|id| id.is_for(&ctx.platform));
        gos.extend(here.map(|id| (id.to_string(), Ok(NamedGo::Installed(id)))));
    }
    let line = GoLine::here(ctx);
    let mut legs: Vec<Leg> = Vec::new();
    for (text, go) in gos {
        let leg = leg(ctx, text, go, line.as_ref());
        if !legs.iter().any(|other| other.name == leg.name) {
            legs.push(leg);
        }
    }
    if legs.is_empty() { Err(ManyError::NothingInstalled) } else { Ok(legs) }
}

/// Returns the Go that a query means, which is installed if need be.
async fn have(ctx: &Context, query: &Query, watch: &dyn EachWatch) -> Result<NamedGo, ManyError> {
    if query.is_system() || query.linked().is_some() {
        return NamedGo::find(ctx, query)?.ok_or(ManyError::NoSystemGo);
    }
    let (id, outcome) = obtain(ctx, query, InstallOptions::default()).await?;
    watch.obtained(&id, &outcome);
    Ok(NamedGo::Installed(id))
}

fn leg(ctx: &Context, text: String, go: Result<NamedGo, ManyError>, line: Option<&GoLine>) -> Leg {
    let unavailable =
        |name, version, error| Leg { name, go: None, version, state: LegState::Unavailable(Box::new(error)) };
    let go = match go {
        Ok(go) => go,
        Err(error) => return unavailable(text, None, error),
    };
    let version = go.version(ctx);
    if let Err(error) = go.check(ctx) {
        return unavailable(go.to_string(), version, error.into());
    }
    let state = match (line, &version) {
        (Some(line), Some(version)) if line.is_above(version) => LegState::TooOld(line.clone()),
        _ => LegState::Waiting,
    };
    Leg { name: go.to_string(), go: Some(go), version, state }
}
