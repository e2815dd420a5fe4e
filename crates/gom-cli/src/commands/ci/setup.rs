//! `gom ci setup`: prepares Go for a job, and passes its variables and paths to the CI for later steps.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use gom_ci::cache::plan;
use gom_ci::changes::Delivery;
use gom_ci::deliver::{DeliveryOptions, deliver};
use gom_ci::job::Job;
use gom_ci::provide::{SearchPlaces, ToolchainOrigin};
use gom_ci::setup::{ReadyToolchain, Setup, SwitchPolicy, setup};
use gom_core::path_text::as_text;
use serde::Serialize;

use super::options::{PaysArg, WantedArgs};
use crate::app::App;
use crate::failure::Failure;

/// Get Go ready for the steps of this job
///
/// Without SPEC: GOM_TOOLCHAIN, else the version file, else go.work or go.mod: its exact `toolchain` line, its
/// exact `go` line if that has a patch, else the newest patch of that line. The first SPEC is the job's go.
///
/// Looks in the store, then in the runner's tool cache, then downloads. A SPEC is exact: its bin is first on
/// PATH, and GOTOOLCHAIN is local. Where a file chose the version, --toolchain says what Go may do.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom ci setup 1.22 1.23           two versions; go is 1.22
  gom ci setup --toolchain auto    this folder's; go may switch for go.mod
  gom ci setup stable --json
  eval \"$(gom ci setup --print)\"")]
pub(super) struct Arguments {
    /// Versions, lines or ranges; several may stand on lines of one argument
    #[arg(value_name = "SPEC")]
    specs: Vec<String>,
    #[command(flatten)]
    wanted: WantedArgs,
    /// What go may do about go.mod where a file chose the version
    #[arg(long, value_name = "POLICY", default_value = "local")]
    toolchain: PolicyArg,
    /// The store came out of a CI's cache: prove its toolchains again
    #[arg(long)]
    restored: bool,
    /// Whether the CI keeps toolchains
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    cache_toolchain: PaysArg,
    /// Make no annotations of the go command's errors
    #[arg(long)]
    no_problem_matchers: bool,
    /// Print shell lines to evaluate, and write nothing, whatever the CI
    #[arg(long, conflicts_with = "json")]
    print: bool,
    /// Write the variables and outputs to this file too, for GitLab's dotenv reports
    #[arg(long, value_name = "FILE")]
    dotenv: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PolicyArg {
    /// Stay with the toolchain that was set up
    Local,
    /// Get what go.mod asks for
    Auto,
    /// Leave GOTOOLCHAIN as it is
    Inherit,
}

pub(super) async fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let job = Job::read(&app.ctx.environment);
    let ended = get_ready(arguments, app, &job).await;
    if let Err(failure) = &ended
        && (arguments.print || (job.provider.takes_shell_lines() && !app.output.is_json()))
    {
        // `eval "$(...)"` loses the exit code of the command, so it is printed as a command.
        app.output.data(&format!("(exit {})", failure.code()));
    }
    ended
}

async fn get_ready(arguments: &Arguments, app: &App, job: &Job) -> Result<ExitCode, Failure> {
    let asked = arguments.wanted.asked(&arguments.specs, app)?;
    let places = SearchPlaces {
        restored: arguments.restored,
        tool_cache: job.tool_cache.as_deref(),
        check_latest: arguments.wanted.check_latest,
    };
    let policy = match arguments.toolchain {
        PolicyArg::Local => SwitchPolicy::Local,
        PolicyArg::Auto => SwitchPolicy::Auto,
        PolicyArg::Inherit => SwitchPolicy::Inherit,
    };
    let mut done = setup(&app.ctx, job, &asked, places, policy).await?;
    let delivery = hand_over(arguments, app, job, &mut done)?;
    for ready in &done.toolchains {
        say(app, ready);
    }
    let object = to_json(app, job, &done, &delivery, arguments.cache_toolchain)?;
    Ok(app.output.result(|| object, |output| delivery.lines.iter().for_each(|line| output.data(line))))
}

/// Writes the files, or returns the lines for `eval`.
fn hand_over(arguments: &Arguments, app: &App, job: &Job, done: &mut Setup) -> Result<Delivery, Failure> {
    let dotenv = arguments.dotenv.as_deref().map(|file| app.absolute(file));
    let options = DeliveryOptions {
        dotenv: dotenv.as_deref(),
        only_lines: arguments.print,
        with_matchers: !arguments.no_problem_matchers,
    };
    Ok(deliver(&app.ctx, job, done, options)?)
}

fn say(app: &App, ready: &ReadyToolchain) {
    let provided = &ready.provided;
    let (id, origin, proof) = (&provided.id, provided.origin.name(), &provided.proof);
    app.output.say(&format!("{id} from {origin}, {proof}; {} ms", provided.millis));
    if ready.runs != id.version.to_string() {
        app.output.say(&format!("here it runs as Go {}, as go.mod and GOTOOLCHAIN ask", ready.runs));
    }
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    ci: &'static str,
    policy: SwitchPolicy,
    toolchains: Vec<ToolchainJson<'a>>,
    path: &'a [String],
    variables: BTreeMap<&'a str, &'a str>,
    outputs: BTreeMap<&'a str, &'a str>,
    problem_matchers: &'a [String],
    commands: &'a [String],
    warnings: &'a [String],
    milliseconds: u64,
}

/// One toolchain.
#[derive(Serialize)]
struct ToolchainJson<'a> {
    asked: String,
    asked_by: &'a str,
    by_hand: bool,
    toolchain: String,
    version: String,
    os: &'a str,
    arch: &'a str,
    runs: &'a str,
    goroot: String,
    source: ToolchainOrigin,
    proof: &'a str,
    refused: &'a [String],
    downloaded: u64,
    milliseconds: u64,
    cache: CacheJson,
}

/// The cache of a toolchain that the CI should keep.
#[derive(Serialize)]
struct CacheJson {
    key: String,
    paths: Vec<String>,
    save: bool,
}

fn to_json<'a>(
    app: &App,
    job: &Job,
    done: &'a Setup,
    delivery: &'a Delivery,
    pays: PaysArg,
) -> Result<Json<'a>, Failure> {
    let changes = &done.changes;
    let toolchains = done.toolchains.iter().map(|ready| toolchain_to_json(app, job, ready, pays));
    Ok(Json {
        ci: job.provider.name(),
        policy: done.policy,
        toolchains: toolchains.collect::<Result<_, Failure>>()?,
        path: &changes.path,
        variables: by_name(&changes.variables),
        outputs: by_name(&changes.outputs),
        problem_matchers: &changes.matchers,
        commands: &delivery.lines,
        warnings: &done.warnings,
        milliseconds: done.millis,
    })
}

fn by_name(pairs: &[(String, String)]) -> BTreeMap<&str, &str> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn toolchain_to_json<'a>(
    app: &App,
    job: &Job,
    ready: &'a ReadyToolchain,
    pays: PaysArg,
) -> Result<ToolchainJson<'a>, Failure> {
    let provided = &ready.provided;
    let id = &provided.id;
    let cache = plan::of_toolchain(&app.ctx, job, id, None, pays.pays())?;
    Ok(ToolchainJson {
        asked: ready.asked.text(),
        asked_by: &ready.asked.place,
        by_hand: ready.asked.by_hand,
        toolchain: id.to_string(),
        version: id.version.to_string(),
        os: id.platform.os(),
        arch: id.platform.arch(),
        runs: &ready.runs,
        goroot: as_text(&provided.goroot),
        source: provided.origin,
        proof: &provided.proof,
        refused: &provided.refused,
        downloaded: provided.bytes,
        milliseconds: provided.millis,
        cache: CacheJson {
            paths: cache.paths.iter().map(|path| as_text(path)).collect(),
            save: cache.is_to_be_saved(provided.origin),
            key: cache.key.key,
        },
    })
}
