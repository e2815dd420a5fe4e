//! Go in a CI job: the toolchains that a job requests, where it gets them, the changes for its later steps, and the
//! caches between jobs. `gom ci` is a thin layer over this crate; an action or a template for a CI makes no decisions
//! of its own.
//!
//! gom-core verifies toolchains; this crate only decides where to look first. It works the same in every CI and calls
//! no CI's API. The CI saves and restores its caches. It reads the changes for later steps (PATH, variables) from files
//! or from lines of text. A toolchain is put on PATH only if it was proven, in this job or when it was installed.
//!
//! Modules, from the top; imports point down:
//!
//! - [`deliver`]: writes the text of the changes for later steps where the CI reads it.
//! - [`summary`]: the Markdown page of a job.
//! - [`setup`]: `gom ci setup`, from the arguments to the changes for later steps.
//! - [`cache`]: keys, paths, sizes and trimming of the caches between jobs.
//! - [`provide`]: gets one toolchain from the nearest place: the store, a restored cache, the runner, or a download.
//! - [`asked`]: the toolchains that a job requests, by hand or in a file.
//! - [`changes`]: the text of the changes for each CI.
//! - [`job`]: the CI and what it says about the job.
//! - [`matchers`]: annotations for GitHub.
//! - [`tool_cache`]: the toolchains that come with the runner.
//! - `error`: why a job fails, with a hint.

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

pub mod asked;
pub mod cache;
pub mod changes;
pub mod deliver;
mod error;
pub mod job;
pub mod matchers;
pub mod provide;
pub mod setup;
pub mod summary;
pub mod tool_cache;

pub use error::CiError;
