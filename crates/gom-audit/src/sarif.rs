//! A report as SARIF 2.1.0, the form that GitHub, GitLab and editors show: a rule for each vulnerability, and a result for
//! each place that has it.

use std::path::Path;

use gom_vulns::database::{Database, Finding};
use serde_json::{Value, json};
use url::Url;

use crate::report::{Found, Judged, Level};
use crate::subjects::Subject;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Returns the report. Files below `folder` are named relative to it, as code hosts want them.
pub fn document(
    database: &Database,
    judged: &[Judged<'_>],
    found: &[Found<'_>],
    folder: Option<&Path>,
    gom_version: &str,
) -> Value {
    let results = judged.iter().flat_map(|one| {
        one.found().map(|(finding, level)| result(&one.subject, finding, *level, found, folder))
    });
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "gom audit",
                "semanticVersion": gom_version,
                "rules": found.iter().map(rule).collect::<Vec<_>>(),
                "properties": {"database": database.place, "databaseAsOf": database.as_of},
            }},
            "results": results.collect::<Vec<_>>(),
        }],
    })
}

fn rule(found: &Found<'_>) -> Value {
    let vulnerability = found.vulnerability;
    json!({
        "id": vulnerability.id.as_str(),
        "shortDescription": {"text": summary(found)},
        "helpUri": vulnerability.page(),
        "properties": {"tags": vulnerability.aliases, "packages": vulnerability.packages()},
    })
}

fn summary(found: &Found<'_>) -> String {
    let vulnerability = found.vulnerability;
    if vulnerability.summary.is_empty() {
        vulnerability.id.to_string()
    } else {
        vulnerability.summary.clone()
    }
}

fn result(
    subject: &Subject,
    finding: &Finding<'_>,
    level: Level,
    found: &[Found<'_>],
    folder: Option<&Path>,
) -> Value {
    let id = &finding.vulnerability.id;
    let rule = found.iter().position(|one| one.vulnerability.id == *id);
    let fix = match &finding.fixed {
        Some(version) => format!("fixed in Go {version}"),
        None => "no release fixes it yet".to_owned(),
    };
    let text = format!("{} Go {} has {id}: {fix}", subject.kind.name(), subject.go);
    let mut result = json!({
        "ruleId": id.as_str(),
        "ruleIndex": rule,
        "level": level.name(),
        "message": {"text": text},
    });
    if let Some(location) = location(subject, folder) {
        result["locations"] = json!([location]);
    }
    result
}

fn location(subject: &Subject, folder: Option<&Path>) -> Option<Value> {
    let mut place = json!({"artifactLocation": {"uri": uri(subject.path.as_deref()?, folder)?}});
    if let Some(line) = subject.line {
        place["region"] = json!({"startLine": line});
    }
    Some(json!({"physicalLocation": place}))
}

/// The address of a file, relative to the folder if it is below it.
fn uri(path: &Path, folder: Option<&Path>) -> Option<String> {
    let absolute = Url::from_file_path(path).ok()?;
    let base = folder.and_then(|folder| Url::from_directory_path(folder).ok());
    let relative = base.and_then(|base| absolute.as_str().strip_prefix(base.as_str()).map(str::to_owned));
    Some(relative.unwrap_or_else(|| absolute.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_folder_are_named_relative_to_it() {
        let uri = |path: &str| uri(Path::new(path), Some(Path::new("/src/a b"))).unwrap();
        assert_eq!(uri("/src/a b/go.mod"), "go.mod");
        assert_eq!(uri("/src/a b/cmd/x#1/go.mod"), "cmd/x%231/go.mod");
        assert_eq!(uri("/src/a bc/go.mod"), "file:///src/a%20bc/go.mod");
        assert_eq!(uri("/usr/bin/x"), "file:///usr/bin/x");
    }
}
