//! The database as an earlier gom fetched it: the form of the file in the cache.
//!
//! Anybody who can write the cache can write the file, so it is checked like an answer of the network. What can't be
//! read counts as missing.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::database::{Database, DatabaseOrigin};
use crate::embedded;
use crate::entry::Entry;

/// The size limit of the file in bytes; it has about 100 kB.
pub const LIMIT: usize = 16 << 20;

/// How old an answer may be before the place is asked again: as for lists of releases.
const FRESH_FOR: Duration = Duration::from_secs(15 * 60);

/// The version of the file's form.
const SCHEMA: u32 = 1;

/// The file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CachedDatabase {
    schema: u32,
    /// When the place was last asked.
    pub checked_at: String,
    /// The ETag of its `index/db.json`.
    pub etag: Option<String>,
    /// When the database was changed, by its own words.
    pub modified: String,
    /// Its entries about Go itself, each with the time of its change by the index.
    pub entries: Vec<Entry>,
}

impl CachedDatabase {
    /// Makes the file of an answer that came at `checked_at`, in RFC 3339.
    pub fn new(
        checked_at: String,
        modified: String,
        etag: Option<String>,
        entries: Vec<Entry>,
    ) -> CachedDatabase {
        CachedDatabase { schema: SCHEMA, checked_at, etag, modified, entries }
    }

    /// Reads the file. `None` if it can't be used.
    pub fn parse(bytes: &[u8]) -> Option<CachedDatabase> {
        let cached: CachedDatabase = serde_json::from_slice(bytes).ok()?;
        let is_usable =
            cached.schema == SCHEMA && !cached.entries.is_empty() && !is_of_the_future(&cached.modified);
        // An entry that can't be used would leave out a vulnerability.
        let _ = cached.to_database("", DatabaseOrigin::Cached).filter(|_| is_usable)?;
        Some(cached)
    }

    /// Returns the database. `place` is its address, without credentials. `None` if an entry can't be used.
    pub fn to_database(&self, place: &str, origin: DatabaseOrigin) -> Option<Database> {
        Database::of(&self.entries, self.modified.clone(), place.to_owned(), origin).ok()
    }

    /// Whether the place was asked within minutes.
    pub fn is_fresh(&self) -> bool {
        let checked = humantime::parse_rfc3339(&self.checked_at);
        checked.is_ok_and(|checked| checked.elapsed().is_ok_and(|age| age < FRESH_FOR))
    }
}

/// Returns the cached database, unless that in the binary is newer. That is so if the cached one was changed before the
/// day of the binary's and lacks an entry of it. The time alone does not decide: the one of the cache is that of the last
/// changed entry, and the binary's that of the whole collection, which is a little later.
pub fn newer(cached: Option<&CachedDatabase>, place: &str, origin: DatabaseOrigin) -> Database {
    let built = embedded::database();
    let Some(cached) = cached else { return built };
    let ids: BTreeSet<&str> = cached.entries.iter().map(|entry| entry.id.as_str()).collect();
    let lacks_some = || built.all().iter().any(|one| !ids.contains(one.id.as_str()));
    if is_before(&cached.modified, &built.as_of) && lacks_some() {
        return built;
    }
    cached.to_database(place, origin).unwrap_or(built)
}

/// How much the clocks of two machines may differ.
const SLACK: Duration = Duration::from_secs(2 * 24 * 3600);

/// Whether a time is one that no database can have been changed at, or no time. Such a database would make each later
/// one look old.
pub fn is_of_the_future(time: &str) -> bool {
    let Ok(time) = humantime::parse_rfc3339(time) else { return true };
    SystemTime::now().checked_add(SLACK).is_some_and(|latest| time > latest)
}

/// Whether a time is before another. What is not a time is before each.
pub fn is_before(time: &str, other: &str) -> bool {
    match (humantime::parse_rfc3339(time), humantime::parse_rfc3339(other)) {
        (Ok(time), Ok(other)) => time < other,
        (Err(_), Ok(_)) => true,
        (_, Err(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_compared_and_not_texts() {
        assert!(is_before("2026-11-05T00:00:00Z", "2026-11-05T00:00:00.5Z"));
        assert!(!is_before("2026-11-05T00:00:00.5Z", "2026-11-05T00:00:00Z"));
        assert!(is_before("yesterday", "2026-11-05T00:00:00Z"));
        assert!(!is_before("2026-11-05T00:00:00Z", "yesterday"));
    }
}
