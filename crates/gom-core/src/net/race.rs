//! Asks several places for the same thing and takes the first that answers. The first place gets a
//! short head start; a place that fails lets the next one start at once; a place that stays silent is
//! remembered (see [`super::health`]) and asked last from then on.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use url::Url;

use super::client::HEAD_LIMIT;
use super::{Answer, Client, Get, NetError, Span};

/// How long a place has the field for itself.
const HEAD_START: Duration = Duration::from_millis(300);

/// One place: it may have several addresses that are tried in order.
#[derive(Clone, Debug)]
pub struct Contender {
    /// What to call it in messages.
    pub label: String,
    /// Its addresses, never empty.
    pub addresses: Vec<Address>,
    /// Which bytes of it.
    pub span: Span,
    /// What a good answer is, for the message about a web page: "an archive".
    pub expected: &'static str,
    /// Accept 304 for this ETag.
    pub if_none_match: Option<String>,
}

/// One address of a place.
#[derive(Clone, Debug)]
pub struct Address {
    /// Where.
    pub url: Url,
    /// The next address is tried on any failure, not only when the file is not there (the `|` of
    /// GOPROXY; `,` stands for not found only).
    pub next_on_any_failure: bool,
}

/// The place that won.
pub struct Winner {
    /// Its index among the contenders.
    pub index: usize,
    /// Its answer: 200, 206, or 304 if that was allowed.
    pub answer: Answer,
}

/// A place that did not bring it, and why.
#[derive(Debug)]
pub struct Failure {
    /// Its index among the contenders.
    pub index: usize,
    /// What it is called.
    pub label: String,
    /// Why not.
    pub error: NetError,
}

/// Runs the race for at most `limit` (and [`HEAD_LIMIT`]). Fails with the reason of every place.
pub async fn first_answer(
    client: &Client,
    contenders: &[Contender],
    limit: Duration,
) -> Result<(Winner, Vec<Failure>), Vec<Failure>> {
    let mut waiting = order(client, contenders);
    let mut running = FuturesUnordered::new();
    let mut started: Vec<(usize, Instant)> = Vec::new();
    let mut failures = Vec::new();
    let deadline = Instant::now() + limit.min(HEAD_LIMIT);
    loop {
        if let Some(index) = waiting.pop_front() {
            started.push((index, Instant::now()));
            running.push(async move { (index, ask(client, &contenders[index]).await) });
        }
        let head_start_ends =
            if waiting.is_empty() { deadline } else { deadline.min(Instant::now() + HEAD_START) };
        match tokio::time::timeout_at(head_start_ends.into(), running.next()).await {
            Ok(Some((index, Ok(answer)))) => {
                mark_heard(client, &contenders[index]);
                started.retain(|(other, _)| *other != index);
                mark_silent(client, contenders, &started);
                return Ok((Winner { index, answer }, failures));
            }
            Ok(Some((index, Err(error)))) => {
                started.retain(|(other, _)| *other != index);
                let cancelled = matches!(error, NetError::Cancelled(_));
                failures.push(Failure { index, label: contenders[index].label.clone(), error });
                if cancelled || (running.is_empty() && waiting.is_empty()) {
                    return Err(failures);
                }
            }
            Ok(None) => return Err(failures),
            Err(_) if Instant::now() < deadline => {}
            Err(_) => {
                mark_silent(client, contenders, &started);
                failures
                    .extend(started.iter().map(|(index, since)| silent(*index, &contenders[*index], *since)));
                return Err(failures);
            }
        }
    }
}

/// Places that did not answer lately come last; otherwise the given order.
fn order(client: &Client, contenders: &[Contender]) -> std::collections::VecDeque<usize> {
    let mut order: Vec<usize> = (0..contenders.len()).collect();
    order.sort_by_key(|index| host(&contenders[*index]).is_some_and(|host| client.health.is_silent(host)));
    order.into()
}

async fn ask(client: &Client, contender: &Contender) -> Result<Answer, NetError> {
    let mut last = None;
    for address in &contender.addresses {
        match ask_address(client, contender, &address.url).await {
            Ok(answer) => return Ok(answer),
            Err(error @ NetError::Cancelled(_)) => return Err(error),
            Err(error) if address.next_on_any_failure || error.is_not_found() => {
                // Like the go command: what went wrong is more telling than "not found".
                if last.as_ref().is_none_or(NetError::is_not_found) {
                    last = Some(error);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Err(last
        .unwrap_or_else(|| NetError::BadUrl { url: contender.label.clone(), reason: "no address".into() }))
}

async fn ask_address(client: &Client, contender: &Contender, url: &Url) -> Result<Answer, NetError> {
    let (span, if_none_match) = (contender.span, contender.if_none_match.clone());
    let answer = client.get(&Get { url: url.clone(), span, if_none_match }).await?;
    if answer.status == 304 && contender.if_none_match.is_some() {
        return Ok(answer);
    }
    answer.into_ok()?.refuse_html(contender.expected)
}

fn mark_heard(client: &Client, contender: &Contender) {
    if let Some(host) = host(contender) {
        client.health.mark_alive(host);
    }
}

fn mark_silent(client: &Client, contenders: &[Contender], started: &[(usize, Instant)]) {
    for (index, since) in started {
        if since.elapsed() >= HEAD_START
            && let Some(host) = host(&contenders[*index])
        {
            client.health.mark_silent(host);
        }
    }
}

fn silent(index: usize, contender: &Contender, since: Instant) -> Failure {
    let url = super::redacted(&contender.addresses[0].url);
    let error = NetError::TimedOut { url, seconds: since.elapsed().as_secs().max(1) };
    Failure { index, label: contender.label.clone(), error }
}

fn host(contender: &Contender) -> Option<&str> {
    contender.addresses.first().and_then(|address| address.url.host_str())
}
