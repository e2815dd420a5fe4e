//! Finds the published toolchain that a query means, and how certain that is.
//!
//! Owns: the order in which the store, the lists and the network are asked. Local sources come first, and a
//! list that could not be refreshed is never taken as proof that a release does not exist. Never: fetches a
//! toolchain. Invariant: the answer "no such release" comes from a list that could be refreshed, or from a
//! newer release of the same line.

use std::collections::BTreeMap;
use std::fmt;

use gom_select::hardware;
use gom_select::platform::Platform;
use gom_select::spec::Spec;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;

use crate::context::Context;
use crate::error::Result;
use crate::index::{self, Freshness, Index, PublishedToolchain};
use crate::query::error::QueryError;
use crate::report::Event;
use crate::resolve::{Query, QueryKind};

/// Returns the releases that a listing shows, newest first: the newest of each line, or those that match the
/// query. `all` adds everything else, prereleases too.
pub fn listed(index: &Index, platform: &Platform, query: Option<&Query>, all: bool) -> Vec<GoVersion> {
    let of_platform = || index.of_platform(platform).cloned();
    let mut versions: Vec<GoVersion> = match query {
        None if all => of_platform().map(|id| id.version).collect(),
        None => {
            let stable = of_platform().filter(|id| !id.version.is_prerelease());
            // The order is ascending, so the last one of each line is kept.
            let lines: BTreeMap<_, _> = stable.map(|id| (id.version.line(), id.version)).collect();
            lines.into_values().collect()
        }
        Some(query) => of_platform()
            .filter(|id| lists(query, &id.version, all) || Some(id) == query.newest(of_platform()).as_ref())
            .map(|id: ToolchainId| id.version)
            .collect(),
    };
    versions.reverse();
    versions
}

/// Whether the query lists this version. Keywords name one release, which `newest` finds; everything else is a filter.
fn lists(query: &Query, version: &GoVersion, all: bool) -> bool {
    match &query.what {
        QueryKind::Spec(Spec::Latest | Spec::OldStable | Spec::System | Spec::Linked(_)) => false,
        QueryKind::Spec(Spec::Exact(_)) => query.matches(version),
        _ => query.matches(version) && (all || !version.is_prerelease()),
    }
}

/// What to do to install a query.
#[derive(Clone, Debug)]
pub enum InstallPlan {
    /// Nothing: this toolchain is installed, and no newer one is known.
    Here(ToolchainId),
    /// Fetch this published toolchain.
    Fetch(Box<InstallTarget>),
}

/// A published toolchain to install.
#[derive(Clone, Debug)]
pub struct InstallTarget {
    /// Its name.
    pub id: ToolchainId,
    /// What the index knows about it.
    pub published: PublishedToolchain,
    /// What is uncertain about it.
    pub doubt: Option<UncheckedTarget>,
}

/// What is uncertain about a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UncheckedTarget {
    /// No list has it, and no list could be refreshed. Fetching it shows whether it exists, because the
    /// checksum database decides.
    Unlisted(NobodyAnswered),
    /// It is newer than this installed toolchain, according to a list that could not be refreshed. If it
    /// can't be fetched, the installed one is enough.
    OrHere(ToolchainId, NobodyAnswered),
}

/// No source of news could be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NobodyAnswered {
    /// The date of the newest list that gom has.
    pub as_of: String,
    /// Why, as a clause.
    pub reason: String,
}

impl fmt::Display for NobodyAnswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NobodyAnswered { as_of, reason } = self;
        write!(f, "the lists here end on {as_of} and can't be refreshed: {reason}")
    }
}

/// Plans the install of a query. `here` is the newest installed toolchain that matches it.
pub async fn plan(ctx: &Context, query: &Query, here: Option<ToolchainId>) -> Result<InstallPlan> {
    if query.is_system() {
        let reason = "`system` is a Go that gom does not install".to_owned();
        return Err(QueryError::BadSpec { text: query.text.clone(), reason }.into());
    }
    let platform = query.platform_or(&ctx.platform).clone();
    match &query.what {
        QueryKind::Spec(Spec::Exact(version)) => match here {
            Some(here) => Ok(InstallPlan::Here(here)),
            None => {
                exact(ctx, query, version, &platform).await.map(|target| InstallPlan::Fetch(Box::new(target)))
            }
        },
        _ => newest(ctx, query, here, &platform).await,
    }
}

/// Finds an exact version. A known version needs no network, because its sum never changes. An unknown one
/// may have been published since the lists were fetched.
async fn exact(
    ctx: &Context,
    query: &Query,
    version: &GoVersion,
    platform: &Platform,
) -> Result<InstallTarget> {
    let known = index::load(ctx, Freshness::Local, platform).await?;
    if let Some(target) = find(&known, query, &ctx.platform) {
        return Ok(target);
    }
    let index = index::load_quietly(ctx, Freshness::Now, platform).await?;
    if let Some(target) = find(&index, query, &ctx.platform) {
        return Ok(target);
    }
    match silence(&index) {
        Some(silence) if may_exist(ctx, query, version).await? => {
            let platform = match &query.platform {
                Some(named) => named.clone(),
                None => ctx.platform.for_release(version).into_owned(),
            };
            let id = ToolchainId { version: version.canonical(), platform };
            let doubt = Some(UncheckedTarget::Unlisted(silence));
            Ok(InstallTarget { id, published: PublishedToolchain::default(), doubt })
        }
        _ => Err(no_such(ctx, query, platform).await?.into()),
    }
}

/// Whether a version that the lists lack may exist. It does not if they have a newer release of its line, or
/// the same release for other platforms.
async fn may_exist(ctx: &Context, query: &Query, version: &GoVersion) -> Result<bool> {
    let known = index::load_all(ctx, Freshness::Local).await?;
    let line = version.line();
    let is_past = |id: &ToolchainId| line.contains(&id.version) && id.version > *version;
    Ok(!known.iter().any(|(id, _)| is_past(id) || query.matches(&id.version)))
}

async fn newest(
    ctx: &Context,
    query: &Query,
    here: Option<ToolchainId>,
    platform: &Platform,
) -> Result<InstallPlan> {
    let index = index::load_quietly(ctx, Freshness::Current, platform).await?;
    let (found, silence) = (find(&index, query, &ctx.platform), silence(&index));
    // The meaning of `oldstable` depends on all releases, so the installed one may be another.
    let here = here.filter(|_| found.is_none() || query.what != QueryKind::Spec(Spec::OldStable));
    match (found, here, silence) {
        (found, Some(here), silence) if found.as_ref().is_none_or(|found| found.id <= here) => {
            if let Some(silence) = silence {
                say_unrefreshed(ctx, query, &here, &silence.reason);
            }
            Ok(InstallPlan::Here(here))
        }
        (Some(found), Some(here), Some(silence)) => Ok(InstallPlan::Fetch(Box::new(InstallTarget {
            doubt: Some(UncheckedTarget::OrHere(here, silence)),
            ..found
        }))),
        (Some(found), _, silence) => {
            if let Some(NobodyAnswered { as_of, reason }) = silence {
                ctx.reporter.event(Event::Warning(format!(
                    "can't ask for new releases, so only those up to {as_of} are known ({reason})"
                )));
            }
            Ok(InstallPlan::Fetch(Box::new(found)))
        }
        (None, _, Some(silence)) => {
            Err(unknown(ctx, query, &silence, &format!(": {}", silence.reason)).into())
        }
        (None, _, None) => Err(no_such(ctx, query, platform).await?.into()),
    }
}

/// Warns that there may be a newer release than the installed one.
pub fn say_unrefreshed(ctx: &Context, query: &Query, here: &ToolchainId, why: &str) {
    ctx.reporter.event(Event::Warning(format!(
        "can't ask for a newer Go that answers to `{}` ({why}); the newest here is {}",
        query.text, here.version
    )));
}

/// The error for a query that no list has, when no list could be refreshed.
pub(crate) fn unknown(ctx: &Context, query: &Query, silence: &NobodyAnswered, reasons: &str) -> QueryError {
    QueryError::Unknown {
        text: query.text.clone(),
        as_of: silence.as_of.clone(),
        reasons: reasons.to_owned(),
        arguments: query.arguments(),
        verb: "install",
        is_offline: ctx.client.is_offline(),
    }
}

/// Why it can't be told whether a release exists that no list has, for a verb other than `install`: nobody could be asked.
/// `None` if there is no such release.
pub async fn doubt_about(
    ctx: &Context,
    query: &Query,
    index: &Index,
    verb: &'static str,
) -> Result<Option<QueryError>> {
    let Some(silence) = silence(index) else { return Ok(None) };
    if let QueryKind::Spec(Spec::Exact(version)) = &query.what
        && !may_exist(ctx, query, version).await?
    {
        return Ok(None);
    }
    Ok(Some(QueryError::Unknown {
        text: query.text.clone(),
        as_of: silence.as_of,
        reasons: format!(": {}", silence.reason),
        // `gom lock` takes no version.
        arguments: if verb == "lock" { String::new() } else { query.arguments() },
        verb,
        is_offline: ctx.client.is_offline(),
    }))
}

fn silence(index: &Index) -> Option<NobodyAnswered> {
    let reason = index.silence.clone()?;
    Some(NobodyAnswered { as_of: index.as_of.clone(), reason })
}

fn find(index: &Index, query: &Query, host: &Platform) -> Option<InstallTarget> {
    let ids = index.iter().map(|(id, _)| id).filter(|id| query.is_for(host, id));
    let id = query.newest(ids.cloned())?;
    let published = index.get(&id)?.clone();
    Some(InstallTarget { id, published, doubt: None })
}

/// The error for a query that the lists don't have.
async fn no_such(ctx: &Context, query: &Query, platform: &Platform) -> Result<QueryError> {
    Ok(explain(&index::load_all(ctx, Freshness::Local).await?, query, platform))
}

/// Explains why no published release matches, and suggests one.
fn explain(index: &Index, query: &Query, platform: &Platform) -> QueryError {
    let elsewhere: Vec<&ToolchainId> =
        index.iter().map(|(id, _)| id).filter(|id| query.matches(&id.version)).collect();
    if let Some(newest) = elsewhere.iter().map(|id| &id.version).max() {
        let has: Vec<Platform> =
            elsewhere.iter().filter(|id| id.version == *newest).map(|id| id.platform.clone()).collect();
        // A line with only prereleases so far is not a line without a build.
        let is_here = has.iter().any(|other| other == platform);
        if !is_here {
            return QueryError::NoBuild {
                version: newest.clone(),
                platform: platform.clone(),
                available: has,
                verb: "install",
            };
        }
    }
    QueryError::NoSuchVersion {
        text: query.text.clone(),
        platform: None,
        hint: suggest(index, query, platform),
    }
}

/// Suggests a version: the newest of the line; the newest of all if an even newer one was asked for; or a
/// text that differs in one character.
fn suggest(index: &Index, query: &Query, platform: &Platform) -> String {
    let (line, asked) = match &query.what {
        QueryKind::Spec(Spec::Exact(version)) => (Some(version.line()), Some(version.clone())),
        QueryKind::Spec(Spec::Line(line)) => (Some(line.clone()), GoVersion::parse(&line.to_string()).ok()),
        _ => (None, None),
    };
    let here = hardware::platform();
    let mut ids: Vec<&ToolchainId> = index.of_platform(platform).collect();
    ids.reverse();
    let of_line = ids.iter().find(|id| line.as_ref().is_some_and(|line| line.contains(&id.version)));
    if let Some(id) = of_line {
        return format!(
            "the nearest is {}: run `gom install {}`, or `gom list-remote {}`",
            id.version,
            id.as_argument(&here),
            id.version.line()
        );
    }
    let newest = ids.iter().find(|id| !id.version.is_prerelease());
    if let (Some(newest), Some(asked)) = (newest, &asked)
        && *asked > newest.version
    {
        let (version, argument) = (&newest.version, newest.as_argument(&here));
        return format!("the newest is {version}: run `gom install {argument}`, or `gom list-remote`");
    }
    let text = query.text.trim_start_matches("go");
    match ids.iter().find(|id| strsim::levenshtein(&id.version.to_string(), text) == 1) {
        Some(id) => {
            let (version, argument) = (&id.version, id.as_argument(&here));
            format!("the nearest is {version}: run `gom install {argument}`, or `gom list-remote`")
        }
        None => "run `gom list-remote` to see the published versions".to_owned(),
    }
}
