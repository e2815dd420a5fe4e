//! The version list of the user's module proxies: `golang.org/toolchain/@v/list`. It adds versions and
//! platforms, never a sum. Cached like go.dev's list, one file per GOPROXY value.

use gom_select::toolchain::ToolchainId;
use url::Url;

use super::kept::keep;
use super::toolchains::Index;
use crate::context::Context;
use crate::context::unkept::UnsavedList;
use crate::digest::Sha256Digest;
use crate::files;
use crate::go::proxies::proxy_addresses;
use crate::net::ByteRange;
use crate::net::race::{Address, Contender, first_whole};

/// The size limit of the list in bytes; the public one has 40 kB.
const LIMIT: u64 = 4 << 20;

/// How old a cached list may be before it is requested again.
const FRESH_FOR: std::time::Duration = std::time::Duration::from_secs(15 * 60);

/// Adds the cached list to the index; returns `false` if there is none.
pub(super) fn add_cached(ctx: &Context, index: &mut Index) -> bool {
    if let Some(bytes) = ctx.unkept.get(UnsavedList::Proxy) {
        add(index, &String::from_utf8_lossy(bytes));
        return true;
    }
    let Ok(text) = files::read_text(&cache_file(ctx)) else { return false };
    add(index, &text);
    true
}

/// Whether the cached list is new enough to need no request.
pub(super) fn is_fresh(ctx: &Context) -> bool {
    if ctx.unkept.get(UnsavedList::Proxy).is_some() {
        return true;
    }
    let file = cache_file(ctx);
    files::is_younger_than(&file, FRESH_FOR) && files::read_text(&file).is_ok_and(|text| is_list(&text))
}

/// Requests the list from the proxies and caches it. Returns `Ok(false)` if no proxy is set.
pub(super) async fn refresh(ctx: &Context, limit: std::time::Duration) -> Result<bool, String> {
    let addresses = proxy_addresses(&ctx.go_settings).map_err(|error| error.to_string())?;
    let join = |base: &Url| format!("{}/golang.org/toolchain/@v/list", base.as_str().trim_end_matches('/'));
    let addresses: Vec<Address> = addresses
        .into_iter()
        .filter_map(|address| Some(Address { url: Url::parse(&join(&address.url)).ok()?, ..address }))
        .collect();
    if addresses.is_empty() {
        return Ok(false);
    }
    let expected = "a list of versions";
    let contender = Contender {
        label: "proxy".to_owned(),
        addresses,
        span: ByteRange::From(0),
        expected,
        if_none_match: None,
        compressed: true,
    };
    let text_of = |failures: Vec<crate::net::race::PlaceFailure>| {
        failures.into_iter().next().map_or_else(String::new, |failure| failure.error.to_string())
    };
    let (winner, _) = first_whole(&ctx.client, &[contender], limit, LIMIT).await.map_err(text_of)?;
    keep(ctx, UnsavedList::Proxy, &cache_file(ctx), winner.answer.bytes);
    Ok(true)
}

fn add(index: &mut Index, text: &str) {
    for line in text.lines() {
        let version = line.split_ascii_whitespace().next().unwrap_or_default();
        if let Some(id) = version.strip_prefix("v0.0.1-").and_then(|name| ToolchainId::parse(name).ok()) {
            index.add_on_proxy(id);
        }
    }
}

/// Whether a text is a list. A damaged one names nothing, and would hide all new releases while it is new.
fn is_list(text: &str) -> bool {
    let mut index = Index::default();
    add(&mut index, text);
    text.is_empty() || index.iter().next().is_some()
}

/// The cached list of this GOPROXY: other values have other lists.
fn cache_file(ctx: &Context) -> std::path::PathBuf {
    let value = ctx.go_settings.proxy.as_ref().map_or("", |setting| setting.value.as_str());
    let name = &Sha256Digest::of(value.as_bytes()).to_string()[..16];
    ctx.cache_path(format!("index/proxy-{name}.list"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_name_no_toolchain_are_skipped() {
        let mut index = Index::default();
        add(&mut index, "v0.0.1-go1.22.6.linux-amd64\nv0.0.1-go1.9.2rc2.linux-amd64\nv1.0.0\n\n<html>\n");
        assert_eq!(index.iter().count(), 1);
        assert!(is_list("") && is_list("v0.0.1-go1.22.6.linux-amd64\n"));
        assert!(!is_list("<html>\n") && !is_list("\0\0\0"));
    }
}
