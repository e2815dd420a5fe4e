//! Keeping Go current: what is in use, what of it is outdated, the upgrade of it, and what is known about
//! a release, and the notice about security fixes.
//!
//! Owns: these decisions. Never: prints, asks, or installs by itself ([`crate::install`] does). Invariant: a date or a
//! fix that is not known is `None`, never a guess.

pub mod notice;
pub mod outdated;
pub mod release;
pub mod upgrade;
pub mod uses;
