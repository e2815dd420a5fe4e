//! Puts the toolchain that a query means into the store: the one sequence of `install`, `use`, `local`,
//! `shell` and the shim. An installed toolchain needs no network. If a newer release can't be fetched now, an
//! installed one that matches is enough.

use gom_select::explain::{ErrorKind, Explain};
use gom_select::installed;
use gom_select::toolchain::ToolchainId;

use crate::admission::{self, Asked};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::install::{InstallOptions, InstallOutcome, finish, install};
use crate::published::{InstallPlan, InstallTarget, UncheckedTarget, plan, say_unrefreshed, unknown};
use crate::resolve::{Query, newest_installed};
use crate::source::error::{NoSource, reasons};

/// Puts the newest toolchain that matches the query into the store, unless it is there.
pub async fn obtain(
    ctx: &Context,
    query: &Query,
    how: InstallOptions,
) -> Result<(ToolchainId, InstallOutcome)> {
    query.refuse_linked(ctx)?;
    let here = if how.force { None } else { newest_installed(ctx, query)? };
    let asked = Asked::Verb(how.verb);
    let refused = match &here {
        Some(id) => admission::refusal(ctx, id, asked)?,
        None => None,
    };
    let planned = plan(ctx, query, here.filter(|_| refused.is_none())).await;
    let planned = match (planned, refused) {
        // A newer release would have done.
        (Err(error), Some(refused)) if error.kind() != ErrorKind::Interrupted => return Err(refused.into()),
        (Ok(InstallPlan::Fetch(target)), Some(refused)) if is_installed(ctx, &target.id) => {
            return Err(refused.into());
        }
        (planned, _) => planned?,
    };
    match planned {
        InstallPlan::Here(id) => {
            admission::check_installed(ctx, &id, asked)?;
            finish(ctx, &id).await?;
            Ok((id, InstallOutcome::Already))
        }
        InstallPlan::Fetch(target) => fetch(ctx, query, *target, how).await,
    }
}

fn is_installed(ctx: &Context, id: &ToolchainId) -> bool {
    installed::tree(ctx.store.layout(), id).is_some()
}

async fn fetch(
    ctx: &Context,
    query: &Query,
    target: InstallTarget,
    how: InstallOptions,
) -> Result<(ToolchainId, InstallOutcome)> {
    let error = match install(ctx, &target.id, &target.published, how).await {
        Ok(installed) => return Ok((target.id, installed)),
        Err(error) => error,
    };
    match target.doubt {
        Some(UncheckedTarget::OrHere(here, _)) if error.kind() == ErrorKind::Network => {
            say_unrefreshed(ctx, query, &here, &error.to_string());
            Ok((here, InstallOutcome::Already))
        }
        Some(UncheckedTarget::Unlisted(silence)) => Err(match error {
            Error::NoSource(NoSource { failures, skipped, .. }) => {
                unknown(ctx, query, &silence, &reasons(&failures, &skipped)).into()
            }
            error if error.kind() == ErrorKind::Network => {
                unknown(ctx, query, &silence, &format!(": {error}")).into()
            }
            error => error,
        }),
        _ => Err(error),
    }
}
