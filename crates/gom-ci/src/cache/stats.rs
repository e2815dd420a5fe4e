//! How much is in the caches, and how much of the build cache this job used.

use std::path::Path;
use std::time::SystemTime;

use serde::Serialize;

use super::{Kind, paths, trim};
use crate::error::CiError;
use gom_core::context::Context;

/// What a CI found when it looked for a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hit {
    /// The one of the key.
    Exact,
    /// One of a prefix.
    Prefix,
    /// None.
    Miss,
}

impl Hit {
    /// Its name, the same in text and `--json`.
    pub fn name(self) -> &'static str {
        match self {
            Hit::Exact => "exact",
            Hit::Prefix => "prefix",
            Hit::Miss => "miss",
        }
    }
}

/// A number of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Size {
    /// How many.
    pub files: u64,
    /// The bytes in them.
    pub bytes: u64,
}

/// What is in a cache.
#[derive(Clone, Debug, Serialize)]
pub struct Stats {
    /// Which.
    #[serde(rename = "cache")]
    pub kind: Kind,
    /// Everything.
    pub all: Size,
    /// What this job used of it; only known of the build cache, and since a set-up.
    pub used: Option<Size>,
    /// What the CI found.
    pub restored: Option<Hit>,
}

/// Looks. `since` is when the job began.
pub fn stats(
    ctx: &Context,
    kind: Kind,
    since: Option<SystemTime>,
    restored: Option<Hit>,
) -> Result<Stats, CiError> {
    let mut all = Size::default();
    for path in paths::of_kind(ctx, kind)? {
        all.add_below(&path)?;
    }
    let used = match (kind, since) {
        (Kind::Build, Some(since)) => Some(trim::used(&super::build_cache(ctx)?, since)?),
        _ => None,
    };
    Ok(Stats { kind, all, used, restored })
}

impl Size {
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

    pub(super) fn add_size(&mut self, other: Size) {
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
        let mut size = Size::default();
        size.add_below(dir.path()).unwrap();
        size.add_below(&dir.path().join("none")).unwrap();
        assert_eq!(size, Size { files: 2, bytes: 5 });
    }
}
