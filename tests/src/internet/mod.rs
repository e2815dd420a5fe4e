//! The fake internet: one local server that tests reach as an HTTP proxy (`HTTPS_PROXY`) for real host names
//! over TLS, and directly for plain `http://127.0.0.1:PORT/...` addresses.
//!
//! No request leaves the machine: a host that no test registered is answered 502. A throw-away authority
//! signs its certificates; programs get its PEM file as `SSL_CERT_FILE`. Invariant: when an [`Internet`] is
//! dropped, every connection is closed and every thread has ended.

mod answer;
mod authority;
mod clock;
mod head;
mod request;
mod server;
mod site;
mod wire;

pub use request::Request;
pub use site::{Fault, Route, Site, Source};

use server::{Door, Server};
use std::path::Path;

/// The internet of one test; see the module's documentation.
pub struct Internet {
    server: Server,
}

impl Internet {
    /// Starts the server on a free port of 127.0.0.1.
    #[expect(clippy::new_without_default, reason = "starting a server is no default value")]
    pub fn new() -> Self {
        Self { server: Server::start() }
    }

    /// Makes `site` answer `https://NAME` (and `http://NAME` through the proxy).
    pub fn host(&self, name: &str, site: &Site) {
        self.server.open(name, Door::Site(site.clone()));
    }

    /// Makes `site` answer `http://127.0.0.1:PORT/PREFIX/...`. It sees the path without the prefix.
    pub fn at(&self, prefix: &str, site: &Site) {
        self.server.open_prefix(prefix, site.clone());
    }

    /// Makes this host accept connections and send nothing.
    pub fn blackhole(&self, name: &str) {
        self.server.open(name, Door::Blackhole);
    }

    /// Makes the tunnel to this host open, and then send nothing: TLS never begins.
    pub fn mute(&self, name: &str) {
        self.server.open(name, Door::MuteTunnel);
    }

    /// Makes the proxy answer 407 to clients that don't send this user and password.
    pub fn require_proxy_login(&self, user: &str, password: &str) {
        use base64::{Engine, engine::general_purpose::STANDARD};
        self.server.require_proxy_login(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))));
    }

    /// Makes this host close connections at once, without an answer.
    pub fn refuse(&self, name: &str) {
        self.server.open(name, Door::Refused);
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// `http://127.0.0.1:PORT` followed by `path`.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port())
    }

    /// The PEM file with the authority that signs for every registered host.
    pub fn ca_file(&self) -> &Path {
        self.server.ca_file()
    }

    /// The environment that sends a program's requests here. Plain requests to 127.0.0.1 bypass the proxy.
    pub fn env(&self) -> Vec<(String, String)> {
        let ca_file = self.ca_file().to_str().expect("the temporary directory is UTF-8");
        [
            ("HTTPS_PROXY", self.url("").as_str()),
            ("HTTP_PROXY", self.url("").as_str()),
            ("NO_PROXY", "127.0.0.1"),
            ("SSL_CERT_FILE", ca_file),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .to_vec()
    }

    /// All requests so far. A request is in this list before the first byte of its answer is sent.
    pub fn requests(&self) -> Vec<Request> {
        self.server.requests()
    }

    /// The requests so far to one host.
    pub fn requests_to(&self, host: &str) -> Vec<Request> {
        self.requests().into_iter().filter(|request| request.host == host).collect()
    }

    /// Clears the list of requests.
    pub fn forget_requests(&self) {
        self.server.forget_requests();
    }

    /// Waits until `enough` accepts the requests so far; panics with the list after 30 seconds.
    pub fn wait_for(&self, enough: impl Fn(&[Request]) -> bool) {
        self.server.wait_for(enough);
    }

    /// Waits until [`Fault`]s make `count` connections hang or hold, after their bytes so far were sent;
    /// panics after 30 seconds.
    pub fn wait_for_held(&self, count: usize) {
        self.server.wait_for_held(count);
    }

    /// Continues every answer that [`Fault::HoldAfter`] holds at this moment.
    pub fn release(&self) {
        self.server.release();
    }
}
