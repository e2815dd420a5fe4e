//! The checks, one file per area. Each is a pure function over the facts. Two checks that report the same
//! problem name the same cause and offer the same fix.

mod arch;
mod brew;
pub(crate) mod cgo;
pub(crate) mod editors;
mod go_env;
mod goroot;
mod linux;
mod macos;
pub(crate) mod managers;
mod modules;
mod path;
mod path_lines;
pub(crate) mod pins;
mod policy;
mod project;
mod resources;
mod selection;
mod shared;
mod signature;
mod toolchains;
pub(crate) mod tools;

use crate::check::Check;

/// The checks of each area, in the order in which they are listed.
const AREAS: &[&[Check]] = &[
    arch::CHECKS,
    macos::CHECKS,
    path::CHECKS,
    path_lines::CHECKS,
    brew::CHECKS,
    managers::CHECKS,
    goroot::CHECKS,
    go_env::CHECKS,
    cgo::CHECKS,
    selection::CHECKS,
    policy::CHECKS,
    toolchains::CHECKS,
    signature::CHECKS,
    linux::CHECKS,
    resources::CHECKS,
    editors::CHECKS,
    tools::CHECKS,
    project::CHECKS,
    pins::CHECKS,
    modules::CHECKS,
];

/// Every check, by area: the list that `gom doctor --list` and docs/doctor.md show.
pub fn all() -> impl Iterator<Item = &'static Check> {
    AREAS.iter().copied().flatten()
}

/// The check with this id or source.
pub fn named(name: &str) -> Option<&'static Check> {
    all().find(|check| check.id.eq_ignore_ascii_case(name) || check.source.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_and_sources_name_one_check() {
        let mut seen = BTreeSet::new();
        for check in all() {
            assert!(seen.insert(check.id), "{} twice", check.id);
            assert!(!check.title.is_empty() && !check.source.is_empty(), "{}", check.id);
        }
    }
}
