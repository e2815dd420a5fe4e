//! GitLab's code quality report.

use std::collections::HashMap;

use gom_core::digest::Sha256Digest;
use serde_json::{Value, json};

use super::finding::Finding;

pub(super) fn render(findings: &[Finding]) -> String {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let issues = findings.iter().map(|finding| {
        // The line is not a part: a finding stays the same one if lines above it change. Equal ones are counted.
        let identity = format!("{}\n{}\n{}", finding.rule, finding.file, finding.message);
        let count = seen.entry(identity.clone()).or_default();
        *count += 1;
        let identity = format!("{identity}\n{count}");
        json!({
            "description": finding.message,
            "check_name": finding.rule,
            "fingerprint": Sha256Digest::of(identity.as_bytes()).to_string(),
            "severity": "major",
            "location": {"path": finding.file, "lines": {"begin": finding.line}},
        })
    });
    Value::Array(issues.collect()).to_string()
}
