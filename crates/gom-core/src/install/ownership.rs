//! The owner of the file that asks for a toolchain. A file of another user may choose an installed toolchain,
//! but starts an install only below a folder that the user trusts.

use std::path::{Path, PathBuf};

use rustix::process::geteuid;

use crate::files;
use crate::settings::Settings;
use crate::shell_quote::shell_quote;

/// A file of another user, in a folder that is not trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignFile {
    /// The user id of its owner.
    pub owner: u32,
    /// The folder that it is in, with links resolved.
    pub folder: PathBuf,
}

impl ForeignFile {
    /// What to run so that the install is allowed.
    pub fn hint(&self) -> String {
        let folder = shell_quote(&self.folder);
        format!(
            "to trust this checkout, run `export GOM_TRUSTED_FOLDERS={folder}`, or add it to `trusted_folders` in \
             gom's config.toml"
        )
    }
}

/// Returns the file's owner and folder if it belongs neither to the user who runs gom nor to root, and no
/// setting trusts its folder.
pub fn stranger(file: &Path, settings: &Settings) -> Option<ForeignFile> {
    let owner = files::owner(file).ok()?;
    if owner == 0 || owner == geteuid().as_raw() {
        return None;
    }
    let folder = files::real_path(file).ok()?.parent()?.to_path_buf();
    let trusted = &settings.trusted_folders.value;
    let is_trusted = trusted
        .iter()
        .any(|one| one.as_os_str() == "*" || files::real_path(one).is_ok_and(|one| folder.starts_with(one)));
    (!is_trusted).then_some(ForeignFile { owner, folder })
}
