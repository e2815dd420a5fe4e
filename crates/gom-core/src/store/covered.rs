//! Removes the files of an installed tree that its hash does not cover.

use std::path::Path;

use gom_select::toolchain::ToolchainId;

use super::error::StoreError;
use super::root::Store;
use crate::settings::SyncPolicy;
use crate::tree::is_covered;

impl Store {
    /// Removes api, doc, misc and test from an installed tree and from its list of files. If the tree was not
    /// installed from an archive, nothing signed proves these folders.
    pub fn remove_uncovered(&self, id: &ToolchainId, goroot: &Path) -> Result<(), StoreError> {
        for entry in fs_err::read_dir(goroot)? {
            let entry = entry?;
            if !is_covered(&format!("{}/", entry.file_name().to_string_lossy())) {
                fs_err::remove_dir_all(entry.path())?;
            }
        }
        if let Some(list) = self.read_manifest(id)
            && list.covered_files() < list.files().len()
        {
            self.write_manifest(id, &list.into_covered(), SyncPolicy::Auto)?;
        }
        Ok(())
    }
}
