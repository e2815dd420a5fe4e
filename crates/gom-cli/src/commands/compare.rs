//! `gom compare`: shows the difference between two releases.

use std::process::ExitCode;

use clap::Args;
use gom_audit::database::Database;
use gom_audit::known;
use gom_core::resolve::Query;
use gom_core::upkeep::release::{Comparison, ReleaseInfo, compare};
use serde::Serialize;

use super::release::{ReleaseJson, SecurityJson, fixes, released, support, vulnerabilities, wrapped};
use crate::app::App;
use crate::failure::Failure;
use crate::sizes::megabytes;

/// Compare two releases
///
/// Shows their dates and the days between them, the patches and the security fixes between them, their known
/// vulnerabilities, support and sizes. Fixes are only counted within one line, because each line gets them in patches of its own.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom compare 1.22.6 1.22.12
  gom compare 1.21 latest
  gom compare 1.26.3 1.26 --json")]
pub(crate) struct Arguments {
    /// A version, line or range
    #[arg(value_name = "SPEC")]
    first: String,
    /// Another one
    #[arg(value_name = "SPEC")]
    second: String,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    first: ReleaseJson<'a>,
    second: ReleaseJson<'a>,
    older: String,
    newer: String,
    days_between: Option<u64>,
    patches: Option<Vec<String>>,
    security: Option<SecurityJson>,
}

pub(crate) async fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let [first, second] = [&arguments.first, &arguments.second].map(|text| Query::read(&app.ctx, text, None));
    let comparison = compare(&app.ctx, &first?, &second?).await?;
    let database = known::load_known(&app.ctx);
    Ok(app.output.result(
        || to_json(app, &comparison, &database),
        |output| {
            for (name, value) in lines(&comparison, &database) {
                for line in wrapped(name, &value, output.width()) {
                    output.data(&line);
                }
            }
        },
    ))
}

fn lines(comparison: &Comparison, database: &Database) -> Vec<(&'static str, String)> {
    let Comparison { first, second, .. } = comparison;
    let both = |of: &dyn Fn(&ReleaseInfo) -> String| format!("{} -> {}", of(first), of(second));
    let mut lines = vec![
        ("version", both(&|info| info.id.version.to_string())),
        ("released", format!("{}{}", both(&released), days(comparison))),
        ("support", support(first)),
    ];
    if first.id.version.line() != second.id.version.line() {
        lines.push(("", support(second)));
    }
    lines.push(("patches", patches(comparison)));
    lines.push(("security", security(comparison)));
    lines.push(("audit", both(&|info| vulnerabilities(info, database))));
    lines.push(("archive", both(&archive)));
    lines.push(("installed", both(&installed)));
    lines.push(("platforms", both(&|info| format!("{} known", info.platforms.len()))));
    lines
}

fn days(comparison: &Comparison) -> String {
    match comparison.days {
        Some(1) => ", 1 day between them".to_owned(),
        Some(days) => format!(", {days} days between them"),
        None => String::new(),
    }
}

fn patches(comparison: &Comparison) -> String {
    match &comparison.patches {
        None => "not listed for two lines".to_owned(),
        Some(patches) if patches.is_empty() => "none between them".to_owned(),
        Some(patches) => patches.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}

fn security(comparison: &Comparison) -> String {
    let (older, _) = comparison.by_age();
    if comparison.patches.is_none() {
        return "unknown, because each line gets the fixes in patches of its own".to_owned();
    }
    match fixes(comparison.fixes.as_ref()) {
        fixes if comparison.fixes.as_ref().is_some_and(|fixes| !fixes.releases.is_empty()) => {
            format!("{} lacks the fixes {fixes}", older.id.version)
        }
        fixes => fixes,
    }
}

fn archive(info: &ReleaseInfo) -> String {
    let size = info.archive.as_ref().and_then(|archive| archive.size);
    size.map_or_else(|| "unknown".to_owned(), megabytes)
}

fn installed(info: &ReleaseInfo) -> String {
    let here = info.installed.iter().find(|one| one.id == info.id);
    match here {
        None => "no".to_owned(),
        Some(one) => one.bytes.map_or_else(|| "yes".to_owned(), megabytes),
    }
}

fn to_json<'a>(app: &App, comparison: &'a Comparison, database: &'a Database) -> Json<'a> {
    let (older, newer) = comparison.by_age();
    Json {
        first: ReleaseJson::of(app, &comparison.first, database),
        second: ReleaseJson::of(app, &comparison.second, database),
        older: older.id.version.to_string(),
        newer: newer.id.version.to_string(),
        days_between: comparison.days,
        patches: comparison.patches.as_ref().map(|patches| patches.iter().map(ToString::to_string).collect()),
        security: comparison.fixes.as_ref().map(SecurityJson::of),
    }
}
