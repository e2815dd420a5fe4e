//! Asks the vulnerability database for news, in its published form (go.dev/security/vuln/database): `index/db` tells when
//! it was changed, `index/modules` which entries a module has, and `ID/GO-...` is an entry.
//!
//! Only entries about Go itself are fetched, and of them those that changed since the last time. Invariant: either the
//! whole database is current or nothing changed: an answer that is missing, too large, older than a known one or can't be
//! read ends the refresh. An empty answer must never look like a Go without vulnerabilities.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::GzDecoder;
use futures_util::{StreamExt, TryStreamExt, stream};
use gom_core::Context;
use gom_core::clock;
use gom_core::net::race::{Address, Contender, SmallFile, first_whole};
use gom_core::net::{ByteRange, Get};
use gom_core::report::Event;
use gom_vulns::cached::{CachedDatabase, is_before, is_of_the_future};
use gom_vulns::entry::Entry;
use gom_vulns::vulnerability::{Vulnerability, VulnerabilityId};
use serde::Deserialize;

use crate::error::excerpt;
use crate::source::DatabaseSource;

/// The size limits in bytes, of what is sent and of what it holds. In 2026 the index of modules had 1 MB, and the largest
/// entry 20 kB.
const DB_LIMIT: u64 = 64 << 10;
const MODULES_LIMIT: u64 = 64 << 20;
const ENTRY_LIMIT: u64 = 2 << 20;

/// More entries than Go itself will have for a century.
const MAX_ENTRIES: usize = 20_000;

/// How many entries are asked for at once: as many as govulncheck does.
const AT_ONCE: usize = 10;

/// The name of the download for a progress bar.
const NAME: &str = "Go's vulnerability database";

/// `index/db`.
#[derive(Deserialize)]
struct DbIndex {
    modified: String,
}

/// A module of `index/modules`.
#[derive(Deserialize)]
struct ModuleIndex {
    path: String,
    #[serde(default)]
    vulns: Vec<ModuleVulnerability>,
}

/// An entry of a module.
#[derive(Deserialize)]
struct ModuleVulnerability {
    id: String,
    #[serde(default)]
    modified: String,
}

/// Why the database can't be refreshed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RefreshError {
    #[error("{0}")]
    Unreachable(String),
    #[error("`{url}` is not there")]
    Missing { url: String },
    #[error("`{url}` can't be read: {reason}")]
    Malformed { url: String, reason: String },
    #[error("it says that it was changed at {modified}, and gom has it as of {known}")]
    Older { modified: String, known: String },
    #[error("it says that it was changed at {modified}, which is not yet")]
    Future { modified: String },
    #[error(transparent)]
    Cancelled(#[from] gom_core::cancel::Cancelled),
}

/// Asks for news. `known` is what an earlier gom fetched.
pub(crate) async fn refresh(
    ctx: &Context,
    source: &DatabaseSource,
    known: Option<&CachedDatabase>,
) -> Result<CachedDatabase, RefreshError> {
    Refresh { ctx, source, known }.run().await
}

struct Refresh<'a> {
    ctx: &'a Context,
    source: &'a DatabaseSource,
    known: Option<&'a CachedDatabase>,
}

impl Refresh<'_> {
    async fn run(&self) -> Result<CachedDatabase, RefreshError> {
        let (modified, etag) = match (self.changed_at().await?, self.known) {
            (None, Some(known)) => return Ok(unchanged(known, known.etag.clone())),
            (None, None) => {
                let url = self.url("index/db")?.to_string();
                return Err(RefreshError::Malformed { url, reason: "it answered 304 to nothing".to_owned() });
            }
            (Some((modified, etag)), Some(known)) if modified == known.modified => {
                return Ok(unchanged(known, etag));
            }
            (Some(answer), _) => answer,
        };
        if is_of_the_future(&modified) {
            return Err(RefreshError::Future { modified });
        }
        let is_before = |known: &&CachedDatabase| is_before(&modified, &known.modified);
        if let Some(known) = self.known.filter(is_before) {
            return Err(RefreshError::Older { modified, known: known.modified.clone() });
        }
        let wanted = self.index().await?;
        let entries = self.entries(&wanted).await?;
        Ok(CachedDatabase::new(clock::now(), modified, etag, entries))
    }

    /// Asks when the database was changed. `None` if it was not since the last time.
    async fn changed_at(&self) -> Result<Option<(String, Option<String>)>, RefreshError> {
        let url = self.url("index/db")?;
        let contender = Contender {
            label: self.source.shown(),
            addresses: vec![Address { url: url.clone(), next_on_any_failure: false }],
            span: ByteRange::From(0),
            expected: NAME,
            if_none_match: self.known.and_then(|known| known.etag.clone()),
            compressed: false,
        };
        // By a race of one, so that a host that does not answer is remembered.
        let limit = self.ctx.client.patience().connect();
        let asked = first_whole(&self.ctx.client, &[contender], limit, DB_LIMIT).await;
        let SmallFile { status, etag, bytes, url: shown } = match asked {
            Ok((winner, _)) => winner.answer,
            Err(failures) => {
                self.ctx.cancel.check()?;
                let text = failures.first().map_or_else(String::new, |failure| failure.error.to_string());
                return Err(RefreshError::Unreachable(text));
            }
        };
        if status == 304 {
            return Ok(None);
        }
        let DbIndex { modified } = parse(&shown, &bytes, DB_LIMIT)?;
        if humantime::parse_rfc3339(&modified).is_err() {
            let reason = format!("`{}` is not a time", excerpt(&modified));
            return Err(RefreshError::Malformed { url: shown, reason });
        }
        Ok(Some((modified, etag)))
    }

    /// Returns the entries about Go itself, each with the time of its last change.
    async fn index(&self) -> Result<BTreeMap<VulnerabilityId, String>, RefreshError> {
        let url = self.url("index/modules")?;
        let shown = gom_core::redact::redacted(&url);
        let bytes = self.fetch(url, MODULES_LIMIT).await?;
        let modules: Vec<ModuleIndex> = parse(&shown, &bytes, MODULES_LIMIT)?;
        let malformed = |reason: String| RefreshError::Malformed { url: shown.clone(), reason };
        let mut wanted = BTreeMap::new();
        let of_go = |module: &&ModuleIndex| matches!(module.path.as_str(), "stdlib" | "toolchain");
        for module in modules.iter().filter(of_go) {
            for one in &module.vulns {
                let id = VulnerabilityId::parse(&one.id).ok_or_else(|| {
                    malformed(format!("`{}` is not the name of an entry", excerpt(&one.id)))
                })?;
                wanted.insert(id, one.modified.clone());
            }
        }
        if !modules.iter().any(|module| module.path == "stdlib" && !module.vulns.is_empty()) {
            return Err(malformed("it has no entry about the standard library".to_owned()));
        }
        if wanted.len() > MAX_ENTRIES {
            return Err(malformed(format!("it has {} entries about Go itself", wanted.len())));
        }
        Ok(wanted)
    }

    /// Returns the entries: those that did not change from the cache, and the others from the place.
    async fn entries(&self, wanted: &BTreeMap<VulnerabilityId, String>) -> Result<Vec<Entry>, RefreshError> {
        let known: BTreeMap<&str, &Entry> =
            self.known.iter().flat_map(|known| &known.entries).map(|one| (one.id.as_str(), one)).collect();
        let progress = Progress::begin(self.ctx, self.source);
        let mut fetched = stream::iter(wanted.iter().map(|(id, modified)| {
            let known =
                known.get(id.as_str()).filter(|one| !modified.is_empty() && one.modified == *modified);
            let (known, progress) = (known.map(|one| (*one).clone()), &progress);
            async move {
                match known {
                    Some(entry) => Ok(entry),
                    None => self.entry(id, modified, progress).await,
                }
            }
        }))
        .buffered(AT_ONCE);
        let mut entries = Vec::new();
        while let Some(entry) = fetched.try_next().await? {
            entries.push(entry);
        }
        Ok(entries)
    }

    /// Fetches an entry, and keeps of it what gom needs.
    async fn entry(
        &self,
        id: &VulnerabilityId,
        modified: &str,
        progress: &Progress<'_>,
    ) -> Result<Entry, RefreshError> {
        let url = self.url(&format!("ID/{id}"))?;
        let shown = gom_core::redact::redacted(&url);
        let bytes = self.fetch(url, ENTRY_LIMIT).await?;
        progress.add(bytes.len());
        let mut entry: Entry = parse(&shown, &bytes, ENTRY_LIMIT)?;
        let malformed = |reason: String| RefreshError::Malformed { url: shown.clone(), reason };
        if entry.id != id.as_str() {
            return Err(malformed(format!("it is the entry `{}`", excerpt(&entry.id))));
        }
        Vulnerability::of(&entry).map_err(|error| malformed(error.to_string()))?;
        entry.affected.retain(gom_vulns::entry::Affected::is_of_go);
        modified.clone_into(&mut entry.modified);
        Ok(entry)
    }

    fn url(&self, endpoint: &str) -> Result<url::Url, RefreshError> {
        let missing = || RefreshError::Missing { url: format!("{}/{endpoint}", self.source.shown()) };
        self.source.file(endpoint).ok_or_else(missing)
    }

    async fn fetch(&self, url: url::Url, limit: u64) -> Result<bytes::Bytes, RefreshError> {
        let shown = gom_core::redact::redacted(&url);
        let fetched = self.ctx.client.get_small(&Get::new(url), limit).await;
        self.ctx.cancel.check()?;
        match fetched {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(RefreshError::Missing { url: shown }),
            Err(error) => Err(RefreshError::Unreachable(error.to_string())),
        }
    }
}

/// The known database, asked about just now.
fn unchanged(known: &CachedDatabase, etag: Option<String>) -> CachedDatabase {
    CachedDatabase::new(clock::now(), known.modified.clone(), etag, known.entries.clone())
}

/// Tells how much was fetched. Ends when dropped.
struct Progress<'a> {
    ctx: &'a Context,
    bytes: std::sync::atomic::AtomicU64,
}

impl Progress<'_> {
    fn begin<'a>(ctx: &'a Context, source: &DatabaseSource) -> Progress<'a> {
        ctx.reporter.event(Event::FileDownload { name: NAME, url: source.shown(), total: None });
        Progress { ctx, bytes: 0.into() }
    }

    fn add(&self, bytes: usize) {
        let before = self.bytes.fetch_add(bytes as u64, std::sync::atomic::Ordering::Relaxed);
        self.ctx.reporter.event(Event::FileProgress(NAME, before + bytes as u64));
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.ctx.reporter.event(Event::FileFinished(NAME));
    }
}

/// Parses an answer, which may be compressed: servers send `.json.gz`, and some unpack it on the way.
fn parse<T: serde::de::DeserializeOwned>(url: &str, bytes: &[u8], limit: u64) -> Result<T, RefreshError> {
    let malformed = |reason: String| RefreshError::Malformed { url: url.to_owned(), reason };
    let inflated;
    let json = if bytes.starts_with(&[0x1f, 0x8b]) {
        inflated = inflate(bytes, limit).map_err(malformed)?;
        &inflated[..]
    } else {
        bytes
    };
    serde_json::from_slice(json).map_err(|error| malformed(error.to_string()))
}

/// Inflates at most `limit` bytes: a few compressed bytes can hold gigabytes.
fn inflate(bytes: &[u8], limit: u64) -> Result<Vec<u8>, String> {
    let mut inflated = Vec::new();
    GzDecoder::new(bytes).take(limit + 1).read_to_end(&mut inflated).map_err(|error| error.to_string())?;
    if inflated.len() as u64 > limit {
        return Err(format!("it holds more than {limit} bytes"));
    }
    Ok(inflated)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn an_answer_may_be_compressed_or_not() {
        let json = br#"{"modified": "2026-11-05T00:00:00Z"}"#;
        for bytes in [json.to_vec(), gz(json)] {
            assert_eq!(parse::<DbIndex>("u", &bytes, 100).unwrap().modified, "2026-11-05T00:00:00Z");
        }
        let cut = &gz(json)[..20];
        assert!(matches!(parse::<DbIndex>("u", cut, 100), Err(RefreshError::Malformed { .. })));
    }

    #[test]
    fn a_bomb_is_not_inflated() {
        let bomb = gz(&vec![b' '; 4 << 20]);
        assert!(bomb.len() < 10_000);
        assert_eq!(inflate(&bomb, 1000), Err("it holds more than 1000 bytes".to_owned()));
        assert_eq!(inflate(&gz(&[b' '; 1000]), 1000).unwrap().len(), 1000);
    }

    #[test]
    fn nested_json_is_refused_and_not_followed() {
        let deep = "[".repeat(100_000);
        let text = format!(r#"{{"modified": {deep}"#);
        assert!(parse::<DbIndex>("u", text.as_bytes(), 1 << 20).is_err());
        let unknown = format!(r#"{{"id": "x", "affected": [], "other": {deep}"#);
        assert!(parse::<Entry>("u", unknown.as_bytes(), 1 << 20).is_err());
    }
}
