//! Removes what nothing needs: installed toolchains, those that the go command fetched by itself into its module
//! cache, and the programs that `gom x` left in gom's. [`plan()`] decides and changes nothing; [`remove`] removes one
//! toolchain of the plan, [`remove_cached`] one of the module cache, and [`remove_program`] one program.
//!
//! Invariants: what is not known is a reason to keep; nothing counts as unused before use has been recorded for the
//! whole span; each toolchain of the plan has its reason; and whatever changes between the plan and the removal is
//! looked at again under the lock of the toolchain.

mod cached;
mod error;
mod gather;
mod options;
mod plan;
mod programs;
mod reason;
mod span;

pub use cached::{CachedToolchain, remove_cached};
pub use error::PruneError;
pub use options::{DEFAULT_SPAN, PruneOptions};
pub use plan::{CachedPlan, KeptToolchain, PrunePlan, UnusedToolchain, plan, plan_installed, remove};
pub use programs::{CachedProgram, ProgramPlan, remove_program};
pub use reason::KeepReason;
pub use span::parse_span;
