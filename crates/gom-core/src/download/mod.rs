//! An archive into a file: from the first place that answers, on from the last byte after a cut (from
//! another place with the same file too), hashed while it arrives. Whether the whole is right is for
//! [`crate::proof`] to say.

mod part;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use gom_select::toolchain::ToolchainId;

use crate::context::Context;
use crate::digest::Sha256Digest;
use crate::error::{Error, Result};
use crate::net::client::HEAD_LIMIT;
use crate::net::race::{Contender, Failure, Winner, first_answer};
use crate::net::{Answer, NetError};
use crate::report::Event;
use crate::source::{Format, Skipped, Source};

use part::Part;

/// More than any archive of Go has (the go command's own limit for a module zip).
const LIMIT: u64 = 500 << 20;

/// How often a transfer may break without a byte of progress before gom gives up.
const TRIES: u32 = 4;

/// A whole archive in a file, not yet proven.
#[derive(Debug)]
pub struct Downloaded {
    /// Which of the places it came from in the end.
    pub source: Source,
    /// Its URL there, without credentials.
    pub url: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its sum.
    pub sha256: Sha256Digest,
    /// Some of it came from an earlier try or another place.
    pub resumed: bool,
    part: Part,
}

impl Downloaded {
    /// The file. It stays for the next try unless it is discarded.
    pub fn path(&self) -> &Path {
        self.part.path()
    }

    /// Removes the file; it is of no more use.
    pub fn discard(self) {
        self.part.remove();
    }
}

/// Fetches the archive of a toolchain.
pub async fn download(
    ctx: &Context,
    id: &ToolchainId,
    places: &[Source],
    skipped: &[Skipped],
) -> Result<Downloaded> {
    let mut parts = BTreeMap::new();
    for place in places {
        if !parts.contains_key(&place.filename) {
            let part = Part::open(ctx, &place.filename).map_err(|error| Error::Store(error.into()))?;
            parts.insert(place.filename.clone(), part);
        }
    }
    let (places, skipped) = (places.to_vec(), skipped.to_vec());
    Transfer { ctx, id, places, parts, failures: Vec::new(), skipped, tries: 0 }.run().await
}

/// One download with its tries.
struct Transfer<'a> {
    ctx: &'a Context,
    id: &'a ToolchainId,
    /// Whom to ask, in order.
    places: Vec<Source>,
    /// By file name: places that serve the same file share a part.
    parts: BTreeMap<String, Part>,
    failures: Vec<Failure>,
    skipped: Vec<Skipped>,
    /// Since the last progress.
    tries: u32,
}

/// Why a transfer ended early.
enum Received {
    /// Another try may go on where this one ended.
    Broken(NetError),
    /// Trying again is no use.
    Fatal(Box<Error>),
}

impl Transfer<'_> {
    async fn run(mut self) -> Result<Downloaded> {
        loop {
            self.ctx.cancel.check()?;
            let contenders: Vec<Contender> = self.places.iter().map(|place| self.contender(place)).collect();
            let opened = first_answer(&self.ctx.client, &contenders, HEAD_LIMIT).await;
            self.ctx.cancel.check()?;
            match opened {
                Ok((Winner { index, answer }, lost)) => {
                    self.failures.extend(lost);
                    match self.receive(index, answer).await {
                        Ok((url, size, sha256, resumed)) => {
                            let source = self.places.swap_remove(index);
                            let part = self.parts.remove(&source.filename).ok_or_else(no_part)?;
                            return Ok(Downloaded { source, url, size, sha256, resumed, part });
                        }
                        Err(Received::Fatal(error)) => return Err(*error),
                        Err(Received::Broken(error)) => self.broke_off(index, error)?,
                    }
                }
                Err(lost) => self.nobody_answered(&contenders, lost)?,
            }
            self.pause().await?;
        }
    }

    fn contender(&self, place: &Source) -> Contender {
        Contender {
            label: place.label.clone(),
            addresses: place.addresses.clone(),
            from: self.parts.get(&place.filename).map_or(0, Part::size),
            expected: "an archive",
            if_none_match: None,
        }
    }

    /// Decides whether asking again may help.
    fn nobody_answered(&mut self, contenders: &[Contender], lost: Vec<Failure>) -> Result<()> {
        let mut may_pass = false;
        for failure in lost {
            let was_resumed = contenders[failure.index].from > 0;
            if was_resumed && matches!(failure.error, NetError::Status { status: 416, .. }) {
                // "Range not satisfiable": the part is longer than this file, so it is of another one. That
                // is no fault of the place.
                if let Some(part) = self.parts.get(&self.places[failure.index].filename) {
                    part.clear();
                }
                may_pass = true;
                continue;
            }
            may_pass |= failure.error.is_transient();
            self.failures.push(failure);
        }
        self.tries += 1;
        if may_pass && self.tries < TRIES && !self.ctx.client.is_offline() {
            return Ok(());
        }
        Err(self.give_up())
    }

    /// The place that broke off is asked last next time, or not at all if what it has is something else.
    fn broke_off(&mut self, index: usize, error: NetError) -> Result<()> {
        let place = self.places.remove(index);
        let has_grown = self.parts.get_mut(&place.filename).is_some_and(Part::has_grown);
        self.tries = if has_grown { 1 } else { self.tries + 1 };
        self.ctx.reporter.event(Event::Detail(format!("{error}; going on")));
        let may_pass = error.is_transient();
        self.failures.push(Failure { index, label: place.label.clone(), error });
        if may_pass {
            self.places.push(place);
        }
        if self.tries >= TRIES || self.places.is_empty() {
            return Err(self.give_up());
        }
        Ok(())
    }

    fn give_up(&mut self) -> Error {
        let failures = latest(std::mem::take(&mut self.failures));
        Error::NoSource { id: self.id.clone(), failures, skipped: std::mem::take(&mut self.skipped) }
    }

    /// Takes the body in: URL, size, sum, and whether some of it was there before.
    async fn receive(
        &self,
        index: usize,
        mut answer: Answer,
    ) -> std::result::Result<(String, u64, Sha256Digest, bool), Received> {
        let (ctx, id, source) = (self.ctx, self.id, &self.places[index]);
        let fatal = |error: Error| Received::Fatal(Box::new(error));
        let part = self.parts.get(&source.filename).ok_or_else(|| fatal(no_part()))?;
        let disk = |error: io::Error| fatal(Error::Store(named(part.path(), &error).into()));
        let (mut writer, have) = part.writer(answer.from).map_err(disk)?;
        let (url, total) = (answer.url().to_owned(), answer.total);
        ctx.reporter.event(Event::Download { id, url: url.clone(), total, have });
        let mut size = have;
        loop {
            let piece = match answer.chunk().await {
                Ok(Some(piece)) => piece,
                Ok(None) => break,
                Err(error @ NetError::Cancelled(_)) => return Err(fatal(error.into())),
                Err(error) => return Err(Received::Broken(error)),
            };
            if size == 0 && !looks_right(source.format, &piece) {
                return Err(Received::Broken(NetError::NoArchive { url }));
            }
            size += piece.len() as u64;
            if size > LIMIT {
                part.clear();
                return Err(fatal(NetError::TooLarge { url, limit: LIMIT }.into()));
            }
            writer.write_all(&piece).map_err(disk)?;
            ctx.reporter.event(Event::Progress(id, size));
        }
        Ok((url, size, writer.finish().1, have > 0))
    }

    async fn pause(&self) -> Result<()> {
        let pause = Duration::from_millis(250) * 2_u32.pow(self.tries.clamp(1, 5) - 1);
        tokio::select! {
            () = tokio::time::sleep(pause) => Ok(()),
            () = self.ctx.cancel.cancelled() => Err(crate::cancel::Cancelled.into()),
        }
    }
}

/// Every place's file has a part from the start.
fn no_part() -> Error {
    Error::Internal("a download has no file to arrive in".to_owned())
}

/// The first bytes of gzip and zip files. A web page that does not say it is one fails here.
fn looks_right(format: Format, start: &[u8]) -> bool {
    let magic: &[u8] = match format {
        Format::TarGz => &[0x1f, 0x8b],
        Format::Zip | Format::ModuleZip => b"PK",
    };
    start.iter().zip(magic).all(|(byte, expected)| byte == expected)
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("can't write `{}`: {error}", path.display()))
}

/// One failure per place: the last.
fn latest(failures: Vec<Failure>) -> Vec<Failure> {
    let mut latest: Vec<Failure> = Vec::new();
    for failure in failures {
        match latest.iter_mut().find(|known| known.label == failure.label) {
            Some(known) => *known = failure,
            None => latest.push(failure),
        }
    }
    latest
}
