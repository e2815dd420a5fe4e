//! What a check is: a pure function over the facts, with a name, a severity and the platforms it is for.

use std::fmt;

use serde::Serialize;

use super::facts::HostFacts;
use super::finding::{Finding, Severity};

/// One check.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Check {
    /// Its name, for `--only`.
    pub id: &'static str,
    /// What it reports, in a few words.
    pub title: &'static str,
    /// The platforms that it runs on.
    pub platforms: Platforms,
    /// The severity of its findings, unless a finding has its own.
    pub severity: Severity,
    /// The number of its rule, or the page or source file that the rule comes from.
    pub source: &'static str,
    /// The function that finds it.
    #[serde(skip)]
    pub run: fn(&HostFacts) -> Vec<Finding>,
}

/// The platforms that a check runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Platforms {
    /// All platforms.
    All,
    /// macOS only.
    Darwin,
    /// Linux only.
    Linux,
}

impl Platforms {
    /// Whether a host with this GOOS is one of them.
    pub fn include(self, os: &str) -> bool {
        match self {
            Platforms::All => true,
            Platforms::Darwin => os == "darwin",
            Platforms::Linux => os == "linux",
        }
    }
}

impl fmt::Display for Platforms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Platforms::All => "all",
            Platforms::Darwin => "macOS",
            Platforms::Linux => "Linux",
        })
    }
}
