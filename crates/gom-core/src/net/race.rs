//! Asks several places for the same thing and takes the first answer. The first place gets a short head
//! start; when a place fails, the next one starts at once; a silent place is remembered (see
//! [`super::health`]) and asked last from then on. For a small file only a whole body is an answer, so a
//! place that goes silent in the middle of it also loses to the next one.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::Semaphore;
use url::Url;

use super::answer::Answer;
use super::client::Client;
use super::error::NetError;
use super::request::{ByteRange, Get};

/// How long the first place runs before the next one starts.
const HEAD_START: Duration = Duration::from_millis(300);

/// A place in the race. It may have several addresses, which are tried in order.
#[derive(Clone, Debug)]
pub struct Contender {
    /// Its name in messages.
    pub label: String,
    /// Its addresses, never empty.
    pub addresses: Vec<Address>,
    /// The bytes that are requested.
    pub span: ByteRange,
    /// What the answer should be, for the message about a web page: "an archive".
    pub expected: &'static str,
    /// Accept 304 for this ETag.
    pub if_none_match: Option<String>,
    /// Whether the body may come compressed.
    pub compressed: bool,
}

/// One address of a place.
#[derive(Clone, Debug)]
pub struct Address {
    /// The URL.
    pub url: Url,
    /// Whether the next address is tried after any failure, and not only when the file does not exist (`|` in
    /// GOPROXY; after `,` only "not found" counts).
    pub next_on_any_failure: bool,
}

/// The place that won, and its answer.
pub struct Winner<T = Answer> {
    /// Its index among the contenders.
    pub index: usize,
    /// Its answer: 200, 206, or 304 if that was allowed.
    pub answer: T,
}

/// A small file.
pub struct SmallFile {
    /// 200, or 304 if that was allowed.
    pub status: u16,
    /// Where it came from, without credentials.
    pub url: String,
    /// Its ETag.
    pub etag: Option<String>,
    /// The file; empty for 304.
    pub bytes: Bytes,
}

/// A place that failed, and why.
#[derive(Debug)]
pub struct PlaceFailure {
    /// Its index among the contenders.
    pub index: usize,
    /// Its name in messages.
    pub label: String,
    /// Why it failed.
    pub error: NetError,
}

/// The winner and the places that failed before it; if all failed, only these.
pub type RaceOutcome<T> = Result<(Winner<T>, Vec<PlaceFailure>), Vec<PlaceFailure>>;

/// Runs the race for the head of an answer, for at most `limit`. Fails with the failures of all places.
pub async fn first_answer(client: &Client, contenders: &[Contender], limit: Duration) -> RaceOutcome<Answer> {
    Race { client, contenders, limit, prize: Head, reading: Semaphore::new(1) }.run().await
}

/// Runs the race for a small file of at most `size` bytes. `limit` is for the head; the body has its own
/// limits.
pub async fn first_whole(
    client: &Client,
    contenders: &[Contender],
    limit: Duration,
    size: u64,
) -> RaceOutcome<SmallFile> {
    Race { client, contenders, limit, prize: Body { size }, reading: Semaphore::new(1) }.run().await
}

/// What the race is for: the head of an answer, or a small file.
trait Prize: Sync {
    type Brought: Send;

    /// Whether another address may be tried soon, because the server need not fetch anything first.
    const IS_SMALL: bool;

    /// Takes the prize from a good answer.
    fn take(&self, answer: Answer) -> impl Future<Output = Result<Self::Brought, NetError>> + Send;
}

struct Head;

impl Prize for Head {
    type Brought = Answer;

    const IS_SMALL: bool = false;

    async fn take(&self, answer: Answer) -> Result<Answer, NetError> {
        Ok(answer)
    }
}

struct Body {
    size: u64,
}

impl Prize for Body {
    type Brought = SmallFile;

    const IS_SMALL: bool = true;

    async fn take(&self, answer: Answer) -> Result<SmallFile, NetError> {
        let (status, url, etag) = (answer.status, answer.url().to_owned(), answer.etag.clone());
        let bytes = if status == 304 { Bytes::new() } else { answer.bytes(self.size).await? };
        Ok(SmallFile { status, url, etag, bytes })
    }
}

struct Race<'a, P> {
    client: &'a Client,
    contenders: &'a [Contender],
    limit: Duration,
    prize: P,
    /// Lets one body at a time be read. No other place is started meanwhile.
    reading: Semaphore,
}

impl<P: Prize> Race<'_, P> {
    async fn run(&self) -> RaceOutcome<P::Brought> {
        let (client, contenders) = (self.client, self.contenders);
        let mut waiting = order(client, contenders);
        let mut running = FuturesUnordered::new();
        let mut started: Vec<(usize, Instant)> = Vec::new();
        let mut failures = Vec::new();
        let limit = self.limit.min(client.patience().head());
        let mut deadline = Instant::now() + limit;
        loop {
            if !self.is_reading()
                && let Some(index) = waiting.pop_front()
            {
                started.push((index, Instant::now()));
                running.push(async move { (index, self.ask(&contenders[index]).await) });
            }
            let next_look =
                if waiting.is_empty() { deadline } else { deadline.min(Instant::now() + HEAD_START) };
            let was_reading = self.is_reading();
            let done = if was_reading {
                // A body has its own limits.
                Ok(running.next().await)
            } else {
                tokio::time::timeout_at(next_look.into(), running.next()).await
            };
            if was_reading {
                deadline = deadline.max(Instant::now() + limit);
            }
            match done {
                Ok(Some((index, Ok(answer)))) => {
                    mark_heard(client, &contenders[index]);
                    started.retain(|(other, _)| *other != index);
                    mark_silent(client, contenders, &started);
                    return Ok((Winner { index, answer }, failures));
                }
                Ok(Some((index, Err(error)))) => {
                    started.retain(|(other, _)| *other != index);
                    let cancelled = matches!(error, NetError::Cancelled(_));
                    failures.push(PlaceFailure { index, label: contenders[index].label.clone(), error });
                    if cancelled || (running.is_empty() && waiting.is_empty()) {
                        return Err(failures);
                    }
                }
                Ok(None) => return Err(failures),
                Err(_) if Instant::now() < deadline || self.is_reading() => {}
                Err(_) => {
                    mark_silent(client, contenders, &started);
                    let silent =
                        started.iter().map(|(index, since)| silent(*index, &contenders[*index], *since));
                    failures.extend(silent);
                    return Err(failures);
                }
            }
        }
    }

    async fn ask(&self, contender: &Contender) -> Result<P::Brought, NetError> {
        let mut last = None;
        let count = contender.addresses.len();
        for (index, address) in contender.addresses.iter().enumerate() {
            let is_last = index + 1 == count || !address.next_on_any_failure;
            match self.ask_address(contender, &address.url, is_last).await {
                Ok(answer) => return Ok(answer),
                Err(error @ NetError::Cancelled(_)) => return Err(error),
                Err(error) if address.next_on_any_failure || error.is_not_found() => {
                    // As in the go command, another error says more than "not found".
                    if last.as_ref().is_none_or(NetError::is_not_found) {
                        last = Some(error);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Err(last.unwrap_or_else(|| NetError::BadUrl {
            url: contender.label.clone(),
            reason: "no address".into(),
        }))
    }

    async fn ask_address(
        &self,
        contender: &Contender,
        url: &Url,
        is_last: bool,
    ) -> Result<P::Brought, NetError> {
        let patience = self.client.patience();
        let head_limit = match (is_last, P::IS_SMALL) {
            (true, _) => None,
            (false, true) => Some(patience.silence_among_others()),
            (false, false) => Some(patience.connect()),
        };
        let get = Get {
            span: contender.span,
            if_none_match: contender.if_none_match.clone(),
            compressed: contender.compressed,
            head_limit,
            ..Get::new(url.clone())
        };
        let mut answer = self.client.get(&get).await?;
        if answer.status != 304 || contender.if_none_match.is_none() {
            answer = answer.into_ok()?.refuse_html(contender.expected)?;
        }
        answer.set_rival(self.contenders.len() > 1 || !is_last);
        let _turn = self.reading.acquire().await;
        self.prize.take(answer).await
    }

    fn is_reading(&self) -> bool {
        self.reading.available_permits() == 0
    }
}

/// The order of the places: those that did not answer in the last minutes come last.
fn order(client: &Client, contenders: &[Contender]) -> std::collections::VecDeque<usize> {
    let mut order: Vec<usize> = (0..contenders.len()).collect();
    order.sort_by_key(|index| host(&contenders[*index]).is_some_and(|host| client.health().is_silent(host)));
    order.into()
}

fn mark_heard(client: &Client, contender: &Contender) {
    if let Some(host) = host(contender) {
        client.health().mark_alive(host);
    }
}

fn mark_silent(client: &Client, contenders: &[Contender], started: &[(usize, Instant)]) {
    for (index, since) in started {
        if since.elapsed() >= HEAD_START
            && let Some(host) = host(&contenders[*index])
        {
            client.health().mark_silent(host);
        }
    }
}

fn silent(index: usize, contender: &Contender, since: Instant) -> PlaceFailure {
    let url = crate::redact::redacted(&contender.addresses[0].url);
    let error = NetError::TimedOut { url, seconds: since.elapsed().as_secs().max(1) };
    PlaceFailure { index, label: contender.label.clone(), error }
}

fn host(contender: &Contender) -> Option<&str> {
    contender.addresses.first().and_then(|address| address.url.host_str())
}
