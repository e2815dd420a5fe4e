//! `gom doctor` as a user sees it: described hosts of every kind, home folders that are broken and then
//! fixed, and the table of checks in docs/doctor.md.
//!
//! It never looks into gom. Invariant: a host is data or a sandbox; nothing of the machine that runs the tests
//! decides an answer.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

mod arch;
mod cgo;
mod coming_from;
mod commands;
mod cures;
mod cures_by_go;
mod document;
mod facts;
mod homes;
mod moving;
mod network;
mod recorded;
mod surroundings;
mod takeover;
mod world;
