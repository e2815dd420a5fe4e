//! The links of a store: `bin/go`, `bin/gofmt` and one `bin/go1.22.6` per installed toolchain, all to the
//! shim, and one per tool; `lines/1.22` to the newest installed patch. They are relative, so that a copied or moved store
//! works, and derived: this module can recreate all of them from the installed toolchains and tools.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use gom_select::installed::{self, InstalledTree};
use gom_select::layout::SHIM_NAME;
use gom_select::platform::Platform;
use gom_select::spec::Spec;
use gom_select::toolchain::ToolchainId;
use gom_select::tools;

use super::error::StoreError;
use super::root::Store;
use crate::cancel::Cancel;
use crate::files::{self, TEMPORARY, is_there};

impl Store {
    /// Updates the links to match the toolchains installed for `host`.
    pub async fn refresh_links(&self, host: &Platform, cancel: &Cancel) -> Result<(), StoreError> {
        let _lock = self.lock_links(cancel).await?;
        self.forget_verdict();
        for links in self.wanted_links(host)? {
            for (name, target) in &links.wanted {
                set_link(&links.folder.join(name), target)?;
            }
            for path in links.unwanted()? {
                fs_err::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// Removes what the machine's policy has said of the toolchains, because some of them are others now. Where it can't be
    /// removed, it ends with the day.
    pub(super) fn forget_verdict(&self) {
        let _ = files::remove_if_there(&self.layout().policy_verdict());
    }

    /// The links that [`Store::refresh_links`] would make, change or remove.
    pub(crate) fn wrong_links(&self, host: &Platform) -> Result<Vec<PathBuf>, StoreError> {
        let mut wrong = Vec::new();
        for links in self.wanted_links(host)? {
            let is_wrong = |(name, target): &(&String, &PathBuf)| {
                !fs_err::read_link(links.folder.join(name)).is_ok_and(|found| found == **target)
            };
            wrong.extend(links.wanted.iter().filter(is_wrong).map(|(name, _)| links.folder.join(name)));
            wrong.extend(links.unwanted()?);
        }
        Ok(wrong)
    }

    fn wanted_links(&self, host: &Platform) -> Result<Vec<WantedLinks>, StoreError> {
        let installed = installed::all(self.layout()).map_err(|unreadable| unreadable.error)?;
        let for_host = installed.into_iter().filter(|tree| tree.id.is_for(host));
        let (own, others): (Vec<InstalledTree>, Vec<InstalledTree>) =
            for_host.partition(|tree| tree.other_store.is_none());
        let own: Vec<ToolchainId> = own.into_iter().map(|tree| tree.id).collect();
        let mut wanted = vec![self.in_lines(&own)];
        // Without a shim there is nothing to link to: gom runs from outside the store, such as from a build folder.
        if is_there(&self.layout().shim())? {
            let all = own.iter().chain(others.iter().map(|tree| &tree.id));
            let tools = tools::all(self.layout())?.into_iter().filter(|tool| host.runs(&tool.of.platform));
            let tools = tools.map(|tool| tool.name.as_str().to_owned());
            // A program that somebody put there stays.
            let mut names: Vec<String> = all.map(|id| id.version.toolchain_name()).collect();
            for name in tools {
                if !is_own_file(&self.layout().bin().join(&name))? {
                    names.push(name);
                }
            }
            wanted.push(self.in_bin(names.into_iter()));
        }
        Ok(wanted)
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

    fn in_bin(&self, installed: impl Iterator<Item = String>) -> WantedLinks {
        let names = ["go", "gofmt"].map(str::to_owned).into_iter().chain(installed);
        WantedLinks {
            folder: self.layout().bin(),
            wanted: names.map(|name| (name, PathBuf::from(SHIM_NAME))).collect(),
            is_ours: |target| target == Path::new(SHIM_NAME),
        }
    }

    fn in_lines(&self, installed: &[ToolchainId]) -> WantedLinks {
        let mut lines: BTreeMap<String, Vec<&ToolchainId>> = BTreeMap::new();
        for id in installed {
            lines.entry(id.version.line().to_string()).or_default().push(id);
        }
        let target = |(line, ids): (String, Vec<&ToolchainId>)| {
            // Newest first. A prerelease counts only if its line has no release.
            let newest = Spec::Line(ids[0].version.line()).newest(ids.iter().copied(), |id| &id.version);
            (line, PathBuf::from("../toolchains").join(newest.unwrap_or(ids[0]).to_string()))
        };
        WantedLinks {
            folder: self.layout().lines(),
            wanted: lines.into_iter().map(target).collect(),
            is_ours: |_| true,
        }
    }
}

/// The links of one folder as they should be.
struct WantedLinks {
    folder: PathBuf,
    /// Their targets by name.
    wanted: BTreeMap<String, PathBuf>,
    /// Whether a link to this target is gom's, whatever its name.
    is_ours: fn(&Path) -> bool,
}

impl WantedLinks {
    /// The links of gom that should not be there.
    fn unwanted(&self) -> Result<Vec<PathBuf>, StoreError> {
        let mut unwanted = Vec::new();
        for (name, path) in links_in(&self.folder)? {
            match fs_err::read_link(&path) {
                Ok(target) if (self.is_ours)(&target) && !self.wanted.contains_key(&name) => {
                    unwanted.push(path);
                }
                // Removed meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                read => drop(read?),
            }
        }
        Ok(unwanted)
    }
}

/// Whether something else than a link is at a path.
fn is_own_file(path: &Path) -> io::Result<bool> {
    match fs_err::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        metadata => Ok(!metadata?.is_symlink()),
    }
}

/// The symbolic links of a folder with their names. A store that another gom is making does not have each folder yet.
fn links_in(folder: &Path) -> Result<Vec<(String, PathBuf)>, StoreError> {
    let mut links = Vec::new();
    let entries = match fs_err::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(links),
        entries => entries?,
    };
    for entry in entries {
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
