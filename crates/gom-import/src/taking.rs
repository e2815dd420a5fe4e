//! Takes over what was found, or tells what would be taken over.

use std::io;
use std::path::Path;

use gom_core::context::Context;
use gom_core::error::Result;
use gom_core::install::adopt::{Adopted, adopt, identify, is_adoptable, is_of_edited, is_without_record};
use gom_core::install::{InstallOutcome, finish};
use gom_core::linking::{self, LinkError, LinkPlan};
use gom_core::report::Event;
use gom_core::shell_quote::shell_quote;
use gom_core::tree::{Difference, GoTreeError};
use gom_core::verify::{PathRequest, verify_path};
use gom_select::installed;
use gom_select::link_name::LinkName;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;

use crate::found::FoundTree;
use crate::manager::Manager;
use crate::preferences::{Preference, Told};

/// What became of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was taken over; in a dry run, it would be. What was left behind: programs in its `bin`, and the folders of a
    /// GOPATH.
    Over(Vec<String>),
    /// The store has this toolchain already. What the store does not have, in the same way; `None` if nothing could tell
    /// whether its other files are the same.
    Already(Option<Vec<String>>),
    /// Its files are not those that were published; those that differ, as far as the store knows.
    Edited(Vec<Difference>),
    /// It is no release, so nothing can prove it: the reason.
    NoRelease(String),
}

/// Takes over a tree, if it is a release as it was published. Its folder stays as it is.
pub async fn take(ctx: &Context, tree: &FoundTree, is_dry: bool) -> Result<Taken> {
    let id = match &tree.toolchain {
        Ok(id) => id.clone(),
        Err(reason) => match identify(&tree.goroot) {
            Ok((id, _)) => id,
            // That a file could not be read says nothing about the tree.
            Err(error) if is_unreadable(&error) => return Err(error.into()),
            Err(_) => return Ok(Taken::NoRelease(reason.clone())),
        },
    };
    if is_installed(ctx, &id) {
        if !is_dry {
            // A gom that was killed may have left its links unmade.
            finish(ctx, &id).await?;
        }
        return already(ctx, &tree.goroot).await;
    }
    if is_dry {
        return match is_adoptable(ctx, &tree.goroot).await {
            Ok(Some(left_behind)) => Ok(Taken::Over(left_behind)),
            Ok(None) => edited(ctx, &tree.goroot).await,
            Err(error) if is_without_record(&error) => Ok(Taken::NoRelease(error.to_string())),
            Err(error) => Err(error),
        };
    }
    match adopt(ctx, &tree.goroot).await {
        Ok(Adopted { outcome: InstallOutcome::Now(_), left_behind }) => Ok(Taken::Over(left_behind)),
        Ok(Adopted { outcome: InstallOutcome::Already, .. }) => already(ctx, &tree.goroot).await,
        Err(error) if is_of_edited(&error) => edited(ctx, &tree.goroot).await,
        Err(error) if is_without_record(&error) => Ok(Taken::NoRelease(error.to_string())),
        Err(error) => Err(error),
    }
}

fn is_unreadable(error: &GoTreeError) -> bool {
    let is_missing = |kind| matches!(kind, io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
    matches!(error, GoTreeError::NotATree { error, .. } if !is_missing(error.kind()))
}

/// Tells whether a tree is the same as the store's. Its user may have edited it, and must not be told to remove it.
async fn already(ctx: &Context, goroot: &Path) -> Result<Taken> {
    match is_adoptable(ctx, goroot).await {
        Ok(Some(left_behind)) => Ok(Taken::Already(Some(left_behind))),
        Ok(None) => edited(ctx, goroot).await,
        Err(error) => {
            ctx.cancel.check()?;
            ctx.reporter.event(Event::Detail(format!("can't compare `{}`: {error}", goroot.display())));
            Ok(Taken::Already(None))
        }
    }
}

/// Links a tree that was not taken over: under an alias that its manager has for this version, else under the name of its
/// manager and its version, such as `goenv-1.22.6`, with a number if another tree has that name.
pub async fn link(
    ctx: &Context,
    tree: &FoundTree,
    told: &[Preference],
) -> std::result::Result<LinkName, LinkError> {
    let aliases = aliases_of(tree, told);
    // gom refuses some names that other managers take.
    let of_alias = aliases.filter_map(|name| linking::plan(ctx, name, &tree.goroot).ok());
    let plan = match of_alias.into_iter().find(|plan| plan.before.is_none()) {
        Some(plan) => plan,
        None => numbered(ctx, tree)?,
    };
    plan.make(ctx).await?;
    Ok(plan.name)
}

/// The names that a tree's manager has for its version.
fn aliases_of<'a>(tree: &'a FoundTree, told: &'a [Preference]) -> impl Iterator<Item = &'a str> {
    let is_of = |version: &str| {
        let version = GoVersion::parse(version.strip_prefix("go").unwrap_or(version)).ok();
        version.is_some() && tree.toolchain.as_ref().ok().map(|id| &id.version) == version.as_ref()
    };
    told.iter().filter(|one| one.manager == tree.manager).filter_map(move |one| match &one.told {
        Told::Alias { name, version } if is_of(version) => Some(name.as_str()),
        Told::Alias { .. } | Told::Default(_) | Told::Package(_) => None,
    })
}

fn numbered(ctx: &Context, tree: &FoundTree) -> std::result::Result<LinkPlan, LinkError> {
    let version = tree.toolchain.as_ref().map(|id| id.version.to_string());
    let folder = || tree.goroot.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let name = format!("{}-{}", tree.manager, version.unwrap_or_else(|_| folder()));
    let mut plan = linking::plan(ctx, &name, &tree.goroot)?;
    let mut number = 1;
    while plan.before.is_some() {
        number += 1;
        plan = linking::plan(ctx, &format!("{name}-{number}"), &tree.goroot)?;
    }
    Ok(plan)
}

/// Whether the store has a toolchain.
pub fn is_installed(ctx: &Context, id: &ToolchainId) -> bool {
    installed::own_tree(ctx.store.layout(), id).is_some()
}

/// Names the files that differ, without fetching anything for it.
async fn edited(ctx: &Context, goroot: &Path) -> Result<Taken> {
    let request = PathRequest { dir: goroot, version: None, platform: None, may_fetch: false };
    Ok(Taken::Edited(verify_path(ctx, request).await?.differences))
}

/// The command that removes a tree which the store has too, in the words of its manager. `None` where a distribution's
/// packages own it.
pub fn removing_command(tree: &FoundTree) -> Option<String> {
    let path = shell_quote(&tree.goroot);
    let name = |folder: &Path| folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let parent = tree.goroot.parent().unwrap_or(Path::new("/"));
    Some(match tree.manager {
        Manager::Goenv => format!("goenv uninstall {}", shell_quote(name(&tree.goroot))),
        Manager::Gvm => format!("gvm uninstall {}", shell_quote(name(&tree.goroot))),
        Manager::Asdf => format!("asdf uninstall golang {}", shell_quote(name(parent))),
        Manager::Mise => format!("mise uninstall go@{}", shell_quote(name(&tree.goroot))),
        Manager::Proto => format!("proto uninstall go {}", shell_quote(name(&tree.goroot))),
        Manager::Gobrew => format!("gobrew uninstall {}", shell_quote(name(parent))),
        Manager::Brew => format!("brew uninstall {}", shell_quote(name(parent.parent().unwrap_or(parent)))),
        // The module cache is read-only.
        Manager::Modcache => format!("chmod -R u+w {path} && rm -r {path}"),
        Manager::System if tree.goroot != Path::new("/usr/local/go") => return None,
        Manager::System => format!("sudo rm -r {path}"),
        Manager::G | Manager::Goup | Manager::Vfox | Manager::Sdk | Manager::Folder => {
            format!("rm -r {path}")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_removed_by_its_manager() {
        for (manager, goroot, command) in [
            (Manager::Goenv, "/h/.goenv/versions/1.22.6", "goenv uninstall 1.22.6"),
            (Manager::Asdf, "/h/.asdf/installs/golang/1.22.6/go", "asdf uninstall golang 1.22.6"),
            (Manager::Mise, "/h/mise/installs/go/1.22.6", "mise uninstall go@1.22.6"),
            (Manager::Gobrew, "/h/.gobrew/versions/1.22.6/go", "gobrew uninstall 1.22.6"),
            (Manager::Brew, "/opt/homebrew/Cellar/go@1.22/1.22.6/libexec", "brew uninstall go@1.22"),
            (Manager::System, "/usr/local/go", "sudo rm -r /usr/local/go"),
            (Manager::Sdk, "/h/my sdk/go1.22.6", "rm -r '/h/my sdk/go1.22.6'"),
            (Manager::Modcache, "/m/toolchain@x", "chmod -R u+w /m/toolchain@x && rm -r /m/toolchain@x"),
        ] {
            let tree = FoundTree { manager, goroot: goroot.into(), toolchain: Err(String::new()), bytes: 0 };
            assert_eq!(removing_command(&tree).as_deref(), Some(command));
        }
    }
}
