//! Removes what nothing needs: installed toolchains, and those that the go command fetched by itself into its module
//! cache. [`plan()`] decides and changes nothing; [`remove`] removes one toolchain of the plan, and
//! [`remove_cached`] one of the module cache.
//!
//! Invariants: what is not known is a reason to keep; nothing counts as unused before use has been recorded for the
//! whole span; each toolchain of the plan has its reason; and whatever changes between the plan and the removal is
//! looked at again under the lock of the toolchain.

mod cached;
mod error;
mod gather;
mod options;
mod plan;
mod reason;
mod span;

pub use cached::{CachedToolchain, remove_cached};
pub use error::PruneError;
pub use options::PruneOptions;
pub use plan::{CachedPlan, KeptToolchain, PrunePlan, UnusedToolchain, plan, remove};
pub use reason::KeepReason;
pub use span::parse_span;
