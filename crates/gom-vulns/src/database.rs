//! The known vulnerabilities, and which of them a release has.
//!
//! Owns: that question. Never: looks at symbols, so a program is said to have each vulnerability of the standard library
//! that its Go had, whether it uses the package or not.

use std::collections::BTreeMap;

use gom_select::platform::Platform;
use gom_select::version::GoVersion;

use crate::entry::Entry;
use crate::number::ReleaseNumber;
use crate::vulnerability::{BadEntry, GoModule, Vulnerability, VulnerabilityId};

/// Where a database comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseOrigin {
    /// It is in this gom.
    Built,
    /// It was asked for now, or within minutes, and has not changed since it was fetched.
    Asked,
    /// It was fetched by an earlier gom.
    Cached,
}

impl DatabaseOrigin {
    /// Its name in `--json`.
    pub fn name(self) -> &'static str {
        match self {
            DatabaseOrigin::Built => "gom",
            DatabaseOrigin::Asked => "network",
            DatabaseOrigin::Cached => "cache",
        }
    }
}

/// The known vulnerabilities of Go itself.
#[derive(Clone, Debug)]
pub struct Database {
    /// Where it comes from.
    pub origin: DatabaseOrigin,
    /// The address of the database that it is a part of, without credentials.
    pub place: String,
    /// Up to when it is known: RFC 3339, in UTC.
    pub as_of: String,
    /// The newest first.
    vulnerabilities: Vec<Vulnerability>,
}

/// What of Go is looked at, and for which platform.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The parts of Go: a toolchain has both, a program that it built only the standard library.
    pub modules: &'a [GoModule],
    /// The platform; `None` if it is not known, and then each counts.
    pub platform: Option<&'a Platform>,
}

impl<'a> Scope<'a> {
    /// Every part of Go, on whatever platform.
    pub const ALL: Scope<'static> =
        Scope { modules: &[GoModule::Stdlib, GoModule::Toolchain], platform: None };

    /// A toolchain of this platform.
    pub fn of_toolchain(platform: &'a Platform) -> Scope<'a> {
        Scope { modules: &[GoModule::Stdlib, GoModule::Toolchain], platform: Some(platform) }
    }
}

/// A vulnerability that a release has.
#[derive(Clone, Debug)]
pub struct Finding<'a> {
    /// The vulnerability.
    pub vulnerability: &'a Vulnerability,
    /// The parts of Go that have it.
    pub modules: Vec<GoModule>,
    /// The first later release without it; `None` if there is none yet.
    pub fixed: Option<GoVersion>,
    /// Whether only programs for other platforms have it.
    pub is_elsewhere: bool,
}

impl Database {
    /// Makes a database of its entries. The error is the first entry that can't be used.
    pub fn of(
        entries: &[Entry],
        as_of: String,
        place: String,
        origin: DatabaseOrigin,
    ) -> Result<Database, BadEntry> {
        let mut by_id: BTreeMap<VulnerabilityId, Vulnerability> = BTreeMap::new();
        for entry in entries {
            by_id.extend(Vulnerability::of(entry)?.map(|one| (one.id.clone(), one)));
        }
        Ok(Database { origin, place, as_of, vulnerabilities: by_id.into_values().rev().collect() })
    }

    /// A database that knows nothing.
    pub(crate) fn empty(place: String, as_of: String) -> Database {
        Database { origin: DatabaseOrigin::Built, place, as_of, vulnerabilities: Vec::new() }
    }

    /// The day up to which it is known: `2026-11-05`.
    pub fn day(&self) -> &str {
        self.as_of.get(..10).unwrap_or(&self.as_of)
    }

    /// All vulnerabilities, the newest first.
    pub fn all(&self) -> &[Vulnerability] {
        &self.vulnerabilities
    }

    /// The vulnerabilities that a release has, the newest first. `None` if the release has no number that could be
    /// compared.
    pub fn findings(&self, version: &GoVersion, scope: Scope<'_>) -> Option<Vec<Finding<'_>>> {
        let release = ReleaseNumber::of(version)?;
        Some(self.vulnerabilities.iter().filter_map(|one| finding(one, &release, scope)).collect())
    }

    /// The vulnerabilities that one release has and another one does not have, the newest first. `None` if one of them has no
    /// number that could be compared.
    pub fn only_in(
        &self,
        version: &GoVersion,
        other: &GoVersion,
        scope: Scope<'_>,
    ) -> Option<Vec<&Vulnerability>> {
        let others = self.findings(other, scope)?;
        let is_in_other = |one: &Vulnerability| others.iter().any(|other| other.vulnerability.id == one.id);
        let findings = self.findings(version, scope)?.into_iter().map(|finding| finding.vulnerability);
        Some(findings.filter(|one| !is_in_other(one)).collect())
    }

    /// The number of vulnerabilities that a toolchain has, without those of other platforms.
    pub fn count(&self, version: &GoVersion, platform: &Platform) -> Option<usize> {
        let findings = self.findings(version, Scope::of_toolchain(platform))?;
        Some(findings.iter().filter(|finding| !finding.is_elsewhere).count())
    }

    /// The first release from this one on that has no known vulnerability; `None` if one has no fix yet. Whether it is
    /// published is not known here.
    pub fn first_clean(&self, version: &GoVersion, scope: Scope<'_>) -> Option<GoVersion> {
        let mut release = ReleaseNumber::of(version)?;
        loop {
            let found = self.vulnerabilities.iter().filter_map(|one| spans_end(one, &release, scope));
            // Each end is above the release, so this ends.
            match found.max() {
                None => return release.to_go(),
                Some(End::At(end)) => release = end,
                Some(End::Never) => return None,
            }
        }
    }
}

/// Where a vulnerability ends. The order is that of the releases.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    /// The first release without it.
    At(ReleaseNumber),
    /// There is none yet.
    Never,
}

/// Where a release is rid of a vulnerability. `None` if the release does not have it.
fn spans_end(vulnerability: &Vulnerability, release: &ReleaseNumber, scope: Scope<'_>) -> Option<End> {
    let places = vulnerability.places_in(release);
    let places = places.filter(|(place, _)| {
        scope.modules.contains(&place.module) && scope.platform.is_none_or(|platform| place.is_on(platform))
    });
    places.map(|(_, span)| span.fixed.clone().map_or(End::Never, End::At)).max()
}

fn finding<'a>(
    vulnerability: &'a Vulnerability,
    release: &ReleaseNumber,
    scope: Scope<'_>,
) -> Option<Finding<'a>> {
    let anywhere = Scope { platform: None, ..scope };
    let here = spans_end(vulnerability, release, scope);
    let is_elsewhere = here.is_none();
    let end = here.or_else(|| spans_end(vulnerability, release, anywhere))?;
    let fixed = match end {
        End::At(number) => number.to_go(),
        End::Never => None,
    };
    let mut modules: Vec<GoModule> =
        vulnerability.places_in(release).map(|(place, _)| place.module).collect();
    modules.retain(|module| scope.modules.contains(module));
    modules.sort_unstable();
    modules.dedup();
    Some(Finding { vulnerability, modules, fixed, is_elsewhere })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded;

    fn database(entries: &str) -> Database {
        let entries: Vec<Entry> = serde_json::from_str(entries).unwrap();
        let (as_of, place) = ("2026-11-05T00:00:00Z".to_owned(), "https://vuln.go.dev".to_owned());
        Database::of(&entries, as_of, place, DatabaseOrigin::Built).unwrap()
    }

    fn entry(id: &str, module: &str, events: &str, goos: &str) -> String {
        format!(
            r#"{{"id": "{id}", "affected": [{{"package": {{"name": "{module}"}},
                "ranges": [{{"type": "SEMVER", "events": {events}}}],
                "ecosystem_specific": {{"imports": [{{"path": "x", "goos": {goos}}}]}}}}]}}"#
        )
    }

    fn three() -> Database {
        let of_library =
            r#"[{"introduced": "0"}, {"fixed": "1.25.9"}, {"introduced": "1.26.0-0"}, {"fixed": "1.26.2"}]"#;
        let of_tools = r#"[{"introduced": "1.26.2"}, {"fixed": "1.26.5"}]"#;
        let of_windows = r#"[{"introduced": "0"}, {"fixed": "1.27.0"}]"#;
        let all = [
            entry("GO-2026-0001", "stdlib", of_library, "[]"),
            entry("GO-2026-0002", "toolchain", of_tools, "[]"),
            entry("GO-2026-0003", "stdlib", of_windows, r#"["windows"]"#),
        ];
        database(&format!("[{}]", all.join(",")))
    }

    fn version(text: &str) -> GoVersion {
        GoVersion::parse(text).unwrap()
    }

    fn linux() -> Platform {
        Platform::new("linux", "amd64").unwrap()
    }

    #[test]
    fn a_toolchain_has_what_its_library_and_its_tools_have() {
        let (database, linux) = (three(), linux());
        let found = database.findings(&version("1.26.3"), Scope::of_toolchain(&linux)).unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|one| {
                (one.vulnerability.id.as_str(), one.is_elsewhere, one.fixed.clone().unwrap().to_string())
            })
            .collect();
        assert_eq!(
            found,
            [("GO-2026-0003", true, "1.27.0".to_owned()), ("GO-2026-0002", false, "1.26.5".to_owned())]
        );
        assert_eq!(database.count(&version("1.26.3"), &linux), Some(1));
        let windows = Platform::new("windows", "amd64").unwrap();
        assert_eq!(database.count(&version("1.26.3"), &windows), Some(2));
        assert_eq!(database.count(&version("1.99999999999999999999999.0"), &linux), None);
    }

    #[test]
    fn a_program_has_what_the_library_has() {
        let (database, linux) = (three(), linux());
        let scope = Scope { modules: &[GoModule::Stdlib], platform: Some(&linux) };
        assert_eq!(database.findings(&version("1.26.3"), scope).unwrap().len(), 1, "that of Windows");
        assert_eq!(database.findings(&version("1.26.1"), scope).unwrap().len(), 2);
    }

    #[test]
    fn the_first_clean_release_has_no_other_vulnerability_either() {
        let (database, linux) = (three(), linux());
        let clean =
            |text: &str, scope| database.first_clean(&version(text), scope).map(|one| one.to_string());
        let toolchain = Scope::of_toolchain(&linux);
        for (from, to) in [
            ("1.25.3", "1.25.9"),
            ("1.25.9", "1.25.9"),
            // The fix of one is where another begins.
            ("1.26.0", "1.26.5"),
            ("1.26rc1", "1.26.5"),
            ("1.27.0", "1.27.0"),
        ] {
            assert_eq!(clean(from, toolchain).as_deref(), Some(to), "{from}");
        }
        assert_eq!(clean("1.26.0", Scope { platform: None, ..toolchain }).as_deref(), Some("1.27.0"));
        let endless = database_without_a_fix();
        assert_eq!(endless.first_clean(&version("1.20"), toolchain), None);
    }

    #[test]
    fn what_a_release_fixes_and_adds_is_the_difference() {
        let database = three();
        let ids = |one: &str, other: &str| {
            let found = database.only_in(&version(one), &version(other), Scope::ALL).unwrap();
            found.iter().map(|one| one.id.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(ids("1.26.1", "1.26.2"), ["GO-2026-0001"]);
        assert_eq!(ids("1.26.2", "1.26.1"), ["GO-2026-0002"]);
        assert_eq!(ids("1.25.3", "1.27.0"), ["GO-2026-0003", "GO-2026-0001"]);
        assert!(ids("1.26.3", "1.26.4").is_empty());
        let endless = version("1.99999999999999999999999.0");
        assert!(database.only_in(&version("1.26.1"), &endless, Scope::ALL).is_none());
    }

    fn database_without_a_fix() -> Database {
        let entries = [
            entry("GO-2026-0001", "stdlib", r#"[{"introduced": "0"}, {"fixed": "1.25.9"}]"#, "[]"),
            entry("GO-2026-0002", "stdlib", r#"[{"introduced": "1.20.0"}]"#, "[]"),
        ];
        database(&format!("[{}]", entries.join(",")))
    }

    #[test]
    fn what_has_no_fix_says_so() {
        let (database, linux) = (database_without_a_fix(), linux());
        let found = database.findings(&version("1.20.3"), Scope::of_toolchain(&linux)).unwrap();
        let fixes: Vec<_> = found.iter().map(|one| one.fixed.as_ref().map(ToString::to_string)).collect();
        assert_eq!(fixes, [None, Some("1.25.9".to_owned())]);
    }

    /// Facts of Go's release history, which the database must tell too.
    #[test]
    fn the_built_in_database_knows_what_patches_fixed() {
        let (database, linux) = (embedded::database(), linux());
        for (vulnerable, fixed) in [("1.22.6", "1.22.7"), ("1.21.4", "1.21.5"), ("1.25.1", "1.25.2")] {
            let [before, after] =
                [vulnerable, fixed].map(|text| database.count(&version(text), &linux).unwrap());
            assert!(before > after, "{vulnerable}: {before}, {fixed}: {after}");
        }
    }
}
