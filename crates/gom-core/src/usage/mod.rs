//! Which project uses which toolchain: what each `go` recorded, and what the projects' files say now.
//!
//! Owns: the meaning of the record. Never: writes. Invariant: of a project's file only the version counts, read as a
//! `go` in its folder reads it; a file that can't be read now is not taken for one that is gone.

mod project;
mod recorded;
mod survey;

pub use crate::store::used::RecordedUse;
pub(crate) use project::in_folder;
pub use project::{ProjectGo, ProjectNeed, ProjectState, RunningGo, look_at, look_in, runs_in};
pub use recorded::{Recording, Usage, record};
pub use survey::{Survey, SurveyedProject, survey};
