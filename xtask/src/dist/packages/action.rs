//! What the GitHub action knows about a release: `release.json`, which is bundled into it. In the repository it is empty,
//! because the archives of a commit can't be known in that commit.

use anyhow::Result;
use serde_json::{Map, json};

use super::release::Release;
use super::source::{Archive, File};

/// Makes the file, or none while it is not known where the archives are.
pub(super) fn make(archives: &[Archive], release: &Release) -> Result<Option<File>> {
    let Some(base) = &release.base else { return Ok(None) };
    let mut known = Map::new();
    for archive in archives {
        // Node.js has the same names as npm.
        let about = json!({ "name": archive.name, "sha256": archive.sha256 });
        known.insert(archive.platform.npm.join("-"), about);
    }
    let about = json!({ "version": release.version, "base": base, "archives": known });
    Ok(Some(File::text("release.json", serde_json::to_string_pretty(&about)? + "\n")))
}
