//! `gom list`: what is installed, which one runs here, and how each was proven.

use std::process::ExitCode;

use clap::Args;
use gom_core::path_text::as_text;
use gom_core::select::installed;
use gom_core::select::select::{self, Selected, Selection};
use gom_core::select::toolchain::ToolchainId;
use gom_core::verify::{self, Status};
use serde_json::{Value, json};

use crate::app::App;
use crate::failure::Failure;

/// List installed toolchains
///
/// Newest first. `*` marks the one that runs here. `proven` says that the receipt holds the checksum
/// database's signed record; `pending` that the database could not be asked yet, and `log-off` that it was
/// switched off, so the published sha256 proved it; `edited` that go.env was changed since; `unproven` that
/// no receipt proves anything; `broken` that bin/go or VERSION is missing, so it counts as not installed. Only `gom verify` reads every file.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom list
  gom list --json")]
pub(crate) struct Arguments {}

/// One line.
struct Row {
    id: ToolchainId,
    is_current: bool,
    is_default: bool,
    status: Status,
    receipt: Value,
}

pub(crate) fn run(_: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let selection = app.ctx.with_situation(select::select);
    let rows = rows(app, selection.as_ref().ok())?;
    let object = || json!({ "toolchains": rows.iter().map(|row| to_json(app, row)).collect::<Vec<_>>() });
    let code = app.output.result(object, |output| {
        for row in &rows {
            let why = match &selection {
                Ok(selection) if row.is_current => format!("  (set by {})", selection.origin),
                _ => String::new(),
            };
            let mark = if row.is_current { "*" } else { " " };
            let default = if row.is_default && why.is_empty() { "  default" } else { "" };
            let (version, platform) = (row.id.version.to_string(), row.id.platform.to_string());
            output.data(&format!("{mark} {version:12} {platform:14} {}{why}{default}", row.status.name()));
        }
    });
    if rows.is_empty() {
        app.output.hint("nothing is installed; run `gom install latest`");
    }
    if let Err(error) = selection
        && !rows.is_empty()
    {
        app.output.warn(&error.to_string());
        app.output.hint(&error.hint());
    }
    Ok(code)
}

fn rows(app: &App, selection: Option<&Selection>) -> Result<Vec<Row>, Failure> {
    let layout = app.ctx.store.layout();
    let current = match selection.map(|selection| &selection.toolchain) {
        Some(Selected::Installed { id, .. }) => Some(id.clone()),
        _ => None,
    };
    let default = select::wanted_by_default(layout).ok().flatten().and_then(|wanted| {
        let request = wanted.entries[0].request.clone();
        Some(installed::find(layout, &request, &app.ctx.platform).ok()??.id)
    });
    let row = |id: ToolchainId| {
        let receipt = app.ctx.store.read_receipt(&id);
        let status = verify::status(&app.ctx, &id);
        let (is_current, is_default) = (current.as_ref() == Some(&id), default.as_ref() == Some(&id));
        Row { id, is_current, is_default, status, receipt: json!(receipt) }
    };
    let mut ids = app.ctx.installed()?;
    ids.extend(app.ctx.broken()?);
    ids.sort_by(|a, b| b.cmp(a));
    Ok(ids.into_iter().map(row).collect())
}

fn to_json(app: &App, row: &Row) -> Value {
    json!({
        "toolchain": row.id.to_string(),
        "version": row.id.version.to_string(),
        "os": row.id.platform.os(),
        "arch": row.id.platform.arch(),
        "goroot": as_text(&app.ctx.goroot(&row.id)),
        "current": row.is_current,
        "default": row.is_default,
        "proof": row.status,
        "receipt": row.receipt,
    })
}
