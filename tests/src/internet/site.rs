//! The answers of a host: routes, sources that compute routes, and faults on top of both.
//!
//! It owns which answer a path has and which fault is next; it never touches a socket. A [`Site`] is a
//! handle: clones share one state, so a test can change a site while it is being served.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// One resource: a status, headers and a body.
#[derive(Clone, Debug)]
pub struct Route {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Arc<[u8]>,
}

impl Route {
    /// 200 with this body. The `ETag` is computed from the body.
    pub fn ok(content_type: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        Self::bare(200, body)
            .header("Content-Type", content_type)
            .header("ETag", &format!("\"{}\"", &crate::encode::sha256(body)[..16]))
    }

    /// 200 with these bytes, as an archive is served.
    pub fn bytes(body: impl AsRef<[u8]>) -> Self {
        Self::ok("application/octet-stream", body)
    }

    /// Any status with a line of plain text.
    pub fn status(status: u16, text: &str) -> Self {
        Self::bare(status, text.as_bytes()).header("Content-Type", "text/plain; charset=utf-8")
    }

    /// 302 to another address.
    pub fn redirect(url: &str) -> Self {
        Self::bare(302, b"").header("Location", url)
    }

    /// Adds a header, or replaces the one with that name.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn bare(status: u16, body: &[u8]) -> Self {
        Self { status, headers: Vec::new(), body: Arc::from(body) }
    }
}

/// Computes routes, for content that changes while it is served.
pub trait Source: Send + Sync {
    /// The answer for `path` (with its query, below the mount point, starting with `/`); `None` is a 404.
    fn route(&self, path: &str) -> Option<Route>;
}

impl<F: Fn(&str) -> Option<Route> + Send + Sync> Source for F {
    fn route(&self, path: &str) -> Option<Route> {
        self(path)
    }
}

/// A fault of a server. Byte counts are counts of body bytes of one answer.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This status and a line of text instead of the answer.
    Status(u16),
    /// Silence for this long before the headers.
    Delay(Duration),
    /// The body in pieces, with a pause after each.
    Throttle {
        /// Bytes in one piece.
        bytes_per_chunk: usize,
        /// The pause after each piece.
        pause: Duration,
    },
    /// The full length is announced, and the connection is closed after this many bytes.
    CutAfter(usize),
    /// The request is read and never answered.
    HangBeforeHeaders,
    /// The status line and some of the headers, then nothing until the internet ends.
    HangInHeaders,
    /// Headers and this many bytes, then nothing until the internet ends.
    HangAfter(usize),
    /// Like `HangAfter`, but [`super::Internet::release`] sends the rest.
    HoldAfter(usize),
    /// A page for people with status 200 instead of the resource.
    Html,
    /// `Content-Length` is this number, whatever the body.
    WrongLength(usize),
    /// `Range` is ignored.
    NoRange,
    /// One bit of the byte at this offset of the whole resource is flipped.
    Flip(usize),
}

/// The content and the faults of one host, or of one prefix of the plain server.
#[derive(Clone, Default)]
pub struct Site {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    routes: BTreeMap<String, Route>,
    mounts: Vec<(String, Arc<dyn Source>)>,
    faults: Vec<Rule>,
    basic: Option<String>,
}

struct Rule {
    path: String,
    fault: Fault,
    /// How many more requests this rule applies to; `None` means all.
    left: Option<u32>,
}

impl Site {
    /// A site where everything is 404.
    pub fn new() -> Self {
        Self::default()
    }

    /// A site that serves one source at its root.
    pub fn of(source: impl Source + 'static) -> Self {
        let site = Self::new();
        site.mount("", source);
        site
    }

    /// Answers `path` (query included) with `route`, instead of any source.
    pub fn route(&self, path: &str, route: Route) {
        self.state().routes.insert(path.to_owned(), route);
    }

    /// Asks `source` for paths below `prefix`. A later mount is asked first.
    pub fn mount(&self, prefix: &str, source: impl Source + 'static) {
        self.state().mounts.insert(0, (prefix.trim_end_matches('/').to_owned(), Arc::new(source)));
    }

    /// Applies a fault to every request of `path`. A `*` at the end of `path` matches any rest.
    pub fn fault(&self, path: &str, fault: Fault) {
        self.state().faults.push(Rule { path: path.to_owned(), fault, left: None });
    }

    /// Applies a fault to the next `count` requests of `path`. Several counted faults of one path apply one
    /// after the other, in the order they were added; lasting faults apply in addition.
    pub fn fault_first(&self, count: u32, path: &str, fault: Fault) {
        self.state().faults.push(Rule { path: path.to_owned(), fault, left: Some(count) });
    }

    /// Removes all faults.
    pub fn heal(&self) {
        self.state().faults.clear();
    }

    /// Answers 401 to every request without these credentials.
    pub fn require_basic(&self, user: &str, password: &str) {
        use base64::{Engine, engine::general_purpose::STANDARD};
        self.state().basic = Some(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))));
    }

    pub(super) fn admits(&self, authorization: Option<&str>) -> bool {
        self.state().basic.as_deref().is_none_or(|basic| authorization == Some(basic))
    }

    pub(super) fn take_faults(&self, path: &str) -> Vec<Fault> {
        let mut counted_done = false;
        let mut faults = Vec::new();
        for rule in self.state().faults.iter_mut().filter(|rule| rule.matches(path)) {
            match &mut rule.left {
                None => faults.push(rule.fault.clone()),
                Some(left) if *left > 0 && !counted_done => {
                    *left -= 1;
                    counted_done = true;
                    faults.push(rule.fault.clone());
                }
                Some(_) => {}
            }
        }
        faults
    }

    pub(super) fn find(&self, path: &str) -> Option<Route> {
        // The sources are asked outside of the lock, because they have their own locks.
        let mounts: Vec<_> = {
            let state = self.state();
            if let Some(route) = state.routes.get(path) {
                return Some(route.clone());
            }
            state.mounts.clone()
        };
        mounts.iter().find_map(|(prefix, source)| {
            let rest = path.strip_prefix(prefix.as_str()).filter(|rest| rest.starts_with('/'))?;
            source.route(rest)
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics while it holds a site")
    }
}

impl Rule {
    fn matches(&self, path: &str) -> bool {
        self.path.strip_suffix('*').map_or(self.path == path, |prefix| path.starts_with(prefix))
    }
}
