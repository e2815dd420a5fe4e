//! What is audited, judged by the database.
//!
//! Owns: the levels. Go's database tells no severity, so a level tells what can be done and not how bad it is.

use std::collections::BTreeMap;

use gom_select::version::GoVersion;
use gom_vulns::database::{Database, Finding};
use gom_vulns::vulnerability::{Vulnerability, VulnerabilityId};

use crate::subjects::{Subject, SubjectKind};

/// How much a finding matters, ascending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing is found.
    None,
    /// What runs may not have it: a floor allows a newer Go, or only programs for other platforms have it.
    Note,
    /// It has the vulnerability, and no release fixes it yet.
    Warning,
    /// It has the vulnerability, and a release fixes it.
    Error,
}

impl Level {
    /// Its name: SARIF's.
    pub fn name(self) -> &'static str {
        match self {
            Level::None => "none",
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }

    fn of(subject: &Subject, finding: &Finding<'_>) -> Level {
        if subject.is_floor() || finding.is_elsewhere {
            Level::Note
        } else if finding.fixed.is_some() {
            Level::Error
        } else {
            Level::Warning
        }
    }
}

/// Something that was audited.
#[derive(Clone, Debug)]
pub struct Judged<'a> {
    /// What.
    pub subject: Subject,
    /// What was found, the newest first. `None` if its Go is no release that could be looked up.
    pub findings: Option<Vec<(Finding<'a>, Level)>>,
    /// The first later release without any known vulnerability; `None` if there is none, or nothing was found.
    pub clean: Option<GoVersion>,
}

impl Judged<'_> {
    /// The highest level of its findings.
    pub fn level(&self) -> Level {
        self.found().map(|(_, level)| *level).max().unwrap_or(Level::None)
    }

    /// The findings; none if its Go could not be looked up.
    pub fn found(&self) -> impl Iterator<Item = &(Finding<'_>, Level)> {
        self.findings.iter().flatten()
    }

    /// What to run, or to do, so that it has no known vulnerability. `None` if nothing of it calls for that.
    pub fn cure(&self) -> Option<String> {
        if self.level() < Level::Error {
            return None;
        }
        let (version, clean) = (self.subject.version.as_ref()?, self.clean.as_ref()?);
        let is_patch = version.line() == clean.line();
        Some(match self.subject.kind {
            SubjectKind::Default if is_patch => format!("run `gom use --secure {}`", version.line()),
            SubjectKind::Default => format!("run `gom use --secure {}`", clean.line()),
            SubjectKind::Pin => format!("run `gom local {clean}` for the pin"),
            SubjectKind::Toolchain if is_patch => {
                format!("run `gom upgrade {} --remove-old` for {}", version.line(), self.subject.name)
            }
            SubjectKind::Toolchain => format!("run `gom uninstall {}`", self.subject.name),
            SubjectKind::Tool => {
                format!("run `gom tools install {} --go {clean}`", self.subject.name)
            }
            SubjectKind::Goroot | SubjectKind::Floor => return None,
            SubjectKind::Program => {
                let path = self.subject.path.as_deref()?.display();
                format!("build `{path}` again with Go {clean} or newer")
            }
        })
    }
}

/// Judges what is audited.
pub fn judge(database: &Database, subjects: Vec<Subject>) -> Vec<Judged<'_>> {
    let judged = subjects.into_iter().map(|subject| {
        let findings =
            subject.version.as_ref().and_then(|version| database.findings(version, subject.scope()));
        let findings: Option<Vec<_>> = findings.map(|findings| {
            let level = |finding| (Level::of(&subject, &finding), finding);
            findings.into_iter().map(level).map(|(level, finding)| (finding, level)).collect()
        });
        let has_some = findings.iter().flatten().any(|(finding, _)| !finding.is_elsewhere);
        let version = subject.version.as_ref().filter(|_| has_some);
        let clean = version.and_then(|version| database.first_clean(version, subject.scope()));
        Judged { subject, findings, clean }
    });
    judged.collect()
}

/// The highest level of all.
pub fn level(judged: &[Judged<'_>]) -> Level {
    judged.iter().map(Judged::level).max().unwrap_or(Level::None)
}

/// A vulnerability, and what has it.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// The vulnerability.
    pub vulnerability: &'a Vulnerability,
    /// The highest level of its findings.
    pub level: Level,
}

/// Each vulnerability that was found once, the newest first.
pub fn found<'a>(judged: &[Judged<'a>]) -> Vec<Found<'a>> {
    let mut found: BTreeMap<&VulnerabilityId, Found<'a>> = BTreeMap::new();
    for (finding, level) in judged.iter().flat_map(|one| one.findings.iter().flatten()) {
        let vulnerability = finding.vulnerability;
        let one = found.entry(&vulnerability.id).or_insert(Found { vulnerability, level: *level });
        one.level = one.level.max(*level);
    }
    found.into_values().rev().collect()
}

#[cfg(test)]
mod tests {
    use gom_select::platform::Platform;

    use super::*;
    use gom_vulns::database::DatabaseOrigin;
    use gom_vulns::entry::Entry;

    fn database() -> Database {
        let entries: Vec<Entry> = serde_json::from_str(
            r#"[
            {"id": "GO-2026-0001", "affected": [{"package": {"name": "stdlib"},
                "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.26.3"}]}]}]},
            {"id": "GO-2026-0002", "affected": [{"package": {"name": "toolchain"},
                "ranges": [{"type": "SEMVER", "events": [{"introduced": "1.26.3"}]}]}]},
            {"id": "GO-2026-0003", "affected": [{"package": {"name": "stdlib"},
                "ranges": [{"type": "SEMVER", "events": [{"introduced": "1.26.3"}, {"fixed": "1.26.4"}]}],
                "ecosystem_specific": {"imports": [{"path": "os", "goos": ["plan9"]}]}}]}]"#,
        )
        .unwrap();
        Database::of(&entries, "2026-11-05T00:00:00Z".to_owned(), String::new(), DatabaseOrigin::Built)
            .unwrap()
    }

    fn subject(kind: SubjectKind, version: &str) -> Subject {
        Subject {
            kind,
            go: version.to_owned(),
            version: GoVersion::parse(version).ok(),
            platform: Some(Platform::new("linux", "amd64").unwrap()),
            name: "x".to_owned(),
            path: Some("/x".into()),
            line: None,
        }
    }

    #[test]
    fn a_level_tells_what_can_be_done() {
        let database = database();
        let judge_one = |kind, version| {
            let judged = judge(&database, vec![subject(kind, version)]);
            let found: Vec<_> =
                judged[0].found().map(|(one, level)| (one.vulnerability.id.as_str(), *level)).collect();
            (level(&judged), found.len(), judged[0].cure())
        };
        let cure = Some("build `/x` again with Go 1.26.3 or newer".to_owned());
        assert_eq!(judge_one(SubjectKind::Program, "1.26.2"), (Level::Error, 1, cure));
        assert_eq!(judge_one(SubjectKind::Default, "1.26.2"), (Level::Error, 1, None), "1.26.3 has another");
        assert_eq!(judge_one(SubjectKind::Toolchain, "1.26.3"), (Level::Warning, 2, None));
        assert_eq!(judge_one(SubjectKind::Program, "1.26.3"), (Level::Note, 1, None), "that of Plan 9");
        assert_eq!(judge_one(SubjectKind::Floor, "1.26.2"), (Level::Note, 1, None));
        assert_eq!(judge_one(SubjectKind::Program, "1.26.4"), (Level::None, 0, None));
        assert_eq!(judge_one(SubjectKind::Program, "tip"), (Level::None, 0, None));
    }

    #[test]
    fn each_vulnerability_is_listed_once_with_its_highest_level() {
        let database = database();
        let subjects = vec![subject(SubjectKind::Floor, "1.26.2"), subject(SubjectKind::Pin, "1.26.2")];
        let judged = judge(&database, subjects);
        let found = found(&judged);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].vulnerability.id.as_str(), found[0].level), ("GO-2026-0001", Level::Error));
    }

    #[test]
    fn levels_are_in_order() {
        let all = [Level::None, Level::Note, Level::Warning, Level::Error];
        assert!(all.is_sorted_by(|a, b| a < b));
    }
}
