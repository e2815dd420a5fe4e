//! Converts the HTTP client's errors to gom's: the cause may be the proxy, the certificate or the place
//! itself.

use std::time::Duration;

use url::Url;

use super::error::NetError;
use super::proxies::{Proxies, Proxy};
use super::proxy_fault::{self, ProxyError, ProxyFault, causes};
use crate::redact::redacted;

/// The prefix of rustls' message about a certificate that it does not trust.
const BAD_CERTIFICATE: &str = "invalid peer certificate: ";

/// Returns the last cause in the chain, which says what happened; those before it repeat the URL.
pub(super) fn innermost(error: &reqwest::Error) -> String {
    causes(error).pop().unwrap_or_else(|| error.to_string())
}

/// The parts of a client that may have caused a failure.
pub(super) struct Suspects<'a> {
    pub(super) proxies: &'a Proxies,
    /// How long it waited for a connection.
    pub(super) connect: Duration,
}

/// Finds out why the request for `asked` failed. A redirect may have led to another address; the proxy is the
/// one for the address that failed.
pub(super) async fn of_request(suspects: &Suspects<'_>, asked: &Url, error: reqwest::Error) -> NetError {
    let target = error.url().unwrap_or(asked).clone();
    let error = error.without_url();
    let url = redacted(asked);
    let proxy = suspects.proxies.for_url(&target).cloned();
    let connect = suspects.connect;
    if error.is_timeout() && error.is_connect() {
        let through = proxy.map_or_else(String::new, |proxy| format!(" through the proxy {proxy}"));
        return NetError::NoConnection { url: redacted(&target), seconds: connect.as_secs(), through };
    }
    if let Some(proxy) = proxy
        && let Some((fault, is_told)) = proxy_fault::classify(&error, &target)
    {
        return NetError::Proxy { url, error: with_reason(proxy, fault, is_told, connect).await };
    }
    let reason = innermost(&error);
    if let Some(reason) = reason.strip_prefix(BAD_CERTIFICATE) {
        return NetError::Untrusted { url: redacted(&target), reason: reason.to_owned() };
    }
    let redirected = if target.host() == asked.host() {
        String::new()
    } else {
        format!(" (it led to `{}`)", redacted(&target))
    };
    NetError::Unreachable { url, reason: format!("{reason}{redirected}") }
}

async fn with_reason(proxy: Proxy, fault: ProxyFault, is_told: bool, limit: Duration) -> Box<ProxyError> {
    let fault = if is_told {
        fault
    } else {
        ProxyFault::Unreachable(proxy_fault::reason_of_silence(&proxy, limit).await)
    };
    Box::new(ProxyError { proxy, fault })
}
