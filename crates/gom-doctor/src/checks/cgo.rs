//! The C compiler and libraries for cgo: whether they exist and are built for the right architecture.

use super::shared::with_removal;
use crate::cause::{Cause, Owner};
use crate::check::{Check, Platforms};
use crate::facts::{FileKind, HostFacts};
use crate::finding::{Edit, Finding, Severity};
use crate::lookup::{FileLine, has_extension};
use gom_core::shell_quote::shell_quote;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "cgo-off-but-needed",
        title: "CGO_ENABLED=0, but the project uses cgo",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "ENV-05",
        run: cgo_off_but_needed,
    },
    Check {
        id: "other-compiler",
        title: "CC or CXX is not the system's compiler, or does not exist",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "ENV-09",
        run: other_compiler,
    },
    Check {
        id: "no-c-compiler",
        title: "cgo has no C compiler",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "CGO-01",
        run: no_c_compiler,
    },
    Check {
        id: "developer-folder-gone",
        title: "the selected developer tools no longer exist",
        platforms: Platforms::Darwin,
        severity: Severity::Error,
        source: "CGO-02",
        run: developer_folder_gone,
    },
    Check {
        id: "flags-for-intel",
        title: "cgo flags point to Homebrew for Intel on Apple Silicon",
        platforms: Platforms::Darwin,
        severity: Severity::Warning,
        source: "CGO-03",
        run: flags_for_intel,
    },
    Check {
        id: "library-arch",
        title: "a library that cgo links is built for another architecture",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "CGO-04",
        run: library_arch,
    },
    Check {
        id: "keg-only-library",
        title: "the project links a keg-only library, which the compiler does not find by itself",
        platforms: Platforms::Darwin,
        severity: Severity::Note,
        source: "CGO-05",
        run: keg_only_library,
    },
];

/// Modules that don't work without cgo.
const NEED_CGO: &[&str] = &[
    "github.com/mattn/go-sqlite3",
    "github.com/confluentinc/confluent-kafka-go",
    "github.com/go-gl/gl",
    "github.com/go-gl/glfw",
    "github.com/marcboeker/go-duckdb",
    "github.com/libgit2/git2go",
    "gocv.io/x/gocv",
];

/// Apple's compiler. `/usr/bin/cc` always exists, even if no compiler is installed.
const COMMAND_LINE_TOOLS: &str = "/Library/Developer/CommandLineTools/usr/bin/clang";

/// Variables with flags and folders for the C compiler.
pub(crate) const FLAGS: &[&str] = &[
    "CGO_CFLAGS",
    "CGO_CPPFLAGS",
    "CGO_CXXFLAGS",
    "CGO_LDFLAGS",
    "CPATH",
    "LIBRARY_PATH",
    "PKG_CONFIG_PATH",
];

/// A word in the project's `#cgo` lines, and the formula that provides the library.
const KEG_ONLY: &[(&str, &str)] = &[
    ("-lsqlite3", "sqlite"),
    ("sqlite3", "sqlite"),
    ("-lpq", "libpq"),
    ("libpq", "libpq"),
    ("-lssl", "openssl@3"),
    ("-lcrypto", "openssl@3"),
    ("openssl", "openssl@3"),
];

/// The first line of the project that needs cgo: a module of the table, or `import "C"`.
fn need_of_cgo(facts: &HostFacts) -> Option<FileLine<'_>> {
    let project = facts.project.as_deref()?;
    let (go_mod, _) = facts.files.get_key_value(&format!("{project}/go.mod"))?;
    let needs = |line: &FileLine<'_>| NEED_CGO.iter().any(|module| line.text.contains(module));
    facts.lines(go_mod).find(needs).or_else(|| cgo_lines(facts, project).next())
}

/// The lines about cgo in the project's Go files.
fn cgo_lines<'a>(facts: &'a HostFacts, project: &'a str) -> impl Iterator<Item = FileLine<'a>> {
    let files = facts.below(project).map(|(path, _)| path).filter(|path| has_extension(path, "go"));
    files.flat_map(|file| facts.lines(file))
}

fn is_cgo_off(facts: &HostFacts) -> bool {
    facts.go_setting("CGO_ENABLED").is_some_and(|setting| setting.value == "0")
}

fn cgo_off_but_needed(facts: &HostFacts) -> Vec<Finding> {
    let (Some(need), Some(setting)) = (need_of_cgo(facts), facts.go_setting("CGO_ENABLED")) else {
        return Vec::new();
    };
    if setting.value != "0" {
        return Vec::new();
    }
    let finding = Finding::new(Cause::GoEnvironment, "cgo is off, but this project needs it")
        .at(setting.place.as_str(), "CGO_ENABLED=0")
        .at(need.place(), need.text.trim());
    vec![with_removal(facts, finding, &setting)]
}

fn other_compiler(facts: &HostFacts) -> Vec<Finding> {
    let settings = ["CC", "CXX"].into_iter().flat_map(|name| facts.go_settings(name));
    let found = settings.filter_map(|setting| {
        let program = setting.value.split_whitespace().next()?;
        let is_there = if program.starts_with('/') {
            !facts.is_missing(program)
        } else {
            !facts.on_path(program).is_empty()
        };
        let name = program.rsplit('/').next().unwrap_or(program);
        let is_apples = ["cc", "c++", "clang", "clang++"].contains(&name) && !program.contains("/homebrew/");
        let message = match (is_there, facts.is_macos() && !is_apples) {
            (false, _) => format!("{} names {program}, which does not exist", setting.name),
            (true, true) => format!("{} is not Apple's compiler: runtime/cgo may not build", setting.name),
            (true, false) => return None,
        };
        let finding = Finding::new(Cause::Compiler, message);
        let finding = finding.at(setting.place.as_str(), format!("{}={}", setting.name, setting.value));
        Some(with_removal(facts, finding, &setting))
    });
    found.collect()
}

fn no_c_compiler(facts: &HostFacts) -> Vec<Finding> {
    if is_cgo_off(facts) {
        return Vec::new();
    }
    if facts.is_macos() {
        let chosen = facts.commands.get("xcode-select -p");
        let has_tools =
            !facts.is_missing(COMMAND_LINE_TOOLS) || chosen.is_some_and(|chosen| chosen.code == Some(0));
        if has_tools {
            return Vec::new();
        }
        let finding = Finding::new(
            Cause::Compiler,
            "Apple's command-line tools are not installed: cgo has no C compiler",
        )
        .at(COMMAND_LINE_TOOLS, "missing");
        return vec![finding.run("xcode-select --install")];
    }
    let is_there = |name: &str| !facts.on_path(name).is_empty();
    if facts.go_setting("CC").is_some() || ["gcc", "clang", "cc"].into_iter().any(is_there) {
        return Vec::new();
    }
    let mut finding = Finding::new(Cause::Compiler, "there is no C compiler: Go builds without cgo");
    finding = match need_of_cgo(facts) {
        Some(need) => finding.at(need.place(), need.text.trim()),
        None => finding.at("PATH", "has no gcc, clang or cc").severity(Severity::Note),
    };
    vec![match compiler_package(facts) {
        Some(command) => finding.run(command),
        None => finding.advice("install gcc with the system's package manager"),
    }]
}

/// The command that installs a C compiler on this distribution.
fn compiler_package(facts: &HostFacts) -> Option<&'static str> {
    let distribution = facts.system.version.as_deref()?.split(' ').next()?;
    match distribution {
        "debian" | "ubuntu" => Some("sudo apt-get install gcc libc6-dev"),
        "alpine" => Some("sudo apk add gcc musl-dev"),
        "fedora" | "rhel" | "rocky" | "almalinux" => Some("sudo dnf install gcc"),
        "arch" => Some("sudo pacman -S gcc"),
        _ => None,
    }
}

fn developer_folder_gone(facts: &HostFacts) -> Vec<Finding> {
    let link = "/var/db/xcode_select_link";
    let dead = facts.file(link).filter(|file| file.kind == FileKind::DeadLink);
    let Some(target) = dead.map(|file| file.real.as_deref().unwrap_or_default()) else { return Vec::new() };
    let finding =
        Finding::new(Cause::Compiler, "the selected developer tools no longer exist: cgo builds fail");
    vec![
        finding
            .at(link, format!("points to {target}, which does not exist"))
            .run("sudo xcode-select --reset"),
    ]
}

fn flags_for_intel(facts: &HostFacts) -> Vec<Finding> {
    let builds_for_amd64 = facts.go_setting("GOARCH").is_some_and(|setting| setting.value == "amd64");
    if !facts.is_apple_silicon() || builds_for_amd64 {
        return Vec::new();
    }
    let settings = FLAGS.iter().flat_map(|name| facts.go_settings(name));
    let wrong = settings.filter(|setting| {
        ["/usr/local/opt/", "/usr/local/Cellar/"].iter().any(|part| setting.value.contains(part))
    });
    let found = wrong.map(|setting| {
        let right = setting.value.replace("/usr/local/", "/opt/homebrew/");
        let message = format!("{} points to libraries for Intel", setting.name);
        let finding = Finding::new(Cause::Other(Owner::IntelHomebrew), message)
            .at(setting.place.as_str(), format!("{}={}", setting.name, setting.value));
        let file = facts.go_env_file.as_deref().unwrap_or_default();
        match setting.line.and_then(|number| facts.lines(file).find(|line| line.number == number)) {
            Some(line) => finding.edit(Edit::comment_out(&line)),
            None => finding.run(format!("export {}={}", setting.name, shell_quote(&right))),
        }
    });
    found.collect()
}

fn library_arch(facts: &HostFacts) -> Vec<Finding> {
    let target = facts.go_setting("GOARCH").map_or(facts.system.arch.as_str(), |setting| setting.value);
    let is_library = |path: &str| [".dylib", ".so", ".a"].iter().any(|ending| path.ends_with(ending));
    let folders = library_folders(facts);
    let libraries = folders.iter().flat_map(|folder| facts.below(folder));
    let found = libraries.filter(|(path, _)| is_library(path)).filter_map(|(path, file)| {
        let binary = file.binary.as_ref().filter(|binary| !binary.archs.is_empty())?;
        if binary.archs.iter().any(|arch| arch == target) {
            return None;
        }
        let archs = binary.archs.join(", ");
        let owner = Owner::of(facts, path);
        let cause = if owner == Owner::Unknown { Cause::Compiler } else { Cause::Other(owner) };
        let finding =
            Finding::new(cause, format!("a library for {archs} can't be linked into a program for {target}"));
        let finding = finding.at(path, archs);
        Some(match formula_of(path).filter(|_| facts.is_apple_silicon()) {
            Some(formula) => finding.run(format!("/opt/homebrew/bin/brew reinstall {formula}")),
            None => finding.advice(format!("install the library for {target}")),
        })
    });
    found.collect()
}

/// The folders that the linker is told to search.
pub(crate) fn library_folders(facts: &HostFacts) -> Vec<String> {
    let flags = facts.go_setting("CGO_LDFLAGS").map(|setting| setting.value).unwrap_or_default();
    let by_flags = flags.split_whitespace().filter_map(|flag| flag.strip_prefix("-L"));
    let by_path = facts.var("LIBRARY_PATH").unwrap_or_default().split(':');
    let absolute = by_flags.chain(by_path).filter(|folder| folder.starts_with('/'));
    absolute.map(|folder| folder.trim_end_matches('/').to_owned()).collect()
}

/// `sqlite` for `/usr/local/opt/sqlite/lib/libsqlite3.dylib`.
fn formula_of(library: &str) -> Option<&str> {
    let below = library.split_once("/opt/").filter(|(before, _)| !before.is_empty()).map(|(_, below)| below);
    below.or_else(|| library.split_once("/Cellar/").map(|(_, below)| below))?.split('/').next()
}

fn keg_only_library(facts: &HostFacts) -> Vec<Finding> {
    let Some(project) = facts.project.as_deref() else { return Vec::new() };
    let has_flags = |keg: &str| {
        FLAGS.iter().any(|name| facts.go_setting(name).is_some_and(|set| set.value.contains(keg)))
    };
    let mut told: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for line in cgo_lines(facts, project).filter(|line| line.text.contains("#cgo")) {
        let words: Vec<&str> = line.text.split_whitespace().collect();
        let Some((_, keg)) = KEG_ONLY.iter().find(|(word, _)| words.contains(word)) else { continue };
        let prefix = format!("/opt/homebrew/opt/{keg}");
        if told.contains(keg) || has_flags(keg) || !facts.exists(&prefix) {
            continue;
        }
        told.push(keg);
        let finding =
            Finding::new(Cause::Compiler, format!("the compiler does not search {prefix} by itself"));
        let finding = finding.at(line.place(), line.text.trim());
        let finding = finding.run(format!("export CGO_CFLAGS=-I{prefix}/include CGO_LDFLAGS=-L{prefix}/lib"));
        found.push(finding.run(format!("export PKG_CONFIG_PATH={prefix}/lib/pkgconfig")));
    }
    found
}
