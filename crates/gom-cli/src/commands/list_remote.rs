//! `gom list-remote`: lists the published toolchains.

use std::process::ExitCode;

use clap::Args;
use gom_audit::known;
use gom_core::digest::Sha256Digest;
use gom_core::index::{self, Freshness, Index};
use gom_core::published::listed;
use gom_core::resolve::Query;
use gom_select::platform::Platform;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::options::PlatformArgs;

/// List published toolchains
///
/// Newest first. Without SPEC, the newest release of each line; with SPEC, every release that answers to
/// it. --all adds everything else, prereleases too. Knows go.dev's releases and those of your module proxy,
/// also offline. A release with known vulnerabilities says how many; `gom audit` has the list of what is in use.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom list-remote
  gom list-remote 1.22             every release of Go 1.22
  gom list-remote 1.24 --all       its prereleases too
  gom list-remote --os darwin --arch arm64")]
pub(crate) struct Arguments {
    /// A version, line or range
    #[arg(value_name = "SPEC")]
    spec: Option<String>,
    /// Every release, prereleases too
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    platform: PlatformArgs,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    platform: String,
    as_of: &'a str,
    releases: Vec<ReleaseJson>,
}

/// One release.
#[derive(Serialize)]
struct ReleaseJson {
    version: String,
    stable: bool,
    installed: bool,
    file: Option<String>,
    sha256: Option<Sha256Digest>,
    platforms: Vec<String>,
    known_vulnerabilities: Option<usize>,
}

pub(crate) async fn run(arguments: Arguments, app: &App) -> Result<ExitCode, Failure> {
    let platform = arguments.platform.platform(&app.ctx.platform)?;
    let query = arguments.spec.as_deref().map(|text| Query::parse(text, platform.as_ref())).transpose()?;
    let platform = query.as_ref().and_then(|query| query.platform.clone()).or(platform);
    let platform = platform.unwrap_or_else(|| app.ctx.platform.clone());
    let index = if app.output.is_json() {
        // JSON lists every platform of a release.
        index::load_all(&app.ctx, Freshness::Current).await?
    } else {
        index::load(&app.ctx, Freshness::Current, &platform).await?
    };
    let versions = listed(&index, &platform, query.as_ref(), arguments.all);
    if versions.is_empty() {
        let text = query.map_or_else(|| platform.to_string(), |query| query.text);
        let message = format!("no Go release for {platform} matches `{text}`");
        let failure =
            Failure::new(gom_select::explain::ErrorKind::NotFound, message, "run `gom list-remote --all`");
        return Err(failure.about(text));
    }
    let installed = app.ctx.installed()?;
    let is_installed =
        |version: &GoVersion| installed.iter().any(|id| id.version == *version && id.platform == platform);
    let database = known::load_known(&app.ctx);
    let vulnerabilities = |version: &GoVersion| database.count(version, &platform);
    let object = || {
        let all = versions.iter();
        let all = all.map(|version| ReleaseJson {
            known_vulnerabilities: vulnerabilities(version),
            ..to_json(&index, version, &platform, is_installed(version))
        });
        Json { platform: platform.to_string(), as_of: &index.as_of, releases: all.collect() }
    };
    Ok(app.output.result(object, |output| {
        for version in &versions {
            let mark = if is_installed(version) { "  installed" } else { "" };
            let known = match vulnerabilities(version) {
                None | Some(0) => String::new(),
                Some(1) => "  1 known vulnerability".to_owned(),
                Some(number) => format!("  {number} known vulnerabilities"),
            };
            output.data(&format!("{version}{mark}{known}"));
        }
        if query.is_none() && !arguments.all {
            output.say(
                "the newest of each line; `gom list-remote 1.22` shows every release of Go 1.22, \
                 `gom list-remote --all` everything",
            );
        }
    }))
}

fn to_json(index: &Index, version: &GoVersion, platform: &Platform, installed: bool) -> ReleaseJson {
    let archive = |id: &ToolchainId| index.get(id).and_then(|published| published.archive.clone());
    let mine = ToolchainId { version: version.clone(), platform: platform.clone() };
    let builds: Vec<String> = index
        .iter()
        .filter(|(id, _)| id.version == *version)
        .map(|(id, _)| id.platform.to_string())
        .collect();
    ReleaseJson {
        version: version.to_string(),
        stable: !version.is_prerelease(),
        installed,
        file: archive(&mine).map(|archive| archive.filename),
        sha256: archive(&mine).and_then(|archive| archive.sha256),
        platforms: builds,
        known_vulnerabilities: None,
    }
}
