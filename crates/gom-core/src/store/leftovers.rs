//! Finishes the work of a gom that was killed.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use gom_select::installed;
use gom_select::layout::Layout;
use gom_select::toolchain::ToolchainId;

use super::deletion::{FilesToDelete, delete};
use super::error::StoreError;
use super::lock;
use super::old_programs;
use super::place;
use super::root::{Store, StoreWork};
use super::staging::{self, Leftover, Staging};
use super::tools;
use crate::files;
use crate::report::Event;

/// How old a temporary file is that no gom can still be writing.
const STALE: Duration = Duration::from_secs(3600);

/// Finishes what a killed gom began with this toolchain: moves a waiting tree to its place; if the tree was
/// removed or never published, removes its receipt and its links; and last deletes unfinished and removed
/// trees. The caller holds the toolchain's lock, so no other gom works on it.
pub(crate) async fn recover(work: StoreWork<'_>, id: &ToolchainId) -> Result<(), StoreError> {
    let layout = work.store.layout();
    let place = layout.toolchain(id);
    if place::is_waiting(layout, id) {
        let staging = Staging::new(work.store, id)?;
        place::finish_publishing(work, id, &staging).await?;
        // Its folder is among those deleted below.
        staging.keep();
    }
    let next = layout.next_toolchain(id);
    if files::is_there(&next)? {
        // The tree in `.next/` is not whole: something else made or damaged it.
        delete(work.reporter, id, FilesToDelete::until(next, None, work.cancel)).await?;
    }
    let left = staging::leftovers(layout)?.into_iter().filter(|left| left.id == *id);
    let left: Vec<Leftover> = left.collect();
    if left.is_empty() {
        return Ok(());
    }
    let mut is_half = false;
    for left in &left {
        is_half |= left.is_removal()?;
    }
    let is_half = is_half && !installed::is_whole(&place, id);
    if is_half || !files::is_there(&place)? {
        work.store.remove_receipt(id)?;
    }
    work.store.refresh_links(work.host, work.cancel).await?;
    if is_half && files::is_there(&place)? {
        delete(work.reporter, id, FilesToDelete::until(place, None, work.cancel)).await?;
    }
    for left in left {
        // Deleted last, because it marks what is left to do.
        delete(work.reporter, id, FilesToDelete::until(left.folder, None, work.cancel)).await?;
    }
    Ok(())
}

/// Calls [`recover`] for every toolchain that no other gom works on, and removes temporary files that nobody writes
/// any more. If something can't be deleted, that is reported and stops nothing: the next gom tries again.
pub(crate) async fn sweep(work: StoreWork<'_>) -> Result<(), StoreError> {
    for left in staging::leftovers(work.store.layout())? {
        let Some(_lock) = work.store.try_lock_toolchain(&left.id)? else { continue };
        match recover(work, &left.id).await {
            Ok(()) => {}
            Err(StoreError::Cancelled(cancelled)) => return Err(cancelled.into()),
            Err(error) => {
                work.reporter.event(Event::Warning(format!("{error}; the next gom command tries again")));
            }
        }
    }
    if let Err(error) = lock::remove_abandoned(&work.store.layout().locks()) {
        work.reporter.event(Event::Warning(format!("{error}; the next gom command tries again")));
    }
    tools::sweep(work).await?;
    for folder in folders_with_temporaries(work.store.layout())? {
        let removed = files::remove_stale_temporaries(&folder, STALE)
            .and_then(|()| files::remove_abandoned_temporaries(&folder));
        if let Err(error) = removed {
            work.reporter.event(Event::Warning(format!("{error}; the next gom command tries again")));
        }
    }
    Ok(())
}

/// The temporary files in the store that nobody writes any more.
pub(crate) fn temporaries(layout: &Layout) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in folders_with_temporaries(layout)? {
        found.extend(files::stale_temporaries(&folder, STALE)?);
        found.extend(files::abandoned_temporaries(&folder)?);
    }
    Ok(found)
}

fn folders_with_temporaries(layout: &Layout) -> io::Result<Vec<PathBuf>> {
    let mut folders = vec![
        layout.root().to_path_buf(),
        layout.bin(),
        layout.lines(),
        layout.receipts(),
        layout.completions(),
        layout.man_pages(),
        layout.used(),
    ];
    match files::names_in(&layout.linked()) {
        Ok(names) => {
            let inside = names.into_iter().map(|name| layout.linked().join(name));
            folders.extend(inside.filter(|folder| files::is_folder_itself(folder)));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    Ok(folders)
}

/// What a killed `gom self update` left in `bin/`: nothing while another gom changes the programs.
pub(crate) fn old_programs(store: &Store) -> Result<Vec<PathBuf>, StoreError> {
    let old = old_programs::beside(&store.layout().bin())?;
    if old.is_empty() || store.try_lock_programs()?.is_none() {
        return Ok(Vec::new());
    }
    Ok(old)
}

/// Removes that.
pub(crate) fn remove_old_programs(store: &Store) -> Result<(), StoreError> {
    let Some(_lock) = store.try_lock_programs()? else { return Ok(()) };
    for old in old_programs::beside(&store.layout().bin())? {
        files::remove_if_there(&old)?;
    }
    Ok(())
}

/// Whether a gom that was killed left something of an installed toolchain undone: its tree waits for its place, a
/// link is missing, or files of any toolchain wait to be deleted and no other gom works on them.
pub(crate) fn is_unfinished(work: StoreWork<'_>, id: &ToolchainId) -> Result<bool, StoreError> {
    let Store { layout, .. } = work.store;
    if place::is_waiting(layout, id) || !work.store.has_links(id, work.host)? {
        return Ok(true);
    }
    for left in staging::leftovers(layout)? {
        if work.store.try_lock_toolchain(&left.id)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The toolchains whose removal a killed gom did not finish.
pub(crate) fn half_removed(store: &Store) -> io::Result<Vec<ToolchainId>> {
    let left = staging::leftovers(store.layout())?.into_iter();
    let is_gone = |left: &Leftover| !installed::is_whole(&store.layout().toolchain(&left.id), &left.id);
    let mut removed = Vec::new();
    for left in left.filter(is_gone) {
        if left.is_removal()? {
            removed.push(left.id);
        }
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn only_old_temporary_files_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        for name in [".gom-old", ".gom-new", ".gom-update-old", "gom-old", ".gom-folder/x"] {
            fs_err::create_dir_all(path(name).parent().unwrap()).unwrap();
            fs_err::write(path(name), "").unwrap();
        }
        fs_err::os::unix::fs::symlink("gom-shim", path(".gom-link")).unwrap();
        let long_ago = std::time::SystemTime::now() - 2 * STALE;
        for name in [".gom-old", ".gom-update-old", "gom-old"] {
            fs_err::File::options().write(true).open(path(name)).unwrap().set_modified(long_ago).unwrap();
        }
        files::remove_stale_temporaries(dir.path(), STALE).unwrap();
        let mut left: Vec<_> = files::names_in(dir.path()).unwrap();
        left.sort();
        assert_eq!(left, [".gom-folder", ".gom-link", ".gom-new", ".gom-update-old", "gom-old"]);
        files::remove_stale_temporaries(Path::new("/nonexistent"), STALE).unwrap();
    }
}
