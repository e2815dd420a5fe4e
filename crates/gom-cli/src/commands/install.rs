//! `gom install`: installs the newest published match of each SPEC, all at once.

use std::process::ExitCode;

use clap::Args;
use futures_util::future::join_all;
use gom_core::candidates::RowKind;
use gom_core::install::{InstallOptions, InstallOutcome, install_locked};
use gom_core::obtain::obtain;
use gom_core::outranked::{above_default, displaced_go};
use gom_core::path_text::as_text;
use gom_core::pin;
use gom_core::query::error::QueryError;
use gom_core::resolve::{self, Query};
use gom_core::store::receipt::Receipt;
use gom_select::platform::Platform;
use gom_select::toolchain::ToolchainId;
use serde::Serialize;

use super::lock;
use super::pick::{can_pick, pick};
use crate::announce::{say_default, say_installed, say_no_shim, say_notes, say_outranked};
use crate::app::App;
use crate::failure::Failure;
use crate::options::PlatformArgs;

/// Install toolchains
///
/// Installs the newest published match of each SPEC. Without SPEC, installs what this folder asks for: its
/// version file, else the newer of the `toolchain` line and the `go` line of go.work or go.mod, else the newest
/// patch of that line; where no file names a version, opens a list to choose from at a terminal. What go.work, go.mod or GOTOOLCHAIN ask for above a version file is installed too.
/// The first SPEC that you install becomes the default (see `gom use`), of several the newest.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom install 1.22.6               exactly this version
  gom install 1.22 1.23            the newest patch of both lines
  gom install '>=1.21, <1.23'      the newest release of a range
  gom install                      what this folder asks for
  gom install --locked             what gom.lock locks
  gom install 1.26.0 --os darwin --arch arm64")]
pub(crate) struct Arguments {
    /// Versions, lines or ranges
    #[arg(value_name = "SPEC")]
    specs: Vec<String>,
    /// Install what gom.lock locks, proven by it; fail if the project asks for another Go
    #[arg(long, conflicts_with = "specs")]
    locked: bool,
    /// Reinstall, replacing the existing tree atomically
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    platform: PlatformArgs,
}

/// The result for one toolchain.
pub(super) struct InstalledItem {
    id: ToolchainId,
    outcome: InstallOutcome,
}

/// The object of `--json`. A failure has it too.
#[derive(Serialize)]
struct Json<'a> {
    toolchains: Vec<ToolchainJson<'a>>,
    default: Option<String>,
}

/// One toolchain that is installed now.
#[derive(Serialize)]
struct ToolchainJson<'a> {
    toolchain: String,
    version: String,
    os: &'a str,
    arch: &'a str,
    goroot: String,
    outcome: OutcomeJson,
    receipt: Option<Receipt>,
}

/// What this command did for it.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum OutcomeJson {
    AlreadyInstalled,
    Installed,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let platform = arguments.platform.platform(&app.ctx.platform)?;
    if arguments.locked {
        return locked(app, platform.as_ref(), arguments.force).await;
    }
    let specs = if arguments.specs.is_empty() && is_free_to_choose(app) {
        vec![pick(app, "install", RowKind::Installable, "Go to install:").await?]
    } else {
        arguments.specs
    };
    let results = if specs.is_empty() {
        here(app, platform, arguments.force).await?
    } else {
        let queries = queries(app, &specs, platform.as_ref())?;
        join_all(queries.iter().map(|query| one(app, query, arguments.force))).await
    };
    let (mut done, mut failures): (Vec<InstalledItem>, Vec<Failure>) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(one) if done.iter().any(|other| other.id == one.id) => {}
            Ok(one) => done.push(one),
            Err(failure) => failures.push(failure),
        }
    }
    if !done.is_empty() {
        say_no_shim(app);
    }
    let default = if specs.is_empty() { None } else { first_default(app, &done)? };
    let object = Json { toolchains: done.iter().map(|done| to_json(app, done)).collect(), default };
    if failures.is_empty() {
        return Ok(app.output.result(|| object, |_| ()));
    }
    let mut first = failures.remove(0);
    first.others = failures;
    Err(first.with_partial(object))
}

/// Installs the toolchain of the project's `gom.lock`.
async fn locked(app: &App, platform: Option<&Platform>, force: bool) -> Result<ExitCode, Failure> {
    let project = lock::project(app)?;
    let lock = lock::existing(&project)?;
    let place = lock.fits(&app.ctx, project.root(), false)?;
    app.output.say(&format!("{place} asks for go{}, and {} locks it", lock.go, lock.file.display()));
    let platform = platform.cloned().unwrap_or_else(|| app.ctx.platform.for_release(&lock.go).into_owned());
    let toolchain = lock.toolchain(&platform).map_err(gom_core::Error::from)?;
    let how = InstallOptions { force, ..InstallOptions::default() };
    let outcome = install_locked(&app.ctx, &lock, toolchain, how).await?;
    let done = [reported(app, toolchain.id.clone(), outcome).await?];
    say_no_shim(app);
    let default = first_default(app, &done)?;
    let object = || Json { toolchains: done.iter().map(|done| to_json(app, done)).collect(), default };
    Ok(app.output.result(object, |_| ()))
}

/// Whether no file here names a version and the user can be asked for one.
fn is_free_to_choose(app: &App) -> bool {
    can_pick(app)
        && matches!(resolve::asked_here(&app.ctx), Err(gom_core::Error::Query(QueryError::NothingAsked)))
}

fn queries(app: &App, specs: &[String], platform: Option<&Platform>) -> Result<Vec<Query>, Failure> {
    let mut queries: Vec<Query> = Vec::new();
    for text in specs {
        let query = Query::read(&app.ctx, text, platform)?;
        if !queries.iter().any(|other| other.text == query.text) {
            queries.push(query);
        }
    }
    Ok(queries)
}

/// Installs what this folder asks for, and then what its `go` still lacks: a pin is only the starting point
/// for Go's own rules.
async fn here(
    app: &App,
    platform: Option<Platform>,
    force: bool,
) -> Result<Vec<Result<InstalledItem, Failure>>, Failure> {
    let (mut query, place) = resolve::asked_here(&app.ctx)?;
    app.output.say(&format!("{place} asks for {}", query.text));
    let is_for_here = platform.is_none();
    if query.linked().is_some() {
        app.output.say("it is linked, so there is nothing to install");
        return Ok(Vec::new());
    }
    query.platform = query.platform.or(platform);
    let mut results = vec![one(app, &query, force).await];
    let mut asked = vec![query.text];
    while is_for_here
        && results.iter().all(Result::is_ok)
        && let Some((query, place)) = resolve::lacking_here(&app.ctx)?
        && !asked.contains(&query.text)
    {
        app.output.say(&format!("{place} asks for {} too, and `go` follows it here", query.text));
        results.push(one(app, &query, force).await);
        asked.push(query.text);
    }
    Ok(results)
}

/// Makes the first Go that a person installs the default, because they want to run it.
fn first_default(app: &App, done: &[InstalledItem]) -> Result<Option<String>, Failure> {
    let ids: Vec<ToolchainId> = done.iter().map(|done| done.id.clone()).collect();
    let Some(id) = pin::first_default(&app.ctx, &ids)? else { return Ok(None) };
    let text = id.version.as_spec();
    say_default(app, &text);
    let above = above_default(&app.ctx, Some(&id));
    say_outranked(app, &above);
    if let Some(go) = displaced_go(&app.ctx, &above) {
        app.output.say(&format!("`{}` no longer runs as `go`; `gom use system` undoes this", go.display()));
    }
    Ok(Some(text))
}

/// Installs the newest published match of one query, and reports it.
pub(super) async fn one(app: &App, query: &Query, force: bool) -> Result<InstalledItem, Failure> {
    let (id, outcome) =
        obtain(&app.ctx, query, InstallOptions { force, ..InstallOptions::default() }).await?;
    reported(app, id, outcome).await
}

async fn reported(app: &App, id: ToolchainId, outcome: InstallOutcome) -> Result<InstalledItem, Failure> {
    say_installed(app, &id, &outcome);
    if matches!(outcome, InstallOutcome::Now(_)) {
        say_notes(app, &id).await?;
    }
    Ok(InstalledItem { id, outcome })
}

fn to_json<'a>(app: &App, done: &'a InstalledItem) -> ToolchainJson<'a> {
    ToolchainJson {
        toolchain: done.id.to_string(),
        version: done.id.version.to_string(),
        os: done.id.platform.os(),
        arch: done.id.platform.arch(),
        goroot: as_text(&app.ctx.goroot(&done.id)),
        outcome: match done.outcome {
            InstallOutcome::Already => OutcomeJson::AlreadyInstalled,
            InstallOutcome::Now(_) => OutcomeJson::Installed,
        },
        receipt: app.ctx.store.read_receipt(&done.id),
    }
}
