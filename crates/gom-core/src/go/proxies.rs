//! The user's module proxies, in the order in which they are asked.

use url::Url;

use crate::go::settings::{BadGoSetting, DIRECT_TOOLCHAINS, GoProxyKind, GoSettings};
use crate::net::race::Address;

/// Returns the base URLs of the module proxies in order, up to `off`.
pub fn proxy_addresses(settings: &GoSettings) -> Result<Vec<Address>, BadGoSetting> {
    let mut addresses = Vec::new();
    for proxy in settings.proxies()? {
        let url = match proxy.place {
            GoProxyKind::Url(url) => url,
            GoProxyKind::Direct => match Url::parse(DIRECT_TOOLCHAINS) {
                Ok(url) => url,
                Err(_) => continue,
            },
            GoProxyKind::Off => break,
        };
        addresses.push(Address { url, next_on_any_failure: proxy.next_on_any_failure });
    }
    Ok(addresses)
}
