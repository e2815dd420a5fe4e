//! An answer from a server or a file: its head, and its body piece by piece. A body that stops, or that
//! arrives more slowly than any usable connection, is an error that names the place.

use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use flate2::read::GzDecoder;
use reqwest::header;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::error::NetError;
use super::patience::{self, Pace, Patience};
use super::request::{ByteRange, Get};
use super::{failure, file_url};
use crate::cancel::Cancel;
use crate::report::Reporter;

/// The head of an answer; its body is read piece by piece.
pub struct Answer {
    /// HTTP status; 200, 206 or 404 for files.
    pub status: u16,
    /// The offset in the file at which the body begins.
    pub from: u64,
    /// The offset in the file at which the body ends, if the server sent it.
    end: Option<u64>,
    /// Size of the whole file in bytes, if the server sent it.
    pub total: Option<u64>,
    /// The file's ETag.
    pub etag: Option<String>,
    /// Whether its content type is that of a web page.
    pub is_html: bool,
    url: String,
    received: u64,
    /// Whether the body is compressed, as requested.
    is_gzip: bool,
    has_rival: bool,
    pace: Pace,
    waiting: Waiting,
    body: Body,
}

/// What is needed while waiting for this answer.
pub(super) struct Waiting {
    pub(super) patience: Patience,
    pub(super) reporter: Arc<dyn Reporter>,
    pub(super) cancel: Cancel,
    /// The place that gom waits for.
    pub(super) place: String,
}

enum Body {
    Http(reqwest::Response),
    File(tokio::io::Take<tokio::fs::File>),
    Empty,
}

impl Answer {
    /// Returns this answer if it has a file, else the error for its status.
    pub fn into_ok(self) -> Result<Answer, NetError> {
        match self.status {
            200 | 206 => Ok(self),
            status => Err(NetError::Status { url: self.url, status }),
        }
    }

    /// Fails for a web page, which a mirror or a captive network may send with status 200.
    pub fn refuse_html(self, expected: &'static str) -> Result<Answer, NetError> {
        if self.is_html { Err(NetError::WebPage { url: self.url, expected }) } else { Ok(self) }
    }

    /// The URL of the answer, without credentials.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Sets whether another place can be asked for the same file. Then this one is left sooner when it goes
    /// silent.
    pub fn set_rival(&mut self, has_rival: bool) {
        self.has_rival = has_rival;
    }

    /// How fast the place sent so far.
    pub fn pace(&self) -> Pace {
        self.pace
    }

    /// Continues to count from an earlier answer of the same place.
    pub fn set_pace(&mut self, pace: Pace) {
        self.pace = pace;
    }

    /// Returns the next piece of the body; `None` at its end. An end before the announced length is an error.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, NetError> {
        let Waiting { patience, reporter, cancel, place } = &self.waiting;
        let limit = if self.has_rival { patience.silence_among_others() } else { patience.silence() };
        let asked = Instant::now();
        let next = patience::watched(reporter, place, next_piece(&mut self.body, &self.url));
        let piece = tokio::select! {
            piece = tokio::time::timeout(limit, next) => piece,
            () = cancel.cancelled() => return Err(NetError::Cancelled(crate::cancel::Cancelled)),
        };
        let Ok(piece) = piece else {
            self.pace.is_too_slow(0, limit, limit);
            return Err(NetError::TimedOut { url: self.url.clone(), seconds: limit.as_secs() });
        };
        let piece = piece?;
        match (&piece, self.end) {
            (Some(piece), _) => {
                self.received += piece.len() as u64;
                if self.pace.is_too_slow(piece.len(), asked.elapsed(), limit) {
                    return Err(NetError::TooSlow { url: self.url.clone(), seconds: limit.as_secs() });
                }
            }
            (None, Some(want)) if self.from + self.received < want => {
                let have = self.from + self.received;
                return Err(NetError::CutOff { url: self.url.clone(), have, want });
            }
            (None, _) => {}
        }
        Ok(piece)
    }

    /// Reads the whole body of a small file, at most `limit` bytes.
    pub async fn bytes(mut self, limit: u64) -> Result<Bytes, NetError> {
        let within = self.waiting.patience.small_file();
        let url = self.url.clone();
        match tokio::time::timeout(within, self.read(limit)).await {
            Ok(bytes) => bytes,
            Err(_) => Err(NetError::TooSlow { url, seconds: within.as_secs() }),
        }
    }

    async fn read(&mut self, limit: u64) -> Result<Bytes, NetError> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.chunk().await? {
            if (bytes.len() + piece.len()) as u64 > limit {
                return Err(NetError::TooLarge { url: self.url.clone(), limit });
            }
            bytes.extend_from_slice(&piece);
        }
        if self.is_gzip { self.inflated(&bytes, limit) } else { Ok(bytes.into()) }
    }

    /// Inflates at most `limit` bytes: a few compressed bytes can hold gigabytes.
    fn inflated(&self, compressed: &[u8], limit: u64) -> Result<Bytes, NetError> {
        let mut bytes = Vec::new();
        GzDecoder::new(compressed).take(limit + 1).read_to_end(&mut bytes).map_err(|error| {
            let reason = format!("its compressed answer can't be read: {error}");
            NetError::Unreachable { url: self.url.clone(), reason }
        })?;
        if bytes.len() as u64 > limit {
            return Err(NetError::TooLarge { url: self.url.clone(), limit });
        }
        Ok(bytes.into())
    }

    pub(super) fn from_http(
        get: &Get,
        response: reqwest::Response,
        url: String,
        waiting: Waiting,
    ) -> Result<Answer, NetError> {
        let text =
            |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let status = response.status().as_u16();
        let is_gzip = get.compressed && text(header::CONTENT_ENCODING).as_deref() == Some("gzip");
        let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        let (from, end, total) = match (status, get.span) {
            (206, span) => match (text(header::CONTENT_RANGE).as_deref().and_then(content_range), span) {
                (Some((from, end, total)), _) => (from, Some(end), total),
                // The server did not say which bytes it sends: assume those that were requested.
                (None, ByteRange::From(from) | ByteRange::Between(from, _)) => {
                    (from, length.map(|length| from + length), None)
                }
                (None, ByteRange::Last(_)) => {
                    let reason = "it sent a range without saying which".to_owned();
                    return Err(NetError::Unreachable { url, reason });
                }
            },
            _ => (0, length, length),
        };
        let is_html = text(header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html"));
        let etag = text(header::ETAG);
        let body = Body::Http(response);
        let begin = Answer::empty(status, url, waiting);
        Ok(Answer { from, end, total, etag, is_html, is_gzip, body, ..begin })
    }

    fn empty(status: u16, url: String, waiting: Waiting) -> Answer {
        Answer {
            status,
            from: 0,
            end: None,
            total: None,
            etag: None,
            is_html: false,
            url,
            received: 0,
            is_gzip: false,
            has_rival: false,
            pace: Pace::default(),
            waiting,
            body: Body::Empty,
        }
    }
}

/// Parses `bytes FIRST-LAST/TOTAL` into first, end and total; `*` is an unknown total (RFC 9110, 14.4).
fn content_range(text: &str) -> Option<(u64, u64, Option<u64>)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last) = (first.parse::<u64>().ok()?, last.parse::<u64>().ok()?);
    let total = if total == "*" { None } else { Some(total.parse().ok()?) };
    (first <= last).then_some((first, last + 1, total))
}

async fn next_piece(body: &mut Body, url: &str) -> Result<Option<Bytes>, NetError> {
    match body {
        Body::Http(response) => response.chunk().await.map_err(|error| NetError::Unreachable {
            url: url.to_owned(),
            reason: failure::innermost(&error),
        }),
        Body::File(file) => {
            let mut buffer = vec![0; 256 * 1024];
            let count = file.read(&mut buffer).await.map_err(|error| file_error(url, error))?;
            buffer.truncate(count);
            Ok((count > 0).then(|| buffer.into()))
        }
        Body::Empty => Ok(None),
    }
}

/// Opens a `file://` URL, which answers like a server: 404 for a missing file, 206 for a tail.
pub(super) async fn open_file(get: &Get, waiting: Waiting) -> Result<Answer, NetError> {
    let url = get.url.to_string();
    let bad = |reason: &str| NetError::BadUrl { url: url.clone(), reason: reason.to_owned() };
    let path: PathBuf = get.url.to_file_path().map_err(|()| bad("a file URL needs an absolute path"))?;
    let found = file_url::open(&path).await.map_err(|error| file_error(&url, error))?;
    let Some((mut file, size)) = found else { return Ok(Answer::empty(404, url, waiting)) };
    let (from, end) = get.span.within(size).unwrap_or((0, size));
    file.seek(io::SeekFrom::Start(from)).await.map_err(|error| file_error(&url, error))?;
    let status = if (from, end) == (0, size) { 200 } else { 206 };
    let body = Body::File(file.take(end - from));
    Ok(Answer { from, end: Some(end), total: Some(size), body, ..Answer::empty(status, url, waiting) })
}

fn file_error(url: &str, error: io::Error) -> NetError {
    NetError::File { path: url.to_owned(), error }
}
