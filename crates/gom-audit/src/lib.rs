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
//! - `cached`: the database as an earlier gom fetched it
//! - [`source`]: the place of the database
//! - [`error`]: why an audit fails
//! - [`embedded`]: the database in the binary
//! - [`database`]: the vulnerabilities, and which of them a release has
//! - [`vulnerability`]: a vulnerability, checked
//! - [`entry`]: an entry as it is published
//! - [`number`]: the number of a release as the database writes it

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod cached;
pub mod database;
pub mod embedded;
pub mod entry;
pub mod error;
pub mod known;
pub mod number;
mod refresh;
pub mod report;
pub mod sarif;
pub mod secure;
pub mod source;
pub mod subjects;
pub mod vulnerability;
