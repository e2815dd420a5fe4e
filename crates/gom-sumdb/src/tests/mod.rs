//! Whole lookups: against the real log's own records, and against a small log that can lie.

mod attacks;
mod kept_heads;
pub(crate) mod log;
mod lookups;
mod memory;
mod real;
