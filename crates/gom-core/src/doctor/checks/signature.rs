//! Signatures and quarantine: what macOS thinks of gom's programs and of the toolchains.

use super::quoted;
use crate::doctor::cause::Cause;
use crate::doctor::check::{Check, Platforms};
use crate::doctor::facts::HostFacts;
use crate::doctor::finding::{Finding, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "toolchain-signature",
        title: "a toolchain for macOS is not signed, or not by Go's team",
        platforms: Platforms::Darwin,
        severity: Severity::Error,
        source: "INST-04",
        run: toolchain_signature,
    },
    Check {
        id: "quarantined",
        title: "macOS keeps a program of gom's in quarantine",
        platforms: Platforms::Darwin,
        severity: Severity::Warning,
        source: "INST-06",
        run: quarantined,
    },
];

/// The team by whose certificate Go's releases are signed.
const GO_TEAM: &str = "EQHXZ8M8AV";

fn toolchain_signature(facts: &HostFacts) -> Vec<Finding> {
    let found = facts.gom.toolchains.iter().filter_map(|one| {
        let go = format!("{}/toolchains/{}/bin/go", facts.gom.home, one.name);
        let binary = facts.file(&go)?.binary.as_ref().filter(|binary| binary.format == "mach-o")?;
        let version = one.name.strip_prefix("go")?.split(".darwin").next()?;
        let again = format!("gom install {version} --force");
        if binary.is_signed == Some(false) && binary.archs.iter().any(|arch| arch == "arm64") {
            let message = format!("{} is not signed: macOS kills it when it starts", one.name);
            return Some(Finding::new(Cause::Store, message).at(go, "no signature").run(again));
        }
        // Releases before 1.21 were built and signed in other ways.
        let is_signed_by_team = gom_select::version::GoVersion::parse(version)
            .is_ok_and(|version| !crate::releases::is_older(&version, "1.21"));
        if !is_signed_by_team || binary.team.as_deref() == Some(GO_TEAM) || binary.is_signed != Some(true) {
            return None;
        }
        let team = binary.team.as_deref().unwrap_or("nobody: the signature is ad hoc");
        let finding =
            Finding::new(Cause::Store, format!("{} is not signed by Go's team", one.name)).at(go, team);
        Some(finding.severity(Severity::Warning).run(again))
    });
    found.collect()
}

fn quarantined(facts: &HostFacts) -> Vec<Finding> {
    let home = &facts.gom.home;
    let mut programs: Vec<String> =
        ["gom", "gom-shim"].iter().map(|name| format!("{home}/bin/{name}")).collect();
    programs.extend(facts.gom.toolchains.iter().map(|one| format!("{home}/toolchains/{}/bin/go", one.name)));
    let held: Vec<&String> =
        programs.iter().filter(|path| facts.file(path).is_some_and(|file| file.is_quarantined)).collect();
    if held.is_empty() {
        return Vec::new();
    }
    let finding =
        Finding::new(Cause::Store, "macOS keeps programs of gom's in quarantine, and may not start them");
    let finding =
        held.iter().fold(finding, |finding, path| finding.at(path.as_str(), "com.apple.quarantine"));
    vec![finding.run(format!("xattr -dr com.apple.quarantine {}", quoted(home)))]
}
