//! What runs on this machine: which toolchains, which releases on which macOS, and what a program was built for.

pub mod fitness;
pub mod mac;
pub mod program;
pub mod releases;
