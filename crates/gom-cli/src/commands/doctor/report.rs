//! The output of `gom doctor`: causes with their findings, and for each cause its fixes.

use gom_doctor::cause::Cause;
use gom_doctor::check::{Check, Platforms};
use gom_doctor::checks;
use gom_doctor::facts::HostFacts;
use gom_doctor::finding::{Edit, Evidence, Fix, Severity};
use gom_doctor::{Diagnosed, Group};
use gom_project::printable::printable;
use serde::Serialize;

use crate::output::{Output, Tone, counted, paint};

/// A diagnosis, ready to print.
pub(crate) struct DoctorReport {
    pub(crate) groups: Vec<Group>,
    /// How many checks ran.
    checks: usize,
    /// The check named with `--only`, and the reason if it does not apply here.
    only: Option<(&'static Check, Option<&'static str>)>,
}

/// The object of `gom doctor --json`.
#[derive(Serialize)]
pub(crate) struct Json<'a> {
    checks: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    causes: Vec<CauseJson<'a>>,
}

/// One cause, with its findings.
#[derive(Serialize)]
struct CauseJson<'a> {
    cause: &'a Cause,
    title: String,
    severity: Severity,
    findings: Vec<FindingJson<'a>>,
}

/// One finding.
#[derive(Serialize)]
struct FindingJson<'a> {
    id: &'a str,
    severity: Severity,
    message: &'a str,
    evidence: &'a [Evidence],
    fix: &'a Fix,
}

impl DoctorReport {
    pub(crate) fn new(facts: &HostFacts, groups: Vec<Group>, only: Option<&'static Check>) -> DoctorReport {
        let checks = checks::all().filter(|check| check.platforms.include(&facts.system.os)).count();
        let only = only.map(|check| (check, says_nothing_here(check, facts)));
        DoctorReport { groups, checks: if only.is_some() { 1 } else { checks }, only }
    }

    /// Whether there is a finding of this severity or worse.
    pub(crate) fn has(&self, severity: Severity) -> bool {
        self.groups.iter().any(|group| group.severity >= severity)
    }

    fn count(&self, severity: Severity) -> usize {
        let findings = self.groups.iter().flat_map(|group| &group.findings);
        findings.filter(|one| one.severity == severity).count()
    }

    pub(crate) fn to_json(&self) -> Json<'_> {
        Json {
            checks: self.checks,
            errors: self.count(Severity::Error),
            warnings: self.count(Severity::Warning),
            notes: self.count(Severity::Note),
            causes: self.groups.iter().map(group_to_json).collect(),
        }
    }

    /// Prints the report. `fail_on` is the severity that counts as a failure; failures are always shown.
    pub(crate) fn print(&self, output: &Output, fail_on: Severity) {
        if let Some((check, Some(reason))) = self.only {
            return output.data(&format!("{} says nothing here: {reason}", check.id));
        }
        // Notes are shown only if the user asks for them.
        let shows_notes = output.is_verbose() || self.only.is_some() || fail_on == Severity::Note;
        let shown: Vec<&Group> =
            self.groups.iter().filter(|group| shows_notes || group.severity > Severity::Note).collect();
        for (index, group) in shown.iter().enumerate() {
            print_group(index + 1, group, shows_notes, output);
        }
        output.data(&self.summary(shown.is_empty(), shows_notes));
    }

    fn summary(&self, is_well: bool, shows_notes: bool) -> String {
        let notes = self.count(Severity::Note);
        if !is_well {
            let (errors, warnings) = (self.count(Severity::Error), self.count(Severity::Warning));
            let counts = [(errors, "error"), (warnings, "warning"), (notes, "note")];
            let counts =
                counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(*count, what));
            return counts.collect::<Vec<_>>().join(", ");
        }
        let checks = counted(self.checks, "check");
        if notes > 0 && !shows_notes {
            return format!("all is well: {checks}; `gom doctor --verbose` shows {}", counted(notes, "note"));
        }
        format!("all is well: {checks}")
    }
}

fn print_group(number: usize, group: &Group, shows_notes: bool, output: &Output) {
    let is_shown = |one: &&Diagnosed| shows_notes || one.severity > Severity::Note;
    let findings: Vec<&Diagnosed> = group.findings.iter().filter(is_shown).collect();
    output.data(&format!("{number}. {}", group.cause.title()));
    for one in &findings {
        let severity = paint(tone(one.severity), &format!("{:7}", one.severity));
        output.data(&format!("   {severity} {}: {}", one.check.id, one.finding.message));
        for Evidence { place, value } in &one.finding.evidence {
            // Both may be from a cloned project.
            output.data(&format!("             {}: {}", printable(place), printable(value)));
        }
    }
    print_fixes(&findings, output);
    output.data("");
}

/// Prints the fixes of all findings, each step once.
fn print_fixes(findings: &[&Diagnosed], output: &Output) {
    let fixes = || findings.iter().map(|one| &one.finding.fix);
    let edits = once(fixes().flat_map(|fix| &fix.edits));
    let commands = once(fixes().flat_map(|fix| &fix.commands));
    let advice = once(fixes().filter_map(|fix| fix.advice.as_ref()));
    if !edits.is_empty() {
        // Without --verbose, `--fix` leaves notes alone.
        let is_note =
            findings.iter().all(|one| one.severity == Severity::Note || one.finding.fix.edits.is_empty());
        output.data(if is_note { "   --fix --verbose will" } else { "   --fix will" });
    }
    for edit in edits {
        output.data(&format!("     {}", shown(edit)));
    }
    if !commands.is_empty() {
        output.data("   run");
    }
    for command in commands {
        output.data(&format!("     {command}"));
    }
    for text in advice {
        output.data(&format!("   hint: {text}"));
    }
}

/// Describes an edit. It omits the text of a line to comment out, which the evidence already shows.
fn shown(edit: &Edit) -> String {
    match edit {
        Edit::CommentOut { file, line, .. } => format!("comment out {file}:{line}"),
        edit @ (Edit::Replace { .. } | Edit::SetUp { .. }) => edit.to_string(),
    }
}

fn once<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen: Vec<T> = Vec::new();
    for item in items {
        if !seen.contains(&item) {
            seen.push(item);
        }
    }
    seen
}

/// Returns the reason if a check does not apply to this host, for `--only`.
fn says_nothing_here(check: &Check, facts: &HostFacts) -> Option<&'static str> {
    match check.platforms {
        platforms if platforms.include(&facts.system.os) => None,
        Platforms::Darwin => Some("it is for macOS"),
        _ => Some("it is for Linux"),
    }
}

/// Converts a group to JSON.
fn group_to_json(group: &Group) -> CauseJson<'_> {
    let findings = group.findings.iter().map(|one| FindingJson {
        id: one.check.id,
        severity: one.severity,
        message: &one.finding.message,
        evidence: &one.finding.evidence,
        fix: &one.finding.fix,
    });
    CauseJson {
        cause: &group.cause,
        title: group.cause.title(),
        severity: group.severity,
        findings: findings.collect(),
    }
}

/// The colour of a severity.
pub(crate) fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Bad,
        Severity::Warning => Tone::Caution,
        Severity::Note => Tone::Faint,
    }
}
