//! Plans an upgrade. Changes nothing.

use std::path::PathBuf;

use gom_select::platform::Platform;
use gom_select::spec::{PlatformSpec, Spec};
use gom_select::toolchain::ToolchainId;
use gom_select::version::ReleaseLine;

use super::error::UpgradeError;
use crate::context::Context;
use crate::error::Error;
use crate::index::{self, Freshness, Index, PublishedToolchain};
use crate::install::{self, InstallOptions, InstallOutcome};
use crate::resolve::{self, Query, QueryKind};
use crate::upkeep::outdated::{is_outdated, load};
use crate::upkeep::uses::{self, GoInUse, UseKind};

/// What an upgrade changes.
#[derive(Clone, Debug)]
pub struct UpgradePlan {
    /// The toolchains to install.
    pub installs: Vec<PlannedInstall>,
    /// The default to write.
    pub default: Option<PlannedEdit>,
    /// The pin that names an older version, and whether it is written.
    pub pin: Option<PlannedPin>,
    /// The date of the newest list of releases.
    pub as_of: String,
    /// Why no list could be refreshed, if none could.
    pub silence: Option<String>,
    /// The lines that it is about, each with its platform if that is not this machine's.
    pub(super) lines: Vec<LineOfPlatform>,
}

/// A line, and its platform if that is not this machine's.
pub(super) type LineOfPlatform = (Option<Platform>, ReleaseLine);

/// A toolchain to install.
#[derive(Clone, Debug)]
pub struct PlannedInstall {
    /// The toolchain.
    pub id: ToolchainId,
    /// The installed one that it replaces in use, if there is one.
    pub from: Option<ToolchainId>,
    published: PublishedToolchain,
}

/// A version to replace in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedEdit {
    /// The file.
    pub file: PathBuf,
    /// Its line, from 1.
    pub line: usize,
    /// The version there, as written.
    pub from: String,
    /// What is written: one version, and the platform if one is there.
    pub request: PlatformSpec,
    /// The toolchain that this means.
    pub to: ToolchainId,
}

/// A pin that names an older version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedPin {
    /// The edit.
    pub edit: PlannedEdit,
    /// Why it is not made; `None` if it is.
    pub kept: Option<KeptPin>,
}

/// Why a pin stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptPin {
    /// Nobody asked for it.
    NotAsked,
    /// The file names several versions, and nobody knows which of them to replace.
    Several,
}

impl UpgradePlan {
    /// Whether there is nothing to install and to write.
    pub fn is_empty(&self) -> bool {
        self.installs.is_empty() && self.default.is_none() && self.pin_edit().is_none()
    }

    /// The edit of the pin, if it is made.
    pub fn pin_edit(&self) -> Option<&PlannedEdit> {
        self.pin.as_ref().filter(|pin| pin.kept.is_none()).map(|pin| &pin.edit)
    }
}

/// Plans the upgrade of what these queries name, of everything in use if there is none. With `pins`, a pin to one
/// version is replaced too. Asks for new releases, unless gom is offline.
pub async fn plan(ctx: &Context, queries: &[Query], pins: bool) -> Result<UpgradePlan, UpgradeError> {
    let all = uses::in_use(ctx).map_err(Error::from)?;
    let used = selected(ctx, &all, queries).await?;
    let index = load(ctx, &used).await?;
    let mut plan = UpgradePlan {
        installs: Vec::new(),
        default: None,
        pin: None,
        as_of: index.as_of.clone(),
        silence: index.silence.clone(),
        lines: used.iter().filter_map(|used| Some((platform_key(ctx, used), used.line()?))).collect(),
    };
    for used in &used {
        plan.add(ctx, &index, used, pins);
    }
    Ok(plan)
}

impl UpgradePlan {
    fn add(&mut self, ctx: &Context, index: &Index, used: &GoInUse, pins: bool) {
        let Some(newest) = used.newest(index, &ctx.platform) else { return };
        let is_old = is_outdated(used, Some(&newest));
        let edit = used.place.clone().filter(|_| is_old && used.is_exact());
        let edit = edit.map(|(file, line)| {
            let request = PlatformSpec {
                spec: Spec::Exact(newest.version.clone()),
                platform: used.request.platform.clone(),
            };
            PlannedEdit { file, line, from: used.text.clone(), request, to: newest.clone() }
        });
        match (used.kind, edit) {
            (UseKind::Default, edit) => self.default = edit,
            (UseKind::Pin, Some(edit)) => {
                let kept = if used.is_alone { KeptPin::NotAsked } else { KeptPin::Several };
                let kept = (!pins || !used.is_alone).then_some(kept);
                self.pin = Some(PlannedPin { edit, kept });
                if kept.is_some() {
                    return;
                }
            }
            // It asks for one version, which `gom install` installs.
            (UseKind::Pin, None) if used.is_exact() => return,
            (UseKind::Pin | UseKind::Line, _) => {}
        }
        let is_installed = gom_select::installed::tree(ctx.store.layout(), &newest).is_some();
        let is_planned = self.installs.iter().any(|planned| planned.id == newest);
        if (is_old || used.id.is_none()) && !is_installed && !is_planned {
            let published = index.get(&newest).cloned().unwrap_or_default();
            self.installs.push(PlannedInstall { id: newest, from: used.id.clone(), published });
        }
    }
}

/// Installs one toolchain of a plan; of a module zip, only what an installed patch of its line has not.
pub async fn install_planned(ctx: &Context, planned: &PlannedInstall) -> Result<InstallOutcome, Error> {
    install::install(ctx, &planned.id, &planned.published, InstallOptions::default()).await
}

/// Returns what is in use and named by a query. A query names whole lines: of a version, the line that it is of.
async fn selected(ctx: &Context, all: &[GoInUse], queries: &[Query]) -> Result<Vec<GoInUse>, UpgradeError> {
    if queries.is_empty() {
        return Ok(all.to_vec());
    }
    let mut lines: Vec<LineOfPlatform> = Vec::new();
    let mut keywords = Vec::new();
    for query in queries {
        if query.is_system() {
            return Err(UpgradeError::System);
        }
        query.refuse_linked(ctx).map_err(Error::from)?;
        let installed = resolve::installed(ctx, query)?;
        let of_installed = installed.iter().map(|id| {
            let platform = Some(&id.platform).filter(|_| !id.is_for(&ctx.platform));
            (platform.cloned(), id.version.line())
        });
        let asked = all.iter().filter(|used| asks_for(ctx, used, query));
        let (of_line, of_keyword): (Vec<_>, Vec<_>) = asked.partition(|used| used.line().is_some());
        let of_line = of_line.into_iter().filter_map(|used| Some((platform_key(ctx, used), used.line()?)));
        let found: Vec<LineOfPlatform> = of_installed.chain(of_line).collect();
        if found.is_empty() && of_keyword.is_empty() {
            let hint = hint_not_in_use(ctx, all, query).await?;
            return Err(UpgradeError::NotInUse { text: query.text.clone(), hint });
        }
        lines.extend(found);
        keywords.extend(of_keyword);
    }
    let is_of_line =
        |used: &&GoInUse| used.line().is_some_and(|line| lines.contains(&(platform_key(ctx, used), line)));
    Ok(all.iter().filter(|used| is_of_line(used) || keywords.contains(used)).cloned().collect())
}

/// The hint for a query that nothing in use matches. An install is only suggested of what is published.
async fn hint_not_in_use(ctx: &Context, all: &[GoInUse], query: &Query) -> Result<String, Error> {
    if let QueryKind::Spec(Spec::Exact(version)) = &query.what
        && let Some(used) = all.iter().find(|used| {
            used.line().as_ref() == Some(&version.line())
                && platform_key(ctx, used) == query.platform.clone().filter(|named| *named != ctx.platform)
        })
    {
        let line = PlatformSpec { spec: Spec::Line(version.line()), platform: platform_key(ctx, used) };
        return Ok(format!("run `gom upgrade {line}`, or `gom outdated` to see what is in use"));
    }
    let index = index::load(ctx, Freshness::Current, query.platform_or(&ctx.platform)).await?;
    let mut ids = index.iter().map(|(id, _)| id);
    Ok(if ids.any(|id| query.is_for(&ctx.platform, id) && query.matches(&id.version)) {
        format!("run `gom install {}`, or `gom outdated` to see what is in use", query.arguments())
    } else {
        "run `gom outdated` to see what is in use, or `gom list-remote` to see what is published".to_owned()
    })
}

/// Whether the default or a pin, whose Go may not be installed, is what a query names.
fn asks_for(ctx: &Context, used: &GoInUse, query: &Query) -> bool {
    let has_platform = match (&query.platform, platform_key(ctx, used)) {
        (Some(named), Some(own)) => *named == own,
        (Some(named), None) => *named == ctx.platform,
        (None, own) => own.is_none(),
    };
    has_platform
        && match &query.what {
            QueryKind::Spec(spec @ (Spec::Latest | Spec::OldStable)) => used.request.spec == *spec,
            QueryKind::Spec(Spec::Line(line)) => used.line().as_ref() == Some(line),
            _ => used.version().is_some_and(|version| query.matches(version)),
        }
}

/// The platform of a use, if it is not this machine's.
fn platform_key(ctx: &Context, used: &GoInUse) -> Option<Platform> {
    used.request.platform.clone().filter(|platform| *platform != ctx.platform)
}
