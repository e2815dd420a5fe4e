//! What is in the store: the folders of `toolchains/` whose names are toolchains' names.
//!
//! A folder without its go program is not installed: it is what a half-removed or half-copied toolchain
//! leaves. [`all`] lists it, so that it can be shown and mended; [`find`] passes it over.

use std::fs;
use std::io;
use std::path::PathBuf;

use crate::layout::Layout;
use crate::platform::Platform;
use crate::spec::{Request, Spec};
use crate::toolchain::ToolchainId;

/// The folder of the toolchains can't be read.
#[derive(Debug)]
pub struct StoreUnreadable {
    /// The folder.
    pub path: PathBuf,
    /// Why.
    pub error: io::Error,
}

/// The installed toolchains, newest first; names that gom would not give are not toolchains.
pub fn all(layout: &Layout) -> Result<Vec<ToolchainId>, StoreUnreadable> {
    let path = layout.toolchains();
    let entries = match fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreUnreadable { path, error }),
    };
    let mut ids: Vec<ToolchainId> =
        entries.filter_map(|entry| ToolchainId::parse(entry.ok()?.file_name().to_str()?).ok()).collect();
    ids.sort_by(|a, b| b.cmp(a));
    Ok(ids)
}

/// The installed toolchain that a request means: the newest one that matches, of the request's platform
/// or else of the one whose build runs on `platform`. An exact version is looked up without listing the folder.
pub fn find(
    layout: &Layout,
    request: &Request,
    platform: &Platform,
) -> Result<Option<ToolchainId>, StoreUnreadable> {
    if let Spec::Exact(version) = &request.spec {
        let platform = request.platform.clone().unwrap_or_else(|| platform.for_release(version).into_owned());
        let id = ToolchainId { version: version.canonical(), platform };
        return Ok(has_go(layout, &id).then_some(id));
    }
    let is_wanted = |id: &ToolchainId| match &request.platform {
        Some(named) => id.platform == *named,
        None => id.is_for(platform),
    };
    let mut candidates: Vec<ToolchainId> = all(layout)?.into_iter().filter(is_wanted).collect();
    // Only what would be taken is looked at: each look costs every `go` a system call.
    while let Some(id) = request.spec.newest(candidates.iter().cloned(), |id| &id.version) {
        if has_go(layout, &id) {
            return Ok(Some(id));
        }
        candidates.retain(|other| *other != id);
    }
    Ok(None)
}

/// Whether the go program of a toolchain is there, without which nothing runs.
pub fn has_go(layout: &Layout, id: &ToolchainId) -> bool {
    let program = if id.platform.os() == "windows" { "go.exe" } else { "go" };
    layout.toolchain(id).join("bin").join(program).is_file()
}

/// Whether a toolchain is there with what every one has: its go program and its VERSION.
pub fn is_whole(layout: &Layout, id: &ToolchainId) -> bool {
    has_go(layout, id) && layout.toolchain(id).join("VERSION").is_file()
}
