//! `install.sh`, run by every shell that is here, with make-believe build tools (the scripts in `stubs/`) in a
//! home of its own.
//!
//! It never builds gom and never touches the network: the one real `./install.sh` of CI is `just readme`.
//! Invariant: nothing but the stubs and a handful of system tools is on PATH, so that a `go`, `cargo` or `cc`
//! of the machine changes no test.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

mod advice;
mod arguments;
mod downloads;
mod downloads_that_fail;
mod fixture;
mod installs;
mod network;
mod release;
mod removal;
mod requirements;
mod setup;
