//! `gom verify`, `gom receipt` and the marks of `gom list`: whether the files on the disk are what was
//! published; nothing in the store is trusted about it.
//!
//! The checksum database is the test's own, and so are its lies. Invariant: whatever a test changes, verifying
//! fails until it is as published again, and changes no tree.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

mod forged;
mod installed;
mod layouts;
mod path;
mod pending;
mod receipts;
mod world;
