//! The machine's policy: whether it can be used, and what it says against the toolchains that are here.

use crate::cause::Cause;
use crate::check::{Check, Platforms};
use crate::facts::HostFacts;
use crate::finding::{Finding, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "policy-unusable",
        title: "the machine's policy can't be used, so nothing is installed and no go runs",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "docs/policy.md",
        run: policy_unusable,
    },
    Check {
        id: "policy-refuses",
        title: "the machine's policy refuses a toolchain that is selected, installed or linked",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "docs/policy.md",
        run: policy_refuses,
    },
    Check {
        id: "policy-applies",
        title: "the machine has a policy about toolchains",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "docs/policy.md",
        run: policy_applies,
    },
];

fn policy_unusable(facts: &HostFacts) -> Vec<Finding> {
    let Some(policy) = &facts.gom.policy else { return Vec::new() };
    let Some((message, hint)) = &policy.problem else { return Vec::new() };
    let finding = with_hint(Finding::new(Cause::Policy, message.as_str()), hint);
    // One that only reports stops nobody.
    vec![if policy.mode == "report" { finding.severity(Severity::Warning) } else { finding }]
}

fn policy_refuses(facts: &HostFacts) -> Vec<Finding> {
    let Some(policy) = &facts.gom.policy else { return Vec::new() };
    let selected = policy.selected.iter().map(|(message, hint)| {
        let finding = with_hint(Finding::new(Cause::Policy, message.as_str()), hint);
        if policy.mode == "report" { finding } else { finding.severity(Severity::Error) }
    });
    let is_selected = |message: &String| policy.selected.as_ref().is_some_and(|(other, _)| other == message);
    let others = policy.refused.iter().filter(|(message, _)| !is_selected(message));
    let others = others.map(|(message, hint)| with_hint(Finding::new(Cause::Policy, message.as_str()), hint));
    selected.chain(others).collect()
}

fn policy_applies(facts: &HostFacts) -> Vec<Finding> {
    let applies = facts.gom.policy.iter().filter(|policy| policy.problem.is_none());
    let found = applies.map(|policy| {
        let message = match policy.mode.as_str() {
            "report" => "a policy reports which toolchains it would refuse",
            _ => "a policy says which toolchains may be installed and may run",
        };
        Finding::new(Cause::Policy, message).at(policy.file.as_str(), policy.mode.as_str())
    });
    found.collect()
}

/// Adds what to run. A hint is a sentence, often with one command alone.
fn with_hint(finding: Finding, hint: &str) -> Finding {
    let command = hint.strip_prefix("run `").and_then(|rest| rest.strip_suffix('`'));
    match command.filter(|command| !command.contains('`')) {
        Some(command) => finding.run(command),
        None => finding.advice(hint),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::PolicyFacts;

    fn facts(mode: &str) -> HostFacts {
        let text = |text: &str| text.to_owned();
        let mut facts = HostFacts::default();
        facts.gom.policy = Some(PolicyFacts {
            file: text("/etc/gom/policy.toml"),
            mode: text(mode),
            problem: None,
            selected: Some((text("a is refused"), text("run `gom use b`"))),
            refused: vec![
                (text("a is refused"), text("run `gom install b`")),
                (text("c is refused"), text("run `x`, then `y`")),
            ],
        });
        facts
    }

    #[test]
    fn what_runs_here_is_an_error_only_where_the_policy_forbids() {
        for (mode, severity) in [("enforce", Some(Severity::Error)), ("report", None)] {
            let found = policy_refuses(&facts(mode));
            let told: Vec<_> = found.iter().map(|one| (one.message.as_str(), one.severity)).collect();
            assert_eq!(told, [("a is refused", severity), ("c is refused", None)], "{mode}");
            assert_eq!(found[0].fix.commands, ["gom use b"]);
            assert_eq!(found[1].fix.advice.as_deref(), Some("run `x`, then `y`"));
        }
    }

    #[test]
    fn a_policy_that_cannot_be_used_is_not_one_that_applies() {
        let mut facts = facts("enforce");
        assert_eq!((policy_applies(&facts).len(), policy_unusable(&facts).len()), (1, 0));
        if let Some(policy) = &mut facts.gom.policy {
            policy.problem = Some(("it is a link".to_owned(), "run `ls`".to_owned()));
        }
        assert_eq!((policy_applies(&facts).len(), policy_unusable(&facts).len()), (0, 1));
        assert!(policy_applies(&HostFacts::default()).is_empty());
    }
}
