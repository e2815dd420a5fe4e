//! Facts and rules about this machine: the toolchains that run on it, what Go's releases need, the platforms of
//! programs, and the programs that run now.

pub mod fitness;
pub mod go_program;
pub mod mac;
pub mod processes;
pub mod program;
pub mod releases;
