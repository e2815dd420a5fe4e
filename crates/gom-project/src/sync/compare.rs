//! Compares the places of a project with a target, and plans the edits.

use std::collections::BTreeSet;

use gom_select::version::GoVersion;

use crate::image_tags::{self, Tags};
use crate::mention::{Mention, Role};
use crate::places;
use crate::policy::Rule;
use crate::read_file::ReadFile;
use crate::written::Written;

use super::edit::FileEdit;
use super::floors::Floors;
use super::judge::{self, Judgement, Surroundings};
use super::report::{Place, SyncReport};
use super::survey::Survey;
use super::target::{Releases, Target};

/// How places are compared with a target.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Comparison<'a> {
    /// Whether the user named the target, so that places may be lowered.
    pub(crate) may_lower: bool,
    /// Whether a place that is newer than the target agrees.
    pub(crate) may_be_newer: bool,
    /// The version that the project moves away from. A go line that names it moves too; an older one stays, because it
    /// names the oldest Go that works.
    pub(crate) moved_from: Option<&'a GoVersion>,
    /// What is known of the tags of the official image; `None` is the table alone.
    pub(crate) tags: Option<&'a Tags>,
}

/// Compares every place with the target.
pub(crate) fn compare(
    survey: Survey,
    releases: &Releases<'_>,
    target: Target,
    how: Comparison<'_>,
) -> SyncReport {
    let table = Tags::default();
    let tags = how.tags.unwrap_or(&table);
    let newest_patch = |version: &GoVersion| releases.newest_patch(version);
    let judge = |floors: &Floors<'_>, file: &ReadFile, mention: &Mention| {
        let around = Surroundings {
            target: &target,
            rule: rule_of(&survey, mention, how),
            may_lower: how.may_lower,
            may_be_newer: how.may_be_newer,
            floor: floors.of_place(file, mention),
            tags,
            own: floors.of_own_module(file),
            newest_patch: &newest_patch,
        };
        judge::judge(mention, &around)
    };
    let floors = floors_after(&survey, &judge);
    let (mut places, mut edits, mut asked_tags) = (Vec::new(), Vec::new(), BTreeSet::new());
    for file in &survey.files {
        let judged = file.mentions.iter().map(|mention| (mention, judge(&floors, file, mention)));
        let mut judged: Vec<(&Mention, Judgement)> = judged.collect();
        // The edit of the file that it leads to is the edit of a link too.
        if !file.leads_to_another {
            edits.extend(edit_of(file, &mut judged));
        }
        asked_tags.extend(judged.iter().filter_map(|(_, judgement)| judgement.asked.clone()));
        places.extend(judged.into_iter().map(|(mention, judgement)| Place {
            file: file.path.clone(),
            kind: file.kind.name,
            mention: mention.clone(),
            agreement: judgement.agreement,
            reason: reason_in(file, judgement.reason),
            new: judgement.new,
            hint: judgement.hint,
        }));
    }
    let rank = |name: &str| places::KINDS.iter().position(|kind| kind.name == name);
    places.sort_by_cached_key(|place| {
        let depth = place.file.matches('/').count();
        (rank(place.kind), depth, place.file.clone(), place.mention.range.start)
    });
    edits.sort_by_key(|edit: &FileEdit| weight(&edit.path));
    let Survey { root, unreadable, is_cut, .. } = survey;
    let unknown_tags = asked_tags.iter().filter(|(version, variant)| tags.is_unknown(version, variant));
    let unknown_tags = unknown_tags.map(|(version, variant)| image_tags::tag(version, variant)).collect();
    SyncReport { root, target, places, unreadable, is_cut, edits, asked_tags, unknown_tags }
}

/// The reason, with where the file leads if it is a link.
fn reason_in(file: &ReadFile, reason: String) -> String {
    match &file.link {
        None => reason,
        Some(target) if reason.is_empty() => format!("a link to {target}"),
        Some(target) => format!("{reason}; a link to {target}"),
    }
}

/// How much a file decides which version the project has. What decides is written last: a command that stopped between two
/// files finds the old version when it is run again, and makes the edits that are left.
fn weight(path: &str) -> usize {
    let deciding = ["go.mod", "go.work", ".tool-versions", ".go-version"];
    deciding.iter().position(|name| *name == path).map_or(0, |position| position + 1)
}

/// The rule for a place.
fn rule_of(survey: &Survey, mention: &Mention, how: Comparison<'_>) -> Rule {
    let rule = survey.policy.rule(mention.role);
    let moves = mention.role == Role::GoLine
        && rule == Rule::AtMost
        && how.moved_from.is_some_and(|from| names(mention, from));
    if moves { Rule::Exact } else { rule }
}

/// Whether a go line names this very version: `1.26` only the language version.
fn names(mention: &Mention, version: &GoVersion) -> bool {
    let named = match Written::parse(&mention.written) {
        Some(Written::Release(version)) => Some(version),
        Some(Written::Line(line)) => GoVersion::parse(&line.to_string()).ok(),
        Some(Written::Range(_) | Written::Moving(_)) | None => None,
    };
    named.as_ref() == Some(version)
}

/// The go lines as the edits leave them. Those of modules come first, because the workspaces that use them follow.
fn floors_after<'a>(
    survey: &'a Survey,
    judge: &dyn Fn(&Floors<'_>, &ReadFile, &Mention) -> Judgement,
) -> Floors<'a> {
    let mut floors = Floors::of(&survey.files);
    for kind in ["go-mod", "go-work"] {
        for file in survey.files.iter().filter(|file| file.kind.name == kind) {
            let Some(line) = file.mentions.iter().find(|mention| mention.role == Role::GoLine) else {
                continue;
            };
            let new = judge(&floors, file, line).new;
            if let Some(new) = new.and_then(|new| GoVersion::parse(&new).ok()) {
                floors.move_line(file, new);
            }
        }
    }
    floors
}

/// Makes the edit of a file. Where that does not read as meant, the places are left to the user.
fn edit_of(file: &ReadFile, judged: &mut [(&Mention, Judgement)]) -> Option<FileEdit> {
    let replaced: Vec<_> = judged
        .iter()
        .filter_map(|(mention, judgement)| Some((mention.range.clone(), judgement.new.clone()?)))
        .collect();
    if replaced.is_empty() {
        return None;
    }
    let edit = FileEdit::plan(file, &replaced);
    if edit.is_none() {
        for (_, judgement) in judged.iter_mut() {
            if let Some(new) = judgement.new.take() {
                judgement.hint = Some(format!("write {new} there by hand"));
            }
        }
    }
    edit
}
