//! What a Go version, a platform and a request for a Go are, and how files spell them.
//!
//! Owns: the rules by which `gom` and its shim read versions; both link this crate, so they cannot
//! disagree. Never: touches the network, or reads the process environment by itself; callers hand in
//! look-ups, and parsers take bytes. Invariant: every parser here takes any bytes without a panic, and
//! nothing it accepts can name a path outside the folder it is joined to.
//!
//! In reading order:
//!
//! - [`version`]: Go's own version grammar and order, and the line (`1.22`) a release belongs to.
//! - [`platform`]: an operating system and architecture, by Go's names.
//! - [`hardware`]: the platform of the machine, whatever Rosetta tells the process.
//! - [`toolchain`]: one toolchain's identity, its folder name and its module version.
//! - [`spec`]: what a person writes for a version, and which releases it means.
//! - [`version_files`]: `.go-version` and `.tool-versions`, read and edited.
//! - [`go_mod`]: the `go` and `toolchain` lines of `go.mod` and `go.work`.
//! - [`go_env`]: the user's `go/env` file and the `go.env` of a GOROOT.
//! - [`regular_file`]: a file that anybody may have put there, read carefully.
//! - [`go_settings`]: the one reader of Go's settings, each with its place.
//! - [`refusal`]: what stops every go command.
//! - [`go_folders`]: Go's folders where no setting names them.
//! - [`go_project`]: the go.work or go.mod round a folder, and which Go it asks for.
//! - [`layout`] and [`env_vars`]: every path of the store, every variable gom reads.
//! - [`working_dir`]: the working directory as the go command sees it.
//! - [`path_search`]: the next `go` on PATH that is no gom shim.
//! - [`notices`]: what was said once.
//! - [`store_path`]: the stores of others that are read after the user's own.
//! - [`installed`]: what is in them.
//! - [`select`]: the one function that decides which toolchain runs, and why.
//! - [`shim_guard`]: how the shim notices that it goes round in circles.
//! - [`exec_env`]: what must change in the environment before it runs.
//! - [`explain`]: what every error says of itself, and the exit codes.
//! - [`loader`]: the dynamic loader that a program of Linux can't start without.

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
pub mod loader;
pub mod notices;
pub mod path_search;
pub mod platform;
pub mod refusal;
pub mod regular_file;
pub mod select;
pub mod shim_guard;
pub mod spec;
pub mod store_path;
pub mod toolchain;
pub mod version;
pub mod version_files;
pub mod working_dir;

#[cfg(not(unix))]
compile_error!("gom runs on Linux and macOS");
