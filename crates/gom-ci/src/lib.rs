//! Go in a CI job: which toolchains a job asks for, how it gets them proven, what its later steps find, and what
//! a CI keeps between jobs. `gom ci` is a thin layer over this crate; an action or a template for a CI decides
//! nothing of its own.
//!
//! Toolchains are proven by gom-core: this crate only decides where to look first. It runs in every CI alike, and
//! talks to no CI's API: a CI moves the bytes of its caches, and takes what later steps are to find as files or as
//! lines of text. A toolchain goes on PATH only if it was proven, in this job or when it was installed.
//!
//! Order:
//!
//! - [`deliver`]: hands what later steps find to the CI.
//! - [`summary`]: the Markdown page of a job.
//! - [`setup`]: `gom ci setup`, from the arguments to what later steps find.
//! - [`cache`]: keys, paths, sizes and trimming of what a CI keeps between jobs.
//! - [`provide`]: gets one toolchain from the nearest place: the store, a restored cache, the runner, a download.
//! - [`asked`]: which toolchains a job asks for, and whether by hand or in a file.
//! - [`changes`]: what later steps find, in the form of each CI.
//! - [`job`]: which CI this is and what it says about the job, from the environment alone.
//! - [`matchers`]: annotations for GitHub.
//! - [`tool_cache`]: the toolchains that came with the runner.
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
