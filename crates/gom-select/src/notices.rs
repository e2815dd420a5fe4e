//! Notices that are shown once. A shown notice is kept as a file with its text, in `notices/` of the store,
//! or in the user's cache folder if the store belongs to another user.

#![expect(clippy::disallowed_methods, reason = "keeps what was said once")]

use std::fs;
use std::path::PathBuf;

use crate::env_vars::GOM_CACHE_DIR;
use crate::layout::{Env, Layout};
use crate::regular_file;

/// The notices that this user was shown.
#[derive(Clone, Copy)]
pub struct Notices<'a> {
    /// The store.
    pub layout: &'a Layout,
    /// The environment, which names the cache folder.
    pub env: Env<'a>,
}

impl Notices<'_> {
    /// Whether this text was the last notice under this name.
    pub fn was_said(&self, name: &str, text: &str) -> bool {
        let is_same = |folder: PathBuf| {
            regular_file::read(&folder.join(name), text.len())
                .is_ok_and(|said| said.as_deref() == Some(text.as_bytes()))
        };
        is_same(self.layout.notices()) || self.in_cache().is_some_and(is_same)
    }

    /// Remembers the notice. If that is not possible, it is shown again next time.
    pub fn remember(&self, name: &str, text: &str) {
        let keep = |folder: PathBuf| {
            let file = folder.join(name);
            // Writing to a FIFO would wait for a reader.
            let may_write = fs::symlink_metadata(&file).map_or(true, |found| found.is_file());
            may_write && fs::create_dir_all(&folder).and_then(|()| fs::write(file, text)).is_ok()
        };
        let _ = keep(self.layout.notices()) || self.in_cache().is_some_and(keep);
    }

    fn in_cache(&self) -> Option<PathBuf> {
        let folder = |name: &str| (self.env)(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let default = || {
            if cfg!(target_os = "macos") {
                return Some(folder("HOME")?.join("Library/Caches/gom"));
            }
            let caches = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
            Some(caches?.join("gom"))
        };
        Some(folder(GOM_CACHE_DIR).or_else(default)?.join("notices"))
    }
}
