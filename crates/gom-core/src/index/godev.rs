//! go.dev's release list: the JSON behind its download page, requested with the ETag of the cached one.
//! Unknown fields are allowed, because Go may add some; sums are checked strictly.

use std::borrow::Cow;

use gom_select::platform::Platform;
use serde::{Deserialize, Serialize};
use url::Url;

use super::kept::keep;
use super::toolchains::{Index, ReleaseArchive, SumConflict, may_be_for, toolchain_of_file};
use crate::clock;
use crate::context::Context;
use crate::context::unkept::UnsavedList;
use crate::digest::SumOrigin;
use crate::files::{self, replace_file};
use crate::net::ByteRange;
use crate::net::race::{Address, Contender, PlaceFailure, SmallFile, first_whole};

/// The hosts that serve go.dev's release list and lead to its archives, in order.
pub const GODEV_HOSTS: [&str; 2] = ["go.dev", "golang.google.cn"];

/// The size limit of the list in bytes. It has about 1.5 MB; 355 releases had 955 kB.
const LIMIT: u64 = 32 << 20;

/// How old a cached list may be before it is requested again.
const FRESH_FOR: std::time::Duration = std::time::Duration::from_secs(15 * 60);

#[derive(Deserialize)]
struct Release<'a> {
    #[serde(borrow)]
    version: Cow<'a, str>,
    #[serde(borrow, default)]
    files: Vec<File<'a>>,
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow)]
    filename: Cow<'a, str>,
    #[serde(borrow, default)]
    sha256: Cow<'a, str>,
    #[serde(borrow, default)]
    kind: Cow<'a, str>,
    #[serde(default)]
    size: u64,
}

/// The file next to the cached list.
#[derive(Clone, Default, Serialize, Deserialize)]
struct CacheNote {
    etag: Option<String>,
    fetched_at: String,
}

/// Why the list can't be fetched or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListError {
    #[error("{}", failures_text(.0))]
    Unreachable(Vec<PlaceFailure>),
    #[error("the release list of {url} can't be read: {reason}")]
    Malformed { url: String, reason: String },
    #[error(transparent)]
    Conflict(#[from] SumConflict),
}

fn failures_text(failures: &[PlaceFailure]) -> String {
    let texts: Vec<String> = failures.iter().map(|failure| failure.error.to_string()).collect();
    texts.join("; ")
}

/// Adds the cached list to the index, at least its archives for one platform; returns `false` if there is none.
pub(super) fn add_cached(
    ctx: &Context,
    index: &mut Index,
    only: Option<&Platform>,
) -> Result<bool, SumConflict> {
    let (bytes, fetched_at) = match ctx.unkept.get(UnsavedList::GoDev) {
        Some(bytes) => (Cow::Borrowed(bytes), clock::now()),
        None => match files::read(&list_file(ctx)) {
            Ok(bytes) => (Cow::Owned(bytes), read_note(ctx).unwrap_or_default().fetched_at),
            Err(_) => return Ok(false),
        },
    };
    match add_for(index, &bytes, only) {
        Ok(()) => {
            if let Some(day) = fetched_at.get(..10)
                && day > index.as_of.as_str()
            {
                day.clone_into(&mut index.as_of);
            }
            Ok(true)
        }
        Err(ListError::Conflict(conflict)) => Err(conflict),
        Err(_) => Ok(false),
    }
}

/// Whether the cached list is new enough to need no request.
pub(super) fn is_fresh(ctx: &Context) -> bool {
    if ctx.unkept.get(UnsavedList::GoDev).is_some() {
        return true;
    }
    let Some(note) = read_note(ctx) else { return false };
    let Ok(fetched) = humantime::parse_rfc3339(&note.fetched_at) else { return false };
    fetched.elapsed().is_ok_and(|age| age < FRESH_FOR) && has_whole_list(ctx)
}

/// Whether no host answered in the last minutes, so that asking again would only cost time.
pub(super) fn was_silent(ctx: &Context) -> bool {
    GODEV_HOSTS.iter().all(|host| ctx.client.health().is_silent(host))
}

/// Requests the list from go.dev or its other host, and caches it. A list that contradicts known sums is not
/// cached.
pub(super) async fn refresh(ctx: &Context, limit: std::time::Duration) -> Result<(), ListError> {
    let etag = read_note(ctx).and_then(|note| note.etag).filter(|_| has_whole_list(ctx));
    let contenders: Vec<Contender> =
        GODEV_HOSTS.iter().filter_map(|host| contender(host, etag.as_ref())).collect();
    let (winner, _) =
        first_whole(&ctx.client, &contenders, limit, LIMIT).await.map_err(ListError::Unreachable)?;
    let SmallFile { status, url, etag: new_etag, bytes } = winner.answer;
    if status != 304 {
        add(&mut Index::embedded(), &bytes).map_err(|error| match error {
            ListError::Malformed { reason, .. } => ListError::Malformed { url, reason },
            error => error,
        })?;
        if !keep(ctx, UnsavedList::GoDev, &list_file(ctx), bytes) {
            return Ok(());
        }
    }
    let note = CacheNote { etag: new_etag.or(etag), fetched_at: clock::now() };
    if let Ok(text) = serde_json::to_vec(&note) {
        let _ = replace_file(&note_file(ctx), &text);
    }
    Ok(())
}

fn contender(host: &str, etag: Option<&String>) -> Option<Contender> {
    let url = Url::parse(&format!("https://{host}/dl/?mode=json&include=all")).ok()?;
    Some(Contender {
        label: host.to_owned(),
        addresses: vec![Address { url, next_on_any_failure: true }],
        span: ByteRange::From(0),
        expected: "Go's release list",
        if_none_match: etag.cloned(),
        compressed: true,
    })
}

/// Adds a release list to the index.
pub(crate) fn add(index: &mut Index, bytes: &[u8]) -> Result<(), ListError> {
    add_for(index, bytes, None)
}

/// Adds a release list to the index, or its archives for one platform. Most of a list is for others.
fn add_for(index: &mut Index, bytes: &[u8], only: Option<&Platform>) -> Result<(), ListError> {
    let malformed = |reason: String| ListError::Malformed { url: "the cache".to_owned(), reason };
    let releases: Vec<Release> =
        serde_json::from_slice(bytes).map_err(|error| malformed(error.to_string()))?;
    for release in &releases {
        let is_wanted = |file: &&File<'_>| {
            let name = file.filename.strip_prefix(&*release.version).and_then(|name| name.strip_prefix('.'));
            file.kind == "archive" && only.is_none_or(|only| name.is_some_and(|name| may_be_for(name, only)))
        };
        for file in release.files.iter().filter(is_wanted) {
            let Some(id) = toolchain_of_file(&file.filename, &release.version) else { continue };
            let sha256 = match &*file.sha256 {
                "" => None,
                text => Some(text.parse().map_err(|error| malformed(format!("{}: {error}", file.filename)))?),
            };
            let filename = file.filename.clone().into_owned();
            // Some lists have 0 for a size that nobody knows.
            let size = Some(file.size).filter(|size| *size > 0);
            index.add_archive(id, ReleaseArchive { filename, sha256, sum_origin: SumOrigin::GoDev, size })?;
        }
    }
    Ok(())
}

/// Whether the cached list looks whole. A damaged one would hide all new releases while it is new.
fn has_whole_list(ctx: &Context) -> bool {
    files::read(&list_file(ctx)).is_ok_and(|bytes| {
        let text = bytes.trim_ascii();
        text.starts_with(b"[") && text.ends_with(b"]")
    })
}

fn list_file(ctx: &Context) -> std::path::PathBuf {
    ctx.cache_path("index/go.dev.json")
}

fn note_file(ctx: &Context) -> std::path::PathBuf {
    ctx.cache_path("index/go.dev.note.json")
}

fn read_note(ctx: &Context) -> Option<CacheNote> {
    serde_json::from_slice(&files::read(&note_file(ctx)).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_that_is_not_64_hex_digits_refuses_the_list() {
        let json = br#"[{"version":"go1.22.6","files":[{"filename":"go1.22.6.linux-amd64.tar.gz","kind":"archive","sha256":"<html>"}]}]"#;
        let error = add(&mut Index::default(), json).unwrap_err();
        assert!(error.to_string().contains("go1.22.6.linux-amd64.tar.gz"), "{error}");
    }

    #[test]
    fn unknown_fields_and_kinds_are_no_trouble() {
        let json = br#"[{"version":"go1.99.0","new":1,"files":[{"filename":"go1.99.0.src.tar.gz","kind":"source","sha256":"","extra":[]}]}]"#;
        add(&mut Index::default(), json).unwrap();
    }

    #[test]
    fn a_web_page_is_not_a_list() {
        assert!(matches!(add(&mut Index::default(), b"<html>"), Err(ListError::Malformed { .. })));
    }
}
