//! gom updates and removes itself: the shipped gom, releases of made-up goms as Go modules, a checksum database with a
//! test key, and a network that lies and breaks.
//!
//! Invariant: after every failure the old gom and the old `go` still work, and nothing half-written lies beside them.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

mod agents;
mod refusals;
mod release;
mod uninstall;
mod update;
