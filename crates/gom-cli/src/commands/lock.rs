//! `gom lock`: writes the project's `gom.lock`, checks it, or prints its sums in the form of another program.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use gom_core::lockfile::{self, LineFormat, Lockfile, LockfileError};
use gom_core::locking::{self, Asked};
use gom_core::path_text::as_text;
use gom_core::project::Project;
use gom_select::platform::Platform;
use gom_select::version::GoVersion;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::output::{Output, counted};

/// Lock this project's Go with its proofs, in gom.lock
///
/// Writes `gom.lock` at the root of the project: the exact version that its files ask for and, for each platform of the
/// release, the archive's sha256 and the checksum database's record with its proof. `gom install --locked` then proves
/// a download by the file and the key of the database alone.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom lock                         all platforms of the release
  gom lock --platform linux-amd64,darwin-arm64
  gom lock --check                 for CI: exit code 10 if the pin moved
  gom lock --format docker         the sums as lines of a Dockerfile")]
pub(crate) struct Arguments {
    /// Lock only these platforms, now and later; `all` undoes that (may be repeated)
    #[arg(long = "platform", value_name = "OS-ARCH", value_delimiter = ',', conflicts_with_all = ["check", "format"])]
    platforms: Vec<String>,
    /// Lock the newest release that the project asks for, not the one that is locked
    #[arg(long, conflicts_with_all = ["check", "format"])]
    upgrade: bool,
    /// Check that gom.lock is true and locks what the project asks for; no network
    #[arg(long, conflicts_with_all = ["format", "dry_run"])]
    check: bool,
    /// Print the sums in gom.lock as lines for another program
    #[arg(long, value_name = "PROGRAM", conflicts_with = "dry_run")]
    format: Option<Format>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// The word for every platform of a release.
const ALL: &str = "all";

/// The programs that want sums in their own form.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Docker,
    Bazel,
    Nix,
    Renovate,
}

impl From<Format> for LineFormat {
    fn from(format: Format) -> LineFormat {
        match format {
            Format::Docker => LineFormat::Docker,
            Format::Bazel => LineFormat::Bazel,
            Format::Nix => LineFormat::Nix,
            Format::Renovate => LineFormat::Renovate,
        }
    }
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    file: String,
    go: String,
    log: &'a str,
    /// The file and line that ask for this Go.
    asked_by: &'a str,
    /// Whether the file changed; with `--dry-run`, whether it would.
    changed: bool,
    dry_run: bool,
    toolchains: Vec<ToolchainJson<'a>>,
    unproven: Vec<UnprovenJson<'a>>,
}

#[derive(Serialize)]
struct ToolchainJson<'a> {
    platform: String,
    archive: Option<&'a str>,
    sha256: Option<String>,
    h1: &'a str,
    /// The number of the record in the checksum database.
    record: u64,
}

#[derive(Serialize)]
struct UnprovenJson<'a> {
    platform: String,
    archive: Option<&'a str>,
    sha256: Option<String>,
    reason: &'a str,
}

/// The object of `--format PROGRAM --json`.
#[derive(Serialize)]
struct LinesJson {
    lines: String,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let project = project(app)?;
    match arguments.format {
        Some(format) => print_lines(format, &project, app),
        None if arguments.check => check(&project, app).await,
        None => write(&arguments, &project, app).await,
    }
}

/// The project of the working directory.
pub(super) fn project(app: &App) -> Result<Project, Failure> {
    let dir = app.ctx.environment.cwd.as_deref().ok_or_else(|| {
        Failure::other("the working directory no longer exists", "run `cd ~` and try again")
    })?;
    Ok(Project::of_go(dir).map_err(gom_core::Error::from)?)
}

fn print_lines(format: Format, project: &Project, app: &App) -> Result<ExitCode, Failure> {
    let lock = existing(project)?;
    let lines = lock.lines(format.into()).map_err(gom_core::Error::from)?;
    Ok(app
        .output
        .result(|| LinesJson { lines: lines.clone() }, |output| output.data(lines.trim_end_matches('\n'))))
}

/// The lock of the project, which must have one.
pub(super) fn existing(project: &Project) -> Result<Lockfile, Failure> {
    let file = project.root().join(lockfile::FILE_NAME);
    let lock = lockfile::read(project.root()).map_err(gom_core::Error::from)?;
    Ok(lock.ok_or(LockfileError::Missing { file }).map_err(gom_core::Error::from)?)
}

async fn check(project: &Project, app: &App) -> Result<ExitCode, Failure> {
    let checked = locking::check(&app.ctx, project.root()).await?;
    let lock = &checked.lock;
    let text = format!(
        "{} locks go{}, which {} asks for; {} proven by {}",
        lock.file.display(),
        lock.go,
        checked.place,
        counted(lock.toolchains.len(), "platform"),
        lock.log
    );
    let object = || to_json(lock, &checked.place, false, false);
    Ok(app.output.result(object, |output| output.data(&text)))
}

async fn write(arguments: &Arguments, project: &Project, app: &App) -> Result<ExitCode, Failure> {
    let asked = locking::asked(&app.ctx, project.root())?;
    let old = match lockfile::read(project.root()) {
        Ok(old) => old,
        // A newer gom's file is not thrown away; any other is made anew.
        Err(error @ LockfileError::Newer { .. }) => return Err(gom_core::Error::from(error).into()),
        Err(error) => {
            app.output.warn(&format!("{error}; it is made anew"));
            None
        }
    };
    let platforms = platforms(arguments, old.as_ref())?;
    let version = locked_version(app, &asked, old.as_ref().filter(|_| !arguments.upgrade)).await?;
    let lock = locking::make(&app.ctx, project.root(), &version, &platforms, old.as_ref()).await?;
    let changed = old.as_ref() != Some(&lock);
    let is_dry = arguments.dry_run;
    if changed && is_dry {
        project.check(&lock.file, |_, _| false).map_err(gom_core::Error::from)?;
    } else if changed {
        project.replace(&lock.file, lock.render().as_bytes(), |_, _| false).map_err(gom_core::Error::from)?;
    }
    say(&lock, &asked, changed, is_dry, &app.output);
    Ok(app.output.result(|| to_json(&lock, &asked.place, changed, is_dry), |_| ()))
}

/// The version that is locked, as long as the project accepts it; else the newest that it asks for.
async fn locked_version(app: &App, asked: &Asked, old: Option<&Lockfile>) -> Result<GoVersion, Failure> {
    match old.filter(|old| asked.accepts(&old.go).is_ok()) {
        Some(old) => Ok(old.go.clone()),
        None => Ok(locking::locked_version(&app.ctx, asked).await?),
    }
}

/// The platforms of the arguments, else those that somebody chose before; none for all.
fn platforms(arguments: &Arguments, old: Option<&Lockfile>) -> Result<Vec<Platform>, Failure> {
    match arguments.platforms.as_slice() {
        [] => return Ok(old.map(|old| old.platforms.clone()).unwrap_or_default()),
        [all] if all == ALL => return Ok(Vec::new()),
        _ => {}
    }
    let parse = |text: &String| {
        Platform::parse(text).ok().filter(Platform::is_known).ok_or_else(|| {
            let hint = "name one as Go does: linux-amd64, darwin-arm64";
            Failure::usage(format!("Go has no platform `{text}`"), hint).about(text.clone())
        })
    };
    let mut platforms = arguments.platforms.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    platforms.sort_by_key(ToString::to_string);
    platforms.dedup();
    Ok(platforms)
}

fn say(lock: &Lockfile, asked: &Asked, changed: bool, is_dry: bool, output: &Output) {
    let verb = match (changed, is_dry) {
        (false, _) => "already locked",
        (true, false) => "locked",
        (true, true) => "would lock",
    };
    let file = lock.file.display();
    output.say(&format!("{verb} go{} (asked by {}) in {file}", lock.go, asked.place));
    let platforms = counted(lock.toolchains.len(), "platform");
    output.say(&format!("{platforms} with the proof of {}", lock.log));
    for unproven in &lock.unproven {
        output.say(&format!("without a proof: {}: {}", unproven.platform, unproven.reason));
    }
    for toolchain in lock.toolchains.iter().filter(|toolchain| toolchain.sha256.is_none()) {
        output.say(&format!("without a sha256: {}: no list has one", toolchain.id.platform));
    }
    if changed && !is_dry {
        output.hint("commit gom.lock; `gom install --locked` follows it, and `gom lock --check` is for CI");
    }
}

fn to_json<'a>(lock: &'a Lockfile, asked_by: &'a str, changed: bool, dry_run: bool) -> Json<'a> {
    let toolchains = lock.toolchains.iter().map(|toolchain| ToolchainJson {
        platform: toolchain.id.platform.to_string(),
        archive: toolchain.archive.as_deref(),
        sha256: toolchain.sha256.map(|sum| sum.to_string()),
        h1: &toolchain.record.h1,
        record: toolchain.record.id,
    });
    let unproven = lock.unproven.iter().map(|unproven| UnprovenJson {
        platform: unproven.platform.to_string(),
        archive: unproven.archive.as_deref(),
        sha256: unproven.sha256.map(|sum| sum.to_string()),
        reason: &unproven.reason,
    });
    Json {
        file: as_text(&lock.file),
        go: lock.go.to_string(),
        log: &lock.log,
        asked_by,
        changed,
        dry_run,
        toolchains: toolchains.collect(),
        unproven: unproven.collect(),
    }
}
