//! The identity of one toolchain: a version for a platform.
//!
//! Owns: [`ToolchainId`], its folder name `go1.22.6.linux-amd64`, and the version and file prefix of its
//! module `golang.org/toolchain`. Never: tells whether such a toolchain exists. Invariant: a name that parses
//! is printed the same, so a folder can be listed, named and found again, and the name has no path separator.

use std::fmt;

use crate::platform::Platform;
use crate::version::{GoVersion, printable};

/// The prefix that makes a toolchain's name a module version.
const MODULE_VERSION_PREFIX: &str = "v0.0.1-";

/// One toolchain: a release built for one platform. Ordered by version, then by platform.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ToolchainId {
    /// The version of the release.
    pub version: GoVersion,
    /// The platform it runs on.
    pub platform: Platform,
}

impl ToolchainId {
    /// Whether it is the build of its release for a machine of this platform.
    pub fn is_for(&self, machine: &Platform) -> bool {
        self.platform == *machine.for_release(&self.version)
    }

    /// Returns it as the argument of a gom command on a machine of this platform: `1.22.6` for the machine's
    /// own build, else `go1.22.6.darwin-amd64`, because a bare version would mean another toolchain.
    pub fn as_argument(&self, machine: &Platform) -> String {
        if self.is_for(machine) { self.version.as_spec() } else { self.to_string() }
    }

    /// Parses `go1.22.6.linux-amd64`: the platform is what follows the last `.`, as in Go's `dlToGo`,
    /// and the rest is the release's name in Go's own spelling.
    ///
    /// A custom suffix (`go1.22.6-bigcorp`), a language version (`go1.22`), and `go1.20.0`, which Go calls
    /// `go1.20`, are refused.
    pub fn parse(name: &str) -> Result<Self, InvalidToolchain> {
        let id = name.rsplit_once('.').and_then(|(release, platform)| {
            let version = GoVersion::parse(release.strip_prefix("go")?).ok()?;
            Some(Self { version, platform: Platform::parse(platform).ok()? })
        });
        id.filter(|id| !id.version.is_language_version() && id.to_string() == name)
            .ok_or_else(|| InvalidToolchain { text: name.to_owned() })
    }

    /// Parses a version of the module `golang.org/toolchain`: `v0.0.1-go1.22.6.linux-amd64`.
    pub fn from_module_version(version: &str) -> Result<Self, InvalidToolchain> {
        version
            .strip_prefix(MODULE_VERSION_PREFIX)
            .and_then(|name| Self::parse(name).ok())
            .ok_or_else(|| InvalidToolchain { text: version.to_owned() })
    }

    /// The version of its module: `v0.0.1-go1.22.6.linux-amd64`.
    pub fn module_version(&self) -> String {
        format!("{MODULE_VERSION_PREFIX}{self}")
    }

    /// The prefix of every file name in its module zip: `golang.org/toolchain@v0.0.1-go1.22.6.linux-amd64/`.
    pub fn module_prefix(&self) -> String {
        format!("golang.org/toolchain@{}/", self.module_version())
    }
}

impl fmt::Display for ToolchainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.version.toolchain_name(), self.platform)
    }
}

/// A text that does not name a toolchain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidToolchain {
    /// The refused text.
    pub text: String,
}

impl fmt::Display for InvalidToolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a toolchain such as `go1.22.6.linux-amd64`", printable(&self.text))
    }
}

impl std::error::Error for InvalidToolchain {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(version: &str, platform: &str) -> ToolchainId {
        ToolchainId {
            version: GoVersion::parse(version).unwrap(),
            platform: Platform::parse(platform).unwrap(),
        }
    }

    #[test]
    fn a_toolchain_has_one_name_and_one_module_version() {
        let toolchain = id("1.22.6", "linux-amd64");
        assert_eq!(toolchain.to_string(), "go1.22.6.linux-amd64");
        assert_eq!(toolchain.module_version(), "v0.0.1-go1.22.6.linux-amd64");
        assert_eq!(toolchain.module_prefix(), "golang.org/toolchain@v0.0.1-go1.22.6.linux-amd64/");
        assert_eq!(id("1.20.0", "linux-arm").to_string(), "go1.20.linux-arm");
        assert_eq!(id("1.24rc1", "darwin-arm64").module_version(), "v0.0.1-go1.24rc1.darwin-arm64");
    }

    // K13.6
    #[test]
    fn an_argument_has_the_platform_where_a_version_means_another_toolchain() {
        let here = |platform: &str| Platform::parse(platform).unwrap();
        for (version, platform, machine, argument) in [
            ("1.22.6", "darwin-arm64", "darwin-arm64", "1.22.6"),
            ("1.22.6", "darwin-amd64", "darwin-arm64", "go1.22.6.darwin-amd64"),
            ("1.22.6", "darwin-arm64", "linux-amd64", "go1.22.6.darwin-arm64"),
            // The only build of that release for such a machine.
            ("1.15.15", "darwin-amd64", "darwin-arm64", "1.15.15"),
        ] {
            assert_eq!(id(version, platform).as_argument(&here(machine)), argument);
        }
    }

    #[test]
    fn only_gos_own_names_parse() {
        assert_eq!(ToolchainId::parse("go1.22.6.linux-amd64"), Ok(id("1.22.6", "linux-amd64")));
        assert_eq!(ToolchainId::parse("go1.20.windows-386"), Ok(id("1.20", "windows-386")));
        assert_eq!(
            ToolchainId::from_module_version("v0.0.1-go1.21rc2.aix-ppc64"),
            Ok(id("1.21rc2", "aix-ppc64"))
        );
        let refused = [
            "",
            ".",
            "go",
            "go1.22.6",
            "1.22.6.linux-amd64",
            "go1.22.6.linux",
            "go1.22.6.linux-amd64.tar.gz",
            "go1.22.6-bigcorp.linux-amd64",
            "go1.22.linux-amd64",
            "go1.20.0.linux-amd64",
            "go1.9.2rc2.linux-amd64",
            "go1.22.6.linux-amd64/",
            "go1.22.6.linux-amd64/../x",
            "go1.22.6/../.linux-amd64",
            "../go1.22.6.linux-amd64",
            "go1.22.6.linux-amd64\\x",
            "go1.22.6.linux-amd64\0",
            "go1.22.6\0.linux-amd64",
            "go1.22.6..linux-amd64",
            "go1.22.6.linux-amd64 ",
            "v0.0.1-go1.22.6.linux-amd64",
        ];
        for name in refused {
            assert_eq!(ToolchainId::parse(name), Err(InvalidToolchain { text: name.to_owned() }));
        }
        for version in ["go1.22.6.linux-amd64", "v0.0.2-go1.22.6.linux-amd64", "v0.0.1-go1.22.linux-amd64"] {
            assert!(ToolchainId::from_module_version(version).is_err(), "{version}");
        }
    }

    #[test]
    fn the_order_is_by_version_then_platform() {
        let sorted = [
            id("1.9", "linux-amd64"),
            id("1.21rc1", "linux-amd64"),
            id("1.21.0", "darwin-arm64"),
            id("1.21.0", "linux-amd64"),
            id("1.21.10", "aix-ppc64"),
        ];
        assert!(sorted.is_sorted_by(|a, b| a < b));
    }

    proptest! {
        #[test]
        fn a_name_that_parses_prints_itself_and_stays_in_its_folder(
            name in "\\PC{0,24}|go1\\.[0-9.]{0,5}[a-z0-9.]{0,4}\\.[a-z/\\\\.\0]{1,6}-[a-z0-9]{1,6}",
        ) {
            if let Ok(id) = ToolchainId::parse(&name) {
                prop_assert_eq!(id.to_string(), &name[..]);
                prop_assert!(!name.contains(['/', '\\', '\0']) && !name.contains(".."));
                prop_assert_eq!(ToolchainId::from_module_version(&id.module_version()), Ok(id));
            }
        }

        #[test]
        fn every_known_platform_round_trips(
            (os, arch) in prop::sample::select(crate::platform::KNOWN), minor in 0u32..40, patch in 0u32..20,
        ) {
            let version = GoVersion::parse(&format!("1.{minor}.{patch}")).unwrap();
            let id = ToolchainId { version, platform: Platform::new(os, arch).unwrap() };
            prop_assert_eq!(ToolchainId::parse(&id.to_string()), Ok(id));
        }
    }
}
