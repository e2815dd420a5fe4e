//! A file of a tree with its sum.

use crate::digest::Sha256Digest;

/// A file of a tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileSum {
    /// Its name in the tree, with slashes.
    pub name: String,
    /// The sum of its content.
    pub sha256: Sha256Digest,
}
