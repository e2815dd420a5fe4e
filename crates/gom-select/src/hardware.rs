//! The machine under this process, whatever the process is told: on a Mac with Apple Silicon a program built
//! for Intel runs under Rosetta, and there `uname` and the program's own architecture say Intel.
//!
//! Owns: the questions to the kernel. Never: starts a program. Invariant: what the kernel does not know is
//! "no", so that on other systems and on Macs with Intel the platform is what the program was built for.

use crate::platform::Platform;

#[cfg(not(target_os = "macos"))]
#[path = "hardware/native_linux.rs"]
mod native;
#[cfg(target_os = "macos")]
#[path = "hardware/native_macos.rs"]
mod native;

/// The platform of this machine.
pub fn platform() -> Platform {
    of_build(Platform::host(), || native::flag(c"hw.optional.arm64"))
}

/// Whether Rosetta translates this process.
pub fn is_translated() -> bool {
    native::flag(c"sysctl.proc_translated")
}

/// The version of macOS, such as `15.1`; `None` elsewhere.
pub fn macos_version() -> Option<String> {
    native::text(c"kern.osproductversion")
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

    #[test]
    fn this_machine_has_one_of_gos_platforms() {
        assert!(platform().is_known());
        assert!(cfg!(target_os = "macos") || (!is_translated() && macos_version().is_none()));
    }
}
