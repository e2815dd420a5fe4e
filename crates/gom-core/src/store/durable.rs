//! Flushes the store to disk. On Linux no file of a toolchain is synced by itself, which would take seconds:
//! the whole file system is, once, before the rename that publishes the tree. So an installed tree is whole
//! after any process dies, and after a power cut too unless the user gave that up.

use std::collections::BTreeSet;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use tokio::task::spawn_blocking;

use super::error::StoreError;
use super::root::StoreWork;
#[cfg(any(test, not(target_os = "linux")))]
use crate::files::sync_file;
use crate::files::sync_folder;
use crate::report::Event;
use crate::settings::SyncPolicy;

/// Waits until everything that was written to the store is on disk. Does nothing if the setting `sync` is
/// `never`.
pub(crate) async fn settle(work: StoreWork<'_>, sync: SyncPolicy) -> Result<(), StoreError> {
    if sync == SyncPolicy::Never {
        return Ok(());
    }
    work.reporter.event(Event::Detail("flushing to disk (GOM_SYNC=never skips this)".to_owned()));
    let layout = work.store.layout();
    // Each of them may be on a different file system.
    let folders = [layout.toolchains(), layout.receipts()];
    let written = [layout.staging(), layout.near_staging(), layout.receipts()];
    let synced = spawn_blocking(move || sync_all_of(&folders, &written));
    let synced = tokio::select! {
        synced = synced => synced,
        () = work.cancel.cancelled() => return Err(crate::cancel::Cancelled.into()),
    };
    Ok(synced.map_err(io::Error::other)??)
}

/// Waits until what was renamed in the store is on disk, so that a power failure after this command undoes nothing.
/// Does nothing if the setting `sync` is `never`.
pub(crate) async fn settle_renames(work: StoreWork<'_>, sync: SyncPolicy) -> Result<(), StoreError> {
    if sync == SyncPolicy::Never {
        return Ok(());
    }
    let layout = work.store.layout();
    let folders = [layout.toolchains(), layout.receipts(), layout.bin(), layout.lines()];
    let synced = spawn_blocking(move || folders.iter().try_for_each(|folder| sync_folder(folder)));
    Ok(synced.await.map_err(io::Error::other)??)
}

/// Syncs each file system that was written to, with one call each.
#[cfg(target_os = "linux")]
fn sync_all_of(folders: &[PathBuf], _written: &[PathBuf]) -> io::Result<()> {
    for folder in one_of_each_file_system(folders)? {
        let opened = fs_err::File::open(folder)?;
        rustix::fs::syncfs(opened.file()).map_err(|error| not_flushed(folder, &error.into()))?;
    }
    Ok(())
}

/// On macOS only `sync_volume_np` waits for a whole volume, and no crate offers it without `unsafe`; `sync`
/// does not wait. So each file is sent to the drive with a plain `fsync`, and then the drive is told once to
/// empty its cache.
#[cfg(not(target_os = "linux"))]
fn sync_all_of(folders: &[PathBuf], written: &[PathBuf]) -> io::Result<()> {
    for folder in written {
        write_out(folder)?;
    }
    for folder in one_of_each_file_system(folders)? {
        let opened = fs_err::File::open(folder)?;
        full_or_plain(full_sync(opened.file()), || sync_file(opened.file()))
            .map_err(|error| not_flushed(folder, &error))?;
    }
    Ok(())
}

fn not_flushed(folder: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("can't flush the file system of `{}`: {error}", folder.display()))
}

fn one_of_each_file_system(folders: &[PathBuf]) -> io::Result<Vec<&Path>> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for folder in folders {
        if seen.insert(fs_err::metadata(folder)?.dev()) {
            found.push(folder.as_path());
        }
    }
    Ok(found)
}

#[cfg(target_vendor = "apple")]
fn full_sync(file: &std::fs::File) -> io::Result<()> {
    Ok(rustix::fs::fcntl_fullfsync(file)?)
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn full_sync(file: &std::fs::File) -> io::Result<()> {
    file.sync_all()
}

/// Falls back to a plain sync: not every volume can empty the drive's cache. A network volume refuses,
/// because it has no drive here.
#[cfg(any(test, not(target_os = "linux")))]
fn full_or_plain(full: io::Result<()>, plain: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    full.or_else(|_| plain())
}

/// Sends every file and folder below a folder to the drive, with a few threads. Links are part of their
/// folder. A file that disappears meanwhile is another gom's unfinished work.
#[cfg(any(test, not(target_os = "linux")))]
fn write_out(root: &Path) -> io::Result<usize> {
    const THREADS: usize = 4;
    let mut paths = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Some(entries) = unless_gone(fs_err::read_dir(&folder))? else { continue };
        for entry in entries {
            let Some(entry) = unless_gone(entry)? else { continue };
            match unless_gone(entry.file_type())? {
                Some(kind) if kind.is_dir() => folders.push(entry.path()),
                Some(kind) if kind.is_file() => paths.push(entry.path()),
                _ => {}
            }
        }
        // A folder comes after its content.
        paths.push(folder);
    }
    let write = |paths: &[PathBuf]| {
        paths.iter().try_for_each(|path| match unless_gone(fs_err::File::open(path))? {
            Some(file) => sync_file(file.file()),
            None => Ok(()),
        })
    };
    let share = paths.len().div_ceil(THREADS).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = paths.chunks(share).map(|paths| scope.spawn(move || write(paths))).collect();
        threads.into_iter().try_for_each(|thread| match thread.join() {
            Ok(written) => written,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })?;
    Ok(paths.len())
}

#[cfg(any(test, not(target_os = "linux")))]
fn unless_gone<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // K13.4
    #[test]
    fn a_volume_that_refuses_a_full_sync_gets_a_plain_one() {
        let refused = || Err(io::Error::from(rustix::io::Errno::NOTSUP));
        assert!(full_or_plain(refused(), || Ok(())).is_ok());
        assert!(full_or_plain(refused(), refused).is_err());
        assert!(full_or_plain(Ok(()), refused).is_ok());
    }

    // K13.4
    #[test]
    fn every_file_and_folder_is_written_out_and_no_link_followed() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::create_dir_all(dir.path().join("a/b/c")).unwrap();
        for number in 0..20 {
            fs_err::write(dir.path().join(format!("a/b/{number}")), "x").unwrap();
        }
        fs_err::os::unix::fs::symlink("/dev/null", dir.path().join("a/link")).unwrap();
        // The root, a, a/b, a/b/c and the files.
        assert_eq!(write_out(dir.path()).unwrap(), 4 + 20);
        assert_eq!(write_out(&dir.path().join("gone")).unwrap(), 0);
        let read_only = dir.path().join("a/b/0");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o444);
        fs_err::set_permissions(&read_only, mode).unwrap();
        assert_eq!(write_out(dir.path()).unwrap(), 4 + 20);
    }
}
