//! Makes the answer to a request of a site: conditional requests, ranges, faults.
//!
//! It decides everything and sends nothing: [`super::wire`] sends an [`Answer`] byte by byte.

use super::head::Head;
use super::site::{Fault, Route, Site};
use crate::encode::gzip;
use std::sync::Arc;
use std::time::Duration;

/// The content to send, and how.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) manners: Manners,
}

/// How an answer is sent.
#[derive(Default)]
pub(super) struct Manners {
    pub(super) delay: Duration,
    pub(super) silent: bool,
    pub(super) silent_in_head: bool,
    pub(super) throttle: Option<(usize, Duration)>,
    pub(super) cut_after: Option<usize>,
    pub(super) hang_after: Option<usize>,
    pub(super) hold_after: Option<usize>,
    no_range: bool,
    length: Option<usize>,
    flip: Option<usize>,
    instead: Option<Route>,
}

impl Answer {
    /// Makes the answer of `site` to `head` for `path`, and counts down the faults that have a count.
    pub(super) fn to(head: &Head, path: &str, site: &Site) -> Self {
        let mut answer = Self::whole(head, path, site);
        if head.method == "HEAD" {
            answer.body.clear();
        }
        answer
    }

    fn whole(head: &Head, path: &str, site: &Site) -> Self {
        if !site.admits(head.header("Authorization")) {
            let route = Route::status(401, "credentials, please\n");
            return Self::plain(route.header("WWW-Authenticate", "Basic realm=\"test\""));
        }
        if head.method != "GET" && head.method != "HEAD" {
            return Self::plain(Route::status(405, "only GET and HEAD\n"));
        }
        let mut manners = Manners::of(site.take_faults(path));
        let route = match manners.instead.take() {
            Some(route) => route,
            None => site.find(path).unwrap_or_else(|| Route::status(404, &format!("not found: {path}\n"))),
        };
        Self::shaped(head, route, manners)
    }

    fn plain(route: Route) -> Self {
        Self::announcing(route.body.len(), route)
    }

    fn announcing(length: usize, route: Route) -> Self {
        let Route { status, mut headers, body } = route;
        headers.push(("Content-Length".to_owned(), length.to_string()));
        Self { status, headers, body: body.to_vec(), manners: Manners::default() }
    }

    fn shaped(head: &Head, mut route: Route, manners: Manners) -> Self {
        if let Some(offset) = manners.flip {
            let mut body = route.body.to_vec();
            if let Some(byte) = body.get_mut(offset) {
                *byte ^= 1;
            }
            route.body = Arc::from(body);
        }
        if route.status == 200 && head.header("If-None-Match").is_some_and(|tag| route.has_tag(tag)) {
            return Self { status: 304, headers: route.headers, body: Vec::new(), manners };
        }
        if route.status == 200 && !manners.no_range {
            route = route.header("Accept-Ranges", "bytes");
            if let Some(range) = head.header("Range").filter(|_| route.still_fits(head.header("If-Range"))) {
                route = route.part(range);
            }
        }
        if route.status == 200 && route.is_text() && head.accepts_gzip() {
            route = route.gzipped();
        }
        let length = manners.length.unwrap_or(route.body.len());
        Self { manners, ..Self::announcing(length, route) }
    }
}

impl Manners {
    fn of(faults: Vec<Fault>) -> Self {
        let mut manners = Self::default();
        for fault in faults {
            match fault {
                Fault::Status(code) => {
                    let text = format!("status {code}, as the test wishes\n");
                    manners.instead = Some(Route::status(code, &text));
                }
                Fault::Html => {
                    let page = "<!DOCTYPE html>\n<html><body><h1>Welcome to the hotel</h1></body></html>\n";
                    manners.instead = Some(Route::ok("text/html; charset=utf-8", page));
                }
                Fault::Delay(delay) => manners.delay = delay,
                Fault::Throttle { bytes_per_chunk, pause } => {
                    manners.throttle = Some((bytes_per_chunk.max(1), pause));
                }
                Fault::CutAfter(bytes) => manners.cut_after = Some(bytes),
                Fault::HangBeforeHeaders => manners.silent = true,
                Fault::HangInHeaders => manners.silent_in_head = true,
                Fault::HangAfter(bytes) => manners.hang_after = Some(bytes),
                Fault::HoldAfter(bytes) => manners.hold_after = Some(bytes),
                Fault::WrongLength(length) => manners.length = Some(length),
                Fault::NoRange => manners.no_range = true,
                Fault::Flip(offset) => manners.flip = Some(offset),
            }
        }
        manners
    }
}

impl Route {
    /// Whether the body may be compressed: real servers compress text on request, and nothing else.
    fn is_text(&self) -> bool {
        let kind = self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("Content-Type"));
        let is_coded = self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("Content-Encoding"));
        let is_text = kind.is_some_and(|(_, kind)| kind.starts_with("text/") || kind == "application/json");
        is_text && !is_coded
    }

    fn gzipped(self) -> Self {
        let body = Arc::from(gzip(&self.body));
        let coded = self.header("Content-Encoding", "gzip").header("Vary", "Accept-Encoding");
        Route { body, ..coded }
    }

    fn tag(&self) -> Option<&str> {
        self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("ETag")).map(|(_, tag)| tag.as_str())
    }

    fn has_tag(&self, wanted: &str) -> bool {
        let weak = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        self.tag().is_some_and(|tag| wanted.split(',').any(|one| weak(one) == weak(tag)))
    }

    /// RFC 9110 13.1.5: a range is valid only if the resource is still the one that the client has a part of.
    fn still_fits(&self, if_range: Option<&str>) -> bool {
        if_range.is_none_or(|tag| self.tag() == Some(tag))
    }

    /// Returns the part of this route that a `Range` header asks for. An invalid header is ignored, as RFC
    /// 9110 14.2 allows.
    fn part(self, range: &str) -> Self {
        let total = self.body.len();
        let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| bounds(range, total)) else {
            return self;
        };
        if first >= total || last < first {
            let refused = Route::status(416, "no such range\n");
            return refused.header("Content-Range", &format!("bytes */{total}"));
        }
        let body = Arc::from(&self.body[first..=last]);
        let whole = self.header("Content-Range", &format!("bytes {first}-{last}/{total}"));
        Route { status: 206, body, ..whole }
    }
}

/// Returns the first and last byte that `a-b`, `a-` or `-n` names in a resource of `total` bytes.
fn bounds(range: &str, total: usize) -> Option<(usize, usize)> {
    let end = total.saturating_sub(1);
    match range.split_once('-')? {
        ("", count) => Some((total.saturating_sub(count.parse().ok()?), end)),
        (first, "") => Some((first.parse().ok()?, end)),
        (first, last) => Some((first.parse().ok()?, last.parse::<usize>().ok()?.min(end))),
    }
}
