//! The steps that an install from an archive and one from another program's tree have in common.

use gom_select::go_settings::GoOrigin;
use gom_select::installed;
use gom_select::toolchain::ToolchainId;

use super::refused;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::fetch::log::{self, LogLookup};
use crate::files;
use crate::policy::{self, PolicyError, RefusedByPolicy};
use crate::report::{Event, Step};
use crate::settings::{BadSetting, RequiredProof};
use crate::store::lock::Lock;
use crate::store::receipt::Receipt;
use crate::store::staging::Staging;
use crate::store::{durable, leftovers, place};
use crate::tree::Manifest;

/// Takes the lock of a toolchain that is about to be installed. `None` if it is installed, unless that is no reason to
/// stop.
pub(super) async fn locked_for(ctx: &Context, id: &ToolchainId, force: bool) -> Result<Option<Lock>> {
    if id.is_for(&ctx.platform) {
        // A toolchain for another platform is not meant to run here.
        ctx.fits(id)?;
    }
    for removed in &ctx.settings.removed {
        ctx.reporter.event(Event::Warning(removed.advice()));
    }
    note_translation(ctx);
    leftovers::sweep(ctx.store_work()).await?;
    let lock = ctx.store.lock_toolchain(id, &*ctx.reporter, &ctx.cancel).await?;
    leftovers::recover(ctx.store_work(), id).await?;
    if !force && installed::tree(ctx.store.layout(), id).is_some() {
        // Another gom installed it while this one waited for the lock, or a killed one had it ready.
        ctx.store.refresh_links(&ctx.platform, &ctx.cancel).await?;
        return Ok(None);
    }
    Ok(Some(lock))
}

/// Makes the links after a toolchain was published, and keeps all that from a power failure.
pub(super) async fn settled(ctx: &Context) -> Result<()> {
    ctx.store.refresh_links(&ctx.platform, &ctx.cancel).await?;
    Ok(durable::settle_renames(ctx.store_work(), ctx.settings.sync.value).await?)
}

/// Notes, once per store, that this gom is built for Intel and the toolchains it installs are for Apple
/// Silicon.
fn note_translation(ctx: &Context) {
    let notice = ctx.store.layout().notices().join("translated");
    // If the store can't be written, print no note, because it would come with each install.
    let is_new = || files::create_once(&notice).unwrap_or(false);
    if ctx.mac.as_ref().is_some_and(|mac| mac.is_translated) && is_new() {
        let text = "this gom is built for Intel and runs under Rosetta; what it installs is for Apple Silicon. \
                    Run gom's installer again in a terminal that does not run under Rosetta";
        ctx.reporter.event(Event::Note(text.to_owned()));
    }
}

/// Fails before anything is fetched if `proof = log` is combined with `GOSUMDB=off`.
pub(super) fn check_required_proof(ctx: &Context) -> Result<()> {
    let proof = &ctx.settings.proof;
    if proof.value == RequiredProof::Log && ctx.go_settings.log()?.is_none() {
        if let Some(refused) = refused_by_policy(ctx) {
            return Err(refused.into());
        }
        return Err(Error::Setting(BadSetting {
            name: "proof".to_owned(),
            value: proof.value.to_string(),
            origin: proof.origin.to_string(),
            reason: format!("checksum database disabled by GOSUMDB=off ({})", ctx.go_settings.sumdb.origin),
        }));
    }
    Ok(())
}

/// The error of a machine's policy that asks for the proof.
fn refused_by_policy(ctx: &Context) -> Option<PolicyError> {
    let policy = ctx.policy.enforced()?;
    let rule = policy.rules.proof.as_ref().filter(|rule| rule.value == RequiredProof::Log)?;
    let origin = &ctx.go_settings.sumdb.origin;
    let hint = match origin {
        GoOrigin::Environment => "run `unset GOSUMDB`",
        _ => "run `go env -u GOSUMDB`",
    };
    let refused = RefusedByPolicy {
        what: "an install".to_owned(),
        reason: format!("checksum database disabled by GOSUMDB=off ({origin})"),
        file: policy.file.clone(),
        rule: Some((policy::PROOF, rule.line)),
        hint: hint.to_owned(),
    };
    Some(refused.into())
}

/// Asks the checksum database. If the log contradicts itself, the evidence is kept.
pub(crate) async fn ask_log(ctx: &Context, id: &ToolchainId) -> Result<LogLookup> {
    log::ask(ctx, id).await.inspect_err(|error| refused::keep_fork(ctx, id, error))
}

/// Writes the receipt and publishes a proven tree, which is in staging.
pub(super) async fn publish_staged(
    ctx: &Context,
    id: &ToolchainId,
    staging: Staging,
    mut receipt: Receipt,
    manifest: &Manifest,
) -> Result<Receipt> {
    ctx.cancel.check()?;
    receipt.tree.bytes = staging.size_of_tree(manifest);
    ctx.store.write_receipt(id, &receipt, manifest, ctx.settings.sync.value)?;
    ctx.reporter.event(Event::Step(id, Step::Flushing));
    durable::settle(ctx.store_work(), ctx.settings.sync.value).await?;
    place::publish(ctx.store_work(), id, staging).await?;
    Ok(receipt)
}
