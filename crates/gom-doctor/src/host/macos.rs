//! macOS as its own programs describe it. Pure, so that it is tested on Linux too.
//!
//! The hardware is `hw.optional.arm64`, and whether a process is translated `sysctl.proc_translated` and the
//! flag `P_TRANSLATED` (xnu, `bsd/kern/kern_sysctl.c` and `bsd/sys/proc.h`). `uname -m` lies under Rosetta.

use std::collections::BTreeMap;

use gom_select::hardware;

use crate::facts::{CommandFacts, SystemFacts};

/// One call for every value: `name: value` a line; a name that this machine does not have is left out.
pub(super) const SYSCTL: &str = "/usr/sbin/sysctl hw.optional.arm64 sysctl.proc_translated machdep.cpu.brand_string kern.osproductversion kern.osrelease";

/// Which developer tools are chosen. The compilers in /usr/bin would ask to install some.
pub(super) const XCODE_SELECT: &str = "xcode-select -p";

/// A process that Rosetta translates.
const P_TRANSLATED: u64 = 0x2_0000;

/// The flags of the process that started gom.
pub(super) fn flags_of(parent: u32) -> String {
    format!("/bin/ps -o flags= -p {parent}")
}

/// What the commands say of the system.
pub(super) fn system(
    commands: &BTreeMap<String, CommandFacts>,
    flags_command: &str,
    gom_arch: &str,
) -> SystemFacts {
    let output = |command: &str| commands.get(command).map(|said| said.output.as_str()).unwrap_or_default();
    let sysctl = |name: &str| {
        let values = output(SYSCTL).lines().filter_map(|line| line.split_once(": "));
        values.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value.trim().to_owned())
    };
    let is_arm64 = sysctl("hw.optional.arm64").as_deref() == Some("1");
    let flags = u64::from_str_radix(output(flags_command).trim(), 16).unwrap_or_default();
    SystemFacts {
        os: "darwin".to_owned(),
        arch: if is_arm64 { "arm64".to_owned() } else { "amd64".to_owned() },
        gom_arch: gom_arch.to_owned(),
        cpu: sysctl("machdep.cpu.brand_string"),
        version: hardware::macos_of(
            sysctl("kern.osrelease").as_deref(),
            sysctl("kern.osproductversion").as_deref(),
        ),
        kernel: sysctl("kern.osrelease"),
        // A build for Intel on such a machine can only run translated.
        is_translated: is_arm64 && gom_arch == "amd64",
        is_shell_translated: flags & P_TRANSLATED != 0,
        ..SystemFacts::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(sysctl: &str, flags: &str, gom_arch: &str) -> SystemFacts {
        let said = |output: &str| CommandFacts { code: Some(0), output: output.to_owned(), timed_out: false };
        let commands = [(SYSCTL.to_owned(), said(sysctl)), ("ps".to_owned(), said(flags))].into();
        system(&commands, "ps", gom_arch)
    }

    #[test]
    fn apple_silicon_is_told_by_the_hardware() {
        let text = "hw.optional.arm64: 1\nsysctl.proc_translated: 0\nmachdep.cpu.brand_string: Apple M3\nkern.osproductversion: 15.1\n";
        let native = on(text, "    4004\n", "arm64");
        assert_eq!((native.arch.as_str(), native.cpu.as_deref()), ("arm64", Some("Apple M3")));
        assert_eq!(native.version.as_deref(), Some("15.1"));
        assert!(!native.is_translated && !native.is_shell_translated);
        let translated = on(text, "24004", "amd64");
        assert_eq!(translated.arch, "arm64");
        assert!(translated.is_translated && translated.is_shell_translated);
    }

    // K13.2
    #[test]
    fn a_compatibility_version_is_seen_through() {
        let told = on(
            "hw.optional.arm64: 1\nkern.osproductversion: 16.1\nkern.osrelease: 25.1.0\n",
            "4004",
            "arm64",
        );
        assert_eq!((told.version.as_deref(), told.kernel.as_deref()), (Some("26"), Some("25.1.0")));
    }

    #[test]
    fn an_intel_mac_has_no_such_values() {
        let intel = on(
            "machdep.cpu.brand_string: Intel(R) Core(TM) i7\nkern.osproductversion: 12.7.6\n",
            "4004",
            "amd64",
        );
        assert_eq!(intel.arch, "amd64");
        assert!(!intel.is_translated && !intel.is_shell_translated);
    }
}
