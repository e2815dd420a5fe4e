//! Downloads the bytes of one archive in order, from the first place that answers. After a broken connection
//! it resumes at the next byte, from any place that has the same file. Whether the bytes are right is decided
//! in [`crate::proof`].
//!
//! On a slow network the bytes are also kept in a file (`part`) for the next try after gom was killed. On a
//! fast network, fetching them again costs less than writing them twice.

use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

use bytes::Bytes;
use gom_select::toolchain::ToolchainId;

use crate::cancel::{Cancel, Cancelled};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::net::race::{Contender, PlaceFailure, Winner, first_answer};
use crate::net::{Answer, ByteRange, NetError, Pace, retry};
use crate::report::Event;
use crate::source::error::NoSource;
use crate::source::{SkippedSource, Source};
use crate::unpack::{ArchiveFormat, UnpackError};

use super::part::Part;

/// The size limit of an archive in bytes: the go command's own limit for a module zip, and more than any
/// archive of Go has.
const LIMIT: u64 = 500 << 20;

/// How often a transfer may break without progress before gom gives up on it.
const TRIES: u32 = 4;

/// How many breaks a silence counts as, because it takes long to notice.
const SILENCE_COSTS: u32 = 2;

/// How many bytes from the end of a zip are fetched first, for its directory. It is enough for any toolchain
/// so far (1.27: 1.8 MB); if a directory is longer, the rest is requested too.
pub(crate) const TAIL: u64 = 2 << 20;

/// What every transfer of one fetch shares.
#[derive(Clone, Copy)]
pub(crate) struct TransferContext<'a> {
    pub(crate) ctx: &'a Context,
    pub(crate) id: &'a ToolchainId,
    /// Cancelled when this transfer is no longer needed.
    pub(crate) cancel: &'a Cancel,
    /// The places that were left out, for the error message.
    pub(crate) skipped: &'a [SkippedSource],
}

/// A place that has the file, and how fast it sent of it so far.
struct Place {
    source: Source,
    pace: Pace,
}

/// One archive being read. Begins at its first byte, for a zip at its tail.
pub(crate) struct Transfer<'a> {
    request: TransferContext<'a>,
    /// The places that have this file, in the order in which to ask; the first one answered last.
    places: Vec<Place>,
    part: Part,
    answer: Option<Answer>,
    /// When the last answer broke off, until the next one.
    broken_since: Option<Instant>,
    url: String,
    total: Option<u64>,
    /// The next byte, and the end of the wanted range; `None` is the end of the file.
    at: u64,
    end: Option<u64>,
    /// How many bytes were returned to the caller.
    received: u64,
    failures: Vec<PlaceFailure>,
    /// Whether other places could be asked, for this file or another one. Then a silent place is left sooner.
    has_rival: bool,
    /// Breaks since the last progress, and the value of `received` then.
    tries: u32,
    progress: u64,
    resumed: bool,
    /// The URL and the offset of the last download event.
    said: Option<(String, u64)>,
}

impl<'a> Transfer<'a> {
    /// Asks the places and stays with the file of the one that answers first. `failures` are those of earlier
    /// transfers.
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
                // "Range not satisfiable": the part is longer than this file, so it is part of another file.
                // The place did nothing wrong.
                let is_of_another = matches!(failure.error, NetError::Status { status: 416, .. });
                match parts.get_mut(&places[failure.index].filename) {
                    Some(part) if is_of_another && part.size() > 0 => {
                        part.clear();
                        may_pass = true;
                    }
                    _ => {
                        // A silent place has used up its time.
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
            // The place ignores ranges and sends the whole file.
            part.clear();
        }
        let same_file =
            |(other, place): &(usize, &Source)| *other != index && place.filename == winner.filename;
        let others = places.iter().enumerate().filter(same_file).map(|(_, place)| place);
        let (url, total) = (answer.url().to_owned(), answer.total);
        let mut transfer = Transfer {
            request,
            places: std::iter::once(winner)
                .chain(others)
                .map(|source| Place { source: source.clone(), pace: Pace::default() })
                .collect(),
            at: if is_zip { answer.from } else { 0 },
            end: total,
            part,
            answer: Some(answer),
            broken_since: None,
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

    /// Sends the event that a download begins or resumes. Asking the same place again for the same bytes
    /// sends no second event.
    fn say_begin(&mut self) {
        let (id, url, total) = (self.request.id, self.url.clone(), self.total);
        let have = self.received.max(self.part.size());
        let saying = Some((url.clone(), have));
        if self.said != saying {
            self.request.ctx.reporter.event(Event::Download { id, url, total, have });
            self.said = saying;
        }
    }

    /// The place that answers now, or answered last.
    pub(crate) fn source(&self) -> &Source {
        &self.places[0].source
    }

    /// The file's URL there, without credentials.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The offset of the next byte in the file.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// The file's size, if it is known.
    pub(crate) fn total(&self) -> Option<u64> {
        self.total
    }

    /// How many bytes were returned to the caller.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// Whether some of it came from an earlier try or another place.
    pub(crate) fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// Whether no place has failed so far.
    pub(crate) fn is_only_failure(&self) -> bool {
        self.failures.is_empty()
    }

    /// The failures of places so far.
    pub(crate) fn into_failures(self) -> Vec<PlaceFailure> {
        self.failures
    }

    /// The failures of places so far, and that of the one whose archive can't be unpacked.
    pub(crate) fn into_failures_with(mut self, error: &UnpackError) -> Vec<PlaceFailure> {
        let error = NetError::BadArchive { url: self.url, reason: error.to_string() };
        self.failures.push(PlaceFailure { index: 0, label: self.places.swap_remove(0).source.label, error });
        self.failures
    }

    /// Moves to another range of the file.
    pub(crate) fn go_to(&mut self, from: u64, end: Option<u64>) {
        self.answer = None;
        self.broken_since = None;
        self.places.iter_mut().for_each(|place| place.pace.begin_again());
        (self.at, self.end) = (from, end);
    }

    /// Stops keeping the bytes: they arrive faster than they can be used.
    pub(crate) fn stop_keeping(&mut self) {
        self.part.stop();
    }

    /// How many bytes of the archive are kept.
    pub(crate) fn kept(&self) -> u64 {
        self.part.size()
    }

    /// Removes the kept bytes, which are no longer needed.
    pub(crate) fn discard(&self) {
        self.part.remove();
    }

    /// Returns the next piece of the wanted range; `None` at its end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>> {
        loop {
            self.request.cancel.check()?;
            if self.end.is_some_and(|end| self.at >= end) {
                // Don't wait for bytes after the range, which a place may send without being asked.
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

    /// Takes a piece of the body. `None` if all of it lies before the wanted range.
    fn take_in(&mut self, mut piece: Bytes) -> Result<Option<Bytes>> {
        let Some(answer) = &mut self.answer else { return Ok(None) };
        if answer.from < self.at {
            // The place can't begin in the middle of the file: skip the bytes that we have.
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
            self.leave_answer();
            if self.end == self.total {
                // The length was that of something else.
                (self.end, self.total) = (None, None);
            }
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

    /// Handles the end of a body. If the length was not known, this is the end of the file.
    fn ended(&mut self) -> Result<()> {
        self.leave_answer();
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

    /// Leaves an answer before the end of the range. Until the next one, gom waits.
    fn leave_answer(&mut self) {
        if let Some(answer) = self.answer.take() {
            self.places[0].pace = answer.pace();
        }
        self.broken_since.get_or_insert_with(Instant::now);
    }

    async fn broke_off(&mut self, error: NetError) -> Result<()> {
        self.leave_answer();
        self.note_failure(error)?;
        Ok(retry::pause(self.request.cancel, self.tries).await?)
    }

    /// Notes a broken transfer. The place is asked last next time, or never again if it has a different file or is too
    /// slow.
    fn note_failure(&mut self, error: NetError) -> Result<()> {
        if self.received - self.progress >= self.enough() {
            (self.tries, self.progress) = (0, self.received);
        }
        self.tries += cost(&error);
        self.request.ctx.reporter.event(Event::Detail(format!("{error}; continuing")));
        let may_pass = error.is_transient() && !self.places[0].pace.is_hopeless();
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

    /// Requests the rest of the range.
    async fn ask_again(&mut self) -> Result<()> {
        let span = match self.end {
            Some(end) if self.total != Some(end) => ByteRange::Between(self.at, end),
            _ => ByteRange::From(self.at),
        };
        let spans = std::iter::repeat(span);
        let sources = self.places.iter().map(|place| &place.source);
        match ask(self.request, sources.zip(spans)).await? {
            Ok((Winner { index, mut answer }, lost)) => {
                self.failures.extend(lost);
                if index > 0 {
                    self.places[..=index].rotate_right(1);
                    self.resumed = true;
                }
                answer.set_rival(self.has_rival);
                let mut pace = self.places[0].pace;
                pace.add_wait(self.broken_since.take().map_or(Duration::ZERO, |since| since.elapsed()));
                self.places[0].pace = pace;
                answer.set_pace(pace);
                if answer.from > self.at {
                    let reason = "it sent another range than the requested one".to_owned();
                    let error = NetError::Unreachable { url: answer.url().to_owned(), reason };
                    return self.broke_off(error).await;
                }
                answer.url().clone_into(&mut self.url);
                if self.total.is_none() {
                    self.total = answer.total;
                    self.end = self.end.or(answer.total);
                }
                self.answer = Some(answer);
                if self.tries > 0 {
                    self.say_begin();
                }
                Ok(())
            }
            Err(lost) => {
                let may_pass = lost.iter().any(|failure| failure.error.is_transient());
                // "Range not satisfiable" only means that the file ends here; the list already has the cause
                // of the break.
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

    /// How many bytes count as progress. Without a minimum, a place that always breaks off after one byte
    /// would keep gom busy without end.
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

/// Races the places, each for its own range.
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

/// How many breaks a failure counts as.
fn cost(error: &NetError) -> u32 {
    if error.is_silence() { SILENCE_COSTS } else { 1 }
}

/// The error that lists the last failure of each place.
pub(crate) fn no_source(request: TransferContext<'_>, failures: Vec<PlaceFailure>) -> Error {
    let skipped = request.skipped.to_vec();
    NoSource { id: request.id.clone(), failures: latest(failures), skipped }.into()
}

/// The error for a file without a part: `open` makes one for the file of every place.
fn no_part() -> Error {
    Error::Internal("a download has no file to be kept in".to_owned())
}

/// Whether the first bytes are those of a gzip or zip file. A web page that the server does not label as one
/// fails here.
fn looks_right(format: ArchiveFormat, start: &[u8]) -> bool {
    let magic: &[u8] = match format {
        ArchiveFormat::TarGz => &[0x1f, 0x8b],
        ArchiveFormat::Zip | ArchiveFormat::ModuleZip => b"PK",
    };
    start.iter().zip(magic).all(|(byte, expected)| byte == expected)
}

/// Keeps the last failure of each place.
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
