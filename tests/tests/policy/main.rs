//! The policy of a machine: the shipped gom and the shipped shim where `/etc/gom/policy.toml` is one of the test's.
//!
//! Each program runs in a mount namespace of its own, in which a folder of the test's is `/etc`: nothing in gom lets a
//! user name another policy, so nothing in it helps a test either. Where nothing can be mounted, the tests are skipped.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

mod hostile;
mod names;
mod report;
mod rules;
mod shown;
mod stale;
mod switching;
mod verbs;
mod world;
