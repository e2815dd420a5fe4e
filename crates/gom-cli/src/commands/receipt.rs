//! `gom receipt`: shows where an installed toolchain came from, when, and what proved it.

use std::process::ExitCode;

use clap::Args;
use gom_core::proof::{Proof, WithoutLog};
use gom_core::resolve::{self, Query};
use gom_core::store::receipt::Receipt;
use gom_core::verify::{self, ProofStatus};
use gom_select::explain::ErrorKind;
use gom_select::toolchain::ToolchainId;
use serde::Serialize;

use crate::app::App;
use crate::failure::Failure;
use crate::options::PlatformArgs;

/// Show where a toolchain came from and what proved it
///
/// Of the newest installed match of SPEC. It prints what was written at the install; `gom verify` checks it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gom receipt 1.22.6
  gom receipt 1.22 --json          with the record and its proof")]
pub(crate) struct Arguments {
    /// An installed version or line
    #[arg(value_name = "SPEC")]
    spec: String,
    #[command(flatten)]
    platform: PlatformArgs,
}

/// The object of `--json`.
#[derive(Serialize)]
struct Json<'a> {
    toolchain: String,
    proof: ProofStatus,
    receipt: &'a Receipt,
}

pub(crate) fn run(arguments: &Arguments, app: &App) -> Result<ExitCode, Failure> {
    let platform = arguments.platform.platform(&app.ctx.platform)?;
    let query = Query::read(&app.ctx, &arguments.spec, platform.as_ref())?;
    query.refuse_linked(&app.ctx).map_err(gom_core::Error::from)?;
    let id = resolve::newest_installed(&app.ctx, &query)?.ok_or_else(|| resolve::not_installed(&query))?;
    let receipt = app.ctx.store.read_receipt(&id).ok_or_else(|| no_receipt(&id))?;
    let status = verify::status(&app.ctx, &id);
    let object = || Json { toolchain: id.to_string(), proof: status, receipt: &receipt };
    Ok(app.output.result(object, |output| {
        for (name, value) in lines(&receipt).into_iter().chain([("now", status.name().to_owned())]) {
            output.data(&format!("{name:10} {value}"));
        }
    }))
}

fn no_receipt(id: &ToolchainId) -> Failure {
    let hint =
        format!("run `gom verify {id}` to see why, or `gom install {id} --force` for one with a receipt");
    Failure::new(ErrorKind::NotFound, format!("{id} has no readable receipt"), hint).about(id.to_string())
}

fn lines(receipt: &Receipt) -> Vec<(&'static str, String)> {
    let archive = &receipt.archive;
    let mut lines = vec![
        ("toolchain", receipt.toolchain.clone()),
        ("installed", format!("{} by gom {}", receipt.installed_at, receipt.gom)),
        ("from", format!("{}: {}", receipt.source.place, receipt.source.url)),
        ("size", format!("{} bytes fetched", archive.size)),
    ];
    if let Some(sha256) = archive.sha256 {
        let published = match &archive.published {
            Some(published) if published.sha256 == sha256 => format!(", as published by {}", published.by),
            Some(published) => format!(", and {} is published by {}", published.sha256, published.by),
            None => String::new(),
        };
        lines.push(("sha256", format!("{sha256}{published}")));
    }
    lines.push(("tree", format!("{}, {} files", receipt.tree.h1, receipt.tree.files)));
    lines.push(("proof", proof(&receipt.proof)));
    lines.extend(receipt.notes.iter().map(|note| ("note", note.clone())));
    lines
}

fn proof(proof: &Proof) -> String {
    match proof {
        Proof::Log { log, record } => {
            format!("record {} of {log}, in its signed tree of {} records", record.id, record.tree_size)
        }
        Proof::Sha256 { published_by, log: WithoutLog::Pending, .. } => {
            format!("the sha256 published by {published_by}; the checksum database could not be asked")
        }
        Proof::Sha256 { published_by, log: WithoutLog::Off, .. } => {
            format!("the sha256 published by {published_by}; the checksum database was off")
        }
    }
}
