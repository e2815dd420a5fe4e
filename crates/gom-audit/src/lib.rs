//! The known vulnerabilities of the Go that is used here, by Go's vulnerability database. Like gom-core it prints nothing
//! and has no global state.
//!
//! Only Go itself is looked at: the standard library and the tools. Which packages and symbols a program uses is not
//! known here, and neither are its dependencies; govulncheck tells both.
//!
//! # Modules
//!
//! Imports point down only; `cargo xtask layers` checks it. Order:
//!
//! - [`sarif`]: a report in the form that code hosts show
//! - [`secure`]: the release without known vulnerabilities that a request could mean
//! - [`report`]: what is audited, judged
//! - [`subjects`]: what is audited: toolchains, the default, pins, floors, tools and programs
//! - [`known`]: the best database that can be had
//! - `refresh`: asks the database for news
//! - `cached`: the database in the cache
//! - [`source`]: the place of the database
//! - [`error`]: why an audit fails
//!
//! The database itself, which releases have what, is in [`gom_vulns`].

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod cached;
pub mod error;
pub mod known;
mod refresh;
pub mod report;
pub mod sarif;
pub mod secure;
pub mod source;
pub mod subjects;

pub use gom_vulns::{database, vulnerability};
