//! The index: the published toolchains, and the rule for two sources that publish a sum for the same file.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use gom_select::platform::Platform;
use gom_select::toolchain::ToolchainId;

use crate::digest::{Sha256Digest, SumOrigin};

/// All published toolchains that gom knows.
#[derive(Clone, Debug, Default)]
pub struct Index {
    pub(super) toolchains: BTreeMap<ToolchainId, PublishedToolchain>,
    /// The date of the newest release list in the index, as text: `2026-09-01`.
    pub as_of: String,
    /// Why nobody could be asked for newer toolchains, if that was wanted: then the index may be incomplete.
    pub silence: Option<String>,
}

/// What gom knows about one published toolchain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublishedToolchain {
    /// go.dev's archive; `None` if only a module proxy lists the toolchain.
    pub archive: Option<ReleaseArchive>,
    /// Whether the user's module proxy lists it.
    pub on_proxy: bool,
}

/// An archive of go.dev.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseArchive {
    /// Its file name, the same on every flat mirror.
    pub filename: String,
    /// Its sum; go.dev has none for some very old files.
    pub sha256: Option<Sha256Digest>,
    /// Who published the sum.
    pub sum_origin: SumOrigin,
    /// Its size in bytes, if a list says it.
    pub size: Option<u64>,
}

/// Two sources give different sums for one file. One of them is wrong or was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("two sums are published for `{filename}`: {known} (by {known_from}) and {other} (by {other_from})")]
pub struct SumConflict {
    /// The archive.
    pub filename: String,
    /// The sum that was known first.
    pub known: Sha256Digest,
    /// Who published it.
    pub known_from: SumOrigin,
    /// The other sum.
    pub other: Sha256Digest,
    /// Who published the other sum.
    pub other_from: SumOrigin,
}

impl Index {
    /// Returns what is known about a toolchain.
    pub fn get(&self, id: &ToolchainId) -> Option<&PublishedToolchain> {
        self.toolchains.get(id)
    }

    /// Every toolchain, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&ToolchainId, &PublishedToolchain)> {
        self.toolchains.iter()
    }

    /// The toolchains of one platform, oldest first.
    pub fn of_platform<'a>(&'a self, platform: &'a Platform) -> impl Iterator<Item = &'a ToolchainId> {
        self.toolchains.keys().filter(move |id| id.platform == *platform)
    }

    /// Adds go.dev's archive of a toolchain.
    pub(super) fn add_archive(
        &mut self,
        id: ToolchainId,
        archive: ReleaseArchive,
    ) -> Result<(), SumConflict> {
        let published = match self.toolchains.entry(id) {
            Entry::Vacant(entry) => entry.insert(PublishedToolchain::default()),
            Entry::Occupied(entry) => entry.into_mut(),
        };
        let Some(known) = &mut published.archive else {
            published.archive = Some(archive);
            return Ok(());
        };
        if known.filename != archive.filename {
            // Two archives for one platform (darwin-amd64 of Go 1.4 and before: osx10.6 and osx10.8). The
            // one that sorts last is for the newer system.
            if known.filename < archive.filename {
                *known = archive;
            }
            return Ok(());
        }
        match (known.sha256, archive.sha256) {
            (Some(sum), Some(other)) if sum != other => Err(SumConflict {
                filename: archive.filename,
                known: sum,
                known_from: known.sum_origin,
                other,
                other_from: archive.sum_origin,
            }),
            (None, Some(_)) => {
                *known = archive;
                Ok(())
            }
            _ => {
                known.size = known.size.or(archive.size);
                Ok(())
            }
        }
    }

    /// Adds a toolchain that a module proxy lists.
    pub(super) fn add_on_proxy(&mut self, id: ToolchainId) {
        self.toolchains.entry(id).or_default().on_proxy = true;
    }
}

/// Returns the toolchain in an archive of go.dev, by its file name: `go1.22.6.linux-armv6l.tar.gz` holds
/// go1.22.6.linux-arm. `None` for installers, sources, and names that no toolchain can have.
pub(super) fn toolchain_of_file(filename: &str, version: &str) -> Option<ToolchainId> {
    let rest = filename.strip_prefix(version)?.strip_prefix('.')?;
    let platform = rest.strip_suffix(".tar.gz").or_else(|| rest.strip_suffix(".zip"))?;
    let mut parts = platform.split('-');
    let (os, arch) = (parts.next()?, parts.next()?);
    match parts.next() {
        None => {}
        // Darwin archives of Go 1.4 and before name the system they are for.
        Some(system) if os == "darwin" && is_old_darwin(system) => {}
        Some(_) => return None,
    }
    let arch = if matches!(arch, "armv6l" | "arm6") { "arm" } else { arch };
    ToolchainId::parse(&format!("{version}.{os}-{arch}")).ok()
}

/// Whether an archive may be for this platform, or for another one whose archives also serve it: the archives of
/// darwin-amd64 include releases from before Apple Silicon. Some architectures have a second name, or a
/// suffix. `name` is its name after the version: `linux-amd64.tar.gz`.
pub(super) fn may_be_for(name: &str, platform: &Platform) -> bool {
    let Some((os, arch)) = name.split_once('-') else { return false };
    os == platform.os() && (arch.starts_with(platform.arch()) || platform.arch() == "arm" || os == "darwin")
}

/// Whether this is a name like `osx10.8`. Anything else is refused, because the file's name becomes part of
/// URLs and paths.
fn is_old_darwin(system: &str) -> bool {
    let version = system.strip_prefix("osx").unwrap_or_default();
    !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(filename: &str, sum: &[u8], sum_origin: SumOrigin) -> ReleaseArchive {
        ReleaseArchive {
            filename: filename.to_owned(),
            sha256: Some(Sha256Digest::of(sum)),
            sum_origin,
            size: None,
        }
    }

    #[test]
    fn file_names_tell_the_toolchain() {
        for (file, version, id) in [
            ("go1.22.6.linux-amd64.tar.gz", "go1.22.6", "go1.22.6.linux-amd64"),
            ("go1.22.6.linux-armv6l.tar.gz", "go1.22.6", "go1.22.6.linux-arm"),
            ("go1.22.6.windows-arm.zip", "go1.22.6", "go1.22.6.windows-arm"),
            ("go1.4.darwin-amd64-osx10.8.tar.gz", "go1.4", "go1.4.darwin-amd64"),
            ("go1.20.linux-amd64.tar.gz", "go1.20", "go1.20.linux-amd64"),
        ] {
            assert_eq!(toolchain_of_file(file, version).unwrap().to_string(), id);
        }
        for (file, version) in [
            ("go1.22.6.src.tar.gz", "go1.22.6"),
            ("go1.22.6.darwin-arm64.pkg", "go1.22.6"),
            ("go1.9.2rc2.linux-amd64.tar.gz", "go1.9.2rc2"),
            ("go1.22.6.linux-amd64-evil.tar.gz", "go1.22.6"),
            ("go1.4.darwin-amd64-osx/../../x.tar.gz", "go1.4"),
            ("go1.4.darwin-amd64-osx\u{1b}[31m.tar.gz", "go1.4"),
        ] {
            assert!(toolchain_of_file(file, version).is_none(), "{file}");
        }
    }

    #[test]
    fn two_sums_for_one_file_are_a_conflict() {
        let id = ToolchainId::parse("go1.22.6.linux-amd64").unwrap();
        let mut index = Index::default();
        let name = "go1.22.6.linux-amd64.tar.gz";
        index.add_archive(id.clone(), archive(name, b"one", SumOrigin::Embedded)).unwrap();
        index.add_archive(id.clone(), archive(name, b"one", SumOrigin::GoDev)).unwrap();
        let conflict = index.add_archive(id, archive(name, b"two", SumOrigin::GoDev)).unwrap_err();
        assert_eq!((conflict.known, conflict.other), (Sha256Digest::of(b"one"), Sha256Digest::of(b"two")));
    }

    #[test]
    fn a_proxy_adds_a_version_and_no_sum() {
        let id = ToolchainId::parse("go1.99.0.linux-amd64").unwrap();
        let mut index = Index::default();
        index.add_on_proxy(id.clone());
        assert_eq!(index.get(&id), Some(&PublishedToolchain { archive: None, on_proxy: true }));
    }
}
