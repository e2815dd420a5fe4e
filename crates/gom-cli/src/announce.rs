//! Messages that several verbs print.

use gom_core::admission::selection_refusal;
use gom_core::index::supported_lines;
use gom_core::index::{self, Freshness};
use gom_core::install::InstallOutcome;
use gom_core::machine::fitness;
use gom_core::outranked::Outranking;
use gom_core::proof::{Proof, WithoutLog};
use gom_core::upkeep::notice::{self, SecurityNotice};
use gom_core::upkeep::uses::UseKind;
use gom_select::explain::Explain;
use gom_select::select::Selection;
use gom_select::toolchain::ToolchainId;

use crate::app::App;
use crate::failure::Failure;
use crate::output::{Tone, paint};

/// Warns about everything that outranks a choice, each with a hint.
pub(crate) fn say_outranked(app: &App, above: &[Outranking]) {
    for Outranking { text, hint, .. } in above {
        app.output.warn(&format!("not in effect here: {text}"));
        app.output.hint(hint);
    }
}

/// Reports where a toolchain came from and what proved it.
pub(crate) fn say_installed(app: &App, id: &ToolchainId, outcome: &InstallOutcome) {
    match outcome {
        InstallOutcome::Already => app.output.say(&format!("{id} is already installed")),
        InstallOutcome::Now(receipt) => {
            let proof = match &receipt.proof {
                Proof::Log { log, .. } => format!("proven by {log}"),
                Proof::Sha256 { log: WithoutLog::Pending, .. } => {
                    "sha256 as published by go.dev, the checksum database's proof pending".to_owned()
                }
                Proof::Sha256 { log: WithoutLog::Off, .. } => {
                    "sha256 as published by go.dev, checksum database off".to_owned()
                }
            };
            let installed = paint(Tone::Good, "installed");
            app.output.say(&format!("{installed} {id} from {}, {proof}", receipt.source.place));
        }
    }
    if !app.ctx.platform.runs(&id.platform) {
        app.output.say(&format!("it is for {} and does not run here ({})", id.platform, app.ctx.platform));
    }
}

/// Warns if the store has no `go`, because gom found no shim to put there.
pub(crate) fn say_no_shim(app: &App) {
    if let Err(error) = app.ctx.store.check_shim() {
        app.output.warn(&error.to_string());
        app.output.hint(&error.hint());
    }
}

/// Prints the notes about a toolchain that will be used here.
pub(crate) async fn say_notes(app: &App, id: &ToolchainId) -> Result<(), Failure> {
    let ctx = &app.ctx;
    let index = index::load(ctx, Freshness::Local, &ctx.platform).await?;
    let supported = supported_lines(&index, &ctx.platform);
    for note in fitness::notes(&ctx.platform, ctx.mac.as_ref(), id, &supported) {
        app.output.say(&format!("note: {note}"));
    }
    Ok(())
}

/// Warns if the machine's policy says something against what is selected here.
pub(crate) fn say_policy(app: &App, selection: &Selection) -> Result<(), Failure> {
    if let Some(refusal) = selection_refusal(&app.ctx, selection)? {
        app.output.warn(&refusal.to_string());
        app.output.hint(&refusal.hint());
    }
    Ok(())
}

/// Prints the notice about security fixes, if it is due and a person reads along.
pub(crate) fn say_security_notice(app: &App) {
    if !app.output.is_talking_to_a_person() {
        return;
    }
    let Some(due) = notice::due(&app.ctx).filter(|due| notice::remember(&app.ctx, due)) else { return };
    let SecurityNotice { kind, version, fix, command } = due;
    let whose = if kind == UseKind::Pin { "the pin here" } else { "the default" };
    let cure = command.map(|command| format!("; run `{command}`")).unwrap_or_default();
    app.output.say(&format!("note: {whose}, Go {version}, lacks security fixes up to {fix}{cure}"));
}

/// Reports the new default and its scope.
pub(crate) fn say_default(app: &App, text: &str) {
    let name = paint(Tone::Good, text);
    app.output
        .say(&format!("the default is now {name}, for all folders; this one alone: `gom local {text}`"));
}
