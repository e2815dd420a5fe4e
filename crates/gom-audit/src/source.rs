//! The place of the vulnerability database: `--db`, else GOVULNDB, else Go's own.
//!
//! govulncheck has the flag `-db`, and gopls passes it the variable GOVULNDB; both mean the address of a database in its
//! published form (go.dev/security/vuln/database), by https, http or file. A file of a project names none.

use gom_core::Context;
use gom_core::digest::Sha256Digest;
use gom_core::redact::{redacted, redacted_text};
use url::Url;

use crate::error::{AuditError, Result};

/// Go's own database.
pub const DEFAULT: &str = gom_vulns::embedded::PLACE;

/// The variable with the address of another one.
const GOVULNDB: &str = "GOVULNDB";

/// The place of the vulnerability database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseSource {
    /// Its address, without a slash at the end.
    url: String,
}

impl DatabaseSource {
    /// Finds the place. `flag` is the value of `--db`.
    pub fn find(ctx: &Context, flag: Option<&str>) -> Result<DatabaseSource> {
        let variable = ctx.environment.var(GOVULNDB);
        match (flag, &variable) {
            (Some(text), _) => DatabaseSource::parse("--db", text),
            (None, Some(value)) => DatabaseSource::parse(GOVULNDB, &value.to_string_lossy()),
            (None, None) => Ok(DatabaseSource { url: DEFAULT.to_owned() }),
        }
    }

    fn parse(origin: &'static str, text: &str) -> Result<DatabaseSource> {
        let bad = |reason: String| AuditError::BadDatabase { origin, text: redacted_text(text), reason };
        let url = Url::parse(text).map_err(|error| bad(error.to_string()))?;
        match url.scheme() {
            "file" if url.to_file_path().is_err() => Err(bad("a file URL needs an absolute path".to_owned())),
            "https" | "http" if url.host_str().is_none() => Err(bad("it has no host".to_owned())),
            "https" | "http" | "file" if url.query().is_some() || url.fragment().is_some() => {
                Err(bad("it has a query or a fragment".to_owned()))
            }
            "https" | "http" | "file" => {
                Ok(DatabaseSource { url: url.as_str().trim_end_matches('/').to_owned() })
            }
            scheme => Err(bad(format!("`{}` is not one of https, http and file", scheme.escape_debug()))),
        }
    }

    /// Whether it is on this machine, so that it can be read without a network.
    pub fn is_local(&self) -> bool {
        self.url.starts_with("file:")
    }

    /// The host; `None` for a folder.
    pub fn host(&self) -> Option<String> {
        Url::parse(&self.url).ok()?.host_str().map(str::to_owned)
    }

    /// The address without credentials.
    pub fn shown(&self) -> String {
        Url::parse(&self.url)
            .map_or_else(|_| redacted_text(&self.url), |url| redacted(&url))
            .trim_end_matches('/')
            .to_owned()
    }

    /// The address of one of its files, named without an extension, as govulncheck asks for it: compressed from a server,
    /// and plain from a folder.
    pub fn file(&self, endpoint: &str) -> Option<Url> {
        let extension = if self.is_local() { "json" } else { "json.gz" };
        Url::parse(&format!("{}/{endpoint}.{extension}", self.url)).ok()
    }

    /// The name of its file in the cache. Different places may have different entries, such as a company's own.
    pub fn cache_name(&self) -> String {
        if self.url == DEFAULT {
            return "vulndb.json".to_owned();
        }
        format!("vulndb-{}.json", &Sha256Digest::of(self.url.as_bytes()).to_string()[..16])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> std::result::Result<DatabaseSource, String> {
        DatabaseSource::parse("--db", text).map_err(|error| error.to_string())
    }

    #[test]
    fn files_are_asked_for_as_govulncheck_does() {
        let file = |text: &str| parse(text).unwrap().file("index/db").unwrap().to_string();
        assert_eq!(file("https://vuln.go.dev/"), "https://vuln.go.dev/index/db.json.gz");
        assert_eq!(file("http://127.0.0.1:8080/go/vuln"), "http://127.0.0.1:8080/go/vuln/index/db.json.gz");
        assert_eq!(file("file:///srv/vulndb/"), "file:///srv/vulndb/index/db.json");
    }

    #[test]
    fn other_addresses_are_refused_without_their_password() {
        for (text, part) in [
            ("vuln.go.dev", "relative URL without a base"),
            ("ftp://vuln.go.dev", "`ftp` is not one of"),
            ("https://ada:secret@vuln.go.dev/?x=1", "query"),
            ("file:relative", "absolute path"),
            ("", "relative URL"),
        ] {
            match parse(text) {
                Err(message) => {
                    assert!(message.contains(part) && !message.contains("secret"), "{message}");
                }
                // The crate `url` makes an absolute path of it.
                Ok(source) => {
                    assert_eq!((text, source.shown().as_str()), ("file:relative", "file:///relative"));
                }
            }
        }
        assert_eq!(parse("https://ada:secret@vuln.go.dev").unwrap().shown(), "https://xxxxx@vuln.go.dev");
    }

    #[test]
    fn each_place_has_its_own_file_in_the_cache() {
        let name = |text: &str| parse(text).unwrap().cache_name();
        assert_eq!(name("https://vuln.go.dev/"), "vulndb.json");
        assert_ne!(name("https://a.example"), name("https://b.example"));
    }
}
