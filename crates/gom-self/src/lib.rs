//! Updates gom itself and removes it. Like gom-core it prints nothing and has no global state.
//!
//! A release of gom is a Go module with the archives of all platforms (`cargo xtask gomod`). So it is proven as a
//! toolchain is: the checksum database has one record of it, and what gom downloads must be in the list of files whose
//! hash that record holds. gom's releases need no key of ours.
//!
//! [`update::update`] replaces gom and its shim by renames, and takes the old ones back if the new gom does not answer.
//! [`uninstall::plan`] lists what gom has made, and [`uninstall::remove`] removes it.
//!
//! # Modules
//!
//! Imports point down only; `cargo xtask layers` checks it. Order:
//!
//! - [`pin`]: the proven sums of a release, for a file that pins it
//! - [`update`]: the one sequence of an update
//! - [`uninstall`]: lists what gom has made, and removes it
//! - [`programs`]: unpacks, tries and replaces the two programs
//! - [`man`]: the man pages in a store
//! - [`download`]: fetches a release from the download base or from a module proxy
//! - [`versions`]: which releases there are
//! - [`identity`]: the module and the download base that this gom was built with
//! - [`error`]: why an update failed
//! - [`proof`]: the one place that decides whether a release is proven
//! - [`owner`]: the package manager that owns a gom
//! - [`release`]: the version of a release, and the names of its files

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

pub mod download;
pub mod error;
pub mod identity;
pub mod man;
pub mod owner;
pub mod pin;
pub mod programs;
pub mod proof;
pub mod release;
pub mod uninstall;
pub mod update;
pub mod versions;
