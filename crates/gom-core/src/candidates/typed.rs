//! What completions offer for the text typed so far.
//!
//! Keywords and lines come first. The patches of a line are offered once its number is typed, because nobody looks
//! for one of 355 releases in a list.

use std::collections::{BTreeSet, HashSet};

use gom_select::toolchain::ToolchainId;
use gom_select::version::{GoVersion, ReleaseLine};

use super::known::KnownToolchains;
use super::state::{Presence, Support};

/// The kinds of toolchains that an argument takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CandidateKind {
    /// Installed ones, each by its version.
    Installed,
    /// What can run now: installed and linked ones, lines, and `system`.
    Runnable,
    /// Published ones.
    Published,
    /// Installed, linked and published ones, and `system`.
    Selectable,
}

/// One SPEC to offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The SPEC.
    pub text: String,
    /// What it means or what should be known about it; may be empty.
    pub note: String,
}

impl Candidate {
    fn new(text: impl Into<String>, note: impl Into<String>) -> Candidate {
        Candidate { text: text.into(), note: note.into() }
    }
}

impl KnownToolchains {
    /// Returns what to offer for an argument of this kind, best first. Each candidate begins with `typed`.
    pub fn candidates(&self, kind: CandidateKind, typed: &str) -> Vec<Candidate> {
        // `go1.22.6` is as good as `1.22.6`: who types the prefix gets it back.
        let is_prefixed = typed.len() > 2 && typed.starts_with("go") && !"golang".starts_with(typed);
        let number = if is_prefixed { &typed[2..] } else { typed };
        let mut all = match kind {
            CandidateKind::Installed => self.installed_ones(true),
            CandidateKind::Runnable => self.runnable(),
            CandidateKind::Published | CandidateKind::Selectable => self.choosable(kind, number),
        };
        if is_prefixed {
            all.retain(|candidate| candidate.text.starts_with(|first: char| first.is_ascii_digit()));
            for candidate in &mut all {
                candidate.text.insert_str(0, "go");
            }
        }
        let mut seen = HashSet::new();
        all.retain(|candidate| candidate.text.starts_with(typed) && seen.insert(candidate.text.clone()));
        all
    }

    fn installed_ones(&self, with_broken: bool) -> Vec<Candidate> {
        let broken = self.broken.iter().filter(|_| with_broken);
        let ids: BTreeSet<&ToolchainId> = self.installed.iter().chain(broken).collect();
        let note = |id: &ToolchainId| {
            let support = self.support(&id.version);
            match self.presence(id) {
                presence @ (Presence::Default | Presence::Pinned | Presence::Broken) => {
                    format!("{presence}, {support}")
                }
                Presence::Installed | Presence::Absent => support.to_string(),
            }
        };
        ids.into_iter().rev().map(|id| Candidate::new(id.as_argument(&self.host), note(id))).collect()
    }

    fn runnable(&self) -> Vec<Candidate> {
        let mut all = self.installed_ones(false);
        let lines: BTreeSet<ReleaseLine> =
            self.installed.iter().filter(|id| id.is_for(&self.host)).map(|id| id.version.line()).collect();
        all.extend(lines.iter().rev().filter_map(|line| {
            let newest =
                self.installed.iter().find(|id| line.contains(&id.version) && id.is_for(&self.host))?;
            Some(Candidate::new(line.to_string(), newest.version.to_string()))
        }));
        if !self.installed.is_empty() {
            all.push(Candidate::new("latest", "the newest installed release"));
        }
        all.extend(self.linked_ones());
        all.push(Candidate::new("system", SYSTEM));
        all
    }

    fn linked_ones(&self) -> impl Iterator<Item = Candidate> + '_ {
        self.linked.iter().map(|tree| {
            let version = tree.version.as_ref().map(|version| format!("Go {version}, ")).unwrap_or_default();
            Candidate::new(tree.name.as_str(), format!("{version}linked to {}", tree.goroot.display()))
        })
    }

    fn choosable(&self, kind: CandidateKind, number: &str) -> Vec<Candidate> {
        let asked =
            self.asked_here.iter().filter(|(text, _)| text != "system" || kind == CandidateKind::Selectable);
        let mut all: Vec<Candidate> =
            asked.map(|(text, place)| Candidate::new(text, format!("asked for by {place}"))).collect();
        all.extend(self.keywords(kind));
        let versions = &self.versions;
        let lines: BTreeSet<ReleaseLine> = versions.iter().map(GoVersion::line).collect();
        all.extend(lines.iter().rev().map(|line| Candidate::new(line.to_string(), self.note_of_line(line))));
        let open = open_line(number, &lines);
        let offers = |version: &&GoVersion| match &open {
            Some(line) => line.contains(version) && self.offers_prerelease(version, line, number),
            None => false,
        };
        let installed = self.installed.iter().filter(|id| id.is_for(&self.host)).map(|id| &id.version);
        let patches = versions.iter().filter(offers);
        all.extend(
            patches
                .chain(installed.filter(|_| open.is_none()))
                .map(|version| Candidate::new(version.as_spec(), self.note_of_version(version))),
        );
        all
    }

    /// Whether a version is offered as far as prereleases go: they are while a line has nothing else, and if the
    /// text goes on with a letter.
    fn offers_prerelease(&self, version: &GoVersion, line: &ReleaseLine, number: &str) -> bool {
        let rest = number.strip_prefix(&line.to_string()).unwrap_or_default();
        !version.is_prerelease()
            || rest.starts_with(|next: char| next.is_ascii_alphabetic())
            || self.newest_of(line).is_none()
    }

    fn keywords(&self, kind: CandidateKind) -> Vec<Candidate> {
        let newest = self.versions.iter().find(|version| version.is_stable());
        let older = newest.and_then(|newest| {
            self.versions.iter().find(|version| version.is_stable() && version.line() < newest.line())
        });
        let mut all = Vec::new();
        if let Some(newest) = newest {
            all.push(Candidate::new("latest", newest.to_string()));
            all.push(Candidate::new("stable", format!("{newest}, as latest")));
        }
        all.extend(older.map(|older| Candidate::new("oldstable", older.to_string())));
        if kind == CandidateKind::Selectable {
            all.extend(self.linked_ones());
            all.push(Candidate::new("system", SYSTEM));
        }
        all
    }

    fn note_of_line(&self, line: &ReleaseLine) -> String {
        let of_line = |id: &&ToolchainId| line.contains(&id.version) && id.is_for(&self.host);
        let installed = self.installed.iter().find(of_line).map(|id| &id.version);
        let Some(newest) = self.newest_of(line) else { return Support::Prerelease.to_string() };
        let support = self.support(newest);
        match installed {
            Some(installed) if installed == newest => format!("{newest}, installed, {support}"),
            Some(installed) => format!("{newest}, {support}; {installed} is installed"),
            None => format!("{newest}, {support}"),
        }
    }

    fn note_of_version(&self, version: &GoVersion) -> String {
        let support = self.support(version);
        if self.is_installed(version) { format!("installed, {support}") } else { support.to_string() }
    }
}

const SYSTEM: &str = "the next go on PATH that is not gom's";

/// Returns the line whose patches are meant: the one that the number begins with. `1.2` alone is more likely the
/// beginning of `1.22` than Go 1.2.
fn open_line(number: &str, lines: &BTreeSet<ReleaseLine>) -> Option<ReleaseLine> {
    let is_whole = |line: &&ReleaseLine| {
        let rest = number.strip_prefix(&line.to_string());
        rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
    };
    let line = lines.iter().find(is_whole)?;
    let is_begun = lines.iter().any(|other| other != line && other.to_string().starts_with(number));
    (!is_begun).then(|| line.clone())
}

#[cfg(test)]
mod tests {
    use gom_select::platform::Platform;

    use super::*;

    const KNOWN: [&str; 12] = [
        "1.28rc1", "1.27.0", "1.27rc1", "1.26.7", "1.26.6", "1.26.5", "1.25.13", "1.20.14", "1.20", "1.12.1",
        "1.2.1", "1.2",
    ];

    fn known(installed: &[&str]) -> KnownToolchains {
        let host = Platform::parse("linux-amd64").unwrap();
        let version = |text: &&str| GoVersion::parse(text).unwrap();
        let id = |text: &&str| ToolchainId::parse(&format!("go{text}.linux-amd64")).unwrap();
        KnownToolchains {
            host,
            installed: installed.iter().map(id).collect(),
            broken: Vec::new(),
            linked: Vec::new(),
            versions: KNOWN.iter().map(version).collect(),
            supported: ["1.27", "1.26"].map(|line| ReleaseLine::parse(line).unwrap()).to_vec(),
            asked_here: vec![("1.26.5".to_owned(), ".tool-versions:1".to_owned())],
            in_use: Vec::new(),
        }
    }

    fn offered(kind: CandidateKind, typed: &str) -> String {
        let all = known(&["1.26.5", "1.20.14"]).candidates(kind, typed);
        all.into_iter().map(|candidate| candidate.text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn lines_and_keywords_come_before_patches() {
        use CandidateKind::{Published, Selectable};
        for (kind, typed, expected) in [
            (Published, "", "1.26.5 latest stable oldstable 1.28 1.27 1.26 1.25 1.20 1.12 1.2 1.20.14"),
            (Selectable, "s", "stable system"),
            (Published, "s", "stable"),
            (Published, "1.2", "1.26.5 1.28 1.27 1.26 1.25 1.20 1.2 1.20.14"),
            (Published, "1.2.", "1.2.1 1.2.0"),
            (Published, "1.26", "1.26.5 1.26 1.26.7 1.26.6"),
            (Published, "1.26.", "1.26.5 1.26.7 1.26.6"),
            (Published, "1.27", "1.27 1.27.0"),
            (Published, "1.27r", "1.27rc1"),
            (Published, "1.28", "1.28 1.28rc1"),
            (Published, "1.20.", "1.20.14 1.20.0"),
            (Published, "go1.26.", "go1.26.5 go1.26.7 go1.26.6"),
            (Published, "1.26.7x", ""),
            (Published, "x", ""),
        ] {
            assert_eq!(offered(kind, typed), expected, "{typed}");
        }
    }

    #[test]
    fn only_what_is_installed_is_offered_to_run_or_to_remove() {
        for (kind, typed, expected) in [
            (CandidateKind::Installed, "", "1.26.5 1.20.14"),
            (CandidateKind::Installed, "1.20", "1.20.14"),
            (CandidateKind::Installed, "1.27", ""),
            (CandidateKind::Runnable, "", "1.26.5 1.20.14 1.26 1.20 latest system"),
        ] {
            assert_eq!(offered(kind, typed), expected, "{typed}");
        }
    }

    #[test]
    fn a_note_says_what_should_be_known() {
        let known = known(&["1.26.5"]);
        let note = |text: &str| {
            let mut all = known.candidates(CandidateKind::Selectable, text);
            all.retain(|candidate| candidate.text == text);
            all.pop().map(|candidate| candidate.note).unwrap_or_default()
        };
        for (text, expected) in [
            ("latest", "1.27.0"),
            ("oldstable", "1.26.7"),
            ("1.26.5", "asked for by .tool-versions:1"),
            ("1.26.6", "newer: 1.26.7"),
            ("1.26.7", "supported"),
            ("1.25.13", "end of life"),
            ("1.28rc1", "prerelease"),
            ("1.26", "1.26.7, supported; 1.26.5 is installed"),
            ("1.25", "1.25.13, end of life"),
        ] {
            assert_eq!(note(text), expected, "{text}");
        }
        let installed = known.candidates(CandidateKind::Installed, "1.26.5");
        assert_eq!(installed[0].note, "security: 1.26.6");
    }

    /// A candidate that the verb refuses would be a trap.
    #[test]
    fn every_candidate_is_a_spec() {
        let known = known(&["1.26.5", "1.20.14"]);
        for kind in [
            CandidateKind::Installed,
            CandidateKind::Runnable,
            CandidateKind::Published,
            CandidateKind::Selectable,
        ] {
            for typed in ["", "1.2.", "1.20", "1.26", "1.28", "go1.26"] {
                for candidate in known.candidates(kind, typed) {
                    crate::resolve::Query::parse(&candidate.text, None).unwrap();
                }
            }
        }
    }
}
