//! An entry of the vulnerability database in its published form: OSV (ossf.github.io/osv-schema), as far as gom needs it.
//!
//! The same form, without what is not needed, is kept in the cache and carried in the binary. Unknown fields are
//! ignored, because the database may get some. Nothing here is checked: [`crate::vulnerability`] does that.

use serde::{Deserialize, Serialize};

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// `GO-2024-2598`.
    pub id: String,
    /// When the entry was changed: RFC 3339. It is only compared with that of the index.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub modified: String,
    /// When it was taken back, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<String>,
    /// Its names in other databases: `CVE-2024-24783`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// One line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// The modules that have it. One module may be listed twice, for packages with different ranges.
    #[serde(default)]
    pub affected: Vec<Affected>,
}

/// A module that has a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affected {
    /// The module.
    pub package: Package,
    /// The versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ranges: Vec<Range>,
    /// More, by the rules of Go's database.
    #[serde(default)]
    pub ecosystem_specific: Specific,
}

/// The name of a module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Its path; `stdlib` and `toolchain` are Go itself.
    pub name: String,
}

/// Versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// `SEMVER`; others say nothing about releases.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where the vulnerability begins and ends.
    #[serde(default)]
    pub events: Vec<Event>,
}

/// The begin or the end of a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The first version that has it; `0` for the very first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub introduced: Option<String>,
    /// The first version that does not have it any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<String>,
}

/// What Go's database has for a module besides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Specific {
    /// The packages that have the vulnerability. None stands for the whole module.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub imports: Vec<Import>,
}

/// A package that has a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Its path.
    pub path: String,
    /// The systems on which it has it; none stands for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goos: Vec<String>,
    /// The architectures; none stands for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goarch: Vec<String>,
}

impl Affected {
    /// Whether this is about Go itself.
    pub fn is_of_go(&self) -> bool {
        matches!(self.package.name.as_str(), "stdlib" | "toolchain")
    }
}
