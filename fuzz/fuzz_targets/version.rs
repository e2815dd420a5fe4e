//! Go's version grammar and order, on three texts of one line each.
//!
//! Owns: the check that a version prints the text it was parsed from, that every other form of it reads
//! back, and that the order is the total order of a naive port of Go's `gover.Compare`.
#![no_main]

use std::cmp::Ordering;
use std::hash::{DefaultHasher, Hash, Hasher};

use gom_select::spec::Spec;
use gom_select::version::{GoVersion, ReleaseLine};
use libfuzzer_sys::fuzz_target;

/// What [`Spec`] reads at most, in bytes.
const SPEC_BYTES: usize = 64;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    let mut versions: Vec<GoVersion> = Vec::new();
    for line in text.split('\n').take(3) {
        let parsed = GoVersion::parse(line);
        assert_eq!(parsed.is_ok(), gover::parse(line).is_some(), "not Go's grammar: {line:?}");
        versions.extend(parsed);
        toolchain_name_is_not_a_path(line);
    }
    for a in &versions {
        every_form_reads_back(a);
        for b in &versions {
            pair_is_ordered_as_in_go(a, b);
        }
    }
    if let Ok([low, middle, high]) = <[GoVersion; 3]>::try_from(sorted(versions)) {
        assert!(low <= middle && middle <= high && low <= high, "no total order: {low} {middle} {high}");
        assert!(low != high || low == middle, "equality is not transitive: {low} {middle} {high}");
    }
});

fn every_form_reads_back(version: &GoVersion) {
    let text = version.to_string();
    assert_eq!(GoVersion::parse(&text).map(|again| again.to_string()), Ok(text.clone()));
    assert_eq!(GoVersion::from_toolchain_name(&version.toolchain_name()).as_ref(), Some(version));
    assert_eq!(GoVersion::parse(&version.canonical().to_string()).as_ref(), Ok(version));
    let language = version.language();
    assert_eq!(GoVersion::parse(&language.to_string()), Ok(language.clone()));
    assert_eq!(language.line(), version.line());
    let line = version.line();
    assert!(line.contains(version), "{line} without {version}");
    assert_eq!(ReleaseLine::parse(&line.to_string()), Ok(line));

    let spec = version.as_spec();
    if !version.is_language_version() && spec.len() <= SPEC_BYTES {
        assert_eq!(Spec::parse(&spec), Ok(Spec::Exact(version.clone())), "{spec}");
    }
}

fn pair_is_ordered_as_in_go(a: &GoVersion, b: &GoVersion) {
    let order = a.cmp(b);
    assert_eq!(order, b.cmp(a).reverse(), "{a} and {b}");
    assert_eq!(order, gover::compare(&a.to_string(), &b.to_string()), "not Go's order: {a} and {b}");
    assert_eq!(order == Ordering::Equal, a == b, "{a} and {b}");
    assert_eq!(a == b, a.canonical().to_string() == b.canonical().to_string(), "{a} and {b}");
    if a == b {
        assert_eq!(hash(a), hash(b), "{a} and {b}");
    }
    // semver holds its numbers in 64 bits and refuses longer ones. A language version takes the text of
    // its first release.
    let semver = |version: &GoVersion| semver::Version::parse(&version.to_semver_text()).ok();
    if let (Some(semver_a), Some(semver_b)) = (semver(a), semver(b))
        && !a.is_language_version()
        && !b.is_language_version()
    {
        assert_eq!(order, semver_a.cmp(&semver_b), "{a} and {b} as {semver_a} and {semver_b}");
    }
}

/// A name with a separator must never be looked up in PATH.
fn toolchain_name_is_not_a_path(name: &str) {
    if let Some(version) = GoVersion::from_toolchain_name(name) {
        assert!(!name.contains(['/', '\\']), "{name:?}");
        assert!(name.starts_with(&format!("go{version}")), "{name:?}");
    }
}

fn sorted(mut versions: Vec<GoVersion>) -> Vec<GoVersion> {
    versions.sort();
    versions
}

fn hash(version: &GoVersion) -> u64 {
    let mut hasher = DefaultHasher::new();
    version.hash(&mut hasher);
    hasher.finish()
}

/// Go's rules, the slow and obvious way: five strings, as in `internal/gover`.
mod gover {
    use std::cmp::Ordering;

    /// Major, minor, patch, kind and pre, absent ones empty. `None` for what Go refuses.
    pub(super) fn parse(text: &str) -> Option<[String; 5]> {
        let parts: Vec<&str> = text.splitn(3, '.').collect();
        let owned = |parts: [&str; 5]| Some(parts.map(str::to_owned));
        if !is_number(parts[0]) {
            return None;
        }
        match parts[..] {
            [major] => owned([major, "0", "0", "", ""]),
            [major, minor] if is_number(minor) => {
                let patch = if numeric(minor, "21").is_lt() { "0" } else { "" };
                owned([major, minor, patch, "", ""])
            }
            [major, rest] => {
                let minor = rest.trim_end_matches(|c: char| c.is_ascii_digit());
                let pre = &rest[minor.len()..];
                let kind = minor.trim_start_matches(|c: char| c.is_ascii_digit());
                let minor = &minor[..minor.len() - kind.len()];
                let is_kind = !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_lowercase());
                let is_valid = is_number(minor) && is_kind && (pre.is_empty() || is_number(pre));
                if is_valid { owned([major, minor, "", kind, pre]) } else { None }
            }
            [major, minor, patch] if is_number(minor) && is_number(patch) => {
                owned([major, minor, patch, "", ""])
            }
            _ => None,
        }
    }

    pub(super) fn compare(a: &str, b: &str) -> Ordering {
        let (a, b) = (parse(a), parse(b));
        let (Some([a1, a2, a3, a_kind, a_pre]), Some([b1, b2, b3, b_kind, b_pre])) = (&a, &b) else {
            return a.is_some().cmp(&b.is_some());
        };
        numeric(a1, b1)
            .then_with(|| numeric(a2, b2))
            .then_with(|| numeric(a3, b3))
            .then_with(|| a_kind.cmp(b_kind))
            .then_with(|| numeric(a_pre, b_pre))
    }

    /// Shorter is smaller, then digit by digit; an absent number is below `0`.
    fn numeric(a: &str, b: &str) -> Ordering {
        a.len().cmp(&b.len()).then_with(|| a.cmp(b))
    }

    fn is_number(text: &str) -> bool {
        let is_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        is_digits && (text == "0" || !text.starts_with('0'))
    }
}
