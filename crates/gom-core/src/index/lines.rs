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
