//! How many files there are, and how many bytes they hold.

use std::path::Path;

use serde::Serialize;

use crate::error::CiError;

/// A number of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DiskUsage {
    /// How many.
    pub files: u64,
    /// The bytes in them.
    pub bytes: u64,
}

impl DiskUsage {
    /// Counts the files below a folder, if there is one.
    pub fn add_below(&mut self, root: &Path) -> Result<(), CiError> {
        if !root.is_dir() {
            return Ok(());
        }
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs_err::read_dir(folder)? {
                let entry = entry?;
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    self.add(entry.metadata()?.len());
                }
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
