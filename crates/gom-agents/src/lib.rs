//! What the sandbox of a coding agent needs so that `go` is the project's Go on the first command: a script that installs one
//! version of gom by its sha256, the agent's own set-up file that runs it, and lines for AGENTS.md.
//!
//! Never: asks the network, writes through a link, or changes a file of the user's other than the marked lines of AGENTS.md.
//! Invariant: what is written names one version of gom and the sums of its archives, never the newest one.
//!
//! # Modules
//!
//! Imports point down only; `cargo xtask layers` checks it. Order:
//!
//! - [`plan`]: the files of some agents, and what is done with each
//! - [`kit`]: the agents: their own file, and how a later command finds go
//! - [`script`]: the script that installs gom and Go
//! - [`block`]: the marked lines of AGENTS.md
//! - [`error`]: why nothing was written, and what to run next

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

pub mod block;
pub mod error;
pub mod kit;
pub mod plan;
pub mod script;
