//! Locks between gom processes: one file per toolchain, held by the kernel (so a killed gom holds
//! nothing), waited for visibly and not for ever. Lock files are never deleted: a deleted one could be
//! locked by two processes at once.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use gom_select::toolchain::ToolchainId;

use super::{Store, StoreError};
use crate::cancel::{Cancel, Cancelled};
use crate::report::{Event, Reporter};

/// Between two tries at a lock that another gom holds.
const RETRY: Duration = Duration::from_millis(50);

/// Held until dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Store {
    /// The lock of one toolchain. Says so once if it has to wait.
    pub async fn lock_toolchain(
        &self,
        id: &ToolchainId,
        reporter: &dyn Reporter,
        cancel: &Cancel,
    ) -> Result<Lock, StoreError> {
        let file = self.layout().toolchain_lock(id);
        self.lock(&file, &id.to_string(), cancel, || reporter.event(Event::WaitingForLock(id))).await
    }

    /// The lock of one toolchain, if no other gom holds it.
    pub(crate) fn try_lock_toolchain(&self, id: &ToolchainId) -> Result<Option<Lock>, StoreError> {
        let file = open(&self.layout().toolchain_lock(id))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// The lock under which `lines/` and the links in `bin/` change.
    pub async fn lock_links(&self, cancel: &Cancel) -> Result<Lock, StoreError> {
        self.lock(&self.layout().links_lock(), "the links in bin/ and lines/", cancel, || ()).await
    }

    async fn lock(
        &self,
        path: &Path,
        name: &str,
        cancel: &Cancel,
        on_wait: impl FnOnce(),
    ) -> Result<Lock, StoreError> {
        let file = open(path)?;
        let since = Instant::now();
        let mut on_wait = Some(on_wait);
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Lock { _file: file }),
                Err(TryLockError::Error(error)) => return Err(error.into()),
                Err(TryLockError::WouldBlock) if since.elapsed() >= self.lock_timeout => {
                    let (seconds, file) = (self.lock_timeout.as_secs(), path.to_path_buf());
                    return Err(StoreError::Locked { name: name.to_owned(), seconds, file });
                }
                Err(TryLockError::WouldBlock) => {}
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
