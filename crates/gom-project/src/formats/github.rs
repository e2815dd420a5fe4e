//! Workflow commands of GitHub: `::error file=go.mod,line=3::...`.

use super::finding::{Finding, UNREADABLE};

pub(super) fn render(findings: &[Finding]) -> String {
    let lines = findings.iter().map(|finding| {
        let title = if finding.rule == UNREADABLE { "File not valid" } else { "Go version out of step" };
        format!(
            "::error file={},line={},title={title}::{}",
            property(&finding.file),
            finding.line,
            data(&finding.message)
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The escapes of the runner for what follows `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The escapes of the runner for a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
