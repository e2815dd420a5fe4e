//! Every place of a project that names a Go version: whether it agrees with the target, and the edits that make it.

mod compare;
mod edit;
mod floors;
mod judge;
mod read_file;
mod report;
mod survey;
mod target;

use std::path::Path;

use gom_core::Context;

use crate::error::SyncError;

pub use edit::FileEdit;
pub use judge::Agreement;
pub use report::{Place, SyncReport};
pub use survey::UnreadableFile;
pub use target::{Strength, Target};

pub(crate) use compare::{Comparison, compare as compare_with};
pub(crate) use survey::Survey;
pub(crate) use target::{Releases, project_target};

/// Compares every place of the project at a root with the target: the version that `to` asks for, else what gom selects
/// there.
pub fn compare(ctx: &Context, root: &Path, to: Option<&str>) -> Result<SyncReport, SyncError> {
    let survey = Survey::of(root)?;
    let releases = Releases::load(ctx)?;
    let target = target::find(&releases, &survey, to)?;
    let how = Comparison { may_lower: to.is_some(), ..Comparison::default() };
    Ok(compare_with(survey, &releases, target, how))
}

#[cfg(test)]
mod tests;
