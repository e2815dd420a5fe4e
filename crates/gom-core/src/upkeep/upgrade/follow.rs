//! What follows the installs of an upgrade: the default, the pin, and, if that is wanted, the removal of older patches.

use gom_select::installed;

use super::old::{OldToolchain, PlanState, is_of, old_after};
use super::plan::{PlannedEdit, UpgradePlan};
use crate::admission::{Asked, check_installed};
use crate::context::Context;
use crate::error::Error;
use crate::install::finish;
use crate::install::uninstall::uninstall;
use crate::pin;

/// What was changed after the installs.
#[derive(Debug, Default)]
pub struct Followed {
    /// Whether the default was written.
    pub default_changed: bool,
    /// Whether the pin was written.
    pub pin_changed: bool,
    /// The older patches that were removed.
    pub removed: Vec<OldToolchain>,
    /// Those that stay.
    pub old: Vec<OldToolchain>,
    /// What failed. Each step is tried, whatever became of the others.
    pub failures: Vec<Error>,
}

/// Writes the default and the pin of the plan, as far as their toolchains are installed now. Then removes the older
/// patches that nothing here needs, or lists them.
pub async fn follow(ctx: &Context, plan: &UpgradePlan, remove_old: bool) -> Followed {
    let mut followed = Followed::default();
    if let Err(cancelled) = ctx.cancel.check() {
        followed.failures.push(cancelled.into());
        return followed;
    }
    if let Err(error) = finish_installed(ctx, plan).await {
        followed.failures.push(error);
    }
    let is_ready = |edit: &&PlannedEdit| installed::tree(ctx.store.layout(), &edit.to).is_some();
    if let Some(edit) = plan.default.as_ref().filter(is_ready) {
        let admitted = check_installed(ctx, &edit.to, Asked::Verb("use"));
        match admitted.and_then(|()| pin::set_default(ctx, &edit.request.to_string())) {
            Ok(()) => followed.default_changed = true,
            Err(error) => followed.failures.push(error),
        }
    }
    if let Some(edit) = plan.pin_edit().filter(is_ready) {
        let admitted = check_installed(ctx, &edit.to, Asked::Verb("local"));
        match admitted.and_then(|()| write_pin(edit)) {
            Ok(changed) => followed.pin_changed = changed,
            Err(error) => followed.failures.push(error),
        }
    }
    match old_after(ctx, plan, PlanState::Done) {
        Ok(old) if remove_old => remove(ctx, old, &mut followed).await,
        Ok(old) => followed.old = old,
        Err(error) => followed.failures.push(error),
    }
    followed
}

/// What a killed upgrade has installed is not planned any more, and may lack its links.
async fn finish_installed(ctx: &Context, plan: &UpgradePlan) -> Result<(), Error> {
    for id in ctx.installed()? {
        if plan.lines.iter().any(|line| is_of(ctx, line, &id)) {
            finish(ctx, &id).await?;
        }
    }
    Ok(())
}

fn write_pin(edit: &PlannedEdit) -> Result<bool, Error> {
    // A version file is in a folder.
    let folder = edit.file.parent().unwrap_or(&edit.file);
    Ok(pin::pin(folder, &edit.request.to_string())?.changed)
}

async fn remove(ctx: &Context, old: Vec<OldToolchain>, followed: &mut Followed) {
    for one in old {
        if let Err(cancelled) = ctx.cancel.check() {
            return followed.failures.push(cancelled.into());
        }
        match uninstall(ctx, &one.id).await {
            Ok(_) => followed.removed.push(one),
            Err(error) => {
                followed.failures.push(error);
                followed.old.push(one);
            }
        }
    }
}
