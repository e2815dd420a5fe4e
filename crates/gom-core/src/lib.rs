//! Finds, fetches, proves and keeps Go toolchains. It prints nothing, parses no arguments and keeps no global state.
//!
//! # Install a toolchain
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use gom_core::Context;
//! use gom_core::cancel::Cancel;
//! use gom_core::environment::Environment;
//! use gom_core::install::InstallOptions;
//! use gom_core::obtain::obtain;
//! use gom_core::report::SilentReporter;
//! use gom_core::resolve::Query;
//! use gom_core::settings::SettingFlags;
//! use gom_select::layout::Layout;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! // The library never reads the process's environment. It takes proxies, GOPROXY and GOSUMDB from this value.
//! let environment = Environment { variables: std::env::vars_os().collect(), ..Environment::default() };
//! let (layout, reporter) = (Layout::new("/opt/gom"), Arc::new(SilentReporter));
//! let ctx = Context::new(environment, layout, &SettingFlags::default(), reporter, Cancel::default())?;
//!
//! let query = Query::parse("1.22", None)?;
//! let (id, _) = obtain(&ctx, &query, InstallOptions::default()).await?;
//! println!("{}", ctx.goroot(&id).display());
//! # Ok(())
//! # }
//! ```
//!
//! A tree is unpacked in staging and proven there: by Go's checksum database, or by the published sha256 if the
//! database gives no answer or is off. Then one rename puts it into the store, so that it is there completely or
//! not at all. `examples/install.rs` is a complete program.
//!
//! An error tells what to run next ([`gom_select::explain::Explain`]). A [`report::Reporter`] receives events for
//! a front end to draw. [`cancel::Cancel`] stops running work.
//!
//! # Modules
//!
//! Imports point down only; `cargo xtask layers` checks it. Order:
//!
//! - [`prune`]: removes the toolchains that nothing needs
//! - [`upkeep`]: what is in use, what of it is outdated, and what is known about a release
//! - [`locate`]: the Go that another program wants to run
//! - [`verify`]: checks whether a tree, installed or any other, still is what was published
//! - [`repair`]: finishes what killed goms left in the store, and names what is not gom's
//! - [`sizes`]: the room that installed toolchains take
//! - [`candidates`]: the toolchains that a person can choose from, for completions and the picker
//! - [`linking`]: links a GOROOT that gom did not install under a name
//! - [`choice`]: chooses the toolchain for `use`, `local` and `shell`, and the text they write
//! - [`obtain`]: puts the toolchain that a query means into the store
//! - [`named_go`]: a Go that a command names, and how a program is run with it
//! - [`install`]: the one sequence of an install; uninstalling; the evidence of a refused toolchain
//! - [`admission`]: what the machine's policy says of a toolchain, and its verdict in the store
//! - [`locking`]: makes, checks and proves a project's `gom.lock`
//! - [`fetch`]: fetches an archive and unpacks it in staging; asks the checksum database ([`gom_sumdb`])
//! - [`published`]: finds the published toolchain that a query means
//! - [`pin`]: writes a folder's version file and the store's default
//! - [`go_command`]: the go command that runs here, and how to start it
//! - [`resolve`]: reads a query, and finds the installed toolchains that it matches
//! - [`error`]: the sum of the modules' errors
//! - [`usage`]: which project uses which toolchain
//! - [`source`]: the places that may have a toolchain's archive
//! - [`fuzzing`]: entry points for the fuzz targets
//! - [`index`]: which toolchains exist, which sha256 their archives have, and which lines get fixes
//! - [`outranked`]: the settings and files that outrank a default or a pin
//! - [`context`]: one value that holds everything a command needs; built once by the caller
//! - [`store`]: locks, staging, receipts, links; what is installed
//! - [`unpack`]: unpacks an archive into staging and checks every name
//! - [`lockfile`]: the form of `gom.lock`
//! - [`policy`]: the machine's policy: who may have written it, and its form
//! - [`proof`]: the one place that decides whether a toolchain is proven
//! - [`go`]: Go's own settings, folders, module proxies and workspace
//! - [`dotenv`]: files of variables for one run (`.env`)
//! - [`net`]: one HTTP client, `file://`, resume and retries
//! - [`tree`]: the files of a tree and their hash
//! - [`settings`]: gom's settings: each value and where it was set
//! - [`query`]: ranges, guesses for mistyped words, and the errors of a query
//! - [`project`]: writes files of a project, and nothing outside it
//! - [`machine`]: which toolchains run on this machine, and the platforms of programs
//! - [`shell`]: the shells that `gom setup` knows
//! - [`environment`]: what the caller passes in about its process
//! - [`report`]: events for a front end to draw
//! - [`session`]: starts a program in a session of its own
//! - [`cancel`], [`clock`], [`digest`], [`files`], `hints`, [`path_text`], [`redact`], [`shell_quote`], [`threads`]:
//!   small helpers

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

pub mod admission;
pub mod cancel;
pub mod candidates;
pub mod choice;
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
pub mod linking;
pub mod locate;
pub mod lockfile;
pub mod locking;
pub mod machine;
pub mod named_go;
pub mod net;
pub mod obtain;
pub mod outranked;
pub mod path_text;
pub mod pin;
pub mod policy;
pub mod project;
pub mod proof;
pub mod prune;
pub mod published;
pub mod query;
pub mod redact;
pub mod repair;
pub mod report;
pub mod resolve;
pub mod session;
pub mod settings;
pub mod shell;
pub mod shell_quote;
pub mod sizes;
pub mod source;
pub mod store;
pub mod threads;
pub mod tree;
pub mod unpack;
pub mod upkeep;
pub mod usage;
pub mod verify;

pub use context::Context;
pub use error::{Error, Result};
