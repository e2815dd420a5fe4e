//! The policy of this machine: rules of whoever administers it, about the toolchains that may be installed and may run.
//!
//! Owns: which file it is, who may have written it, and its form. Never: looks at a toolchain; that is
//! [`crate::admission`]. Invariant: a file that can't be read, can't be understood or could be written by somebody else is
//! never taken for a machine without a policy.

mod error;
mod file;
mod rules;

pub use error::{BadPolicy, PolicyError, RefusedByPolicy};
pub use file::{MachinePolicy, Policy};
pub(crate) use rules::{CRITICAL, MINIMUM, OTHER_GO, PROOF, REFUSE_VULNERABLE, SOURCES, SUPPORTED, words};
pub use rules::{IMPORT, OtherGo, PolicyMode, PolicySource, Rule, Rules};
