//! What is known about one release, and the difference between two.
//!
//! Owns: which of it is gathered, and from where. Invariant: what no source tells is `None` or empty.

use std::collections::BTreeSet;

use gom_select::platform::Platform;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::index::dates::{ReleaseDate, ReleaseDates, days_between};
use crate::index::{
    self, Freshness, Index, LineSupport, ReleaseArchive, SecurityFixes, fixes_between, newer_patch,
    support_of, supported_lines,
};
use crate::machine::releases;
use crate::published::{InstallPlan, InstallTarget, NobodyAnswered, UncheckedTarget, plan, unknown};
use crate::query::error::QueryError;
use crate::resolve::{self, Query};
use crate::verify::{self, ProofStatus};

/// One release.
#[derive(Clone, Debug)]
pub struct ReleaseInfo {
    /// The toolchain that a query means: the release for one platform.
    pub id: ToolchainId,
    /// When it was released.
    pub released: Option<ReleaseDate>,
    /// The support of its line.
    pub support: LineSupport,
    /// When that ended.
    pub support_ended: Option<ReleaseDate>,
    /// A newer patch of its line.
    pub newer: Option<GoVersion>,
    /// The fixes of that patch which it lacks; `None` if there is no newer one, or if there are no data.
    pub fixes: Option<SecurityFixes>,
    /// go.dev's archive for that platform.
    pub archive: Option<ReleaseArchive>,
    /// The platforms that it is known to be published for. A module proxy lists only those that somebody asked it for,
    /// so there may be more.
    pub platforms: Vec<Platform>,
    /// Its installed toolchains, for whatever platform.
    pub installed: Vec<InstalledRelease>,
    /// The oldest Linux kernel, or the oldest macOS, that it runs on.
    pub needs: Option<String>,
    /// Pages about it.
    pub pages: ReleasePages,
}

/// A toolchain of a release that is installed.
#[derive(Clone, Debug)]
pub struct InstalledRelease {
    /// The toolchain.
    pub id: ToolchainId,
    /// How it was proven.
    pub proof: ProofStatus,
    /// The size of its files; `None` if its receipt does not tell.
    pub bytes: Option<u64>,
    /// The bytes that were fetched for it.
    pub fetched: Option<u64>,
}

/// Pages about a release. They are made from its name and not asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleasePages {
    /// What is new in its line.
    pub line: String,
    /// Go's release history, at this release. It has no prereleases.
    pub history: Option<String>,
    /// The issues that are fixed in it. A first release of a line has too many to list.
    pub issues: Option<String>,
}

/// Two releases, in the order in which they were asked for.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The first one.
    pub first: ReleaseInfo,
    /// The second one.
    pub second: ReleaseInfo,
    /// The days between the two; `None` if they are not known.
    pub days: Option<u64>,
    /// The fixes of the newer one that the older one lacks; `None` if there are no data, or if the two are of
    /// different lines.
    pub fixes: Option<SecurityFixes>,
    /// The released patches after the older one, up to the newer one; `None` for two lines.
    pub patches: Option<Vec<GoVersion>>,
}

impl Comparison {
    /// The older and the newer one.
    pub fn by_age(&self) -> (&ReleaseInfo, &ReleaseInfo) {
        let (first, second) = (&self.first, &self.second);
        if second.id.version < first.id.version { (second, first) } else { (first, second) }
    }
}

/// Returns what is known about the release that a query means. Asks for new releases and for dates,
/// unless gom is offline.
pub async fn info(ctx: &Context, query: &Query) -> Result<ReleaseInfo> {
    let id = find(ctx, query).await?;
    let index = index::load_all(ctx, Freshness::Current).await?;
    let dates = ReleaseDates::find(ctx, dated(ctx, &index, &id)).await;
    gather(ctx, &index, &dates, id)
}

/// Compares the releases that two queries mean.
pub async fn compare(ctx: &Context, first: &Query, second: &Query) -> Result<Comparison> {
    let (first, second) = (find(ctx, first).await?, find(ctx, second).await?);
    let index = index::load_all(ctx, Freshness::Current).await?;
    let wanted = dated(ctx, &index, &first).into_iter().chain(dated(ctx, &index, &second));
    let dates = ReleaseDates::find(ctx, wanted).await;
    let (older, newer) = if second.version < first.version { (&second, &first) } else { (&first, &second) };
    let (older, newer) = (older.version.clone(), newer.version.clone());
    let of_both = dates.of_both(&first.version, &second.version);
    let (mut first, mut second) = (gather(ctx, &index, &dates, first)?, gather(ctx, &index, &dates, second)?);
    [first.released, second.released] = of_both;
    // A patch of an older line may be the later one.
    let both = first.released.as_ref().zip(second.released.as_ref());
    let days = both.and_then(|(one, other)| days_between(one, other).or_else(|| days_between(other, one)));
    Ok(Comparison {
        days,
        fixes: fixes_between(&older, &newer),
        patches: patches_between(&index, &older, &newer),
        first,
        second,
    })
}

/// Returns the toolchain that a query means: of an exact version an installed one, else the newest published one.
async fn find(ctx: &Context, query: &Query) -> Result<ToolchainId> {
    query.refuse_linked(ctx)?;
    let planned = plan(ctx, query, resolve::newest_installed(ctx, query)?).await;
    match planned.map_err(suggest_reading)? {
        InstallPlan::Here(id) => Ok(id),
        InstallPlan::Fetch(target) => {
            let InstallTarget { id, doubt, .. } = *target;
            match doubt {
                // Only an install would show whether it exists.
                Some(UncheckedTarget::Unlisted(silence)) => {
                    let NobodyAnswered { reason, .. } = &silence;
                    Err(suggest_reading(unknown(ctx, query, &silence, &format!(": {reason}")).into()))
                }
                Some(UncheckedTarget::OrHere(..)) | None => Ok(id),
            }
        }
    }
}

/// The hints of the resolution name an install, which nobody asked for here.
fn suggest_reading(error: Error) -> Error {
    match error {
        Error::Query(QueryError::NoSuchVersion { text, platform, hint }) => {
            let hint = hint.replace("`gom install ", "`gom info ");
            QueryError::NoSuchVersion { text, platform, hint }.into()
        }
        Error::Query(QueryError::NoBuild { version, platform, available, .. }) => {
            QueryError::NoBuild { version, platform, available, verb: "info" }.into()
        }
        Error::Query(QueryError::Unknown { text, as_of, reasons, arguments, is_offline, .. }) => {
            QueryError::Unknown { text, as_of, reasons, arguments, is_offline, verb: "info" }.into()
        }
        error => error,
    }
}

/// The toolchains whose dates belong to one.
fn dated(ctx: &Context, index: &Index, id: &ToolchainId) -> Vec<ToolchainId> {
    let support = support_of(&supported_lines(index, &ctx.platform), &id.version);
    let ended = support.ends_with.filter(|_| !support.is_supported);
    let ended = ended.map(|version| ToolchainId { version, platform: ctx.platform.clone() });
    std::iter::once(id.clone()).chain(ended.filter(|id| index.get(id).is_some())).collect()
}

fn gather(ctx: &Context, index: &Index, dates: &ReleaseDates, id: ToolchainId) -> Result<ReleaseInfo> {
    let version = &id.version;
    let support = support_of(&supported_lines(index, &ctx.platform), version);
    let ended = support.ends_with.as_ref().filter(|_| !support.is_supported);
    let newer = newer_patch(index, &ctx.platform, version);
    let builds = index.iter().map(|(id, _)| id).filter(|other| other.version == *version);
    let platforms: BTreeSet<Platform> = builds.map(|other| other.platform.clone()).collect();
    let installed = ctx.installed()?.into_iter().filter(|other| other.version == *version);
    let installed = installed.map(|id| {
        let receipt = ctx.store.read_receipt(&id);
        InstalledRelease {
            proof: verify::status(ctx, &id),
            bytes: receipt.as_ref().and_then(|receipt| receipt.tree.bytes),
            fetched: receipt.as_ref().map(|receipt| receipt.archive.size),
            id,
        }
    });
    Ok(ReleaseInfo {
        released: dates.of(version),
        support_ended: ended.and_then(|version| dates.of(version)),
        fixes: newer.as_ref().and_then(|newer| fixes_between(version, newer)),
        archive: index.get(&id).and_then(|published| published.archive.clone()),
        platforms: platforms.into_iter().collect(),
        installed: installed.collect(),
        needs: needs(&id),
        pages: ReleasePages::of(version),
        support,
        newer,
        id,
    })
}

/// Returns the released patches after one version, up to another of its line, oldest first. `None` for two lines.
pub fn patches_between(index: &Index, older: &GoVersion, newer: &GoVersion) -> Option<Vec<GoVersion>> {
    let line = older.line();
    if !line.contains(newer) {
        return None;
    }
    let versions = index.iter().map(|(id, _)| &id.version);
    let between =
        versions.filter(|one| line.contains(one) && one.is_stable() && *one > older && *one <= newer);
    let between: BTreeSet<&GoVersion> = between.collect();
    Some(between.into_iter().cloned().collect())
}

fn needs(id: &ToolchainId) -> Option<String> {
    match id.platform.os() {
        "linux" => releases::minimum_linux(&id.version).map(|kernel| format!("Linux {kernel}")),
        "darwin" => {
            releases::minimum_macos(&id.version, id.platform.arch()).map(|macos| format!("macOS {macos}"))
        }
        _ => None,
    }
}

impl ReleasePages {
    /// Makes the addresses of the pages about a release.
    pub fn of(version: &GoVersion) -> ReleasePages {
        let (line, name) = (version.line(), version.toolchain_name());
        let is_first = version.to_semver_text().ends_with(".0");
        let has_issues = version.is_stable() && !is_first;
        ReleasePages {
            line: format!("https://go.dev/doc/go{line}"),
            history: version.is_stable().then(|| format!("https://go.dev/doc/devel/release#{name}")),
            issues: has_issues.then(|| {
                let milestone = format!("milestone%3AGo{}", version.canonical());
                format!("https://github.com/golang/go/issues?q={milestone}+label%3ACherryPickApproved")
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_those_of_go() {
        let of = |text: &str| ReleasePages::of(&GoVersion::parse(text).unwrap());
        let patch = of("1.26.3");
        assert_eq!(patch.line, "https://go.dev/doc/go1.26");
        assert_eq!(patch.history.as_deref(), Some("https://go.dev/doc/devel/release#go1.26.3"));
        assert_eq!(
            patch.issues.as_deref(),
            Some("https://github.com/golang/go/issues?q=milestone%3AGo1.26.3+label%3ACherryPickApproved")
        );
        let first = of("1.20");
        assert_eq!(first.history.as_deref(), Some("https://go.dev/doc/devel/release#go1.20"));
        assert_eq!((first.issues, of("1.28rc1").history), (None, None));
    }
}
