//! The rule about the process environment: only the programs read it, and pass it to the libraries as a
//! value.

use super::source::{Crate, name};
use super::violation::{Rule, Violation};

/// The crates under the rule, each with the modules that may read: those that build the value, and those that
/// need the terminal before that.
const CALLERS: &[(&str, &[&str])] = &[
    ("gom-agents", &[]),
    ("gom-audit", &[]),
    ("gom-ci", &[]),
    ("gom-cli", &["app", "terminal::screen"]),
    ("gom-core", &[]),
    ("gom-doctor", &[]),
    ("gom-select", &[]),
    ("gom-ide", &[]),
    ("gom-import", &[]),
    ("gom-many", &[]),
    ("gom-project", &[]),
    ("gom-self", &[]),
    ("gom-shell", &[]),
    ("gom-sumdb", &[]),
    ("gom-tools", &[]),
    ("gom-vulns", &[]),
    ("shims", &["the crate's root", "environment", "provide"]),
];

/// Returns a violation for each module that reads but may not.
pub(super) fn readers(krate: &Crate) -> Vec<Violation> {
    let Some((_, callers)) = CALLERS.iter().find(|(crate_name, _)| *crate_name == krate.name) else {
        return Vec::new();
    };
    let reads = krate.environment.iter().filter(|(module, _)| !callers.contains(&name(module).as_str()));
    reads
        .map(|(module, place)| Violation {
            rule: Rule::Environment,
            crate_name: krate.name.clone(),
            what: format!("{} reads the process environment", name(module)),
            places: vec![place.clone()],
        })
        .collect()
}
