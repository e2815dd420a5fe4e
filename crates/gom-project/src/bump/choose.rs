//! Chooses the release that a project moves to.
//!
//! Owns: which lines come into question, and how long a new release has to wait. Never: reads anything. Invariant: without a
//! SPEC nothing older than the present version is chosen, and a younger release is only taken for a security fix that no
//! older one has.

use gom_core::resolve::{Query, QueryKind};
use gom_select::spec::Spec;
use gom_select::version::{GoVersion, ReleaseLine};

/// The releases of a line that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LineChoice {
    /// What the project has of this line already. It needs no age.
    base: Option<GoVersion>,
    /// The newer ones, oldest first.
    newer: Vec<GoVersion>,
}

impl LineChoice {
    /// The releases that are newer than what the project has.
    pub(super) fn newer(&self) -> &[GoVersion] {
        &self.newer
    }
}

/// What is known about releases.
pub(super) struct ReleaseFacts<'a> {
    /// How many days a release must be old.
    pub(super) min_age: u64,
    /// How many days a release is old; `None` if that is not known.
    pub(super) age: &'a dyn Fn(&GoVersion) -> Option<u64>,
    /// What the project has. Where no release is old enough, a younger one must fix a vulnerability that this one has.
    pub(super) present: Option<GoVersion>,
    /// Whether the second one fixes a vulnerability that the first one has.
    pub(super) fixes: &'a dyn Fn(&GoVersion, &GoVersion) -> bool,
}

/// The choice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Choice {
    /// The release; `None` if each one is too young.
    pub(super) version: Option<GoVersion>,
    /// Whether it is too young, and taken for a security fix.
    pub(super) is_waived: bool,
    /// The newer ones that are too young, newest first.
    pub(super) skipped: Vec<GoVersion>,
}

/// The newest patches of the present line.
pub(super) fn patch(all: &[GoVersion], present: &GoVersion) -> Vec<LineChoice> {
    vec![of_present(all, present)]
}

/// The newer lines, the newest first, then the present one.
pub(super) fn minor(all: &[GoVersion], present: &GoVersion) -> Vec<LineChoice> {
    let is_newer = |version: &GoVersion| version.line() > present.line();
    let mut lines = by_line(all, &is_newer);
    lines.push(of_present(all, present));
    lines
}

/// What a query allows, of which `newest` is the newest. If it allows the present version, nothing older is chosen.
pub(super) fn matching(
    all: &[GoVersion],
    query: &Query,
    newest: &GoVersion,
    present: Option<&GoVersion>,
) -> Vec<LineChoice> {
    if !newest.is_stable() {
        return vec![LineChoice { base: Some(newest.clone()), newer: Vec::new() }];
    }
    let means_one_line = matches!(&query.what, QueryKind::Spec(Spec::Line(_) | Spec::OldStable));
    let is_allowed = |version: &GoVersion| {
        version <= newest && query.matches(version) && (!means_one_line || version.line() == newest.line())
    };
    let allowed: Vec<GoVersion> =
        all.iter().filter(|version| version.is_stable() && is_allowed(version)).cloned().collect();
    match present.filter(|present| is_allowed(&as_release(&allowed, present))) {
        Some(present) => minor(&allowed, present),
        None => by_line(&allowed, &|_| true),
    }
}

/// The stable releases by line, the newest line first.
fn by_line(all: &[GoVersion], is_wanted: &dyn Fn(&GoVersion) -> bool) -> Vec<LineChoice> {
    let wanted: Vec<&GoVersion> =
        all.iter().filter(|version| version.is_stable() && is_wanted(version)).collect();
    let mut lines: Vec<ReleaseLine> = wanted.iter().map(|version| version.line()).collect();
    lines.sort();
    lines.dedup();
    let choice = |line: ReleaseLine| LineChoice {
        base: None,
        newer: wanted.iter().filter(|version| line.contains(version)).map(|one| (*one).clone()).collect(),
    };
    lines.into_iter().rev().map(choice).collect()
}

/// The present line. Where the project names only the line, it has at least the first release of it.
fn of_present(all: &[GoVersion], present: &GoVersion) -> LineChoice {
    let base = as_release(all, present);
    let is_newer =
        |version: &&GoVersion| version.is_stable() && version.line() == base.line() && **version > base;
    let newer = all.iter().filter(is_newer).cloned().collect();
    LineChoice { base: Some(base), newer }
}

/// A language version such as 1.26 as the first release of its line.
pub(super) fn as_release(all: &[GoVersion], version: &GoVersion) -> GoVersion {
    if !version.is_language_version() {
        return version.clone();
    }
    let first = all.iter().find(|one| one.is_stable() && one.line() == version.line()).cloned();
    first.or_else(|| GoVersion::parse(&format!("{version}.0")).ok()).unwrap_or_else(|| version.clone())
}

/// Chooses from the first line that has a release which may be taken.
pub(super) fn choose(lines: &[LineChoice], facts: &ReleaseFacts<'_>) -> Choice {
    let mut skipped: Vec<GoVersion> = Vec::new();
    for line in lines {
        let (taken, is_waived, left_out) = newest_of(line, facts, None);
        skipped.extend(left_out.into_iter().rev());
        if taken.is_some() {
            return Choice { version: taken, is_waived, skipped };
        }
    }
    // None is old enough, in any line.
    let mut newer: Vec<GoVersion> = lines.iter().flat_map(LineChoice::newer).cloned().collect();
    newer.sort();
    let all = LineChoice { base: None, newer };
    let (version, is_waived, left_out) = newest_of(&all, facts, facts.present.as_ref());
    Choice { version, is_waived, skipped: left_out.into_iter().rev().collect() }
}

/// The newest release of a line that may be taken, whether it is too young, and the newer ones that are left out. Where the
/// line has none to compare a young one with, it is compared with `present`.
fn newest_of(
    line: &LineChoice,
    facts: &ReleaseFacts<'_>,
    present: Option<&GoVersion>,
) -> (Option<GoVersion>, bool, Vec<GoVersion>) {
    let is_old = |version: &GoVersion| {
        facts.min_age == 0 || (facts.age)(version).is_some_and(|days| days >= facts.min_age)
    };
    let settled = line.newer.iter().rposition(is_old);
    let mut taken = match settled {
        Some(settled) => line.newer.get(settled).cloned(),
        None => line.base.clone(),
    };
    let (mut is_waived, mut left_out) = (false, Vec::new());
    for young in line.newer.iter().skip(settled.map_or(0, |settled| settled + 1)) {
        if taken.as_ref().or(present).is_some_and(|older| (facts.fixes)(older, young)) {
            taken = Some(young.clone());
            is_waived = true;
            left_out.clear();
        } else {
            left_out.push(young.clone());
        }
    }
    (taken, is_waived, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> GoVersion {
        GoVersion::parse(text).unwrap()
    }

    /// What is published: the newest lines are 1.26 and 1.27.
    fn all() -> Vec<GoVersion> {
        ["1.24.0", "1.24.9", "1.25.0", "1.25.3", "1.25.4", "1.25.5", "1.26.0", "1.26.1", "1.27rc1", "1.27.0"]
            .map(version)
            .to_vec()
    }

    /// The age of each release in days. What is not listed is old; `None` stands for a date that nobody knows.
    type Ages<'a> = &'a [(&'a str, Option<u64>)];

    /// The choice as `VERSION waived; skipped SKIPPED`, with a minimum age of 7 days.
    fn chosen(lines: &[LineChoice], ages: Ages<'_>, security: &[&str]) -> String {
        chosen_from(None, lines, ages, security)
    }

    /// The same for a project that has this version.
    fn chosen_from(present: Option<&str>, lines: &[LineChoice], ages: Ages<'_>, security: &[&str]) -> String {
        let age = |of: &GoVersion| {
            let found = ages.iter().find(|(text, _)| version(text) == *of);
            found.map_or(Some(100), |(_, days)| *days)
        };
        let fixes = |older: &GoVersion, newer: &GoVersion| {
            security.iter().map(|text| version(text)).any(|fix| fix > *older && fix <= *newer)
        };
        let choice = choose(
            lines,
            &ReleaseFacts { min_age: 7, age: &age, present: present.map(version), fixes: &fixes },
        );
        let mut text = choice.version.map_or("none".to_owned(), |version| version.to_string());
        if choice.is_waived {
            text.push_str(" waived");
        }
        for skipped in choice.skipped {
            text = format!("{text}, not {skipped}");
        }
        text
    }

    fn query(text: &str) -> Query {
        Query::parse(text, None).unwrap()
    }

    #[test]
    fn a_patch_is_the_newest_of_the_line() {
        for (present, expected) in [
            ("1.25.3", "1.25.5"),
            ("1.25.5", "1.25.5"),
            ("1.25", "1.25.5"),
            ("1.27rc1", "1.27.0"),
            // Newer than every list, and a line that nobody knows.
            ("1.25.9", "1.25.9"),
            ("1.99", "1.99.0"),
            // Its line gets no fixes any more.
            ("1.24.0", "1.24.9"),
        ] {
            assert_eq!(chosen(&patch(&all(), &version(present)), &[], &[]), expected, "{present}");
        }
    }

    #[test]
    fn a_young_patch_waits() {
        let lines = patch(&all(), &version("1.25.3"));
        assert_eq!(chosen(&lines, &[("1.25.5", Some(6))], &[]), "1.25.4, not 1.25.5");
        assert_eq!(chosen(&lines, &[("1.25.5", Some(7))], &[]), "1.25.5");
        assert_eq!(chosen(&lines, &[("1.25.5", None)], &[]), "1.25.4, not 1.25.5");
        let young = [("1.25.5", Some(0)), ("1.25.4", Some(6))];
        assert_eq!(chosen(&lines, &young, &[]), "1.25.3, not 1.25.5, not 1.25.4");
    }

    #[test]
    fn a_security_fix_does_not_wait() {
        let lines = patch(&all(), &version("1.25.3"));
        let young = [("1.25.5", Some(0)), ("1.25.4", Some(6))];
        assert_eq!(chosen(&lines, &young, &["1.25.5"]), "1.25.5 waived");
        // The younger one fixes nothing more.
        assert_eq!(chosen(&lines, &young, &["1.25.4"]), "1.25.4 waived, not 1.25.5");
        // An older one that may be taken has the fix.
        assert_eq!(chosen(&lines, &[("1.25.5", Some(0))], &["1.25.4"]), "1.25.4, not 1.25.5");
        // The project has the fix.
        assert_eq!(chosen(&lines, &young, &["1.25.3"]), "1.25.3, not 1.25.5, not 1.25.4");
        let of_line = patch(&all(), &version("1.25"));
        let young = [("1.25.3", Some(0)), ("1.25.4", Some(0)), ("1.25.5", Some(0))];
        assert_eq!(chosen(&of_line, &young, &["1.25.3"]), "1.25.3 waived, not 1.25.5, not 1.25.4");
    }

    #[test]
    fn a_minor_is_the_newest_line_with_a_release_that_is_old_enough() {
        let lines = minor(&all(), &version("1.24.9"));
        assert_eq!(chosen(&lines, &[], &[]), "1.27.0");
        let young = [("1.27.0", Some(3))];
        assert_eq!(chosen(&lines, &young, &["1.27.0"]), "1.26.1, not 1.27.0");
        let young = [("1.27.0", Some(3)), ("1.26.0", None), ("1.26.1", Some(1))];
        assert_eq!(chosen(&lines, &young, &[]), "1.25.5, not 1.27.0, not 1.26.1, not 1.26.0");
        let young = [("1.27.0", Some(3)), ("1.26.1", Some(1))];
        assert_eq!(chosen(&lines, &young, &["1.26.1"]), "1.26.1 waived, not 1.27.0");
        assert_eq!(chosen(&minor(&all(), &version("1.27.0")), &[], &[]), "1.27.0");
        assert_eq!(
            chosen(&minor(&all(), &version("1.26.1")), &[("1.27.0", None)], &[]),
            "1.26.1, not 1.27.0"
        );
    }

    #[test]
    fn a_query_may_name_an_older_line_but_a_wait_never_lowers() {
        let all = all();
        let of = |text: &str, newest: &str, present: &str, ages: Ages<'_>| {
            chosen(&matching(&all, &query(text), &version(newest), Some(&version(present))), ages, &[])
        };
        let young = [("1.27.0", Some(0)), ("1.25.5", Some(0))];
        assert_eq!(of("latest", "1.27.0", "1.25.3", &[]), "1.27.0");
        assert_eq!(of("latest", "1.27.0", "1.25.3", &young), "1.26.1, not 1.27.0");
        assert_eq!(of("latest", "1.27.0", "1.27.0", &young), "1.27.0");
        assert_eq!(of("1.25", "1.25.5", "1.26.1", &[]), "1.25.5");
        assert_eq!(of("1.25", "1.25.5", "1.26.1", &young), "1.25.4, not 1.25.5");
        assert_eq!(of("1.25", "1.25.5", "1.25.4", &young), "1.25.4, not 1.25.5");
        assert_eq!(of("1.25", "1.25.5", "1.25", &young), "1.25.4, not 1.25.5");
        assert_eq!(of("oldstable", "1.26.1", "1.27.0", &[]), "1.26.1");
        assert_eq!(of(">=1.25 <1.27", "1.26.1", "1.25.4", &[("1.26.1", None)]), "1.26.0, not 1.26.1");
        assert_eq!(of("<1.25.5", "1.25.4", "1.26.1", &[]), "1.25.4");
        assert_eq!(of("1.27", "1.27.0", "1.25.3", &young), "none, not 1.27.0");
        assert_eq!(of("1.27rc1", "1.27rc1", "1.25.3", &young), "1.27rc1");
    }

    #[test]
    fn a_fix_for_the_present_version_does_not_wait_in_another_line() {
        let all = all();
        let of = |text: &str, newest: &str, ages: Ages<'_>, security: &[&str]| {
            let lines = matching(&all, &query(text), &version(newest), Some(&version("1.24.9")));
            chosen_from(Some("1.24.9"), &lines, ages, security)
        };
        let young = [("1.26.0", Some(2)), ("1.26.1", Some(1)), ("1.27.0", Some(0))];
        assert_eq!(of("1.26", "1.26.1", &young, &["1.26.0"]), "1.26.0 waived, not 1.26.1");
        assert_eq!(of("1.26", "1.26.1", &young, &["1.26.0", "1.26.1"]), "1.26.1 waived");
        assert_eq!(of("1.26", "1.26.1", &young, &["1.24.9"]), "none, not 1.26.1, not 1.26.0");
        assert_eq!(of(">=1.26", "1.27.0", &young, &["1.26.1"]), "1.26.1 waived, not 1.27.0");
        // One of them is old enough, and has the fix.
        assert_eq!(of("1.26", "1.26.1", &young[1..], &["1.26.0"]), "1.26.0, not 1.26.1");
    }
}
