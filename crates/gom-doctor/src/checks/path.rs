//! The PATH of this process: whether gom's folder is on it, and what comes before it.

use super::shared::{is_ours, setup_command};
use crate::cause::{Cause, Owner};
use crate::check::{Check, Platforms};
use crate::facts::HostFacts;
use crate::finding::{Edit, Finding, Severity};
use crate::lookup::OnPath;
use crate::shell_path;
use gom_core::shell::Shell;
use gom_core::shell_quote::shell_quote;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "shim-not-on-path",
        title: "gom's bin folder is not on PATH",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "PATH-01",
        run: shim_not_on_path,
    },
    Check {
        id: "other-go-first",
        title: "another go comes before gom's on PATH",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "PATH-02",
        run: other_go_first,
    },
    Check {
        id: "paths-d-go",
        title: "/etc/paths.d/go puts /usr/local/go/bin on every login shell's PATH",
        platforms: Platforms::Darwin,
        severity: Severity::Warning,
        source: "PATH-03",
        run: paths_d_go,
    },
    Check {
        id: "path-entries",
        title: "PATH has entries that are missing, duplicate or not absolute",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "PATH-06",
        run: path_entries,
    },
    Check {
        id: "go-bin-not-on-path",
        title: "the folder of `go install` is not on PATH",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "PATH-08",
        run: go_bin_not_on_path,
    },
    Check {
        id: "go-in-gobin",
        title: "the folder of `go install` contains a go or gofmt, which editors find first",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "PATH-09",
        run: go_in_gobin,
    },
];

/// Written by Go's installer for macOS; only `paths_d_go` reports it.
const PATHS_D_GO: &str = "/etc/paths.d/go";

/// Adds the fix: `gom setup` for new shells, and a line for this one. A shell that `gom setup` does not know gets a
/// line to add by hand.
fn with_setup(facts: &HostFacts, finding: Finding) -> Finding {
    let Some(shell) = Shell::named(&facts.shell) else {
        return finding
            .run(format!("export PATH={}:\"$PATH\"", shell_quote(facts.gom_bin())))
            .advice("add that line to your shell's start-up file, or set ENV PATH in the Dockerfile");
    };
    let for_new_shells = |finding: Finding| finding.edit(Edit::SetUp { shell }).run(setup_command(facts));
    let is_needed = shell_path::needs_setup(facts, shell);
    let finding = if is_needed { for_new_shells(finding) } else { finding };
    let finding = finding.run(shell_path::line_for_open_shell(facts, shell));
    match shell {
        Shell::Sh => finding.advice("only login shells read .profile: in a Dockerfile, set ENV PATH"),
        _ => finding,
    }
}

fn shim_not_on_path(facts: &HostFacts) -> Vec<Finding> {
    let bin = facts.gom_bin();
    let is_on_path = facts.is_folder_on_path(&bin);
    // Another check reports a missing shim.
    if is_on_path || facts.is_missing(&format!("{bin}/gom-shim")) {
        return Vec::new();
    }
    let mut finding = Finding::new(Cause::Path, format!("gom's bin folder {bin} is not on PATH"));
    finding = match facts.on_path("go").first() {
        Some(go) => finding.at("PATH", format!("finds {}", described(*go))),
        None => finding.at("PATH", "has no go"),
    };
    vec![with_setup(facts, finding)]
}

/// A program with the Go version and architecture in its header.
fn described(go: OnPath<'_>) -> String {
    let binary = go.file.binary.as_ref();
    let version = binary.and_then(|binary| binary.go.as_ref()).map(|version| format!("go{version}"));
    let archs = binary.map(|binary| binary.archs.join("+")).filter(|archs| !archs.is_empty());
    let known: Vec<String> = version.into_iter().chain(archs).collect();
    if known.is_empty() { go.path.to_owned() } else { format!("{} ({})", go.path, known.join(", ")) }
}

fn other_go_first(facts: &HostFacts) -> Vec<Finding> {
    let all = facts.on_path("go");
    let Some(shim) = all.iter().position(|go| facts.is_shim(*go)) else { return Vec::new() };
    let mut told: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for go in all.into_iter().take(shim) {
        // Two PATH folders may be links to each other: report the program once.
        let real = go.file.real.as_deref().unwrap_or(go.path);
        if told.contains(&real) {
            continue;
        }
        told.push(real);
        if is_ours(facts, real) {
            found.extend(tree_first(facts, go, real));
            continue;
        }
        let message = format!("{} comes before gom's go on PATH", go.path);
        let finding = Finding::new(Cause::of_path(facts, go.path), message).at("PATH", described(go));
        found.push(with_setup(facts, with_lines_of(facts, go.path, finding)));
    }
    found
}

/// One of gom's toolchains that comes before gom's go: it always runs, whatever a pin or the default says. The go
/// command puts the selected toolchain first for its child processes, so that one is wrong only if a start-up file
/// does it.
fn tree_first(facts: &HostFacts, go: OnPath<'_>, real: &str) -> Option<Finding> {
    let selected = facts.selected_go();
    let runs = selected.is_some_and(|(path, file)| file.real.as_deref().unwrap_or(path) == real);
    let message = format!("{} comes before gom's go on PATH: it runs, whatever gom selects", go.path);
    let finding = with_lines_of(facts, go.path, Finding::new(Cause::Path, message).at("PATH", described(go)));
    let is_from_file = finding.evidence.len() > 1;
    let finding = match facts.gom.selected.as_ref().filter(|_| !runs) {
        Some(selected) => {
            let version = selected.version.as_deref().unwrap_or("system");
            finding.at(selected.origin.as_str(), format!("selects {version}"))
        }
        None => finding.severity(Severity::Warning),
    };
    (!runs || is_from_file).then(|| with_setup(facts, finding))
}

/// Adds the start-up lines that name the program's folder, unless every system has that folder.
fn with_lines_of(facts: &HostFacts, program: &str, finding: Finding) -> Finding {
    let folder = program.rsplit_once('/').map_or(program, |(folder, _)| folder);
    if matches!(folder, "/usr/bin" | "/bin") {
        return finding;
    }
    let in_home = folder.replace(&facts.home, "$HOME");
    let names_it = |text: &str| {
        let mut words = text.split([' ', ':', '=', ';', '"', '\'', '(', ')']);
        let leads_there = |word: &str, folder: &str| {
            word.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        words.any(|word| leads_there(word, folder) || leads_there(word, &in_home))
    };
    let files = facts.below("/etc/paths.d").map(|(path, _)| path).chain(["/etc/paths"]);
    let machine = files.flat_map(|file| facts.lines(file));
    let shells = shell_path::user_lines(facts).chain(shell_path::system_lines(facts));
    let lines = machine.chain(shells).filter(|line| names_it(line.text));
    lines.fold(finding, |finding, line| finding.at(line.place(), line.text.trim()))
}

fn paths_d_go(facts: &HostFacts) -> Vec<Finding> {
    let file = PATHS_D_GO;
    if !facts.exists(file) {
        return Vec::new();
    }
    let message = if facts.exists("/usr/local/go/bin/go") {
        "every login shell puts /usr/local/go/bin before the folders that you set"
    } else {
        "every login shell puts /usr/local/go/bin on PATH, but it contains no go"
    };
    let line = facts.lines(file).next();
    let (place, value) = line.map_or_else(|| (file.to_owned(), ""), |line| (line.place(), line.text));
    let finding = Finding::new(Cause::Other(Owner::UsrLocalGo), message).at(place, value);
    vec![finding.run("sudo rm /etc/paths.d/go")]
}

fn path_entries(facts: &HostFacts) -> Vec<Finding> {
    if facts.var("PATH").is_none() {
        return Vec::new();
    }
    let mut clean: Vec<String> = Vec::new();
    let (mut wrong, mut is_open, mut has_tilde) = (Vec::new(), false, false);
    for folder in facts.path_entries() {
        let folder = folder.to_owned();
        let fault = if let Some(below) = folder.strip_prefix("~/") {
            has_tilde = true;
            let meant = format!("{}/{below}", facts.home);
            if !facts.path_entries().any(|entry| entry == meant) && !clean.contains(&meant) {
                clean.push(meant);
            }
            "starts with `~`, which only the shell expands"
        } else if !folder.starts_with('/') {
            is_open = true;
            "is not absolute"
        } else if clean.contains(&folder) {
            "is a duplicate"
        } else if facts.exists(&folder) || is_of_system(facts, &folder) {
            clean.push(folder);
            continue;
        } else {
            "does not exist"
        };
        wrong.push((folder, fault));
    }
    if wrong.is_empty() {
        return Vec::new();
    }
    let message = if is_open {
        "PATH has a relative entry: the current folder decides which program runs"
    } else if has_tilde {
        "PATH contains a literal `~`: go, make and editors find nothing there"
    } else {
        "PATH has entries that have no effect"
    };
    let mut finding = Finding::new(Cause::Path, message);
    for (folder, fault) in wrong {
        finding = finding.at("PATH", format!("`{folder}` {fault}"));
    }
    if is_open || has_tilde {
        finding = finding.severity(Severity::Warning);
    }
    for line in shell_path::user_lines(facts).filter(|_| has_tilde) {
        if let Some((old, new)) = shell_path::quoted_tilde(line) {
            finding = finding.at(line.place(), line.text.trim()).edit(Edit::replace(&line, &old, &new));
        }
    }
    vec![finding.run(format!("export PATH={}", shell_quote(clean.join(":"))))]
}

/// Whether macOS itself puts a folder on PATH, even if it does not exist: from `/etc/paths` and `/etc/paths.d`,
/// or for its cryptexes.
fn is_of_system(facts: &HostFacts, folder: &str) -> bool {
    const OF_APPLE: &[&str] = &[
        "/System/Cryptexes/",
        "/var/run/com.apple.security.cryptexd/",
        "/Library/Apple/usr/bin",
        "/usr/local/bin",
    ];
    let files = facts.below("/etc/paths.d").map(|(path, _)| path).filter(|path| *path != PATHS_D_GO);
    let named = files.chain(["/etc/paths"]).flat_map(|file| facts.lines(file));
    facts.is_macos()
        && (OF_APPLE.iter().any(|start| folder.starts_with(start))
            || named.into_iter().any(|line| line.text.trim() == folder))
}

fn go_bin_not_on_path(facts: &HostFacts) -> Vec<Finding> {
    let folder = facts.go_bin();
    let has_programs = facts.below(&folder).any(|(_, file)| file.is_executable);
    if !has_programs || facts.is_folder_on_path(&folder) {
        return Vec::new();
    }
    let finding =
        Finding::new(Cause::Path, format!("programs that `go install` puts into {folder} are not found"))
            .at("PATH", format!("does not contain {folder}"));
    vec![finding.run(format!("export PATH=\"$PATH\":{}", shell_quote(&folder)))]
}

fn go_in_gobin(facts: &HostFacts) -> Vec<Finding> {
    let folder = facts.go_bin();
    let found = ["go", "gofmt"].into_iter().filter_map(|name| {
        let path = format!("{folder}/{name}");
        let (path, file) = facts.files.get_key_value(&path)?;
        if facts.is_shim(OnPath { path, file }) || !file.is_executable {
            return None;
        }
        let message = format!("Visual Studio Code prefers {path} to any other {name}");
        let finding = Finding::new(Cause::Tools, message).at(path.as_str(), "is not gom's shim");
        Some(finding.run(format!("mv {0} {0}.old", shell_quote(path))))
    });
    found.collect()
}
