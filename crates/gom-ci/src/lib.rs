//! Go in a CI job: what `gom ci` does, and every decision that an action or a template would otherwise make.
//!
//! In reading order:
//!
//! - [`job`]: which CI this is, and what it says of the job; from the environment alone.
//! - [`asked`]: which toolchains the job asks for, and whether by hand or in a file.
//! - [`tool_cache`]: the toolchains that came with the runner; [`provide`]: from the nearest place that has a
//!   toolchain to a proven GOROOT.
//! - [`setup`]: all of it in order; [`changes`]: what later steps are to find, in each CI's own form;
//!   [`summary`]: the page of the job; [`matchers`]: the annotations.
//! - [`cache`]: keys, paths, sizes and trimming of what a CI keeps between jobs.
//!
//! It proves nothing itself: [`gom_core::install`] and [`gom_core::verify`] do. Nothing here talks to a CI's cache
//! or API. Invariant: a toolchain that goes on PATH is one that was proven, here or when it was installed.

pub mod asked;
pub mod cache;
pub mod changes;
mod error;
pub mod job;
pub mod matchers;
pub mod provide;
pub mod setup;
pub mod summary;
pub mod tool_cache;

pub use error::CiError;
