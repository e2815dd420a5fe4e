//! What the machine's policy says of a toolchain: asked before one is put into the store, before one is chosen, and before
//! one runs.
//!
//! Owns: the questions, and what becomes of an answer: an error, or a warning if the policy only reports. `judge` has the
//! rules, and `verdict` keeps the answers for the shim. Invariant: a policy that can't be used refuses everything, unless
//! it says itself that it only reports.

mod check;
mod hint;
mod judge;
mod verdict;
mod violation;

pub use check::{
    all_refusals, allowed_go, check_goroot, check_installed, check_kept, check_linked, check_release,
    check_selection, check_source, check_system, refusal, selection_refusal,
};
pub use hint::Asked;
pub use verdict::{GoOn, go_on};
