//! Builds, proves and keeps the programs that `go install` builds: gopls, dlv, staticcheck and any other. Like gom-core
//! it prints nothing and has no global state.
//!
//! The go command of one of gom's toolchains finds the version and builds it, by the user's own settings of Go. gom
//! decides which Go that is, and proves what came out (`proof`): every module in the program has the sum that the
//! checksum database recorded. A tool is kept for the line of Go that it was installed for; the shim starts it
//! ([`gom_select::tools`]).
//!
//! # Modules
//!
//! Imports point down only; `cargo xtask layers` checks it. Order:
//!
//! - [`once`]: runs a program without installing it
//! - [`outdated`]: which tools have a newer version or are too old, and what to install for that
//! - [`for_project`]: builds the tools of the project here, for `go tool`
//! - [`uninstall`]: removes tools
//! - [`list`]: the tools that are installed
//! - [`install`]: the one sequence of an install
//! - `build`: builds one program in staging and proves it
//! - `proof`: whether every module in a program is what was published
//! - `resolve`: the module and version that a package means
//! - [`receipt`]: what a tool was built from
//! - `go`: the go command that builds, and its environment
//! - `module_cache`: the hash of a module's folder in Go's cache
//! - [`build_info`]: the modules in a program
//! - [`project`]: the `tool` lines of the go.mod here
//! - [`package`]: what a user names
//! - [`error`]: why something failed, and what to run next

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod build;
pub mod build_info;
pub mod error;
pub mod for_project;
mod go;
pub mod install;
pub mod list;
mod module_cache;
pub mod once;
pub mod outdated;
pub mod package;
pub mod project;
mod proof;
pub mod receipt;
mod resolve;
pub mod uninstall;
