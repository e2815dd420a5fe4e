//! Runs checks and groups their findings by cause.

use crate::cause::Cause;
use crate::check::Check;
use crate::facts::HostFacts;
use crate::finding::{Finding, Severity};

/// One finding and the check that made it.
#[derive(Clone, Debug)]
pub struct Diagnosed {
    /// The check.
    pub check: &'static Check,
    /// Its severity.
    pub severity: Severity,
    /// The finding.
    pub finding: Finding,
}

/// The findings with one cause, the worst first.
#[derive(Clone, Debug)]
pub struct Group {
    /// The cause.
    pub cause: Cause,
    /// The severity of the worst one.
    pub severity: Severity,
    /// The findings.
    pub findings: Vec<Diagnosed>,
}

/// The check that reports paths which the others can't judge.
const NAME_NOT_UTF8: &str = "name-not-utf8";

/// Facts are text. A path that is not UTF-8 can't be looked up, so a finding that says it is missing may be false.
fn is_about_lost_name(finding: &Finding) -> bool {
    let is_lost = |text: &str| text.contains(char::REPLACEMENT_CHARACTER);
    is_lost(&finding.message) || finding.evidence.iter().any(|evidence| is_lost(&evidence.place))
}

/// Runs the checks for this platform and groups their findings: errors before warnings before notes, and among
/// causes of one severity the most blocking first.
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
