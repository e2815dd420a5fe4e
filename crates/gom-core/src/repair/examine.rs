//! Looks at a store without changing it.

use std::io;
use std::path::{Path, PathBuf};

use gom_select::installed;
use gom_select::layout::{Layout, SHIM_NAME};
use gom_select::tool_name::ToolName;
use gom_select::toolchain::ToolchainId;

use super::finding::{Finding, FindingKind};
use crate::context::Context;
use crate::files;
use crate::project::Project;
use crate::store::names::{self, Kind, Names};
use crate::store::{StoreError, leftovers, lock, place, staging, tools};
use crate::tree::is_of_finder;

/// Lists what is not as it should be in the user's own store, in a fixed order. What another gom works on now is not
/// listed.
pub fn examine(ctx: &Context) -> Result<Vec<Finding>, StoreError> {
    let layout = ctx.store.layout();
    let mut found = Vec::new();
    for folder in project_folders(ctx) {
        let left = files::abandoned_temporaries(&folder)?;
        found.extend(left.into_iter().map(|path| finding(FindingKind::Temporary, path, None)));
    }
    if !files::is_there(layout.root())? {
        return Ok(found);
    }
    ctx.store.check_layout()?;
    unfinished(ctx, &mut found)?;
    for folder in tools::abandoned(&ctx.store)? {
        found.push(finding(FindingKind::Tool, folder, None));
    }
    for id in installed::broken(layout).map_err(|unreadable| unreadable.error)? {
        // It may also be the name of a tree that waits for its place.
        let place = layout.toolchain(&id);
        if files::is_there(&place)? {
            found.push(finding(FindingKind::Broken, place, Some(id)));
        }
    }
    for path in ctx.store.wrong_links(&ctx.platform)? {
        found.push(finding(FindingKind::Links, path, None));
    }
    for path in leftovers::temporaries(layout)? {
        found.push(finding(FindingKind::Temporary, path, None));
    }
    for path in leftovers::old_programs(&ctx.store)? {
        found.push(finding(FindingKind::Temporary, path, None));
    }
    receipts(ctx, &mut found)?;
    locks(&layout.locks(), &mut found)?;
    unknown(layout.root(), names::of_store, &mut found)?;
    found.sort();
    found.dedup();
    Ok(found)
}

/// The folders in which the verbs write files of the project here: its root, and the working directory. One that this
/// user can't list or write in is left out, because a store is mended from any folder.
pub(super) fn project_folders(ctx: &Context) -> Vec<PathBuf> {
    let Some(cwd) = &ctx.environment.cwd else { return Vec::new() };
    let Ok(project) = Project::around(cwd) else { return Vec::new() };
    let mut folders = vec![project.root().to_path_buf()];
    folders.extend(files::real_path(cwd).ok().filter(|cwd| cwd != project.root()));
    folders.retain(|folder| files::is_changeable_folder(folder));
    folders
}

fn finding(kind: FindingKind, path: impl Into<PathBuf>, toolchain: Option<ToolchainId>) -> Finding {
    Finding { kind, path: path.into(), toolchain }
}

/// The names in a folder; none if it is missing. A name that is not UTF-8 is none of gom's, and is shown with its
/// bytes replaced.
fn names_in(folder: &Path) -> Result<Vec<String>, StoreError> {
    match files::names_in(folder) {
        Ok(names) => Ok(names.into_iter().map(|name| name.to_string_lossy().into_owned()).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// Whether no gom works on a toolchain now.
fn is_idle(ctx: &Context, id: &ToolchainId) -> Result<bool, StoreError> {
    Ok(ctx.store.try_lock_toolchain(id)?.is_some())
}

fn unfinished(ctx: &Context, found: &mut Vec<Finding>) -> Result<(), StoreError> {
    let layout: &Layout = ctx.store.layout();
    for left in staging::leftovers(layout)? {
        if is_idle(ctx, &left.id)? {
            found.push(finding(FindingKind::Unfinished, left.folder, Some(left.id)));
        }
    }
    for name in names_in(&layout.next_toolchains())? {
        let Ok(id) = ToolchainId::parse(&name) else { continue };
        if is_idle(ctx, &id)? {
            let kind =
                if place::is_waiting(layout, &id) { FindingKind::Waiting } else { FindingKind::Unfinished };
            found.push(finding(kind, layout.next_toolchain(&id), Some(id)));
        }
    }
    Ok(())
}

/// Receipts whose toolchain is not there, not even broken.
fn receipts(ctx: &Context, found: &mut Vec<Finding>) -> Result<(), StoreError> {
    let layout = ctx.store.layout();
    for name in names_in(&layout.receipts())? {
        let id = name.strip_suffix(".json").or_else(|| name.strip_suffix(".files.gz"));
        let Some(id) = id.and_then(|id| ToolchainId::parse(id).ok()) else { continue };
        let is_needed = files::is_there(&layout.toolchain(&id))? || place::is_waiting(layout, &id);
        if !is_needed && is_idle(ctx, &id)? {
            found.push(finding(FindingKind::Receipt, layout.receipts().join(name), Some(id)));
        }
    }
    Ok(())
}

/// The files that stand for locks, on a volume without locks.
fn locks(folder: &Path, found: &mut Vec<Finding>) -> Result<(), StoreError> {
    let abandoned = lock::abandoned(folder)?;
    let others = names_in(folder)?.into_iter().filter(|name| name.strip_suffix(".held").is_some());
    let others = others.map(|name| folder.join(name)).filter(|path| !abandoned.contains(path));
    found.extend(others.map(|path| finding(FindingKind::Held, path, None)));
    found.extend(abandoned.into_iter().map(|path| finding(FindingKind::DeadLock, path, None)));
    Ok(())
}

fn leads_to_shim(path: &Path) -> bool {
    files::link_target(path).is_ok_and(|target| target == Path::new(SHIM_NAME))
}

/// What has none of gom's names, folder by folder. Trees are not looked into.
fn unknown(folder: &Path, names: Names, found: &mut Vec<Finding>) -> Result<(), StoreError> {
    for name in names_in(folder)? {
        let path = folder.join(&name);
        match names(&name) {
            None if is_of_finder(&name) => {}
            None => found.push(finding(FindingKind::Unknown, path, None)),
            Some(Kind::Folder(names)) if files::is_folder_itself(&path) => unknown(&path, names, found)?,
            // Nearly any name may be a tool's.
            Some(Kind::LinkToShim) if ToolName::parse(&name).is_ok() && !leads_to_shim(&path) => {
                found.push(finding(FindingKind::Unknown, path, None));
            }
            Some(_) => {}
        }
    }
    Ok(())
}
