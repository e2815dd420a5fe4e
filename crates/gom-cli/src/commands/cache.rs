//! `gom cache stats`: shows the content of Go's and gom's caches, and how much of a build came from the build
//! cache.

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, ExitStatus, Stdio};

use clap::{Args, Subcommand};
use gom_core::admission::allowed_go;
use gom_core::files;
use gom_core::go_command::GoCommand;
use gom_doctor::caches::{self, CacheSize, HitRate};
use gom_doctor::environment::with_view;
use indicatif::HumanBytes;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::output::Output;

const EXAMPLES: &str = "\
Examples:
  gom cache stats
  gom cache stats -- go build ./...
  gom cache stats --json -- go test ./...";

/// Show what caches hold, and how much of a build comes from one
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    report: CacheReport,
}

#[derive(Debug, Subcommand)]
enum CacheReport {
    /// Show what caches hold, and how much of a build comes from one
    Stats(StatsArguments),
}

/// Show what caches hold, and how much of a build comes from one
///
/// With a go command after `--` it is run, and the packages that it took from the build cache are counted: those
/// for which go ran no command. What it prints goes to standard error, and its exit code is gom's.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
struct StatsArguments {
    /// go build, install, test, run or vet with its arguments
    #[arg(value_name = "BUILD", last = true)]
    build: Vec<OsString>,
}

/// The result of a build.
struct Built {
    rate: HitRate,
    status: ExitStatus,
}

/// The object of `gom cache stats --json`.
#[derive(Serialize)]
struct StatsJson<'a> {
    caches: &'a [CacheSize],
    build: Option<BuildJson<'a>>,
}

/// How much of the build came from the build cache.
#[derive(Serialize)]
struct BuildJson<'a> {
    packages: usize,
    from_cache: usize,
    compiled: &'a [String],
    percent: Option<usize>,
}

pub(crate) fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let CacheReport::Stats(arguments) = arguments.report;
    let builds = !arguments.build.is_empty();
    let go = if builds { allowed_go(&app.ctx)? } else { GoCommand::selected(&app.ctx)? };
    let built = match arguments.build.as_slice() {
        [] => None,
        words => Some(build(words, &go, app)?),
    };
    // Measured after the build, so that its additions count.
    let sizes = with_view(&app.ctx, &go, |view| caches::sizes(&app.ctx, view));
    let object = || {
        let rate = built.as_ref().map(|Built { rate, .. }| BuildJson {
            packages: rate.packages,
            from_cache: rate.from_cache,
            compiled: &rate.compiled,
            percent: rate.percent(),
        });
        StatsJson { caches: &sizes, build: rate }
    };
    app.output.result(object, |output| {
        print_sizes(&sizes, output);
        if let Some(Built { rate, .. }) = &built {
            print_rate(rate, output);
        }
    });
    Ok(built.map_or(ExitCode::SUCCESS, |built| code_of(built.status)))
}

fn print_sizes(sizes: &[CacheSize], output: &Output) {
    for CacheSize { name, path, files, bytes } in sizes {
        let size = HumanBytes(*bytes).to_string();
        output.data(&format!("{name:10} {size:>12} {files:>8} files  {}", path.display()));
    }
}

fn print_rate(rate: &HitRate, output: &Output) {
    let HitRate { packages, from_cache, compiled } = rate;
    match rate.percent() {
        Some(percent) => {
            output.data(&format!("build cache: {from_cache} of {packages} packages ({percent} %)"));
        }
        None => output.data("build cache: the build needed no package"),
    }
    for package in compiled.iter().filter(|_| output.is_verbose()) {
        output.data(&format!("  compiled {package}"));
    }
}

fn build(words: &[OsString], go: &GoCommand, app: &App) -> Result<Built, Failure> {
    let at = caches::build_verb(words).ok_or_else(|| {
        let line = words.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
        let message = format!("`{line}` is not a `go build` command");
        Failure::usage(message, "run `gom cache stats -- go build ./...`").about(line)
    })?;
    let trouble =
        |error: std::io::Error| Failure::other(error.to_string(), "run `df` to see whether there is room");
    let folder = files::temporary_folder().map_err(trouble)?;
    let graph = folder.path().join("actions.json");
    let mut command = if words[0] == "go" { go.command(&app.ctx) } else { Command::new(&words[0]) };
    command.args(&words[1..=at]);
    let mut flag = OsString::from("-debug-actiongraph=");
    flag.push(&graph);
    command.arg(flag).args(&words[at + 1..]).stdout(Stdio::from(std::io::stderr()));
    let status = command.status().map_err(|error| {
        let message = format!("can't run `{}`: {error}", words[0].display());
        Failure::other(message, "run `gom which go`").with_code(126)
    })?;
    app.ctx.cancel.check().map_err(gom_core::Error::from)?;
    let rate = caches::hit_rate(&graph).map_err(|error| {
        let message = format!("go wrote no record of its actions: {error}");
        Failure::other(message, "run the same command without `gom cache stats --`")
            .with_code(byte_of(status).max(1))
    })?;
    Ok(Built { rate, status })
}

fn code_of(status: ExitStatus) -> ExitCode {
    ExitCode::from(byte_of(status))
}

/// Converts an exit status to a byte, as a shell does.
fn byte_of(status: ExitStatus) -> u8 {
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default());
    u8::try_from(code).unwrap_or(1)
}
