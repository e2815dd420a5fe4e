//! The store: whether toolchains are complete and as published, and links are right.

use gom_core::shell_quote::shell_quote;
use gom_select::toolchain::ToolchainId;

use super::shared::is_ours;
use crate::cause::Cause;
use crate::check::{Check, Platforms};
use crate::facts::{FileFacts, FileKind, HostFacts};
use crate::finding::{Finding, Severity};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "toolchain-incomplete",
        title: "an installed toolchain lacks files",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "INST-01",
        run: toolchain_incomplete,
    },
    Check {
        id: "toolchain-misnamed",
        title: "an installed toolchain reports another version",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "INST-02",
        run: toolchain_misnamed,
    },
    Check {
        id: "toolchain-modes",
        title: "a toolchain is not executable, or every user can change it",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "INST-03",
        run: toolchain_modes,
    },
    Check {
        id: "toolchain-does-not-start",
        title: "the selected go does not start, or is killed",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "INST-05",
        run: toolchain_does_not_start,
    },
    Check {
        id: "toolchain-unproven",
        title: "a toolchain has no receipt that shows how it was verified",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "docs/proof.md",
        run: toolchain_unproven,
    },
    Check {
        id: "shim-links",
        title: "gom's go is missing or is not a link to the shim",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "INST-07",
        run: shim_links,
    },
    Check {
        id: "store-unmarked",
        title: "the store has no layout-version, so gom's shim does not recognize it",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "docs/store.md",
        run: store_unmarked,
    },
    Check {
        id: "staging-leftovers",
        title: "the store contains unfinished installs",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "INST-08",
        run: staging_leftovers,
    },
];

/// An installed toolchain, its folder, and its arguments for a gom command.
struct InstalledTree {
    id: ToolchainId,
    root: String,
    arguments: String,
}

fn installed(facts: &HostFacts) -> impl Iterator<Item = InstalledTree> {
    facts.gom.toolchains.iter().filter_map(|one| {
        let id = ToolchainId::parse(&one.name).ok()?;
        let root = format!("{}/toolchains/{}", facts.gom.home, one.name);
        let is_host = id.platform.os() == facts.system.os && id.platform.arch() == facts.system.arch;
        let platform = if is_host {
            String::new()
        } else {
            format!(" --os {} --arch {}", id.platform.os(), id.platform.arch())
        };
        let arguments = format!("{}{platform}", id.version.as_spec());
        Some(InstalledTree { id, root, arguments })
    })
}

impl InstalledTree {
    fn again(&self) -> String {
        format!("gom install {} --force", self.arguments)
    }

    /// A finding about it, with the command that reinstalls it.
    fn finding(&self, message: String) -> Finding {
        Finding::new(Cause::Store, message).run(self.again())
    }

    fn go(&self) -> String {
        let extension = if self.id.platform.os() == "windows" { ".exe" } else { "" };
        format!("{}/bin/go{extension}", self.root)
    }
}

fn toolchain_incomplete(facts: &HostFacts) -> Vec<Finding> {
    let found = installed(facts).filter_map(|one| {
        let (os, arch) = (one.id.platform.os(), one.id.platform.arch());
        let tools = format!("{}/pkg/tool/{os}_{arch}", one.root);
        let needed = [one.go(), format!("{}/VERSION", one.root), tools, format!("{}/src", one.root)];
        let missing: Vec<&String> = needed.iter().filter(|path| facts.is_missing(path)).collect();
        let first = missing.first()?;
        let (count, all) = (missing.len(), needed.len());
        let finding = one.finding(format!(
            "{} is incomplete: it lacks {count} of {all} required files and folders",
            one.id
        ));
        Some(finding.at(first.as_str(), "does not exist"))
    });
    found.collect()
}

fn toolchain_misnamed(facts: &HostFacts) -> Vec<Finding> {
    let found = installed(facts).filter_map(|one| {
        let file = format!("{}/VERSION", one.root);
        let said = facts.lines(&file).next()?;
        let in_binary = facts.file(&one.go()).and_then(|go| go.binary.as_ref()?.go.as_deref());
        let name = one.id.version.toolchain_name();
        let (place, said) = match in_binary.map(|version| format!("go{version}")) {
            _ if said.text.trim() != name => (said.place(), said.text.trim().to_owned()),
            // Text after the version names experiments: `1.22.6 X:foo`.
            Some(version) if version.split(' ').next() != Some(name.as_str()) => (one.go(), version),
            _ => return None,
        };
        Some(one.finding(format!("{} contains another version", one.id)).at(place, said))
    });
    found.collect()
}

fn toolchain_modes(facts: &HostFacts) -> Vec<Finding> {
    let mut found = Vec::new();
    for one in installed(facts) {
        let go = one.go();
        let is_plain = |file: &FileFacts| file.kind == FileKind::File && !file.is_executable;
        if facts.file(&go).is_some_and(is_plain) && one.id.platform.os() != "windows" {
            found.push(one.finding(format!("{} is not executable", one.id)).at(go, "has no x bit"));
        }
        if facts.file(&one.root).is_some_and(|folder| folder.is_writable_by_all) {
            let message = format!("every user of this machine can change {}", one.id);
            let finding = Finding::new(Cause::Store, message).at(one.root.as_str(), "writable by everyone");
            found.push(finding.run(format!("chmod -R go-w {}", shell_quote(&one.root))));
        }
    }
    found
}

fn toolchain_does_not_start(facts: &HostFacts) -> Vec<Finding> {
    let Some(selected) = facts.gom.selected.as_ref().filter(|selected| is_ours(facts, &selected.go)) else {
        return Vec::new();
    };
    let command = format!("{} version", selected.go);
    let Some(said) = facts.commands.get(&command).filter(|said| said.code != Some(0)) else {
        return Vec::new();
    };
    let version = selected.version.as_deref().unwrap_or_default();
    let (message, value) = match said.code {
        Some(137) => (
            format!("the system kills Go {version} when it starts: its signature is invalid"),
            "killed by signal 9".to_owned(),
        ),
        Some(code) => (
            format!("Go {version} fails when it starts"),
            format!("exit code {code}: {}", said.output.trim()),
        ),
        None if said.timed_out => (format!("Go {version} takes too long to start"), "timed out".to_owned()),
        // `loader-missing` reports a missing loader.
        None if loader_is_missing(facts, &selected.go) => return Vec::new(),
        None => (format!("Go {version} can't be started"), said.output.trim().to_owned()),
    };
    let finding = Finding::new(Cause::Store, message).at(command, value);
    let finding = if said.timed_out { finding.severity(Severity::Warning) } else { finding };
    vec![finding.run(format!("gom install {version} --force"))]
}

fn loader_is_missing(facts: &HostFacts, go: &str) -> bool {
    let loader = facts.file(go).and_then(|file| file.binary.as_ref()?.loader.as_deref());
    loader.is_some_and(|loader| facts.is_missing(loader))
}

fn toolchain_unproven(facts: &HostFacts) -> Vec<Finding> {
    let unproven = installed(facts).filter(|one| {
        let name = one.id.to_string();
        facts.gom.toolchains.iter().any(|other| other.name == name && other.proof == "unproven")
    });
    let found = unproven.map(|one| {
        let receipt = format!("{}/receipts/{}.json", facts.gom.home, one.id);
        one.finding(format!("no receipt shows how {} was verified", one.id))
            .at(receipt, "missing or unreadable")
    });
    found.collect()
}

fn shim_links(facts: &HostFacts) -> Vec<Finding> {
    let bin = facts.gom_bin();
    let shim = format!("{bin}/gom-shim");
    if facts.is_missing(&shim) {
        let message = "gom's shim is missing: gom can't run any go";
        let finding = Finding::new(Cause::Store, message).at(shim, "does not exist");
        return vec![finding.severity(Severity::Error).advice("run gom's install.sh again")];
    }
    let gom = format!("{bin}/gom");
    let is_removed = |file: &&FileFacts| file.kind == FileKind::DeadLink;
    let removed = facts.file(&gom).filter(is_removed).map(|file| {
        let target = file.real.as_deref().unwrap_or("another file");
        let message = "the store's gom was removed with its package, so `go` can install and find nothing";
        let finding =
            Finding::new(Cause::Store, message).at(gom.as_str(), format!("links to {target}, which is gone"));
        finding.run("gom self init")
    });
    let found = ["go", "gofmt"].into_iter().filter_map(|name| {
        let path = format!("{bin}/{name}");
        let (message, value) = match facts.file(&path) {
            Some(file)
                if file.kind != FileKind::DeadLink
                    && file.real.as_deref().is_some_and(|real| real.ends_with("/gom-shim")) =>
            {
                return None;
            }
            Some(file) if file.kind == FileKind::Unknown => return None,
            Some(_) => {
                (format!("{name} is a copy, so updates of gom don't reach it"), "is not a link to gom-shim")
            }
            None => (format!("{name} is missing"), "does not exist"),
        };
        Some(Finding::new(Cause::Store, message).at(path, value).run("gom self init"))
    });
    removed.into_iter().chain(found).collect()
}

fn store_unmarked(facts: &HostFacts) -> Vec<Finding> {
    if !facts.gom.is_unmarked {
        return Vec::new();
    }
    let message = "gom's shim does not recognize its store, and takes itself for the system's Go";
    let finding = Finding::new(Cause::Store, message);
    vec![finding.at(format!("{}/layout-version", facts.gom.home), "does not exist").run("gom self init")]
}

fn staging_leftovers(facts: &HostFacts) -> Vec<Finding> {
    let folders = ["staging", "toolchains/.staging", "toolchains/.next"];
    let mut left = Vec::new();
    for folder in folders.map(|folder| format!("{}/{folder}", facts.gom.home)) {
        let names = facts.file(&folder).map(|facts| facts.entries.as_slice()).unwrap_or_default();
        left.extend(names.iter().map(|name| format!("{folder}/{name}")));
    }
    if left.is_empty() {
        return Vec::new();
    }
    let finding = Finding::new(Cause::Store, "a gom that was killed or still runs has unfinished installs");
    let finding = left.into_iter().fold(finding, |finding, place| finding.at(place, "unfinished"));
    vec![finding.run("gom repair")]
}
