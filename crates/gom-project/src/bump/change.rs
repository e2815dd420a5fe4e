//! What lies between two releases: dates, patches, and the vulnerabilities that only one of them has.
//!
//! Invariant: what no source tells is `None`.

use gom_core::Context;
use gom_core::index::dates::{ReleaseDate, ReleaseDates, days_between};
use gom_core::index::{Index, SecurityFixes, fixes_between};
use gom_core::upkeep::release::{ReleasePages, patches_between};
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;

/// A vulnerability of Go, as far as a text about a release names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedVulnerability {
    /// `GO-2024-2598`.
    pub id: String,
    /// Its names in other databases.
    pub aliases: Vec<String>,
    /// The packages that have it.
    pub packages: Vec<String>,
    /// One line about it; may be empty.
    pub summary: String,
    /// Its page.
    pub page: String,
}

/// What is known about vulnerabilities of Go.
pub trait VulnerabilityKnowledge {
    /// Those that one release has and another one does not have. `None` if that can't be told.
    fn only_in(&self, release: &GoVersion, other: &GoVersion) -> Option<Vec<NamedVulnerability>>;

    /// Where that comes from, and up to which day.
    fn source(&self) -> String;

    /// Whether the source could be asked.
    fn is_current(&self) -> bool;
}

/// A patch on the way from one release to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchOnTheWay {
    /// The release.
    pub version: GoVersion,
    /// When it was released.
    pub released: Option<ReleaseDate>,
    /// Whether it fixes a vulnerability; `None` if it is newer than the data.
    pub is_security: Option<bool>,
    /// The page with the issues that it fixes.
    pub issues: Option<String>,
}

/// What lies between two releases.
#[derive(Clone, Debug)]
pub struct ReleaseChange {
    /// The release that the project had.
    pub from: GoVersion,
    /// The release that it moves to.
    pub to: GoVersion,
    /// When the two were released.
    pub released: [Option<ReleaseDate>; 2],
    /// The days between them.
    pub days: Option<u64>,
    /// The patches after the first one, up to the second one, oldest first; empty for two lines, and for an older release.
    pub patches: Vec<PatchOnTheWay>,
    /// The security fixes between them; `None` if there are no data, or for two lines.
    pub security: Option<SecurityFixes>,
    /// The vulnerabilities that only the first one has.
    pub fixed: Option<Vec<NamedVulnerability>>,
    /// The vulnerabilities that only the second one has.
    pub added: Option<Vec<NamedVulnerability>>,
    /// Pages about the second one.
    pub pages: ReleasePages,
    /// Where the vulnerabilities come from, and up to which day.
    pub source: String,
}

impl ReleaseChange {
    /// Finds what lies between two releases. Asks for dates, unless gom is offline.
    pub(super) async fn find(
        ctx: &Context,
        index: &Index,
        known: &dyn VulnerabilityKnowledge,
        from: &GoVersion,
        to: &GoVersion,
    ) -> ReleaseChange {
        let between = patches_between(index, from, to).unwrap_or_default();
        let both_and_between = between.iter().chain([from, to]).cloned();
        let dates = dates_of(ctx, index, both_and_between).await;
        let security = fixes_between(from, to);
        let patches = between.into_iter().map(|version| PatchOnTheWay {
            released: dates.of(&version),
            is_security: is_security(security.as_ref(), &version),
            issues: ReleasePages::of(&version).issues,
            version,
        });
        let released = dates.of_both(from, to);
        let days = match &released {
            [Some(from), Some(to)] => days_between(from, to),
            _ => None,
        };
        ReleaseChange {
            patches: patches.collect(),
            days,
            released,
            security,
            fixed: known.only_in(from, to),
            added: known.only_in(to, from),
            pages: ReleasePages::of(to),
            source: known.source(),
            from: from.clone(),
            to: to.clone(),
        }
    }
}

/// Finds the dates of releases for this machine, as far as they are published.
pub(super) async fn dates_of(
    ctx: &Context,
    index: &Index,
    versions: impl Iterator<Item = GoVersion>,
) -> ReleaseDates {
    let ids = versions.map(|version| ToolchainId {
        platform: ctx.platform.for_release(&version).into_owned(),
        version: version.canonical(),
    });
    ReleaseDates::find(ctx, ids.filter(|id| index.get(id).is_some())).await
}

/// Whether a patch fixes a vulnerability, as far as the data reach.
fn is_security(security: Option<&SecurityFixes>, version: &GoVersion) -> Option<bool> {
    let security = security?;
    if security.releases.contains(version) {
        return Some(true);
    }
    // Where the data end before the newest patch, only what is before a known fix is surely known.
    let is_covered = security.is_complete || security.releases.last().is_some_and(|last| version < last);
    is_covered.then_some(false)
}
