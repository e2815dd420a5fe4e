//! How `gom info` and `gom compare` show a release: as an object, and as names with values.

use gom_audit::database::{Database, Scope};
use gom_core::digest::Sha256Digest;
use gom_core::index::SecurityFixes;
use gom_core::index::dates::ReleaseDate;
use gom_core::path_text::as_text;
use gom_core::upkeep::release::{InstalledRelease, ReleaseInfo};
use gom_core::verify::ProofStatus;
use serde::Serialize;

use crate::app::App;
use crate::sizes::megabytes;

/// The width of the names and the space after them.
const INDENT: usize = 11;

const UNKNOWN: &str = "unknown";

/// A release.
#[derive(Serialize)]
pub(super) struct ReleaseJson<'a> {
    version: String,
    toolchain: String,
    os: &'a str,
    arch: &'a str,
    stable: bool,
    released: Option<&'a ReleaseDate>,
    supported: bool,
    support_ends_with: Option<String>,
    support_ended: Option<&'a ReleaseDate>,
    newer: Option<String>,
    security: Option<SecurityJson>,
    vulnerabilities: VulnerabilitiesJson<'a>,
    archive: Option<ArchiveJson<'a>>,
    platforms: Vec<String>,
    installed: Vec<InstalledJson>,
    needs: Option<&'a str>,
    pages: PagesJson<'a>,
}

/// Security fixes between two releases.
#[derive(Serialize)]
pub(super) struct SecurityJson {
    releases: Vec<String>,
    complete: bool,
    source: String,
}

/// What is known about its vulnerabilities.
#[derive(Serialize)]
struct VulnerabilitiesJson<'a> {
    known: Option<usize>,
    clean_from: Option<String>,
    as_of: &'a str,
}

/// go.dev's archive.
#[derive(Serialize)]
struct ArchiveJson<'a> {
    file: &'a str,
    sha256: Option<Sha256Digest>,
    bytes: Option<u64>,
}

/// An installed toolchain.
#[derive(Serialize)]
struct InstalledJson {
    toolchain: String,
    goroot: String,
    proof: ProofStatus,
    bytes: Option<u64>,
    fetched: Option<u64>,
}

/// Pages about a release.
#[derive(Serialize)]
struct PagesJson<'a> {
    line: &'a str,
    history: Option<&'a str>,
    issues: Option<&'a str>,
}

impl SecurityJson {
    pub(super) fn of(fixes: &SecurityFixes) -> SecurityJson {
        SecurityJson {
            releases: fixes.releases.iter().map(ToString::to_string).collect(),
            complete: fixes.is_complete,
            source: fixes.source.clone(),
        }
    }
}

impl ReleaseJson<'_> {
    pub(super) fn of<'a>(app: &App, info: &'a ReleaseInfo, database: &'a Database) -> ReleaseJson<'a> {
        let installed = |one: &InstalledRelease| InstalledJson {
            toolchain: one.id.to_string(),
            goroot: as_text(&app.ctx.goroot(&one.id)),
            proof: one.proof,
            bytes: one.bytes,
            fetched: one.fetched,
        };
        ReleaseJson {
            version: info.id.version.to_string(),
            toolchain: info.id.to_string(),
            os: info.id.platform.os(),
            arch: info.id.platform.arch(),
            stable: !info.id.version.is_prerelease(),
            released: info.released.as_ref(),
            supported: info.support.is_supported,
            support_ends_with: info.support.ends_with.as_ref().map(ToString::to_string),
            support_ended: info.support_ended.as_ref(),
            newer: info.newer.as_ref().map(ToString::to_string),
            security: info.fixes.as_ref().map(SecurityJson::of),
            vulnerabilities: VulnerabilitiesJson {
                known: known(info, database),
                clean_from: clean_from(info, database),
                as_of: &database.as_of,
            },
            archive: info.archive.as_ref().map(|archive| ArchiveJson {
                file: &archive.filename,
                sha256: archive.sha256,
                bytes: archive.size,
            }),
            platforms: info.platforms.iter().map(ToString::to_string).collect(),
            installed: info.installed.iter().map(installed).collect(),
            needs: info.needs.as_deref(),
            pages: PagesJson {
                line: &info.pages.line,
                history: info.pages.history.as_deref(),
                issues: info.pages.issues.as_deref(),
            },
        }
    }
}

/// The names and values that people read.
pub(super) fn lines(app: &App, info: &ReleaseInfo, database: &Database) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("version", info.id.version.to_string()),
        ("released", released(info)),
        ("support", support(info)),
        ("newest", newest(info)),
        ("audit", format!("{} as of {}", vulnerabilities(info, database), database.day())),
        ("archive", archive(info)),
    ];
    lines.extend(info.needs.as_ref().map(|needs| ("needs", format!("{needs} or newer"))));
    if info.installed.is_empty() {
        lines.push(("installed", "no".to_owned()));
    }
    lines.extend(info.installed.iter().map(|one| ("installed", installed(app, one))));
    let platforms: Vec<String> = info.platforms.iter().map(ToString::to_string).collect();
    lines.push(("platforms", if platforms.is_empty() { UNKNOWN.to_owned() } else { platforms.join(" ") }));
    lines.push(("notes", info.pages.line.clone()));
    lines.extend(info.pages.history.iter().map(|page| ("history", page.clone())));
    lines.extend(info.pages.issues.iter().map(|page| ("issues", page.clone())));
    lines
}

/// The day of a release.
pub(super) fn released(info: &ReleaseInfo) -> String {
    info.released.as_ref().map_or(UNKNOWN, ReleaseDate::day).to_owned()
}

/// The support of a release's line.
pub(super) fn support(info: &ReleaseInfo) -> String {
    let line = info.id.version.line();
    match (info.support.is_supported, &info.support_ended, &info.support.ends_with) {
        (true, _, Some(version)) => format!("Go {line} gets fixes until {version} is out"),
        (true, _, None) => format!("Go {line} gets fixes"),
        (false, Some(date), _) => format!("Go {line} has had no fixes since {}", date.day()),
        (false, None, _) => format!("Go {line} gets no more fixes"),
    }
}

/// The number of known vulnerabilities of a release on its platform. `None` if it can't be looked up.
fn known(info: &ReleaseInfo, database: &Database) -> Option<usize> {
    database.count(&info.id.version, &info.id.platform)
}

/// The first later release without any, if it has some.
fn clean_from(info: &ReleaseInfo, database: &Database) -> Option<String> {
    known(info, database).filter(|number| *number > 0)?;
    let clean = database.first_clean(&info.id.version, Scope::of_toolchain(&info.id.platform));
    clean.map(|version| version.to_string())
}

/// The known vulnerabilities, as text.
pub(super) fn vulnerabilities(info: &ReleaseInfo, database: &Database) -> String {
    let clean = clean_from(info, database).map(|version| format!(", none from {version} on"));
    let clean = clean.unwrap_or_default();
    match known(info, database) {
        None => UNKNOWN.to_owned(),
        Some(0) => "no known vulnerability".to_owned(),
        Some(1) => format!("1 known vulnerability{clean}"),
        Some(number) => format!("{number} known vulnerabilities{clean}"),
    }
}

fn newest(info: &ReleaseInfo) -> String {
    match &info.newer {
        None => "no newer patch of its line is known".to_owned(),
        Some(newer) => format!("{newer}; security fixes: {}", fixes(info.fixes.as_ref())),
    }
}

/// The releases that fix a vulnerability, as text.
pub(super) fn fixes(fixes: Option<&SecurityFixes>) -> String {
    let Some(fixes) = fixes else { return UNKNOWN.to_owned() };
    let releases: Vec<String> = fixes.releases.iter().map(ToString::to_string).collect();
    match (releases.is_empty(), fixes.is_complete) {
        (true, true) => "none".to_owned(),
        (true, false) => UNKNOWN.to_owned(),
        (false, true) => format!("in {}", releases.join(", ")),
        (false, false) => format!("in {}, and maybe later ones", releases.join(", ")),
    }
}

fn archive(info: &ReleaseInfo) -> String {
    match &info.archive {
        None => UNKNOWN.to_owned(),
        Some(archive) => {
            let size = archive.size.map(|bytes| format!(", {}", megabytes(bytes)));
            format!("{}{}", archive.filename, size.unwrap_or_default())
        }
    }
}

fn installed(app: &App, one: &InstalledRelease) -> String {
    let size = one.bytes.map(|bytes| format!("{}, ", megabytes(bytes))).unwrap_or_default();
    let fetched = one.fetched.map(|bytes| format!(", {} fetched", megabytes(bytes))).unwrap_or_default();
    format!("{} ({size}{}{fetched})", app.ctx.goroot(&one.id).display(), one.proof.name())
}

/// Returns the lines of a name with its value. A value of several words is broken at the terminal's width.
pub(super) fn wrapped(name: &str, value: &str, width: Option<usize>) -> Vec<String> {
    let room = width.unwrap_or(usize::MAX).saturating_sub(INDENT);
    let mut lines = vec![String::new()];
    for word in value.split(' ') {
        let length = word.chars().count();
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + length <= room => *line = format!("{line} {word}"),
            _ => lines.push(word.to_owned()),
        }
    }
    let first = std::iter::once(name).chain(std::iter::repeat(""));
    first.zip(lines).map(|(name, line)| format!("{name:INDENT$}{line}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_broken_below_itself() {
        assert_eq!(wrapped("name", "one two three", None), ["name       one two three"]);
        assert_eq!(wrapped("name", "one two three", Some(18)), ["name       one two", "           three"]);
        assert_eq!(wrapped("name", "one", Some(3)), ["name       one"]);
    }
}
