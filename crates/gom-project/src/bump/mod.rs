//! Moves every place of a project to a newer release, and tells what that fixes: `gom bump`.
//!
//! Owns: which release that is. The places, their rules and the edits are those of [`crate::sync`]. Never: moves to an older
//! release, unless the user named it.

mod change;
mod choose;
mod error;
mod message;
mod plan;
mod request;
mod tidy;

use std::path::Path;

use gom_core::index::dates::{DateSource, ReleaseDate, ReleaseDates};
use gom_core::index::{self, Freshness, Index, LineSupport, fixes_between, support_of, supported_lines};
use gom_core::published::doubt_about;
use gom_core::query::guess;
use gom_core::resolve::{Query, QueryKind};
use gom_core::{Context, clock};
use gom_select::platform::Platform;
use gom_select::spec::Spec;
use gom_select::version::GoVersion;

use crate::error::SyncError;
use crate::policy::MinAge;
use crate::sync::{
    Comparison, Releases, Strength, Survey, Target, check_deciding, check_policy, compare_with, no_target,
    project_target,
};

use choose::{Choice, LineChoice, ReleaseFacts, choose};

pub use change::{NamedVulnerability, PatchOnTheWay, ReleaseChange, VulnerabilityKnowledge};
pub use error::BumpError;
pub use message::BumpMessage;
pub use plan::{BumpPlan, MovedNames, SkippedRelease};
pub use request::{BumpLevel, BumpRequest};
pub use tidy::TidyGo;

/// Plans the move of the project at a root. Asks for new releases and for dates, unless gom is offline.
pub async fn plan(
    ctx: &Context,
    root: &Path,
    request: &BumpRequest,
    known: &dyn VulnerabilityKnowledge,
) -> Result<BumpPlan, BumpError> {
    let survey = Survey::of(root)?;
    check_deciding(ctx, &survey)?;
    let index = index::load(ctx, Freshness::Current, &ctx.platform);
    let index = index.await.map_err(|error| SyncError::from(gom_core::Error::from(error)))?;
    let releases = Releases::of(ctx, index);
    let present = project_target(&releases, &survey);
    let min_age = request.min_age.clone().or_else(|| survey.policy.min_age().cloned());
    let min_age = min_age.unwrap_or(MinAge { days: 0, origin: "default".to_owned() });
    let wanted = Wanted::of(ctx, &releases, &request.level, present.as_ref(), &survey).await?;
    let has = present.as_ref().map(|present| choose::as_release(&releases.sorted(), &present.version));
    let (choice, skipped) = pick(ctx, &releases, wanted, has, &min_age, known).await;
    let Some(to) = choice.version else {
        let request = request.level.text().to_owned();
        return Err(match skipped.into_iter().next() {
            Some(newest) => BumpError::TooYoung { request, min_age, newest: Box::new(newest) },
            None => SyncError::NoRelease { request }.into(),
        });
    };
    check_policy(ctx, &to, "bump")?;
    let is_named = matches!(request.level, BumpLevel::Spec(_));
    let modules = survey.modules();
    let how = Comparison {
        tags: None,
        may_lower: is_named,
        may_be_newer: !is_named,
        moved_from: present.as_ref().map(|present| &present.version),
    };
    let report = compare_with(survey, &releases, target(&to, &request.level), how);
    let moved = plan::moved(&report, present.as_ref(), &to, &|version| releases.newest_patch(version));
    let (change, names) = match moved {
        Some((from, names)) => {
            let change = ReleaseChange::find(ctx, releases.index(), known, &from, &to).await;
            (Some(change), Some(names))
        }
        None => (None, None),
    };
    Ok(BumpPlan {
        level: request.level.clone(),
        support: support(releases.index(), &ctx.platform, &to),
        is_waived: choice.is_waived,
        present,
        to,
        min_age,
        skipped,
        report,
        modules,
        change,
        names,
    })
}

/// The releases that may be chosen.
enum Wanted {
    /// The user named it, so that it needs no age.
    Exact(GoVersion),
    Lines(Vec<LineChoice>),
}

impl Wanted {
    /// Finds them.
    async fn of(
        ctx: &Context,
        releases: &Releases<'_>,
        level: &BumpLevel,
        present: Option<&Target>,
        survey: &Survey,
    ) -> Result<Wanted, BumpError> {
        let all = releases.sorted();
        let version = present.map(|present| &present.version);
        let needed = || version.ok_or_else(|| no_target(survey));
        let request = match level {
            BumpLevel::Patch => return Ok(Wanted::Lines(choose::patch(&all, needed()?))),
            BumpLevel::Minor => return Ok(Wanted::Lines(choose::minor(&all, needed()?))),
            BumpLevel::Spec(request) => request,
        };
        let query = Query::read(ctx, request, None).map_err(|error| {
            match guess::nearest(request, [BumpLevel::Patch.text(), BumpLevel::Minor.text()]) {
                Some(level) => BumpError::Misspelled { request: request.clone(), level: level.to_owned() },
                None => SyncError::from(error).into(),
            }
        })?;
        if query.is_system() || query.linked().is_some() {
            return Err(SyncError::NotARelease { request: request.clone() }.into());
        }
        // A version that no list has would leave a project that no machine can build.
        let Some(newest) = releases.newest(&query) else {
            let doubt = doubt_about(ctx, &query, releases.index(), "bump").await.map_err(SyncError::from)?;
            return Err(match doubt {
                Some(doubt) => SyncError::from(gom_core::Error::from(doubt)).into(),
                None => SyncError::NoRelease { request: request.clone() }.into(),
            });
        };
        Ok(match &query.what {
            QueryKind::Spec(Spec::Exact(_)) => Wanted::Exact(newest.canonical()),
            _ => Wanted::Lines(choose::matching(&all, &query, &newest, version)),
        })
    }
}

/// Chooses the release, with those that are too young.
async fn pick(
    ctx: &Context,
    releases: &Releases<'_>,
    wanted: Wanted,
    present: Option<GoVersion>,
    min_age: &MinAge,
    known: &dyn VulnerabilityKnowledge,
) -> (Choice, Vec<SkippedRelease>) {
    let lines = match wanted {
        Wanted::Exact(version) => {
            return (Choice { version: Some(version), ..Choice::default() }, Vec::new());
        }
        Wanted::Lines(lines) => lines,
    };
    let ages = Ages::find(ctx, releases.index(), &lines, min_age).await;
    let fixes = |older: &GoVersion, newer: &GoVersion| {
        known.only_in(older, newer).is_some_and(|fixed| !fixed.is_empty())
            || fixes_between(older, newer).is_some_and(|fixes| !fixes.releases.is_empty())
    };
    let age = |version: &GoVersion| ages.days(version);
    let facts = ReleaseFacts { min_age: min_age.days, age: &age, present, fixes: &fixes };
    let choice = choose(&lines, &facts);
    let skipped = choice.skipped.iter().map(|version| SkippedRelease {
        released: ages.dates.of(version),
        days: ages.days(version),
        has_known_fixes: known.is_current()
            || fixes_between(version, version).is_some_and(|one| one.is_complete),
        version: version.clone(),
    });
    let skipped = skipped.collect();
    (choice, skipped)
}

/// How old releases are.
struct Ages {
    now: String,
    dates: ReleaseDates,
    /// The releases that gom was made with, which are at least as old as their list.
    built: Vec<GoVersion>,
    /// The age of that list in days.
    built_days: Option<u64>,
}

impl Ages {
    /// Finds the ages of the releases that may be chosen. Where any age will do, nobody is asked.
    async fn find(ctx: &Context, index: &Index, lines: &[LineChoice], min_age: &MinAge) -> Ages {
        let now = clock::now();
        let built = Index::embedded_for(&ctx.platform);
        let list =
            ReleaseDate { time: format!("{}T23:59:59Z", built.as_of), source: DateSource::VersionFile };
        let dates = if min_age.days == 0 {
            ReleaseDates::default()
        } else {
            let asked = lines.iter().flat_map(LineChoice::newer).cloned();
            change::dates_of(ctx, index, asked).await
        };
        Ages {
            built_days: list.age_in_days(&now),
            built: built.of_platform(&ctx.platform).map(|id| id.version.clone()).collect(),
            dates,
            now,
        }
    }

    fn days(&self, version: &GoVersion) -> Option<u64> {
        let of_date = self.dates.of(version).and_then(|date| date.age_in_days(&self.now));
        of_date.or_else(|| self.built_days.filter(|_| self.built.contains(version)))
    }
}

/// The target of the comparison.
fn target(to: &GoVersion, level: &BumpLevel) -> Target {
    let origin = match level {
        BumpLevel::Patch => "gom bump".to_owned(),
        level => format!("gom bump {}", level.text()),
    };
    Target { version: to.clone(), release: to.clone(), strength: Strength::Exact, origin }
}

fn support(index: &Index, platform: &Platform, version: &GoVersion) -> LineSupport {
    support_of(&supported_lines(index, platform), version)
}

#[cfg(test)]
mod tests;
