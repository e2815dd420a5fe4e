//! The temporary file that becomes another file by a rename, and what a killed gom leaves of it.
//!
//! Its name is `.gom-tmp-PROCESS-NUMBER`, and the gom that writes it has a lock on it, which the kernel gives up when
//! that gom dies. So the next gom that writes in the same folder knows a file that nobody writes any more, and removes it.
//! It removes nothing else: only a regular file with such a name and no other, which belongs to the same user.

use std::ffi::{OsStr, OsString};
use std::fs::{File, TryLockError};
use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStringExt;
use std::time::{Duration, SystemTime};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

/// How the names begin.
const PREFIX: &str = ".gom-tmp-";

/// How many names are tried.
const TRIES: u32 = 100;

/// How old a file is that nobody can still be writing, where there are no locks.
const STALE: Duration = Duration::from_secs(3600);

/// A temporary file in an open folder, removed when it is dropped.
pub(crate) struct Temporary<'a> {
    folder: BorrowedFd<'a>,
    name: OsString,
    file: File,
    is_renamed: bool,
}

impl<'a> Temporary<'a> {
    /// Creates an empty file that only the user may read.
    pub(crate) fn create(folder: BorrowedFd<'a>) -> io::Result<Temporary<'a>> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        for number in 0..TRIES {
            let name = OsString::from(format!("{PREFIX}{}-{number}", std::process::id()));
            let file = match rustix::fs::openat(folder, &name, flags, Mode::from_raw_mode(0o600)) {
                Ok(descriptor) => File::from(descriptor),
                Err(Errno::EXIST) => continue,
                Err(error) => return Err(error.into()),
            };
            // Until the lock is there, another gom may take the file for one that nobody writes.
            let is_taken = matches!(file.try_lock(), Err(TryLockError::WouldBlock));
            if !is_taken && rustix::fs::fstat(&file)?.st_nlink > 0 {
                return Ok(Temporary { folder, name, file, is_renamed: false });
            }
        }
        Err(Errno::EXIST.into())
    }

    /// The file.
    pub(crate) fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Gives the file its name in the folder, in place of what has it.
    pub(crate) fn rename_to(mut self, name: &OsStr) -> io::Result<()> {
        rustix::fs::renameat(self.folder, &self.name, self.folder, name)?;
        self.is_renamed = true;
        Ok(())
    }
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        if !self.is_renamed {
            // The error that counts is the one before.
            let _ = rustix::fs::unlinkat(self.folder, &self.name, AtFlags::empty());
        }
    }
}

/// The names of the temporary files in a folder that nobody writes any more.
pub(crate) fn abandoned(folder: BorrowedFd<'_>) -> io::Result<Vec<OsString>> {
    let names = names(folder)?;
    Ok(names.into_iter().filter(|name| locked(folder, name).is_some()).collect())
}

/// Removes what [`abandoned`] lists.
pub(crate) fn remove_abandoned(folder: BorrowedFd<'_>) -> io::Result<()> {
    for name in names(folder)? {
        // The lock is held until the file is removed, so that no other process can have made a new one of that name.
        let Some(_lock) = locked(folder, &name) else { continue };
        match rustix::fs::unlinkat(folder, &name, AtFlags::empty()) {
            Err(error) if error != Errno::NOENT => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

fn names(folder: BorrowedFd<'_>) -> io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        if is_temporary(entry.file_name().to_bytes()) {
            names.push(OsString::from_vec(entry.file_name().to_bytes().to_vec()));
        }
    }
    Ok(names)
}

fn is_temporary(name: &[u8]) -> bool {
    let Some(rest) = name.strip_prefix(PREFIX.as_bytes()) else { return false };
    let is_number = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let mut parts = rest.split(|byte| *byte == b'-');
    parts.next().is_some_and(is_number) && parts.next().is_some_and(is_number) && parts.next().is_none()
}

/// Opens and locks a file that nobody writes any more. `None` if somebody does, or if that can't be told.
fn locked(folder: BorrowedFd<'_>, name: &OsStr) -> Option<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::openat(folder, name, flags, Mode::empty()).ok()?);
    let opened = rustix::fs::fstat(&file).ok()?;
    let is_ours = FileType::from_raw_mode(opened.st_mode) == FileType::RegularFile
        && opened.st_nlink == 1
        && opened.st_uid == rustix::process::geteuid().as_raw();
    let is_free = || match file.try_lock() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock) => false,
        Err(TryLockError::Error(_)) => file
            .metadata()
            .and_then(|metadata| metadata.modified())
            .is_ok_and(|written| SystemTime::now().duration_since(written).is_ok_and(|age| age >= STALE)),
    };
    if !is_ours || !is_free() {
        return None;
    }
    let named = rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
    let same = |one: &Stat, other: &Stat| (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino);
    same(&opened, &named).then_some(file)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::fd::AsFd;
    use std::path::Path;

    use super::*;

    fn names_left(folder: &Path) -> Vec<String> {
        let entries = fs_err::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn only_what_nobody_writes_any_more_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        let folder = fs_err::File::open(dir.path()).unwrap();
        let mut alive = Temporary::create(folder.as_fd()).unwrap();
        alive.file().write_all(b"new").unwrap();
        for name in
            [".gom-tmp-1-0", ".gom-tmp-1-", ".gom-tmp-a-0", ".gom-tmp-1-0-1", ".gom-tmp-1", ".gom-1-0"]
        {
            fs_err::write(path(name), "left").unwrap();
        }
        fs_err::write(path("mine"), "mine").unwrap();
        fs_err::os::unix::fs::symlink("mine", path(".gom-tmp-2-0")).unwrap();
        fs_err::hard_link(path("mine"), path(".gom-tmp-3-0")).unwrap();
        fs_err::create_dir(path(".gom-tmp-4-0")).unwrap();
        assert_eq!(abandoned(folder.as_fd()).unwrap(), [".gom-tmp-1-0"]);
        let mut left = names_left(dir.path());
        remove_abandoned(folder.as_fd()).unwrap();
        left.retain(|name| name != ".gom-tmp-1-0");
        assert_eq!(names_left(dir.path()), left);
        assert!(left.iter().any(|name| name.starts_with(&format!("{PREFIX}{}-", std::process::id()))));
        alive.rename_to(OsStr::new("mine")).unwrap();
        assert_eq!(fs_err::read_to_string(path("mine")).unwrap(), "new");
        drop(Temporary::create(folder.as_fd()).unwrap());
        assert_eq!(names_left(dir.path()).len(), left.len() - 1);
    }
}
