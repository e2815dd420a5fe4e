//! The version of a release, and the names of its files.

use std::fmt;
use std::str::FromStr;

use gom_select::hardware;

/// The version of a release: `0.2.0`, in Go's form `v0.2.0`. Never a prerelease or a pseudo-version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReleaseVersion(semver::Version);

/// A text is not the version of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotARelease;

impl ReleaseVersion {
    /// The version in the form of Go's modules.
    pub fn module_version(&self) -> String {
        format!("v{}", self.0)
    }

    /// Whether it is newer than a gom with this version, which may be a prerelease.
    pub fn is_newer_than(&self, running: &str) -> bool {
        semver::Version::parse(running).is_ok_and(|running| self.0 > running)
    }

    /// Whether it is the version of that gom.
    pub fn is(&self, running: &str) -> bool {
        self.0.to_string() == running
    }
}

impl FromStr for ReleaseVersion {
    type Err = NotARelease;

    fn from_str(text: &str) -> Result<Self, NotARelease> {
        let version =
            semver::Version::parse(text.strip_prefix('v').unwrap_or(text)).map_err(|_| NotARelease)?;
        // Otherwise +incompatible, a prerelease or a pseudo-version.
        if version.pre.is_empty() && version.build.is_empty() { Ok(Self(version)) } else { Err(NotARelease) }
    }
}

impl fmt::Display for ReleaseVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A release of gom's module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The module's path.
    pub module: String,
    /// Its version.
    pub version: ReleaseVersion,
}

impl Release {
    /// What stands before a file's name in the module's zip and in the list of its files.
    pub fn prefix(&self) -> String {
        format!("{}@{}/", self.module, self.version.module_version())
    }

    /// The name of the list of its files at the download base.
    pub fn list_name(&self) -> String {
        format!("gom-{}-module.txt", self.version)
    }

    /// The folder in the archive for a target.
    pub fn folder(&self, target: &str) -> String {
        format!("gom-{}-{target}", self.version)
    }

    /// The name of the archive for a target.
    pub fn archive(&self, target: &str) -> String {
        format!("{}.tar.gz", self.folder(target))
    }

    /// The name of that archive in the module.
    pub fn archive_in_module(&self, target: &str) -> String {
        format!("{}archives/{}", self.prefix(), self.archive(target))
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.module, self.version.module_version())
    }
}

/// The targets whose programs run on this machine, the best first.
pub fn targets() -> Vec<String> {
    let platform = hardware::platform();
    targets_of(platform.os(), platform.arch(), cfg!(target_env = "gnu"))
}

/// The system and the processor are the hardware's: a gom for amd64 that Rosetta translates becomes one for arm64.
/// Everywhere else on Linux the static program runs too.
fn targets_of(os: &str, arch: &str, is_gnu: bool) -> Vec<String> {
    let machine = match arch {
        "amd64" => "x86_64",
        "arm64" => "aarch64",
        other => other,
    };
    match os {
        "darwin" => vec![format!("{machine}-apple-darwin")],
        "linux" => {
            let [gnu, musl] = ["gnu", "musl"].map(|library| format!("{machine}-unknown-linux-{library}"));
            if is_gnu { vec![gnu, musl] } else { vec![musl] }
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_releases_are_versions() {
        for text in ["0.2.0", "v0.2.0", "v10.20.30"] {
            text.parse::<ReleaseVersion>().unwrap();
        }
        for text in [
            "0.2",
            "latest",
            "",
            "v0.2.0-rc1",
            "v0.0.0-20260102030405-abcdefabcdef",
            "v0.2.1-0.20260102030405-abcdefabcdef",
            "v2.0.0+incompatible",
            "01.2.3",
            "v0.2.0/../../x",
        ] {
            assert_eq!(text.parse::<ReleaseVersion>(), Err(NotARelease), "{text}");
        }
    }

    #[test]
    fn versions_are_ordered_by_number() {
        let version = |text: &str| text.parse::<ReleaseVersion>().unwrap();
        assert!(version("0.10.0") > version("0.9.9"));
        assert!(version("0.2.0").is_newer_than("0.2.0-dev"));
        assert!(!version("0.2.0").is_newer_than("0.2.0"));
        assert!(!version("0.2.0").is_newer_than("what is this"));
    }

    #[test]
    fn the_static_program_is_a_target_of_every_linux() {
        assert_eq!(
            targets_of("linux", "amd64", true),
            ["x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl"]
        );
        assert_eq!(targets_of("linux", "arm64", false), ["aarch64-unknown-linux-musl"]);
        assert_eq!(targets_of("darwin", "arm64", false), ["aarch64-apple-darwin"]);
        assert!(targets_of("windows", "amd64", false).is_empty());
    }
}
