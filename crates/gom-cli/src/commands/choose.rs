//! Shared by `use` and `local`: the toolchain that a SPEC means for them, and the text they write.

use gom_core::Error;
use gom_core::install::InstallOptions;
use gom_core::obtain::obtain;
use gom_core::published::{InstallPlan, UncheckedTarget, plan};
use gom_core::query::error::QueryError;
use gom_core::resolve::{self, Query};
use gom_select::spec::Spec;
use gom_select::toolchain::ToolchainId;

use crate::announce::say_installed;
use crate::app::App;
use crate::failure::Failure;

/// A choice of a toolchain to write into a file.
pub(super) struct Choice {
    /// The text for the file: a version, with `--line` a line, or `system`.
    pub(super) text: String,
    /// The toolchain that it means now; `None` for `system`.
    pub(super) id: Option<ToolchainId>,
    /// Whether the toolchain is installed now.
    pub(super) is_installed: bool,
}

/// Chooses the newest installed toolchain that matches the query, else the newest published one. That one is
/// installed unless `no_install`.
pub(super) async fn choose(
    app: &App,
    query: &Query,
    line: bool,
    no_install: bool,
) -> Result<Choice, Failure> {
    let follows_line = match (line, query.as_line()) {
        (true, None) => {
            let message = format!("--line needs a line such as 1.22, and `{}` is none", query.text);
            return Err(Failure::usage(message, "leave out --line, or name a line").about(&query.text));
        }
        (true, Some(spec)) => Some(spec.to_string()),
        (false, _) => None,
    };
    if query.is_system() {
        return Ok(Choice { text: Spec::System.to_string(), id: None, is_installed: true });
    }
    refuse_foreign(app, query)?;
    if let Some(id) = resolve::newest_installed(&app.ctx, query)? {
        app.ctx.fits(&id)?;
        return Ok(Choice::of(id, true, follows_line));
    }
    if no_install {
        return unseen(app, query, follows_line).await;
    }
    let (id, outcome) = obtain(&app.ctx, query, InstallOptions::default()).await?;
    say_installed(app, &id, &outcome);
    Ok(Choice::of(id, true, follows_line))
}

/// Chooses a published toolchain without installing it. If no list could be refreshed, warns: a pin needs no
/// network.
async fn unseen(app: &App, query: &Query, follows_line: Option<String>) -> Result<Choice, Failure> {
    match (plan(&app.ctx, query, None).await, follows_line) {
        (Ok(InstallPlan::Here(id)), line) => Ok(Choice::of(id, true, line)),
        (Ok(InstallPlan::Fetch(target)), line) => {
            if let Some(UncheckedTarget::Unlisted(silence)) = &target.doubt {
                warn_unchecked(app, query, &silence.to_string());
            }
            Ok(Choice::of(target.id, false, line))
        }
        // A line is written even if no toolchain of it is known.
        (Err(error @ Error::Query(QueryError::Unknown { .. })), Some(line)) => {
            warn_unchecked(app, query, &error.to_string());
            Ok(Choice { text: line, id: None, is_installed: false })
        }
        (Err(error), _) => Err(error.into()),
    }
}

fn warn_unchecked(app: &App, query: &Query, why: &str) {
    app.output.warn(&format!("Go {} is pinned unchecked: {why}", query.text));
}

impl Choice {
    fn of(id: ToolchainId, is_installed: bool, follows_line: Option<String>) -> Choice {
        let text = follows_line.unwrap_or_else(|| Spec::Exact(id.version.clone()).to_string());
        Choice { text, id: Some(id), is_installed }
    }
}

/// Fails for another platform, because a default or a pin is for this machine.
fn refuse_foreign(app: &App, query: &Query) -> Result<(), Failure> {
    match &query.platform {
        Some(platform) if *platform != app.ctx.platform => {
            let message = format!("a toolchain for {platform} does not run here ({})", app.ctx.platform);
            let hint = format!("run `gom install {}` to have it in the store", query.arguments());
            Err(Failure::usage(message, hint).about(platform.to_string()))
        }
        _ => Ok(()),
    }
}
