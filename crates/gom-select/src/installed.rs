//! What is in the store: the folders of `toolchains/` whose names are toolchains' names.

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
        return Ok(layout.toolchain(&id).is_dir().then_some(id));
    }
    let is_wanted = |id: &ToolchainId| match &request.platform {
        Some(named) => id.platform == *named,
        None => id.is_for(platform),
    };
    let candidates = all(layout)?.into_iter().filter(is_wanted);
    Ok(request.spec.newest(candidates, |id| &id.version))
}
