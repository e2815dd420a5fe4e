//! `gom info`: shows what is known about a release.

use std::process::ExitCode;

use clap::Args;
use gom_audit::known;
use gom_core::resolve::Query;
use gom_core::upkeep::release::info;

use super::release::{ReleaseJson, lines, wrapped};
use crate::app::App;
use crate::failure::Failure;
use crate::options::PlatformArgs;

/// Show what is known about a release
///
/// Shows its date, whether its line gets fixes and until when, the newest patch and the security fixes in it, its known
/// vulnerabilities, the size of its archive, its platforms, whether it is installed, and Go's own pages about it. What gom
/// can't know is `unknown`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom info 1.22.6
  gom info latest
  gom info 1.26 --json             the newest Go 1.26")]
pub(crate) struct Arguments {
    /// A version, line or range
    #[arg(value_name = "SPEC")]
    spec: String,
    #[command(flatten)]
    platform: PlatformArgs,
}

pub(crate) async fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let platform = arguments.platform.platform(&app.ctx.platform)?;
    let query = Query::read(&app.ctx, &arguments.spec, platform.as_ref())?;
    let info = info(&app.ctx, &query).await?;
    let database = known::load_known(&app.ctx);
    Ok(app.output.result(
        || ReleaseJson::of(app, &info, &database),
        |output| {
            for (name, value) in lines(app, &info, &database) {
                for line in wrapped(name, &value, output.width()) {
                    output.data(&line);
                }
            }
        },
    ))
}
