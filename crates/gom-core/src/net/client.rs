//! The HTTP client of the whole library: `https`, `http` and `file` URLs, with the same answer type. It
//! follows at most ten redirects and none from https to http, sends credentials only over https or to this
//! machine, and never puts them into an error.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header;
use rustls::ClientConfig;
use tokio::sync::OnceCell;
use url::{Host, Url};

use super::answer::{self, Answer, Waiting};
use super::error::NetError;
use super::failure::{self, Suspects};
use super::health::Health;
use super::netrc::Netrc;
use super::patience::{self, Patience};
use super::proxies::{Proxies, ProxyVariables};
use super::proxy_fault::{ProxyError, ProxyFault};
use super::request::Get;
use super::tls::{self, RootsFrom, RootsInUse};
use crate::cancel::{Cancel, Cancelled};
use crate::redact::redacted;
use crate::report::{Event, Reporter};

const MAX_REDIRECTS: usize = 10;
const TOO_MANY_REDIRECTS: &str = "more than ten redirects";

/// The configuration of a client.
pub struct ClientSettings {
    /// The user's credentials.
    pub netrc: Netrc,
    /// Whether the network must not be used.
    pub offline: bool,
    /// How long to wait for a place.
    pub patience: Patience,
    /// The variables about proxies.
    pub proxy_variables: ProxyVariables,
    /// The roots that TLS trusts.
    pub roots: RootsFrom,
    /// The hosts that did not answer in the last minutes.
    pub health: Health,
    /// The reporter for requests and waits.
    pub reporter: Arc<dyn Reporter>,
    /// Cancelled when the user cancels.
    pub cancel: Cancel,
}

/// Sends all requests of the library.
pub struct Client {
    /// For requests without TLS, which need no roots.
    plain: OnceLock<reqwest::Client>,
    /// For TLS, with the roots that it trusts.
    secure: OnceCell<(reqwest::Client, RootsInUse)>,
    proxies: OnceLock<Arc<Proxies>>,
    settings: ClientSettings,
}

impl Client {
    /// Makes a client. Nothing is read or connected before the first request.
    pub fn new(settings: ClientSettings) -> Client {
        Client { plain: OnceLock::new(), secure: OnceCell::new(), proxies: OnceLock::new(), settings }
    }

    /// Whether the network must not be used.
    pub fn is_offline(&self) -> bool {
        self.settings.offline
    }

    /// The hosts that did not answer in the last minutes.
    pub fn health(&self) -> &Health {
        &self.settings.health
    }

    /// How long this client waits for a place.
    pub fn patience(&self) -> Patience {
        self.settings.patience
    }

    /// The proxies in use. On macOS the first call may ask the system.
    pub fn proxies(&self) -> &Arc<Proxies> {
        self.proxies.get_or_init(|| Arc::new(Proxies::of_machine(self.settings.proxy_variables.clone())))
    }

    /// The roots that TLS is configured to trust.
    pub fn roots_from(&self) -> &RootsFrom {
        &self.settings.roots
    }

    /// Returns the roots that TLS trusts. The first call reads them.
    pub async fn roots(&self) -> Result<RootsInUse, NetError> {
        self.secure().await.map(|(_, roots)| roots.clone())
    }

    /// Whether TLS had to use the roots in the binary. Known after the first request over TLS.
    pub fn uses_bundled_roots(&self) -> bool {
        self.secure.get().is_some_and(|(_, roots)| matches!(roots, RootsInUse::Bundled(_)))
    }

    /// Sends a request and waits for the head of the answer. Statuses are not errors here.
    pub async fn get(&self, get: &Get) -> Result<Answer, NetError> {
        match get.url.scheme() {
            "file" => answer::open_file(get, self.waiting(get)).await,
            "https" | "http" if self.is_offline() => Err(NetError::Offline { url: redacted(&get.url) }),
            "https" | "http" => self.get_told(get).await,
            scheme => Err(NetError::BadUrl {
                url: redacted(&get.url),
                reason: format!("`{scheme}` is not one of https, http and file"),
            }),
        }
    }

    /// Fetches a small file of at most `limit` bytes. `None` for HTTP 404 and 410.
    pub async fn get_small(&self, get: &Get, limit: u64) -> Result<Option<Bytes>, NetError> {
        let answer = self.get(get).await?;
        match answer.into_ok() {
            Ok(answer) => answer.bytes(limit).await.map(Some),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Sends a request, and reports it and its result.
    async fn get_told(&self, get: &Get) -> Result<Answer, NetError> {
        let url = redacted(&get.url);
        let proxy = self.proxies().for_url(&get.url);
        let through = proxy.map_or_else(String::new, |proxy| format!(" through the proxy {proxy}"));
        let part = get.span.header().map_or_else(String::new, |range| format!(" ({range})"));
        self.detail(format!("asking {url}{part}{through}"));
        let asked = Instant::now();
        let answered = self.get_http(get).await;
        let took = asked.elapsed().as_millis();
        self.detail(match &answered {
            Ok(answer) => format!("{url} answered HTTP {} after {took} ms", answer.status),
            Err(error) => format!("{error} (after {took} ms)"),
        });
        answered
    }

    async fn get_http(&self, get: &Get) -> Result<Answer, NetError> {
        let mut target = get.clone();
        for _ in 0..=MAX_REDIRECTS {
            let response = self.send(&target).await?;
            match to_tls(&response) {
                Some(url) => target.url = url,
                None => return Answer::from_http(get, response, redacted(&get.url), self.waiting(get)),
            }
        }
        Err(NetError::Unreachable { url: redacted(&get.url), reason: TOO_MANY_REDIRECTS.to_owned() })
    }

    async fn send(&self, get: &Get) -> Result<reqwest::Response, NetError> {
        self.check_proxy(&get.url)?;
        let limit = get.head_limit.unwrap_or(Duration::MAX).min(self.patience().head());
        let request = self.request(get).await?;
        let waiting = self.waiting(get);
        let sent = patience::watched(&waiting.reporter, &waiting.place, request.send());
        let response = tokio::select! {
            response = tokio::time::timeout(limit, sent) => response,
            () = waiting.cancel.cancelled() => return Err(NetError::Cancelled(Cancelled)),
        };
        let url = redacted(&get.url);
        match response {
            Err(_) => Err(NetError::TimedOut { url, seconds: limit.as_secs() }),
            Ok(Err(error)) => {
                let suspects = Suspects { proxies: self.proxies(), connect: self.patience().connect() };
                Err(failure::of_request(&suspects, &get.url, error).await)
            }
            Ok(Ok(response)) if response.status().as_u16() == 407 => Err(self.asks_for_login(get, url)),
            Ok(Ok(response)) => Ok(response),
        }
    }

    /// Fails if the proxy can't be used. Going without it is not an option.
    fn check_proxy(&self, url: &Url) -> Result<(), NetError> {
        let Some(proxy) = self.proxies().for_url(url) else { return Ok(()) };
        let Err(reason) = proxy.address() else { return Ok(()) };
        let fault = ProxyFault::Unusable(reason.to_owned());
        let error = Box::new(ProxyError { proxy: proxy.clone(), fault });
        Err(NetError::Proxy { url: redacted(url), error })
    }

    fn asks_for_login(&self, get: &Get, url: String) -> NetError {
        match self.proxies().for_url(&get.url) {
            Some(proxy) => {
                let error = Box::new(ProxyError { proxy: proxy.clone(), fault: ProxyFault::Login });
                NetError::Proxy { url, error }
            }
            None => NetError::Status { url, status: 407 },
        }
    }

    fn waiting(&self, get: &Get) -> Waiting {
        Waiting {
            patience: self.patience(),
            reporter: Arc::clone(&self.settings.reporter),
            cancel: self.settings.cancel.clone(),
            place: get.url.host_str().unwrap_or(get.url.path()).to_owned(),
        }
    }

    fn detail(&self, text: String) {
        self.settings.reporter.event(Event::Detail(text));
    }

    async fn request(&self, get: &Get) -> Result<reqwest::RequestBuilder, NetError> {
        let mut url = get.url.clone();
        let login = self.credentials(&mut url)?;
        let http = if self.needs_tls(&url) { &self.secure().await?.0 } else { self.plain()? };
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
        if get.compressed {
            request = request.header(header::ACCEPT_ENCODING, "gzip");
        }
        Ok(request)
    }

    /// Removes the credentials from the URL and returns them, or finds them in `.netrc`.
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
        let login = url.host_str().and_then(|host| self.settings.netrc.login(host, url.port()));
        Ok(login.map(|login| (login.user.clone(), login.password.clone())))
    }

    /// Whether the connection to the server, or to the proxy before it, uses TLS.
    fn needs_tls(&self, url: &Url) -> bool {
        let proxy = self.proxies().for_url(url).and_then(|proxy| proxy.address().ok());
        url.scheme() == "https" || proxy.is_some_and(|proxy| proxy.scheme() == "https")
    }

    fn plain(&self) -> Result<&reqwest::Client, NetError> {
        if let Some(client) = self.plain.get() {
            return Ok(client);
        }
        let client = self.build(tls::without_roots()?)?;
        Ok(self.plain.get_or_init(|| client))
    }

    async fn secure(&self) -> Result<&(reqwest::Client, RootsInUse), NetError> {
        let make = || async {
            let from = self.settings.roots.clone();
            // Reads files and, on macOS, asks the system.
            let read = tokio::task::spawn_blocking(move || tls::configure(&from)).await;
            let (config, roots) = read.map_err(|error| NetError::Setup { reason: error.to_string() })??;
            Ok((self.build(config)?, roots))
        };
        self.secure.get_or_try_init(make).await
    }

    fn build(&self, tls: ClientConfig) -> Result<reqwest::Client, NetError> {
        let (for_requests, for_redirects) = (Arc::clone(self.proxies()), Arc::clone(self.proxies()));
        reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(format!("gom/{}", env!("CARGO_PKG_VERSION")))
            .connect_timeout(self.patience().connect())
            // reqwest must not look for proxies itself: see `proxies`.
            .no_proxy()
            .proxy(reqwest::Proxy::custom(move |url| for_requests.for_url(url)?.address().ok().cloned()))
            .redirect(reqwest::redirect::Policy::custom(move |to| follow(to, &for_redirects)))
            .build()
            .map_err(|error| NetError::Setup { reason: failure::innermost(&error) })
    }
}

/// Returns the target of a redirect from http to https at which `follow` stopped, because that needs the
/// client with roots.
fn to_tls(response: &reqwest::Response) -> Option<Url> {
    if !response.status().is_redirection() || response.url().scheme() != "http" {
        return None;
    }
    let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
    response.url().join(location).ok().filter(|url| url.scheme() == "https")
}

fn follow(attempt: reqwest::redirect::Attempt<'_>, proxies: &Proxies) -> reqwest::redirect::Action {
    let leaves_tls = attempt.url().scheme() != "https"
        && attempt.previous().last().is_some_and(|previous| previous.scheme() == "https");
    if leaves_tls {
        return attempt.error("refused a redirect from https to http");
    }
    if attempt.previous().len() > MAX_REDIRECTS {
        return attempt.error(TOO_MANY_REDIRECTS);
    }
    let enters_tls = attempt.url().scheme() == "https"
        && attempt.previous().last().is_some_and(|previous| previous.scheme() == "http");
    if enters_tls {
        return attempt.stop();
    }
    let unusable = proxies.for_url(attempt.url()).filter(|proxy| proxy.address().is_err());
    if let Some(proxy) = unusable {
        let text = format!("it led to a place behind the proxy {proxy}, which can't be used");
        return attempt.error(text);
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

fn percent_decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
