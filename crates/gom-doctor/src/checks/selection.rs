//! Which Go gom selects here, and whether that Go would switch to another one.

use super::managers::module_cache_toolchains;
use crate::cause::{Cause, Owner};
use crate::check::{Check, Platforms};
use crate::facts::HostFacts;
use crate::finding::{Edit, Finding, Severity};
use gom_core::shell_quote::shell_quote;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "nothing-selected",
        title: "no Go runs here: the requested version is not installed, or none is",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "docs/selecting.md",
        run: nothing_selected,
    },
    Check {
        id: "gotoolchain-switches",
        title: "the selected Go will download and run another version",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "MGR-03",
        run: gotoolchain_switches,
    },
    Check {
        id: "module-cache-go",
        title: "Go runs from the module cache, where tools such as covdata are missing",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "go.dev/issue/75031",
        run: module_cache_go,
    },
    Check {
        id: "line-not-supported",
        title: "the selected line no longer gets security fixes",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "go.dev/doc/devel/release#policy",
        run: line_not_supported,
    },
    Check {
        id: "newer-patch",
        title: "the selected line has a newer patch release",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "go.dev/doc/devel/release#policy",
        run: newer_patch,
    },
    Check {
        id: "gom-settings",
        title: "gom's settings are invalid, so every command except the doctor fails",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "docs/settings.md",
        run: gom_settings,
    },
    Check {
        id: "store-path",
        title: "a store in GOM_STORE_PATH or `store_path` is not used",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "docs/store.md",
        run: store_path,
    },
    Check {
        id: "gom-offline",
        title: "a setting keeps gom offline",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "docs/settings.md",
        run: gom_offline,
    },
];

fn store_path(facts: &HostFacts) -> Vec<Finding> {
    let skipped = facts.gom.skipped_stores.iter().map(|(entry, reason)| {
        Finding::new(Cause::Settings, format!("`{entry}` is not used: {reason}")).advice(
            "use an absolute path whose folders belong to root or you and that nobody else can write to",
        )
    });
    skipped.collect()
}

fn nothing_selected(facts: &HostFacts) -> Vec<Finding> {
    let Some((message, hint)) = &facts.gom.selection_error else { return Vec::new() };
    let toolchains = format!("{}/toolchains", facts.gom.home);
    // What seems not to be installed may be among what can't be read, which `unreadable` reports.
    if facts.gom.unlisted.is_some() || facts.unreadable().any(|(path, _)| path.starts_with(&toolchains)) {
        return Vec::new();
    }
    let finding = Finding::new(Cause::Selection, message.as_str());
    // A hint is a sentence with a command in it: "run `gom install 1.22.6`".
    let command =
        hint.split('`').nth(1).filter(|command| command.starts_with("gom ") || command.starts_with("unset "));
    vec![match command {
        Some(command) => finding.run(command),
        None => finding.advice(hint.as_str()),
    }]
}

fn gotoolchain_switches(facts: &HostFacts) -> Vec<Finding> {
    let Some(selected) = &facts.gom.selected else { return Vec::new() };
    let (Some((version, asked_by)), Some(own)) = (&selected.missing, &selected.version) else {
        return Vec::new();
    };
    let message = format!("Go {own} will download and run Go {version}, which gom has not installed");
    let finding =
        Finding::new(Cause::Project, message).at(asked_by.as_str(), format!("asks for Go {version}"));
    vec![finding.run(format!("gom install {version}"))]
}

fn module_cache_go(facts: &HostFacts) -> Vec<Finding> {
    let wanted = facts.gom.selected.as_ref().and_then(|selected| selected.missing.as_ref());
    let mut copies = module_cache_toolchains(facts);
    let switched = wanted.and_then(|(version, asked_by)| {
        let (path, _) = copies.find(|(_, id)| id.version.to_string() == *version)?;
        let message =
            format!("Go {version} runs from the module cache, where tools such as covdata are missing");
        let finding = Finding::new(Cause::Project, message).at(asked_by.as_str(), version.as_str());
        Some(finding.at(path, "is the copy that runs").run(format!("gom install {version}")))
    });
    let on_path = facts.on_path("go").into_iter().find(|go| Owner::of(facts, go.path) == Owner::ModuleCache);
    let on_path = on_path.map(|go| {
        let message = "PATH points into the module cache: this shell was started by `go` and kept its PATH";
        Finding::new(Cause::Other(Owner::ModuleCache), message).at("PATH", go.path).run("exec \"$SHELL\" -l")
    });
    switched.into_iter().chain(on_path).collect()
}

fn line_not_supported(facts: &HostFacts) -> Vec<Finding> {
    let Some(go) = facts.selected_version() else { return Vec::new() };
    let line = go.line().to_string();
    let lines = &facts.gom.supported_lines;
    let Some(oldest) = lines.last().filter(|_| !lines.contains(&line)) else { return Vec::new() };
    let is_older = gom_core::machine::releases::is_older(&go, oldest);
    if !is_older {
        return Vec::new();
    }
    let origin = facts.gom.selected.as_ref().map(|selected| selected.origin.as_str()).unwrap_or_default();
    let finding = Finding::new(
        Cause::Releases,
        format!("Go {line} no longer gets security fixes; {} do", lines.join(" and ")),
    );
    // The newest line also serves a go.mod with an older go line.
    vec![with_choice(facts, finding.at(origin, go.to_string()), &lines[0], &lines[0])]
}

fn newer_patch(facts: &HostFacts) -> Vec<Finding> {
    let Some(go) = facts.selected_version() else { return Vec::new() };
    let line = go.line().to_string();
    let Some(newest) = facts.gom.newest_patches.get(&line) else { return Vec::new() };
    if !gom_core::machine::releases::is_older(&go, newest) {
        return Vec::new();
    }
    let finding = Finding::new(Cause::Releases, format!("Go {newest} is available: it fixes bugs in {go}"));
    let finding = finding.at("the index of Go releases", newest.as_str());
    vec![with_choice(facts, finding, newest, &line)]
}

/// Adds the commands after which `version` runs here. They depend on what selected the current Go: if it names a
/// line, an install is enough; if it names a version, that has to change too.
fn with_choice(facts: &HostFacts, finding: Finding, version: &str, line: &str) -> Finding {
    let Some(selected) = &facts.gom.selected else { return finding };
    let asks_for_line = selected.asked.as_deref() == Some(line);
    let install = format!("gom install {version}");
    let origin = selected.origin.as_str();
    if origin.starts_with("GOTOOLCHAIN=") {
        return finding.advice("GOTOOLCHAIN names this version: unset it to use gom's selection");
    }
    if asks_for_line {
        return finding.run(install);
    }
    if origin.starts_with("the default") {
        return finding.run(format!("gom use {version}"));
    }
    if origin == "the environment variable GOM_TOOLCHAIN" {
        return finding.run(install).run(format!("export GOM_TOOLCHAIN={version}"));
    }
    let file = origin.rsplit_once(':').map_or(origin, |(file, _)| file);
    let Some((folder, name)) = file.rsplit_once('/') else { return finding.run(install) };
    match name {
        ".go-version" | ".tool-versions" if facts.cwd.as_deref() == Some(folder) => {
            finding.run(format!("gom local {version}"))
        }
        ".go-version" | ".tool-versions" => {
            finding.run(format!("(cd {} && gom local {version})", shell_quote(folder)))
        }
        // go.mod and go.work name a minimum: a newer patch runs once it is installed, a newer line once it is
        // the default.
        _ if version == line => finding.run(format!("gom use {version}")),
        _ => finding.run(install),
    }
}

fn gom_settings(facts: &HostFacts) -> Vec<Finding> {
    let Some(bad) = &facts.gom.bad_setting else { return Vec::new() };
    let finding = Finding::new(Cause::Settings, bad.message.as_str());
    if let Some((file, number, text)) = &bad.line {
        let edit = Edit::CommentOut { file: file.clone(), line: *number, text: text.clone() };
        return vec![finding.at(bad.origin.as_str(), text.as_str()).edit(edit)];
    }
    let finding = finding.at(bad.origin.as_str(), "sets it");
    vec![match bad.origin.strip_prefix("environment variable ") {
        Some(variable) => finding.run(format!("unset {variable}")),
        None => finding.advice("make that file readable, or remove it"),
    }]
}

fn gom_offline(facts: &HostFacts) -> Vec<Finding> {
    let mut settings = facts.gom.settings.iter();
    let Some((_, _, origin)) = settings.find(|(name, value, _)| name == "offline" && value == "true") else {
        return Vec::new();
    };
    let finding =
        Finding::new(Cause::Offline, "gom is offline: it installs only what it has already downloaded");
    let finding = finding.at(origin.as_str(), "offline = true");
    vec![match origin.strip_prefix("environment variable ") {
        Some(variable) => finding.run(format!("unset {variable}")),
        None => finding.advice("remove the line from the file"),
    }]
}
