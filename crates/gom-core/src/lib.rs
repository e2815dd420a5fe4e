//! Finds, fetches, proves and keeps Go toolchains. It prints nothing, parses no arguments and keeps no global state.
//!
//! # Modules
//!
//! Imports point down only; `cargo xtask layers` checks it. Order:
//!
//! - [`verify`]: whether a tree, installed or any other, is still what was published
//! - [`obtain`]: from what was asked for to an installed toolchain
//! - [`install`]: the one sequence of an install; uninstalling; what is kept of a refused toolchain
//! - [`fetch`]: from a place to a tree in staging; the way to Go's checksum database, which [`gom_sumdb`] reads
//! - [`published`]: which published toolchain a request means
//! - [`pin`]: the version file of a project
//! - [`go_command`]: the go command that runs here
//! - [`resolve`]: what a person asked for, and which installed toolchain it means
//! - [`error`]: a sum of the modules' errors, with hint and exit code
//! - [`source`]: where an archive can be had, and why none was
//! - [`fuzzing`]: ways in for the fuzz targets
//! - [`index`]: which toolchains exist, which sha256 their archives have, and which lines get fixes
//! - [`outranked`]: what outranks a choice
//! - [`context`]: one value that holds all a verb needs; built once by the caller
//! - [`store`]: locks, staging, receipts, links; what is installed
//! - [`unpack`]: an archive into staging, with every name checked
//! - [`proof`]: the one place that decides whether bytes are proven
//! - [`go`]: Go's own settings, folders, module proxies and workspace
//! - [`dotenv`]: variables for one run
//! - [`net`]: one HTTP client, `file://`, resume and retries
//! - [`tree`]: the files of a tree and their hash
//! - [`settings`]: what the user set, where, and its value
//! - [`query`]: what a request may mean, and why it means no toolchain
//! - [`machine`]: which toolchains run on this machine, and what a program was built for
//! - [`environment`]: what the caller hands in of its process
//! - [`report`]: the events that a front end may draw
//! - [`cancel`], [`clock`], [`digest`], [`files`], `hints`, [`path_text`], [`redact`], [`shell_quote`]: the ground

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

pub mod cancel;
pub mod clock;
pub mod context;
pub mod digest;
pub mod dotenv;
pub mod environment;
pub mod error;
pub mod fetch;
pub mod files;
#[doc(hidden)]
pub mod fuzzing;
pub mod go;
pub mod go_command;
mod hints;
pub mod index;
pub mod install;
pub mod machine;
pub mod net;
pub mod obtain;
pub mod outranked;
pub mod path_text;
pub mod pin;
pub mod proof;
pub mod published;
pub mod query;
pub mod redact;
pub mod report;
pub mod resolve;
pub mod settings;
pub mod shell_quote;
pub mod source;
pub mod store;
pub mod tree;
pub mod unpack;
pub mod verify;

pub use context::Context;
pub use error::{Error, Result};
