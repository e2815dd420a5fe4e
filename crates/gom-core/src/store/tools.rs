//! The tools of a store, written: programs that `gom tools` built. gom-select reads them ([`gom_select::tools`]).
//!
//! A tool is built in a folder of its own in `tools/.staging/`, which is on the same file system as its place, and
//! published with its receipt by one rename. Whoever builds, replaces or removes a tool holds its lock. Invariant: a
//! reader finds the old tool or the new one; what a killed gom left is only in `.staging`.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use gom_select::layout::Layout;
use gom_select::tool_name::{ToolName, ToolPlace};
use gom_select::version::ReleaseLine;
use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::deletion;
use super::error::StoreError;
use super::lock::{Lock, try_lock};
use super::root::{Store, StoreWork};
use crate::cancel::Cancel;
use crate::files;
use crate::report::Event;
use crate::settings::SyncPolicy;

/// The folder of gom's cache for programs that `gom x` runs, which are not installed.
pub const CACHE: &str = "x";

/// The folder for unfinished work, below the folder of finished work.
const STAGING: &str = ".staging";

/// How old unfinished work without a lock is that no gom can still be doing.
const STALE: Duration = Duration::from_secs(24 * 3600);

/// A folder for a tool that is being built or removed. Deleted when dropped.
#[derive(Debug)]
pub struct ToolStaging {
    folder: PathBuf,
    is_kept: bool,
}

impl Drop for ToolStaging {
    fn drop(&mut self) {
        if !self.is_kept {
            // What can't be deleted now is left to the next gom.
            let _ = deletion::delete_quietly(&self.folder);
        }
    }
}

/// A tool that left its place. Its files are deleted when this is dropped: until then they mark that links are to be
/// updated.
#[derive(Debug)]
#[must_use]
pub struct RemovedTool(Option<ToolStaging>);

impl RemovedTool {
    /// Leaves the files to the next gom, which updates the links first.
    pub fn keep(self) {
        if let RemovedTool(Some(mut staging)) = self {
            staging.is_kept = true;
        }
    }
}

/// What a tool's folder holds besides the program.
#[derive(Clone, Copy, Debug)]
pub struct ToolFiles<'a> {
    /// The content of its receipt.
    pub receipt: &'a [u8],
    /// If it reads Go code: the line of the Go that built it, whose language is the newest that it can read.
    pub reads_up_to: Option<&'a ReleaseLine>,
}

impl ToolStaging {
    fn below(parent: &Path, prefix: &str) -> io::Result<ToolStaging> {
        let parent = parent.join(STAGING);
        fs_err::create_dir_all(&parent)?;
        let folder = tempfile::Builder::new().prefix(&format!("{prefix}.")).tempdir_in(&parent);
        let named = |error: io::Error| {
            io::Error::new(error.kind(), format!("can't make a folder in `{}`: {error}", parent.display()))
        };
        let staging = ToolStaging { folder: folder.map_err(named)?.keep(), is_kept: false };
        for folder in [staging.bin(), staging.work()] {
            fs_err::create_dir(folder)?;
        }
        Ok(staging)
    }

    /// A folder for unfinished work in the cache, below this folder. What other goms left there a day ago is deleted.
    pub fn in_cache(parent: &Path) -> io::Result<ToolStaging> {
        for name in files::names_in(&parent.join(STAGING)).unwrap_or_default() {
            let left = parent.join(STAGING).join(name);
            if !files::is_younger_than(&left, STALE) {
                // The next gom tries again.
                let _ = deletion::delete_quietly(&left);
            }
        }
        ToolStaging::below(parent, "x")
    }

    /// A folder for work that is not published, in the system's temporary folder.
    pub fn temporary() -> io::Result<ToolStaging> {
        let staging = ToolStaging { folder: files::temporary_folder()?.keep(), is_kept: false };
        for folder in [staging.bin(), staging.work()] {
            fs_err::create_dir(folder)?;
        }
        Ok(staging)
    }

    /// The folder that the go command puts the program into.
    pub fn bin(&self) -> PathBuf {
        self.folder.join("bin")
    }

    /// An empty folder that the go command works in, so that it finds no module and no workspace of the user.
    pub fn work(&self) -> PathBuf {
        self.folder.join("work")
    }

    /// Makes the finished folder of a tool whose program is in [`ToolStaging::bin`].
    fn finish(&self, name: &ToolName, files: ToolFiles<'_>, sync: SyncPolicy) -> io::Result<PathBuf> {
        let tree = self.folder.join("tree");
        fs_err::create_dir(&tree)?;
        let program = tree.join(name.as_str());
        fs_err::rename(self.bin().join(name.as_str()), &program)?;
        fs_err::set_permissions(&program, std::fs::Permissions::from_mode(0o755))?;
        fs_err::write(tree.join("receipt.json"), files.receipt)?;
        if let Some(line) = files.reads_up_to {
            fs_err::write(tree.join("reads-go"), format!("{line}\n"))?;
        }
        if sync != SyncPolicy::Never {
            for name in files::names_in(&tree)? {
                files::sync_file(fs_err::File::open(tree.join(name))?.file())?;
            }
            files::sync_folder(&tree)?;
        }
        Ok(tree)
    }

    /// Publishes a finished tool in the cache, unless another gom has published the same one.
    pub fn publish_in_cache(
        self,
        name: &ToolName,
        files: ToolFiles<'_>,
        place: &Path,
        sync: SyncPolicy,
    ) -> io::Result<()> {
        let tree = self.finish(name, files, sync)?;
        match fs_err::rename(tree, place) {
            Err(_) if files::is_file(&place.join(name.as_str())) => Ok(()),
            renamed => renamed,
        }
    }
}

/// The folders of the programs in the cache, below this folder.
pub(crate) fn in_cache(parent: &Path) -> io::Result<Vec<PathBuf>> {
    let names = match files::names_in(parent) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        names => names?,
    };
    let folders = names.into_iter().filter(|name| name != STAGING).map(|name| parent.join(name));
    Ok(folders.filter(|folder| files::is_folder_itself(folder)).collect())
}

/// Records that a program of the cache runs now: its folder has the time of the last run.
pub fn record_run(folder: &Path) {
    // A cache that can't be written is no reason not to run.
    if let Ok(opened) = fs_err::File::open(folder) {
        let _ = opened.file().set_modified(SystemTime::now());
    }
}

/// When a program of the cache last ran; `None` if it is gone.
pub(crate) fn last_run(folder: &Path) -> io::Result<Option<SystemTime>> {
    match fs_err::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        metadata => Ok(Some(metadata?.modified()?)),
    }
}

/// Removes a program from the cache below `parent`: a program that is half there is never found.
pub(crate) fn remove_from_cache(parent: &Path, folder: &Path) -> Result<(), StoreError> {
    let staging = ToolStaging::below(parent, "x")?;
    fs_err::rename(folder, staging.folder.join("removed"))?;
    deletion::delete_quietly(&staging.folder)
}

/// Replaces what is at `place`, if anything, by a finished folder. The old one is left in `removed`.
fn put(tree: &Path, place: &Path, removed: &Path) -> io::Result<()> {
    if !files::is_there(place)? {
        return fs_err::rename(tree, place);
    }
    if renameat_with(CWD, tree, CWD, place, RenameFlags::EXCHANGE).is_ok() {
        return Ok(());
    }
    // A file system without an exchange: for a moment there is no tool.
    fs_err::rename(place, removed)?;
    fs_err::rename(tree, place)
}

impl Store {
    /// Takes the lock of one tool. Reports once if it has to wait.
    pub async fn lock_tool(
        &self,
        place: &ToolPlace,
        cancel: &Cancel,
        on_wait: impl FnOnce(),
    ) -> Result<Lock, StoreError> {
        self.lock(&self.layout().tool_lock(place), place.name.as_str(), cancel, on_wait).await
    }

    /// Makes a folder to build a tool in. The caller holds the tool's lock. What a killed gom left of this tool is
    /// deleted.
    pub fn stage_tool(&self, place: &ToolPlace) -> Result<ToolStaging, StoreError> {
        for (_, folder) in leftovers(self.layout())?.into_iter().filter(|(of, _)| of == place) {
            deletion::delete_quietly(&folder)?;
        }
        Ok(ToolStaging::below(&self.layout().tools(), &place.to_string())?)
    }

    /// Publishes a tool whose program was built in `staging`, by one rename. The caller holds the tool's lock, and then
    /// updates the links.
    pub fn publish_tool(
        &self,
        place: &ToolPlace,
        staging: &ToolStaging,
        files: ToolFiles<'_>,
        sync: SyncPolicy,
    ) -> Result<(), StoreError> {
        let tree = staging.finish(&place.name, files, sync)?;
        let of_line = self.layout().tools_of(&place.of);
        fs_err::create_dir_all(&of_line)?;
        put(&tree, &self.layout().tool(place), &staging.folder.join("removed"))?;
        if sync != SyncPolicy::Never {
            files::sync_folder(&of_line)?;
        }
        Ok(())
    }

    /// Removes a tool. The caller holds its lock, and updates the links before it drops what this returns. `None` if there
    /// was no such tool.
    pub fn remove_tool(&self, place: &ToolPlace) -> Result<Option<RemovedTool>, StoreError> {
        let folder = self.layout().tool(place);
        if !files::is_there(&folder)? {
            return Ok(None);
        }
        let removed = match self.stage_tool(place) {
            // A full disk has no room for a folder, so the tool is deleted where it is.
            Err(StoreError::Io(error)) if files::is_full(&error) => {
                deletion::delete_quietly(&folder)?;
                RemovedTool(None)
            }
            staging => {
                let staging = staging?;
                fs_err::rename(&folder, staging.folder.join("removed"))?;
                RemovedTool(Some(staging))
            }
        };
        // The line's folder goes with its last tool.
        match fs_err::remove_dir(self.layout().tools_of(&place.of)) {
            Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => {
                removed.keep();
                Err(error.into())
            }
            _ => Ok(Some(removed)),
        }
    }

    /// The content of a tool's receipt.
    pub fn read_tool_receipt(&self, place: &ToolPlace) -> io::Result<Vec<u8>> {
        files::read(&self.layout().tool_receipt(place))
    }
}

/// Updates the links and deletes what killed goms left of all tools that no other gom works on. If something can't be
/// deleted, that is reported and stops nothing: the next gom tries again.
pub(crate) async fn sweep(work: StoreWork<'_>) -> Result<(), StoreError> {
    let mut left = Vec::new();
    for (place, folder) in leftovers(work.store.layout())? {
        if let Some(lock) = try_lock(&work.store.layout().tool_lock(&place))? {
            left.push((lock, folder));
        }
    }
    if left.is_empty() {
        return Ok(());
    }
    work.store.refresh_links(work.host, work.cancel).await?;
    for (_lock, folder) in left {
        if let Err(error) = deletion::delete_quietly(&folder) {
            work.reporter.event(Event::Warning(format!("{error}; the next gom command tries again")));
        }
    }
    Ok(())
}

/// The unfinished work of killed goms: what no other gom does now.
pub(crate) fn abandoned(store: &Store) -> Result<Vec<PathBuf>, StoreError> {
    let mut found = Vec::new();
    for (place, folder) in leftovers(store.layout())? {
        if try_lock(&store.layout().tool_lock(&place))?.is_some() {
            found.push(folder);
        }
    }
    Ok(found)
}

fn leftovers(layout: &Layout) -> io::Result<Vec<(ToolPlace, PathBuf)>> {
    let folder = layout.tools().join(STAGING);
    let names = match files::names_in(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        names => names?,
    };
    let place = |name: &str| ToolPlace::parse(name.rsplit_once('.')?.0);
    let found = names.into_iter().filter_map(|name| Some((place(name.to_str()?)?, folder.join(&name))));
    Ok(found.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(root: &Path) -> Store {
        let store = Store::new(Layout::new(root), Duration::from_secs(1));
        store.create().unwrap();
        store
    }

    fn publish(store: &Store, place: &ToolPlace, content: &str) {
        let staging = store.stage_tool(place).unwrap();
        fs_err::write(staging.bin().join(place.name.as_str()), content).unwrap();
        let files =
            ToolFiles { receipt: b"{}", reads_up_to: Some(&place.of.line).filter(|_| content == "new") };
        store.publish_tool(place, &staging, files, SyncPolicy::Auto).unwrap();
    }

    #[test]
    fn a_tool_is_there_whole_is_replaced_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path());
        let place = ToolPlace::parse("1.22.linux-amd64@gopls").unwrap();
        for (content, files) in [("old", 2), ("new", 3), ("old", 2)] {
            publish(&store, &place, content);
            assert_eq!(fs_err::read_to_string(store.layout().tool_program(&place)).unwrap(), content);
            assert_eq!(files::names_in(&store.layout().tool(&place)).unwrap().len(), files);
            assert!(files::names_in(&store.layout().tools().join(STAGING)).unwrap().is_empty());
        }
        assert!(store.remove_tool(&place).unwrap().is_some());
        assert!(store.remove_tool(&place).unwrap().is_none());
        assert!(!files::is_taken(&store.layout().tools_of(&place.of)));
    }

    #[test]
    fn what_a_killed_gom_left_of_a_tool_is_deleted_with_the_next() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path());
        let place = ToolPlace::parse("1.22.linux-amd64@gopls").unwrap();
        std::mem::forget(store.stage_tool(&place).unwrap());
        assert_eq!(abandoned(&store).unwrap().len(), 1);
        let other = ToolPlace::parse("1.22.linux-amd64@dlv").unwrap();
        let _lock = try_lock(&store.layout().tool_lock(&other)).unwrap().unwrap();
        let _alive = store.stage_tool(&other).unwrap();
        assert_eq!(abandoned(&store).unwrap().len(), 1);
        publish(&store, &place, "new");
        assert!(abandoned(&store).unwrap().is_empty());
    }
}
