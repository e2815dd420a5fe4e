//! How much of a file is in blocks that other files have too.

use std::path::Path;

/// How many bytes of a regular file are in blocks that another file has too, as after a clone. `None` if the file system
/// does not tell, and on macOS, which tells it through `getattrlist` alone.
#[cfg(target_os = "linux")]
pub(crate) fn shared_bytes(path: &Path) -> Option<u64> {
    use fiemap::{Fiemap, FiemapExtentFlags};

    let file = fs_err::File::open(path).ok()?;
    let shared = |extent: std::io::Result<fiemap::FiemapExtent>| {
        let extent = extent.ok()?;
        Some(if extent.fe_flags.contains(FiemapExtentFlags::SHARED) { extent.fe_length } else { 0 })
    };
    Fiemap::new(file.file()).map(shared).sum()
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn shared_bytes(_: &Path) -> Option<u64> {
    None
}
