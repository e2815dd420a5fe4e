//! Signatures and quarantine of gom's programs and toolchains on macOS.

use gom_core::shell_quote::shell_quote;
use gom_select::toolchain::ToolchainId;

use crate::cause::Cause;
use crate::check::{Check, Platforms};
use crate::facts::HostFacts;
use crate::finding::{Finding, Severity};

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
        title: "macOS has quarantined one of gom's programs",
        platforms: Platforms::Darwin,
        severity: Severity::Warning,
        source: "INST-06",
        run: quarantined,
    },
];

/// The team ID in the certificate that signs Go's releases.
const GO_TEAM: &str = "EQHXZ8M8AV";

fn toolchain_signature(facts: &HostFacts) -> Vec<Finding> {
    let found = facts.gom.toolchains.iter().filter_map(|one| {
        let go = format!("{}/toolchains/{}/bin/go", facts.gom.home, one.name);
        let binary = facts.file(&go)?.binary.as_ref().filter(|binary| binary.format == "mach-o")?;
        let id = ToolchainId::parse(&one.name).ok()?;
        let again = format!("gom install {} --force", facts.argument(&id));
        if binary.is_signed == Some(false) && binary.archs.iter().any(|arch| arch == "arm64") {
            let message = format!("{} is not signed: macOS kills it when it starts", one.name);
            return Some(Finding::new(Cause::Store, message).at(go, "no signature").run(again));
        }
        // Releases before 1.21 were built and signed in other ways.
        let is_signed_by_team = !gom_core::machine::releases::is_older(&id.version, "1.21");
        if !is_signed_by_team || binary.team.as_deref() == Some(GO_TEAM) || binary.is_signed != Some(true) {
            return None;
        }
        let team = binary.team.as_deref().unwrap_or("ad hoc signature without a team");
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
        Finding::new(Cause::Store, "macOS has quarantined gom's programs and may refuse to start them");
    let finding =
        held.iter().fold(finding, |finding, path| finding.at(path.as_str(), "com.apple.quarantine"));
    vec![finding.run(format!("xattr -dr com.apple.quarantine {}", shell_quote(home)))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{BinaryFacts, FileFacts, ToolchainFacts};

    // K13.6
    #[test]
    fn the_cure_names_the_platform_where_it_is_not_the_hosts() {
        let mut facts = HostFacts::default();
        (facts.system.os, facts.system.arch) = ("darwin".to_owned(), "arm64".to_owned());
        "/s".clone_into(&mut facts.gom.home);
        for name in ["go1.22.6.darwin-amd64", "go1.26.0.darwin-arm64", "go1.15.15.darwin-amd64"] {
            let toolchain = ToolchainFacts { name: name.to_owned(), ..ToolchainFacts::default() };
            facts.gom.toolchains.push(toolchain);
            let binary = BinaryFacts {
                format: "mach-o".to_owned(),
                is_signed: Some(false),
                archs: vec!["arm64".to_owned()],
                ..BinaryFacts::default()
            };
            let file = FileFacts { binary: Some(binary), ..FileFacts::default() };
            facts.files.insert(format!("/s/toolchains/{name}/bin/go"), file);
        }
        let commands: Vec<String> =
            toolchain_signature(&facts).into_iter().flat_map(|finding| finding.fix.commands).collect();
        assert_eq!(
            commands,
            [
                "gom install go1.22.6.darwin-amd64 --force",
                "gom install 1.26.0 --force",
                // That release has no other build for this machine.
                "gom install 1.15.15 --force",
            ]
        );
    }
}
