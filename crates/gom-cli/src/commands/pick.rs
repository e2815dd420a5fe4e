//! Shared by the verbs that let the user choose a toolchain if no SPEC is given: whether they can be asked, and the
//! choice.

use gom_core::cancel::Cancelled;
use gom_core::candidates::{KnownToolchains, PickerRow, RowKind};
use gom_core::index::{self, Freshness};
use gom_select::explain::ErrorKind;

use crate::app::App;
use crate::failure::Failure;
use crate::output::can_ask;
use crate::signals;
use crate::terminal;
use crate::terminal::picker::{self, KeptTerminal, Picked};
use crate::usage;

/// Lets the user choose the SPEC of a verb. Fails as without a picker if nobody can be asked.
pub(super) async fn pick(
    app: &App,
    verb: &str,
    kind: RowKind,
    question: &'static str,
) -> Result<String, Failure> {
    if !can_pick(app) {
        return Err(usage::missing(verb, "SPEC"));
    }
    let rows = known(app, kind).await.rows(kind);
    if rows.is_empty() {
        return Err(Failure::new(ErrorKind::NotFound, "nothing is installed", "run `gom install latest`"));
    }
    let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
    let kept = KeptTerminal::new();
    // The terminal shows no `^C`, so there is no line to end.
    app.output.bar_begins();
    let picked = tokio::select! {
        picked = tokio::task::spawn_blocking(move || picker::pick(question, &cells)) => picked,
        () = app.ctx.cancel.cancelled() => Ok(Ok(Picked::Nothing)),
    };
    drop(kept);
    let picked = match picked {
        Ok(Ok(Picked::Interrupted)) => {
            // The shell must see that Ctrl-C ended this command, or a loop around it would continue.
            signals::interrupt();
            app.ctx.cancel.cancelled().await;
            Err(Failure::from(Cancelled))
        }
        Ok(Ok(Picked::Row(at))) => Ok(rows[at].spec.clone()),
        Ok(Err(error)) => {
            let message = format!("can't show a list in this terminal: {error}");
            Err(Failure::other(message, format!("run `gom {verb} SPEC` with a version such as 1.22.6")))
        }
        Ok(Ok(Picked::Nothing)) | Err(_) => Err(Failure::from(Cancelled)),
    };
    app.output.bar_ends();
    picked
}

/// Whether a picker can be shown, and its result can be used.
pub(super) fn can_pick(app: &App) -> bool {
    can_ask() && !app.output.is_json() && terminal::has_cursor(&app.ctx.environment)
}

/// What there is to choose from. An install may need the network anyway, so it asks for new releases.
async fn known(app: &App, kind: RowKind) -> KnownToolchains {
    let freshness = match kind {
        RowKind::Removable => Freshness::Local,
        RowKind::Installable | RowKind::Selectable => Freshness::Current,
    };
    match index::load(&app.ctx, freshness, &app.ctx.platform).await {
        Ok(index) => KnownToolchains::with_index(&app.ctx, &index),
        Err(_) => KnownToolchains::read(&app.ctx),
    }
}

fn cells(row: &PickerRow) -> Vec<String> {
    let support = match &row.support {
        Some(support) => support.to_string(),
        None => "not gom's".to_owned(),
    };
    vec![row.spec.clone(), support, row.presence.to_string()]
}
