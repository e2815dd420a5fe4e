//! Keeping Go current: what is in use, what of it is outdated, the upgrade of it, and what is known about
//! a release.
//!
//! Owns: these decisions. Never: prints, asks, or installs by itself ([`crate::install`] does). Invariant: a date or a
//! fix that is not known is `None`, never a guess.

pub mod outdated;
pub mod release;
pub mod upgrade;
pub mod uses;
