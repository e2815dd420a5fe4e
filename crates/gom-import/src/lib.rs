//! Finds the Go toolchains that other programs put on this machine, and takes them over into the store. Like gom-core it
//! prints nothing and has no global state.
//!
//! Nothing that is found is trusted: [`gom_core::install::adopt`] copies a toolchain's files into the store's staging and
//! compares them with the checksum database's record. Only [`removing`] changes what is found.
//!
//! # Modules
//!
//! Imports point down only; `cargo xtask layers` checks it. Order:
//!
//! - [`removing`]: removes what the store has as well
//! - [`default`]: makes another manager's default gom's
//! - [`taking`]: takes over what was found, or tells what would be
//! - [`found`]: the toolchains in the folders
//! - [`preferences`]: what each manager was told: its default, aliases and packages
//! - `goenv_tools`: the packages that goenv 3 installs with each Go
//! - `toml_file`: the versions in the TOML files of mise, proto and vfox
//! - [`places`]: the folders of each manager
//! - [`manager`]: the programs that install Go

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

pub mod default;
pub mod found;
mod goenv_tools;
pub mod manager;
pub mod places;
pub mod preferences;
pub mod removing;
pub mod taking;
mod toml_file;
