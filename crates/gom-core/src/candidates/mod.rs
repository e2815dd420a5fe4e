//! The toolchains that a person can choose from: what completions offer for the text typed so far, and the rows of
//! the picker, each with what should be known about it.
//!
//! Owns: which toolchains are offered, and in which order. Never: asks the network, writes a file, or draws
//! anything. Invariant: a candidate is a SPEC that the verb accepts.

mod known;
mod rows;
mod state;
mod typed;

pub use known::KnownToolchains;
pub use rows::{PickerRow, RowKind};
pub use state::{Presence, Support};
pub use typed::{Candidate, CandidateKind};
