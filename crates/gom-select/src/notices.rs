//! What was said once and need not be said again: a file with the text, in `notices/` of the store, or in the
//! user's cache folder where the store belongs to somebody else.

use std::fs;
use std::path::PathBuf;

use crate::env_vars::GOM_CACHE_DIR;
use crate::layout::{Env, Layout};

/// The memory of what this user was told.
#[derive(Clone, Copy)]
pub struct Notices<'a> {
    /// The store.
    pub layout: &'a Layout,
    /// The environment, which says where the cache folder is.
    pub env: Env<'a>,
}

impl Notices<'_> {
    /// Whether this text was said last under this name.
    pub fn was_said(&self, name: &str, text: &str) -> bool {
        let is_same = |folder: PathBuf| fs::read_to_string(folder.join(name)).is_ok_and(|said| said == text);
        is_same(self.layout.notices()) || self.in_cache().is_some_and(is_same)
    }

    /// Remembers it where that is possible; elsewhere it is said again next time.
    pub fn remember(&self, name: &str, text: &str) {
        let keep = |folder: PathBuf| {
            fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join(name), text)).is_ok()
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
