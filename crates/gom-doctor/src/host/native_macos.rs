//! Facts from macOS's system calls. Its counterpart is `native_linux.rs`.

use std::ffi::CStr;
use std::path::Path;

/// The kind of a file system: `apfs`, `smbfs`.
pub(crate) fn volume_kind(path: &Path) -> Option<String> {
    let name = rustix::fs::statfs(path).ok()?.f_fstypename.map(i8::cast_unsigned);
    Some(CStr::from_bytes_until_nul(&name).ok()?.to_string_lossy().into_owned())
}

/// Whether macOS has marked a file as downloaded.
pub(crate) fn is_quarantined(path: &Path) -> bool {
    rustix::fs::getxattr(path, "com.apple.quarantine", &mut [0_u8; 256][..]).is_ok()
}
