//! The index in the binary: every archive that go.dev had published when this gom was made, with its
//! sum. `cargo xtask embed-index` writes the file; its form is described there and read here.

use gom_select::toolchain::ToolchainId;

use super::{Archive, Index, SumOrigin, toolchain_of_file};
use crate::digest::Sha256Digest;

const TEXT: &str = include_str!("embedded.txt");

/// Reads the file. It is made by us and tested, so a line that can't be read is left out, not an error.
pub(super) fn index() -> Index {
    let mut index = Index::default();
    let mut version = "";
    for line in TEXT.lines() {
        if let Some(day) = line.strip_prefix("# as of ") {
            day.clone_into(&mut index.as_of);
        } else if line.starts_with("go") {
            version = line;
        } else if let Some((id, archive)) = archive(version, line) {
            // One file never holds a sum twice.
            let _ = index.add_archive(id, archive);
        }
    }
    index
}

/// `linux-amd64 SUM`: the platform as the file name spells it, and the sum in base64 or `-`.
fn archive(version: &str, line: &str) -> Option<(ToolchainId, Archive)> {
    let (platform, sum) = line.trim_start().split_once(' ')?;
    let extension = if platform.starts_with("windows-") { "zip" } else { "tar.gz" };
    let filename = format!("{version}.{platform}.{extension}");
    let id = toolchain_of_file(&filename, version)?;
    let sha256 = if sum == "-" { None } else { Some(Sha256Digest::from_base64(sum).ok()?) };
    Some((id, Archive { filename, sha256, sum_origin: SumOrigin::Embedded }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_file_is_understood() {
        let mut version = "";
        for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with("go") {
                version = line;
            } else {
                // go1.9.2rc2 and its like are no versions by Go's own grammar.
                let is_version = gom_select::version::GoVersion::from_toolchain_name(version).is_some();
                assert_eq!(archive(version, line).is_some(), is_version, "{version}: {line}");
            }
        }
        assert!(index().toolchains.len() > 4000);
    }

    #[test]
    fn a_known_sum_is_in_it() {
        let id = ToolchainId::parse("go1.27.0.linux-amd64").unwrap();
        let archive = index().get(&id).unwrap().archive.clone().unwrap();
        assert_eq!(archive.filename, "go1.27.0.linux-amd64.tar.gz");
        assert_eq!(
            archive.sha256.unwrap().to_string(),
            "675c26c449cbb18fc24b74650de1eabbae6e16f64326fd85a283fb3b58280685"
        );
    }
}
