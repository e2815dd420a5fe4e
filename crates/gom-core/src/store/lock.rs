//! Locks between gom processes: one file per toolchain, locked in the kernel, so that a killed gom holds no
//! lock. A wait is reported and has a limit. Lock files are never deleted: two processes could lock a deleted
//! one at once.
//!
//! On a volume without locks (some network volumes) a second file stands for the lock, from its creation to
//! its removal. A killed gom leaves it, and only the user removes it, because a gom on another machine may be
//! alive: the error names the file and the process that made it.

use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gom_select::toolchain::ToolchainId;
use rustix::io::Errno;

use super::error::StoreError;
use super::root::Store;
use crate::cancel::{Cancel, Cancelled};
use crate::files;
use crate::report::{Event, Reporter};

/// The pause between two tries at a lock that another gom holds.
const RETRY: Duration = Duration::from_millis(50);

/// A lock, held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
    _held: Option<HeldFile>,
}

/// The file that stands for a lock on a volume without locks. Removed when dropped.
#[derive(Debug)]
struct HeldFile(PathBuf);

impl Drop for HeldFile {
    fn drop(&mut self) {
        // If this fails, the next gom reports who holds the lock.
        let _ = fs_err::remove_file(&self.0);
    }
}

/// Whether an error means that this volume has no locks.
pub(crate) fn lacks_locks(error: &io::Error) -> bool {
    // On Linux the first two are equal.
    const NONE: [Errno; 4] = [Errno::NOTSUP, Errno::OPNOTSUPP, Errno::NOLCK, Errno::NOSYS];
    let number = error.raw_os_error().map(Errno::from_raw_os_error);
    error.kind() == io::ErrorKind::Unsupported || number.is_some_and(|number| NONE.contains(&number))
}

/// The result of one try at a lock.
enum LockAttempt {
    Locked(Lock),
    Busy,
    /// Locked by the process that this file names.
    Held(PathBuf),
}

/// Tries once; `lock` calls the kernel.
fn try_once(path: &Path, lock: impl Fn(&File) -> Result<(), TryLockError>) -> io::Result<LockAttempt> {
    let file = open(path)?;
    match lock(&file) {
        Ok(()) => Ok(LockAttempt::Locked(Lock { _file: file, _held: None })),
        Err(TryLockError::WouldBlock) => Ok(LockAttempt::Busy),
        Err(TryLockError::Error(error)) if lacks_locks(&error) => {
            let held = path.with_extension("held");
            match fs_err::OpenOptions::new().create_new(true).write(true).open(&held) {
                Ok(mut by) => {
                    let guard = HeldFile(held);
                    writeln!(by, "{}", this_process())?;
                    Ok(LockAttempt::Locked(Lock { _file: file, _held: Some(guard) }))
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(LockAttempt::Held(held)),
                Err(error) => Err(error),
            }
        }
        Err(TryLockError::Error(error)) => {
            Err(io::Error::new(error.kind(), format!("can't lock `{}`: {error}", path.display())))
        }
    }
}

/// Describes this process for a person who looks for it.
fn this_process() -> String {
    let machine = rustix::system::uname();
    format!("process {} on {}", std::process::id(), machine.nodename().to_string_lossy())
}

impl Store {
    /// Takes the lock of one toolchain. Reports once if it has to wait.
    pub async fn lock_toolchain(
        &self,
        id: &ToolchainId,
        reporter: &dyn Reporter,
        cancel: &Cancel,
    ) -> Result<Lock, StoreError> {
        let file = self.layout().toolchain_lock(id);
        self.lock(&file, &id.to_string(), cancel, || reporter.event(Event::WaitingForLock(id))).await
    }

    /// Takes the lock of one toolchain, if no other gom holds it.
    pub(crate) fn try_lock_toolchain(&self, id: &ToolchainId) -> Result<Option<Lock>, StoreError> {
        match try_once(&self.layout().toolchain_lock(id), File::try_lock)? {
            LockAttempt::Locked(lock) => Ok(Some(lock)),
            LockAttempt::Busy | LockAttempt::Held(_) => Ok(None),
        }
    }

    /// Takes the lock for changes of `lines/` and the links in `bin/`.
    pub async fn lock_links(&self, cancel: &Cancel) -> Result<Lock, StoreError> {
        self.lock(&self.layout().links_lock(), "the links in bin/ and lines/", cancel, || ()).await
    }

    /// Takes the lock for changes of gom's own programs. Reports once if it has to wait.
    pub async fn lock_programs(&self, cancel: &Cancel, on_wait: impl FnOnce()) -> Result<Lock, StoreError> {
        self.lock(&self.layout().programs_lock(), "gom itself", cancel, on_wait).await
    }

    async fn lock(
        &self,
        path: &Path,
        name: &str,
        cancel: &Cancel,
        on_wait: impl FnOnce(),
    ) -> Result<Lock, StoreError> {
        let since = Instant::now();
        let mut on_wait = Some(on_wait);
        loop {
            let tried = try_once(path, File::try_lock)?;
            let (name, seconds) = (name.to_owned(), self.lock_timeout.as_secs());
            match tried {
                LockAttempt::Locked(lock) => return Ok(lock),
                LockAttempt::Busy if since.elapsed() >= self.lock_timeout => {
                    return Err(StoreError::Locked { name, seconds, file: path.to_path_buf() });
                }
                LockAttempt::Held(file) if since.elapsed() >= self.lock_timeout => {
                    let by = files::read_text(&file).unwrap_or_default().trim().to_owned();
                    return Err(StoreError::Held { name, seconds, file, by });
                }
                LockAttempt::Busy | LockAttempt::Held(_) => {}
            }
            if let Some(on_wait) = on_wait.take() {
                on_wait();
            }
            tokio::select! {
                () = tokio::time::sleep(RETRY) => {}
                () = cancel.cancelled() => return Err(Cancelled.into()),
            }
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    Ok(fs_err::OpenOptions::new().create(true).truncate(false).write(true).open(path)?.into_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_locks(_: &File) -> Result<(), TryLockError> {
        Err(TryLockError::Error(Errno::NOLCK.into()))
    }

    // K13.8
    #[test]
    fn a_volume_without_locks_is_told_from_one_that_fails() {
        for number in [Errno::NOTSUP, Errno::OPNOTSUPP, Errno::NOLCK, Errno::NOSYS] {
            assert!(lacks_locks(&number.into()), "{number:?}");
        }
        for number in [Errno::IO, Errno::ACCESS, Errno::INTR, Errno::NOENT] {
            assert!(!lacks_locks(&number.into()), "{number:?}");
        }
    }

    // K13.8
    #[test]
    fn where_the_kernel_has_no_locks_a_file_is_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("go1.22.6.linux-amd64.lock");
        let held = dir.path().join("go1.22.6.linux-amd64.held");
        let LockAttempt::Locked(lock) = try_once(&path, without_locks).unwrap() else { panic!("not locked") };
        let by = fs_err::read_to_string(&held).unwrap();
        assert!(by.starts_with(&format!("process {} on ", std::process::id())), "{by}");
        let LockAttempt::Held(file) = try_once(&path, without_locks).unwrap() else { panic!("locked twice") };
        assert_eq!(file, held);
        drop(lock);
        assert!(!held.exists());
        assert!(matches!(try_once(&path, without_locks).unwrap(), LockAttempt::Locked(_)));
        assert!(matches!(try_once(&path, File::try_lock).unwrap(), LockAttempt::Locked(_)));
        assert!(try_once(&path, |_| Err(TryLockError::Error(Errno::IO.into()))).is_err());
    }
}
