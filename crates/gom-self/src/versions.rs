//! Which releases of gom there are: the version list of the module proxies in GOPROXY, and the newest version that the
//! download base names. Both only propose: a version counts once the checksum database has its record.

use gom_core::Context;
use gom_core::go::settings::GoProxyKind;
use gom_core::net::ByteRange;
use gom_core::net::race::{Address, Contender, first_whole};
use url::Url;

use crate::error::SelfError;
use crate::identity::Identity;
use crate::release::ReleaseVersion;

/// The file of the download base that names its newest version.
const NEWEST: &str = "gom-latest.txt";

/// The size limit of a list in bytes.
const LIMIT: u64 = 1 << 20;

/// The module proxies with this path added, in the order in which the go command asks them. Neither GONOPROXY nor
/// GOPRIVATE leaves one out: what they give is proven like everything else.
pub(crate) fn on_proxies(ctx: &Context, path: &str) -> Result<Vec<Address>, SelfError> {
    let proxies = ctx.go_settings.proxies_of_all()?;
    let urls = proxies.into_iter().map_while(|proxy| match proxy.place {
        GoProxyKind::Url(url) => Some((url, proxy.next_on_any_failure)),
        // The module's own place is the download base.
        GoProxyKind::Direct | GoProxyKind::Off => None,
    });
    let address = |(base, next_on_any_failure): (Url, bool)| {
        let url = Url::parse(&format!("{}/{path}", base.as_str().trim_end_matches('/'))).ok()?;
        Some(Address { url, next_on_any_failure })
    };
    Ok(urls.filter_map(address).collect())
}

/// Returns the newest release that a proxy or the base names. Fails if none of them could be asked.
pub async fn newest(ctx: &Context, identity: &Identity) -> Result<ReleaseVersion, SelfError> {
    let list = on_proxies(ctx, &format!("{}/@v/list", identity.module))?;
    let newest = identity.base.as_ref().and_then(|base| base.join(NEWEST).ok());
    let newest = newest.map(|url| Address { url, next_on_any_failure: false });
    let patience = ctx.client.patience();
    // Either of them is enough, so a silent one is not waited for as long as one that has no alternative.
    let limit = if list.is_empty() || newest.is_none() {
        patience.connect()
    } else {
        patience.silence_among_others()
    };
    let places = [("module proxy", list), ("download base", newest.into_iter().collect())];
    let [proxies, base] = places.map(|(label, addresses)| ask(ctx, label, addresses, limit));
    let (proxies, base) = tokio::join!(proxies, base);
    ctx.cancel.check()?;
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for answer in [proxies, base].into_iter().flatten() {
        match answer {
            Ok(text) => found.extend(versions_in(&text)),
            Err(failure) => failures.push(failure),
        }
    }
    let module = &identity.module;
    found.into_iter().max().ok_or_else(|| SelfError::NoVersions { module: module.clone(), failures })
}

/// Returns `None` if there is nobody to ask.
async fn ask(
    ctx: &Context,
    label: &str,
    addresses: Vec<Address>,
    limit: std::time::Duration,
) -> Option<Result<String, String>> {
    if addresses.is_empty() {
        return None;
    }
    let contender = Contender {
        label: label.to_owned(),
        addresses,
        span: ByteRange::From(0),
        expected: "a list of versions",
        if_none_match: None,
        compressed: true,
    };
    let answer = first_whole(&ctx.client, &[contender], limit, LIMIT).await;
    Some(match answer {
        Ok((winner, _)) => Ok(String::from_utf8_lossy(&winner.answer.bytes).into_owned()),
        Err(failures) => {
            let reasons: Vec<String> = failures.iter().map(|failure| failure.error.to_string()).collect();
            Err(reasons.join("; "))
        }
    })
}

/// The releases in a list with one version a line. Prereleases and pseudo-versions are skipped.
fn versions_in(text: &str) -> impl Iterator<Item = ReleaseVersion> + '_ {
    text.lines().filter_map(|line| line.split_ascii_whitespace().next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_releases_of_a_list_count() {
        let text = "v0.9.0\nv0.10.0\nv0.11.0-rc1\nv0.0.0-20260102030405-abcdefabcdef\nv1\n<html>\n\n";
        assert_eq!(versions_in(text).max().unwrap().to_string(), "0.10.0");
    }
}
