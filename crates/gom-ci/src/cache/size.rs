//! A number of files and their bytes.

use std::path::Path;

use serde::Serialize;

use crate::error::CiError;
use gom_core::files;

/// A number of files and their size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DiskUsage {
    /// The number of files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl DiskUsage {
    /// Adds the files below a folder, if it exists.
    pub fn add_below(&mut self, root: &Path) -> Result<(), CiError> {
        if !files::is_folder(root) {
            return Ok(());
        }
        for entry in files::below(root) {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                self.add(entry.metadata()?.len());
            }
        }
        Ok(())
    }

    pub(super) fn add_size(&mut self, other: DiskUsage) {
        self.files += other.files;
        self.bytes += other.bytes;
    }

    pub(super) fn add(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes += bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_counted_below_a_folder() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::create_dir_all(dir.path().join("a/b")).unwrap();
        fs_err::write(dir.path().join("a/b/c"), "12345").unwrap();
        fs_err::write(dir.path().join("d"), "").unwrap();
        let mut size = DiskUsage::default();
        size.add_below(dir.path()).unwrap();
        size.add_below(&dir.path().join("none")).unwrap();
        assert_eq!(size, DiskUsage { files: 2, bytes: 5 });
    }
}
