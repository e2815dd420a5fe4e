//! Tells failures of a proxy from failures behind it: no other source helps if the proxy can't be reached.
//!
//! The HTTP client reports them only as text, at the end of a chain of causes. Tests with real proxies check
//! these texts.

use std::time::Duration;

use tokio::net::TcpStream;
use url::Url;

use super::proxies::Proxy;
use crate::shell_quote::shell_quote;

/// A request that failed at its proxy.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the proxy {proxy} {}", .fault.text(.proxy))]
pub struct ProxyError {
    /// The proxy, and what set it.
    pub proxy: Proxy,
    /// What is wrong with it.
    pub fault: ProxyFault,
}

/// What is wrong with a proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProxyFault {
    /// Its address is invalid.
    Unusable(String),
    /// It can't be connected to.
    Unreachable(String),
    /// It requires a user name and a password, or others than these.
    Login,
    /// It works, but refuses to connect to this host.
    Refuses {
        /// The host.
        host: String,
        /// The reason, if it gives one.
        reason: Option<String>,
    },
    /// It violates its protocol.
    Broken(String),
}

impl ProxyFault {
    fn text(&self, proxy: &Proxy) -> String {
        match self {
            ProxyFault::Unusable(reason) => format!("can't be used: {reason}"),
            ProxyFault::Unreachable(reason) => format!("can't be reached: {reason}"),
            ProxyFault::Login if proxy.has_login() => "does not accept the user and password".to_owned(),
            ProxyFault::Login if proxy.is_socks() => "asks for a user and password".to_owned(),
            ProxyFault::Login => "asks for a user and password (HTTP 407)".to_owned(),
            ProxyFault::Refuses { host, reason: Some(reason) } => {
                format!("does not connect to {host}: {reason}")
            }
            ProxyFault::Refuses { host, reason: None } => format!("does not connect to {host}"),
            ProxyFault::Broken(reason) => format!("closed the connection: {reason}"),
        }
    }
}

impl ProxyError {
    /// Whether another source could help, because the proxy itself works.
    pub fn is_behind_it(&self) -> bool {
        matches!(self.fault, ProxyFault::Refuses { .. })
    }

    /// What to run next.
    pub fn hint(&self) -> String {
        let origin = &self.proxy.origin;
        let (variable, unset) = (origin.variable().unwrap_or("HTTPS_PROXY"), origin.unset());
        match &self.fault {
            ProxyFault::Unusable(_) => format!(
                "run `{unset}`, or set {variable} to an address such as http://HOST:PORT or socks5h://HOST:PORT"
            ),
            ProxyFault::Login => format!(
                "run `export {variable}={}` with your user and password (write `@` in them as %40, `:` as %3A)",
                shell_quote(with_login(&self.proxy))
            ),
            ProxyFault::Unreachable(_) | ProxyFault::Broken(_) => format!(
                "run `{unset}` if this network needs no proxy, or set {variable} to one that answers; \
                 `gom doctor --network` tries it"
            ),
            ProxyFault::Refuses { .. } => {
                "run `gom doctor --network` to see which places the proxy connects to, and name one of them with \
                 `--source`"
                    .to_owned()
            }
        }
    }
}

/// Its address with placeholders for the credentials.
fn with_login(proxy: &Proxy) -> String {
    let Ok(url) = proxy.address() else { return "http://USER:PASSWORD@HOST:PORT".to_owned() };
    let host = url.host_str().unwrap_or("HOST");
    let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
    format!("{}://USER:PASSWORD@{host}{port}", url.scheme())
}

/// Finds the proxy's fault in the client's error; `None` if the proxy is not the cause. The bool tells
/// whether the reason is known: the client does not always give it.
pub(super) fn classify(error: &reqwest::Error, target: &Url) -> Option<(ProxyFault, bool)> {
    if !error.is_connect() {
        return None;
    }
    let causes = causes(error);
    let last = causes.last().cloned().unwrap_or_default();
    let said = |start: &str| causes.iter().find_map(|text| text.strip_prefix(start));
    let host = || target.host_str().unwrap_or_default().to_owned();
    if let Some(text) = said("SOCKS error: ") {
        return Some(match text {
            "failed to create underlying connection" => (ProxyFault::Unreachable(String::new()), false),
            "credentials not accepted"
            | "server does not support user/pass authentication"
            | "server implements authentication incorrectly" => (ProxyFault::Login, true),
            "io error during SOCKS handshake" | "failed parsing server response" => {
                (ProxyFault::Broken("it does not answer as a SOCKS proxy".to_owned()), true)
            }
            reason => (ProxyFault::Refuses { host: host(), reason: Some(reason.to_owned()) }, true),
        });
    }
    if let Some(text) = said("tunnel error: ") {
        return Some(match text {
            "proxy authorization required" => (ProxyFault::Login, true),
            "unsuccessful" => (ProxyFault::Refuses { host: host(), reason: None }, true),
            "failed to create underlying connection" => (ProxyFault::Unreachable(last), true),
            // Some proxies refuse a host by closing the connection.
            "unexpected end of file" => {
                let reason = Some("it closed the connection".to_owned());
                (ProxyFault::Refuses { host: host(), reason }, true)
            }
            "io error establishing tunnel" => {
                (ProxyFault::Refuses { host: host(), reason: Some(last) }, true)
            }
            reason => (ProxyFault::Broken(reason.to_owned()), true),
        });
    }
    let is_of_connection = |text: &String| text == "dns error" || text.starts_with("tcp ");
    causes.iter().any(is_of_connection).then_some((ProxyFault::Unreachable(last), true))
}

/// Connects to the proxy once more to find out why that fails, for errors of the client that don't tell.
pub(super) async fn reason_of_silence(proxy: &Proxy, limit: Duration) -> String {
    let Ok(url) = proxy.address() else { return String::new() };
    let Some(host) = url.host_str() else { return String::new() };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().unwrap_or(1080);
    match tokio::time::timeout(limit, TcpStream::connect((host, port))).await {
        Ok(Err(error)) => error.to_string(),
        Ok(Ok(_)) => "it did not take the connection at first".to_owned(),
        Err(_) => format!("no connection in {} s", limit.as_secs()),
    }
}

/// The texts of an error's causes, without the URL.
pub(super) fn causes(error: &reqwest::Error) -> Vec<String> {
    let mut texts = Vec::new();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        texts.push(error.to_string());
        cause = error.source();
    }
    texts
}
