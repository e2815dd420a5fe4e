//! The known vulnerabilities of Go itself: their form, and which releases have which. It never reads a file, asks a
//! server or prints.
//!
//! gom-audit asks the database and keeps its answer; gom-core asks what a machine's policy says about a release.
//!
//! # Modules
//!
//! Imports point down only; `cargo xtask layers` checks it. Order:
//!
//! - [`cached`]: the database as it is kept in the cache, and whether it is newer than that in the binary
//! - [`embedded`]: the database in the binary
//! - [`database`]: the vulnerabilities, and which of them a release has
//! - [`vulnerability`]: a vulnerability, checked
//! - [`entry`]: an entry as it is published
//! - [`number`]: the number of a release as the database writes it

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

pub mod cached;
pub mod database;
pub mod embedded;
pub mod entry;
pub mod number;
pub mod vulnerability;
