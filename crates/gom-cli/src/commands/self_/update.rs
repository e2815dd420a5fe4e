//! `gom self update`: replaces gom and its shim by those of a release.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use gom_core::path_text::as_text;
use gom_select::explain::ErrorKind;
use gom_self::error::SelfError;
use gom_self::release::ReleaseVersion;
use gom_self::update::{self, Availability, UpdateOptions, UpdateOutcome, Updated};
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;

/// The version of this gom.
const RUNNING: &str = env!("CARGO_PKG_VERSION");

/// Update gom itself
///
/// The new gom is proven by Go's checksum database, as toolchains are. A `go` that runs is not disturbed. If the new
/// gom does not answer, the old one is put back.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom self update
  gom self update --check          exit code 10 if there is a newer release
  gom self update 0.2.0 --allow-downgrade")]
pub(crate) struct Arguments {
    /// A release such as 0.2.0; without it the newest
    #[arg(value_name = "VERSION")]
    version: Option<String>,
    /// Only say whether there is a newer release
    #[arg(long, conflicts_with_all = ["allow_downgrade", "dry_run"])]
    check: bool,
    /// Replace this gom also by an older release
    #[arg(long)]
    allow_downgrade: bool,
    /// Say what would be replaced, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// The object of `--check --json`.
#[derive(Serialize)]
struct CheckJson {
    current: String,
    release: String,
    newer: bool,
    command: Option<String>,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json {
    from: String,
    to: String,
    updated: bool,
    dry_run: bool,
    files: Vec<String>,
    source: Option<String>,
    bytes: u64,
    log: Option<String>,
    h1: Option<String>,
}

pub(crate) async fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let version = arguments.version.as_deref().map(parse).transpose()?;
    if arguments.check {
        return Ok(say_available(&update::check(&app.ctx, RUNNING, version).await?, app));
    }
    let Arguments { allow_downgrade, dry_run, .. } = *arguments;
    let options = UpdateOptions { version, allow_downgrade, dry_run };
    Ok(match update::update(&app.ctx, RUNNING, &options).await? {
        UpdateOutcome::Current { current, release } => say_current(current, &release, dry_run, app),
        UpdateOutcome::Done(updated) => say_updated(&updated, dry_run, app),
    })
}

fn parse(text: &str) -> Result<ReleaseVersion, SelfError> {
    text.parse().map_err(|_| SelfError::Version { text: text.to_owned() })
}

fn say_available(found: &Availability, app: &App) -> ExitCode {
    let Availability { current, release, is_newer, owner } = found;
    let update = || owner.as_ref().map_or_else(|| "gom self update".to_owned(), |owner| owner.update.clone());
    let object = || CheckJson {
        current: current.clone(),
        release: release.to_string(),
        newer: *is_newer,
        command: is_newer.then(update),
    };
    let code = app.output.result(object, |output| {
        if *is_newer {
            output.data(&format!("gom {release} is newer than this gom, {current}"));
            output.hint(&format!("run `{}`", update()));
        } else {
            output.data(&format!("this gom, {current}, is not older than {release}"));
        }
    });
    if *is_newer { ExitCode::from(ErrorKind::ActionNeeded.exit_code()) } else { code }
}

fn say_current(current: String, release: &ReleaseVersion, dry_run: bool, app: &App) -> ExitCode {
    let text = format!("this gom, {current}, is not older than {release}: nothing to do");
    let object = || Json {
        from: current.clone(),
        to: current,
        updated: false,
        dry_run,
        files: Vec::new(),
        source: None,
        bytes: 0,
        log: None,
        h1: None,
    };
    app.output.result(object, |output| output.say(&text))
}

fn say_updated(updated: &Updated, dry_run: bool, app: &App) -> ExitCode {
    let Updated { from, release, places, log, record, source, fetched, outranked_by } = updated;
    let to = &release.version;
    let files = [&places.gom, &places.shim];
    let object = || Json {
        from: from.clone(),
        to: to.to_string(),
        updated: !dry_run,
        dry_run,
        files: files.map(|file| as_text(file)).to_vec(),
        source: source.clone(),
        bytes: *fetched,
        log: Some(log.clone()),
        h1: Some(record.h1.clone()),
    };
    let code = app.output.result(object, |output| {
        let folder = places.gom.parent().unwrap_or(Path::new("/")).display();
        if dry_run {
            output.data(&format!("gom {from} would become {to} in {folder}"));
        } else {
            output.say(&format!("gom {from} is now {to} in {folder}, proven by {log}"));
        }
    });
    if let Some(other) = outranked_by {
        app.output.warn(&format!("another gom comes first on PATH: {}", other.display()));
        app.output.hint("run `gom doctor` to see which gom and which go a shell finds");
    }
    code
}
