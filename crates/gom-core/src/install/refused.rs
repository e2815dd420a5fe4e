//! Writes the evidence of a refused toolchain: one folder in `evidence/` with a report and the list of the
//! files that arrived, so that the user can tell the operator of the place what differs. It is written after
//! the decision and has no influence on it.

use std::path::PathBuf;

use gom_select::toolchain::ToolchainId;
use serde::Serialize;
use serde_json::json;

use crate::clock;
use crate::context::Context;
use crate::digest::{Sha256Digest, SumOrigin};
use crate::error::Error;
use crate::fetch::Fetched;
use crate::files::replace_file;
use crate::proof::{LogFailure, ProofError};
use crate::report::Event;
use gom_sumdb::tlog::Hash;
use gom_sumdb::{LogError, LogRecord};

/// The version of `report.json`. Fields are only added.
const SCHEMA: u32 = 1;

/// `report.json` of a refused toolchain.
#[derive(Serialize)]
struct RefusedReport<'a> {
    schema: u32,
    toolchain: String,
    refused_at: String,
    gom: &'static str,
    error: String,
    place: &'a str,
    url: &'a str,
    size: u64,
    sha256: Option<Sha256Digest>,
    published: Option<SumReport>,
    h1: &'a str,
    record: Option<&'a LogRecord>,
}

/// The published sum of the archive.
#[derive(Serialize)]
struct SumReport {
    sha256: Sha256Digest,
    by: SumOrigin,
}

/// Writes the evidence of a refused toolchain. If that fails, a warning is reported.
pub(crate) fn keep(
    ctx: &Context,
    id: &ToolchainId,
    fetched: &Fetched,
    h1: &str,
    record: Option<&LogRecord>,
    error: &ProofError,
) {
    let archive = &fetched.archive;
    let report = text(RefusedReport {
        schema: SCHEMA,
        toolchain: id.to_string(),
        refused_at: clock::now(),
        gom: env!("CARGO_PKG_VERSION"),
        error: error.to_string(),
        place: &archive.source.label,
        url: &archive.url,
        size: archive.size,
        sha256: archive.sha256,
        published: archive.source.sha256.map(|(sha256, by)| SumReport { sha256, by }),
        h1,
        record,
    });
    let files = fetched.manifest.to_gzip().unwrap_or_default();
    write(ctx, &id.to_string(), &[("report.json", report), ("files.gz", files)]);
}

/// `report.json` for a log that contradicts itself.
#[derive(Serialize)]
struct ForkReport<'a> {
    schema: u32,
    toolchain: String,
    refused_at: String,
    gom: &'static str,
    error: String,
    older_from: String,
    newer_from: String,
    root_in_newer: &'a Hash,
    consistency_proof: &'a [Hash],
}

/// If the error is that a log contradicts itself, keeps its two signed tree heads: the log's own signature
/// proves the contradiction.
pub(crate) fn keep_fork(ctx: &Context, id: &ToolchainId, error: &Error) {
    if let Error::Log(LogFailure { source, .. }) = error {
        keep_fork_of(ctx, &id.to_string(), source);
    }
}

/// The same for a lookup about anything; `name` is what was asked for.
pub fn keep_fork_of(ctx: &Context, name: &str, error: &LogError) {
    if let fork @ LogError::Fork { older, older_from, newer, newer_from, computed, proof } = error {
        let report = text(ForkReport {
            schema: SCHEMA,
            toolchain: name.to_owned(),
            refused_at: clock::now(),
            gom: env!("CARGO_PKG_VERSION"),
            error: fork.to_string(),
            older_from: older_from.to_string(),
            newer_from: newer_from.to_string(),
            root_in_newer: computed,
            consistency_proof: proof,
        });
        write(
            ctx,
            name,
            &[
                ("report.json", report),
                ("older-head", older.clone().into_bytes()),
                ("newer-head", newer.clone().into_bytes()),
            ],
        );
    }
}

fn text(report: impl Serialize) -> Vec<u8> {
    // As a Value, so that the fields are sorted.
    format!("{:#}\n", json!(report)).into_bytes()
}

fn write(ctx: &Context, name: &str, files: &[(&str, Vec<u8>)]) {
    let folder = folder(ctx, name);
    let written = files.iter().try_for_each(|(name, content)| replace_file(&folder.join(name), content));
    ctx.reporter.event(match written {
        Ok(()) => Event::Note(format!("the evidence is in {}", folder.display())),
        Err(error) => Event::Warning(format!("the evidence could not be kept: {error}")),
    });
}

/// The folder of one refusal. The process id distinguishes refusals in the same second.
fn folder(ctx: &Context, name: &str) -> PathBuf {
    let time = clock::now().replace(':', "");
    ctx.store.layout().evidence().join(format!("{name}.{time}.{}", std::process::id()))
}
