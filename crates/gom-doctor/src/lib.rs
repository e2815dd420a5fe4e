//! What is wrong with Go on this machine, where it comes from, and what to run to end it.
//!
//! `gom doctor` works in three steps. [`host::gather`] collects facts about this machine: files, variables, headers of
//! programs and the output of a few commands, with time limits and without the network. Each of the [`checks`] is a
//! pure function from those facts to findings. [`diagnose`] runs the checks and groups their findings by cause. So
//! facts that one machine saved can be judged on any other, and tests judge hosts that are described by hand.
//!
//! The crate also has the reports about Go that no install needs: [`environment`] (`gom env`), [`module`]
//! (`gom check`, `gom why --deps`), [`caches`] (`gom cache`), [`network`] (`gom doctor --network`).
//!
//! # Judge a host
//!
//! ```
//! use gom_doctor::facts::{FileFacts, HostFacts};
//! use gom_doctor::{checks, diagnose};
//!
//! let mut facts = HostFacts { home: "/home/ada".to_owned(), ..HostFacts::default() };
//! facts.system.os = "linux".to_owned();
//! facts.env.insert("GOROOT".to_owned(), "/usr/lib/go-1.19".to_owned());
//!
//! let causes = diagnose(&facts, checks::all());
//! let ids: Vec<&str> = causes.iter().flat_map(|group| &group.findings).map(|one| one.check.id).collect();
//! assert!(ids.contains(&"goroot-set"));
//! ```
//!
//! # Where a check is
//!
//! One file per area in `checks/`, with a table `CHECKS` at its top; `checks/mod.rs` lists the tables. A check that
//! needs a file, a variable or a command to be looked at says so in `host/places.rs`, `redact.rs` or `host/mod.rs`.
//!
//! Order:
//!
//! - [`host`]: collects the facts of this machine.
//! - [`arch`]: the report on architectures.
//! - [`network`]: asks what an install could ask, and judges the answers; the only part that uses the network.
//! - [`mend`]: makes the edits of `--fix`, each with a copy of the file.
//! - [`diagnosis`]: runs checks and groups what they find.
//! - [`checks`]: every check, by area.
//! - [`check`]: what a check is.
//! - [`caches`]: what Go's and gom's caches hold, and what a build took from them.
//! - [`cgo`]: the report on cgo.
//! - [`module`]: whether the module here is in order, and which requirement raises its Go floor.
//! - [`environment`]: Go's settings as the selected go command finds them.
//! - [`containers`]: the container image with the same Go.
//! - `shell_path`: what the shell's start-up files make of PATH.
//! - [`finding`]: what a check finds, and what ends it.
//! - [`cause`]: what findings come from, and whose a Go is.
//! - [`lookup`]: questions about the facts that several checks ask.
//! - [`facts`]: what is known about a host.
//! - [`other_pins`]: versions that other tools are told to use here.
//! - [`redact`]: what is never recorded.

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

pub mod arch;
pub mod caches;
pub mod cause;
pub mod cgo;
pub mod check;
pub mod checks;
pub mod containers;
pub mod diagnosis;
pub mod environment;
pub mod facts;
pub mod finding;
pub mod host;
pub mod lookup;
pub mod mend;
pub mod module;
pub mod network;
pub mod other_pins;
pub mod redact;
mod shell_path;

pub use diagnosis::{Diagnosed, Group, diagnose};
