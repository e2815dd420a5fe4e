//! Runs checks and groups what they find by cause.

use crate::cause::Cause;
use crate::check::Check;
use crate::facts::HostFacts;
use crate::finding::{Finding, Severity};

/// One finding and the check that made it.
#[derive(Clone, Debug)]
pub struct Diagnosed {
    /// The check.
    pub check: &'static Check,
    /// How bad it is.
    pub severity: Severity,
    /// What it found.
    pub finding: Finding,
}

/// Findings of one cause, the worst first.
#[derive(Clone, Debug)]
pub struct Group {
    /// The cause.
    pub cause: Cause,
    /// How bad the worst one is.
    pub severity: Severity,
    /// The findings.
    pub findings: Vec<Diagnosed>,
}

/// The check that says why others are silent.
const NAME_NOT_UTF8: &str = "name-not-utf8";

/// Facts are text: where a name lost its bytes, nothing was found, and a finding that says so may be false.
fn is_about_lost_name(finding: &Finding) -> bool {
    let is_lost = |text: &str| text.contains(char::REPLACEMENT_CHARACTER);
    is_lost(&finding.message) || finding.evidence.iter().any(|evidence| is_lost(&evidence.place))
}

/// Runs these checks where they mean something, and groups what they find: errors before warnings before
/// notes, and of equally bad causes the one that blocks more first.
pub fn diagnose(facts: &HostFacts, checks: impl Iterator<Item = &'static Check>) -> Vec<Group> {
    let applies = |check: &&Check| check.platforms.include(&facts.system.os);
    let found = checks.filter(applies).flat_map(|check| {
        let is_known = |finding: &Finding| check.id == NAME_NOT_UTF8 || !is_about_lost_name(finding);
        let diagnosed = move |finding: Finding| Diagnosed {
            check,
            severity: finding.severity.unwrap_or(check.severity),
            finding,
        };
        (check.run)(facts).into_iter().filter(is_known).map(diagnosed)
    });
    let mut groups: Vec<Group> = Vec::new();
    for one in found {
        let cause = one.finding.cause.clone();
        match groups.iter_mut().find(|group| group.cause == cause) {
            Some(group) => group.findings.push(one),
            None => groups.push(Group { cause, severity: one.severity, findings: vec![one] }),
        }
    }
    for group in &mut groups {
        group.findings.sort_by_key(|one| std::cmp::Reverse(one.severity));
        group.severity = group.findings[0].severity;
    }
    groups.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.cause.rank().cmp(&b.cause.rank())));
    groups
}
