//! Unpacks an archive into a staging folder and hashes every file on the way. It writes regular files
//! and folders only, under names it has checked, with modes of its own choosing; it executes nothing.
//! What it returns is the list of files with their sums, for [`crate::proof`] to judge: nothing here trusts
//! the archive.

mod entry;
mod tar_gz;
mod tree;
mod zips;

use std::io;
use std::path::{Path, PathBuf};

use gom_select::toolchain::ToolchainId;

use crate::cancel::{Cancel, Cancelled};
use crate::source::Format;
use crate::tree::Manifest;

/// Why an archive was refused or could not be unpacked. Nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// An entry that no toolchain may hold.
    #[error("the archive holds `{name}`: {reason}")]
    Entry {
        /// The entry's name, with control characters escaped.
        name: String,
        /// Why it is refused.
        reason: &'static str,
    },
    /// The archive is damaged, or is no archive of this kind.
    #[error("the archive can't be read: {reason}")]
    Damaged {
        /// What the decoder said.
        reason: String,
    },
    /// It unpacks to more than any toolchain has.
    #[error("the archive unpacks to more than {limit} {unit}")]
    TooLarge {
        /// The limit.
        limit: u64,
        /// Of what: bytes or entries.
        unit: &'static str,
    },
    /// It is a toolchain of another version.
    #[error("the archive holds `{found}` instead of {wanted}")]
    WrongVersion {
        /// What its VERSION file says.
        found: String,
        /// What was asked for.
        wanted: String,
    },
    /// The tree can't be written.
    #[error("can't unpack: {error}")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The user cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Unpacks `archive` into the new folder `into`. Blocks; several threads may work.
pub fn unpack(
    archive: &Path,
    format: Format,
    id: &ToolchainId,
    into: &Path,
    cancel: &Cancel,
) -> Result<Manifest, UnpackError> {
    let tree = tree::Tree::create(into)?;
    let files = match format {
        Format::TarGz => tar_gz::unpack(archive, tree, cancel)?,
        Format::Zip => zips::unpack(archive, &zips::Kind::Flat, tree, cancel)?,
        Format::ModuleZip => zips::unpack(archive, &zips::Kind::Module(id.module_prefix()), tree, cancel)?,
    };
    check_version(into, id)?;
    Ok(Manifest::new(files))
}

/// The first line of VERSION is the toolchain's own name, in every release.
fn check_version(tree: &Path, id: &ToolchainId) -> Result<(), UnpackError> {
    let wanted = id.version.toolchain_name();
    let text = fs_err::read_to_string(tree.join("VERSION")).unwrap_or_default();
    let found = text.lines().next().unwrap_or_default().trim();
    if found == wanted {
        return Ok(());
    }
    let found = if found.is_empty() { "no VERSION file" } else { found };
    Err(UnpackError::WrongVersion { found: found.chars().take(64).collect(), wanted })
}
