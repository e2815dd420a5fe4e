//! What a person asked for, before anything is looked up: several versions at once, a word that may have been
//! meant for another, and why a request means no toolchain.

pub mod error;
pub mod guess;
pub mod range;
