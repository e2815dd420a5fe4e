//! The machine under this process: on a Mac with Apple Silicon a program built for Intel runs under Rosetta,
//! and there `uname` and the program's own architecture say Intel.
//!
//! Owns: the questions to the kernel. Never: starts a program. Invariant: anything that the kernel does not
//! know counts as "no", so that on other systems and on Intel Macs the platform is the one that the program
//! was built for.

use crate::platform::Platform;

#[cfg(not(target_os = "macos"))]
#[path = "native_linux.rs"]
mod native;
#[cfg(target_os = "macos")]
#[path = "native_macos.rs"]
mod native;

/// The platform of this machine.
pub fn platform() -> Platform {
    of_build(Platform::host(), || native::flag(c"hw.optional.arm64"))
}

/// Whether Rosetta translates this process.
pub fn is_translated() -> bool {
    native::flag(c"sysctl.proc_translated")
}

/// The version of macOS, such as `15.1`; `None` on other systems.
pub fn macos_version() -> Option<String> {
    let (kernel, told) = (native::text(c"kern.osrelease"), native::text(c"kern.osproductversion"));
    macos_of(kernel.as_deref(), told.as_deref())
}

/// Finds the version of macOS from the kernel's release and from the version that this process is told.
///
/// If a program's SDK is older than the system, the kernel and `SystemVersion.plist` may tell it a
/// compatibility version (10.16 for 11, 16 for 26). The kernel's own release, Darwin's, is never changed, so
/// it decides on the release of macOS; the told version only adds the number after the point.
pub fn macos_of(kernel: Option<&str>, told: Option<&str>) -> Option<String> {
    let told = told.map(str::trim).filter(|version| !version.is_empty());
    let Some(by_kernel) = kernel.and_then(macos_of_darwin) else { return told.map(str::to_owned) };
    let agrees = |version: &&str| {
        version.strip_prefix(by_kernel.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    Some(told.filter(agrees).map_or(by_kernel, str::to_owned))
}

/// Converts Darwin's release to macOS's: `15` for `24.6.0`. Darwin 20 to 24 are macOS 11 to 15, and from 25
/// on macOS is one ahead. Older ones were 10.N.
fn macos_of_darwin(release: &str) -> Option<String> {
    let darwin: u32 = release.trim().split('.').next()?.parse().ok()?;
    match darwin {
        0..5 => None,
        5..20 => Some(format!("10.{}", darwin - 4)),
        20..25 => Some((darwin - 9).to_string()),
        25.. => Some((darwin + 1).to_string()),
    }
}

/// The platform under a program that was built for `built_for`.
fn of_build(built_for: Platform, has_arm64: impl FnOnce() -> bool) -> Platform {
    let may_be_translated = built_for.os() == "darwin" && built_for.arch() == "amd64";
    match Platform::new("darwin", "arm64") {
        Ok(apple_silicon) if may_be_translated && has_arm64() => apple_silicon,
        _ => built_for,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(built_for: &str, has_arm64: bool) -> String {
        of_build(Platform::parse(built_for).unwrap(), || has_arm64).to_string()
    }

    #[test]
    fn the_hardware_decides_and_not_the_build() {
        assert_eq!(decide("darwin-amd64", true), "darwin-arm64");
        assert_eq!(decide("darwin-arm64", true), "darwin-arm64");
        assert_eq!(decide("darwin-amd64", false), "darwin-amd64");
        // No other system has such a value, whatever it is told.
        assert_eq!(decide("linux-amd64", true), "linux-amd64");
        assert_eq!(decide("freebsd-amd64", true), "freebsd-amd64");
    }

    // K13.2
    #[test]
    fn the_kernels_release_decides_on_the_version_of_macos() {
        for (kernel, told, version) in [
            ("19.6.0", "10.15.7", "10.15.7"),
            ("17.7.0", "10.13.6", "10.13.6"),
            ("20.6.0", "11.7.10", "11.7.10"),
            ("20.6.0", "10.16", "11"),
            ("21.6.0", "12.7.6", "12.7.6"),
            ("22.6.0", "13.7.8", "13.7.8"),
            ("23.6.0", "14.7", "14.7"),
            ("24.6.0", "15.6.1", "15.6.1"),
            ("25.0.0", "16.0", "26"),
            ("25.1.0", "16.1", "26"),
            ("25.1.0", "26.1", "26.1"),
            ("26.0.0", "27.0", "27.0"),
            ("26.0.0", "2.7", "27"),
        ] {
            assert_eq!(macos_of(Some(kernel), Some(told)).as_deref(), Some(version), "{kernel} {told}");
        }
        assert_eq!(macos_of(Some("25.1.0"), None).as_deref(), Some("26"));
        assert_eq!(macos_of(None, Some("15.1\n")).as_deref(), Some("15.1"));
        assert_eq!(macos_of(Some("what is this"), Some("15.1")).as_deref(), Some("15.1"));
        assert_eq!(macos_of(None, None), None);
    }

    #[test]
    fn this_machine_has_one_of_gos_platforms() {
        assert!(platform().is_known());
        assert!(cfg!(target_os = "macos") || (!is_translated() && macos_version().is_none()));
    }
}
