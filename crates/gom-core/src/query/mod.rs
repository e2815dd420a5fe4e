//! Helpers for queries before anything is looked up: version ranges, guesses for mistyped words, and the
//! reasons why a query means no toolchain.

pub mod error;
pub mod guess;
pub mod range;
