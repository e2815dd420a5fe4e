//! Where the Go is that another program wants to run: what `gom find` answers.
//!
//! Never: asks the network, installs, or starts a program. Invariant: what is found may run here by the machine's policy,
//! and its proof is the one that `gom list` shows.

use std::path::PathBuf;

use gom_select::link_name::LinkName;
use gom_select::path_search;
use gom_select::select::{self, Refusal, Selected, Selection, VersionOrigin};
use gom_select::toolchain::ToolchainId;
use serde::Serialize;

use crate::admission::{self, Asked};
use crate::context::Context;
use crate::error::Result;
use crate::go_command::GoCommand;
use crate::resolve::{self, Query};
use crate::verify::{self, ProofStatus};

/// What a Go is to gom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GoKind {
    /// A toolchain of a store, which gom installed.
    Installed,
    /// A Go of the user's own (`gom link`).
    Linked,
    /// A Go on PATH that gom does not manage.
    System,
}

/// A Go that was found.
#[derive(Clone, Debug)]
pub struct LocatedGo {
    /// What it is to gom.
    pub kind: GoKind,
    /// Its program, tree, version and platform.
    pub command: GoCommand,
    /// Its name in the store; only of an installed one.
    pub toolchain: Option<ToolchainId>,
    /// The name that it is linked under; only of a linked one.
    pub name: Option<LinkName>,
    /// How it was proven. gom proves only what it installs.
    pub proof: ProofStatus,
    /// What was asked for, as written; `None` if nothing was.
    pub asked: Option<String>,
    /// What asked for it.
    pub origin: VersionOrigin,
    /// The version that go.mod, go.work or GOTOOLCHAIN asks for and that the store lacks; then Go itself looks for it.
    pub missing: Option<String>,
    /// A value that stops every go command here.
    pub refused: Option<Refusal>,
}

/// Finds the Go that is selected in the working directory.
pub fn here(ctx: &Context) -> Result<LocatedGo> {
    let selection = ctx.with_situation(select::select)?;
    admission::check_selection(ctx, &selection)?;
    Ok(LocatedGo::of(ctx, selection))
}

/// Finds the Go that a query means: the newest installed toolchain that it matches, a linked one, or the one on PATH.
pub fn by_query(ctx: &Context, query: &Query) -> Result<LocatedGo> {
    let asked = Asked::Verb("install");
    let toolchain = if query.is_system() {
        let path = ctx.environment.var("PATH").unwrap_or_default();
        let go = path_search::next_on_path("go", &path).ok_or_else(|| resolve::not_installed(query))?;
        admission::check_system(ctx, &go, asked)?;
        Selected::System { go }
    } else if let Some(tree) = resolve::linked(ctx, query)? {
        admission::check_linked(ctx, &tree, asked)?;
        tree.into()
    } else {
        let id = resolve::newest_installed(ctx, query)?.ok_or_else(|| resolve::not_installed(query))?;
        admission::check_installed(ctx, &id, asked)?;
        let goroot = ctx.goroot(&id);
        Selected::Installed { id, goroot }
    };
    Ok(LocatedGo::of(ctx, by_hand(toolchain, &query.text)))
}

/// The selection of a toolchain that was named on the command line.
fn by_hand(toolchain: Selected, text: &str) -> Selection {
    Selection {
        toolchain,
        origin: VersionOrigin::CommandLine,
        asked: Some(text.to_owned()),
        gotoolchain: None,
        missing: None,
        elsewhere: None,
        switching: None,
        refused: None,
        project: None,
    }
}

impl LocatedGo {
    fn of(ctx: &Context, selection: Selection) -> LocatedGo {
        let mut command = GoCommand::of(&selection, &ctx.platform);
        if command.platform.os() == "windows" {
            command.program.set_extension("exe");
        }
        let (kind, toolchain, name) = match selection.toolchain {
            Selected::Installed { id, .. } => (GoKind::Installed, Some(id), None),
            Selected::Linked { name, .. } => (GoKind::Linked, None, Some(name)),
            Selected::System { .. } => (GoKind::System, None, None),
        };
        let proof = toolchain.as_ref().map_or(ProofStatus::Unproven, |id| verify::status(ctx, id));
        let missing = selection.missing.map(|floor| floor.wants.version().to_string());
        LocatedGo {
            kind,
            command,
            toolchain,
            name,
            proof,
            asked: selection.asked,
            origin: selection.origin,
            missing,
            refused: selection.refused,
        }
    }

    /// Whether this machine runs it.
    pub fn runs_here(&self, ctx: &Context) -> bool {
        ctx.platform.runs(&self.command.platform)
    }

    /// The file and line that asked for it; `None` if no file did.
    pub fn place(&self) -> Option<(&PathBuf, usize)> {
        match &self.origin {
            VersionOrigin::File { path, line } | VersionOrigin::Default { path, line } => Some((path, *line)),
            _ => None,
        }
    }
}
