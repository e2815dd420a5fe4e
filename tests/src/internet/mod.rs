//! The make-believe internet: one local server that tests reach as an HTTP proxy (`HTTPS_PROXY`) for real
//! host names over TLS, and directly for plain `http://127.0.0.1:PORT/...` addresses.
//!
//! It never lets a request out: a host that no test registered is answered 502. Its certificates are signed
//! by a throw-away authority whose PEM file is given to programs as `SSL_CERT_FILE`. Invariant: when an
//! [`Internet`] is dropped, every connection is closed and every thread has ended.

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

/// The internet of one test. See the module's words.
pub struct Internet {
    server: Server,
}

impl Internet {
    /// Starts the server on a free port of 127.0.0.1.
    #[expect(clippy::new_without_default, reason = "starting a server is no default value")]
    pub fn new() -> Self {
        Self { server: Server::start() }
    }

    /// `https://NAME` (and `http://NAME` through the proxy) is answered by `site` from now on.
    pub fn host(&self, name: &str, site: &Site) {
        self.server.open(name, Door::Site(site.clone()));
    }

    /// `http://127.0.0.1:PORT/PREFIX/...` is answered by `site`, which sees the path without the prefix.
    pub fn at(&self, prefix: &str, site: &Site) {
        self.server.open_prefix(prefix, site.clone());
    }

    /// Connections to this host are accepted and then never hear anything.
    pub fn blackhole(&self, name: &str) {
        self.server.open(name, Door::Blackhole);
    }

    /// The way to this host opens, and then nothing comes: TLS never begins.
    pub fn mute(&self, name: &str) {
        self.server.open(name, Door::MuteTunnel);
    }

    /// From now on the proxy answers 407 to who does not send this user and password.
    pub fn require_proxy_login(&self, user: &str, password: &str) {
        use base64::{Engine, engine::general_purpose::STANDARD};
        self.server.require_proxy_login(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))));
    }

    /// Connections to this host are closed at once, without an answer.
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

    /// The environment that sends a program here. Plain requests to 127.0.0.1 go past the proxy.
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

    /// Every request so far. A request is in this list before the first byte of its answer is sent.
    pub fn requests(&self) -> Vec<Request> {
        self.server.requests()
    }

    /// The requests so far to one host.
    pub fn requests_to(&self, host: &str) -> Vec<Request> {
        self.requests().into_iter().filter(|request| request.host == host).collect()
    }

    /// Empties the list of requests.
    pub fn forget_requests(&self) {
        self.server.forget_requests();
    }

    /// Waits until the requests so far satisfy `enough`; panics with the list after 30 seconds.
    pub fn wait_for(&self, enough: impl Fn(&[Request]) -> bool) {
        self.server.wait_for(enough);
    }

    /// Waits until `count` connections hang or are held by a [`Fault`], their bytes so far sent; panics after
    /// 30 seconds.
    pub fn wait_for_held(&self, count: usize) {
        self.server.wait_for_held(count);
    }

    /// Lets every answer that [`Fault::HoldAfter`] holds at this moment go on.
    pub fn release(&self) {
        self.server.release();
    }
}
