//! The best database that can be had: the one of the place, else that of the cache, else that in the binary.

use gom_core::Context;
use gom_core::index::Freshness;
use gom_core::report::Event;
use gom_vulns::cached::{CachedDatabase, newer};
use gom_vulns::database::{Database, DatabaseOrigin};
use gom_vulns::embedded;

use crate::cached;
use crate::error::Result;
use crate::refresh::{self, RefreshError};
use crate::source::DatabaseSource;

/// A database, and why it is not a newer one.
#[derive(Clone, Debug)]
pub struct KnownDatabase {
    /// The database.
    pub database: Database,
    /// Why the place could not be asked, if it should have been and was not.
    pub silence: Option<String>,
}

/// Returns what the binary and the cache have, without a request.
pub fn load_known(ctx: &Context) -> Database {
    // A wrong GOVULNDB is an error of the verbs that ask it.
    match DatabaseSource::find(ctx, None) {
        Ok(source) => newer(cached::read(ctx, &source).as_ref(), &source.shown(), DatabaseOrigin::Cached),
        Err(_) => embedded::database(),
    }
}

/// Returns the newest database that can be had. If the place does not answer, or its answer can't be used, that is
/// reported, and what is known is used.
pub async fn load(ctx: &Context, source: &DatabaseSource, want: Freshness) -> Result<KnownDatabase> {
    let cached = cached::read(ctx, source);
    let newest = |origin| newer(cached.as_ref(), &source.shown(), origin);
    let local = |silence| KnownDatabase { database: newest(DatabaseOrigin::Cached), silence };
    let is_fresh = cached.as_ref().is_some_and(CachedDatabase::is_fresh);
    if want == Freshness::Local {
        return Ok(local(None));
    }
    if ctx.client.is_offline() && !source.is_local() {
        let silence = format!("the network is off: {}", ctx.settings.offline.origin);
        return Ok(local(Some(silence)));
    }
    if is_fresh && want != Freshness::Now {
        return Ok(KnownDatabase { database: newest(DatabaseOrigin::Asked), silence: None });
    }
    if source.host().is_some_and(|host| ctx.client.health().is_silent(&host)) {
        let silence = "it did not answer a few minutes ago".to_owned();
        let known = local(Some(silence));
        warn(ctx, source, &known);
        return Ok(known);
    }
    match refresh::refresh(ctx, source, cached.as_ref()).await {
        Ok(answer) => {
            if let Err(error) = cached::write(ctx, source, &answer) {
                let text = format!(
                    "can't cache the vulnerability database, so every audit fetches it again ({error}); set \
                     GOM_CACHE_DIR to a writable folder"
                );
                ctx.reporter.event(Event::Warning(text));
            }
            Ok(KnownDatabase { database: checked_newer(ctx, &answer, source), silence: None })
        }
        Err(RefreshError::Cancelled(cancelled)) => Err(gom_core::Error::from(cancelled).into()),
        Err(error) => {
            let known = local(Some(error.to_string()));
            warn(ctx, source, &known);
            Ok(known)
        }
    }
}

/// The database of an answer, unless that in the binary is newer. Then a warning says so.
fn checked_newer(ctx: &Context, answer: &CachedDatabase, source: &DatabaseSource) -> Database {
    let database = newer(Some(answer), &source.shown(), DatabaseOrigin::Asked);
    if database.origin == DatabaseOrigin::Built {
        ctx.reporter.event(Event::Warning(format!(
            "the vulnerability database {} lacks entries that this gom has from {}, so its own are used",
            source.shown(),
            database.day()
        )));
    }
    database
}

fn warn(ctx: &Context, source: &DatabaseSource, known: &KnownDatabase) {
    if let Some(silence) = &known.silence {
        ctx.reporter.event(Event::Warning(format!(
            "can't ask the vulnerability database {}, so only what was known on {} is used ({silence})",
            source.shown(),
            known.database.day()
        )));
    }
}
