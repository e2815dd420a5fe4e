//! What a CI keeps between jobs, in three caches with keys of their own: toolchains, modules, and the build
//! cache. Here are the keys, the paths, what is in them, and what need not be kept. A CI moves the bytes.
//!
//! - [`CacheKind`]: which caches there are; `folders`: where Go keeps them.
//! - [`plan`]: which caches a job has, by name and path.
//! - [`key`]: the names, from exact to broad; of [`dependencies`], the [`image`] and the [`build_id`].
//! - [`paths`]: what to keep, and making room for what comes back.
//! - [`trim`]: the build cache without what this job did not use; [`save`]: whether a cache is worth keeping.
//! - [`stats`]: how much there is; [`size`]: a number of files with their bytes.

#![expect(clippy::disallowed_methods, reason = "trims, counts and opens up what a CI keeps between jobs")]

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
