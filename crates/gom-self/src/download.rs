//! Fetches the archive of a release for this machine. The download base has it alone, with the list of the release's
//! files; a module proxy has the whole module. Both are proven by the same record ([`crate::proof`]).
//!
//! Everything is kept in memory until it is proven, so nothing has to be removed after a failure.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use gom_core::Context;
use gom_core::digest::Sha256Digest;
use gom_core::net::{Get, NetError, retry};
use gom_core::report::Event;
use gom_sumdb::LogRecord;
use url::Url;

use crate::error::SelfError;
use crate::identity::Identity;
use crate::proof::{self, ProvenFiles};
use crate::release::{Release, targets};
use crate::versions::on_proxies;

/// The size limit of an archive, in bytes: ten times what one has.
const ARCHIVE: u64 = 64 << 20;

/// The size limit of a module's zip, in bytes, and of its files together.
const ZIP: u64 = 256 << 20;

/// The size limit of the list of files, in bytes.
const LIST: u64 = 1 << 20;

/// How often a transfer is tried that may succeed the next time.
const TRIES: u32 = 3;

/// A proven archive for this machine.
pub struct ProvenArchive {
    /// The target that it is for.
    pub target: String,
    /// Where it came from, without credentials.
    pub url: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How many bytes were fetched for it.
    pub fetched: u64,
}

/// Fetches the archive from the base, else from the proxies in order. A place that has other bytes than the recorded
/// ones ends it.
pub async fn archive(
    ctx: &Context,
    identity: &Identity,
    release: &Release,
    record: &LogRecord,
) -> Result<ProvenArchive, SelfError> {
    let fetch = Fetch { ctx, release, record };
    let mut failures = Vec::new();
    if let Some(base) = &identity.base {
        match fetch.base(base).await {
            Err(SelfError::Net(error)) => failures.push(error.to_string()),
            done => return done,
        }
        ctx.cancel.check()?;
    }
    let version = release.version.module_version();
    for address in on_proxies(ctx, &format!("{}/@v/{version}.zip", release.module))? {
        match fetch.proxy(&address.url).await {
            Err(SelfError::Net(error)) => {
                let goes_on = address.next_on_any_failure || error.is_not_found();
                failures.push(error.to_string());
                if !goes_on {
                    break;
                }
            }
            done => return done,
        }
        ctx.cancel.check()?;
    }
    Err(SelfError::NoPlace { release: release.to_string(), failures })
}

/// Fetches the list of the release's files from the base, and proves it.
pub async fn list(
    ctx: &Context,
    base: &Url,
    release: &Release,
    record: &LogRecord,
) -> Result<ProvenFiles, SelfError> {
    let fetch = Fetch { ctx, release, record };
    let url = joined(base, &release.list_name())?;
    let list = fetch.get(&url, LIST_OF_FILES).await?;
    Ok(proof::files(release, record, &String::from_utf8_lossy(&list.bytes), &list.url)?)
}

fn joined(base: &Url, name: &str) -> Result<Url, SelfError> {
    base.join(name).map_err(|error| SelfError::Base { value: base.to_string(), reason: error.to_string() })
}

struct Fetch<'a> {
    ctx: &'a Context,
    release: &'a Release,
    record: &'a LogRecord,
}

impl Fetch<'_> {
    async fn base(&self, base: &Url) -> Result<ProvenArchive, SelfError> {
        let list = self.get(&joined(base, &self.release.list_name())?, LIST_OF_FILES).await?;
        let text = String::from_utf8_lossy(&list.bytes);
        let files = proof::files(self.release, self.record, &text, &list.url)?;
        let target = self.target(&files)?;
        let archive = self.get(&joined(base, &self.release.archive(&target))?, ONE_ARCHIVE).await?;
        files.check(&self.release.archive_in_module(&target), &archive.bytes, &archive.url)?;
        let fetched = (list.bytes.len() + archive.bytes.len()) as u64;
        Ok(ProvenArchive { target, url: archive.url, bytes: archive.bytes, fetched })
    }

    async fn proxy(&self, url: &Url) -> Result<ProvenArchive, SelfError> {
        let zip = self.get(url, ZIP_OF_MODULE).await?;
        let damaged = |reason: String| SelfError::Damaged { place: zip.url.clone(), reason };
        let sums = sums_of(&zip.bytes).map_err(damaged)?;
        let files = proof::files(self.release, self.record, &proof::list_of(&sums), &zip.url)?;
        let target = self.target(&files)?;
        let name = self.release.archive_in_module(&target);
        let bytes = entry(&zip.bytes, &name).map_err(damaged)?;
        files.check(&name, &bytes, &zip.url)?;
        Ok(ProvenArchive { target, url: zip.url, bytes, fetched: zip.bytes.len() as u64 })
    }

    /// The best target of this machine that the release has.
    fn target(&self, files: &ProvenFiles) -> Result<String, SelfError> {
        let targets = targets();
        let has = |target: &&String| files.has(&self.release.archive_in_module(target));
        targets.iter().find(has).cloned().ok_or_else(|| SelfError::NoBuild {
            version: self.release.version.clone(),
            targets: targets.clone(),
        })
    }

    /// Fetches a whole file.
    async fn get(&self, url: &Url, wanted: WantedFile) -> Result<Fetched, SelfError> {
        let name = format!("gom {}", self.release.version);
        let done = self.try_to_get(url, wanted, &name).await;
        if wanted.is_shown {
            self.ctx.reporter.event(Event::FileFinished(&name));
        }
        done
    }

    async fn try_to_get(&self, url: &Url, wanted: WantedFile, name: &str) -> Result<Fetched, SelfError> {
        let mut failed = 0;
        loop {
            match self.get_once(url, wanted, name).await {
                Ok(fetched) => return Ok(fetched),
                Err(error) => {
                    failed += 1;
                    if failed == TRIES || !error.is_transient() || error.is_silence() {
                        return Err(error.into());
                    }
                    self.ctx.reporter.event(Event::Detail(format!("{error}; trying again")));
                    retry::pause(&self.ctx.cancel, failed).await?;
                }
            }
        }
    }

    async fn get_once(&self, url: &Url, wanted: WantedFile, name: &str) -> Result<Fetched, NetError> {
        let WantedFile { limit, expected, is_shown } = wanted;
        let mut answer =
            self.ctx.client.get(&Get::new(url.clone())).await?.into_ok()?.refuse_html(expected)?;
        let url = answer.url().to_owned();
        if is_shown {
            let total = answer.total;
            self.ctx.reporter.event(Event::FileDownload { name, url: url.clone(), total });
        }
        let mut bytes = Vec::new();
        while let Some(piece) = answer.chunk().await? {
            if (bytes.len() + piece.len()) as u64 > limit {
                return Err(NetError::TooLarge { url, limit });
            }
            bytes.extend_from_slice(&piece);
            if is_shown {
                self.ctx.reporter.event(Event::FileProgress(name, bytes.len() as u64));
            }
        }
        Ok(Fetched { url, bytes })
    }
}

/// A kind of file to fetch.
#[derive(Clone, Copy)]
struct WantedFile {
    /// The size limit, in bytes.
    limit: u64,
    /// What it should be, for an error.
    expected: &'static str,
    /// Whether the user sees the progress. The others are small.
    is_shown: bool,
}

const LIST_OF_FILES: WantedFile = WantedFile { limit: LIST, expected: "a list of files", is_shown: false };
const ONE_ARCHIVE: WantedFile = WantedFile { limit: ARCHIVE, expected: "an archive", is_shown: true };
const ZIP_OF_MODULE: WantedFile = WantedFile { limit: ZIP, expected: "the zip of a module", is_shown: true };

struct Fetched {
    url: String,
    bytes: Vec<u8>,
}

/// The sums of all files in a zip, by name.
fn sums_of(zip: &[u8]) -> Result<BTreeMap<String, Sha256Digest>, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).map_err(|error| error.to_string())?;
    let mut sums = BTreeMap::new();
    let mut left = ZIP;
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(|error| error.to_string())?;
        let name = file.name().map_err(|error| error.to_string())?.into_owned();
        let bytes = read(&mut file, left)?;
        left -= bytes.len() as u64;
        if sums.insert(name.clone(), Sha256Digest::of(&bytes)).is_some() {
            return Err(format!("it has two files `{}`", name.escape_debug()));
        }
    }
    Ok(sums)
}

/// One file of a zip.
fn entry(zip: &[u8], name: &str) -> Result<Vec<u8>, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).map_err(|error| error.to_string())?;
    let mut file = archive.by_name(name).map_err(|error| error.to_string())?;
    read(&mut file, ARCHIVE)
}

fn read(file: &mut impl Read, limit: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > limit {
        return Err(format!("its files have more than {ZIP} bytes"));
    }
    Ok(bytes)
}
