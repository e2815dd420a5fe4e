//! Removes a tree of another manager that the store has as well, for `gom import --remove`.
//!
//! A folder first gets a name that no manager lists, so that none finds half of a toolchain if gom is killed in the
//! middle; the next `--remove` finishes it.

#![expect(clippy::disallowed_methods, reason = "renames a folder of another manager before it is deleted")]

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;

use crate::files;
use crate::store::StoreError;
use crate::store::deletion::delete_quietly;

/// What the name of a folder begins with while it is removed.
const REMOVED: &str = ".gom-removed-";

/// Removes a folder with everything in it. Links in it are removed, not followed.
pub fn remove(folder: &Path) -> Result<(), StoreError> {
    let refused = |reason: &str| {
        let text = format!("`{}` is not removed: {reason}", folder.display());
        StoreError::Io(io::Error::new(io::ErrorKind::InvalidInput, text))
    };
    let (Some(parent), Some(name)) = (folder.parent(), folder.file_name()) else {
        return Err(refused("it is the root"));
    };
    if !fs_err::symlink_metadata(folder)?.is_dir() {
        return Err(refused("it is no folder, or a link to one"));
    }
    finish(parent)?;
    let mut aside = OsString::from(REMOVED);
    aside.push(name);
    let aside = parent.join(aside);
    fs_err::rename(folder, &aside)?;
    delete_quietly(&aside)
}

/// Whether a folder of this name is what a killed removal left.
pub fn is_half_removed(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(REMOVED.as_bytes())
}

/// Deletes what a killed removal left in a folder. Returns whether there was something.
pub fn finish(parent: &Path) -> Result<bool, StoreError> {
    let left = files::names_in(parent)?.into_iter().filter(|name| is_half_removed(name));
    let left: Vec<OsString> = left.collect();
    for name in &left {
        delete_quietly(&parent.join(name))?;
    }
    Ok(!left.is_empty())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_folder_goes_and_what_its_links_lead_to_stays() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs_err::create_dir_all(at("versions/1.22.6/bin")).unwrap();
        fs_err::write(at("versions/1.22.6/bin/go"), "").unwrap();
        fs_err::write(at("precious"), "").unwrap();
        fs_err::os::unix::fs::symlink(at("precious"), at("versions/1.22.6/link")).unwrap();
        fs_err::set_permissions(at("versions/1.22.6"), std::fs::Permissions::from_mode(0o555)).unwrap();
        fs_err::create_dir_all(at("versions/.gom-removed-1.21.3/bin")).unwrap();
        fs_err::create_dir_all(at("versions/1.20.1")).unwrap();
        remove(&at("versions/1.22.6")).unwrap();
        assert_eq!(files::names_in(&at("versions")).unwrap(), ["1.20.1"]);
        assert!(at("precious").exists());
    }

    #[test]
    fn a_link_or_a_missing_folder_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs_err::create_dir(at("tree")).unwrap();
        fs_err::os::unix::fs::symlink("tree", at("link")).unwrap();
        for name in ["link", "missing"] {
            remove(&at(name)).unwrap_err();
        }
        assert!(at("tree").is_dir() && at("link").is_symlink());
    }
}
