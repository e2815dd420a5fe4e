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
    /// What it finds, in a few words.
    pub title: &'static str,
    /// Where it means something.
    pub platforms: Platforms,
    /// How bad what it finds is.
    pub severity: Severity,
    /// The number of the rule it follows, or Go's source or documentation for it.
    pub source: &'static str,
    /// Finds it.
    #[serde(skip)]
    pub run: fn(&HostFacts) -> Vec<Finding>,
}

/// Where a check means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Platforms {
    /// Everywhere.
    All,
    /// macOS alone.
    Darwin,
    /// Linux alone.
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
