//! Unfinished work: a folder in `staging/`, on the same file system as the toolchains, that is removed
//! when it is dropped. Publishing is one rename out of it, removing is one rename into it.

use std::io;
use std::path::{Path, PathBuf};

use gom_select::toolchain::ToolchainId;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use tempfile::TempDir;

use super::{Store, StoreError};

/// A folder for one toolchain's unfinished work.
#[derive(Debug)]
pub struct Staging {
    folder: TempDir,
}

impl Staging {
    /// An empty folder. The caller holds the toolchain's lock.
    pub fn new(store: &Store, id: &ToolchainId) -> Result<Staging, StoreError> {
        let parent = store.layout().staging();
        let folder = tempfile::Builder::new().prefix(&format!("{id}.")).tempdir_in(&parent);
        let named = |error: io::Error| {
            io::Error::new(error.kind(), format!("can't make a folder in `{}`: {error}", parent.display()))
        };
        Ok(Staging { folder: folder.map_err(named)? })
    }

    /// Where the tree is unpacked.
    pub fn tree(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    /// Where an archive lies that can't be unpacked while it arrives.
    pub fn archive(&self) -> PathBuf {
        self.folder.path().join("archive")
    }

    fn old(&self) -> PathBuf {
        self.folder.path().join("old")
    }

    /// Puts the finished tree to its place by one rename. A toolchain that is there already changes
    /// places with it in one step, and then goes with this folder.
    pub fn publish(self, place: &Path) -> Result<(), StoreError> {
        if place.symlink_metadata().is_ok() {
            self.swap(place)?;
        } else {
            fs_err::rename(self.tree(), place)?;
        }
        Ok(())
    }

    /// Takes a published tree away by one rename; deleting it may then take its time.
    pub fn take(self, place: &Path) -> Result<(), StoreError> {
        fs_err::rename(place, self.tree())?;
        self.folder.close()?;
        Ok(())
    }

    fn swap(&self, place: &Path) -> io::Result<()> {
        let exchanged = renameat_with(CWD, self.tree(), CWD, place, RenameFlags::EXCHANGE);
        if exchanged.is_ok() {
            return Ok(());
        }
        // A file system without exchange: two renames. `recover` undoes the first one if we die between.
        fs_err::rename(place, self.old())?;
        fs_err::rename(self.tree(), place).inspect_err(|_| {
            // If this fails too, `recover` tries again in the next command.
            let _ = fs_err::rename(self.old(), place);
        })
    }
}

/// Removes what a killed gom left of this toolchain, and puts back a tree that was on its way to be
/// replaced. The caller holds the toolchain's lock, so nobody works in there.
pub fn recover(store: &Store, id: &ToolchainId) -> Result<(), StoreError> {
    let prefix = format!("{id}.");
    for entry in fs_err::read_dir(store.layout().staging())? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(&prefix) {
            continue;
        }
        let (old, place) = (entry.path().join("old"), store.layout().toolchain(id));
        if old.is_dir() && !place.exists() {
            fs_err::rename(&old, &place)?;
        }
        fs_err::remove_dir_all(entry.path())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use gom_select::layout::Layout;

    use super::*;

    fn fixture() -> (TempDir, Store, ToolchainId) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(Layout::new(dir.path()), Duration::from_secs(1));
        store.create().unwrap();
        (dir, store, ToolchainId::parse("go1.22.6.linux-amd64").unwrap())
    }

    fn staged(store: &Store, id: &ToolchainId, content: &str) -> Staging {
        let staging = Staging::new(store, id).unwrap();
        fs_err::create_dir(staging.tree()).unwrap();
        fs_err::write(staging.tree().join("VERSION"), content).unwrap();
        staging
    }

    fn is_empty(dir: &Path) -> bool {
        fs_err::read_dir(dir).unwrap().next().is_none()
    }

    #[test]
    fn publishing_over_a_toolchain_swaps_and_leaves_nothing() {
        let (_dir, store, id) = fixture();
        let place = store.layout().toolchain(&id);
        staged(&store, &id, "old").publish(&place).unwrap();
        staged(&store, &id, "new").publish(&place).unwrap();
        assert_eq!(fs_err::read_to_string(place.join("VERSION")).unwrap(), "new");
        assert!(is_empty(&store.layout().staging()));
    }

    #[test]
    fn a_tree_that_a_killed_gom_moved_aside_comes_back() {
        let (_dir, store, id) = fixture();
        let place = store.layout().toolchain(&id);
        let staging = staged(&store, &id, "new");
        fs_err::create_dir(staging.old()).unwrap();
        fs_err::write(staging.old().join("VERSION"), "old").unwrap();
        let _killed = staging.folder.keep();

        recover(&store, &id).unwrap();
        assert_eq!(fs_err::read_to_string(place.join("VERSION")).unwrap(), "old");
        assert!(is_empty(&store.layout().staging()));
    }

    #[test]
    fn recovering_leaves_other_toolchains_alone() {
        let (_dir, store, id) = fixture();
        let other = ToolchainId::parse("go1.22.60.linux-amd64").unwrap();
        let staging = staged(&store, &other, "busy");
        recover(&store, &id).unwrap();
        assert!(staging.tree().is_dir());
    }
}
