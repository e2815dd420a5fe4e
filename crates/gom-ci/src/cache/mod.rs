//! The caches of a CI between jobs: toolchains, modules, and the build cache, each with its own keys. This module has
//! their keys, paths and sizes, and trims the build cache. The CI itself saves and restores them.
//!
//! - [`CacheKind`]: the three caches; `folders`: the folders of Go's caches.
//! - [`plan`]: the caches of a job, with keys and paths.
//! - [`key`]: the keys, from exact to broad; made from [`dependencies`], the [`image`] and the [`build_id`].
//! - [`paths`]: what to save, and preparing folders for a restore.
//! - [`trim`]: removes what this job did not use from the build cache; [`save`]: whether a cache is worth saving.
//! - [`stats`]: the sizes of the caches; [`size`]: a number of files with their bytes.

#![expect(clippy::disallowed_methods, reason = "trims, counts and prepares the caches between jobs")]

pub mod build_id;
pub mod dependencies;
mod folders;
pub mod image;
pub mod key;
mod kind;
pub mod paths;
pub mod plan;
pub mod save;
pub mod size;
pub mod stats;
pub mod trim;

pub use kind::CacheKind;
