//! Facts about macOS from the output of its programs. Pure, so that it is tested on Linux too.
//!
//! `hw.optional.arm64` tells the hardware; `sysctl.proc_translated` and the flag `P_TRANSLATED` tell whether a process
//! runs under Rosetta (xnu, `bsd/kern/kern_sysctl.c` and `bsd/sys/proc.h`). `uname -m` is wrong under Rosetta.

use std::collections::BTreeMap;

use gom_select::hardware;

use crate::facts::{CommandFacts, SystemFacts};

/// One call for all values. It prints a line `name: value` for each name that this machine has.
pub(super) const SYSCTL: &str = "/usr/sbin/sysctl hw.optional.arm64 sysctl.proc_translated machdep.cpu.brand_string kern.osproductversion kern.osrelease";

/// Prints the selected developer tools. Running a compiler in /usr/bin may open an installer window.
pub(super) const XCODE_SELECT: &str = "xcode-select -p";

/// Marks a process that runs under Rosetta.
const P_TRANSLATED: u64 = 0x2_0000;

/// The command that prints the flags of the process that started gom.
pub(super) fn flags_of(parent: u32) -> String {
    format!("/bin/ps -o flags= -p {parent}")
}

/// The facts about the system in the output of the commands.
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
        // An Intel build on such a machine can only run under Rosetta.
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
    fn apple_silicon_is_recognized_under_rosetta() {
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
    fn a_compatibility_version_is_not_believed() {
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
