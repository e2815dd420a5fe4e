//! Verifies whether a tree is what was published: one that gom installed ([`verify_installed`]), or any other
//! ([`verify_path`]). Every file is hashed again, and the hash is compared with the record of the checksum
//! database. The database's key proves the record, offline if a receipt keeps it.
//!
//! Nothing in the store is trusted: a receipt counts only as far as the database signed it, and the list of
//! files only if it has the signed hash. Nothing here changes a tree. It writes only receipts that the
//! database proves now, and the list of files of a tree that it has just proven.

mod error;
mod installed;
mod kept;
mod outcome;
mod path;
mod requested;
mod status;
mod summary;
mod verified;

pub use error::VerifyError;
pub use installed::verify_installed;
pub use outcome::VerifyOutcome;
pub use path::{PathRequest, verify_path};
pub use requested::{RequestError, all_installed, one_version, rank_of_failure, requested};
pub use status::{ProofStatus, status};
pub use verified::{Authority, Verified};
