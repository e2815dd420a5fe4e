//! Whole lookups: with records of the real log, and with a small log that can lie.

mod attacks;
mod kept_heads;
pub(crate) mod log;
mod lookups;
mod memory;
mod real;
