//! SARIF 2.1.0, which code scanning of GitHub and others reads.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::finding::{Finding, OUT_OF_STEP, UNREADABLE};

pub(super) fn render(findings: &[Finding]) -> String {
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| {
            json!({
                "ruleId": finding.rule,
                "level": "error",
                "message": {"text": finding.message},
                "locations": [{
                    "physicalLocation": {
                        "artifactLocation": {"uri": uri(&finding.file), "uriBaseId": "%SRCROOT%"},
                        "region": {"startLine": finding.line},
                    },
                }],
            })
        })
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "gom",
                    "version": env!("CARGO_PKG_VERSION"),
                    "rules": [
                        {
                            "id": OUT_OF_STEP,
                            "shortDescription": {"text": "A place names another Go version than the project has"},
                        },
                        {
                            "id": UNREADABLE,
                            "shortDescription": {"text": "A file that may name a Go version is not valid"},
                        },
                    ],
                },
            },
            "results": results,
        }],
    });
    format!("{log:#}")
}

/// A path as a relative URI.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}
