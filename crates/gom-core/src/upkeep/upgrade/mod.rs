//! The upgrade of what is in use to the newest patch of each line, in three steps: [`plan()`] decides what changes,
//! [`install_planned`] installs one toolchain of the plan, and [`follow()`] lets the default and the pin follow what
//! was installed. Nothing of a line changes whose toolchain is not installed, so a failure in the middle leaves the
//! old Go in use.

mod error;
mod follow;
mod old;
mod plan;

pub use error::UpgradeError;
pub use follow::{Followed, follow};
pub use old::{OldToolchain, PlanState, old_after};
pub use plan::{KeptPin, PlannedEdit, PlannedInstall, PlannedPin, UpgradePlan, install_planned, plan};
