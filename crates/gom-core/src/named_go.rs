//! A Go that a command names among its words, as `gom exec 1.22 go test` does, and how a program is run with it.
//!
//! Owns: which Go that is, whether it may and can run here, and what the program's environment needs. Never: starts
//! anything, or looks at the files of a project. Invariant: every go that the program starts is this Go: its own programs
//! are first on PATH, and GOTOOLCHAIN names it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use gom_select::env_vars::{GOM_TOOLCHAIN, go};
use gom_select::exec_env::{Goroot, StaleGoroot};
use gom_select::linked::LinkedTree;
use gom_select::select;
use gom_select::toolchain::ToolchainId;
use gom_select::used::{Use, UsedToolchain};
use gom_select::version::GoVersion;

use crate::admission::{Asked, check_installed, check_linked, check_system};
use crate::context::Context;
use crate::error::Result;
use crate::go_command::{GoCommand, keep_from_downloading, put_first, set_goroot};
use crate::resolve::{self, Query};
use crate::usage::record;

/// A Go that a command names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedGo {
    /// An installed toolchain.
    Installed(ToolchainId),
    /// A linked one.
    Linked(LinkedTree),
    /// The go command on PATH that gom does not manage.
    System(PathBuf),
}

impl NamedGo {
    /// Finds what a query names among what is there: the newest installed toolchain that matches, a linked one, or
    /// `system`. `None` if there is none. A linked Go that is not there, or has no go command, is an error.
    pub fn find(ctx: &Context, query: &Query) -> Result<Option<NamedGo>> {
        if query.is_system() {
            return Ok(ctx.with_situation(select::system_go).map(NamedGo::System));
        }
        if query.linked().is_some() {
            return Ok(resolve::linked(ctx, query)?.map(NamedGo::Linked));
        }
        Ok(resolve::newest_installed(ctx, query)?.map(NamedGo::Installed))
    }

    /// Fails if it can't run on this machine, or the machine's policy does not let it.
    pub fn check(&self, ctx: &Context) -> Result<()> {
        match self {
            NamedGo::Installed(id) => {
                // The kernel would fail to start it, and the next `go` on PATH would run instead.
                ctx.can_start(id)?;
                check_installed(ctx, id, Asked::Argument)
            }
            NamedGo::Linked(tree) => check_linked(ctx, tree, Asked::Argument),
            NamedGo::System(go) => check_system(ctx, go, Asked::Argument),
        }
    }

    /// Prepares the environment of a program, and records the use. GOTOOLCHAIN names an installed toolchain; it can't name
    /// a linked one, so GOM_TOOLCHAIN does, for each go that gom starts. Returns the line of the user's `go/env` whose
    /// GOROOT is overridden.
    pub fn prepare(&self, ctx: &Context, command: &mut Command) -> Option<StaleGoroot> {
        match self {
            NamedGo::Installed(id) => {
                record(ctx, &Use { toolchain: UsedToolchain::Installed(id.clone()), file: None });
                command.env(go::GOTOOLCHAIN, id.version.toolchain_name());
                tree_first(ctx, &ctx.goroot(id), Some(&id.version), command)
            }
            NamedGo::Linked(tree) => {
                record(ctx, &Use { toolchain: UsedToolchain::Linked(tree.name.clone()), file: None });
                command.env(go::GOTOOLCHAIN, "local").env(GOM_TOOLCHAIN, tree.name.as_str());
                tree_first(ctx, &tree.goroot, tree.version.as_ref(), command)
            }
            NamedGo::System(go) => {
                keep_from_downloading(command, None, ctx);
                put_first(command, go.parent().unwrap_or(Path::new("")), ctx);
                None
            }
        }
    }

    /// Its version; `None` if nothing tells it.
    pub fn version(&self, ctx: &Context) -> Option<GoVersion> {
        match self {
            NamedGo::Installed(id) => Some(id.version.clone()),
            NamedGo::Linked(tree) => tree.version.clone(),
            NamedGo::System(go) => GoCommand::of_system(go.clone(), &ctx.platform).version,
        }
    }

    /// Its tree; `None` for a Go on PATH whose tree can't be told.
    pub fn goroot(&self, ctx: &Context) -> Option<PathBuf> {
        match self {
            NamedGo::Installed(id) => Some(ctx.goroot(id)),
            NamedGo::Linked(tree) => Some(tree.goroot.clone()),
            NamedGo::System(go) => GoCommand::of_system(go.clone(), &ctx.platform).goroot,
        }
    }
}

impl fmt::Display for NamedGo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NamedGo::Installed(id) => id.fmt(f),
            NamedGo::Linked(tree) => tree.name.fmt(f),
            NamedGo::System(_) => f.write_str("system"),
        }
    }
}

/// Prepares a tree: its programs first on PATH, and no GOROOT of another one.
pub fn tree_first(
    ctx: &Context,
    goroot: &Path,
    version: Option<&GoVersion>,
    command: &mut Command,
) -> Option<StaleGoroot> {
    put_first(command, &goroot.join("bin"), ctx);
    match set_goroot(command, goroot, version, ctx) {
        Goroot::Override(stale) => Some(stale),
        Goroot::Keep | Goroot::Unset | Goroot::Needed => None,
    }
}
