//! The links of a store: `bin/go`, `bin/gofmt` and one `bin/go1.22.6` per installed toolchain, all to the
//! shim; `lines/1.22` to the newest installed patch. They are relative, so that a copied or moved store
//! works, and derived: this module can recreate all of them from the installed toolchains.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use gom_select::installed::{self, InstalledTree};
use gom_select::layout::SHIM_NAME;
use gom_select::platform::Platform;
use gom_select::spec::Spec;
use gom_select::toolchain::ToolchainId;

use super::error::StoreError;
use super::root::Store;
use crate::cancel::Cancel;
use crate::files::{TEMPORARY, is_there};

impl Store {
    /// Updates the links to match the toolchains installed for `host`.
    pub async fn refresh_links(&self, host: &Platform, cancel: &Cancel) -> Result<(), StoreError> {
        let _lock = self.lock_links(cancel).await?;
        let installed = installed::all(self.layout()).map_err(|unreadable| unreadable.error)?;
        let for_host = installed.into_iter().filter(|tree| tree.id.is_for(host));
        let (own, others): (Vec<InstalledTree>, Vec<InstalledTree>) =
            for_host.partition(|tree| tree.other_store.is_none());
        let own: Vec<ToolchainId> = own.into_iter().map(|tree| tree.id).collect();
        let all: Vec<ToolchainId> =
            own.iter().cloned().chain(others.into_iter().map(|tree| tree.id)).collect();
        self.refresh_bin(&all)?;
        self.refresh_lines(&own)
    }

    /// Whether the links of an installed toolchain are there: if not, a gom was killed before it made them.
    pub(super) fn has_links(&self, id: &ToolchainId, host: &Platform) -> Result<bool, StoreError> {
        if !id.is_for(host) {
            return Ok(true);
        }
        let (bin, line) = (self.layout().bin(), self.layout().lines().join(id.version.line().to_string()));
        let has_shim = is_there(&self.layout().shim())?;
        let in_bin = ["go".to_owned(), "gofmt".to_owned(), id.version.toolchain_name()];
        for name in in_bin {
            if has_shim && !is_there(&bin.join(name))? {
                return Ok(false);
            }
        }
        let is_own = is_there(&self.layout().toolchain(id))?;
        Ok(!is_own || is_there(&line)?)
    }

    fn refresh_bin(&self, installed: &[ToolchainId]) -> Result<(), StoreError> {
        let bin = self.layout().bin();
        if !self.layout().shim().exists() {
            // gom runs from outside the store, for example from a build folder, so there is no shim to link
            // to.
            return Ok(());
        }
        let mut wanted: BTreeSet<String> = ["go", "gofmt"].map(str::to_owned).into();
        wanted.extend(installed.iter().map(|id| id.version.toolchain_name()));
        for name in &wanted {
            set_link(&bin.join(name), Path::new(SHIM_NAME))?;
        }
        for (name, path) in links_in(&bin)? {
            let is_ours = fs_err::read_link(&path).is_ok_and(|target| target == Path::new(SHIM_NAME));
            if is_ours && !wanted.contains(&name) {
                fs_err::remove_file(path)?;
            }
        }
        Ok(())
    }

    fn refresh_lines(&self, installed: &[ToolchainId]) -> Result<(), StoreError> {
        let mut lines: BTreeMap<String, Vec<&ToolchainId>> = BTreeMap::new();
        for id in installed {
            lines.entry(id.version.line().to_string()).or_default().push(id);
        }
        let folder = self.layout().lines();
        for (line, ids) in &lines {
            // Newest first. A prerelease counts only if its line has no release.
            let newest = Spec::Line(ids[0].version.line()).newest(ids.iter().copied(), |id| &id.version);
            let newest = newest.unwrap_or(ids[0]);
            set_link(&folder.join(line), &PathBuf::from("../toolchains").join(newest.to_string()))?;
        }
        for (name, path) in links_in(&folder)? {
            if !lines.contains_key(&name) {
                fs_err::remove_file(path)?;
            }
        }
        Ok(())
    }
}

/// The symbolic links of a folder with their names.
fn links_in(folder: &Path) -> Result<Vec<(String, PathBuf)>, StoreError> {
    let mut links = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_symlink()
            && let Ok(name) = entry.file_name().into_string()
        {
            links.push((name, entry.path()));
        }
    }
    Ok(links)
}

/// Makes `link` point to `target`. The link exists at every moment.
pub(super) fn set_link(link: &Path, target: &Path) -> Result<(), StoreError> {
    if fs_err::read_link(link).is_ok_and(|current| current == target) {
        return Ok(());
    }
    let folder = link.parent().unwrap_or(Path::new("/"));
    let temporary = tempfile::Builder::new()
        .prefix(TEMPORARY)
        .make_in(folder, |path| fs_err::os::unix::fs::symlink(target, path));
    temporary?.into_temp_path().persist(link).map_err(|error| {
        io::Error::new(
            error.error.kind(),
            format!("can't make the link `{}`: {}", link.display(), error.error),
        )
    })?;
    Ok(())
}
