//! Finds, fetches, proves and keeps Go toolchains. It prints nothing, parses no arguments and keeps no global state.
//!
//! # Modules
//!
//! Imports point down only; `cargo xtask layers` checks it. Order:
//!
//! - [`verify`]: whether a tree, installed or any other, is still what was published
//! - [`obtain`]: from what was asked for to an installed toolchain
//! - [`install`]: the one sequence of an install
//! - `evidence`: what is kept of a refused toolchain
//! - `fetch`: from a place to a tree in staging
//! - [`published`]: which published toolchain a request means
//! - [`uninstall`], [`pin`]: the other verbs that change something
//! - [`go_command`]: the go command that runs here
//! - [`resolve`]: what a person asked for, and which installed toolchain it means
//! - [`log_access`]: the way to Go's checksum database, which [`gom_sumdb`] reads
//! - [`download`]: an archive's bytes in order
//! - [`error`]: a sum of the modules' errors, with hint and exit code
//! - [`source_error`]: why no place brought an archive
//! - [`source`]: where an archive can be had
//! - [`fuzzing`]: ways in for the fuzz targets
//! - [`index`]: which toolchains exist, which sha256 their archives have, and which lines get fixes
//! - [`outranked`]: what outranks a choice
//! - [`context`]: one value that holds all a verb needs; built once by the caller
//! - [`ownership`]: whose file it is that asks for a toolchain
//! - [`store`]: locks, staging, receipts, links; what is installed
//! - [`unpack`]: an archive into staging, with every name checked
//! - [`proof`]: the one place that decides whether bytes are proven
//! - [`go_proxies`], [`go_settings`]: Go's own GOPROXY and GOSUMDB
//! - [`go_paths`]: Go's own folders
//! - [`go_work`]: whether the workspace here names a Go that is too old
//! - [`dotenv`]: variables for one run
//! - [`net`]: one HTTP client, `file://`, resume and retries
//! - [`tree`]: the files of a tree and their hash
//! - [`settings`]: what the user set, where, and its value
//! - [`query_error`]: why a request for a Go means no toolchain
//! - [`guess`], [`range`]: what a word may have been meant for; several versions at once
//! - [`fitness`], [`releases`], [`mac`]: which toolchains run on this machine, and what to know of them
//! - [`program`]: what the first bytes of a program say
//! - [`environment`]: what the caller hands in of its process
//! - [`report`]: the events that a front end may draw
//! - [`cancel`], [`clock`], [`digest`], [`files`], `hints`, [`path_text`], [`redact`], [`shell_quote`]: the ground

pub mod cancel;
pub mod clock;
pub mod context;
pub mod digest;
pub mod dotenv;
pub mod download;
pub mod environment;
pub mod error;
mod evidence;
mod fetch;
pub mod files;
pub mod fitness;
#[doc(hidden)]
pub mod fuzzing;
pub mod go_command;
pub mod go_paths;
pub mod go_proxies;
pub mod go_settings;
pub mod go_work;
pub mod guess;
mod hints;
pub mod index;
pub mod install;
pub mod log_access;
pub mod mac;
pub mod net;
pub mod obtain;
pub mod outranked;
pub mod ownership;
pub mod path_text;
pub mod pin;
pub mod program;
pub mod proof;
pub mod published;
pub mod query_error;
pub mod range;
pub mod redact;
pub mod releases;
pub mod report;
pub mod resolve;
pub mod settings;
pub mod shell_quote;
pub mod source;
pub mod source_error;
pub mod store;
pub mod tree;
pub mod uninstall;
pub mod unpack;
pub mod verify;

pub use context::Context;
pub use error::{Error, Result};
