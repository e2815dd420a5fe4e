//! Whether one place agrees with the target, why not, and what an edit would write there.
//!
//! Owns: this decision. Never: reads files. Invariant: a go line and an image are lowered only if the user named the
//! version (`--to`), and a digest is never left beside a tag that it does not belong to.

use std::cmp::Ordering;

use gom_select::version::{GoVersion, ReleaseLine};

use crate::image_tags::{self, TagState, Tags};
use crate::mention::{ImageAround, Mention, Role, Spelling, is_read_as_another_number};
use crate::policy::Rule;
use crate::written::{Written, respelled};

use super::target::{Strength, Target};

/// Whether a place agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Agreement {
    /// It agrees.
    InStep,
    /// It does not.
    OutOfStep,
    /// It can't disagree, such as one of several versions, and is only shown.
    Reported,
}

/// The decision about one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Judgement {
    pub(super) agreement: Agreement,
    /// Why, as a clause; empty if it simply agrees.
    pub(super) reason: String,
    /// The bytes that an edit writes.
    pub(super) new: Option<String>,
    /// What to do by hand, or to ask.
    pub(super) hint: Option<String>,
    /// The tag of the official image that an edit writes or would write: its version, and the rest.
    pub(super) asked: Option<(String, String)>,
}

impl Judgement {
    fn new(agreement: Agreement, reason: String) -> Judgement {
        Judgement { agreement, reason, new: None, hint: None, asked: None }
    }
}

/// What is known around a place.
pub(super) struct Surroundings<'a> {
    pub(super) target: &'a Target,
    pub(super) rule: Rule,
    /// Whether the user named the target, so that places may be lowered.
    pub(super) may_lower: bool,
    /// Whether a place that is newer than the target agrees.
    pub(super) may_be_newer: bool,
    /// The newest requirement that the place must meet besides the target, and where it stands: the go line of the module
    /// that an image builds, the go line above a toolchain line, the modules of a workspace.
    pub(super) floor: Option<Floor>,
    /// The go line of the place's own module, if that is not the one at the root.
    pub(super) own: Option<Floor>,
    /// What is known of the tags of the official image.
    pub(super) tags: &'a Tags,
    /// The newest known patch of the version's line, at least that version.
    pub(super) newest_patch: &'a dyn Fn(&GoVersion) -> GoVersion,
}

/// A version that a place must not be older than.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Floor {
    pub(super) version: GoVersion,
    /// `a/go.mod:3`.
    pub(super) place: String,
    /// Whether an edit of the same report writes that version there.
    pub(super) is_moved: bool,
}

/// How a written version compares with the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Same,
    Older,
    Newer,
    /// A range without the target.
    Without,
    /// It can't be told.
    Moving,
}

pub(super) fn judge(mention: &Mention, around: &Surroundings<'_>) -> Judgement {
    let Some(written) = Written::parse(&mention.written) else {
        return reported("names no version, so it changes as releases come".to_owned());
    };
    if mention.is_another_number() {
        return as_number(mention, around);
    }
    if around.rule != Rule::Report
        && let Some(judgement) = below_floor(mention, &written, around)
    {
        return judgement;
    }
    let relation = relation(&written, around.target);
    if relation == Relation::Moving {
        return reported("names no version, so it changes as releases come".to_owned());
    }
    if around.rule == Rule::Report {
        return only_shown(mention, relation, around.target);
    }
    if is_met(around, relation, &written) {
        return in_step(relation, around.target);
    }
    out_of_step(mention, relation, around)
}

fn reported(reason: String) -> Judgement {
    Judgement::new(Agreement::Reported, reason)
}

fn in_step(relation: Relation, target: &Target) -> Judgement {
    let reason = match relation {
        Relation::Newer => format!("newer than {}, which is enough", shown(target)),
        Relation::Older => format!("at most {}", shown(target)),
        Relation::Same | Relation::Without | Relation::Moving => String::new(),
    };
    Judgement::new(Agreement::InStep, reason)
}

fn only_shown(mention: &Mention, relation: Relation, target: &Target) -> Judgement {
    let what = if mention.role == Role::Matrix { "one of several versions" } else { "a limit" };
    reported(match relation {
        Relation::Older => format!("{what}, older than {}", shown(target)),
        Relation::Newer => format!("{what}, newer than {}", shown(target)),
        Relation::Without => format!("{what} that does not allow {}", shown(target)),
        Relation::Same | Relation::Moving => what.to_owned(),
    })
}

/// A value without quotes that a file's format reads as a number: `1.20` is Go 1.2.
fn as_number(mention: &Mention, around: &Surroundings<'_>) -> Judgement {
    let text = &mention.written;
    let number = text.trim_end_matches('0').trim_end_matches('.');
    let in_quotes = Mention { spelling: Spelling::Plain, ..mention.clone() };
    let inner = judge(&in_quotes, around).new.unwrap_or_else(|| text.clone());
    let new = if is_read_as_another_number(&inner) { format!("\"{inner}\"") } else { inner };
    let reason = format!("without quotes {text} is the number {number}");
    Judgement { new: Some(new), ..Judgement::new(Agreement::OutOfStep, reason) }
}

/// The classics: an image that can't run its module, a toolchain line that Go ignores, a workspace that is too old.
fn below_floor(mention: &Mention, written: &Written, around: &Surroundings<'_>) -> Option<Judgement> {
    let floor = around.floor.as_ref()?;
    let is_below = match written {
        Written::Release(version) => *version < floor.version,
        // The newest patch of a line, unless it stands in a go line, where it is a version of its own.
        Written::Line(line) if mention.role == Role::GoLine => {
            GoVersion::parse(&line.to_string()).is_ok_and(|version| version < floor.version)
        }
        Written::Line(line) => *line < floor.version.line(),
        Written::Range(_) | Written::Moving(_) => false,
    };
    if !is_below {
        return None;
    }
    let Floor { version, place, is_moved } = floor;
    let reason = match mention.role {
        _ if *is_moved => format!("older than {place}, which becomes {version}"),
        Role::Image => {
            let own = &mention.written;
            format!("its Go stays at {own} (GOTOOLCHAIN=local in the image), and {place} needs {version}")
        }
        Role::ToolchainLine => format!("older than the go line, so Go ignores it: {place} needs {version}"),
        _ => format!(
            "older than a module of the workspace, so every go command fails: {place} needs {version}"
        ),
    };
    // The target may be more than this floor.
    let target = &around.target;
    let wanted = match mention.role {
        // A go line names exactly what its modules need.
        Role::GoLine => version.clone(),
        _ if target.release >= *version => target.release.clone(),
        _ => (around.newest_patch)(version),
    };
    let wanted_text = if mention.role == Role::GoLine {
        Some(wanted.to_string())
    } else {
        respelled(&mention.written, &wanted, mention.role != Role::Image)
    };
    let new = wanted_text.and_then(|text| mention.spelling.of(&text));
    let judgement = Judgement { new, ..Judgement::new(Agreement::OutOfStep, reason) };
    Some(with_image(mention, judgement, &wanted, around.tags))
}

fn relation(written: &Written, target: &Target) -> Relation {
    let by_line = |line: &ReleaseLine| of_ordering(line.cmp(&target.version.line()));
    match written {
        Written::Release(version) if target.strength == Strength::Line => by_line(&version.line()),
        Written::Release(version) => of_ordering(version.cmp(&target.version)),
        Written::Line(line) => by_line(line),
        Written::Range(text) => match written.contains(&target.release) {
            Some(true) => Relation::Same,
            Some(false) if lowest(text).is_some_and(|lowest| lowest > target.version) => Relation::Newer,
            Some(false) => Relation::Without,
            None => Relation::Moving,
        },
        Written::Moving(_) => Relation::Moving,
    }
}

/// The first version that a range names, which is its lowest one in the forms that projects use: `~1.22`, `>=1.21 <1.23`.
fn lowest(range: &str) -> Option<GoVersion> {
    let begin = range.find(|c: char| c.is_ascii_digit())?;
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let len = range[begin..].find(|c: char| !is_part(c)).unwrap_or(range.len() - begin);
    // `<1.23` names what it does not allow.
    let version = GoVersion::parse(range[begin..begin + len].trim_end_matches('.')).ok()?;
    (!range.starts_with('<')).then_some(version)
}

fn of_ordering(ordering: Ordering) -> Relation {
    match ordering {
        Ordering::Less => Relation::Older,
        Ordering::Equal => Relation::Same,
        Ordering::Greater => Relation::Newer,
    }
}

fn is_met(around: &Surroundings<'_>, relation: Relation, written: &Written) -> bool {
    let target = around.target;
    let is_same_line = || written.line().is_none_or(|line| line == target.version.line());
    let rule = match around.rule {
        // The user named a version: a newer one is another one.
        Rule::AtLeast if around.may_lower => Rule::Exact,
        rule => rule,
    };
    // A minimum is what a newer version meets too.
    let may_be_newer =
        (around.may_be_newer || target.strength == Strength::Minimum) && relation == Relation::Newer;
    match rule {
        Rule::Exact => relation == Relation::Same || may_be_newer,
        Rule::Line => {
            relation == Relation::Same || may_be_newer || (relation != Relation::Without && is_same_line())
        }
        Rule::AtLeast => matches!(relation, Relation::Same | Relation::Newer),
        // A module of its own may need a newer Go than the root, where go.mod only names the oldest one.
        Rule::AtMost => matches!(relation, Relation::Same | Relation::Older) || may_be_newer,
        Rule::Report => true,
    }
}

fn out_of_step(mention: &Mention, relation: Relation, around: &Surroundings<'_>) -> Judgement {
    let target = around.target;
    let reason = match relation {
        Relation::Older => format!("older than {}", shown(target)),
        Relation::Newer => format!("newer than {}", shown(target)),
        Relation::Without => format!("does not allow {}", shown(target)),
        Relation::Same | Relation::Moving => format!("not {}", shown(target)),
    };
    if let Some(Floor { version, place, .. }) = around.own.as_ref().filter(|_| !around.may_lower)
        && !matches!(mention.role, Role::GoLine | Role::ToolchainLine)
        && relation == Relation::Older
        && GoVersion::parse(&mention.written).is_ok_and(|written| written == *version)
    {
        return reported(format!("{reason}, and as {place} has it"));
    }
    let is_lowered = matches!(mention.role, Role::GoLine | Role::ToolchainLine | Role::Image)
        && relation == Relation::Newer
        && !around.may_lower;
    if is_lowered {
        let (own, other) = (&mention.written, &target.release);
        let hint =
            format!("run `gom sync --to {own}` to raise the others, or `gom sync --to {other}` to lower it");
        return Judgement { hint: Some(hint), ..Judgement::new(Agreement::OutOfStep, reason) };
    }
    let text = respelled(
        &mention.written,
        &target.release,
        mention.role != Role::Image && mention.role != Role::GoLine,
    );
    let new = text.and_then(|text| mention.spelling.of(&text)).filter(|_| has_edit(mention.role));
    let judgement = Judgement { new, ..Judgement::new(Agreement::OutOfStep, reason) };
    with_image(mention, judgement, &target.release, around.tags)
}

/// What a bot may do, and what a job is run with, is a choice of the project.
fn has_edit(role: Role) -> bool {
    !matches!(role, Role::Matrix | Role::Constraint)
}

/// Takes the edit back if the image has a digest, which belongs to the old tag, or if there is no image of the new tag.
fn with_image(mention: &Mention, judgement: Judgement, wanted: &GoVersion, tags: &Tags) -> Judgement {
    match (&mention.image, judgement.new) {
        (Some(ImageAround { before, after, has_digest: true, .. }), Some(new)) => {
            let hint = format!(
                "its digest belongs to the old tag; write {new} and the digest that `docker buildx imagetools inspect \
                 {before}{new}{after}` prints"
            );
            Judgement { new: None, hint: Some(hint), ..judgement }
        }
        (Some(image @ ImageAround { before, after, is_official: true, .. }), Some(new)) => {
            let asked = Some((new.clone(), image.variant().to_owned()));
            match tags.state(&new, image.variant()) {
                TagState::Published | TagState::Unknown => Judgement { new: Some(new), asked, ..judgement },
                TagState::Missing(others) => {
                    let near = image_tags::near(image.variant(), &others).join(", ");
                    let there_are = if near.is_empty() { near } else { format!("; there are {near}") };
                    let hint =
                        format!("there is no image {before}{new}{after}{there_are}: choose one by hand");
                    Judgement { new: None, hint: Some(hint), asked, ..judgement }
                }
            }
        }
        (_, None) if judgement.hint.is_none() => {
            Judgement { new: None, hint: Some(format!("write {wanted} there by hand")), ..judgement }
        }
        (_, new) => Judgement { new, ..judgement },
    }
}

/// The target in a reason.
fn shown(target: &Target) -> String {
    match target.strength {
        Strength::Exact | Strength::Line => format!("{} ({})", target.version, target.origin),
        Strength::Minimum => format!("{}, the oldest that {} allows", target.version, target.origin),
    }
}

#[cfg(test)]
mod tests;
