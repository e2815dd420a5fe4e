//! The toolchains that the go command fetched by itself: they are in its module cache, as versions of the module
//! `golang.org/toolchain`.
//!
//! Owns: their removal, by the rules of the go command (cmd/go/internal/modfetch): under the lock of the version, and
//! marked as partial meanwhile, so that a go command that comes after a killed gom fetches it again. Never: follows a
//! link below the module cache, or touches another module.

#![expect(clippy::disallowed_methods, reason = "removes toolchains from Go's module cache")]

use std::fs::TryLockError;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use fs_err::OpenOptions;
use fs_err::os::unix::fs::OpenOptionsExt;
use gom_select::toolchain::ToolchainId;
use gom_select::used::Day;
use rustix::fs::OFlags;

use super::error::PruneError;
use crate::clock::day_of;
use crate::context::Context;
use crate::files;
use crate::go::paths::GoPaths;
use crate::machine::processes::{self, RunningProgram};
use crate::store::deletion;

/// What is kept of a version besides its tree, by the ending of its name, in the order of its removal: by the archive the
/// version is found again after a kill. The lock stays, as the go command leaves it.
const FILES: [&str; 4] = ["mod", "info", "ziphash", "zip"];

/// The folder of these files, below the module cache.
const DOWNLOADS: [&str; 5] = ["cache", "download", "golang.org", "toolchain", "@v"];

/// A toolchain in the module cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedToolchain {
    /// The toolchain.
    pub id: ToolchainId,
    /// Its tree, whether or not it is unpacked.
    pub tree: PathBuf,
    /// The room that its tree and its archive take on the disk, in bytes.
    pub bytes: u64,
    /// The day on which it was fetched; `None` if that is not known.
    pub fetched: Option<Day>,
    /// The folder of its archive and its lock.
    downloads: PathBuf,
    /// The programs of it that run.
    pub programs: Vec<RunningProgram>,
}

/// Lists the toolchains in the module cache, newest first. None if there is no module cache.
pub(super) fn list(ctx: &Context) -> io::Result<Vec<CachedToolchain>> {
    let cache = GoPaths::read_surely(&ctx.environment)?.module_cache.filter(|cache| cache.is_absolute());
    let Some(cache) = cache.filter(|cache| files::is_folder(cache)) else { return Ok(Vec::new()) };
    let cache = files::real_path(&cache)?;
    let trees = cache.join("golang.org");
    let downloads = below(&cache, &DOWNLOADS);
    let mut ids: Vec<ToolchainId> = Vec::new();
    if files::is_folder_itself(&trees) {
        let names = files::names_in(&trees)?;
        let versions = names.iter().filter_map(|name| name.to_str()?.strip_prefix("toolchain@"));
        ids.extend(versions.filter_map(|version| ToolchainId::from_module_version(version).ok()));
    }
    if let Some(downloads) = &downloads {
        let names = files::names_in(downloads)?;
        let versions = names.iter().filter_map(|name| name.to_str()?.strip_suffix(".zip"));
        ids.extend(versions.filter_map(|version| ToolchainId::from_module_version(version).ok()));
    }
    ids.sort_by(|a, b| b.cmp(a));
    ids.dedup();
    let downloads =
        downloads.unwrap_or_else(|| DOWNLOADS.iter().fold(cache.clone(), |path, name| path.join(name)));
    let of = |id: &ToolchainId| trees.join(format!("toolchain@{}", id.module_version()));
    let places: Vec<PathBuf> = ids.iter().map(of).collect();
    let places: Vec<&Path> = places.iter().map(PathBuf::as_path).collect();
    let programs = processes::running_from(&places);
    let cached = ids.into_iter().enumerate().map(|(at, id)| {
        let tree = places[at].to_path_buf();
        let programs = programs.iter().filter(|program| program.folder == at).cloned().collect();
        CachedToolchain::look(id, tree, downloads.clone(), programs)
    });
    Ok(cached.collect())
}

/// A folder below another, if no folder on the way is a link.
fn below(folder: &Path, names: &[&str]) -> Option<PathBuf> {
    names.iter().try_fold(folder.to_path_buf(), |folder, name| {
        Some(folder.join(name)).filter(|folder| files::is_folder_itself(folder))
    })
}

impl CachedToolchain {
    fn look(
        id: ToolchainId,
        tree: PathBuf,
        downloads: PathBuf,
        programs: Vec<RunningProgram>,
    ) -> CachedToolchain {
        let mut cached = CachedToolchain { id, tree, bytes: 0, fetched: None, downloads, programs };
        // A link in its place is not looked into.
        if files::is_folder_itself(&cached.tree) {
            cached.bytes = on_disk_below(&cached.tree);
        }
        let mut fetched = Vec::new();
        fetched
            .extend(fs_err::symlink_metadata(&cached.tree).ok().and_then(|metadata| changed_on(&metadata)));
        for file in FILES.map(|ending| cached.file(ending)) {
            let Ok(metadata) = fs_err::symlink_metadata(file) else { continue };
            cached.bytes += on_disk(&metadata);
            fetched.extend(changed_on(&metadata));
        }
        cached.fetched = fetched.into_iter().max();
        cached
    }

    fn file(&self, ending: &str) -> PathBuf {
        self.downloads.join(format!("{}.{ending}", self.id.module_version()))
    }
}

fn on_disk(metadata: &std::fs::Metadata) -> u64 {
    metadata.blocks() * 512
}

/// The room that what is below a folder takes on the disk, in bytes. What can't be read is not counted.
pub(super) fn on_disk_below(folder: &Path) -> u64 {
    let entries = files::below(folder).filter_map(|entry| entry.ok()?.metadata().ok());
    entries.map(|metadata| on_disk(&metadata)).sum()
}

/// The day on which something was last changed.
fn changed_on(metadata: &std::fs::Metadata) -> Option<Day> {
    day_of(metadata.modified().ok()?)
}

/// Removes a toolchain from the module cache: its tree, its archive, and what the go command knows of it.
pub fn remove_cached(cached: &CachedToolchain) -> Result<(), PruneError> {
    // Since it was listed, somebody may have put links there.
    let cache = cached.tree.parent().and_then(Path::parent).unwrap_or(&cached.tree);
    let is_there = files::is_folder_itself(&cached.tree);
    if is_there && below(cache, &["golang.org"]).is_none() {
        let text = format!("`{}` is not in a folder of its own", cached.tree.display());
        return Err(io::Error::other(text).into());
    }
    let Some(downloads) = below(cache, &DOWNLOADS).filter(|folder| *folder == cached.downloads) else {
        let text = format!("`{}` is not a folder, so Go's lock can't be taken", cached.downloads.display());
        return Err(io::Error::other(text).into());
    };
    let file = cached.file("lock");
    let no_link = OFlags::NOFOLLOW.bits().cast_signed();
    let lock =
        OpenOptions::new().create(true).truncate(false).write(true).custom_flags(no_link).open(&file)?;
    match lock.file().try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(PruneError::CacheLocked { file }),
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    let programs = processes::running_from(&[&cached.tree]);
    if !programs.is_empty() {
        return Err(PruneError::CacheRunning { tree: cached.tree.clone(), programs });
    }
    let partial = cached.file("partial");
    if is_there {
        OpenOptions::new().create(true).truncate(true).write(true).custom_flags(no_link).open(&partial)?;
        deletion::delete_quietly(&cached.tree)?;
    }
    files::remove_if_there(&partial)?;
    for file in FILES.map(|ending| downloads.join(format!("{}.{ending}", cached.id.module_version()))) {
        files::remove_if_there(&file)?;
    }
    Ok(())
}
