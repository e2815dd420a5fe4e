//! Unfinished work: a folder for one toolchain from which a finished tree can be renamed to its place in
//! `toolchains/`. It is removed when it is dropped.
//!
//! The folder is in `staging/`, or in `toolchains/.staging/` where the two can't rename to each other: one
//! may be a mount of its own or a link to another disk. Two folders of one file system can be on two mounts
//! of it, so this is tried and not computed from device numbers.

use std::io;
use std::path::{Path, PathBuf};

use gom_select::layout::Layout;
use gom_select::toolchain::ToolchainId;
use tempfile::TempDir;

use super::error::StoreError;
use super::root::Store;

/// A folder for one toolchain's unfinished work.
#[derive(Debug)]
pub(crate) struct Staging {
    folder: TempDir,
}

impl Staging {
    /// An empty folder. The caller holds the toolchain's lock.
    pub(crate) fn new(store: &Store, id: &ToolchainId) -> Result<Staging, StoreError> {
        let layout = store.layout();
        let staging = Staging::below(&layout.staging(), id)?;
        if staging.can_reach(&layout.toolchains())? {
            return Ok(staging);
        }
        fs_err::create_dir_all(layout.near_staging())?;
        Ok(Staging::below(&layout.near_staging(), id)?)
    }

    fn below(parent: &Path, id: &ToolchainId) -> io::Result<Staging> {
        let folder = tempfile::Builder::new().prefix(&format!("{id}.")).tempdir_in(parent);
        let named = |error: io::Error| {
            io::Error::new(error.kind(), format!("can't make a folder in `{}`: {error}", parent.display()))
        };
        Ok(Staging { folder: folder.map_err(named)? })
    }

    /// Whether a folder can be renamed from here to `toolchains`.
    fn can_reach(&self, toolchains: &Path) -> io::Result<bool> {
        let (here, there) = (self.folder.path().join("probe"), toolchains.join(".probe"));
        fs_err::create_dir(&here)?;
        match fs_err::rename(&here, &there) {
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => return Ok(false),
            // What else is wrong with `toolchains` is for the publishing rename to say.
            Err(_) => fs_err::remove_dir(here)?,
            // Another gom may have removed it: they share the name.
            Ok(()) => _ = fs_err::remove_dir(there),
        }
        Ok(true)
    }

    /// Where the tree is unpacked.
    pub(crate) fn tree(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    /// Where an archive lies that can't be unpacked while it arrives.
    pub(crate) fn archive(&self) -> PathBuf {
        self.folder.path().join("archive")
    }

    /// Where a tree goes that was taken from its place.
    pub(crate) fn removed(&self) -> PathBuf {
        self.folder.path().join("removed")
    }

    /// Says that the tree at the toolchain's place is to be deleted there, if it is not whole.
    pub(crate) fn mark_removal(&self) -> io::Result<()> {
        fs_err::write(self.folder.path().join(REMOVAL), "")
    }

    /// The folder itself, which from here on stays.
    pub(crate) fn keep(self) -> PathBuf {
        self.folder.keep()
    }
}

/// The file of [`Staging::mark_removal`].
const REMOVAL: &str = "removal";

/// A folder that a killed gom left.
pub(crate) struct Leftover {
    /// Of this toolchain.
    pub(crate) id: ToolchainId,
    /// The folder.
    pub(crate) folder: PathBuf,
}

impl Leftover {
    /// Whether it was deleting the tree at the toolchain's place.
    pub(crate) fn is_removal(&self) -> bool {
        self.folder.join(REMOVAL).exists()
    }
}

/// The unfinished work of all toolchains. Some of it may be going on now.
pub(crate) fn leftovers(layout: &Layout) -> io::Result<Vec<Leftover>> {
    let mut leftovers = Vec::new();
    for parent in [layout.staging(), layout.near_staging()] {
        let entries = match fs_err::read_dir(&parent) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().into_string().unwrap_or_default();
            // The name is the toolchain's, a dot and something random.
            let id = name.rsplit_once('.').and_then(|(id, _)| ToolchainId::parse(id).ok());
            leftovers.extend(id.map(|id| Leftover { id, folder: entry.path() }));
        }
    }
    Ok(leftovers)
}
