//! `gom setup` in the real shells, at a pseudo-terminal: what login shells, interactive shells and scripts find on
//! PATH afterwards, the completions, and what is left after `--undo`.
//!
//! A shell that is not on this machine is said to be skipped; .ci/tools.sh installs all of them but PowerShell.
//! Invariant: the start-up files of the system are read, those of the machine's user never.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

mod path_helper;
mod posix;
mod typed;
mod world;
mod younger;
