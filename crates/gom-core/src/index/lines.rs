//! The lines of Go that still get fixes, and the newest release of each.

use std::collections::BTreeSet;

use gom_select::platform::Platform;
use gom_select::version::{GoVersion, ReleaseLine};

use super::toolchains::Index;

/// Go mends the newest two lines (go.dev/doc/devel/release#policy).
const SUPPORTED: usize = 2;

/// The lines that get security fixes, newest first, as far as the index knows the platform's releases.
pub fn supported_lines(index: &Index, platform: &Platform) -> Vec<ReleaseLine> {
    let stable = index.of_platform(platform).map(|id| &id.version).filter(|version| version.is_stable());
    let lines: BTreeSet<ReleaseLine> = stable.map(GoVersion::line).collect();
    lines.into_iter().rev().take(SUPPORTED).collect()
}

/// The newest stable release of a line, as far as the index knows the platform's releases.
pub fn newest_of_line(index: &Index, platform: &Platform, line: &ReleaseLine) -> Option<GoVersion> {
    let of_line = |version: &&GoVersion| version.is_stable() && line.contains(version);
    index.of_platform(platform).map(|id| &id.version).filter(of_line).max().cloned()
}
