//! The Go lines that still get fixes, and the newest release of each.

use std::collections::BTreeSet;

use gom_select::platform::Platform;
use gom_select::version::{GoVersion, ReleaseLine};

use super::toolchains::Index;

/// Go's team fixes the newest two lines (go.dev/doc/devel/release#policy).
const SUPPORTED: usize = 2;

/// Returns the lines that get security fixes, newest first, among the releases that the index has for the
/// platform.
pub fn supported_lines(index: &Index, platform: &Platform) -> Vec<ReleaseLine> {
    let stable = index.of_platform(platform).map(|id| &id.version).filter(|version| version.is_stable());
    let lines: BTreeSet<ReleaseLine> = stable.map(GoVersion::line).collect();
    lines.into_iter().rev().take(SUPPORTED).collect()
}

/// Returns the newest stable release of a line, among those that the index has for the platform.
pub fn newest_of_line(index: &Index, platform: &Platform, line: &ReleaseLine) -> Option<GoVersion> {
    let of_line = |version: &&GoVersion| version.is_stable() && line.contains(version);
    index.of_platform(platform).map(|id| &id.version).filter(of_line).max().cloned()
}

/// Returns a newer patch of the version's line, by the releases for this machine, whatever platform the toolchain is
/// for.
pub fn newer_patch(index: &Index, host: &Platform, version: &GoVersion) -> Option<GoVersion> {
    newest_of_line(index, host, &version.line()).filter(|newest| newest > version)
}

/// Whether a version's line still gets fixes. A line newer than all known ones counts as supported.
pub fn is_supported(supported: &[ReleaseLine], version: &GoVersion) -> bool {
    supported.last().is_none_or(|oldest| version.line() >= *oldest)
}

/// Whether a line gets security fixes, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineSupport {
    /// Whether it gets fixes now.
    pub is_supported: bool,
    /// The first release of the line whose release ends the support; `None` for a line without such a number.
    pub ends_with: Option<GoVersion>,
}

/// Returns the support of a version's line. `supported` are the lines of [`supported_lines`].
pub fn support_of(supported: &[ReleaseLine], version: &GoVersion) -> LineSupport {
    let ends_with = line_after(&version.line(), SUPPORTED).and_then(|line| first_of_line(&line));
    LineSupport { is_supported: is_supported(supported, version), ends_with }
}

/// Returns the line that comes `number` lines later.
fn line_after(line: &ReleaseLine, number: usize) -> Option<ReleaseLine> {
    let text = line.to_string();
    let (major, minor) = text.split_once('.')?;
    ReleaseLine::parse(&format!("{major}.{}", minor.parse::<usize>().ok()?.checked_add(number)?)).ok()
}

/// Returns the first release of a line, as Go spells it: `1.22.0`, and `1.20`.
fn first_of_line(line: &ReleaseLine) -> Option<GoVersion> {
    GoVersion::parse(&format!("{line}.0")).ok().map(|version| version.canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_supported_until_the_second_one_after_it() {
        let supported = ["1.27", "1.26"].map(|line| ReleaseLine::parse(line).unwrap());
        for (version, is_supported, last) in [
            ("1.27.0", true, "1.29.0"),
            ("1.26.3", true, "1.28.0"),
            ("1.25.9", false, "1.27.0"),
            ("1.18", false, "1.20"),
        ] {
            let support = support_of(&supported, &GoVersion::parse(version).unwrap());
            let ends_with = support.ends_with.map(|version| version.to_string());
            assert_eq!((support.is_supported, ends_with.as_deref()), (is_supported, Some(last)), "{version}");
        }
    }
}
