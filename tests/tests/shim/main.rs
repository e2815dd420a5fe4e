//! What happens when somebody types `go`: the shipped shim in a home of its own, with made-up toolchains that
//! say what they were given.
//!
//! It never looks into the shim: only at which program ran, with what, and at what was said. Invariant: the
//! PATH of every test is its own, so no Go of the machine is ever found.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

mod answer;
mod attended;
mod auto_install;
mod by_hand;
mod fallthrough;
mod generated;
mod goroot;
mod internal_switch;
mod invalid_files;
mod loops;
mod names;
mod not_whole;
mod process;
mod project;
mod selection;
mod shells;
mod trace;
mod why;
mod working_dir;
