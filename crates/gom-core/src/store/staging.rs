//! Folders for unfinished work. Each is for one toolchain, and a finished tree can be renamed from it to its
//! place in `toolchains/`. It is removed when it is dropped.
//!
//! The folder is in `staging/`, or in `toolchains/.staging/` if the first can't rename to `toolchains/`,
//! because one of them is a mount or a link to another disk. Device numbers don't tell, because two folders
//! of one file system can be on two mounts of it; so a rename is tried.

use std::io;
use std::path::{Path, PathBuf};

use gom_select::layout::Layout;
use gom_select::toolchain::ToolchainId;

use super::deletion;
use super::error::StoreError;
use super::root::Store;
use crate::files;
use crate::tree::Manifest;

/// A folder for the unfinished work on one toolchain.
#[derive(Debug)]
pub(crate) struct Staging {
    folder: PathBuf,
    is_kept: bool,
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.is_kept {
            // What can't be deleted now is left to the next gom.
            let _ = deletion::delete_quietly(&self.folder);
        }
    }
}

impl Staging {
    /// Creates an empty folder. The caller holds the toolchain's lock.
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
        Ok(Staging { folder: folder.map_err(named)?.keep(), is_kept: false })
    }

    /// Whether a folder can be renamed from here to `toolchains`.
    fn can_reach(&self, toolchains: &Path) -> io::Result<bool> {
        let (here, there) = (self.folder.join("probe"), toolchains.join(".probe"));
        fs_err::create_dir(&here)?;
        match fs_err::rename(&here, &there) {
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => return Ok(false),
            // Any other problem with `toolchains` is reported by the rename that publishes.
            Err(_) => fs_err::remove_dir(here)?,
            // Another gom may have removed it, because all use the same name.
            Ok(()) => _ = fs_err::remove_dir(there),
        }
        Ok(true)
    }

    /// The folder into which the tree is unpacked.
    pub(crate) fn tree(&self) -> PathBuf {
        self.folder.join("tree")
    }

    /// Returns the size of all files of the tree in bytes. It is computed once, so that `gom list` need not walk the tree.
    pub(crate) fn size_of_tree(&self, manifest: &Manifest) -> Option<u64> {
        let tree = self.tree();
        let sizes = manifest.files().iter().map(|file| fs_err::symlink_metadata(tree.join(&file.name)));
        sizes.map(|metadata| metadata.map(|metadata| metadata.len())).sum::<io::Result<u64>>().ok()
    }

    /// The file for an archive that can't be unpacked while it arrives.
    pub(crate) fn archive(&self) -> PathBuf {
        self.folder.join("archive")
    }

    /// The folder for a tree that was removed from its place.
    pub(crate) fn removed(&self) -> PathBuf {
        self.folder.join("removed")
    }

    /// Marks that the tree at the toolchain's place must be deleted there, if it is not whole.
    pub(crate) fn mark_removal(&self) -> io::Result<()> {
        fs_err::write(self.folder.join(REMOVAL), "")
    }

    /// Keeps the folder from now on.
    pub(crate) fn keep(mut self) {
        self.is_kept = true;
    }
}

/// The file of [`Staging::mark_removal`].
const REMOVAL: &str = "removal";

/// A folder that a killed gom left.
pub(crate) struct Leftover {
    /// The toolchain that it is for.
    pub(crate) id: ToolchainId,
    /// The folder.
    pub(crate) folder: PathBuf,
}

impl Leftover {
    /// Whether the killed gom was deleting the tree at the toolchain's place.
    pub(crate) fn is_removal(&self) -> io::Result<bool> {
        files::is_there(&self.folder.join(REMOVAL))
    }
}

/// Lists the unfinished work on all toolchains. Another gom may still be at work on some of it.
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
            // The name is the toolchain's, a dot and random characters.
            let id = name.rsplit_once('.').and_then(|(id, _)| ToolchainId::parse(id).ok());
            leftovers.extend(id.map(|id| Leftover { id, folder: entry.path() }));
        }
    }
    Ok(leftovers)
}
