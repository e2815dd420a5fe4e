//! What is kept of a toolchain that was refused: one folder in `evidence/` with a report and the list of
//! the files that arrived, so that whoever runs the place can be told what differs. It is written when
//! the decision has fallen and decides nothing itself.

use std::path::PathBuf;

use gom_select::toolchain::ToolchainId;
use serde_json::json;

use crate::clock;
use crate::context::Context;
use crate::error::Error;
use crate::fetch::Fetched;
use crate::files::replace_file;
use crate::proof::{LogFailure, ProofError};
use crate::report::Event;
use gom_sumdb::{LogError, LogRecord};

/// Keeps what was refused and why. A failure to write it is said and changes nothing.
pub(crate) fn keep(
    ctx: &Context,
    id: &ToolchainId,
    fetched: &Fetched,
    h1: &str,
    record: Option<&LogRecord>,
    error: &ProofError,
) {
    let archive = &fetched.archive;
    let report = json!({
        "schema": 1,
        "toolchain": id.to_string(),
        "refused_at": clock::now(),
        "gom": env!("CARGO_PKG_VERSION"),
        "error": error.to_string(),
        "place": archive.source.label,
        "url": archive.url,
        "size": archive.size,
        "sha256": archive.sha256,
        "published": archive.source.sha256.map(|(sha256, by)| json!({ "sha256": sha256, "by": by })),
        "h1": h1,
        "record": record,
    });
    let files = fetched.manifest.to_gzip().unwrap_or_default();
    write(ctx, id, &[("report.json", format!("{report:#}\n").into_bytes()), ("files.gz", files)]);
}

/// Keeps the two signed heads of a log that contradict each other, if that is the error: the log's own
/// signature is the proof.
pub(crate) fn keep_fork(ctx: &Context, id: &ToolchainId, error: &Error) {
    if let Error::Log(LogFailure {
        source: fork @ LogError::Fork { older, older_from, newer, newer_from, computed, proof },
        ..
    }) = error
    {
        let report = json!({
            "schema": 1,
            "toolchain": id.to_string(),
            "refused_at": clock::now(),
            "gom": env!("CARGO_PKG_VERSION"),
            "error": fork.to_string(),
            "older_from": older_from.to_string(),
            "newer_from": newer_from.to_string(),
            "root_in_newer": computed,
            "consistency_proof": proof,
        });
        write(
            ctx,
            id,
            &[
                ("report.json", format!("{report:#}\n").into_bytes()),
                ("older-head", older.clone().into_bytes()),
                ("newer-head", newer.clone().into_bytes()),
            ],
        );
    }
}

fn write(ctx: &Context, id: &ToolchainId, files: &[(&str, Vec<u8>)]) {
    let folder = folder(ctx, id);
    let written = files.iter().try_for_each(|(name, content)| replace_file(&folder.join(name), content));
    ctx.reporter.event(match written {
        Ok(()) => Event::Note(format!("the evidence is in {}", folder.display())),
        Err(error) => Event::Warning(format!("the evidence could not be kept: {error}")),
    });
}

/// One folder per refusal; the process id tells apart what happens in one second.
fn folder(ctx: &Context, id: &ToolchainId) -> PathBuf {
    let time = clock::now().replace(':', "");
    ctx.store.layout().evidence().join(format!("{id}.{time}.{}", std::process::id()))
}
