//! Go trees, as files with their sums: the hash that Go's checksum database records for a tree, the list of
//! files kept with a receipt, the hashing of a tree on disk, and the comparison of two. Nothing here trusts a
//! tree or a list: [`crate::proof`] judges the hash.

#![expect(clippy::disallowed_methods, reason = "reads the trees of toolchains")]

mod compare;
mod file_sum;
mod go_tree;
pub(crate) mod goroot;
mod h1;
mod manifest;
mod on_disk;

pub use compare::{Difference, DifferenceKind, GO_ENV, differences};
pub use file_sum::FileSum;
pub use go_tree::GoTreeError;
pub(crate) use go_tree::{FileToCopy, GoTree};
pub use h1::is_covered;
pub use manifest::{Manifest, ManifestError};
pub use on_disk::{TreeError, TreeOnDisk, is_of_finder};
