//! The database as an earlier gom fetched it: one file in the cache for each place.
//!
//! Anybody who can write the cache can write the file, so it is checked like an answer of the network. What can't be
//! read counts as missing.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use gom_core::Context;
use gom_core::files::{self, replace_file};
use serde::{Deserialize, Serialize};

use crate::database::{Database, DatabaseOrigin};
use crate::entry::Entry;
use crate::source::DatabaseSource;

/// The size limit of the file in bytes; it has about 100 kB.
const LIMIT: usize = 16 << 20;

/// How old an answer may be before the place is asked again: as for lists of releases.
const FRESH_FOR: Duration = Duration::from_secs(15 * 60);

/// The version of the file's form.
const SCHEMA: u32 = 1;

/// The file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CachedDatabase {
    schema: u32,
    /// When the place was last asked.
    pub(crate) checked_at: String,
    /// The ETag of its `index/db.json`.
    pub(crate) etag: Option<String>,
    /// When the database was changed, by its own words.
    pub(crate) modified: String,
    /// Its entries about Go itself, each with the time of its change by the index.
    pub(crate) entries: Vec<Entry>,
}

impl CachedDatabase {
    pub(crate) fn new(modified: String, etag: Option<String>, entries: Vec<Entry>) -> CachedDatabase {
        CachedDatabase { schema: SCHEMA, checked_at: gom_core::clock::now(), etag, modified, entries }
    }

    /// Reads the file. `None` if there is none that can be used.
    pub(crate) fn read(ctx: &Context, source: &DatabaseSource) -> Option<CachedDatabase> {
        let bytes = files::read_regular(&path(ctx, source), LIMIT).ok()?;
        let cached: CachedDatabase = serde_json::from_slice(&bytes).ok()?;
        let is_usable =
            cached.schema == SCHEMA && !cached.entries.is_empty() && !is_of_the_future(&cached.modified);
        // An entry that can't be used would leave out a vulnerability.
        let _ = cached.to_database(source, DatabaseOrigin::Cached).filter(|_| is_usable)?;
        Some(cached)
    }

    /// Writes the file.
    pub(crate) fn write(&self, ctx: &Context, source: &DatabaseSource) -> std::io::Result<()> {
        replace_file(&path(ctx, source), &serde_json::to_vec(self)?)
    }

    pub(crate) fn to_database(&self, source: &DatabaseSource, origin: DatabaseOrigin) -> Option<Database> {
        Database::of(&self.entries, self.modified.clone(), source.shown(), origin).ok()
    }

    /// Whether the place was asked within minutes.
    pub(crate) fn is_fresh(&self) -> bool {
        let checked = humantime::parse_rfc3339(&self.checked_at);
        checked.is_ok_and(|checked| checked.elapsed().is_ok_and(|age| age < FRESH_FOR))
    }
}

/// How much the clocks of two machines may differ.
const SLACK: Duration = Duration::from_secs(2 * 24 * 3600);

/// Whether a time is one that no database can have been changed at, or no time. Such a database would make each later
/// one look old.
pub(crate) fn is_of_the_future(time: &str) -> bool {
    let Ok(time) = humantime::parse_rfc3339(time) else { return true };
    SystemTime::now().checked_add(SLACK).is_some_and(|latest| time > latest)
}

fn path(ctx: &Context, source: &DatabaseSource) -> PathBuf {
    ctx.cache_path("index").join(source.cache_name())
}
