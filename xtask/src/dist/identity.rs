//! Who gom is when it is released: the typed reader of `release.toml`.
//!
//! Invariant: a value is either `None` or has the form that its users need, so that none has to check or quote it
//! again. Never: a default for an empty value, because a name that is not ours would send people to a stranger.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// The file below the repository's root.
pub(super) const FILE: &str = "release.toml";

/// The values; `None` where the file has an empty one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The repository on GitHub: `OWNER/REPO`.
    pub(crate) repository: Option<String>,
    /// The path of the Go module.
    pub(crate) module: Option<String>,
    /// The address of the folder with the archives, without a slash at its end.
    pub(crate) base: Option<String>,
    /// The name at package registries.
    pub(crate) package: Option<String>,
}

/// The file as it is written: every name has to be there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    repository: String,
    module: String,
    base: String,
    package: String,
}

impl Identity {
    pub(crate) fn read(repository: &Path) -> Result<Self> {
        let file = repository.join(FILE);
        let text = fs::read_to_string(&file).with_context(|| format!("can't read {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("in {FILE}"))
    }

    /// The address of the project.
    pub(super) fn homepage(&self) -> Option<String> {
        self.repository.as_ref().map(|name| format!("https://github.com/{name}"))
    }

    /// Where the archives of this version will be. The workflow puts them there, and there they stay; `base` may go on
    /// to the next version.
    pub(super) fn archives_of(&self, version: &str) -> Option<String> {
        let of_github = self.homepage().map(|page| format!("{page}/releases/download/v{version}"));
        of_github.or_else(|| self.base.clone())
    }

    pub(super) fn parse(text: &str) -> Result<Self> {
        let written: Written = toml::from_str(text)?;
        Ok(Self {
            repository: value("repository", written.repository, "OWNER/REPO", is_repository)?,
            module: value("module", written.module, "the path of a Go module", is_module)?,
            base: value("base", written.base, "https:// without a slash at the end", is_base)?,
            package: value("package", written.package, "small letters, digits and `-`", is_package)?,
        })
    }
}

fn value(name: &str, text: String, form: &str, is_good: fn(&str) -> bool) -> Result<Option<String>> {
    ensure!(text.is_empty() || is_good(&text), "{name} has to be empty or {form}, not `{text}`");
    Ok((!text.is_empty()).then_some(text))
}

fn is_repository(text: &str) -> bool {
    text.split_once('/').is_some_and(|(owner, name)| is_word(owner) && is_word(name))
}

/// The part of Go's rules that a path of ours may use (`module.CheckPath`): its first element is a host.
fn is_module(text: &str) -> bool {
    let host = text.split('/').next().unwrap_or_default();
    host.contains('.') && text == text.to_ascii_lowercase() && text.split('/').all(is_word)
}

fn is_base(text: &str) -> bool {
    text.strip_prefix("https://")
        .is_some_and(|rest| rest.split('/').next().is_some_and(|host| host.contains('.')) && is_path(rest))
}

fn is_path(text: &str) -> bool {
    text.split('/').all(is_word)
}

/// What pip, npm, Homebrew and Debian all accept as it is.
fn is_package(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.ends_with(|last: char| last.is_ascii_alphanumeric())
        && text.len() > 1
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// A part of a path that no shell, URL or Go module has to quote.
fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.ends_with(|last: char| last.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(name: &str, text: &str) -> Result<Identity> {
        let names = ["repository", "module", "base", "package"];
        let lines = names.map(|each| format!("{each} = '{}'\n", if each == name { text } else { "" }));
        Identity::parse(&lines.concat())
    }

    #[test]
    fn the_file_of_this_repository_can_be_read() {
        Identity::read(&crate::dist::repository()).unwrap();
    }

    #[test]
    fn an_empty_value_is_none_and_a_filled_one_is_itself() {
        let identity = parse("module", "example.com/gom").unwrap();
        let module = Some("example.com/gom".to_owned());
        assert_eq!(identity, Identity { repository: None, module, base: None, package: None });
    }

    /// An install.sh that somebody keeps has to work after the next release too.
    #[test]
    fn archives_are_where_they_stay() {
        let mut identity = parse("repository", "ada/gom").unwrap();
        identity.base = Some("https://example.com/newest".to_owned());
        let of_github = "https://github.com/ada/gom/releases/download/v0.1.0".to_owned();
        assert_eq!(identity.archives_of("0.1.0"), Some(of_github));
        identity.repository = None;
        assert_eq!(identity.archives_of("0.1.0"), identity.base);
    }

    #[test]
    fn a_value_of_another_form_is_refused_by_its_name() {
        for (name, good, wrong) in [
            ("repository", "ada/gom", &["gom", "ada/gom/x", "ada/", "ada /gom", "$(id)/gom"][..]),
            ("module", "example.com/ada/gom", &["gom", "example.com/Gom", "example.com/", "-a.b/c"]),
            (
                "base",
                "https://example.com/gom/v1",
                &[
                    "http://example.com",
                    "https://example.com/",
                    "https://localhost",
                    "https://example.com/a b",
                ],
            ),
            ("package", "gom-go", &["Gom", "gom_go", "-gom", "gom-", "1gom", "g"]),
        ] {
            parse(name, good).unwrap();
            for text in wrong {
                let error = parse(name, text).unwrap_err().to_string();
                assert!(error.starts_with(&format!("{name} has to be")), "{error}");
            }
        }
    }

    #[test]
    fn a_name_that_is_missing_or_misspelt_is_an_error() {
        assert!(Identity::parse("repository = ''\nmodule = ''\nbase = ''\n").is_err());
        assert!(
            Identity::parse("repository = ''\nmodule = ''\nbase = ''\npackage = ''\nbaes = ''\n").is_err()
        );
    }
}
