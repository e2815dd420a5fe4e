//! Makes a new file that shares the blocks of another one, on a file system that can: Btrfs and XFS on Linux, APFS on macOS.
//! Only the bytes are kept, and a link is not followed: the source is an open file.

use std::io;
use std::path::Path;

use fs_err::os::unix::fs::OpenOptionsExt;
use fs_err::{File, OpenOptions};

/// Makes `path`, which must not exist, a clone of `source` with this mode, and opens it to be read and written. `None`, and
/// no file, if that is not possible.
#[cfg(target_os = "linux")]
pub(super) fn clone(source: &File, path: &Path, mode: u32) -> io::Result<Option<File>> {
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(mode).open(path)?;
    if rustix::fs::ioctl_ficlone(file.file(), source.file()).is_ok() {
        return Ok(Some(file));
    }
    fs_err::remove_file(path)?;
    Ok(None)
}

/// macOS clones a whole file with its mode, its flags and its attributes, which are then removed. Its access list and its
/// owner are not cloned.
#[cfg(target_os = "macos")]
pub(super) fn clone(source: &File, path: &Path, mode: u32) -> io::Result<Option<File>> {
    use std::os::macos::fs::MetadataExt;

    use rustix::fs::{AtFlags, CWD, CloneFlags, Mode, OFlags, RawMode, chmodat, fclonefileat};

    // An immutable clone could not be changed, nor removed.
    if source.metadata()?.st_flags() != 0 {
        return Ok(None);
    }
    let flags = CloneFlags::NOFOLLOW | CloneFlags::NOOWNERCOPY;
    if fclonefileat(source.file(), CWD, path, flags).is_err() {
        return Ok(None);
    }
    let mode = RawMode::try_from(mode).map_err(io::Error::other)?;
    chmodat(CWD, path, Mode::from_raw_mode(mode), AtFlags::empty())?;
    let no_link = OFlags::NOFOLLOW.bits().cast_signed();
    let file = OpenOptions::new().read(true).write(true).custom_flags(no_link).open(path)?;
    if without_attributes(&file).is_ok() {
        return Ok(Some(file));
    }
    // The system protects some of them. A copy has none.
    fs_err::remove_file(path)?;
    Ok(None)
}

#[cfg(target_os = "macos")]
fn without_attributes(file: &File) -> rustix::io::Result<()> {
    use rustix::fs::{flistxattr, flistxattr_query, fremovexattr};

    let mut names = vec![0; flistxattr_query(file.file())?];
    let length = flistxattr(file.file(), names.as_mut_slice())?;
    let names = names.get(..length).unwrap_or_default();
    names
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty())
        .try_for_each(|name| fremovexattr(file.file(), name))
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn clone(_: &File, _: &Path, _: u32) -> io::Result<Option<File>> {
    Ok(None)
}
