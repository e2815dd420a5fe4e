//! Whether this version of macOS runs the selected Go and the programs that it builds.

use super::shared::with_removal;
use crate::cause::Cause;
use crate::check::{Check, Platforms};
use crate::facts::HostFacts;
use crate::finding::{Finding, Severity};
use crate::lookup::SettingFacts;
use gom_core::machine::releases::{self, UuidSupport};
use gom_core::shell_quote::shell_quote;

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
        title: "macOS 26 and newer may abort programs that the selected Go builds with cgo",
        platforms: Platforms::Darwin,
        severity: Severity::Warning,
        source: "OS-02",
        run: go_without_uuid,
    },
    Check {
        id: "tool-without-uuid",
        title: "macOS 26 and newer may abort a program in GOBIN",
        platforms: Platforms::Darwin,
        severity: Severity::Warning,
        source: "OS-03",
        run: tool_without_uuid,
    },
    Check {
        id: "external-linking",
        title: "the `go env -w` file has -linkmode=external, so builds for other systems fail",
        platforms: Platforms::Darwin,
        severity: Severity::Warning,
        source: "go.dev/issue/68678",
        run: external_linking,
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
    let finding = Finding::new(Cause::OldGo, format!("Go {go} needs macOS {minimum}")).at("macOS", macos);
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
    let is_cgo_off = facts.go_setting("CGO_ENABLED").is_some_and(|setting| setting.value == "0");
    let Some(go) = facts.selected_version().filter(|_| needs_uuid(facts) && !is_cgo_off) else {
        return Vec::new();
    };
    let flags = facts.go_setting("GOFLAGS");
    let uuid = releases::uuid_of_programs(&go);
    if uuid == UuidSupport::ByDefault {
        return flags.and_then(|flags| leaves_uuid_out(facts, &flags)).into_iter().collect();
    }
    if flags.as_ref().is_some_and(|flags| is_cured_by(flags.value, uuid)) {
        return Vec::new();
    }
    let origin = facts.gom.selected.as_ref().map(|selected| selected.origin.as_str()).unwrap_or_default();
    let with_c_code = if releases::is_older(&go, releases::FIRST_WITHOUT_COMPILED_STD) {
        "with C code of their own"
    } else {
        "that use cgo, as net and os/user do"
    };
    let message =
        format!("macOS may abort programs built by Go {go} {with_c_code}: \"missing LC_UUID load command\"");
    let finding =
        Finding::new(Cause::OldGo, message).at(origin, go.to_string()).advice(releases::uuid_advice(&go));
    vec![if origin.starts_with("the default") {
        finding.run("gom use latest")
    } else if uuid == UuidSupport::ByFlag {
        with_uuid_flag(finding, flags.map(|flags| flags.value))
    } else {
        finding
    }]
}

/// Whether these GOFLAGS add the `LC_UUID` that Go's linker omits by default.
fn is_cured_by(flags: &str, uuid: UuidSupport) -> bool {
    let asks = flags.contains("-B=gobuildid") || flags.contains("-B gobuildid");
    // Apple's linker writes one.
    (asks && uuid == UuidSupport::ByFlag) || flags.contains("linkmode=external")
}

/// Sets the flag in this shell only: from `go env -w` it would also reach a Go that refuses it.
fn with_uuid_flag(finding: Finding, flags: Option<&str>) -> Finding {
    match flags {
        Some(flags) if flags.contains("-ldflags") => finding.advice(format!(
            "use Go {} or newer, or add -B=gobuildid to the -ldflags in GOFLAGS",
            releases::FIRST_WITH_UUID
        )),
        Some(flags) => {
            finding.run(format!("export GOFLAGS={}", shell_quote(format!("{flags} {}", releases::UUID_FLAG))))
        }
        None => finding.run(format!("export GOFLAGS={}", releases::UUID_FLAG)),
    }
}

/// GOFLAGS that stop the linker from writing a UUID: it makes none from an empty build id.
fn leaves_uuid_out(facts: &HostFacts, flags: &SettingFacts<'_>) -> Option<Finding> {
    let mut words = flags.value.split([' ', '\'', '"']);
    let is_empty_id = |word: &str| word == "-buildid=" || word.ends_with("=-buildid=");
    let without = words.any(|word| is_empty_id(word) || word.ends_with("-B=none"));
    if !without {
        return None;
    }
    let finding = Finding::new(
        Cause::GoEnvironment,
        "GOFLAGS removes LC_UUID from programs, and macOS may abort those that use cgo",
    );
    Some(with_removal(facts, finding.at(flags.place.as_str(), format!("GOFLAGS={}", flags.value)), flags))
}

/// Go's own linker links for any system, an external linker only for this one.
fn external_linking(facts: &HostFacts) -> Vec<Finding> {
    let for_good =
        |setting: &SettingFacts<'_>| setting.line.is_some() && setting.value.contains("linkmode=external");
    let Some(flags) = facts.go_settings("GOFLAGS").find(for_good) else { return Vec::new() };
    let message = "builds for other systems fail: GOFLAGS asks for Apple's linker";
    let finding = Finding::new(Cause::GoEnvironment, message)
        .at(flags.place.as_str(), format!("GOFLAGS={}", flags.value));
    vec![with_removal(facts, finding, &flags)]
}

fn tool_without_uuid(facts: &HostFacts) -> Vec<Finding> {
    if !needs_uuid(facts) {
        return Vec::new();
    }
    let folder = facts.go_bin();
    // macOS aborts only programs that were linked for macOS 26 or newer.
    let needs_one = |minimum: &str| releases::is_at_least(minimum, releases::FIRST_THAT_NEEDS_UUID);
    let tools = facts.below(&folder).filter_map(|(path, file)| {
        let binary = file.binary.as_ref().filter(|binary| binary.has_uuid == Some(false))?;
        let minimum = binary.min_macos.as_deref().filter(|minimum| needs_one(minimum))?;
        let built_by =
            binary.go.as_deref().map_or_else(|| "an old Go".to_owned(), |version| format!("Go {version}"));
        let message = format!("macOS aborts {path} when it starts: it has no LC_UUID");
        let finding = Finding::new(Cause::Tools, message)
            .at(path, format!("built by {built_by} for macOS {minimum} and newer"));
        Some(match &binary.package {
            Some(package) => finding.run(format!("go install {package}@latest")),
            None => finding.advice("rebuild it with Go 1.24 or newer"),
        })
    });
    tools.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{BinaryFacts, FileFacts, SelectedFacts};

    /// A Mac with macOS 26 on which this Go is selected by a project.
    fn with(version: &str, env: &[(&str, &str)]) -> HostFacts {
        let mut facts = HostFacts { home: "/Users/ada".to_owned(), ..HostFacts::default() };
        "darwin".clone_into(&mut facts.system.os);
        facts.system.version = Some("26.1".to_owned());
        facts.gom.selected = Some(SelectedFacts {
            version: Some(version.to_owned()),
            origin: "/p/.go-version:1".to_owned(),
            ..SelectedFacts::default()
        });
        facts.env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        facts
    }

    fn found(version: &str, env: &[(&str, &str)]) -> Option<Finding> {
        go_without_uuid(&with(version, env)).into_iter().next()
    }

    // K13.1: no command writes a setting for good, and none asks for Apple's linker.
    #[test]
    fn the_cure_for_a_missing_uuid_is_the_linkers_own_flag() {
        let commands = |version, env: &[(&str, &str)]| found(version, env).unwrap().fix.commands;
        assert_eq!(commands("1.22.9", &[]), ["export GOFLAGS=-ldflags=-B=gobuildid"]);
        assert_eq!(
            commands("1.23.12", &[("GOFLAGS", "-mod=mod")]),
            ["export GOFLAGS='-mod=mod -ldflags=-B=gobuildid'"]
        );
        let own_flags = found("1.22.9", &[("GOFLAGS", "-ldflags=-s")]).unwrap().fix;
        assert!(own_flags.commands.is_empty());
        assert!(own_flags.advice.unwrap().contains("add -B=gobuildid"));
        for version in ["1.19.13", "1.21.13", "1.22.8", "1.23.2"] {
            let fix = found(version, &[]).unwrap().fix;
            assert_eq!((fix.commands, fix.advice.as_deref()), (Vec::new(), Some("use Go 1.24 or newer")));
        }
        assert_eq!(found("1.24.0", &[]), None);
        assert_eq!(found("1.22.9", &[("CGO_ENABLED", "0")]), None);
    }

    // K13.1
    #[test]
    fn goflags_that_ask_for_a_uuid_are_the_cure_where_the_linker_knows_them() {
        for flags in ["-ldflags=-B=gobuildid", "'-ldflags=-s -B gobuildid'", "-ldflags=-linkmode=external"] {
            assert_eq!(found("1.22.9", &[("GOFLAGS", flags)]), None, "{flags}");
        }
        assert!(found("1.22.8", &[("GOFLAGS", "-ldflags=-B=gobuildid")]).is_some());
        for flags in ["-ldflags=-buildid=", "'-ldflags=-s -buildid='", "-ldflags=-B=none"] {
            let finding = found("1.26.0", &[("GOFLAGS", flags)]).unwrap();
            assert_eq!(finding.fix.commands, ["unset GOFLAGS"], "{flags}");
        }
        assert_eq!(found("1.26.0", &[("GOFLAGS", "'-ldflags=-s -w'")]), None);
    }

    // K13.1: a program for older systems runs on macOS 26 without a UUID.
    #[test]
    fn only_tools_that_were_linked_for_macos_26_need_a_uuid() {
        for (minimum, has_uuid, ended) in [
            (Some("11"), false, false),
            (Some("15.5"), false, false),
            (Some("26"), false, true),
            (Some("26.2"), false, true),
            (Some("26"), true, false),
            (None, false, false),
        ] {
            let mut facts = with("1.26.0", &[]);
            let binary = BinaryFacts {
                min_macos: minimum.map(str::to_owned),
                has_uuid: Some(has_uuid),
                ..BinaryFacts::default()
            };
            let file = FileFacts { binary: Some(binary), ..FileFacts::default() };
            facts.files.insert("/Users/ada/go/bin/dlv".to_owned(), file);
            assert_eq!(!tool_without_uuid(&facts).is_empty(), ended, "{minimum:?} {has_uuid}");
        }
    }

    // K13.1: an older gom advised this setting, so the doctor names it and can remove it.
    #[test]
    fn external_linking_for_good_is_named() {
        let mut facts = with("1.26.0", &[]);
        facts.go_env_file = Some("/env".to_owned());
        let lines = vec![(1, "GOFLAGS=-ldflags=-linkmode=external".to_owned())];
        facts.files.insert("/env".to_owned(), FileFacts { lines, ..FileFacts::default() });
        let found = external_linking(&facts);
        assert_eq!(found[0].fix.edits.len(), 1);
        assert!(external_linking(&with("1.26.0", &[("GOFLAGS", "-ldflags=-linkmode=external")])).is_empty());
    }
}
