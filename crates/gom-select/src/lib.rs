//! Go versions, platforms and requests for a Go, how files spell them, and the selection of a toolchain.
//!
//! Owns: the rules by which `gom` and its shim read versions. Both link this crate, so they can't disagree.
//! Never: touches the network, or reads the process environment by itself; callers pass in look-ups, and
//! parsers take bytes. Invariant: every parser here takes any bytes without a panic. A name that a parser
//! accepts can be joined to a folder: the path stays inside it.
//!
//! # Modules
//!
//! Imports point down only; `cargo xtask layers` checks it. Order:
//!
//! - [`policy`]: what the machine's policy says of a selected toolchain
//! - [`used`]: the record that a toolchain was used, and by which project
//! - [`select`]: the one function that decides which toolchain runs, and why
//! - [`exec_env`]: the changes in the environment before a toolchain starts
//! - [`shim_guard`]: how the shim notices that it starts itself in a loop
//! - [`go_project`]: the go.work or go.mod of a folder, and the Go it asks for
//! - [`installed`]: the toolchains in these stores
//! - [`tools`]: the programs that `gom tools` built, and which of them runs for a line
//! - [`linked`]: GOROOTs that gom did not install, under the names of `gom link`
//! - [`store_path`]: other stores that are read after the user's own
//! - [`path_search`]: the next `go` on PATH that is not a gom shim
//! - [`notices`]: notices that are reported only once
//! - [`refusal`]: values that make every go command fail
//! - [`go_settings`]: the one reader of Go's settings, each with its place
//! - [`go_env`]: the user's `go/env` file and the `go.env` of a GOROOT
//! - [`go_folders`]: the defaults of Go's folders
//! - [`go_mod`]: the `go` and `toolchain` lines of `go.mod` and `go.work`
//! - [`version_files`]: `.go-version` and `.tool-versions`, read and edited
//! - [`layout`]: every path of the store
//! - [`marker`]: the file that makes a folder a store, with the number of its layout
//! - [`hardware`]: the platform of the machine, also under Rosetta
//! - [`spec`]: a SPEC as a user writes it (`1.22`, `latest`), and the releases that it matches
//! - [`link_name`]: the name of a linked toolchain
//! - [`tool_name`]: the name of a tool, and its place in the store
//! - [`toolchain`]: one toolchain's identity, its folder name and its module version
//! - [`platform`]: an operating system and architecture, by Go's names
//! - [`version`]: Go's own version grammar and order, and the line (`1.22`) a release belongs to
//! - [`explain`]: what every error tells about itself, and the exit codes
//! - [`loader`]: the dynamic loader that a Linux program needs to start
//! - [`env_vars`], [`regular_file`], [`shell_quote`], [`working_dir`]: used by all others

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

pub mod env_vars;
pub mod exec_env;
pub mod explain;
pub mod go_env;
pub mod go_folders;
pub mod go_mod;
pub mod go_project;
pub mod go_settings;
pub mod hardware;
pub mod installed;
pub mod layout;
pub mod link_name;
pub mod linked;
pub mod loader;
pub mod marker;
pub mod notices;
pub mod path_search;
pub mod platform;
pub mod policy;
pub mod refusal;
pub mod regular_file;
pub mod select;
pub mod shell_quote;
pub mod shim_guard;
pub mod spec;
pub mod store_path;
pub mod tool_name;
pub mod toolchain;
pub mod tools;
pub mod used;
pub mod version;
pub mod version_files;
pub mod working_dir;

#[cfg(not(unix))]
compile_error!("gom runs on Linux and macOS");
