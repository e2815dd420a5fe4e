//! Every place of a project that names a Go version: whether it agrees with the target, and the edits that make it.

mod compare;
mod edit;
mod floors;
mod judge;
mod report;
mod survey;
mod target;

use std::path::Path;

use gom_core::Context;

use crate::error::SyncError;
use crate::image_hub;
use crate::image_tags::Tags;

pub use edit::FileEdit;
pub use judge::Agreement;
pub use report::{Place, SyncReport};
pub use survey::UnreadableFile;
pub use target::{Strength, Target};

pub(crate) use compare::{Comparison, compare as compare_with};
pub(crate) use survey::Survey;
pub(crate) use target::{Releases, check_deciding, check_policy, no_target, project_target};

/// Compares every place of the project at a root with the target: the version that `to` asks for, else what gom selects
/// there.
pub fn compare(ctx: &Context, root: &Path, to: Option<&str>) -> Result<SyncReport, SyncError> {
    compare_knowing(ctx, root, to, None)
}

fn compare_knowing(
    ctx: &Context,
    root: &Path,
    to: Option<&str>,
    tags: Option<&Tags>,
) -> Result<SyncReport, SyncError> {
    let survey = Survey::of(root)?;
    let releases = Releases::load(ctx)?;
    let target = target::find(&releases, &survey, to)?;
    let how = Comparison { may_lower: to.is_some(), tags, ..Comparison::default() };
    Ok(compare_with(survey, &releases, target, how))
}

/// The same, after Docker Hub, or a mirror of it, was asked about the tags of the official image that edits would write.
pub async fn compare_online(
    ctx: &Context,
    root: &Path,
    to: Option<&str>,
    hub: &str,
) -> Result<SyncReport, SyncError> {
    let report = compare(ctx, root, to)?;
    if report.asked_tags.is_empty() {
        return Ok(report);
    }
    let tags = image_hub::ask(ctx, hub, &report.asked_tags).await?;
    compare_knowing(ctx, root, to, Some(&tags))
}

#[cfg(test)]
mod tests;
