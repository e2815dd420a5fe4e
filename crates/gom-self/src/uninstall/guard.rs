//! Folders that are never removed, whatever a setting says.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use gom_core::shell_quote::shell_quote;
use gom_select::layout::is_store;
use rustix::process::geteuid;

use super::walk::WhyLeft;
use crate::error::SelfError;

/// Fails unless this is a store of this user, and not a folder that holds more than gom.
pub(super) fn check_store(store: &Path, home: Option<&Path>) -> Result<(), SelfError> {
    let refuse =
        |reason: String, hint: String| SelfError::NotRemoved { folder: store.to_path_buf(), reason, hint };
    let to_see = "run `gom config` to see which folder is the store, and what sets it".to_owned();
    let Ok(metadata) = store.symlink_metadata() else {
        return Err(refuse("there is no store".to_owned(), to_see));
    };
    if metadata.is_symlink() {
        let real = gom_core::files::real_path(store).unwrap_or_else(|_| store.to_path_buf());
        let hint = format!("run `GOM_HOME={} gom self uninstall`, then remove the link", shell_quote(real));
        return Err(refuse("it is a link, and gom follows none".to_owned(), hint));
    }
    if holds_more(store, home) {
        return Err(refuse("it is the root, a home folder or above one".to_owned(), to_see));
    }
    if !is_store(store) {
        return Err(refuse("it is not a store: it has no layout-version".to_owned(), to_see));
    }
    let user = geteuid().as_raw();
    if metadata.uid() != user {
        let hint = format!("run `gom self uninstall` as user {}", metadata.uid());
        return Err(refuse(format!("it belongs to user {}, and this is user {user}", metadata.uid()), hint));
    }
    Ok(())
}

/// Whether a cache may be looked through: `Err(None)` if there is none.
pub(super) fn check_cache(cache: &Path, home: Option<&Path>) -> Result<(), Option<WhyLeft>> {
    let metadata = cache.symlink_metadata().map_err(|_| None)?;
    match metadata {
        metadata if metadata.is_symlink() => Err(Some(WhyLeft::Link)),
        _ if holds_more(cache, home) => Err(Some(WhyLeft::Shared)),
        metadata if metadata.uid() != geteuid().as_raw() => Err(Some(WhyLeft::Owner(metadata.uid()))),
        _ => Ok(()),
    }
}

/// Whether a folder is the root, the home, or above it.
fn holds_more(folder: &Path, home: Option<&Path>) -> bool {
    let real = |path: &Path| gom_core::files::real_path(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = real(folder);
    folder.parent().is_none() || home.is_some_and(|home| real(home).starts_with(&folder))
}
