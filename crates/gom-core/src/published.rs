//! Which published toolchain a query means, and how sure that is.
//!
//! Owns: the order in which the store, the lists and the network are asked. What is near is asked first, and a
//! list that could not be refreshed is never taken for a no. Never: fetches a toolchain. Invariant: an
//! answer of "no such release" comes from a list that somebody could be asked for, or from a newer release
//! of the same line.

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

/// What installing a query comes to.
#[derive(Clone, Debug)]
pub enum InstallPlan {
    /// This one is here, and nothing newer is known.
    Here(ToolchainId),
    /// This one is published.
    Fetch(Box<InstallTarget>),
}

/// A published toolchain.
#[derive(Clone, Debug)]
pub struct InstallTarget {
    /// Its name.
    pub id: ToolchainId,
    /// What is known of it.
    pub published: PublishedToolchain,
    /// What is not sure about it.
    pub doubt: Option<UncheckedTarget>,
}

/// What could not be asked about a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UncheckedTarget {
    /// No list has it, and none could be refreshed: whether it exists shows when it is fetched, since the
    /// checksum database decides.
    Unlisted(NobodyAnswered),
    /// It is newer than what is here, by a list that could not be refreshed. Where it can't be fetched, this
    /// one does.
    OrHere(ToolchainId, NobodyAnswered),
}

/// Nobody could be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NobodyAnswered {
    /// The day of the newest list that is here.
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

/// What the query comes to, where `here` is the newest toolchain at hand that answers to it.
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

/// A version that is known already needs no network; its sum never changes. One that nobody told us of may
/// have been published since the last question.
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

/// A release that the lists here have for other platforms only, or that is older than one of its line that
/// they have, is not one that they end before.
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
    // What is `oldstable` depends on all that there is, so the one here may be another.
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

/// Says that there may be a newer one than what is here.
pub fn say_unrefreshed(ctx: &Context, query: &Query, here: &ToolchainId, why: &str) {
    ctx.reporter.event(Event::Warning(format!(
        "can't ask for a newer Go that answers to `{}` ({why}); the newest here is {}",
        query.text, here.version
    )));
}

/// The error for what no list has, where no list could be refreshed.
pub(crate) fn unknown(ctx: &Context, query: &Query, silence: &NobodyAnswered, reasons: &str) -> QueryError {
    QueryError::Unknown {
        text: query.text.clone(),
        as_of: silence.as_of.clone(),
        reasons: reasons.to_owned(),
        arguments: query.arguments(),
        is_offline: ctx.client.is_offline(),
    }
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

/// The error for what the lists don't have.
async fn no_such(ctx: &Context, query: &Query, platform: &Platform) -> Result<QueryError> {
    Ok(explain(&index::load_all(ctx, Freshness::Local).await?, query, platform))
}

/// Says why nothing published answers, and what may have been meant.
fn explain(index: &Index, query: &Query, platform: &Platform) -> QueryError {
    let elsewhere: Vec<&ToolchainId> =
        index.iter().map(|(id, _)| id).filter(|id| query.matches(&id.version)).collect();
    if let Some(newest) = elsewhere.iter().map(|id| &id.version).max() {
        let has: Vec<Platform> =
            elsewhere.iter().filter(|id| id.version == *newest).map(|id| id.platform.clone()).collect();
        // A line that has only prereleases yet is no line without a build.
        let is_here = has.iter().any(|other| other == platform);
        if !is_here {
            return QueryError::NoBuild {
                version: newest.clone(),
                platform: platform.clone(),
                available: has,
            };
        }
    }
    QueryError::NoSuchVersion {
        text: query.text.clone(),
        platform: None,
        hint: suggest(index, query, platform),
    }
}

/// What may have been meant: the newest of its line, the newest of all for what is newer still, or a text
/// that differs in one character.
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
        None => "run `gom list-remote` to see what there is".to_owned(),
    }
}
