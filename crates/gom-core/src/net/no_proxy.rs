//! The hosts that are reached without a proxy: `NO_PROXY` as the go command reads it
//! (golang.org/x/net/http/httpproxy), and the exceptions in macOS's network settings. Loopback addresses
//! never go through a proxy, whatever a list says.

use std::net::IpAddr;

use url::{Host, Url};

/// A list of hosts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NoProxy {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Entry {
    All,
    Network(IpAddr, u8),
    /// An address; with a port, only that port.
    Address(IpAddr, Option<u16>),
    Domain {
        /// Lower case, without a leading dot.
        name: String,
        /// Whether it covers the domain itself, and not only its subdomains.
        with_itself: bool,
        port: Option<u16>,
    },
    /// A pattern in which `*` stands for any text. Only macOS has these.
    Glob(String),
    /// A host without its subdomains. Only macOS has these.
    Exact(String),
    /// Every name without a dot.
    Simple,
}

impl NoProxy {
    /// Parses the value of `NO_PROXY`. An invalid entry covers nothing.
    pub(super) fn parse(list: &str) -> NoProxy {
        let parts = list.split(',').map(|part| part.trim().to_ascii_lowercase());
        NoProxy { entries: parts.filter_map(|part| go_entry(&part)).collect() }
    }

    /// Parses macOS's list: `*.local`, `169.254/16`, `host.example`.
    pub(super) fn of_macos(exceptions: &[String], without_simple_names: bool) -> NoProxy {
        let parts = exceptions.iter().map(|part| part.trim().to_ascii_lowercase());
        let entries = parts.filter_map(|part| macos_entry(&part));
        NoProxy { entries: entries.chain(without_simple_names.then_some(Entry::Simple)).collect() }
    }

    /// Whether this address is reached without a proxy.
    pub(super) fn covers(&self, url: &Url) -> bool {
        let port = url.port_or_known_default();
        match url.host() {
            None => true,
            Some(Host::Domain(name)) => {
                let name = name.to_ascii_lowercase();
                let name = name.trim_end_matches('.');
                name == "localhost" || self.entries.iter().any(|entry| entry.covers_name(name, port))
            }
            Some(Host::Ipv4(address)) => self.covers_address(address.into(), port),
            Some(Host::Ipv6(address)) => self.covers_address(address.into(), port),
        }
    }

    fn covers_address(&self, address: IpAddr, port: Option<u16>) -> bool {
        address.is_loopback() || self.entries.iter().any(|entry| entry.covers_address(address, port))
    }
}

impl Entry {
    fn covers_name(&self, host: &str, actual: Option<u16>) -> bool {
        match self {
            Entry::All => true,
            Entry::Domain { name, with_itself, port } => {
                let below = host.strip_suffix(name.as_str()).is_some_and(|rest| rest.ends_with('.'));
                (below || (*with_itself && host == name)) && (port.is_none() || *port == actual)
            }
            Entry::Glob(glob) => matches_glob(glob, host),
            Entry::Exact(name) => host == name,
            Entry::Simple => !host.contains('.'),
            Entry::Network(..) | Entry::Address(..) => false,
        }
    }

    fn covers_address(&self, host: IpAddr, actual: Option<u16>) -> bool {
        match self {
            Entry::All => true,
            Entry::Network(network, bits) => is_in(host, *network, *bits),
            Entry::Address(address, port) => host == *address && (port.is_none() || *port == actual),
            Entry::Glob(glob) => matches_glob(glob, &host.to_string()),
            Entry::Domain { .. } | Entry::Exact(_) | Entry::Simple => false,
        }
    }
}

fn go_entry(text: &str) -> Option<Entry> {
    if text.is_empty() {
        return None;
    }
    if text == "*" {
        return Some(Entry::All);
    }
    if let Some((address, bits)) = text.split_once('/')
        && let (Ok(address), Ok(bits)) = (address.parse(), bits.parse())
    {
        return Some(Entry::Network(address, bits));
    }
    if let Ok(address) = text.trim_start_matches('[').trim_end_matches(']').parse() {
        return Some(Entry::Address(address, None));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (text, None),
    };
    if let Ok(address) = host.trim_start_matches('[').trim_end_matches(']').parse() {
        return Some(Entry::Address(address, port));
    }
    let host = host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host);
    let (name, with_itself) = match host.strip_prefix('.') {
        Some(name) => (name, false),
        None => (host, true),
    };
    (!name.is_empty()).then(|| Entry::Domain { name: name.to_owned(), with_itself, port })
}

fn macos_entry(text: &str) -> Option<Entry> {
    if let Some((network, bits)) = text.split_once('/') {
        return Some(Entry::Network(padded(network)?, bits.parse().ok()?));
    }
    match text {
        "" => None,
        "*" => Some(Entry::All),
        glob if glob.contains('*') => Some(Entry::Glob(glob.to_owned())),
        text => match text.parse() {
            Ok(address) => Some(Entry::Address(address, None)),
            Err(_) => match text.strip_prefix('.') {
                Some(name) => Some(Entry::Domain { name: name.to_owned(), with_itself: false, port: None }),
                None => Some(Entry::Exact(text.to_owned())),
            },
        },
    }
}

/// Parses a network; macOS leaves out the zeros at its end: `169.254`.
fn padded(network: &str) -> Option<IpAddr> {
    if network.contains(':') {
        return network.parse().ok();
    }
    let missing = 3_usize.checked_sub(network.matches('.').count())?;
    format!("{network}{}", ".0".repeat(missing)).parse().ok()
}

fn is_in(host: IpAddr, network: IpAddr, bits: u8) -> bool {
    match (host, network) {
        (IpAddr::V4(host), IpAddr::V4(network)) if bits <= 32 => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            (host.to_bits() ^ network.to_bits()) & mask == 0
        }
        (IpAddr::V6(host), IpAddr::V6(network)) if bits <= 128 => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            (host.to_bits() ^ network.to_bits()) & mask == 0
        }
        _ => false,
    }
}

fn matches_glob(glob: &str, text: &str) -> bool {
    let mut parts = glob.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(list: &NoProxy, url: &str) -> bool {
        list.covers(&Url::parse(url).unwrap())
    }

    #[test]
    fn no_proxy_means_what_it_means_to_the_go_command() {
        let list = "corp.example, .below.example,*.star.example,10.0.0.0/8,192.0.2.7,[2001:db8::1],fd00::/8,\
                    port.example:8443,192.0.2.8:81,, bad:port";
        let list = NoProxy::parse(list);
        for url in [
            "https://corp.example/x",
            "https://CORP.example.",
            "https://a.corp.example",
            "https://a.below.example",
            "https://a.star.example",
            "https://10.9.8.7",
            "https://192.0.2.7:1",
            "https://[2001:db8::1]",
            "https://[fd12::1]",
            "https://port.example:8443",
            "https://a.port.example:8443",
            "http://192.0.2.8:81",
        ] {
            assert!(covers(&list, url), "{url}");
        }
        for url in [
            "https://notcorp.example",
            "https://below.example",
            "https://star.example",
            "https://11.0.0.1",
            "https://port.example",
            "http://192.0.2.8",
            "https://[fe00::1]",
            "https://bad",
        ] {
            assert!(!covers(&list, url), "{url}");
        }
        assert!(covers(&NoProxy::parse("x.example,*"), "https://go.dev"));
    }

    #[test]
    fn loopback_never_has_a_proxy() {
        // K13.5
        let nothing = NoProxy::default();
        for url in ["http://localhost:3000", "http://127.0.0.1", "http://127.9.9.9", "http://[::1]:1"] {
            assert!(covers(&nothing, url), "{url}");
        }
        assert!(!covers(&nothing, "https://go.dev"));
    }

    #[test]
    fn exceptions_of_macos() {
        // K13.5
        let list =
            ["*.local", "169.254/16", "intra.example", "build*.corp.example", "192.0.2.1", "fe80::/10"];
        let list = NoProxy::of_macos(&list.map(str::to_owned), true);
        for url in [
            "https://printer.local",
            "https://169.254.3.4",
            "https://INTRA.example",
            "https://build7.corp.example",
            "https://192.0.2.1",
            "https://[fe80::1]",
            "https://wiki",
        ] {
            assert!(covers(&list, url), "{url}");
        }
        for url in [
            "https://local",
            "https://a.intra.example",
            "https://build7.corp.example.org",
            "https://169.255.0.1",
            "https://go.dev",
        ] {
            let simple = url == "https://local";
            assert_eq!(covers(&list, url), simple, "{url}");
        }
        assert!(!covers(&NoProxy::of_macos(&[], false), "https://wiki"));
    }
}
