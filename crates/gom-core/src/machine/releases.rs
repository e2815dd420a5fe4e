//! What Go's releases need from a system, as tables. Sources: `LC_BUILD_VERSION` of the released programs,
//! `releasetargets` of golang.org/x/build, and the release notes.

use gom_select::platform::Platform;
use gom_select::version::{GoVersion, ReleaseLine};

/// The oldest macOS that Go runs on, from each Go line on.
const MINIMUM_MACOS: &[(&str, &str)] =
    &[("1.27", "13"), ("1.25", "12"), ("1.23", "11"), ("1.21", "10.15"), ("1.20", "10.13")];

/// The first Go whose linker gives every Mach-O program an `LC_UUID` (cmd/link/internal/ld/main.go sets
/// `-B=gobuildid` by default; go.dev/issue/68678).
pub const FIRST_WITH_UUID: &str = "1.24";

/// The patch of each line from which on the linker writes an `LC_UUID` if asked (cmd/link/internal/ld/elf.go,
/// addbuildinfo). Older ones ignore the flag for Mach-O or refuse it.
const FIRST_WITH_UUID_FLAG: &[&str] = &["1.22.9", "1.23.3"];

/// The flag for `go build` that asks for an `LC_UUID`. Builds for other systems allow it too.
pub const UUID_FLAG: &str = "-ldflags=-B=gobuildid";

/// The first macOS whose dyld ends programs without an `LC_UUID`, if the minimum version in their header is
/// this macOS or newer.
pub const FIRST_THAT_NEEDS_UUID: &str = "26";

/// The first Go without a compiled standard library. From this version on, the C compiler of the Mac compiles
/// cgo's part of `net` and `os/user`, and its macOS becomes the program's minimum version.
pub const FIRST_WITHOUT_COMPILED_STD: &str = "1.20";

/// The first Go with a build for Macs with Apple Silicon.
pub const FIRST_ON_ARM64_MACS: &str = "1.16";

/// The first Go whose programs need no C library on Linux (go.dev/doc/go1.21#linux).
pub const FIRST_WITHOUT_GLIBC: &str = "1.21";

/// The path of glibc's loader by architecture, which the go command of older releases needs: `PT_INTERP` of
/// `bin/go` of 1.2.2 to 1.20.14. For other architectures, read the program itself ([`gom_select::loader`]).
const GLIBC_LOADERS: &[(&str, &str)] =
    &[("amd64", "/lib64/ld-linux-x86-64.so.2"), ("arm64", "/lib/ld-linux-aarch64.so.1")];

/// The oldest Linux kernel that Go runs on, from each Go line on.
const MINIMUM_LINUX: &[(&str, &str)] = &[("1.24", "3.2"), ("1.18", "2.6.32")];

/// The first releases that don't trust a proxy's answers about the checksum database (CVE-2026-42501,
/// CVE-2026-56864, CVE-2026-56865): these patches of the lines 1.25 and 1.26, and every later line.
const FIRST_THAT_DISTRUST_PROXIES: &[&str] = &["1.25.13", "1.26.6"];

/// Whether programs that a Go builds have an `LC_UUID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UuidSupport {
    /// Always.
    ByDefault,
    /// With [`UUID_FLAG`].
    ByFlag,
    /// Only if an external linker links it.
    Never,
}

/// Returns whether programs that this Go builds have an `LC_UUID`.
pub fn uuid_of_programs(version: &GoVersion) -> UuidSupport {
    if !is_older(version, FIRST_WITH_UUID) {
        return UuidSupport::ByDefault;
    }
    let takes_flag = first_with_uuid_flag(&version.line()).is_some_and(|first| *version >= first);
    if takes_flag { UuidSupport::ByFlag } else { UuidSupport::Never }
}

/// Whether the newest patch of a line takes [`UUID_FLAG`] and needs it.
pub fn newest_patch_takes_uuid_flag(line: &ReleaseLine) -> bool {
    first_with_uuid_flag(line).is_some()
}

fn first_with_uuid_flag(line: &ReleaseLine) -> Option<GoVersion> {
    let mut first = FIRST_WITH_UUID_FLAG.iter().filter_map(|text| GoVersion::parse(text).ok());
    first.find(|first| first.line() == *line)
}

/// Whether this macOS may end programs that this Go builds with cgo.
pub fn may_end_programs_of(macos: &str, version: &GoVersion) -> bool {
    is_at_least(macos, FIRST_THAT_NEEDS_UUID) && uuid_of_programs(version) != UuidSupport::ByDefault
}

/// What the user can do about such programs. External linking is not offered: if it is set permanently, every
/// build for another system fails.
pub fn uuid_advice(version: &GoVersion) -> String {
    match uuid_of_programs(version) {
        UuidSupport::ByFlag => format!("use Go {FIRST_WITH_UUID} or newer, or build with {UUID_FLAG}"),
        UuidSupport::ByDefault | UuidSupport::Never => format!("use Go {FIRST_WITH_UUID} or newer"),
    }
}

/// Returns the oldest macOS for a Go. `arch` is Go's name of the architecture: for Apple Silicon it is at
/// least 11.
pub fn minimum_macos(version: &GoVersion, arch: &str) -> Option<&'static str> {
    let minimum = newest_rule(MINIMUM_MACOS, version);
    if arch == "arm64" && minimum.is_none_or(|minimum| minimum.starts_with("10.")) {
        return Some("11");
    }
    minimum
}

/// Returns the oldest Linux kernel for a Go.
pub fn minimum_linux(version: &GoVersion) -> Option<&'static str> {
    newest_rule(MINIMUM_LINUX, version)
}

/// Returns the loader that a Go needs to start on Linux; `None` if it needs none or that is not known.
pub fn loader(version: &GoVersion, platform: &Platform) -> Option<&'static str> {
    if platform.os() != "linux" || !is_older(version, FIRST_WITHOUT_GLIBC) {
        return None;
    }
    GLIBC_LOADERS.iter().find(|(arch, _)| *arch == platform.arch()).map(|(_, loader)| *loader)
}

/// Returns the newest Go line that runs on this macOS; `None` if all do.
pub fn newest_line_for_macos(macos: &str) -> Option<String> {
    let too_new = MINIMUM_MACOS.iter().take_while(|(_, minimum)| !is_at_least(macos, minimum)).last()?;
    let minor: u32 = too_new.0.strip_prefix("1.")?.parse().ok()?;
    Some(format!("1.{}", minor - 1))
}

/// Whether this Go trusts a proxy instead of the checksum database in some cases.
pub fn trusts_proxies(version: &GoVersion) -> bool {
    let fixed = || FIRST_THAT_DISTRUST_PROXIES.iter().filter_map(|text| GoVersion::parse(text).ok());
    match fixed().find(|fixed| fixed.line() == version.line()) {
        Some(fixed) => *version < fixed,
        None => fixed().all(|fixed| *version < fixed),
    }
}

/// Whether a Go version is older than another.
pub fn is_older(version: &GoVersion, than: &str) -> bool {
    GoVersion::parse(than).is_ok_and(|than| *version < than)
}

/// Whether a dotted number such as `10.15.7` is greater than or equal to another.
pub fn is_at_least(version: &str, minimum: &str) -> bool {
    numbers(version) >= numbers(minimum)
}

fn numbers(text: &str) -> Vec<u32> {
    let leading = text.split(['-', '+', ' ']).next().unwrap_or_default();
    leading.split('.').map_while(|part| part.parse().ok()).collect()
}

fn newest_rule(rules: &[(&str, &'static str)], version: &GoVersion) -> Option<&'static str> {
    let applies = |(line, _): &&(&str, &str)| GoVersion::parse(line).is_ok_and(|from| *version >= from);
    rules.iter().find(applies).map(|(_, minimum)| *minimum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn go(text: &str) -> GoVersion {
        GoVersion::parse(text).unwrap()
    }

    #[test]
    fn each_line_has_its_oldest_macos() {
        let rows = [
            ("1.27.1", "arm64", Some("13")),
            ("1.26.0", "arm64", Some("12")),
            ("1.24.3", "amd64", Some("11")),
            ("1.22.6", "amd64", Some("10.15")),
            ("1.22.6", "arm64", Some("11")),
            ("1.16.0", "arm64", Some("11")),
            ("1.15.0", "amd64", None),
        ];
        for (version, arch, minimum) in rows {
            assert_eq!(minimum_macos(&go(version), arch), minimum, "{version} {arch}");
        }
    }

    #[test]
    fn an_old_macos_gets_the_newest_line_that_runs_on_it() {
        assert_eq!(newest_line_for_macos("12.7.6").as_deref(), Some("1.26"));
        assert_eq!(newest_line_for_macos("11.7").as_deref(), Some("1.24"));
        assert_eq!(newest_line_for_macos("10.15.7").as_deref(), Some("1.22"));
        assert_eq!(newest_line_for_macos("15.1"), None);
    }

    // K13.1: taken from the linker's sources of these releases.
    #[test]
    fn the_linker_writes_a_uuid_by_default_or_by_flag_or_never() {
        for (version, uuid) in [
            ("1.19.13", UuidSupport::Never),
            ("1.21.13", UuidSupport::Never),
            ("1.22.8", UuidSupport::Never),
            ("1.22.9", UuidSupport::ByFlag),
            ("1.22.12", UuidSupport::ByFlag),
            ("1.23rc1", UuidSupport::Never),
            ("1.23.2", UuidSupport::Never),
            ("1.23.3", UuidSupport::ByFlag),
            ("1.23.12", UuidSupport::ByFlag),
            ("1.24rc1", UuidSupport::ByDefault),
            ("1.24.0", UuidSupport::ByDefault),
            ("1.27.1", UuidSupport::ByDefault),
        ] {
            assert_eq!(uuid_of_programs(&go(version)), uuid, "{version}");
            assert!(!uuid_advice(&go(version)).contains("linkmode"), "{version}");
        }
    }

    #[test]
    fn which_releases_trust_proxies() {
        for (version, trusts) in [
            ("1.24.13", true),
            ("1.25.12", true),
            ("1.25.13", false),
            ("1.26.0", true),
            ("1.26.6", false),
            ("1.27.0", false),
            ("1.28.1", false),
        ] {
            assert_eq!(trusts_proxies(&go(version)), trusts, "{version}");
        }
    }

    #[test]
    fn dotted_numbers_compare_as_numbers() {
        assert!(is_at_least("6.1.0-13-amd64", "3.2"));
        assert!(is_at_least("10.15", "10.9"));
        assert!(!is_at_least("2.6.18", "2.6.32"));
        assert!(is_at_least("26.1", "13"));
    }
}
