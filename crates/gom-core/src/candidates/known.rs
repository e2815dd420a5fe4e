//! What is known about toolchains without asking anybody: the store, the caches, the binary, and this folder's
//! files.
//!
//! Owns: which of these sources are read. Never: uses the network, writes a file, or fails. A source that can't be
//! read counts as empty, because a person who presses Tab can do nothing about an error.

use std::collections::BTreeSet;

use gom_select::linked::{self, LinkedTree};
use gom_select::platform::Platform;
use gom_select::select;
use gom_select::toolchain::ToolchainId;
use gom_select::version::{GoVersion, ReleaseLine};

use crate::context::Context;
use crate::index::{self, Index};
use crate::install::uninstall::removal::{self, InUse};
use crate::resolve;

/// What is known now.
#[derive(Clone, Debug)]
pub struct KnownToolchains {
    /// This machine's platform.
    pub(super) host: Platform,
    /// The installed toolchains, newest first.
    pub(super) installed: Vec<ToolchainId>,
    /// Folders that are named like toolchains but are not whole, newest first.
    pub(super) broken: Vec<ToolchainId>,
    /// The linked toolchains, by name.
    pub(super) linked: Vec<LinkedTree>,
    /// The versions for this machine, installed or published, newest first.
    pub(super) versions: Vec<GoVersion>,
    /// The lines that get security fixes, newest first.
    pub(super) supported: Vec<ReleaseLine>,
    /// What this folder's files ask for, first wish first, and the place of each.
    pub(super) asked_here: Vec<(String, String)>,
    /// The default and this folder's pin, if they mean an installed toolchain.
    pub(super) in_use: Vec<InUse>,
}

impl KnownToolchains {
    /// Reads the store, the caches and this folder's files.
    pub fn read(ctx: &Context) -> KnownToolchains {
        let index = index::load_known(ctx, &ctx.platform);
        KnownToolchains::with_index(ctx, &index.unwrap_or_else(|_| Index::embedded_for(&ctx.platform)))
    }

    /// Reads the store and this folder's files; the releases are those of the index.
    pub fn with_index(ctx: &Context, index: &Index) -> KnownToolchains {
        // A store of a later gom may have another layout.
        let is_readable = ctx.store.check_layout().is_ok();
        let installed = if is_readable { ctx.installed().unwrap_or_default() } else { Vec::new() };
        let broken = if is_readable { ctx.broken().unwrap_or_default() } else { Vec::new() };
        let all = index.iter().map(|(id, _)| id).chain(&installed).filter(|id| id.is_for(&ctx.platform));
        let versions: BTreeSet<&GoVersion> = all.map(|id| &id.version).collect();
        KnownToolchains {
            host: ctx.platform.clone(),
            linked: linked::all(ctx.store.layout()).unwrap_or_default(),
            versions: versions.into_iter().rev().cloned().collect(),
            in_use: removal::in_use(ctx, &installed),
            installed,
            broken,
            supported: index::supported_lines(index, &ctx.platform),
            asked_here: asked_here(ctx),
        }
    }

    /// The newest release of a line that is not a prerelease, among those known.
    pub(super) fn newest_of(&self, line: &ReleaseLine) -> Option<&GoVersion> {
        self.versions.iter().find(|version| line.contains(version) && !version.is_prerelease())
    }

    /// Whether a version is installed for this machine.
    pub(super) fn is_installed(&self, version: &GoVersion) -> bool {
        self.installed.iter().any(|id| id.version == *version && id.is_for(&self.host))
    }
}

/// Returns what the files of this folder ask for: all entries of its version file, else its go.work or go.mod.
fn asked_here(ctx: &Context) -> Vec<(String, String)> {
    match ctx.with_situation(select::wanted_by_files) {
        Ok(Some(wanted)) => {
            let entries = wanted.entries.into_iter();
            entries.map(|entry| (entry.request.to_string(), entry.origin.to_string())).collect()
        }
        Ok(None) => resolve::asked_here(ctx).map(|(query, place)| (query.text, place)).into_iter().collect(),
        Err(_) => Vec::new(),
    }
}
