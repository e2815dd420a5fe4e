//! Finds the HTTP or SOCKS proxy for a request, and what set it: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and
//! `NO_PROXY` by the go command's rules (golang.org/x/net/http/httpproxy), else macOS's network settings. One
//! function decides, and the HTTP client, errors and reports use it. If a proxy can't be used, the
//! request fails; it never goes around the proxy.

use std::ffi::OsString;
use std::fmt;

use url::Url;

use super::no_proxy::NoProxy;
use super::system_proxies::SystemProxies;
use crate::redact::redacted_text;

const HTTPS: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
const HTTP: [&str; 2] = ["HTTP_PROXY", "http_proxy"];
const ALL: [&str; 2] = ["ALL_PROXY", "all_proxy"];
const NO: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// An environment variable that is set.
#[derive(Clone, PartialEq, Eq)]
struct Variable {
    name: &'static str,
    value: String,
}

/// The environment variables for proxies, as they were at the start.
#[derive(Clone, Default)]
pub struct ProxyVariables {
    http: Vec<Variable>,
    https: Vec<Variable>,
    all: Vec<Variable>,
    no: Vec<Variable>,
}

/// A proxy, and what set it.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    address: Result<Url, String>,
    /// Its address without credentials.
    shown: String,
    /// What set it.
    pub origin: ProxyOrigin,
}

// Hand-written so that no debug output can show a password.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

/// What set a proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProxyOrigin {
    /// Variables. The first one counts; the others have the same value.
    Variables(Vec<&'static str>),
    /// The network settings of macOS.
    System,
}

/// A setting for proxies, as `gom config` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxySetting {
    /// `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` or `NO_PROXY`.
    pub name: &'static str,
    /// Its value without credentials; empty if it is not set.
    pub value: String,
    /// What set it.
    pub origin: String,
}

/// The proxies of one command.
#[derive(Clone, Default)]
pub struct Proxies {
    variables: ProxyVariables,
    system: SystemProxies,
    http: Option<Proxy>,
    https: Option<Proxy>,
    no: NoProxy,
    exceptions: NoProxy,
}

impl ProxyVariables {
    /// Reads the variables. An empty one counts as unset, and the upper-case name comes first, as for the go
    /// command.
    pub fn read(env: &dyn Fn(&str) -> Option<OsString>) -> ProxyVariables {
        let read = |names: [&'static str; 2]| {
            let set = names.into_iter().filter_map(|name| {
                let value = env(name)?.to_string_lossy().into_owned();
                (!value.is_empty()).then_some(Variable { name, value })
            });
            set.collect()
        };
        let mut variables =
            ProxyVariables { http: read(HTTP), https: read(HTTPS), all: read(ALL), no: read(NO) };
        if env("REQUEST_METHOD").is_some() {
            // In CGI, a client's `Proxy:` header becomes HTTP_PROXY. The go command ignores it there too.
            variables.http.retain(|variable| variable.name != HTTP[0]);
        }
        variables
    }

    /// Whether the system's settings are needed, because no variable sets a proxy for some scheme.
    fn leave_room(&self) -> bool {
        self.all.is_empty() && (self.http.is_empty() || self.https.is_empty())
    }
}

impl Proxies {
    /// Finds the proxies of this machine. The system is asked only if the variables leave something open.
    pub fn of_machine(variables: ProxyVariables) -> Proxies {
        let system = if variables.leave_room() { SystemProxies::here() } else { SystemProxies::default() };
        Proxies::new(variables, system)
    }

    /// Combines the variables and the system's settings.
    pub fn new(variables: ProxyVariables, system: SystemProxies) -> Proxies {
        let pick = |own: &[Variable], of_system: Option<&String>| {
            let by_variable = Proxy::of_variables(own, &variables.all);
            let socks = || system.socks.as_ref().map(|address| format!("socks5h://{address}"));
            let address = || of_system.map(|address| format!("http://{address}")).or_else(socks);
            by_variable.or_else(|| Some(Proxy::new(&address()?, ProxyOrigin::System)))
        };
        let http = pick(&variables.http, system.http.as_ref());
        let https = pick(&variables.https, system.https.as_ref());
        let no = variables.no.first().map(|no| NoProxy::parse(&no.value)).unwrap_or_default();
        let exceptions = NoProxy::of_macos(&system.exceptions, system.excludes_simple_names);
        Proxies { variables, system, http, https, no, exceptions }
    }

    /// Returns the proxy for a URL; `None` if it is reached directly.
    pub fn for_url(&self, url: &Url) -> Option<&Proxy> {
        let proxy = match url.scheme() {
            "https" => self.https.as_ref(),
            "http" => self.http.as_ref(),
            _ => None,
        }?;
        let is_excepted =
            self.no.covers(url) || (proxy.origin == ProxyOrigin::System && self.exceptions.covers(url));
        (!is_excepted).then_some(proxy)
    }

    /// All proxies that are used for some URL.
    pub fn all(&self) -> impl Iterator<Item = &Proxy> {
        let same = self.http == self.https;
        self.https.iter().chain(self.http.iter().filter(move |_| !same))
    }

    /// The script (PAC) in macOS's settings, if nothing else sets a proxy for https.
    pub fn script(&self) -> Option<&str> {
        self.system.script.as_deref().filter(|_| self.https.is_none())
    }

    /// The settings, in the order in which `gom config` shows them.
    pub fn settings(&self) -> Vec<ProxySetting> {
        let of_system = |proxy: Option<&Proxy>| {
            let proxy = proxy.filter(|proxy| proxy.origin == ProxyOrigin::System)?;
            Some((proxy.shown.clone(), proxy.origin.to_string()))
        };
        let row = |names: [&'static str; 2], set: &[Variable], of_system: Option<(String, String)>| {
            let set = set.first().map(|variable| {
                (redacted_text(&variable.value), format!("environment variable {}", variable.name))
            });
            let (value, origin) = set.or(of_system).unwrap_or_else(|| (String::new(), "default".to_owned()));
            ProxySetting { name: names[0], value, origin }
        };
        let exceptions = (!self.system.exceptions.is_empty())
            .then(|| (self.system.exceptions.join(","), ProxyOrigin::System.to_string()));
        let mut rows = vec![
            row(HTTPS, &self.variables.https, of_system(self.https.as_ref())),
            row(HTTP, &self.variables.http, of_system(self.http.as_ref())),
            row(ALL, &self.variables.all, None),
            row(NO, &self.variables.no, exceptions),
        ];
        if let Some(script) = &self.system.script {
            let origin = format!("{}; gom can't run such a script, set HTTPS_PROXY", ProxyOrigin::System);
            rows.push(ProxySetting { name: "proxy script", value: redacted_text(script), origin });
        }
        rows
    }
}

impl Proxy {
    /// Returns the first of them that is set. The names of others with the same value are kept too, because
    /// unsetting only the first would make them count.
    fn of_variables(own: &[Variable], all: &[Variable]) -> Option<Proxy> {
        let mut set = own.iter().chain(all);
        let first = set.next()?;
        let same = set.filter(|other| other.value == first.value).map(|other| other.name);
        let names = std::iter::once(first.name).chain(same).collect();
        Some(Proxy::new(&first.value, ProxyOrigin::Variables(names)))
    }

    fn new(text: &str, origin: ProxyOrigin) -> Proxy {
        let shown = redacted_text(text.trim());
        Proxy { address: address(text.trim()), shown, origin }
    }

    /// Its URL with credentials, for the HTTP client; an error if it can't be used.
    pub fn address(&self) -> Result<&Url, &str> {
        self.address.as_ref().map_err(String::as_str)
    }

    /// Whether it is a SOCKS proxy.
    pub fn is_socks(&self) -> bool {
        self.address.as_ref().is_ok_and(|url| url.scheme().starts_with("socks"))
    }

    /// Whether its address has a user name.
    pub fn has_login(&self) -> bool {
        self.address.as_ref().is_ok_and(|url| !url.username().is_empty())
    }

    /// Its address without credentials.
    pub fn shown(&self) -> &str {
        &self.shown
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({})", self.shown, self.origin)
    }
}

impl ProxyOrigin {
    /// The name of the variable that counts.
    pub fn variable(&self) -> Option<&'static str> {
        match self {
            ProxyOrigin::Variables(names) => names.first().copied(),
            ProxyOrigin::System => None,
        }
    }

    /// The command that stops the use of this proxy.
    pub fn unset(&self) -> String {
        match self {
            ProxyOrigin::Variables(names) => format!("unset {}", names.join(" ")),
            ProxyOrigin::System => "export NO_PROXY='*'".to_owned(),
        }
    }
}

impl fmt::Display for ProxyOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.variable() {
            Some(name) => write!(f, "environment variable {name}"),
            None => f.write_str("macOS network settings"),
        }
    }
}

/// Parses an address as the go command does: without a scheme it means http.
fn address(text: &str) -> Result<Url, String> {
    let parsed = Url::parse(text).ok().filter(Url::has_host);
    let url = match parsed {
        Some(url) => url,
        None if text.contains("://") => {
            return Err(Url::parse(text)
                .err()
                .map_or_else(|| "it has no host".to_owned(), |e| e.to_string()));
        }
        None => Url::parse(&format!("http://{text}")).map_err(|error| error.to_string())?,
    };
    match url.scheme() {
        "http" | "https" | "socks4" | "socks4a" | "socks5h" => Ok(url),
        // The go command lets the proxy resolve names for both schemes. If only the proxy can resolve them,
        // nothing else works.
        "socks5" => Url::parse(&url.as_str().replacen("socks5:", "socks5h:", 1)).map_err(|e| e.to_string()),
        scheme => Err(format!("`{scheme}` is not one of http, https, socks5, socks5h, socks4 and socks4a")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &[(&str, &str)], system: SystemProxies) -> Proxies {
        let env = |name: &str| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        };
        Proxies::new(ProxyVariables::read(&env), system)
    }

    /// The proxy for a URL: its address and its origin.
    fn through(proxies: &Proxies, url: &str) -> Option<String> {
        let proxy = proxies.for_url(&Url::parse(url).unwrap())?;
        Some(match proxy.address() {
            Ok(address) => format!("{address} {}", proxy.origin),
            Err(reason) => format!("{reason} {}", proxy.origin),
        })
    }

    #[test]
    fn the_scheme_has_its_own_variable_and_all_proxy_comes_last() {
        // K7.1
        let variables = [("ALL_PROXY", "socks5://s.example:1080"), ("https_proxy", "h.example:3128")];
        let set = proxies(&variables, SystemProxies::default());
        assert_eq!(
            through(&set, "https://go.dev").unwrap(),
            "http://h.example:3128/ environment variable https_proxy"
        );
        assert_eq!(
            through(&set, "http://m.example").unwrap(),
            "socks5h://s.example:1080 environment variable ALL_PROXY"
        );
        assert_eq!(through(&set, "file:///srv/go"), None);
        assert_eq!(through(&set, "http://127.0.0.1:3000"), None);
    }

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let set =
            proxies(&[("HTTPS_PROXY", ""), ("https_proxy", "http://h.example")], SystemProxies::default());
        assert!(through(&set, "https://go.dev").unwrap().ends_with("https_proxy"));
    }

    #[test]
    fn the_command_that_ends_it_names_every_variable_with_that_value() {
        let set = proxies(
            &[
                ("HTTPS_PROXY", "http://h.example"),
                ("https_proxy", "http://h.example"),
                ("ALL_PROXY", "x.example"),
            ],
            SystemProxies::default(),
        );
        let proxy = set.for_url(&Url::parse("https://go.dev").unwrap()).unwrap();
        assert_eq!(proxy.origin.unset(), "unset HTTPS_PROXY https_proxy");
    }

    #[test]
    fn an_address_that_cannot_be_used_is_kept_with_its_reason() {
        // K7.2
        for (value, reason) in [
            ("foo://bar", "`foo` is not one of"),
            ("socks://127.0.0.1:1080", "`socks` is not one of"),
            ("http://", "empty host"),
            ("http://user:pa#ss@h.example:1", "invalid port"),
        ] {
            let set = proxies(&[("HTTPS_PROXY", value)], SystemProxies::default());
            let said = through(&set, "https://go.dev").unwrap();
            assert!(said.contains(reason), "{value}: {said}");
        }
    }

    #[test]
    fn no_password_is_shown() {
        for value in ["http://me:s3cret@h.example:1", "foo://me:s3cret@h.example", "me:s3cret@h.example"] {
            let set = proxies(&[("HTTPS_PROXY", value), ("NO_PROXY", "a.example")], SystemProxies::default());
            let shown = format!("{:?} {:?}", set.settings(), set.all().collect::<Vec<_>>());
            assert!(!shown.contains("s3cret") && shown.contains("h.example"), "{shown}");
        }
    }

    #[test]
    fn macos_settings_count_where_no_variable_does() {
        // K13.5
        let system = SystemProxies {
            https: Some("p.example:3129".to_owned()),
            socks: Some("s.example:1080".to_owned()),
            exceptions: vec!["*.corp.example".to_owned()],
            ..SystemProxies::default()
        };
        let set = proxies(&[], system.clone());
        assert_eq!(through(&set, "https://go.dev").unwrap(), "http://p.example:3129/ macOS network settings");
        assert_eq!(
            through(&set, "http://m.example").unwrap(),
            "socks5h://s.example:1080 macOS network settings"
        );
        assert_eq!(through(&set, "https://a.corp.example"), None);
        assert_eq!(through(&set, "https://localhost:1"), None);
        let by_hand = proxies(&[("HTTPS_PROXY", "http://v.example:1")], system.clone());
        // The exceptions in the settings apply only to the proxies in the settings.
        assert!(through(&by_hand, "https://a.corp.example").unwrap().contains("v.example"));
        assert_eq!(through(&proxies(&[("NO_PROXY", "*")], system), "https://go.dev"), None);
    }

    #[test]
    fn a_script_is_said_to_be_of_no_use() {
        // K13.5
        let system =
            SystemProxies { script: Some("http://w.example/p.pac".to_owned()), ..Default::default() };
        let set = proxies(&[], system.clone());
        assert_eq!(set.script(), Some("http://w.example/p.pac"));
        let row = set.settings().pop().unwrap();
        assert!(row.origin.contains("set HTTPS_PROXY"), "{row:?}");
        assert_eq!(proxies(&[("HTTPS_PROXY", "http://v.example")], system).script(), None);
    }
}
