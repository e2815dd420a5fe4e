//! The names of a release in its packages: of the package, of the version, of the places.
//!
//! Invariant: while `release.toml` has no name for packages, they are for tests of the files alone. Their version then
//! says so in a form that the registries refuse (`+local` in Python, `private` at npm), because the placeholder may be
//! somebody else's name there.

use anyhow::{Result, ensure};

use crate::dist::identity::Identity;

/// The name of packages while release.toml has none.
const PLACEHOLDER: &str = "gom";

/// Who the packages say that they are.
#[derive(Debug, Clone)]
pub(super) struct Release {
    /// The name at the registries.
    pub(super) package: String,
    /// Whether that name is only for tests.
    pub(super) is_local: bool,
    /// The version of gom: `0.1.0` or `0.2.0-rc.1`.
    pub(super) version: String,
    /// Where the archives of this version will be, without a slash at its end.
    pub(super) base: Option<String>,
    /// The address of the project.
    pub(super) homepage: Option<String>,
}

impl Release {
    pub(super) fn new(identity: &Identity, version: &str) -> Self {
        Self {
            package: identity.package.clone().unwrap_or_else(|| PLACEHOLDER.to_owned()),
            is_local: identity.package.is_none(),
            version: version.to_owned(),
            base: identity.archives_of(version),
            homepage: identity.homepage(),
        }
    }

    /// The version as Python writes it (PEP 440): `0.2.0rc1`, `0.1.0+local`.
    pub(super) fn python_version(&self) -> Result<String> {
        let (number, pre) = self.version.split_once('-').unwrap_or((&self.version, ""));
        let mut version = number.to_owned();
        if !pre.is_empty() {
            let (word, count) = pre.split_once('.').unwrap_or((pre, "0"));
            let word = match word {
                "alpha" => "a",
                "beta" => "b",
                other => other,
            };
            ensure!(matches!(word, "a" | "b" | "rc"), "Python knows no version {}", self.version);
            version.push_str(word);
            version.push_str(count);
        }
        if self.is_local {
            version.push_str("+local");
        }
        Ok(version)
    }

    /// The version as npm writes it.
    pub(super) fn npm_version(&self) -> String {
        let separator = if self.version.contains('-') { "." } else { "-" };
        if self.is_local { format!("{}{separator}local", self.version) } else { self.version.clone() }
    }

    /// The version as Debian writes it: what stands behind a tilde is older than what has none.
    pub(super) fn debian_version(&self) -> String {
        let version = self.version.replacen('-', "~", 1);
        if self.is_local { format!("{version}~local") } else { version }
    }
}
