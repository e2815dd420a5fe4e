//! Whose file it is that asks for a toolchain: a file of somebody else may choose among what is
//! installed, but never starts an install.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::process::geteuid;

/// The user id of a file's owner, if that is neither the user who runs gom nor root.
pub fn stranger(file: &Path) -> Option<u32> {
    let owner = fs_err::metadata(file).ok()?.uid();
    (owner != 0 && owner != geteuid().as_raw()).then_some(owner)
}
