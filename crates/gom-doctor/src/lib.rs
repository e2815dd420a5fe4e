//! What is wrong with Go on this machine, why, and how to fix it.
//!
//! `gom doctor` works in three steps. [`host::gather`] collects facts about this machine: files, variables, headers of
//! programs and the output of a few commands, with time limits and without the network. Each of the [`checks`] is a
//! pure function from those facts to findings. [`diagnose`] runs the checks and groups their findings by cause. So
//! facts that one machine saved can be judged on any other, and tests judge hosts that are written by hand.
//!
//! The crate also contains reports about Go that no install needs: [`environment`] (`gom env`), [`module`]
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
//! # Where the checks are
//!
//! One file per area in `checks/`, with a table `CHECKS` at its top; `checks/mod.rs` lists the tables. For
//! a fact that no check needed before: list a file in `host/places.rs`, a variable in `redact.rs`, a command in
//! `host/mod.rs`.
//!
//! Modules, from the top; imports point down:
//!
//! - [`host`]: collects the facts of this machine.
//! - [`arch`]: the report on architectures.
//! - [`network`]: tries every server that an install may use; the only part that uses the network.
//! - [`mend`]: makes the edits of `--fix`, with a backup of each file.
//! - [`diagnosis`]: runs checks and groups their findings.
//! - [`checks`]: every check, by area.
//! - [`check`]: the type of a check.
//! - [`caches`]: the sizes of Go's and gom's caches, and how much of a build came from them.
//! - [`cgo`]: the report on cgo.
//! - [`module`]: the check of the module here, and the requirements that raise its Go floor.
//! - [`environment`]: Go's settings as the selected go command reads them.
//! - [`containers`]: the container image with the same Go.
//! - `shell_path`: the PATH that the shell's start-up files set.
//! - [`finding`]: a finding and its fix.
//! - [`cause`]: the causes of findings, and the owners of Go installs.
//! - [`lookup`]: lookups in the facts that several checks share.
//! - [`facts`]: the facts about a host.
//! - [`other_pins`]: versions that other tools are set to use here.
//! - [`redact`]: keeps credentials out of the facts.

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
