//! `gom.lock`: the exact Go of a project, and for each platform the sums of its release and the checksum database's proof of
//! them.
//!
//! Owns: the form of the file. Never: proves what it says; that is [`crate::locking`].

mod error;
mod file;
mod formats;

pub use error::LockfileError;
pub use file::{FILE_NAME, LockedToolchain, Lockfile, Unproven, read};
pub use formats::LineFormat;
