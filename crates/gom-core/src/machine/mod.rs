//! Facts and rules about this machine: the toolchains that run on it, what Go's releases need, and the
//! platforms of programs.

pub mod fitness;
pub mod mac;
pub mod program;
pub mod releases;
