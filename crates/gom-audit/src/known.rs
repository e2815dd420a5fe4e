//! The best database that can be had: the one of the place, else that of the cache, else that in the binary.

use std::collections::BTreeSet;

use gom_core::Context;
use gom_core::index::Freshness;
use gom_core::report::Event;

use crate::cached::CachedDatabase;
use crate::database::{Database, DatabaseOrigin};
use crate::embedded;
use crate::error::Result;
use crate::refresh::{self, RefreshError, is_before};
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
        Ok(source) => newer(CachedDatabase::read(ctx, &source), &source, DatabaseOrigin::Cached),
        Err(_) => embedded::database(),
    }
}

/// Returns the newest database that can be had. If the place does not answer, or its answer can't be used, that is
/// reported, and what is known is used.
pub async fn load(ctx: &Context, source: &DatabaseSource, want: Freshness) -> Result<KnownDatabase> {
    let cached = CachedDatabase::read(ctx, source);
    let local =
        |cached, silence| KnownDatabase { database: newer(cached, source, DatabaseOrigin::Cached), silence };
    let is_fresh = cached.as_ref().is_some_and(CachedDatabase::is_fresh);
    if want == Freshness::Local {
        return Ok(local(cached, None));
    }
    if ctx.client.is_offline() && !source.is_local() {
        let silence = format!("the network is off: {}", ctx.settings.offline.origin);
        return Ok(local(cached, Some(silence)));
    }
    if is_fresh && want != Freshness::Now {
        return Ok(KnownDatabase { database: newer(cached, source, DatabaseOrigin::Asked), silence: None });
    }
    if source.host().is_some_and(|host| ctx.client.health().is_silent(&host)) {
        let silence = "it did not answer a few minutes ago".to_owned();
        let known = local(cached, Some(silence));
        warn(ctx, source, &known);
        return Ok(known);
    }
    match refresh::refresh(ctx, source, cached.as_ref()).await {
        Ok(answer) => {
            if let Err(error) = answer.write(ctx, source) {
                let text = format!(
                    "can't cache the vulnerability database, so every audit fetches it again ({error}); set \
                     GOM_CACHE_DIR to a writable folder"
                );
                ctx.reporter.event(Event::Warning(text));
            }
            Ok(KnownDatabase { database: checked_newer(ctx, answer, source), silence: None })
        }
        Err(RefreshError::Cancelled(cancelled)) => Err(gom_core::Error::from(cancelled).into()),
        Err(error) => {
            let known = local(cached, Some(error.to_string()));
            warn(ctx, source, &known);
            Ok(known)
        }
    }
}

/// The database of an answer, unless that in the binary is newer. Then a warning says so.
fn checked_newer(ctx: &Context, answer: CachedDatabase, source: &DatabaseSource) -> Database {
    let database = newer(Some(answer), source, DatabaseOrigin::Asked);
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

/// Returns the cached database, unless that in the binary is newer. That is so if the cached one was changed before the
/// day of the binary's and lacks an entry of it. The time alone does not decide: the one of the cache is that of the last
/// changed entry, and the binary's that of the whole collection, which is a little later.
fn newer(cached: Option<CachedDatabase>, source: &DatabaseSource, origin: DatabaseOrigin) -> Database {
    let built = embedded::database();
    let Some(cached) = cached else { return built };
    let ids: BTreeSet<&str> = cached.entries.iter().map(|entry| entry.id.as_str()).collect();
    let lacks_some = || built.all().iter().any(|one| !ids.contains(one.id.as_str()));
    if is_before(&cached.modified, &built.as_of) && lacks_some() {
        return built;
    }
    cached.to_database(source, origin).unwrap_or(built)
}
