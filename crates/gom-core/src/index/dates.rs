//! The dates of releases. The VERSION file of an installed toolchain has one since Go 1.21, and a module proxy's
//! `.info` has one for every toolchain. A date that was read once is kept in the cache, because it never changes.
//!
//! The two may differ by some days for the same release, so a number of days is only taken between dates of one source.
//! A date is shown to people, and decides only how long `gom bump` waits with a new release, because no proof covers a
//! proxy's answer. Never: guesses a date.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use futures_util::future::join_all;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::context::Context;
use crate::files::{self, replace_file};
use crate::go::proxies::proxy_addresses;
use crate::net::ByteRange;
use crate::net::race::{Address, Contender, first_whole};
use crate::tree::goroot;

/// The size limit of a `.info` file in bytes; it has about 80.
const LIMIT: u64 = 64 << 10;

/// How long to wait for a date. A command can do without it, so a slow proxy is not waited for.
const PATIENCE: Duration = Duration::from_secs(3);

const DAY: u64 = 24 * 3600;

/// Where the date of a release comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateSource {
    /// The VERSION file of the toolchain.
    VersionFile,
    /// The `.info` file of the module proxy.
    Proxy,
}

/// The date of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReleaseDate {
    /// UTC, in RFC 3339.
    pub time: String,
    /// Where it comes from.
    pub source: DateSource,
}

impl ReleaseDate {
    /// The day alone: `2026-09-01`.
    pub fn day(&self) -> &str {
        self.time.get(..10).unwrap_or(&self.time)
    }

    /// The whole days since then, at a time as [`clock::now`](crate::clock::now) writes it; 0 for a date in the future.
    pub fn age_in_days(&self, now: &str) -> Option<u64> {
        let (then, now) = (humantime::parse_rfc3339(&self.time).ok()?, humantime::parse_rfc3339(now).ok()?);
        Some(now.duration_since(then).map_or(0, |age| age.as_secs() / DAY))
    }
}

/// The dates that are known.
#[derive(Clone, Debug, Default)]
pub struct ReleaseDates {
    /// By the release's name, `go1.22.6`.
    known: BTreeMap<String, KnownDates>,
}

/// The dates of one release, by source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct KnownDates {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version_file: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proxy: Option<String>,
}

/// The answer of a module proxy.
#[derive(Deserialize)]
struct Info {
    #[serde(rename = "Time")]
    time: String,
}

impl ReleaseDates {
    /// Finds the dates of these toolchains: in the cache, in the VERSION files of those that are installed, and, unless
    /// gom is offline, at the module proxy. A date that can't be found stays unknown.
    pub async fn find(ctx: &Context, ids: impl IntoIterator<Item = ToolchainId>) -> ReleaseDates {
        let ids: BTreeSet<ToolchainId> = ids.into_iter().collect();
        let mut dates = ReleaseDates::cached(ctx);
        let before = dates.known.clone();
        for id in &ids {
            let known = dates.known.entry(id.version.toolchain_name()).or_default();
            if known.version_file.is_none() {
                known.version_file = goroot::release_time(&ctx.goroot(id)).filter(|time| is_time(time));
            }
        }
        if !ctx.client.is_offline() {
            let is_asked = |id: &&ToolchainId| {
                dates.known.get(&id.version.toolchain_name()).is_none_or(|known| known.proxy.is_none())
            };
            let asked = ids.iter().filter(is_asked).map(|id| async move { (id, ask(ctx, id).await) });
            for (id, time) in join_all(asked).await {
                dates.known.entry(id.version.toolchain_name()).or_default().proxy = time;
            }
        }
        dates.known.retain(|_, known| *known != KnownDates::default());
        if dates.known != before
            && let Ok(text) = serde_json::to_vec_pretty(&dates.known)
        {
            // It is a cache: without it the dates are looked up again.
            let _ = replace_file(&cache_file(ctx), &text);
        }
        dates
    }

    /// The dates in the cache. One that can't be read counts as empty.
    fn cached(ctx: &Context) -> ReleaseDates {
        let bytes = files::read(&cache_file(ctx)).unwrap_or_default();
        let mut known: BTreeMap<String, KnownDates> = serde_json::from_slice(&bytes).unwrap_or_default();
        for dates in known.values_mut() {
            dates.version_file.take_if(|time| !is_time(time));
            dates.proxy.take_if(|time| !is_time(time));
        }
        ReleaseDates { known }
    }

    /// Returns the date of a release, if it is known.
    pub fn of(&self, version: &GoVersion) -> Option<ReleaseDate> {
        let sources = [DateSource::VersionFile, DateSource::Proxy];
        sources.into_iter().find_map(|source| self.by(version, source))
    }

    /// Returns the dates of two releases, from one source if that has both.
    pub fn of_both(&self, first: &GoVersion, second: &GoVersion) -> [Option<ReleaseDate>; 2] {
        for source in [DateSource::VersionFile, DateSource::Proxy] {
            if let [Some(first), Some(second)] = [first, second].map(|version| self.by(version, source)) {
                return [Some(first), Some(second)];
            }
        }
        [first, second].map(|version| self.of(version))
    }

    fn by(&self, version: &GoVersion, source: DateSource) -> Option<ReleaseDate> {
        let known = self.known.get(&version.toolchain_name())?;
        let time = match source {
            DateSource::VersionFile => &known.version_file,
            DateSource::Proxy => &known.proxy,
        };
        Some(ReleaseDate { time: time.clone()?, source })
    }
}

/// Returns the whole days from one release to a later one; `None` if their dates are of two sources.
pub fn days_between(older: &ReleaseDate, newer: &ReleaseDate) -> Option<u64> {
    let parse = |date: &ReleaseDate| humantime::parse_rfc3339(&date.time).ok();
    let is_one_source = older.source == newer.source;
    let since = parse(newer)?.duration_since(parse(older)?).ok().filter(|_| is_one_source)?;
    Some(since.as_secs() / DAY)
}

/// Asks the module proxies for the date of one toolchain.
async fn ask(ctx: &Context, id: &ToolchainId) -> Option<String> {
    let path = format!("golang.org/toolchain/@v/{}.info", id.module_version());
    let join = |base: &Url| Url::parse(&format!("{}/{path}", base.as_str().trim_end_matches('/'))).ok();
    let addresses = proxy_addresses(&ctx.go_settings).ok()?;
    let addresses = addresses.into_iter().filter_map(|one| Some(Address { url: join(&one.url)?, ..one }));
    let contender = Contender {
        label: "proxy".to_owned(),
        addresses: addresses.collect(),
        span: ByteRange::From(0),
        expected: "the date of a release",
        if_none_match: None,
        compressed: true,
    };
    if contender.addresses.is_empty() {
        return None;
    }
    let (winner, _) = first_whole(&ctx.client, &[contender], PATIENCE, LIMIT).await.ok()?;
    let Info { time } = serde_json::from_slice(&winner.answer.bytes).ok()?;
    Some(time).filter(|time| is_time(time))
}

/// Whether a text is a time. It is shown to people, so nothing else is taken from a file or a server.
fn is_time(text: &str) -> bool {
    humantime::parse_rfc3339(text).is_ok()
}

fn cache_file(ctx: &Context) -> PathBuf {
    ctx.cache_path("index/dates.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> GoVersion {
        GoVersion::parse(text).unwrap()
    }

    fn dates(all: &[(&str, Option<&str>, Option<&str>)]) -> ReleaseDates {
        let time = |day: &str| format!("{day}T10:00:00Z");
        let known = all.iter().map(|(name, version_file, proxy)| {
            let known = KnownDates { version_file: version_file.map(time), proxy: proxy.map(time) };
            ((*name).to_owned(), known)
        });
        ReleaseDates { known: known.collect() }
    }

    #[test]
    fn days_are_counted_between_dates_of_one_source_alone() {
        let dates = dates(&[
            ("go1.26.3", Some("2026-05-05"), Some("2026-05-06")),
            ("go1.26.7", None, Some("2026-09-03")),
            ("go1.26.6", Some("2026-08-05"), None),
            ("go1.20", Some("2023-02-01"), None),
        ]);
        let days = |older: &str, newer: &str| {
            let [older, newer] = dates.of_both(&version(older), &version(newer));
            days_between(&older?, &newer?)
        };
        assert_eq!(days("1.26.3", "1.26.7"), Some(120));
        assert_eq!(days("1.26.3", "1.26.6"), Some(92));
        assert_eq!(days("1.26.6", "1.26.7"), None, "one source each");
        assert_eq!(days("1.26.6", "1.26.3"), None, "the wrong way");
        assert_eq!(days("1.26.6", "1.26.8"), None, "nothing is known");
        assert_eq!(dates.of(&version("1.20.0")).unwrap().day(), "2023-02-01");
    }

    #[test]
    fn an_age_is_a_number_of_whole_days() {
        let date = ReleaseDate { time: "2026-05-05T10:00:00Z".to_owned(), source: DateSource::Proxy };
        for (now, days) in [
            ("2026-05-12T09:59:59Z", Some(6)),
            ("2026-05-12T10:00:00Z", Some(7)),
            ("2026-05-05T09:00:00Z", Some(0)),
            ("soon", None),
        ] {
            assert_eq!(date.age_in_days(now), days, "{now}");
        }
    }

    #[test]
    fn what_is_no_time_is_no_date() {
        assert!(is_time("2026-05-05T10:00:00Z") && is_time("2026-05-05T10:00:00.5Z"));
        for text in ["", "2026-05-05", "yesterday", "2026-05-05T10:00:00Z\u{1b}[31m", "2026-13-05T10:00:00Z"]
        {
            assert!(!is_time(text), "{text:?}");
        }
    }
}
