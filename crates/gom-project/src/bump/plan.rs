//! The plan of a move: the release, why it is this one, and the edits.

use gom_core::index::LineSupport;
use gom_core::index::dates::ReleaseDate;
use gom_select::version::{GoVersion, ReleaseLine};

use super::change::ReleaseChange;
use super::request::BumpLevel;
use crate::mention::Role;
use crate::policy::MinAge;
use crate::sync::{SyncReport, Target};
use crate::written::Written;

/// A newer release that is not taken, because it is too young.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedRelease {
    /// The release.
    pub version: GoVersion,
    /// When it was released.
    pub released: Option<ReleaseDate>,
    /// How many days ago that was.
    pub days: Option<u64>,
    /// Whether gom would know if it fixed a vulnerability.
    pub has_known_fixes: bool,
}

impl SkippedRelease {
    /// Why it is skipped, as a clause.
    pub fn reason(&self, min_age: &MinAge) -> String {
        let MinAge { days, origin } = min_age;
        let limit = if *days == 1 { "1 day".to_owned() } else { format!("{days} days") };
        let mut text = match &self.released {
            Some(date) => {
                format!("{} of {} is not {limit} old, as {origin} asks", self.version, date.day())
            }
            None => format!("{} is not known to be {limit} old, as {origin} asks", self.version),
        };
        if !self.has_known_fixes {
            text.push_str("; whether it fixes a vulnerability is not known");
        }
        text
    }
}

/// What a project has before the move, and after it, as its files spell it: a release, or only a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedNames {
    /// Before.
    pub from: String,
    /// After.
    pub to: String,
}

/// The plan of a move.
#[derive(Debug)]
pub struct BumpPlan {
    /// How far the project was to move.
    pub level: BumpLevel,
    /// What the project asked for; `None` if it names no version.
    pub present: Option<Target>,
    /// The release that the places move to.
    pub to: GoVersion,
    /// How old a release had to be.
    pub min_age: MinAge,
    /// Whether the release is younger, and taken for a security fix.
    pub is_waived: bool,
    /// The newer releases that are too young, newest first.
    pub skipped: Vec<SkippedRelease>,
    /// The support of the release's line.
    pub support: LineSupport,
    /// The places and the edits.
    pub report: SyncReport,
    /// The folders of the modules, below the root; empty for the root itself.
    pub modules: Vec<String>,
    /// What lies between the two releases; `None` if nothing moves.
    pub change: Option<ReleaseChange>,
    /// The names for people; `None` if nothing moves.
    pub names: Option<MovedNames>,
}

impl BumpPlan {
    /// The modules that the Go of the plan can tidy: those whose go line, after the edits, is not newer.
    pub fn tidied_modules(&self) -> Vec<&str> {
        let modules = self.modules.iter().map(String::as_str);
        modules.filter(|module| self.go_line(module).is_none_or(|line| line <= self.to)).collect()
    }

    /// The go line of a module after the edits.
    fn go_line(&self, module: &str) -> Option<GoVersion> {
        let file = if module.is_empty() { "go.mod".to_owned() } else { format!("{module}/go.mod") };
        let mut places = self.report.places.iter();
        let place = places.find(|place| place.file == file && place.mention.role == Role::GoLine)?;
        GoVersion::parse(place.new.as_deref().unwrap_or(&place.mention.written)).ok()
    }

    /// Whether an edit changes a go line.
    pub fn moves_a_go_line(&self) -> bool {
        self.report.edited().any(|place| place.kind == "go-mod" && place.mention.role == Role::GoLine)
    }
}

/// The release that the project moves away from, and the names of both. `None` if no edit changes a version.
pub(super) fn moved(
    report: &SyncReport,
    present: Option<&Target>,
    to: &GoVersion,
    newest_patch: &dyn Fn(&GoVersion) -> GoVersion,
) -> Option<(GoVersion, MovedNames)> {
    let written: Vec<Written> =
        report.edited().filter_map(|place| Written::parse(&place.mention.written)).collect();
    let release = |one: &Written| match one {
        Written::Release(version) if version != to => Some(version.clone()),
        _ => None,
    };
    let has_release = report.edited().any(|place| {
        place.new.as_deref().is_some_and(|new| matches!(Written::parse(new), Some(Written::Release(_))))
    });
    let to_text = if has_release { to.to_string() } else { to.line().to_string() };
    let of_present = present.map(|present| present.version.clone());
    let of_present = of_present.filter(|version| !version.is_language_version() && version != to);
    let oldest: Option<GoVersion> = written.iter().filter_map(release).min();
    // The version that decided, else the oldest of those that are edited, else the oldest line.
    if let Some(from) = of_present.filter(|_| oldest.is_some()).or(oldest) {
        return Some((from.clone(), MovedNames { from: from.to_string(), to: to_text }));
    }
    let line: ReleaseLine =
        written.iter().filter_map(Written::line).filter(|line| *line != to.line()).min()?;
    let from = newest_patch(&GoVersion::parse(&line.to_string()).ok()?);
    Some((from, MovedNames { from: line.to_string(), to: to_text }))
}
