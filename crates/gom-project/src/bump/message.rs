//! The text about a move, for a commit and for a pull request.
//!
//! Invariant: a line is at most 72 columns wide, except for an address, a path and the summary of a vulnerability, and has no
//! control characters.

use std::fmt::Write as _;

use gom_core::index::dates::ReleaseDate;

use super::change::{NamedVulnerability, PatchOnTheWay, ReleaseChange};
use super::plan::{BumpPlan, MovedNames};
use crate::printable::printable;

/// The widest line of text.
const WIDTH: usize = 72;

/// The text about a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BumpMessage {
    /// The first line.
    pub subject: String,
    /// The rest, without a line end after it.
    pub body: String,
}

impl BumpMessage {
    /// Writes the text about a plan. `None` if nothing moves.
    pub fn of(plan: &BumpPlan) -> Option<BumpMessage> {
        if plan.report.edits.is_empty() {
            return None;
        }
        let Some((change, names)) = plan.change.as_ref().zip(plan.names.as_ref()) else {
            // Only the spelling of a version changes.
            let subject = format!("Write Go {} alike in every file", plan.to);
            return Some(BumpMessage { subject, body: places(plan).trim_end().to_owned() });
        };
        let MovedNames { from, to } = names;
        let sections = [
            dates(change),
            waived(plan),
            vulnerabilities(change),
            patches(&change.patches),
            places(plan),
            by_hand(plan),
            pages(change),
        ];
        let sections = sections.iter().map(|text| text.trim_end()).filter(|text| !text.is_empty());
        let body = sections.collect::<Vec<_>>().join("\n\n");
        Some(BumpMessage { subject: format!("Update Go from {from} to {to}"), body })
    }

    /// The whole text, without a line end after it.
    pub fn text(&self) -> String {
        format!("{}\n\n{}", self.subject, self.body)
    }
}

fn dates(change: &ReleaseChange) -> String {
    let ReleaseChange { from, to, released, days, .. } = change;
    let [before, after] = released.each_ref().map(|date| date.as_ref().map(ReleaseDate::day));
    let Some(after) = after else { return String::new() };
    let mut text = format!("Go {to} was released on {after}");
    let _ = match (days, before) {
        (Some(1), Some(before)) => write!(text, ", 1 day after {from} ({before})"),
        (Some(days), Some(before)) => write!(text, ", {days} days after {from} ({before})"),
        (None, Some(before)) => write!(text, ", and {from} on {before}"),
        (_, None) => Ok(()),
    };
    wrapped(&format!("{text}."))
}

fn waived(plan: &BumpPlan) -> String {
    if !plan.is_waived {
        return String::new();
    }
    let days = plan.min_age.days;
    wrapped(&format!("It is younger than {days} days, and taken for the security fixes in it."))
}

fn vulnerabilities(change: &ReleaseChange) -> String {
    let ReleaseChange { from, fixed, added, .. } = change;
    let mut text = String::new();
    match fixed.as_deref() {
        None => text.push_str(&wrapped("Which known vulnerabilities it fixes is not known.")),
        Some([]) => {
            let line = format!("It fixes no known vulnerability that Go {from} has.");
            text.push_str(&wrapped(&line));
        }
        Some(fixed) => {
            let line = format!("It fixes {} that Go {from} has:", counted(fixed.len()));
            text.push_str(&wrapped(&line));
            text.push_str(&listed(fixed));
        }
    }
    if let Some(added) = added.as_deref().filter(|added| !added.is_empty()) {
        let line = format!("It has {} that Go {from} does not have:", counted(added.len()));
        let _ = write!(text, "\n{}{}", wrapped(&line), listed(added));
    }
    if fixed.is_some() {
        let line = format!("By {}, for Go's library and its tools on every platform.", change.source);
        let _ = write!(text, "\n{}", wrapped(&line));
    }
    text
}

fn counted(number: usize) -> String {
    if number == 1 { "1 known vulnerability".to_owned() } else { format!("{number} known vulnerabilities") }
}

fn listed(vulnerabilities: &[NamedVulnerability]) -> String {
    let mut text = "\n".to_owned();
    for one in vulnerabilities {
        let _ = write!(text, "- {}", one.id);
        if !one.aliases.is_empty() {
            let _ = write!(text, " ({})", one.aliases.join(", "));
        }
        if !one.packages.is_empty() {
            let _ = write!(text, " in {}", one.packages.join(", "));
        }
        if !one.summary.is_empty() {
            let _ = write!(text, ": {}", printable(&one.summary));
        }
        let _ = writeln!(text, "\n  {}", one.page);
    }
    text
}

fn patches(patches: &[PatchOnTheWay]) -> String {
    if patches.is_empty() {
        return String::new();
    }
    let mut text = "Patches, with the issues that each one fixes:\n\n".to_owned();
    for patch in patches {
        let notes = [
            patch.released.as_ref().map(|date| date.day().to_owned()),
            (patch.is_security == Some(true)).then(|| "security fixes".to_owned()),
        ];
        let notes: Vec<String> = notes.into_iter().flatten().collect();
        let _ = write!(text, "- {}", patch.version);
        if !notes.is_empty() {
            let _ = write!(text, " ({})", notes.join(", "));
        }
        text.push('\n');
        if let Some(page) = &patch.issues {
            let _ = writeln!(text, "  {page}");
        }
    }
    text
}

fn places(plan: &BumpPlan) -> String {
    let mut text = "Places:\n\n".to_owned();
    for place in plan.report.edited() {
        let new = place.new.as_deref().unwrap_or_default();
        let _ = writeln!(
            text,
            "- {}:{}: {} -> {}",
            printable(&place.file),
            place.mention.line,
            printable(&place.mention.written),
            printable(new)
        );
    }
    text
}

fn by_hand(plan: &BumpPlan) -> String {
    let mut text = String::new();
    for place in plan.report.by_hand() {
        if text.is_empty() {
            text.push_str("Left to do by hand:\n\n");
        }
        let what = place.hint.as_deref().unwrap_or(&place.reason);
        let _ = writeln!(text, "- {}:{}: {}", printable(&place.file), place.mention.line, printable(what));
    }
    text
}

fn pages(change: &ReleaseChange) -> String {
    let mut text = String::new();
    if change.from.line() != change.to.line() {
        let _ = writeln!(text, "What is new: {}", change.pages.line);
    }
    if let Some(page) = &change.pages.history {
        let _ = writeln!(text, "Release history: {page}");
    }
    text
}

/// Breaks a text into lines, each with a line end.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n") + "\n"
}
