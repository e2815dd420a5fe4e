//! The recipe of a container image `FROM scratch`, with the programs for each architecture next to it.

use anyhow::Result;

use super::source::{Archive, File};

const RECIPE: &str = include_str!("../../../../packaging/image/Containerfile");

/// Makes the files of the folder in which the image is built.
pub(super) fn make(archives: &[Archive]) -> Result<Vec<File>> {
    let mut files = vec![File::text("Containerfile", RECIPE)];
    for archive in archives {
        let Some(architecture) = archive.platform.linux else { continue };
        for program in ["gom", "gom-shim"] {
            files.push(archive.file(program)?.at(&format!("{architecture}/{program}")));
        }
        for licence in archive.licences() {
            let name = licence.name.strip_prefix("licenses/").unwrap_or(&licence.name);
            files.push(licence.at(&format!("{architecture}/licenses/{name}")));
        }
    }
    Ok(files)
}
