//! Go's settings for downloads: GOPROXY, GONOPROXY/GOPRIVATE and GOSUMDB, as gom-select's one reader finds
//! them, and the meaning of their values. No `go` is run for them.

use std::path::{Path, PathBuf};

use gom_select::env_vars::go;
use gom_select::explain::{ErrorKind, Explain};
use gom_select::go_settings::{self, EnvFile, GoOrigin, GoSetting, UserSettings};
use gom_select::layout::Env;
use url::Url;

use crate::redact::redacted_text;
use gom_sumdb::{GO_DATABASE_KEY, VerifierKey};

/// The name of Go's public checksum database.
pub const PUBLIC_LOG: &str = "sum.golang.org";

/// Another address of the same log with the same key, for networks that block the first.
pub const PUBLIC_LOG_CN: &str = "sum.golang.google.cn";

/// The place of `golang.org/toolchain` for `direct`: the address in the go-import tag of that path.
pub const DIRECT_TOOLCHAINS: &str = "https://go.dev/dl/mod";

/// The module that holds the toolchains.
pub const TOOLCHAIN_MODULE: &str = "golang.org/toolchain";

/// The values of Go's settings for downloads.
#[derive(Clone, Debug)]
pub struct GoSettings {
    /// `None` if it is not set, and this gom was built without a default.
    pub proxy: Option<GoSetting>,
    /// The modules that are fetched without a proxy; empty if unset.
    pub no_proxy: GoSetting,
    /// The checksum database.
    pub sumdb: GoSetting,
}

/// An invalid value of a Go setting; the go command would refuse it too.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} is `{value}` ({origin}): {reason}")]
pub struct BadGoSetting {
    /// Its name.
    pub name: &'static str,
    /// Its value, without credentials.
    pub value: String,
    /// Where it is set.
    pub origin: String,
    /// What is wrong.
    pub reason: String,
}

impl Explain for BadGoSetting {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn value(&self) -> Option<String> {
        Some(self.value.clone())
    }

    fn hint(&self) -> String {
        format!("run `go env -u {0}`, or unset or correct {0} where it stands", self.name)
    }
}

impl GoSettings {
    /// Reads them. `goroots` are the toolchains whose `go.env` counts: the first one that has the file is
    /// used. `default_proxy` is for GOPROXY if no place sets it.
    pub fn read(env: Env<'_>, goroots: &[PathBuf], default_proxy: Option<GoSetting>) -> GoSettings {
        let user = UserSettings::new(env);
        let toolchain = goroots.iter().find_map(|goroot| EnvFile::of_toolchain(goroot));
        let find = |name: &str| go_settings::find(name, env, || user.file(), || toolchain.as_ref());
        GoSettings {
            proxy: find(go::GOPROXY).or(default_proxy),
            no_proxy: find(go::GONOPROXY)
                .or_else(|| find(go::GOPRIVATE))
                .unwrap_or_else(|| GoSetting::default("")),
            sumdb: find(go::GOSUMDB)
                .filter(|setting| !is_off_by_toolchain(setting))
                .unwrap_or_else(|| GoSetting::default(PUBLIC_LOG)),
        }
    }

    /// The list of proxies for the toolchain module.
    pub fn proxies(&self) -> Result<Vec<GoProxy>, BadGoSetting> {
        if matches_module(&self.no_proxy.value, TOOLCHAIN_MODULE) {
            return Ok(vec![GoProxy { place: GoProxyKind::Direct, next_on_any_failure: false }]);
        }
        match &self.proxy {
            Some(setting) => parse_proxies(setting),
            None => Ok(Vec::new()),
        }
    }

    /// Whether GOPROXY is the default of this gom: then nobody has said that the proxy can be reached here.
    pub fn has_default_proxy(&self) -> bool {
        self.proxy.as_ref().is_some_and(|proxy| matches!(proxy.origin, GoOrigin::BuiltIn(_)))
    }

    /// The entries of GOPROXY, whatever GONOPROXY and GOPRIVATE say: for a public module whose bytes are always
    /// proven.
    pub fn proxies_of_all(&self) -> Result<Vec<GoProxy>, BadGoSetting> {
        self.proxy.as_ref().map_or_else(|| Ok(Vec::new()), parse_proxies)
    }

    /// The checksum database to use; `None` for `off`.
    pub fn log(&self) -> Result<Option<ChecksumDatabase>, BadGoSetting> {
        parse_sumdb(&self.sumdb)
    }
}

/// Whether a toolchain's `go.env` sets GOSUMDB to off. Such a line does not count: a toolchain must not
/// switch off the proof of the next one.
fn is_off_by_toolchain(sumdb: &GoSetting) -> bool {
    matches!(sumdb.origin, GoOrigin::Toolchain(..)) && sumdb.value.trim() == "off"
}

/// One entry of GOPROXY.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoProxy {
    /// What it names.
    pub place: GoProxyKind,
    /// Whether `|` follows: then any failure leads to the next entry. After `,` only "not found" does.
    pub next_on_any_failure: bool,
}

/// What an entry of GOPROXY names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoProxyKind {
    /// A module proxy.
    Url(Url),
    /// The origin server.
    Direct,
    /// No proxy: stop here.
    Off,
}

/// Reads the list as cmd/go/internal/modfetch/proxy.go does.
pub(super) fn parse_proxies(setting: &GoSetting) -> Result<Vec<GoProxy>, BadGoSetting> {
    let mut proxies = Vec::new();
    for part in setting.value.split_inclusive([',', '|']) {
        let next_on_any_failure = part.ends_with('|');
        let text = part.trim_end_matches([',', '|']).trim();
        let place = match text {
            "" => continue,
            "off" => GoProxyKind::Off,
            "direct" => GoProxyKind::Direct,
            text => GoProxyKind::Url(proxy_url(text).map_err(|reason| bad(go::GOPROXY, setting, reason))?),
        };
        let last = !matches!(place, GoProxyKind::Url(_));
        proxies.push(GoProxy { place, next_on_any_failure });
        if last {
            break;
        }
    }
    if proxies.is_empty() {
        return Err(bad(
            go::GOPROXY,
            setting,
            "the list is not the empty string but has no entries".to_owned(),
        ));
    }
    Ok(proxies)
}

fn proxy_url(text: &str) -> Result<Url, String> {
    let looks_like_host =
        !text.contains(":/") && text.contains(['.', ':', '/']) && !Path::new(text).is_absolute();
    let full = if looks_like_host { format!("https://{text}") } else { text.to_owned() };
    let url = Url::parse(full.trim_end_matches('/')).map_err(|error| error.to_string())?;
    match url.scheme() {
        "https" | "http" | "file" => Ok(url),
        scheme => Err(format!("`{scheme}` is not one of https, http and file")),
    }
}

/// A checksum database: its key, and its address if GOSUMDB names one.
#[derive(Clone, Debug)]
pub struct ChecksumDatabase {
    /// The key that verifies its signatures.
    pub key: VerifierKey,
    /// The address to ask, instead of the proxies and the log's own host.
    pub url: Option<Url>,
}

/// Reads GOSUMDB as cmd/go/internal/modfetch/sumdb.go does.
fn parse_sumdb(setting: &GoSetting) -> Result<Option<ChecksumDatabase>, BadGoSetting> {
    let fields: Vec<&str> = setting.value.split_whitespace().collect();
    let (name, url) = match *fields {
        ["off"] => return Ok(None),
        [PUBLIC_LOG_CN] => (GO_DATABASE_KEY, Some(format!("https://{PUBLIC_LOG_CN}"))),
        [PUBLIC_LOG] => (GO_DATABASE_KEY, None),
        [PUBLIC_LOG, url] => (GO_DATABASE_KEY, Some(url.to_owned())),
        [key] => (key, None),
        [key, url] => (key, Some(url.to_owned())),
        [] => return Err(bad(go::GOSUMDB, setting, "it is empty".to_owned())),
        _ => return Err(bad(go::GOSUMDB, setting, "more than a name and an address".to_owned())),
    };
    let key = VerifierKey::parse(name).map_err(|error| bad(go::GOSUMDB, setting, error.to_string()))?;
    if let Err(reason) = check_log_name(key.name()) {
        return Err(bad(go::GOSUMDB, setting, format!("the name must be `host[/path]`: {reason}")));
    }
    let url = url.map(|url| Url::parse(url.trim_end_matches('/'))).transpose();
    let url = url.map_err(|error| bad(go::GOSUMDB, setting, error.to_string()))?;
    Ok(Some(ChecksumDatabase { key, url }))
}

/// Checks the name of a database. The name becomes part of URLs and of the path where gom keeps the newest
/// tree head. The rule is that of cmd/go/internal/modfetch/sumdb.go, except that Go allows `..`, which would
/// lead to another folder.
fn check_log_name(name: &str) -> Result<(), String> {
    if name.split('/').any(|element| matches!(element, "" | "." | "..")) {
        return Err("an empty element, `.` or `..` would name another file or folder".to_owned());
    }
    let (host, path) = name.split_once('/').unwrap_or((name, ""));
    let in_path = |c: char| c.is_ascii_alphanumeric() || "-_.~$&,/:;=@".contains(c);
    let wrong = host.chars().find(|c| c.is_control() || "?#@%\\^`{|}".contains(*c));
    if let Some(c) = wrong.or_else(|| path.chars().find(|c| !in_path(*c))) {
        return Err(format!("it has the character {c:?}"));
    }
    Url::parse(&format!("https://{name}")).map(drop).map_err(|error| error.to_string())
}

fn bad(name: &'static str, setting: &GoSetting, reason: String) -> BadGoSetting {
    BadGoSetting { name, value: redacted_text(&setting.value), origin: setting.origin.to_string(), reason }
}

/// Whether a comma list of globs (GOPRIVATE, GONOPROXY) covers a module path: each glob is compared with as
/// many leading path elements as it has itself (x/mod/module, `MatchPrefixPatterns`).
pub fn matches_module(globs: &str, module: &str) -> bool {
    globs.split(',').map(str::trim).filter(|glob| !glob.is_empty()).any(|glob| {
        let count = glob.matches('/').count() + 1;
        let mut elements = module.split('/');
        let prefix: Vec<&str> = elements.by_ref().take(count).collect();
        let mut parts = glob.split('/');
        prefix.len() == count
            && prefix.iter().all(|element| parts.next().is_some_and(|part| matches_glob(part, element)))
    })
}

/// Matches `*` and `?` as Go's path.Match does. A glob with classes or escapes never covers the toolchain
/// module here; then the proxy is asked, which is safe.
pub fn matches_glob(glob: &str, text: &str) -> bool {
    match glob.chars().next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = &glob[1..];
            text.char_indices()
                .map(|(at, _)| at)
                .chain([text.len()])
                .any(|at| matches_glob(rest, &text[at..]))
        }
        Some(first) => text.chars().next().is_some_and(|other| {
            (first == '?' || first == other)
                && matches_glob(&glob[first.len_utf8()..], &text[other.len_utf8()..])
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(value: &str) -> GoSetting {
        GoSetting { value: value.to_owned(), origin: GoOrigin::Environment }
    }

    fn entries(value: &str) -> Vec<String> {
        let show = |proxy: GoProxy| match proxy.place {
            GoProxyKind::Url(url) => format!("{url}{}", if proxy.next_on_any_failure { "|" } else { "," }),
            GoProxyKind::Direct => "direct".to_owned(),
            GoProxyKind::Off => "off".to_owned(),
        };
        parse_proxies(&setting(value)).unwrap().into_iter().map(show).collect()
    }

    /// The value and place of GOPROXY and GOSUMDB, for a user and a toolchain whose files have these lines.
    fn read(user: &str, go_env: &str) -> [(String, String); 2] {
        read_with(user, go_env, &[], None)
    }

    /// The same with variables of the environment, and in a gom that was built with a default.
    fn read_with(
        user: &str,
        go_env: &str,
        variables: &[(&str, &str)],
        default_proxy: Option<&str>,
    ) -> [(String, String); 2] {
        let dir = tempfile::tempdir().unwrap();
        let (file, goroot) = (dir.path().join("env"), dir.path().join("go"));
        fs_err::create_dir(&goroot).unwrap();
        fs_err::write(&file, user).unwrap();
        fs_err::write(goroot.join("go.env"), go_env).unwrap();
        let env = |name: &str| match name {
            "GOENV" => Some(file.clone().into_os_string()),
            _ => variables.iter().find(|(other, _)| *other == name).map(|(_, value)| value.into()),
        };
        let default_proxy = super::super::default_proxy::of_build(default_proxy, None);
        let settings = GoSettings::read(&env, &[goroot], default_proxy);
        let proxy = settings.proxy.unwrap_or_else(|| GoSetting::default("-"));
        [proxy, settings.sumdb].map(|set| {
            let place = set.origin.to_string();
            (set.value, place.rsplit('/').next().unwrap_or_default().to_owned())
        })
    }

    #[test]
    fn an_empty_line_of_the_users_file_hides_the_toolchain() {
        let is = |value: &str, place: &str| (value.to_owned(), place.to_owned());
        let go_env = "GOPROXY=https://a.example\nGOSUMDB=sum.example+1+key\n";
        assert_eq!(
            read("", go_env),
            [is("https://a.example", "go.env:1"), is("sum.example+1+key", "go.env:2")]
        );
        assert_eq!(read("GOPROXY=\nGOSUMDB=\n", go_env), [is("-", "default"), is(PUBLIC_LOG, "default")]);
        assert_eq!(read("GOSUMDB=off\n", go_env)[1], is("off", "env:1"));
    }

    #[test]
    fn the_default_of_the_build_is_the_last_of_all_places() {
        let is = |value: &str, place: &str| (value.to_owned(), place.to_owned());
        let default = Some("https://default.example,direct");
        let proxy = |user: &str, go_env: &str, variables: &[_]| {
            let [proxy, sumdb] = read_with(user, go_env, variables, default);
            assert_eq!(sumdb, is(PUBLIC_LOG, "default"));
            proxy
        };
        let of_build = is("https://default.example,direct", "built into gom");
        assert_eq!(proxy("", "", &[]), of_build);
        assert_eq!(proxy("", "", &[("GOPROXY", "")]), of_build, "an empty variable counts as unset");
        assert_eq!(proxy("GOPROXY=\n", "GOPROXY=https://a.example\n", &[]), of_build, "so does a line");
        assert_eq!(proxy("", "GOPROXY=https://a.example\n", &[]), is("https://a.example", "go.env:1"));
        assert_eq!(proxy("GOPROXY=off\n", "GOPROXY=https://a.example\n", &[]), is("off", "env:1"));
        assert_eq!(proxy("GOPROXY=off\n", "", &[("GOPROXY", "direct")]), is("direct", "environment"));
    }

    #[test]
    fn a_private_toolchain_module_is_not_asked_of_the_default() {
        let env = |name: &str| match name {
            "GOENV" => Some("off".into()),
            "GOPRIVATE" => Some("golang.org".into()),
            _ => None,
        };
        let default = super::super::default_proxy::of_build(Some("https://default.example"), None);
        let settings = GoSettings::read(&env, &[], default);
        assert!(settings.has_default_proxy());
        assert_eq!(settings.proxies().unwrap()[0].place, GoProxyKind::Direct);
    }

    #[test]
    fn a_toolchain_can_t_switch_off_the_proof() {
        for go_env in ["GOSUMDB=off\n", "GOSUMDB= off \n"] {
            assert_eq!(read("", go_env)[1], (PUBLIC_LOG.to_owned(), "default".to_owned()), "{go_env:?}");
        }
    }

    #[test]
    fn the_separator_after_an_entry_says_when_to_go_on() {
        assert_eq!(
            entries("https://a.example/x/|b.example , direct,https://never.example"),
            ["https://a.example/x|", "https://b.example/,", "direct"]
        );
        assert_eq!(entries("off,https://never.example"), ["off"]);
    }

    #[test]
    fn a_list_without_entries_is_refused_as_go_refuses_it() {
        assert!(parse_proxies(&setting(" , ")).is_err());
        assert!(parse_proxies(&setting("ftp://a.example")).is_err());
    }

    #[test]
    fn passwords_are_not_shown() {
        let shown = redacted_text("https://me:secret@a.example/go|https://b.example,direct");
        assert_eq!(shown, "https://xxxxx@a.example/go|https://b.example,direct");
        assert_eq!(redacted_text("me:secret@a.example,off"), "xxxxx@a.example,off");
        assert_eq!(redacted_text("sum.test https://me:secret@b.example"), "sum.test https://xxxxx@b.example");
        let error = parse_proxies(&setting("ftp://me:secret@a.example")).unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[test]
    fn gosumdb_has_four_forms() {
        let log = |value: &str| parse_sumdb(&setting(value)).unwrap();
        assert!(log("off").is_none());
        assert!(log("sum.golang.org").unwrap().url.is_none());
        assert_eq!(
            log("sum.golang.google.cn").unwrap().url.unwrap().as_str(),
            "https://sum.golang.google.cn/"
        );
        let with_url = format!("{GO_DATABASE_KEY} http://127.0.0.1:1/sum/");
        assert_eq!(log(&with_url).unwrap().url.unwrap().as_str(), "http://127.0.0.1:1/sum");
        assert!(parse_sumdb(&setting("a b c")).is_err());
        assert!(parse_sumdb(&setting("sum.unknown.example")).is_err());
    }

    // K10.5: expected values are those of Go 1.26's `url.Parse` and the rule in sumdb.go; Go accepts the last
    // line's.
    #[test]
    fn a_name_of_a_database_that_go_refuses_is_refused() {
        for name in [
            "sum.example.com",
            "sum.example.com:8080",
            "localhost.localdev/sumdb",
            "A.Example/B/c",
            "a/b@c",
            "a/b,c;d=e&f$g",
            "a~b_c/~d",
            "\u{e4}.example",
            "[::1]:8",
        ] {
            assert_eq!(check_log_name(name), Ok(()), "{name}");
        }
        for name in [
            "/etc/passwd",
            "/",
            "a/",
            "",
            "sum.example.com:x",
            "a?x",
            "a#x",
            "me@a",
            "a%41",
            "a/%41",
            "a\\b",
            "a/b\\c",
            "a/!b",
            "a/b'c",
            "a/(b)",
            "a/b*c",
            "a/\u{e4}",
            "[a",
            "a^b",
            "a|b",
            "a{b}",
            "a`b",
            "a/b\"",
            "..",
            ".",
            "../a",
            "a/../../b",
            "a/./b",
            "a//b",
        ] {
            assert!(check_log_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn private_patterns_cover_leading_elements() {
        assert!(matches_module("golang.org/toolchain", TOOLCHAIN_MODULE));
        assert!(matches_module("x.example, golang.org", TOOLCHAIN_MODULE));
        assert!(matches_module("golang.org/tool*", TOOLCHAIN_MODULE));
        assert!(matches_module("*/toolchain", TOOLCHAIN_MODULE));
        assert!(!matches_module("*.corp.example,golang.org/x", TOOLCHAIN_MODULE));
        assert!(!matches_module("golang.org/toolchain/x", TOOLCHAIN_MODULE));
    }
}
