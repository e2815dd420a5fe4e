//! The bytes of one archive, in order, while they arrive: from the first place that answers, and on from
//! the last byte after a cut, from any place that has the same file. Whether they are right is for
//! [`crate::proof`] to say.
//!
//! What a slow network brings is kept in a file for the next try of a killed gom (`part`); what comes
//! faster than it can be unpacked costs less to fetch again than to write twice.

use std::collections::BTreeMap;
use std::io;

use bytes::Bytes;
use gom_select::toolchain::ToolchainId;

use crate::cancel::{Cancel, Cancelled};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::net::race::{Contender, PlaceFailure, Winner, first_answer};
use crate::net::{Answer, ByteRange, NetError, retry};
use crate::report::Event;
use crate::source::error::NoSource;
use crate::source::{SkippedSource, Source};
use crate::unpack::ArchiveFormat;

use super::part::Part;

/// More than any archive of Go has (the go command's own limit for a module zip).
const LIMIT: u64 = 500 << 20;

/// How often a transfer may break without progress before gom gives up.
const TRIES: u32 = 4;

/// Silence takes long to notice: it counts as so many breaks.
const SILENCE_COSTS: u32 = 2;

/// A zip is read from its end, where its directory is. This much holds the directory of any toolchain
/// (1.27: 1.8 MB); of a zip with a longer one the rest is asked for too.
pub(crate) const TAIL: u64 = 2 << 20;

/// What a transfer may ask and use.
#[derive(Clone, Copy)]
pub(crate) struct TransferContext<'a> {
    pub(crate) ctx: &'a Context,
    pub(crate) id: &'a ToolchainId,
    /// Set when this transfer is of no use any more.
    pub(crate) cancel: &'a Cancel,
    /// The places that were not asked, for the message.
    pub(crate) skipped: &'a [SkippedSource],
}

/// One archive being read. Begins at its first byte, for a zip at its tail.
pub(crate) struct Transfer<'a> {
    request: TransferContext<'a>,
    /// Those that have this file, in the order in which to ask; the first was the last to answer.
    places: Vec<Source>,
    part: Part,
    answer: Option<Answer>,
    url: String,
    total: Option<u64>,
    /// The next byte, and the end of what is wanted; `None` is the end of the file.
    at: u64,
    end: Option<u64>,
    /// How many bytes were handed out.
    received: u64,
    failures: Vec<PlaceFailure>,
    /// Other places could be asked, for this file or another: one that goes silent is left sooner.
    has_rival: bool,
    /// Since the last progress, and the bytes there were then.
    tries: u32,
    progress: u64,
    resumed: bool,
    /// From where and from which byte on the download was last said to begin.
    said: Option<(String, u64)>,
}

impl<'a> Transfer<'a> {
    /// Asks the places, and stays with the file of the one that answers first. `failures` are those of
    /// earlier transfers.
    pub(crate) async fn open(
        request: TransferContext<'a>,
        places: &[Source],
        mut failures: Vec<PlaceFailure>,
    ) -> Result<Transfer<'a>> {
        let mut parts = BTreeMap::new();
        for place in places {
            if !parts.contains_key(&place.filename) {
                let part =
                    Part::open(request.ctx, &place.filename).map_err(|error| Error::Store(error.into()))?;
                parts.insert(place.filename.clone(), part);
            }
        }
        let mut tries = 0;
        loop {
            let spans = places.iter().map(|place| match place.format {
                ArchiveFormat::TarGz => {
                    ByteRange::From(parts.get(&place.filename).map_or(0, Part::resumes_from))
                }
                ArchiveFormat::Zip | ArchiveFormat::ModuleZip => ByteRange::Last(TAIL),
            });
            let lost = match ask(request, places.iter().zip(spans)).await? {
                Ok((Winner { index, answer }, lost)) => {
                    failures.extend(lost);
                    let part = parts.remove(&places[index].filename).ok_or_else(no_part)?;
                    return Ok(Transfer::start(request, places, index, answer, part, failures));
                }
                Err(lost) => lost,
            };
            let mut may_pass = false;
            for failure in lost {
                // "Range not satisfiable": the part is longer than this file, so it is of another one.
                // That is no fault of the place.
                let is_of_another = matches!(failure.error, NetError::Status { status: 416, .. });
                match parts.get_mut(&places[failure.index].filename) {
                    Some(part) if is_of_another && part.size() > 0 => {
                        part.clear();
                        may_pass = true;
                    }
                    _ => {
                        // Who sent nothing has had its time.
                        may_pass |= failure.error.is_transient() && !failure.error.is_silence();
                        failures.push(failure);
                    }
                }
            }
            tries += 1;
            if !may_pass || tries >= TRIES || request.ctx.client.is_offline() {
                return Err(no_source(request, failures));
            }
            retry::pause(request.cancel, tries).await?;
        }
    }

    fn start(
        request: TransferContext<'a>,
        places: &[Source],
        index: usize,
        answer: Answer,
        mut part: Part,
        failures: Vec<PlaceFailure>,
    ) -> Transfer<'a> {
        let winner = &places[index];
        let is_zip = winner.format != ArchiveFormat::TarGz;
        if !is_zip && answer.from < part.resumes_from() {
            // The place sends the whole file whatever is asked.
            part.clear();
        }
        let same_file =
            |(other, place): &(usize, &Source)| *other != index && place.filename == winner.filename;
        let others = places.iter().enumerate().filter(same_file).map(|(_, place)| place.clone());
        let (url, total) = (answer.url().to_owned(), answer.total);
        let mut transfer = Transfer {
            request,
            places: std::iter::once(winner.clone()).chain(others).collect(),
            at: if is_zip { answer.from } else { 0 },
            end: total,
            part,
            answer: Some(answer),
            url,
            total,
            received: 0,
            failures,
            has_rival: places.len() > 1,
            tries: 0,
            progress: 0,
            resumed: false,
            said: None,
        };
        transfer.say_begin();
        transfer
    }

    /// Says that a download begins, or goes on; once, however often the same place must be asked for it.
    fn say_begin(&mut self) {
        let (id, url, total) = (self.request.id, self.url.clone(), self.total);
        let have = self.received.max(self.part.size());
        let saying = Some((url.clone(), have));
        if self.said != saying {
            self.request.ctx.reporter.event(Event::Download { id, url, total, have });
            self.said = saying;
        }
    }

    /// The place that answers, or did last.
    pub(crate) fn source(&self) -> &Source {
        &self.places[0]
    }

    /// The file's URL there, without credentials.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Where in the file the next byte lies.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// The file's size, if it is known.
    pub(crate) fn total(&self) -> Option<u64> {
        self.total
    }

    /// How many bytes were handed out.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// Whether some of it came from an earlier try or another place.
    pub(crate) fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// Goes on with other bytes of the file.
    pub(crate) fn go_to(&mut self, from: u64, end: Option<u64>) {
        self.answer = None;
        (self.at, self.end) = (from, end);
    }

    /// Keeps no more of it: it comes faster than it can be used.
    pub(crate) fn stop_keeping(&mut self) {
        self.part.stop();
    }

    /// Removes what was kept; it is of no more use.
    pub(crate) fn discard(&self) {
        self.part.remove();
    }

    /// The next piece of what is wanted; `None` at its end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>> {
        loop {
            self.request.cancel.check()?;
            if self.end.is_some_and(|end| self.at >= end) {
                // What was asked for beyond it, or not at all, is not waited for.
                self.answer = None;
                return Ok(None);
            }
            if let Some(piece) = self.part.read(self.at, self.end).map_err(|error| self.disk(&error))? {
                self.resumed = true;
                return Ok(Some(self.hand_out(piece)));
            }
            let Some(answer) = &mut self.answer else {
                self.ask_again().await?;
                continue;
            };
            let chunk = tokio::select! {
                chunk = answer.chunk() => chunk,
                () = self.request.cancel.cancelled() => return Err(Cancelled.into()),
            };
            match chunk {
                Ok(Some(piece)) => {
                    if let Some(piece) = self.take_in(piece)? {
                        return Ok(Some(piece));
                    }
                }
                Ok(None) => self.ended()?,
                Err(NetError::Cancelled(cancelled)) => return Err(cancelled.into()),
                Err(error) => self.broke_off(error).await?,
            }
        }
    }

    /// A piece of the body. `None` where all of it lies before what is wanted.
    fn take_in(&mut self, mut piece: Bytes) -> Result<Option<Bytes>> {
        let Some(answer) = &mut self.answer else { return Ok(None) };
        if answer.from < self.at {
            // A place that can't begin in the middle: what we have is passed over.
            let skipped = (self.at - answer.from).min(piece.len() as u64);
            answer.from += skipped;
            piece = piece.slice(usize::try_from(skipped).unwrap_or(piece.len())..);
            if piece.is_empty() {
                return Ok(None);
            }
        }
        answer.from += piece.len() as u64;
        if let Some(end) = self.end {
            piece.truncate(usize::try_from(end - self.at).unwrap_or(usize::MAX));
        }
        if self.at == 0 && !looks_right(self.source().format, &piece) {
            self.answer = None;
            self.note_failure(NetError::NoArchive { url: self.url.clone() })?;
            return Ok(None);
        }
        if self.at + piece.len() as u64 > LIMIT {
            self.part.clear();
            return Err(NetError::TooLarge { url: self.url.clone(), limit: LIMIT }.into());
        }
        self.part.append(self.at, &piece).map_err(|error| self.disk(&error))?;
        Ok(Some(self.hand_out(piece)))
    }

    fn hand_out(&mut self, piece: Bytes) -> Bytes {
        self.at += piece.len() as u64;
        self.received += piece.len() as u64;
        self.request.ctx.reporter.event(Event::Progress(self.request.id, self.received));
        piece
    }

    /// The body ended by itself. One whose length nobody told ends the file.
    fn ended(&mut self) -> Result<()> {
        self.answer = None;
        match self.end {
            None => (self.end, self.total) = (Some(self.at), Some(self.at)),
            Some(end) if self.at < end => {
                let error = NetError::CutOff { url: self.url.clone(), have: self.at, want: end };
                self.note_failure(error)?;
            }
            Some(_) => {}
        }
        Ok(())
    }

    async fn broke_off(&mut self, error: NetError) -> Result<()> {
        self.answer = None;
        self.note_failure(error)?;
        Ok(retry::pause(self.request.cancel, self.tries).await?)
    }

    /// The place that broke off is asked last next time, or not at all if what it has is something else.
    fn note_failure(&mut self, error: NetError) -> Result<()> {
        if self.received - self.progress >= self.enough() {
            (self.tries, self.progress) = (0, self.received);
        }
        self.tries += cost(&error);
        self.request.ctx.reporter.event(Event::Detail(format!("{error}; going on")));
        let may_pass = error.is_transient();
        self.failures.push(PlaceFailure { index: 0, label: self.source().label.clone(), error });
        if self.is_given_up() || (!may_pass && self.places.len() == 1) {
            return Err(self.give_up());
        }
        if may_pass {
            self.places.rotate_left(1);
        } else {
            self.places.remove(0);
        }
        Ok(())
    }

    /// Asks for what is missing.
    async fn ask_again(&mut self) -> Result<()> {
        let span = match self.end {
            Some(end) if self.total != Some(end) => ByteRange::Between(self.at, end),
            _ => ByteRange::From(self.at),
        };
        let spans = std::iter::repeat(span);
        match ask(self.request, self.places.iter().zip(spans)).await? {
            Ok((Winner { index, mut answer }, lost)) => {
                self.failures.extend(lost);
                if index > 0 {
                    self.places[..=index].rotate_right(1);
                    self.resumed = true;
                }
                answer.set_rival(self.has_rival);
                if answer.from > self.at {
                    let reason = "it sent another part than was asked for".to_owned();
                    let error = NetError::Unreachable { url: answer.url().to_owned(), reason };
                    return self.broke_off(error).await;
                }
                answer.url().clone_into(&mut self.url);
                self.answer = Some(answer);
                if self.tries > 0 {
                    self.say_begin();
                }
                Ok(())
            }
            Err(lost) => {
                let may_pass = lost.iter().any(|failure| failure.error.is_transient());
                // "Range not satisfiable" says only that the file ends here; why it was cut is told already.
                let tells =
                    |failure: &PlaceFailure| !matches!(failure.error, NetError::Status { status: 416, .. });
                self.tries += lost.iter().map(|failure| cost(&failure.error)).max().unwrap_or(1);
                self.failures.extend(lost.into_iter().filter(tells));
                if !may_pass || self.is_given_up() {
                    return Err(self.give_up());
                }
                Ok(retry::pause(self.request.cancel, self.tries).await?)
            }
        }
    }

    /// So many bytes count as progress. Without a measure a place that always breaks off after a byte would keep
    /// gom busy for ever.
    fn enough(&self) -> u64 {
        (self.total.unwrap_or_default() / 64).clamp(1, 64 << 10)
    }

    fn is_given_up(&self) -> bool {
        let places = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        self.tries >= TRIES.max(places.saturating_mul(SILENCE_COSTS))
    }

    fn give_up(&mut self) -> Error {
        no_source(self.request, std::mem::take(&mut self.failures))
    }

    fn disk(&self, error: &io::Error) -> Error {
        let text = format!("can't write `{}`: {error}", self.part.path().display());
        Error::Store(io::Error::new(error.kind(), text).into())
    }
}

/// Races the places for what each is asked for.
async fn ask<'p>(
    request: TransferContext<'_>,
    places: impl Iterator<Item = (&'p Source, ByteRange)>,
) -> Result<std::result::Result<(Winner, Vec<PlaceFailure>), Vec<PlaceFailure>>> {
    let contenders: Vec<Contender> = places
        .map(|(place, span)| Contender {
            label: place.label.clone(),
            addresses: place.addresses.clone(),
            span,
            expected: "an archive",
            if_none_match: None,
            compressed: false,
        })
        .collect();
    let client = &request.ctx.client;
    let asked = tokio::select! {
        asked = first_answer(client, &contenders, client.patience().head()) => asked,
        () = request.cancel.cancelled() => return Err(Cancelled.into()),
    };
    request.cancel.check()?;
    Ok(asked)
}

/// As how many breaks a failure counts.
fn cost(error: &NetError) -> u32 {
    if error.is_silence() { SILENCE_COSTS } else { 1 }
}

fn no_source(request: TransferContext<'_>, failures: Vec<PlaceFailure>) -> Error {
    let skipped = request.skipped.to_vec();
    NoSource { id: request.id.clone(), failures: latest(failures), skipped }.into()
}

/// Every place's file has a part from the start.
fn no_part() -> Error {
    Error::Internal("a download has no file to be kept in".to_owned())
}

/// The first bytes of gzip and zip files. A web page that does not say it is one fails here.
fn looks_right(format: ArchiveFormat, start: &[u8]) -> bool {
    let magic: &[u8] = match format {
        ArchiveFormat::TarGz => &[0x1f, 0x8b],
        ArchiveFormat::Zip | ArchiveFormat::ModuleZip => b"PK",
    };
    start.iter().zip(magic).all(|(byte, expected)| byte == expected)
}

/// One failure per place: the last.
fn latest(failures: Vec<PlaceFailure>) -> Vec<PlaceFailure> {
    let mut latest: Vec<PlaceFailure> = Vec::new();
    for failure in failures {
        match latest.iter_mut().find(|known| known.label == failure.label) {
            Some(known) => *known = failure,
            None => latest.push(failure),
        }
    }
    latest
}
