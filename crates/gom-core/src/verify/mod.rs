//! Whether a tree is what was published: one that gom installed ([`verify_installed`]), or any other
//! ([`verify_path`]). Every file is hashed again, and the hash compared with the record of the checksum
//! database, which is proven by the database's key, offline where a receipt keeps the record.
//!
//! Nothing in the store is believed: a receipt counts only as far as the database signed it, and the list of
//! files beside it only if it has the hash that is signed. Nothing here changes a tree. What it writes is a
//! receipt that the database proves by now, and the list of files of a tree that it has just proven.

mod error;
mod installed;
mod kept;
mod outcome;
mod path;
mod status;
mod summary;
mod verified;

pub use error::VerifyError;
pub use installed::verify_installed;
pub use outcome::VerifyOutcome;
pub use path::{PathRequest, verify_path};
pub use status::{ProofStatus, status};
pub use verified::{Authority, Verified};
