//! The index in the binary: every archive that go.dev had published when this gom was built, with its sum.
//! `cargo xtask embed-index` writes the file and describes its format; this module reads it.

use gom_select::platform::Platform;
use gom_select::toolchain::ToolchainId;
use gom_select::version::{GoVersion, ReleaseLine};

use super::toolchains::{Index, ReleaseArchive, may_be_for, toolchain_of_file};
use crate::digest::{Sha256Digest, SumOrigin};

const TEXT: &str = include_str!("embedded.txt");

impl Index {
    /// Returns the whole index in the binary.
    pub fn embedded() -> Index {
        index(None)
    }

    /// Returns at least the archives for this platform. It is faster than reading all of them.
    pub fn embedded_for(platform: &Platform) -> Index {
        index(Some(platform))
    }
}

/// Reads the file, or its entries for one platform: reading all of it takes a hundredth of an install's time.
/// We make and test the file, so an unreadable line is left out and not an error.
fn index(only: Option<&Platform>) -> Index {
    let mut index = Index::default();
    let mut version = "";
    for line in TEXT.lines() {
        if let Some(day) = line.strip_prefix("# as of ") {
            day.clone_into(&mut index.as_of);
        } else if line.starts_with("go") {
            version = line;
        } else if only.is_none_or(|only| may_be_for(line.trim_start(), only))
            && let Some((id, archive)) = archive(version, line)
        {
            // No conflict is possible: the file holds each sum once.
            let _ = index.add_archive(id, archive);
        }
    }
    index
}

/// Parses `linux-amd64 SUM`: the platform as the file name spells it, and the sum in base64 or `-`.
fn archive(version: &str, line: &str) -> Option<(ToolchainId, ReleaseArchive)> {
    let (platform, sum) = line.trim_start().split_once(' ')?;
    let extension = if platform.starts_with("windows-") { "zip" } else { "tar.gz" };
    let filename = format!("{version}.{platform}.{extension}");
    let id = toolchain_of_file(&filename, version)?;
    let sha256 = if sum == "-" { None } else { Some(Sha256Digest::from_base64(sum).ok()?) };
    Some((id, ReleaseArchive { filename, sha256, sum_origin: SumOrigin::Embedded, size: None }))
}

/// Returns the newest release of a line in the binary, prereleases aside.
pub(super) fn newest_of_line(line: &ReleaseLine) -> Option<GoVersion> {
    let versions = TEXT.lines().filter_map(GoVersion::from_toolchain_name);
    versions.filter(|version| version.is_stable() && line.contains(version)).max()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_of_the_file_is_understood() {
        let mut version = "";
        for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with("go") {
                version = line;
            } else {
                // Some old names, such as go1.9.2rc2, are not versions in Go's own grammar.
                let is_version = gom_select::version::GoVersion::from_toolchain_name(version).is_some();
                assert_eq!(archive(version, line).is_some(), is_version, "{version}: {line}");
            }
        }
        assert!(index(None).toolchains.len() > 4000);
    }

    #[test]
    fn what_it_has_for_one_platform_is_the_same() {
        let all = index(None);
        let platforms: BTreeSet<&Platform> = all.toolchains.keys().map(|id| &id.platform).collect();
        assert!(platforms.len() > 20);
        for platform in platforms {
            let own: Vec<_> = all.iter().filter(|(id, _)| id.platform == *platform).collect();
            let only = index(Some(platform));
            let found: Vec<_> = only.iter().filter(|(id, _)| id.platform == *platform).collect();
            assert_eq!(found, own, "{platform}");
        }
    }

    #[test]
    fn a_known_sum_is_in_it() {
        let id = ToolchainId::parse("go1.27.0.linux-amd64").unwrap();
        let archive = index(None).get(&id).unwrap().archive.clone().unwrap();
        assert_eq!(archive.filename, "go1.27.0.linux-amd64.tar.gz");
        assert_eq!(
            archive.sha256.unwrap().to_string(),
            "675c26c449cbb18fc24b74650de1eabbae6e16f64326fd85a283fb3b58280685"
        );
    }
}
