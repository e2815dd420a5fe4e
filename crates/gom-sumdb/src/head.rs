//! A tree head together with its signed note.
//!
//! It owns the step from bytes to a verified head. It never compares two heads.
//!
//! Invariant: a [`SignedHead`] exists only for a note that the given key has signed.

use crate::error::{HeadOrigin, LogError};
use crate::note::{self, VerifierKey};
use crate::tlog::TreeHead;

/// A tree head that the log's key has signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignedHead {
    pub(crate) head: TreeHead,
    pub(crate) note: String,
    /// Where it was read from.
    pub(crate) origin: HeadOrigin,
}

impl SignedHead {
    pub(crate) fn open(bytes: &[u8], key: &VerifierKey, origin: &HeadOrigin) -> Result<Self, LogError> {
        let opened = note::open(bytes, key)
            .map_err(|source| LogError::Signature { origin: origin.clone(), source })?;
        let head = TreeHead::parse(&opened.text)
            .map_err(|source| LogError::Malformed { origin: origin.clone(), source })?;
        // `note::open` has checked that it is UTF-8, so this loses nothing.
        Ok(Self { head, note: String::from_utf8_lossy(bytes).into_owned(), origin: origin.clone() })
    }
}
