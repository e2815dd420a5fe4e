//! What stands above the default here: a variable, a version file, or another go first on PATH.

use std::path::PathBuf;

use gom_core::select::path_search;
use gom_core::select::select::{self, SelectError};

use crate::app::App;

/// One thing that outranks the default, and where it is.
pub(super) struct Outranking {
    /// What it is, with its place.
    pub(super) text: String,
    /// What to do about it.
    pub(super) hint: String,
}

/// Everything that outranks the default in this folder and environment.
pub(super) fn outranking(app: &App) -> Vec<Outranking> {
    let mut found = above_pins(app);
    match app.ctx.with_situation(select::wanted_by_files) {
        Ok(Some(wanted)) => found.push(Outranking {
            text: format!(
                "this folder is pinned to {} by {}",
                wanted.entries[0].text, wanted.entries[0].origin
            ),
            hint: "run `gom local SPEC` to change the pin".to_owned(),
        }),
        Ok(None) => {}
        Err(error) => found.push(invalid(&error)),
    }
    found
}

/// What outranks the pin of a folder too.
pub(super) fn above_pins(app: &App) -> Vec<Outranking> {
    let mut found = Vec::new();
    if let Some(go) = other_go_first(app) {
        let bin = app.ctx.store.layout().bin();
        found.push(Outranking {
            text: format!("`{}` comes first on PATH, before gom's `go` in `{}`", go.display(), bin.display()),
            hint: format!("run `export PATH=\"{}:$PATH\"; hash -r`", bin.display()),
        });
    }
    match app.ctx.with_situation(select::wanted_by_environment) {
        Ok(Some(wanted)) => found.push(Outranking {
            text: format!("GOM_TOOLCHAIN is set to {}", wanted.entries[0].text),
            hint: "run `unset GOM_TOOLCHAIN`".to_owned(),
        }),
        Ok(None) => {}
        Err(error) => found.push(invalid(&error)),
    }
    found
}

fn invalid(error: &SelectError) -> Outranking {
    Outranking { text: error.to_string(), hint: error.hint() }
}

/// The `go` that PATH finds, unless it is this store's.
pub(super) fn other_go_first(app: &App) -> Option<PathBuf> {
    let path = app.ctx.environment.var("PATH")?;
    let first = path_search::all("go", &path).next()?;
    let ours = fs_err::canonicalize(app.ctx.store.layout().shim()).ok();
    let is_ours = ours.is_some() && fs_err::canonicalize(&first).ok() == ours;
    (!is_ours).then_some(first)
}
