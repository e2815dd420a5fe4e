//! One command under several Gos: all of them side by side, or as many as it takes to find the release that changes the
//! result.
//!
//! The toolchains come from gom-core's ordinary install, and each command gets the environment that `gom exec` gives it
//! ([`gom_core::named_go`]). Never: prints, or looks at what a command writes. Invariant: when a function returns, nothing
//! that it started itself is running, and a log with its final name is whole.
//!
//! # Modules
//!
//! Imports point down only; `cargo xtask layers` checks it. Order:
//!
//! - [`junit`]: the result of `gom each` for programs that read the XML of `JUnit`
//! - [`each`]: the command under each Go
//! - [`bisect`]: the first release that changes the result
//! - [`kept`]: what a search has found so far, in gom's cache
//! - [`halving`]: which release is tried next
//! - [`command`]: runs the command with one Go
//! - [`logs`]: what the commands print, one file each
//! - [`error`]: why nothing could be run, and what to run next
//! - [`floor`]: the `go` line that a Go is too old for

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

pub mod bisect;
pub mod command;
pub mod each;
pub mod error;
pub mod floor;
pub mod halving;
pub mod junit;
pub mod kept;
pub mod logs;
