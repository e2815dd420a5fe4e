//! How much room the file system of a folder has, as the system says it.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::process::geteuid;

use crate::files;

/// The room on a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// How many bytes this user may still write.
    pub(crate) free: u64,
    /// Every file takes a multiple of this many bytes.
    pub(crate) block: u64,
    /// Whether a file surely takes as many bytes as it has: nothing is compressed, and equal content is not shared.
    pub(crate) is_plain: bool,
    device: u64,
}

impl Room {
    /// The room for new files in a folder, which need not exist yet. `None` if the file system does not say how large it
    /// is, as some of those in user space don't.
    pub(crate) fn in_folder(folder: &Path) -> Option<Room> {
        let folder = files::nearest_folder(folder)?;
        let volume = rustix::fs::statvfs(folder).ok()?;
        if volume.f_blocks == 0 || volume.f_frsize == 0 {
            return None;
        }
        let blocks = if geteuid().is_root() { volume.f_bfree } else { volume.f_bavail };
        Some(Room {
            free: blocks.saturating_mul(volume.f_frsize),
            block: volume.f_frsize,
            is_plain: is_plain(folder),
            device: fs_err::metadata(folder).ok()?.dev(),
        })
    }

    /// Whether both are the room on one file system.
    pub(crate) fn is_shared_with(&self, other: &Room) -> bool {
        self.device == other.device
    }
}

/// ext2 to ext4 and tmpfs (linux/magic.h). All others may compress or share, or are served by one that does.
#[cfg(target_os = "linux")]
fn is_plain(folder: &Path) -> bool {
    rustix::fs::statfs(folder).is_ok_and(|volume| matches!(volume.f_type, 0xef53 | 0x0102_1994))
}

/// APFS shares and compresses, and the system frees room itself that it counts as taken.
#[cfg(not(target_os = "linux"))]
fn is_plain(_: &Path) -> bool {
    false
}
