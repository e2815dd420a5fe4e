//! The findings of a check in the forms of other programs: annotations of GitHub's workflows, GitLab's code quality report,
//! and SARIF for code scanning.
//!
//! Never: decides what is a finding. Invariant: a file's name or content, which a stranger may have chosen, can't end an
//! annotation or begin another.

mod finding;
mod github;
mod gitlab;
mod sarif;

use crate::sync::{Agreement, SyncReport};

use finding::{Finding, OUT_OF_STEP, UNREADABLE};

/// A form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    /// Annotations of GitHub's workflows, one a line.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// SARIF 2.1.0.
    Sarif,
}

/// Returns the findings in a form. There is a text for no findings too: an empty report.
pub fn render(format: ReportFormat, report: &SyncReport) -> String {
    let findings = findings(report);
    match format {
        ReportFormat::Github => github::render(&findings),
        ReportFormat::Gitlab => gitlab::render(&findings),
        ReportFormat::Sarif => sarif::render(&findings),
    }
}

fn findings(report: &SyncReport) -> Vec<Finding> {
    let places = report.places.iter().filter(|place| place.agreement == Agreement::OutOfStep);
    let places = places.map(|place| Finding {
        rule: OUT_OF_STEP,
        file: place.file.clone(),
        line: place.mention.line,
        message: format!("{} {}: {}", place.mention.what, place.mention.written, place.reason),
    });
    let files = report.unreadable.iter().map(|file| Finding {
        rule: UNREADABLE,
        file: file.file.clone(),
        line: file.line.unwrap_or(1),
        message: file.reason.clone(),
    });
    places.chain(files).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hostile() -> Vec<Finding> {
        vec![Finding {
            rule: OUT_OF_STEP,
            file: "a b,c:d\n::error::x/go.mod".to_owned(),
            line: 3,
            message: "go line 1.21: 100% old\n::error::x".to_owned(),
        }]
    }

    #[test]
    fn an_annotation_has_one_line_whatever_a_file_is_called() {
        assert_eq!(
            github::render(&hostile()),
            "::error file=a b%2Cc%3Ad%0A%3A%3Aerror%3A%3Ax/go.mod,line=3,title=Go version out of step::go line 1.21: 100%25 old%0A::error::x"
        );
        assert_eq!(github::render(&[]), "");
    }

    #[test]
    fn a_code_quality_report_is_a_list_with_fingerprints() {
        let list: serde_json::Value = serde_json::from_str(&gitlab::render(&hostile())).unwrap();
        assert_eq!(list[0]["location"]["lines"]["begin"], 3);
        assert_eq!(list[0]["fingerprint"].as_str().unwrap().len(), 64);
        assert_eq!(gitlab::render(&[]), "[]");
    }

    #[test]
    fn sarif_names_a_rule_and_a_place() {
        let log: serde_json::Value = serde_json::from_str(&sarif::render(&hostile())).unwrap();
        let result = &log["runs"][0]["results"][0];
        assert_eq!((&log["version"], &result["ruleId"]), (&"2.1.0".into(), &OUT_OF_STEP.into()));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["region"]["startLine"], 3);
        assert_eq!(place["artifactLocation"]["uri"], "a%20b%2Cc%3Ad%0A%3A%3Aerror%3A%3Ax/go.mod");
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(rules.len(), 2);
    }
}
