//! A store: its location and its folders.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::Duration;

use gom_select::layout::Layout;
use gom_select::marker::Marker;
use gom_select::platform::Platform;
use gom_select::regular_file::AfterRead;
use gom_select::store_path;
use rustix::fs::Access;
use rustix::process::geteuid;

use super::error::StoreError;
use crate::cancel::Cancel;
use crate::environment::RunningGom;
use crate::files::{self, replace_file};
use crate::report::Reporter;

/// A store, which need not exist yet.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) layout: Layout,
    pub(super) lock_timeout: Duration,
    /// The gom that the store's programs come from.
    pub(super) program: Option<RunningGom>,
    /// The setting `store_path` from the files, which the store keeps for the shim; `None` if it is not
    /// known.
    read_after: Option<Vec<PathBuf>>,
    /// Whether use is recorded, by the setting `record_use`; `None` if that is not known.
    pub(super) records_use: Option<bool>,
}

/// A store, with what a long change of it needs: the reporter for its progress, the token that stops it, and the
/// machine.
#[derive(Clone, Copy)]
pub(crate) struct StoreWork<'a> {
    pub(crate) store: &'a Store,
    pub(crate) reporter: &'a dyn Reporter,
    pub(crate) cancel: &'a Cancel,
    /// This machine, whose toolchains get links.
    pub(crate) host: &'a Platform,
}

impl Store {
    /// Makes a store at this layout. Reads nothing yet.
    pub fn new(layout: Layout, lock_timeout: Duration) -> Store {
        Store { layout, lock_timeout, program: None, read_after: None, records_use: None }
    }

    /// Adds the programs and the list of other stores that the store gets when it is written to, and whether use is
    /// recorded in it.
    #[must_use]
    pub fn with(
        self,
        program: Option<RunningGom>,
        read_after: Option<Vec<PathBuf>>,
        records_use: Option<bool>,
    ) -> Store {
        Store { program, read_after, records_use, ..self }
    }

    /// The paths in the store.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Returns the user id of the store's owner, if that is another user and this one can't write there.
    pub fn is_of_other(&self) -> Option<u32> {
        let root = self.layout.root();
        let owner = fs_err::metadata(root).ok()?.uid();
        let can_write = rustix::fs::access(root, Access::WRITE_OK | Access::EXEC_OK).is_ok();
        (!can_write && owner != geteuid().as_raw()).then_some(owner)
    }

    /// Whether this user can add and remove toolchains.
    pub fn is_changeable(&self) -> bool {
        files::is_changeable_folder(&self.layout.toolchains())
    }

    /// Fails if a newer gom made this store. Every verb that reads the store calls this first.
    pub fn check_layout(&self) -> Result<(), StoreError> {
        self.layout_number().map(drop)
    }

    /// Whether a newer gom made this store, so that this one neither reads nor writes it.
    pub fn is_of_newer_gom(&self) -> bool {
        matches!(self.check_layout(), Err(StoreError::Layout(unknown)) if unknown.is_newer())
    }

    /// The number of the store's layout; `None` if it has none, and is new or of the oldest layout.
    pub(super) fn layout_number(&self) -> Result<Option<u32>, StoreError> {
        // A file that can't be read is an error, and not a missing one.
        match files::read_head(&self.layout.layout_version_file(), 1) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read?,
        };
        let root = self.layout.root();
        let Some(marker) = Marker::read(root, AfterRead::Close) else { return Ok(None) };
        Ok(Some(marker.check(root)?))
    }

    /// Creates the store's folders if they are missing. Every verb that writes calls this first.
    pub fn create(&self) -> Result<(), StoreError> {
        self.check_layout()?;
        self.create_folders()?;
        self.migrate()?;
        self.keep_store_path()?;
        self.keep_use_record()?;
        self.complete_programs()
    }

    pub(super) fn create_folders(&self) -> Result<(), StoreError> {
        let layout = &self.layout;
        let folders = [
            layout.bin(),
            layout.toolchains(),
            layout.receipts(),
            layout.locks(),
            layout.staging(),
            layout.lines(),
        ];
        for folder in folders {
            fs_err::create_dir_all(folder)?;
        }
        Ok(())
    }

    /// Writes the number of this gom's layout into the store.
    pub(super) fn mark(&self) -> Result<(), StoreError> {
        let content = store_path::record(self.read_after.as_deref().unwrap_or_default());
        Ok(replace_file(&self.layout.layout_version_file(), &content)?)
    }

    /// Updates the list that the shim reads to match the settings. Does nothing if there is no store, or if it has
    /// another layout: the list is in the file with the number of the layout, which is written after a migration.
    pub fn keep_store_path(&self) -> Result<(), StoreError> {
        let Some(list) = &self.read_after else { return Ok(()) };
        let (file, content) = (self.layout.layout_version_file(), store_path::record(list));
        match files::read(&file) {
            Ok(kept) if kept != content && self.is_of_this_layout()? => Ok(replace_file(&file, &content)?),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn store(root: &Path) -> Store {
        Store::new(Layout::new(root), Duration::from_secs(1))
    }

    #[test]
    fn a_newer_layout_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::write(dir.path().join("layout-version"), "2\n").unwrap();
        let error = store(dir.path()).create().unwrap_err();
        assert!(matches!(error, StoreError::Layout(ref unknown) if unknown.found == "2"), "{error}");
        assert!(!dir.path().join("toolchains").exists());
    }

    #[test]
    fn the_list_of_stores_never_changes_the_number_of_the_layout() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("layout-version");
        let store = store(dir.path()).with(None, Some(vec!["/opt/gom".into()]), None);
        for other in ["0\n", "2\n"] {
            fs_err::write(&file, other).unwrap();
            assert!(store.keep_store_path().is_err(), "{other}");
            assert_eq!(fs_err::read_to_string(&file).unwrap(), other);
        }
        fs_err::write(&file, "1\n").unwrap();
        store.keep_store_path().unwrap();
        assert_eq!(fs_err::read_to_string(&file).unwrap(), "1\n/opt/gom\n");
    }

    #[test]
    fn creating_twice_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        store(dir.path()).create().unwrap();
        store(dir.path()).create().unwrap();
        assert_eq!(fs_err::read_to_string(dir.path().join("layout-version")).unwrap(), "1\n");
    }
}
