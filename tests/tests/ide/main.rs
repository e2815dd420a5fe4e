//! `gom ide`: what it writes into the settings of an editor, takes out again, and refuses; the shipped gom in a home and a
//! project of its own.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

mod check;
mod editors;
mod goland;
mod mac;
mod templates;
mod undo;
mod user;
mod workspace;
mod world;
