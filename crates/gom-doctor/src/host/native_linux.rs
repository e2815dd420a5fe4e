//! Facts from Linux's system calls. Its counterpart is `native_macos.rs`.

use std::path::Path;

/// The kind of a file system, if it is one that a store or a cache should not be on.
pub(crate) fn volume_kind(path: &Path) -> Option<String> {
    // linux/magic.h
    let kind = match rustix::fs::statfs(path).ok()?.f_type {
        0x6969 => "nfs",
        0x517b | 0xff53_4d42 | 0xfe53_4d42 => "smb",
        0x0102_1997 => "9p",
        // All FUSE file systems have the same number.
        0x6573_5546 => return Some(fuse_kind(path).unwrap_or_else(|| "fuse".to_owned())),
        0x2011_bab0 => "exfat",
        0x4d44 => "vfat",
        0x9123_683e => "btrfs",
        0x5846_5342 => "xfs",
        0xca45_1a4e => "bcachefs",
        _ => return None,
    };
    Some(kind.to_owned())
}

fn fuse_kind(path: &Path) -> Option<String> {
    let mounts = fs_err::read_to_string("/proc/self/mountinfo").ok()?;
    crate::host::linux::kind_of_mount(&mounts, &fs_err::canonicalize(path).ok()?)
}

/// Only macOS has a quarantine.
pub(crate) fn is_quarantined(_: &Path) -> bool {
    false
}
