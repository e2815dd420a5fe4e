//! An open folder, in which files are replaced whatever happens to the names above it meanwhile.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;

use crate::files::{Temporary, remove_abandoned, sync_file};

/// An open folder.
pub(super) struct Folder {
    descriptor: OwnedFd,
}

impl Folder {
    /// Opens the project's root, whose path has no links.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self { descriptor: rustix::fs::open(path, flags, Mode::empty())? })
    }

    /// Opens a folder in this one, and creates it if it is missing. A link is an error.
    pub(super) fn enter(&self, name: &OsStr) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = || rustix::fs::openat(&self.descriptor, name, flags, Mode::empty());
        let descriptor = match open() {
            Err(Errno::NOENT) => {
                match rustix::fs::mkdirat(&self.descriptor, name, Mode::from_raw_mode(0o777)) {
                    Err(error) if error != Errno::EXIST => return Err(error.into()),
                    _ => open()?,
                }
            }
            opened => opened?,
        };
        Ok(Self { descriptor })
    }

    /// Returns where a link in this folder leads. `None` if the name is missing or is not a link.
    pub(super) fn link_at(&self, name: &OsStr) -> io::Result<Option<PathBuf>> {
        match rustix::fs::readlinkat(&self.descriptor, name, Vec::new()) {
            Ok(target) => Ok(Some(PathBuf::from(OsStr::from_bytes(target.to_bytes())))),
            Err(Errno::INVAL | Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Replaces a file in this folder and keeps its mode: a temporary file is written and synced, then renamed
    /// over it.
    pub(super) fn replace(&self, name: &OsStr, content: &[u8]) -> io::Result<()> {
        // What a killed gom left there costs only room, and is no reason to fail.
        let _ = remove_abandoned(self.descriptor.as_fd());
        match self.write(name, content) {
            // Where locks don't work, another gom may have removed the temporary file.
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.write(name, content)?,
            written => written?,
        }
        // Some file systems can't sync a folder; the content itself is synced.
        let _ = rustix::fs::fsync(&self.descriptor);
        Ok(())
    }

    fn write(&self, name: &OsStr, content: &[u8]) -> io::Result<()> {
        let mode = self.mode_of(name)?;
        let mut temporary = Temporary::create(self.descriptor.as_fd())?;
        temporary.file().write_all(content)?;
        rustix::fs::fchmod(temporary.file(), mode)?;
        sync_file(temporary.file())?;
        temporary.rename_to(name)
    }

    /// Fails if this process may not make and rename files in this folder.
    pub(super) fn check_writable(&self) -> io::Result<()> {
        let access = Access::WRITE_OK | Access::EXEC_OK;
        Ok(rustix::fs::accessat(&self.descriptor, ".", access, AtFlags::EACCESS)?)
    }

    /// Removes a file or a link in this folder.
    pub(super) fn remove(&self, name: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.descriptor, name, AtFlags::empty())?)
    }

    /// Removes a folder in this one if it is empty. A link stays, and so does anything that is not a folder.
    pub(super) fn remove_if_empty(&self, name: &OsStr) -> io::Result<()> {
        match rustix::fs::unlinkat(&self.descriptor, name, AtFlags::REMOVEDIR) {
            Ok(()) | Err(Errno::NOENT | Errno::NOTEMPTY | Errno::EXIST | Errno::NOTDIR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The mode that a file keeps, or that of a new file.
    fn mode_of(&self, name: &OsStr) -> io::Result<Mode> {
        match rustix::fs::statat(&self.descriptor, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile => {
                Ok(Mode::from_raw_mode(stat.st_mode & 0o7777))
            }
            Ok(_) | Err(Errno::NOENT) => Ok(Mode::from_raw_mode(0o644)),
            Err(error) => Err(error.into()),
        }
    }
}
