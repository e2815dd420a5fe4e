//! Finds the release without known vulnerabilities that a request could mean: `gom use --secure`.
//!
//! A line, a keyword or a range means the newest of its releases that has none. A version means itself if it has none,
//! else the newest patch of its line that has none. If there is none, that is an error, which names the line to go to.

use gom_core::Context;
use gom_core::index::{self, Freshness, Index};
use gom_core::published::listed;
use gom_core::resolve::{self, Query, QueryKind};
use gom_select::spec::Spec;
use gom_select::version::GoVersion;
use gom_vulns::database::Database;

use crate::error::{AuditError, Result};

/// The release that was found.
#[derive(Clone, Debug)]
pub struct SecureChoice {
    /// The release.
    pub version: GoVersion,
    /// The release that the request means otherwise, and the number of its known vulnerabilities, if that is another one.
    pub instead_of: Option<(GoVersion, usize)>,
}

/// Finds the release for a request. Asks for new releases, unless gom is offline. `None` if no release that is known here
/// answers to it, so that the usual way gives the usual error.
pub async fn find(ctx: &Context, database: &Database, query: &Query) -> Result<Option<SecureChoice>> {
    if query.is_system() || query.linked().is_some() {
        return Err(AuditError::NotARelease { text: query.text.clone() });
    }
    let index = index::load(ctx, Freshness::Current, &ctx.platform).await.map_err(gom_core::Error::from)?;
    let meant = candidates(ctx, &index, query)?;
    let known = |version: &GoVersion| database.count(version, &ctx.platform);
    let Some(newest) = meant.first() else { return Ok(None) };
    if let Some(version) = meant.iter().find(|version| known(version) == Some(0)) {
        return Ok(Some(choice(version, newest, known(newest))));
    }
    if let QueryKind::Spec(Spec::Exact(version)) = &query.what {
        let line = Query::parse(&version.line().to_string(), query.platform.as_ref())?;
        let patches = candidates(ctx, &index, &line)?;
        let later = patches.iter().find(|patch| *patch > version && known(patch) == Some(0));
        if let Some(patch) = later {
            return Ok(Some(choice(patch, version, known(version))));
        }
    }
    let all = Query::parse("1", query.platform.as_ref())?;
    let better = candidates(ctx, &index, &all)?.into_iter().find(|version| known(version) == Some(0));
    Err(AuditError::NoneSecure {
        text: query.text.clone(),
        known: known(newest).unwrap_or_default(),
        data: format!("Go's vulnerability database of {}", database.day()),
        better: better.map(|version| version.line().to_string()),
        newest: newest.clone(),
    })
}

fn choice(version: &GoVersion, newest: &GoVersion, known: Option<usize>) -> SecureChoice {
    let instead_of = (version != newest).then(|| (newest.clone(), known.unwrap_or_default()));
    SecureChoice { version: version.clone(), instead_of }
}

/// The releases that a request could mean, the newest first: those that are published, and those that are installed.
fn candidates(ctx: &Context, index: &Index, query: &Query) -> Result<Vec<GoVersion>> {
    let mut versions = match &query.what {
        // A keyword names one release, and may mean any older one here.
        QueryKind::Spec(Spec::Latest) => listed(index, &ctx.platform, Some(&Query::parse("1", None)?), false),
        _ => listed(index, &ctx.platform, Some(query), false),
    };
    versions.extend(resolve::installed(ctx, query)?.into_iter().map(|id| id.version));
    versions.sort_by(|a, b| b.cmp(a));
    versions.dedup();
    Ok(versions)
}
