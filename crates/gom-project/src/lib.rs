//! The Go version of a project: every place of its tree that names one, whether they agree, and the edits that make them.
//!
//! Owns: the readers of these places (`places`), what agreement means (`policy`, `sync::judge`), and the edits. Never: prints,
//! or reads the environment by itself; only `bump` asks for releases and starts a go command. Invariant: a file of the
//! project is hostile. It names no path, source, key or command; an edit replaces the bytes of a version and no others, and
//! is written through [`gom_core::project`] alone, which follows no link.
//!
//! # Modules
//!
//! Imports point down only; `cargo xtask layers` checks it. Order:
//!
//! - [`docker`]: a Dockerfile for a module
//! - [`bump`]: moves every place to a newer release, and tells what that fixes
//! - [`formats`]: the findings for GitHub, GitLab and code scanning
//! - [`sync`]: the one table of places, the target, and the edits
//! - [`policy`]: what agreement means, and `gom.toml`
//! - [`walk`]: the files of a tree that name a Go version
//! - [`nearby`]: those of one folder: beside it, and above it
//! - [`read_file`]: a file, with the versions in it
//! - [`places`]: the kinds of these files, one module each
//! - [`document`]: YAML, JSON and TOML as one tree whose values have their bytes
//! - [`image`]: container images that hold a Go
//! - [`image_hub`]: asks Docker Hub for tags of the official image
//! - [`image_tags`]: which tags the official image has
//! - [`mention`]: one place in a file that names a version
//! - [`written`]: a version as files spell it
//! - [`printable`]: text of a project as gom shows it
//! - [`error`]: why something failed, and what to run next

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

pub mod bump;
pub mod docker;
pub mod document;
pub mod error;
pub mod formats;
pub mod image;
pub mod image_hub;
pub mod image_tags;
pub mod mention;
pub mod nearby;
pub mod places;
pub mod policy;
pub mod printable;
pub mod read_file;
pub mod sync;
pub mod walk;
pub mod written;
