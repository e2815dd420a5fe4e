//! What the version of macOS means for the Go that runs and for the programs it built.

use crate::doctor::cause::Cause;
use crate::doctor::check::{Check, Platforms};
use crate::doctor::facts::HostFacts;
use crate::doctor::finding::{Finding, Severity};
use crate::releases;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "macos-too-old",
        title: "macOS is older than the selected Go needs",
        platforms: Platforms::Darwin,
        severity: Severity::Error,
        source: "OS-01",
        run: macos_too_old,
    },
    Check {
        id: "go-without-uuid",
        title: "macOS 26 and newer may end programs that the selected Go builds",
        platforms: Platforms::Darwin,
        severity: Severity::Warning,
        source: "OS-02",
        run: go_without_uuid,
    },
    Check {
        id: "tool-without-uuid",
        title: "macOS 26 and newer may end a program in GOBIN",
        platforms: Platforms::Darwin,
        severity: Severity::Warning,
        source: "OS-03",
        run: tool_without_uuid,
    },
];

fn macos_too_old(facts: &HostFacts) -> Vec<Finding> {
    let (Some(go), Some(macos)) = (facts.selected_version(), facts.system.version.as_deref()) else {
        return Vec::new();
    };
    let in_header = facts.selected_go().and_then(|(_, file)| file.binary.as_ref()?.min_macos.as_deref());
    let in_table = releases::minimum_macos(&go, &facts.system.arch);
    let Some(minimum) = in_header.or(in_table).filter(|minimum| !releases::is_at_least(macos, minimum))
    else {
        return Vec::new();
    };
    let finding = Finding::new(Cause::OldGo, format!("Go {go} needs macOS {minimum}"))
        .at("kern.osproductversion", macos);
    vec![match releases::newest_line_for_macos(macos) {
        Some(line) => finding.run(format!("gom install {line}")).run(format!("gom use {line}")),
        None => finding.advice("update macOS"),
    }]
}

fn needs_uuid(facts: &HostFacts) -> bool {
    let macos = facts.system.version.as_deref().filter(|_| facts.is_macos());
    macos.is_some_and(|macos| releases::is_at_least(macos, releases::FIRST_THAT_NEEDS_UUID))
}

fn go_without_uuid(facts: &HostFacts) -> Vec<Finding> {
    let first = releases::FIRST_WITH_UUID;
    let Some(go) = facts.selected_version().filter(|go| releases::is_older(go, first)) else {
        return Vec::new();
    };
    let linked_outside =
        facts.go_setting("GOFLAGS").is_some_and(|flags| flags.value.contains("linkmode=external"));
    if !needs_uuid(facts) || linked_outside {
        return Vec::new();
    }
    let origin = facts.gom.selected.as_ref().map(|selected| selected.origin.as_str()).unwrap_or_default();
    let message = format!("macOS may end programs that Go {go} builds: \"missing LC_UUID load command\"");
    let finding = Finding::new(Cause::OldGo, message)
        .at(origin, go.to_string())
        .advice(format!("use Go {first} or newer; where that can't be, let Apple's linker do the work"));
    vec![if origin.starts_with("the default") {
        finding.run("gom use latest")
    } else {
        finding.run("go env -w GOFLAGS=-ldflags=-linkmode=external")
    }]
}

fn tool_without_uuid(facts: &HostFacts) -> Vec<Finding> {
    if !needs_uuid(facts) {
        return Vec::new();
    }
    let folder = facts.go_bin();
    let tools = facts.below(&folder).filter_map(|(path, file)| {
        let binary = file.binary.as_ref().filter(|binary| binary.has_uuid == Some(false))?;
        let built_by = binary.go.as_deref().unwrap_or("an old Go");
        let message = format!("macOS may end {path}: it has no LC_UUID");
        let finding = Finding::new(Cause::Tools, message).at(path, format!("built by Go {built_by}"));
        Some(match &binary.package {
            Some(package) => finding.run(format!("go install {package}@latest")),
            None => finding.advice("build it again with Go 1.24 or newer"),
        })
    });
    tools.collect()
}
