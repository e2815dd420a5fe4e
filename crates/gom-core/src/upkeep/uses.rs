//! What keeps a Go in use here: the installed lines, the default, and the pin of the working directory.
//!
//! Other projects' pins are not known, because gom keeps no list of projects. An invalid version file is an error, as
//! it is for a `go`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use gom_select::platform::Platform;
use gom_select::select::{self, SelectError, VersionOrigin, WantedEntry, WantedToolchain};
use gom_select::spec::{PlatformSpec, Spec};
use gom_select::toolchain::ToolchainId;
use gom_select::version::{GoVersion, ReleaseLine};

use crate::context::Context;
use crate::index::Index;

/// How a Go is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UseKind {
    /// A toolchain of its line is installed.
    Line,
    /// The default asks for it.
    Default,
    /// The version file of the working directory or of one above asks for it.
    Pin,
}

/// A Go in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoInUse {
    /// How.
    pub kind: UseKind,
    /// What is asked for, as written; of an installed line, the line.
    pub text: String,
    /// The same, parsed.
    pub request: PlatformSpec,
    /// The file that asks for it, and its line; `None` of an installed line.
    pub place: Option<(PathBuf, usize)>,
    /// The installed toolchain that it means now; `None` if there is none.
    pub id: Option<ToolchainId>,
    /// Whether that file asks for nothing else, so that one version can be replaced in it.
    pub is_alone: bool,
}

impl UseKind {
    /// Its name in messages and in `--json`.
    pub fn name(self) -> &'static str {
        match self {
            UseKind::Line => "line",
            UseKind::Default => "default",
            UseKind::Pin => "pin",
        }
    }
}

impl GoInUse {
    /// Its version: the installed toolchain's, else the exact version that is asked for.
    pub fn version(&self) -> Option<&GoVersion> {
        match (&self.id, &self.request.spec) {
            (Some(id), _) => Some(&id.version),
            (None, Spec::Exact(version)) => Some(version),
            (None, _) => None,
        }
    }

    /// Its line; `None` of a keyword that no installed toolchain answers to.
    pub fn line(&self) -> Option<ReleaseLine> {
        match (self.version(), &self.request.spec) {
            (Some(version), _) => Some(version.line()),
            (None, Spec::Line(line)) => Some(line.clone()),
            (None, _) => None,
        }
    }

    /// Whether it names one version, which only an edit of its file changes.
    pub fn is_exact(&self) -> bool {
        matches!(self.request.spec, Spec::Exact(_))
    }

    /// Whether a toolchain is for the platform of this use.
    pub fn is_for(&self, host: &Platform, id: &ToolchainId) -> bool {
        match &self.request.platform {
            Some(named) => id.platform == *named,
            None => id.is_for(host),
        }
    }

    /// Returns the published toolchain that it should mean: the newest patch of its line, or what its keyword or major
    /// number means among the published ones.
    pub fn newest(&self, index: &Index, host: &Platform) -> Option<ToolchainId> {
        let spec = match &self.request.spec {
            Spec::Exact(version) => Spec::Line(version.line()),
            spec => spec.clone(),
        };
        let ids = index.iter().map(|(id, _)| id).filter(|id| self.is_for(host, id));
        spec.newest(ids, |id| &id.version).cloned()
    }
}

/// Returns everything in use: the installed lines, newest first, then the default and the pin.
pub fn in_use(ctx: &Context) -> Result<Vec<GoInUse>, SelectError> {
    let mut all = installed_lines(ctx)?;
    all.extend(default_in_use(ctx)?);
    all.extend(pin_in_use(ctx)?);
    Ok(all)
}

/// Returns each installed line with its newest toolchain, those for this machine first.
fn installed_lines(ctx: &Context) -> Result<Vec<GoInUse>, SelectError> {
    // Newest first.
    let installed = ctx.installed()?;
    let (own, foreign): (Vec<_>, Vec<_>) = installed.into_iter().partition(|id| id.is_for(&ctx.platform));
    let mut lines = BTreeSet::new();
    let of = |id: &ToolchainId, platform: Option<Platform>| {
        let line = id.version.line();
        let request = PlatformSpec { spec: Spec::Line(line), platform };
        (request.to_string(), request)
    };
    let own = own.iter().map(|id| (of(id, None), id));
    let foreign = foreign.iter().map(|id| (of(id, Some(id.platform.clone())), id));
    let all: Vec<((String, PlatformSpec), &ToolchainId)> = own.chain(foreign).collect();
    let first_of_each = all.iter().filter(|((text, _), _)| lines.insert(text.clone()));
    let in_use = first_of_each.map(|((text, request), newest)| {
        let of_line = all.iter().filter(|((other, _), _)| other == text).map(|(_, id)| *id);
        // A prerelease counts only if its line has no release.
        let release = request.spec.newest(of_line, |id| &id.version);
        GoInUse {
            kind: UseKind::Line,
            text: text.clone(),
            request: request.clone(),
            place: None,
            id: Some(release.unwrap_or(newest).clone()),
            is_alone: true,
        }
    });
    Ok(in_use.collect())
}

/// Returns the default, unless it is a Go that gom does not install, or not set.
pub fn default_in_use(ctx: &Context) -> Result<Option<GoInUse>, SelectError> {
    let wanted = select::wanted_by_default(ctx.store.layout())?;
    Ok(wanted.and_then(|wanted| of_file(ctx, UseKind::Default, &wanted)))
}

/// Returns the pin of the working directory, unless it is a Go that gom does not install, or there
/// is none.
pub fn pin_in_use(ctx: &Context) -> Result<Option<GoInUse>, SelectError> {
    let wanted = ctx.with_situation(select::wanted_by_files)?;
    Ok(wanted.and_then(|wanted| of_file(ctx, UseKind::Pin, &wanted)))
}

/// Returns the entry of a file that counts now: the first one that can run, else the first one.
fn of_file(ctx: &Context, kind: UseKind, wanted: &WantedToolchain) -> Option<GoInUse> {
    let installed = |entry: &WantedEntry| {
        let tree = gom_select::installed::find(ctx.store.layout(), &entry.request, &ctx.platform);
        Some(tree.ok()??.id)
    };
    let is_not_ours = |entry: &WantedEntry| matches!(entry.request.spec, Spec::System | Spec::Linked(_));
    let counts = wanted.entries.iter().find(|entry| is_not_ours(entry) || installed(entry).is_some());
    let entry = counts.unwrap_or(&wanted.entries[0]);
    if is_not_ours(entry) {
        return None;
    }
    let place = match &entry.origin {
        VersionOrigin::File { path, line } | VersionOrigin::Default { path, line } => {
            Some((path.clone(), *line))
        }
        _ => None,
    };
    Some(GoInUse {
        kind,
        text: entry.text.clone(),
        request: entry.request.clone(),
        place,
        id: installed(entry),
        is_alone: wanted.entries.len() == 1,
    })
}
