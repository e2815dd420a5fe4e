//! Removes gom: its store, its cache, and last the gom that runs. [`plan`] lists, [`remove`] removes what was listed.
//!
//! Invariant: only entries with the names that gom makes are removed (`names`), no link is followed, and a folder
//! that then still holds something stays.

#![expect(clippy::disallowed_methods, reason = "removes what gom has made")]

mod guard;
mod walk;

use std::path::{Path, PathBuf};

use gom_core::Context;
use gom_core::install::uninstall::{check_not_running, uninstall};
use gom_core::report::Event;
use gom_core::store::names;
use gom_select::toolchain::ToolchainId;
use gom_shell::{Setup, ShellError, UndoPlan};

use crate::error::SelfError;
use crate::owner::{self, Owner};
use walk::{Found, collect};

pub use walk::{Left, WhyLeft};

/// What is removed.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The store.
    pub store: PathBuf,
    /// Whether the toolchains and what belongs to them stay.
    pub keep_toolchains: bool,
    /// The toolchains that are removed.
    pub toolchains: Vec<ToolchainId>,
    /// The cache, if there is one.
    pub cache: Option<PathBuf>,
    /// What stays where gom looked, with the reason.
    pub left: Vec<Left>,
    /// The start-up files of shells from which gom's lines are taken out.
    pub shell_files: Vec<PathBuf>,
    /// The gom that runs, if it is not in the store.
    pub other_gom: Option<OtherGom>,
}

/// A gom outside of the store, which stays.
#[derive(Clone, Debug)]
pub struct OtherGom {
    /// Its file.
    pub file: PathBuf,
    /// The package manager that owns it.
    pub owner: Option<Owner>,
}

/// Lists what would be removed, and fails if this store must not be removed.
pub fn plan(ctx: &Context, keep_toolchains: bool) -> Result<Plan, SelfError> {
    let store = ctx.store.layout().root().to_path_buf();
    guard::check_store(&store, ctx.environment.home.as_deref())?;
    let shells = of_shells(ctx)?;
    let (_, of_cache, mut left) = look(ctx, keep_toolchains, shells.keeps_scripts);
    left.extend(shells.left);
    Ok(Plan {
        shell_files: shells.undo.files.iter().map(|change| change.path.clone()).collect(),
        toolchains: if keep_toolchains { Vec::new() } else { toolchains(ctx) },
        keep_toolchains,
        cache: (!of_cache.is_empty()).then(|| ctx.settings.cache_dir.value.clone()),
        other_gom: other_gom(ctx, &store),
        store,
        left,
    })
}

/// What is left after a removal.
#[derive(Clone, Debug, Default)]
pub struct Remains {
    /// What stays because gom did not make it, or because something else needs it.
    pub left: Vec<Left>,
    /// What could not be removed. If there is any, gom itself stays too, so that the same command can go on.
    pub failed: Vec<Left>,
}

/// Removes what a plan lists, and returns what stays. If it is stopped, gom itself is still there and can be run again.
pub async fn remove(ctx: &Context, plan: &Plan) -> Result<Remains, SelfError> {
    let on_wait = || {
        ctx.reporter.event(Event::Note("waiting for another gom that updates or removes gom".to_owned()));
    };
    let _lock = ctx.store.lock_programs(&ctx.cancel, on_wait).await?;
    check_not_running(ctx, &plan.toolchains)?;
    // First, because a start-up file must not name a script that is not there.
    let shells = of_shells(ctx)?;
    shells.undo.make()?;
    for id in &plan.toolchains {
        ctx.cancel.check()?;
        uninstall(ctx, id).await?;
    }
    ctx.cancel.check()?;
    // Looked at again, because uninstalling writes to the store.
    let (mut of_store, of_cache, mut left) = look(ctx, plan.keep_toolchains, shells.keeps_scripts);
    left.extend(shells.left);
    let mut failed = of_cache.remove(|_| false);
    let keeps_gom = !failed.is_empty();
    if keeps_gom {
        let store = plan.store.clone();
        of_store.keep(move |path| names::is_last(&store, path));
    }
    // What runs, and the mark of the store, go last.
    failed.extend(of_store.remove(|path| names::is_last(&plan.store, path)));
    Ok(Remains { left, failed })
}

/// gom's lines in the start-up files of shells.
struct OfShells {
    undo: UndoPlan,
    /// The files in which the lines stay.
    left: Vec<Left>,
    /// Whether such a file still runs a script of this store: without the script, a login would fail.
    keeps_scripts: bool,
}

fn of_shells(ctx: &Context) -> Result<OfShells, SelfError> {
    let undo = match Setup::of(ctx).plan_undo(&[]) {
        // Without a home there are no start-up files.
        Err(ShellError::NoHome) => UndoPlan::default(),
        undo => undo?,
    };
    let left: Vec<Left> = undo
        .left_of_store()
        .filter_map(|error| {
            Some(Left { path: error.path()?.to_path_buf(), why: WhyLeft::Failed(error.to_string()) })
        })
        .collect();
    Ok(OfShells { keeps_scripts: !left.is_empty(), undo, left })
}

/// What is removed of the store and of the cache, and what stays of both.
fn look(ctx: &Context, keep_toolchains: bool, keeps_scripts: bool) -> (Found, Found, Vec<Left>) {
    let store = ctx.store.layout().root();
    let names = if keep_toolchains { names::of_store_without_toolchains } else { names::of_store };
    let (mut of_store, mut of_cache) = (Found::default(), Found::default());
    collect(store, names, &mut of_store);
    if keeps_scripts {
        of_store.keep(|path| names::is_for_shells(store, path));
    }
    let cache = &ctx.settings.cache_dir.value;
    match guard::check_cache(cache, ctx.environment.home.as_deref()) {
        Ok(()) => collect(cache, names::of_cache, &mut of_cache),
        Err(Some(why)) => of_cache.left.push(Left { path: cache.clone(), why }),
        // There is none.
        Err(None) => {}
    }
    let mut left = of_store.left.clone();
    if keep_toolchains {
        // These are kept on purpose.
        left.retain(|left| left.path.parent() != Some(store) || !names::is_of_store(&left.path));
    }
    left.extend(of_cache.left.iter().cloned());
    (of_store, of_cache, left)
}

/// Everything in `toolchains/` with the name of a toolchain, whole or not.
fn toolchains(ctx: &Context) -> Vec<ToolchainId> {
    let folder = ctx.store.layout().toolchains();
    let is_real = folder.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
    let names = if is_real { gom_core::files::names_in(&folder).unwrap_or_default() } else { Vec::new() };
    let is_tree = |id: &ToolchainId| {
        folder.join(id.to_string()).symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
    };
    let ids = names.into_iter().filter_map(|name| ToolchainId::parse(name.to_str()?).ok());
    let mut ids: Vec<ToolchainId> = ids.filter(is_tree).collect();
    ids.sort();
    ids
}

fn other_gom(ctx: &Context, store: &Path) -> Option<OtherGom> {
    let file = ctx.environment.program.as_ref()?.file.clone();
    let is_in_store = gom_core::files::real_path(store).is_ok_and(|store| file.starts_with(store));
    (!is_in_store).then(|| OtherGom { owner: owner::of(&file), file })
}

#[cfg(test)]
mod tests;
