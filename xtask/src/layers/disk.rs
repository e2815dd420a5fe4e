//! The rule about the disk: the root of every crate denies clippy's `disallowed_methods`, so that only the
//! modules that expect the lint touch the disk. Clippy checks the modules; a new crate without the line would
//! have no rule.

use super::source::{Crate, DENY};
use super::violation::{Rule, Violation};

/// The members that users don't run.
const EXEMPT: &[&str] = &["tests", "faults", "xtask"];

/// Returns a violation if the root of a crate does not deny the disk.
pub(super) fn undenied(krate: &Crate) -> Option<Violation> {
    // The name of a folder of tests is a path.
    let is_exempt = EXEMPT.contains(&krate.name.as_str()) || krate.name.contains('/');
    (!is_exempt && !krate.denies_disk).then(|| Violation {
        rule: Rule::Disk,
        crate_name: krate.name.clone(),
        what: format!("its root does not deny the disk by the line `{DENY}`"),
        places: vec![krate.root.clone()],
    })
}
