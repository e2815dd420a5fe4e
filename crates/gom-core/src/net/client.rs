//! The one client: `https`, `http` and `file` URLs, with the same answer for all three. It follows at
//! most ten redirects and never from https to http, sends credentials only over https or to this
//! machine, and never puts them into an error.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use url::{Host, Url};

use super::health::Health;
use super::netrc::Netrc;
use super::tls::{self, Roots};
use super::{NetError, redacted};
use crate::cancel::Cancel;

/// How long a server may stay silent between two pieces of a body.
pub const SILENCE_LIMIT: Duration = Duration::from_secs(10);

/// How long a server may take until the head of its answer. Long, because a company's module proxy may
/// have to fetch the file itself first.
pub const HEAD_LIMIT: Duration = Duration::from_secs(30);

/// Fetches what the rest of the library asks for.
pub struct Client {
    http: OnceLock<(reqwest::Client, Arc<Roots>)>,
    netrc: Netrc,
    offline: bool,
    cancel: Cancel,
    user_agent: String,
    /// Which hosts did not answer lately.
    pub health: Health,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Get {
    /// What to fetch.
    pub url: Url,
    /// Which bytes of it.
    pub span: Span,
    /// Answer 304 if the file still has this ETag.
    pub if_none_match: Option<String>,
}

impl Get {
    /// The whole file.
    pub fn new(url: Url) -> Get {
        Get { url, span: Span::From(0), if_none_match: None }
    }
}

/// Which bytes of a file are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Those from here on; from 0, the whole file.
    From(u64),
    /// Those from the first to before the second.
    Between(u64, u64),
    /// So many at its end.
    Last(u64),
}

impl Span {
    /// The value of a `Range` header (RFC 9110, 14.2); `None` for the whole file.
    fn header(self) -> Option<String> {
        match self {
            Span::From(0) => None,
            Span::From(from) => Some(format!("bytes={from}-")),
            Span::Between(from, end) => Some(format!("bytes={from}-{}", end.saturating_sub(1))),
            Span::Last(count) => Some(format!("bytes=-{count}")),
        }
    }

    /// The first and the end of these bytes in a file of this size; `None` where it has none of them.
    fn within(self, size: u64) -> Option<(u64, u64)> {
        match self {
            Span::From(from) => (from <= size).then_some((from, size)),
            Span::Between(from, end) => (from < size).then_some((from, end.min(size))),
            Span::Last(count) => Some((size.saturating_sub(count), size)),
        }
    }
}

/// The head of an answer, and its body to be read piece by piece.
pub struct Answer {
    /// HTTP status; 200, 206 or 404 for files.
    pub status: u16,
    /// Where in the file the body begins, in bytes.
    pub from: u64,
    /// Where in the file the body ends, if told.
    end: Option<u64>,
    /// Size of the whole file in bytes, if told.
    pub total: Option<u64>,
    /// The file's ETag.
    pub etag: Option<String>,
    /// The answer says that it is a web page.
    pub is_html: bool,
    url: String,
    received: u64,
    cancel: Cancel,
    body: Body,
}

enum Body {
    Http(reqwest::Response),
    File(tokio::io::Take<tokio::fs::File>),
    Empty,
}

impl Client {
    /// A client that reads no environment but what the TLS roots and the HTTP proxies need.
    pub fn new(netrc: Netrc, offline: bool, health: Health, cancel: Cancel) -> Client {
        let user_agent = format!("gom/{}", env!("CARGO_PKG_VERSION"));
        Client { http: OnceLock::new(), netrc, offline, cancel, user_agent, health }
    }

    /// Whether the network must not be used.
    pub fn is_offline(&self) -> bool {
        self.offline
    }

    /// Whether TLS had to use the roots in the binary; known once something was fetched.
    pub fn uses_bundled_roots(&self) -> bool {
        self.http.get().is_some_and(|(_, roots)| roots.are_bundled())
    }

    /// Sends a request and waits for the head of the answer. Statuses are not errors here.
    pub async fn get(&self, get: &Get) -> Result<Answer, NetError> {
        match get.url.scheme() {
            "file" => open_file(get, self.cancel.clone()).await,
            "https" | "http" if self.offline => Err(NetError::Offline { url: redacted(&get.url) }),
            "https" | "http" => self.get_http(get).await,
            scheme => Err(NetError::BadUrl {
                url: redacted(&get.url),
                reason: format!("`{scheme}` is none of https, http, file"),
            }),
        }
    }

    /// A small file, whole: at most `limit` bytes. `None` for HTTP 404 and 410.
    pub async fn get_small(&self, url: &Url, limit: u64) -> Result<Option<Bytes>, NetError> {
        let answer = self.get(&Get::new(url.clone())).await?;
        match answer.into_ok() {
            Ok(answer) => answer.bytes(limit).await.map(Some),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn get_http(&self, get: &Get) -> Result<Answer, NetError> {
        let shown = redacted(&get.url);
        let request = self.request(get)?;
        let sent = tokio::time::timeout(HEAD_LIMIT, request.send());
        let response = tokio::select! {
            response = sent => response,
            () = self.cancel.cancelled() => return Err(NetError::Cancelled(crate::cancel::Cancelled)),
        };
        let response = response
            .map_err(|_| NetError::TimedOut { url: shown.clone(), seconds: HEAD_LIMIT.as_secs() })?
            .map_err(|error| NetError::Unreachable { url: shown.clone(), reason: innermost(error) })?;
        Answer::from_http(get, response, shown, self.cancel.clone())
    }

    fn request(&self, get: &Get) -> Result<reqwest::RequestBuilder, NetError> {
        let mut url = get.url.clone();
        let login = self.credentials(&mut url)?;
        let (http, roots) = self.http()?;
        if url.scheme() == "https" && !roots.are_read() {
            // They are needed when the server has answered; until then there is time.
            let roots = Arc::clone(roots);
            tokio::task::spawn_blocking(move || roots.prepare());
        }
        let mut request = http.get(url);
        if let Some((user, password)) = login {
            request = request.basic_auth(user, Some(password));
        }
        if let Some(range) = get.span.header() {
            request = request.header(header::RANGE, range);
        }
        if let Some(etag) = &get.if_none_match {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        Ok(request)
    }

    /// Takes the credentials out of the URL, or finds them in `.netrc`.
    fn credentials(&self, url: &mut Url) -> Result<Option<(String, String)>, NetError> {
        let from_url = (!url.username().is_empty() || url.password().is_some())
            .then(|| (percent_decode(url.username()), percent_decode(url.password().unwrap_or_default())));
        let shown = redacted(url);
        if from_url.is_some() {
            let _ = url.set_username("");
            let _ = url.set_password(None);
            if url.scheme() == "http" && !is_this_machine(url) {
                let reason = "a password would go over http without encryption".to_owned();
                return Err(NetError::BadUrl { url: shown, reason });
            }
            return Ok(from_url);
        }
        if url.scheme() != "https" && !is_this_machine(url) {
            return Ok(None);
        }
        let login = url.host_str().and_then(|host| self.netrc.login(host, url.port()));
        Ok(login.map(|login| (login.user.clone(), login.password.clone())))
    }

    fn http(&self) -> Result<&(reqwest::Client, Arc<Roots>), NetError> {
        if let Some(client) = self.http.get() {
            return Ok(client);
        }
        let (tls, roots) = tls::configure()?;
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(&self.user_agent)
            .redirect(reqwest::redirect::Policy::custom(allow_redirect))
            .build()
            .map_err(|error| NetError::Setup { reason: innermost(error) })?;
        Ok(self.http.get_or_init(|| (client, roots)))
    }
}

impl Answer {
    /// This answer if it brings a file, else the error that its status means.
    pub fn into_ok(self) -> Result<Answer, NetError> {
        match self.status {
            200 | 206 => Ok(self),
            status => Err(NetError::Status { url: self.url, status }),
        }
    }

    /// Refuses a web page, which a mirror or a captive network may send with status 200.
    pub fn refuse_html(self, expected: &'static str) -> Result<Answer, NetError> {
        if self.is_html { Err(NetError::WebPage { url: self.url, expected }) } else { Ok(self) }
    }

    /// Where the answer comes from, without credentials.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The next piece of the body; `None` at its end. An end before the announced length is an error.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, NetError> {
        let cancel = self.cancel.clone();
        let next = tokio::time::timeout(SILENCE_LIMIT, next_piece(&mut self.body, &self.url));
        let piece = tokio::select! {
            piece = next => piece,
            () = cancel.cancelled() => return Err(NetError::Cancelled(crate::cancel::Cancelled)),
        };
        let piece = piece
            .map_err(|_| NetError::TimedOut { url: self.url.clone(), seconds: SILENCE_LIMIT.as_secs() })??;
        match (&piece, self.end) {
            (Some(piece), _) => self.received += piece.len() as u64,
            (None, Some(want)) if self.from + self.received < want => {
                let have = self.from + self.received;
                return Err(NetError::CutOff { url: self.url.clone(), have, want });
            }
            (None, _) => {}
        }
        Ok(piece)
    }

    /// The whole body, at most `limit` bytes.
    pub async fn bytes(mut self, limit: u64) -> Result<Bytes, NetError> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.chunk().await? {
            if (bytes.len() + piece.len()) as u64 > limit {
                return Err(NetError::TooLarge { url: self.url, limit });
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes.into())
    }

    fn from_http(
        get: &Get,
        response: reqwest::Response,
        url: String,
        cancel: Cancel,
    ) -> Result<Answer, NetError> {
        let text =
            |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let status = response.status().as_u16();
        let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        let (from, end, total) = match (status, get.span) {
            (206, span) => match (text(header::CONTENT_RANGE).as_deref().and_then(content_range), span) {
                (Some((from, end, total)), _) => (from, Some(end), total),
                // What was asked for, then.
                (None, Span::From(from) | Span::Between(from, _)) => {
                    (from, length.map(|length| from + length), None)
                }
                (None, Span::Last(_)) => {
                    let reason = "it sent a part without saying which".to_owned();
                    return Err(NetError::Unreachable { url, reason });
                }
            },
            _ => (0, length, length),
        };
        let is_html = text(header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html"));
        let etag = text(header::ETAG);
        let body = Body::Http(response);
        Ok(Answer { status, from, end, total, etag, is_html, url, received: 0, cancel, body })
    }
}

/// `bytes FIRST-LAST/TOTAL` as first, end and total; `*` is an unknown total (RFC 9110, 14.4).
fn content_range(text: &str) -> Option<(u64, u64, Option<u64>)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last) = (first.parse::<u64>().ok()?, last.parse::<u64>().ok()?);
    let total = if total == "*" { None } else { Some(total.parse().ok()?) };
    (first <= last).then_some((first, last + 1, total))
}

async fn next_piece(body: &mut Body, url: &str) -> Result<Option<Bytes>, NetError> {
    match body {
        Body::Http(response) => response
            .chunk()
            .await
            .map_err(|error| NetError::Unreachable { url: url.to_owned(), reason: innermost(error) }),
        Body::File(file) => {
            let mut buffer = vec![0; 256 * 1024];
            let count = file.read(&mut buffer).await.map_err(|error| file_error(url, error))?;
            buffer.truncate(count);
            Ok((count > 0).then(|| buffer.into()))
        }
        Body::Empty => Ok(None),
    }
}

/// A `file://` URL answers like a server: 404 for what is not there, 206 for a tail.
async fn open_file(get: &Get, cancel: Cancel) -> Result<Answer, NetError> {
    let url = get.url.to_string();
    let bad = |reason: &str| NetError::BadUrl { url: url.clone(), reason: reason.to_owned() };
    let path: PathBuf = get.url.to_file_path().map_err(|()| bad("a file URL needs an absolute path"))?;
    let missing = |cancel| Answer {
        status: 404,
        from: 0,
        end: None,
        total: None,
        etag: None,
        is_html: false,
        url: url.clone(),
        received: 0,
        cancel,
        body: Body::Empty,
    };
    let mut file = match tokio::fs::File::open(&path).await {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(missing(cancel)),
        Err(error) => return Err(file_error(&url, error)),
    };
    let metadata = file.metadata().await.map_err(|error| file_error(&url, error))?;
    if !metadata.is_file() {
        return Ok(missing(cancel));
    }
    let size = metadata.len();
    let (from, end) = get.span.within(size).unwrap_or((0, size));
    file.seek(io::SeekFrom::Start(from)).await.map_err(|error| file_error(&url, error))?;
    let status = if (from, end) == (0, size) { 200 } else { 206 };
    let body = Body::File(file.take(end - from));
    Ok(Answer { status, from, end: Some(end), total: Some(size), body, ..missing(cancel) })
}

fn file_error(url: &str, error: io::Error) -> NetError {
    NetError::File { path: url.to_owned(), error }
}

fn allow_redirect(attempt: reqwest::redirect::Attempt<'_>) -> reqwest::redirect::Action {
    let leaves_tls = attempt.url().scheme() != "https"
        && attempt.previous().last().is_some_and(|previous| previous.scheme() == "https");
    if leaves_tls {
        return attempt.error("refused a redirect from https to http");
    }
    if attempt.previous().len() > 10 {
        return attempt.error("more than ten redirects");
    }
    attempt.follow()
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The last cause in the chain says what happened; those before it repeat the URL.
fn innermost(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

fn percent_decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
