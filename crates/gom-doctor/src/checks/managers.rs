//! Other Go managers and installers, and their lines in start-up files.

use gom_core::shell_quote::shell_quote;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;

use crate::cause::{Cause, Owner};
use crate::check::{Check, Platforms};
use crate::facts::HostFacts;
use crate::finding::{Edit, Finding, Severity};
use crate::shell_path;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "gvm",
        title: "gvm is set up: it replaces cd and sets GOROOT and GOPATH",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "MGR-01",
        run: gvm,
    },
    Check {
        id: "other-manager",
        title: "asdf, mise or goenv manages Go too",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "MGR-02",
        run: other_manager,
    },
    Check {
        id: "usr-local-go",
        title: "there is a Go in /usr/local/go that gom does not manage",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "MGR-04",
        run: usr_local_go,
    },
    Check {
        id: "golang-dl",
        title: "golang.org/dl installed commands such as go1.22.6, which gom has too",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "go.dev/doc/manage-install",
        run: golang_dl,
    },
    Check {
        id: "doubled-toolchains",
        title: "Go versions that gom has are on the disk a second time",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "golang.org/toolchain in GOMODCACHE; other managers' folders",
        run: doubled_toolchains,
    },
];

/// Words in a manager's start-up line, and the folder of its Go installs below the home folder.
const MANAGERS: &[(Owner, &[&str], &str)] = &[
    (
        Owner::Asdf,
        &["asdf.sh", "asdf.fish", ".asdf/shims", "asdf/shims", "asdf}/shims"],
        ".asdf/installs/golang",
    ),
    (Owner::Mise, &["mise activate", "mise/shims"], ".local/share/mise/installs/go"),
    (Owner::Goenv, &["goenv init", ".goenv/bin", ".goenv/shims", "GOENV_ROOT"], ".goenv/versions"),
];

/// Folders below the home folder in which managers and golang.org/dl keep Go versions.
pub(crate) const INSTALLS: &[&str] =
    &[".gvm/gos", ".asdf/installs/golang", ".local/share/mise/installs/go", ".goenv/versions", "sdk"];

fn gvm(facts: &HostFacts) -> Vec<Finding> {
    let lines = shell_path::user_lines(facts).filter(|line| line.text.contains("gvm"));
    let lines: Vec<_> = lines.filter(|line| !line.text.contains("rgvm")).collect();
    let root = facts.var("GVM_ROOT");
    if lines.is_empty() && root.is_none() {
        return Vec::new();
    }
    let mut finding = Finding::new(Cause::Other(Owner::Gvm), "gvm replaces cd, and sets GOROOT and GOPATH");
    for line in &lines {
        finding = finding.at(line.place(), line.text.trim());
        // Only the line that gvm's installer wrote is safe to edit.
        if line.text.contains("scripts/gvm") {
            finding = finding.edit(Edit::comment_out(line));
        }
    }
    if let Some(root) = root {
        finding = finding.at("GVM_ROOT", root).run("unset GVM_ROOT");
    }
    vec![finding.advice("open a new terminal: this one keeps gvm's functions")]
}

fn other_manager(facts: &HostFacts) -> Vec<Finding> {
    let found = MANAGERS.iter().filter_map(|(owner, words, installs)| {
        let lines = shell_path::user_lines(facts);
        let lines: Vec<_> = lines.filter(|line| words.iter().any(|word| line.text.contains(word))).collect();
        let installs = format!("{}/{installs}", facts.home);
        let has_go = facts.file(&installs).is_some_and(|folder| !folder.entries.is_empty());
        if lines.is_empty() || !has_go {
            return None;
        }
        let message = format!("{} manages Go too, and may select another version", owner.name());
        let finding = Finding::new(Cause::Other(*owner), message);
        let finding = lines.iter().fold(finding, |finding, line| finding.at(line.place(), line.text.trim()));
        let finding = finding.at(installs, "contains Go versions");
        Some(match owner {
            // goenv manages only Go.
            Owner::Goenv => lines.iter().fold(finding, |finding, line| finding.edit(Edit::comment_out(line))),
            Owner::Asdf => finding.run("asdf plugin remove golang"),
            _ => finding
                .run("mise uninstall --all go")
                .advice("remove the go line from ~/.config/mise/config.toml"),
        })
    });
    found.collect()
}

fn usr_local_go(facts: &HostFacts) -> Vec<Finding> {
    let version = "/usr/local/go/VERSION";
    let Some(line) = facts.lines(version).next() else { return Vec::new() };
    let is_found = facts.on_path("go").iter().any(|go| Owner::of(facts, go.path) == Owner::UsrLocalGo);
    let message = if is_found {
        "the Go in /usr/local/go is on PATH, but gom does not manage it"
    } else {
        "the Go in /usr/local/go is not used"
    };
    let finding = Finding::new(Cause::Other(Owner::UsrLocalGo), message).at(line.place(), line.text);
    // Don't suggest removing the only Go, or a part of a container image.
    let has_other = facts.gom.selected.as_ref().is_some_and(|selected| selected.goroot.is_some());
    vec![if has_other && facts.system.container.is_none() {
        finding.run("sudo rm -rf /usr/local/go")
    } else {
        finding
    }]
}

fn golang_dl(facts: &HostFacts) -> Vec<Finding> {
    let wrappers: Vec<(&str, &str)> = facts
        .below(&facts.go_bin())
        .filter_map(|(path, file)| {
            let name = file.binary.as_ref()?.package.as_deref()?.strip_prefix("golang.org/dl/")?;
            (path.rsplit('/').next() == Some(name)).then_some((path, name))
        })
        .collect();
    if wrappers.is_empty() {
        return Vec::new();
    }
    let place = |folder: &str| facts.path_entries().position(|entry| entry.trim_end_matches('/') == folder);
    let is_first = match (place(&facts.go_bin()), place(&facts.gom_bin())) {
        (Some(theirs), Some(ours)) => theirs < ours,
        _ => false,
    };
    let message = if is_first {
        "golang.org/dl's commands come before gom's of the same name on PATH"
    } else {
        "golang.org/dl installed commands that gom has too: each keeps its own Go in ~/sdk"
    };
    let mut finding = Finding::new(Cause::Other(Owner::GolangDl), message);
    if is_first {
        finding = finding.severity(Severity::Warning);
    }
    let installed: Vec<ToolchainId> =
        facts.gom.toolchains.iter().filter_map(|one| ToolchainId::parse(&one.name).ok()).collect();
    for (path, name) in wrappers {
        finding = finding.at(path, format!("golang.org/dl/{name}"));
        let version = GoVersion::from_toolchain_name(name);
        if let Some(version) = version.filter(|version| !installed.iter().any(|id| id.version == *version)) {
            finding = finding.run(format!("gom install {}", version.as_spec()));
        }
        finding = finding.run(format!("rm {}", shell_quote(path)));
    }
    vec![finding.advice("their downloads are in ~/sdk; you can delete those too")]
}

fn doubled_toolchains(facts: &HostFacts) -> Vec<Finding> {
    let ours: Vec<ToolchainId> =
        facts.gom.toolchains.iter().filter_map(|one| ToolchainId::parse(&one.name).ok()).collect();
    let is_ours = |version: &str| {
        let version = version.trim_start_matches("go");
        ours.iter().any(|id| id.version.to_string() == version)
    };
    let installs = INSTALLS.iter().map(|folder| format!("{}/{folder}", facts.home));
    let mut doubled: Vec<String> = Vec::new();
    for folder in installs {
        let names = facts.file(&folder).map(|file| file.entries.as_slice()).unwrap_or_default();
        doubled.extend(names.iter().filter(|name| is_ours(name)).map(|name| format!("{folder}/{name}")));
    }
    let cache = module_cache_toolchains(facts);
    let same = cache.filter(|(_, id)| ours.contains(id)).map(|(path, _)| path);
    doubled.extend(same);
    if doubled.is_empty() {
        return Vec::new();
    }
    let finding = Finding::new(Cause::Resources, "Go versions that gom has are on the disk a second time");
    let finding = doubled.iter().fold(finding, |finding, path| finding.at(path.as_str(), "gom has it too"));
    let size = doubled.iter().map(shell_quote).collect::<Vec<_>>().join(" ");
    // The manager that installed them may still need them; only the user knows.
    vec![
        finding.advice(format!(
            "`du -sh {size}` shows their size; remove them with the tool that installed them"
        )),
    ]
}

/// The toolchains that the go command downloaded to the module cache, with their folders.
pub(super) fn module_cache_toolchains(facts: &HostFacts) -> impl Iterator<Item = (String, ToolchainId)> {
    let cache = match facts.go_setting("GOMODCACHE") {
        Some(setting) => setting.value.to_owned(),
        None => format!("{}/pkg/mod", facts.gopath()),
    };
    let folder = format!("{cache}/golang.org");
    let names = facts.file(&folder).map(|file| file.entries.clone()).unwrap_or_default();
    names.into_iter().filter_map(move |name| {
        let id = ToolchainId::from_module_version(name.strip_prefix("toolchain@")?).ok()?;
        Some((format!("{folder}/{name}"), id))
    })
}
