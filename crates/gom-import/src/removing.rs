//! Removes the trees of other managers that the store has as well, for `gom import --remove`. Only what is as published
//! goes: an edited tree stays, and so does one with something that was left behind.

use std::path::Path;

use gom_core::context::Context;
use gom_core::files;
use gom_core::install::original;
use gom_core::machine::processes;
use gom_core::store::StoreError;

use crate::found::{FoundTree, folders_in};
use crate::manager::Manager;
use crate::places;
use crate::taking::Taken;

/// Why a tree stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Its manager, or the system's, keeps a list of what is installed, and has to remove it itself.
    Owned,
    /// The store does not have all of it.
    Needed,
    /// What was left behind, programs in its `bin` or a GOPATH, would go with it.
    LeftBehind,
    /// A program of it runs: its name and its process.
    Running(String, u32),
}

/// Whether the trees of a manager are in a list that the manager itself has to keep.
fn is_owned(manager: Manager) -> bool {
    matches!(manager, Manager::Brew | Manager::System | Manager::Modcache)
}

/// Whether a tree can be removed; else, why it stays.
pub fn check(tree: &FoundTree, taken: &Taken) -> Result<(), Kept> {
    match taken {
        Taken::Edited(_) | Taken::NoRelease(_) | Taken::Already(None) => return Err(Kept::Needed),
        Taken::Over(programs) | Taken::Already(Some(programs)) if !programs.is_empty() => {
            return Err(Kept::LeftBehind);
        }
        Taken::Over(_) | Taken::Already(Some(_)) => {}
    }
    if is_owned(tree.manager) {
        return Err(Kept::Owned);
    }
    match processes::running_from(&[&tree.goroot]).into_iter().next() {
        Some(program) => Err(Kept::Running(program.name, program.id)),
        None => Ok(()),
    }
}

/// Deletes what killed removals left in the folders of these managers.
pub fn finish(ctx: &Context, managers: &[Manager]) -> Result<(), StoreError> {
    let managers = managers.iter().filter(|manager| !is_owned(**manager));
    for place in managers.flat_map(|manager| places::of(*manager, &ctx.environment)) {
        if !files::is_folder_itself(&place.parent) {
            continue;
        }
        original::finish(&place.parent)?;
        // These keep a tree in a folder of its version.
        let around = if place.below.is_empty() { Vec::new() } else { folders_in(&place.parent)? };
        for folder in around {
            if original::finish(&folder)? {
                remove_if_empty(&folder)?;
            }
        }
    }
    Ok(())
}

/// Removes a tree, and the folder around it if that is then empty. What else its manager has stays.
pub fn remove(tree: &FoundTree) -> Result<(), StoreError> {
    original::remove(&tree.goroot)?;
    // These keep a tree in a folder of its version. The folder may hold more, such as asdf's `packages`.
    if let (Manager::Asdf | Manager::Gobrew | Manager::Vfox, Some(around)) =
        (tree.manager, tree.goroot.parent())
    {
        remove_if_empty(around)?;
    }
    Ok(())
}

fn remove_if_empty(folder: &Path) -> Result<(), StoreError> {
    if files::names_in(folder)?.is_empty() {
        original::remove(folder)?;
    }
    Ok(())
}
