//! `gom ci`: Go in the jobs of each CI, from every place it may come from, and the caches between jobs.
//!
//! A CI is played by its variables and files. Invariant: what later steps are to find is proven by running such
//! a step, not by reading what gom wrote alone.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

mod asked;
mod caches;
mod matchers;
mod policy;
mod restored;
mod setup;
mod snippets;
mod tool_cache;
mod trim;
mod world;
