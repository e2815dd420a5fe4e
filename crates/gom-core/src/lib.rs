//! Finds, fetches, proves and keeps Go toolchains. It prints nothing, parses no arguments and keeps no global state.
//!
//! In reading order:
//!
//! - [`settings`]: what the user set, where, and its value; [`go_settings`]: Go's own GOPROXY and GOSUMDB;
//!   [`go_paths`]: Go's own folders.
//! - [`context`]: one value that holds all a verb needs; built once by the caller.
//! - [`go_command`]: the go command that runs here; [`dotenv`]: variables for one run.
//! - [`resolve`]: what a person asked for, and which installed toolchain it means; [`published`]: which
//!   published one; [`range`]: several versions at once.
//! - [`outranked`]: what outranks a choice; [`go_work`]: whether the workspace here names a Go that is too old.
//! - [`ownership`]: whose file it is that asks for a toolchain.
//! - [`index`]: which toolchains exist and which sha256 their archives have.
//! - [`source`]: where an archive can be had, and which place answers first.
//! - [`net`]: one HTTP client, `file://`, resume and retries; [`download`]: an archive's bytes in order.
//! - [`log_access`]: the way to Go's checksum database, which [`gom_sumdb`] reads; [`proof`]: the one place that decides whether bytes are proven.
//! - [`unpack`]: an archive into staging, with every name checked; [`tree`]: the files of a tree and their hash.
//! - [`store`]: locks, staging, receipts, links; what is installed.
//! - `fetch`: from a place to a tree in staging; `evidence`: what is kept of a refused one.
//! - [`install`], [`uninstall`], [`pin`]: the verbs that change something; [`obtain`]: from what was asked for
//!   to an installed toolchain.
//! - [`verify`]: whether a tree, installed or any other, is still what was published.
//! - [`program`]: what the first bytes of a program say; [`mac`], [`fitness`], [`releases`]: which toolchains run on
//!   this machine, and what to know of them.
//! - [`path_text`]: paths in JSON; [`shell_quote`]: words of shell commands; [`report`]: the events a front end may draw; [`error`]: what can go wrong, with hint and exit code.

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
