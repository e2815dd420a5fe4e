//! An operating system and an architecture, by Go's own names (GOOS and GOARCH).
//!
//! Owns: [`Platform`], the list of ports Go ships, and the other names people use for them. Never: asks the
//! system. [`Platform::host`] is what this program was built for, and [`crate::hardware`] finds what it runs
//! on. Invariant: both parts are non-empty runs of `[a-z0-9]`, so a platform is safe inside a file name.

use std::borrow::Cow;
use std::env::consts;
use std::fmt;

use crate::version::{GoVersion, printable};

/// Every `(GOOS, GOARCH)` for which Go has published a toolchain: the archives of go.dev and the versions of
/// the module `golang.org/toolchain`. It has no ports that can't run the go command (js, wasip1, ios,
/// android).
pub const KNOWN: &[(&str, &str)] = &[
    ("aix", "ppc64"),
    ("darwin", "386"),
    ("darwin", "amd64"),
    ("darwin", "arm64"),
    ("dragonfly", "amd64"),
    ("freebsd", "386"),
    ("freebsd", "amd64"),
    ("freebsd", "arm"),
    ("freebsd", "arm64"),
    ("freebsd", "riscv64"),
    ("illumos", "amd64"),
    ("linux", "386"),
    ("linux", "amd64"),
    ("linux", "arm"),
    ("linux", "arm64"),
    ("linux", "loong64"),
    ("linux", "mips"),
    ("linux", "mips64"),
    ("linux", "mips64le"),
    ("linux", "mipsle"),
    ("linux", "ppc64"),
    ("linux", "ppc64le"),
    ("linux", "riscv64"),
    ("linux", "s390x"),
    ("netbsd", "386"),
    ("netbsd", "amd64"),
    ("netbsd", "arm"),
    ("netbsd", "arm64"),
    ("openbsd", "386"),
    ("openbsd", "amd64"),
    ("openbsd", "arm"),
    ("openbsd", "arm64"),
    ("openbsd", "ppc64"),
    ("openbsd", "riscv64"),
    ("plan9", "386"),
    ("plan9", "amd64"),
    ("plan9", "arm"),
    ("solaris", "amd64"),
    ("windows", "386"),
    ("windows", "amd64"),
    ("windows", "arm"),
    ("windows", "arm64"),
];

/// An operating system and an architecture, in Go's names. Ordered by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform {
    os: String,
    arch: String,
}

impl Platform {
    /// Makes a platform of exactly these names, whether Go has it or not.
    pub fn new(os: &str, arch: &str) -> Result<Self, InvalidPlatform> {
        if is_name(os) && is_name(arch) {
            return Ok(Self { os: os.to_owned(), arch: arch.to_owned() });
        }
        Err(InvalidPlatform { text: format!("{os}-{arch}") })
    }

    /// Parses `darwin-arm64`, the form in archive names and module versions.
    pub fn parse(text: &str) -> Result<Self, InvalidPlatform> {
        let invalid = || InvalidPlatform { text: text.to_owned() };
        let (os, arch) = text.split_once('-').ok_or_else(invalid)?;
        Self::new(os, arch)
    }

    /// Makes a platform of the names that people use, in any letter case. `macos`, the names of `uname` and
    /// those of Node.js (`process.arch`, and `x32` of actions/setup-go) are mapped to Go's. A name that Go
    /// has keeps Go's meaning: `ppc64` is big-endian, although Node.js uses it for both byte orders. Go may
    /// lack the resulting port.
    pub fn from_user(os: &str, arch: &str) -> Result<Self, InvalidPlatform> {
        let (os, arch) = (os.to_ascii_lowercase(), arch.to_ascii_lowercase());
        let os = match os.as_str() {
            "macos" => "darwin",
            other => other,
        };
        let arch = match arch.as_str() {
            "x86_64" | "x64" => "amd64",
            "aarch64" => "arm64",
            // go.dev's name for its only 32-bit ARM build, and the output of `uname` on such machines.
            "armv6l" | "armv7l" | "armhf" => "arm",
            "x86" | "i386" | "i486" | "i586" | "i686" | "ia32" | "x32" => "386",
            "mipsel" => "mipsle",
            "mips64el" => "mips64le",
            "loongarch64" => "loong64",
            other => other,
        };
        Self::new(os, arch)
    }

    /// The platform this program was built for.
    pub fn host() -> Self {
        let (os, arch) = go_names(consts::OS, consts::ARCH, cfg!(target_endian = "little"));
        Self { os: os.to_owned(), arch: arch.to_owned() }
    }

    /// Go's name of the operating system (GOOS).
    pub fn os(&self) -> &str {
        &self.os
    }

    /// Go's name of the architecture (GOARCH).
    pub fn arch(&self) -> &str {
        &self.arch
    }

    /// Whether a machine of this platform runs programs of `other`: its own, those of the smaller word size,
    /// and on Apple Silicon those that Rosetta translates.
    pub fn runs(&self, other: &Platform) -> bool {
        let is_older = match (self.arch.as_str(), other.arch.as_str()) {
            ("amd64", "386") => true,
            ("arm64", "amd64") => self.os == "darwin",
            (own, other) => own == other,
        };
        self.os == other.os && is_older
    }

    /// Returns the platform whose build of a release runs here: its own, and on Apple Silicon, for releases
    /// before 1.16, which have no build for it, Intel's under Rosetta (go.dev/doc/go1.16#darwin).
    pub fn for_release(&self, version: &GoVersion) -> Cow<'_, Platform> {
        let is_apple_silicon = self.os == "darwin" && self.arch == "arm64";
        if !is_apple_silicon || is_on_apple_silicon(version) {
            return Cow::Borrowed(self);
        }
        Cow::Owned(Platform { os: self.os.clone(), arch: "amd64".to_owned() })
    }

    /// Whether Go has ever published a toolchain for this platform.
    pub fn is_known(&self) -> bool {
        KNOWN.contains(&(self.os(), self.arch()))
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.os, self.arch)
    }
}

/// A text that can't be a platform: not two names of lowercase letters and digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPlatform {
    /// The refused text, as `os-arch`.
    pub text: String,
}

impl fmt::Display for InvalidPlatform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a platform such as `linux-amd64`", printable(&self.text))
    }
}

impl std::error::Error for InvalidPlatform {}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

fn is_on_apple_silicon(version: &GoVersion) -> bool {
    // Go 1.16's first beta was the first build.
    GoVersion::parse("1.16beta1").is_ok_and(|first| *version >= first)
}

/// Returns Go's names for Rust's `OS` and `ARCH`. For both byte orders of some architectures Rust has one
/// name and Go two.
fn go_names<'a>(os: &'a str, arch: &'a str, little_endian: bool) -> (&'a str, &'a str) {
    let os = if os == "macos" { "darwin" } else { os };
    let arch = match (arch, little_endian) {
        ("x86_64", _) => "amd64",
        ("x86", _) => "386",
        ("aarch64", _) => "arm64",
        ("loongarch64", _) => "loong64",
        ("powerpc64", true) => "ppc64le",
        ("powerpc64", false) => "ppc64",
        ("mips", true) => "mipsle",
        ("mips64", true) => "mips64le",
        (same, _) => same,
    };
    (os, arch)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_platform_is_two_plain_names() {
        let platform = Platform::parse("darwin-arm64").unwrap();
        assert_eq!((platform.os(), platform.arch()), ("darwin", "arm64"));
        assert_eq!(platform.to_string(), "darwin-arm64");
        for bad in
            ["", "-", "linux", "linux-", "-amd64", "linux-amd64-x", "Linux-amd64", "linux-x86_64", "../-x"]
        {
            assert_eq!(Platform::parse(bad), Err(InvalidPlatform { text: bad.to_owned() }));
        }
        assert!(Platform::new("linux", "a/b").is_err());
    }

    #[test]
    fn names_people_use_are_mapped_to_gos() {
        let rows = [
            ("macos", "aarch64", "darwin-arm64"),
            ("Darwin", "x86_64", "darwin-amd64"),
            ("linux", "x64", "linux-amd64"),
            ("linux", "armv6l", "linux-arm"),
            ("windows", "i386", "windows-386"),
            ("windows", "x86", "windows-386"),
            ("linux", "riscv64", "linux-riscv64"),
            // K10.3: `process.arch` of Node.js, and the names that actions/setup-go takes.
            ("linux", "ia32", "linux-386"),
            ("linux", "x32", "linux-386"),
            ("linux", "X64", "linux-amd64"),
            ("linux", "arm", "linux-arm"),
            ("linux", "ARM64", "linux-arm64"),
            ("linux", "loong64", "linux-loong64"),
            ("linux", "mips", "linux-mips"),
            ("linux", "mipsel", "linux-mipsle"),
            ("linux", "ppc64", "linux-ppc64"),
            ("linux", "s390x", "linux-s390x"),
            ("linux", "armv7l", "linux-arm"),
            ("linux", "i686", "linux-386"),
            ("linux", "loongarch64", "linux-loong64"),
            ("linux", "mips64el", "linux-mips64le"),
        ];
        for (os, arch, go) in rows {
            let platform = Platform::from_user(os, arch).unwrap();
            assert_eq!(platform.to_string(), go);
            assert!(platform.is_known(), "{go}");
        }
        assert!(!Platform::from_user("beos", "amd64").unwrap().is_known());
        assert!(Platform::from_user("linux", "").is_err());
    }

    #[test]
    fn apple_silicon_takes_intels_builds_of_the_releases_before_its_own() {
        let build = |platform: &str, version: &str| {
            let version = GoVersion::parse(version).unwrap();
            Platform::parse(platform).unwrap().for_release(&version).to_string()
        };
        for (platform, version, expected) in [
            ("darwin-arm64", "1.15.15", "darwin-amd64"),
            ("darwin-arm64", "1.16beta1", "darwin-arm64"),
            ("darwin-arm64", "1.16", "darwin-arm64"),
            ("darwin-arm64", "1.27.1", "darwin-arm64"),
            ("darwin-amd64", "1.15.15", "darwin-amd64"),
            ("linux-arm64", "1.4.2", "linux-arm64"),
        ] {
            assert_eq!(build(platform, version), expected, "{platform} {version}");
        }
    }

    #[test]
    fn rusts_names_become_gos() {
        let rows = [
            ("linux", "x86_64", true, ("linux", "amd64")),
            ("macos", "aarch64", true, ("darwin", "arm64")),
            ("windows", "x86", true, ("windows", "386")),
            ("linux", "arm", true, ("linux", "arm")),
            ("linux", "powerpc64", true, ("linux", "ppc64le")),
            ("aix", "powerpc64", false, ("aix", "ppc64")),
            ("linux", "mips", true, ("linux", "mipsle")),
            ("linux", "mips", false, ("linux", "mips")),
            ("linux", "mips64", true, ("linux", "mips64le")),
            ("linux", "mips64", false, ("linux", "mips64")),
            ("linux", "loongarch64", true, ("linux", "loong64")),
            ("linux", "riscv64", true, ("linux", "riscv64")),
            ("linux", "s390x", false, ("linux", "s390x")),
        ];
        for (os, arch, little_endian, go) in rows {
            assert_eq!(go_names(os, arch, little_endian), go);
            assert!(Platform::new(go.0, go.1).unwrap().is_known(), "{go:?}");
        }
    }

    #[test]
    fn the_host_is_a_valid_platform() {
        let host = Platform::host();
        assert_eq!(Platform::parse(&host.to_string()), Ok(host));
    }

    #[test]
    fn the_known_ports_are_valid_sorted_and_unique() {
        assert!(KNOWN.is_sorted_by(|a, b| a < b));
        for (os, arch) in KNOWN {
            assert!(Platform::new(os, arch).is_ok());
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_round_trips(text in "\\PC{0,12}|[a-z0-9-]{0,12}") {
            if let Ok(platform) = Platform::parse(&text) {
                prop_assert_eq!(platform.to_string(), text);
            }
        }
    }
}
