//! The installed toolchains: the whole trees in the folders of `toolchains/` that are named like toolchains.
//!
//! A tree is whole if it has its go command and its VERSION file. gom publishes a tree by one rename, so a
//! tree that lacks either was made or damaged by something else, or is being removed file by file. It is
//! broken, and counts as not installed. A removal deletes the go command first.

#![expect(clippy::disallowed_methods, reason = "reads what is in the stores")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::layout::Layout;
use crate::platform::Platform;
use crate::spec::{PlatformSpec, Spec};
use crate::store_path::{self, SkippedStore};
use crate::toolchain::ToolchainId;

/// The folder of the toolchains can't be read.
#[derive(Debug)]
pub struct StoreUnreadable {
    /// The folder.
    pub path: PathBuf,
    /// Why.
    pub error: io::Error,
}

/// An installed toolchain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstalledTree {
    /// The toolchain.
    pub id: ToolchainId,
    /// Its GOROOT.
    pub goroot: PathBuf,
    /// The root of the store it is in, if that is not the user's own.
    pub other_store: Option<PathBuf>,
}

/// The installed toolchains, newest first.
pub fn all(layout: &Layout) -> Result<Vec<InstalledTree>, StoreUnreadable> {
    Ok(names(layout)?.into_iter().filter_map(|id| tree(layout, &id)).collect())
}

/// The folders of the user's own store that are named like toolchains but are not whole, newest first.
pub fn broken(layout: &Layout) -> Result<Vec<ToolchainId>, StoreUnreadable> {
    Ok(own_names(layout)?.into_iter().filter(|id| own_tree(layout, id).is_none()).collect())
}

/// Returns the tree of an installed toolchain: the one in the user's own store, else the first one in the
/// stores that are read after it.
pub fn tree(layout: &Layout, id: &ToolchainId) -> Option<InstalledTree> {
    tree_where(is_whole, layout, id)
}

/// A check whether a folder is a tree.
type IsTree = fn(&Path, &ToolchainId) -> bool;

fn tree_where(is_tree: IsTree, layout: &Layout, id: &ToolchainId) -> Option<InstalledTree> {
    let of_other = |other: Layout| tree_of_other(is_tree, layout, &other, id);
    own_tree_where(is_tree, layout, id).or_else(|| layout.others().find_map(of_other))
}

/// Returns the tree in another store, if nobody else can change it. The folders above it were checked when
/// the list of stores was read.
fn tree_of_other(
    is_tree: IsTree,
    layout: &Layout,
    other: &Layout,
    id: &ToolchainId,
) -> Option<InstalledTree> {
    let tree = own_tree_where(is_tree, other, id)?;
    store_path::check_tree(&tree.goroot, layout.user()).ok()?;
    Some(InstalledTree { other_store: Some(other.root().to_path_buf()), ..tree })
}

/// The toolchains of other stores that are not used because another user can change them.
pub fn skipped(layout: &Layout) -> Vec<SkippedStore> {
    let mut skipped = Vec::new();
    for other in layout.others() {
        let trees = own_names(&other).unwrap_or_default().into_iter().filter_map(|id| own_tree(&other, &id));
        skipped.extend(trees.filter_map(|tree| {
            let reason = store_path::check_tree(&tree.goroot, layout.user()).err()?;
            Some(SkippedStore { entry: tree.goroot, reason })
        }));
    }
    skipped
}

/// Returns the tree of a toolchain in the user's own store: the one in its place, else the one that a killed
/// gom left in `.next/` while it cleared the place.
pub fn own_tree(layout: &Layout, id: &ToolchainId) -> Option<InstalledTree> {
    own_tree_where(is_whole, layout, id)
}

fn own_tree_where(is_tree: IsTree, layout: &Layout, id: &ToolchainId) -> Option<InstalledTree> {
    let place = layout.toolchain(id);
    let is_there = |goroot: &PathBuf| is_tree(goroot, id);
    let goroot = Some(place.clone()).filter(is_there).or_else(|| {
        let next = Some(layout.next_toolchain(id)).filter(is_there);
        // It may have been moved to its place between the two looks.
        next.or_else(|| Some(place).filter(is_there))
    })?;
    Some(InstalledTree { id: id.clone(), goroot, other_store: None })
}

/// Returns the newest installed toolchain that `spec` means and `is_wanted` accepts. Checks only the trees
/// that could be the answer.
pub fn newest(
    layout: &Layout,
    spec: &Spec,
    is_wanted: impl Fn(&ToolchainId) -> bool,
) -> Result<Option<InstalledTree>, StoreUnreadable> {
    let mut candidates: Vec<ToolchainId> = names(layout)?.into_iter().filter(is_wanted).collect();
    while let Some(id) = spec.newest(candidates.iter(), |id| &id.version).cloned() {
        if let Some(tree) = tree(layout, &id) {
            return Ok(Some(tree));
        }
        candidates.retain(|other| *other != id);
    }
    Ok(None)
}

/// Returns the installed toolchain that a request means: the newest one that matches, for the request's
/// platform, or else the one whose build runs on `platform`. An exact version is looked up without listing
/// the folder.
pub fn find(
    layout: &Layout,
    request: &PlatformSpec,
    platform: &Platform,
) -> Result<Option<InstalledTree>, StoreUnreadable> {
    if let Some(id) = exact_id(request, platform) {
        return Ok(tree(layout, &id));
    }
    newest(layout, &request.spec, |id| match &request.platform {
        Some(named) => id.platform == *named,
        None => id.is_for(platform),
    })
}

/// Like [`find`], for a caller that becomes the tree's go command by `exec`. The exec fails if the command does not
/// exist, so an exact version is not checked for it.
pub fn find_for_exec(
    layout: &Layout,
    request: &PlatformSpec,
    platform: &Platform,
) -> Result<Option<InstalledTree>, StoreUnreadable> {
    match exact_id(request, platform) {
        Some(id) => Ok(tree_where(|goroot, _| has_version_file(goroot), layout, &id)),
        None => find(layout, request, platform),
    }
}

/// Returns the one toolchain that a request for an exact version means.
fn exact_id(request: &PlatformSpec, platform: &Platform) -> Option<ToolchainId> {
    let Spec::Exact(version) = &request.spec else { return None };
    let platform = request.platform.clone().unwrap_or_else(|| platform.for_release(version).into_owned());
    Some(ToolchainId { version: version.canonical(), platform })
}

/// Whether a tree has its go command and its VERSION file.
pub fn is_whole(goroot: &Path, id: &ToolchainId) -> bool {
    has_go_command(goroot, id) && has_version_file(goroot)
}

/// Whether a tree has its go command.
pub fn has_go_command(goroot: &Path, id: &ToolchainId) -> bool {
    goroot.join(go_command(id)).is_file()
}

fn has_version_file(goroot: &Path) -> bool {
    goroot.join("VERSION").is_file()
}

/// The path of a toolchain's go command, below its GOROOT.
pub fn go_command(id: &ToolchainId) -> &'static str {
    if id.platform.os() == "windows" { "bin/go.exe" } else { "bin/go" }
}

/// Lists the names of toolchains in all stores, newest first, broken or not: [`tree`] checks one.
pub fn names(layout: &Layout) -> Result<Vec<ToolchainId>, StoreUnreadable> {
    let mut ids = own_names(layout)?;
    for other in layout.others() {
        // Another store that can't be read counts as missing.
        ids.extend(own_names(&other).unwrap_or_default());
    }
    ids.sort_by(|a, b| b.cmp(a));
    ids.dedup();
    Ok(ids)
}

fn own_names(layout: &Layout) -> Result<Vec<ToolchainId>, StoreUnreadable> {
    let mut ids = names_in(&layout.toolchains())?;
    if layout.next_toolchains().is_dir() {
        ids.extend(names_in(&layout.next_toolchains())?);
    }
    ids.sort_by(|a, b| b.cmp(a));
    ids.dedup();
    Ok(ids)
}

fn names_in(path: &Path) -> Result<Vec<ToolchainId>, StoreUnreadable> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreUnreadable { path: path.to_path_buf(), error }),
    };
    let mut ids = Vec::new();
    for entry in entries {
        // An entry that can't be read is no reason to take the others for all: links would be removed.
        let entry = entry.map_err(|error| StoreUnreadable { path: path.to_path_buf(), error })?;
        ids.extend(entry.file_name().to_str().and_then(|name| ToolchainId::parse(name).ok()));
    }
    Ok(ids)
}
