//! The paths to look at, given the facts so far: only paths that a check reads. Pure; called again with the facts of
//! each round until there is no new path.

use super::files::{Look, Place};
use super::lines::Filter;
use crate::checks::cgo::library_folders;
use crate::checks::editors::{GOLAND_APP, VSCODE_APP, VSCODE_FOLDERS, goland_goroot, vscode_paths};
use crate::checks::managers::INSTALLS;
use crate::checks::pins::modules_of_workspace;
use crate::checks::tools::READ_GO;
use crate::facts::HostFacts;
use crate::shell_path;
use gom_core::tree::is_of_finder;
use gom_project::nearby::NearbyFile;
use gom_project::places::{Kind, kind_named};

/// Programs to look for in each folder of PATH.
const PROGRAMS: &[&str] = &["go", "gofmt", "brew", "gcc", "clang", "cc", "c++", "clang++"];

/// Every path to look at. `nearby` are the files for the working folder that name Go versions.
pub(super) fn all(facts: &HostFacts, nearby: &[NearbyFile]) -> Vec<Place> {
    let mut places = Places(Vec::new());
    shells(facts, &mut places);
    on_path(facts, &mut places);
    store(facts, &mut places);
    other_installs(facts, &mut places);
    go_folders(facts, &mut places);
    editors(facts, &mut places);
    project(facts, &mut places);
    naming_versions(nearby, &mut places);
    if facts.is_macos() {
        developer_tools(&mut places);
    }
    places.0
}

struct Places(Vec<Place>);

impl Places {
    fn add(&mut self, path: impl Into<String>, look: Look) {
        self.0.push(Place { path: path.into(), look });
    }

    fn lines(&mut self, path: impl Into<String>, filter: Filter) {
        self.add(path, Look::Lines(filter));
    }

    fn kind(&mut self, path: impl Into<String>, kind: &'static Kind, filter: Filter) {
        self.add(path, Look::Kind(kind, filter));
    }

    fn names(&mut self, path: impl Into<String>, filter: Filter) {
        self.add(path, Look::Names(filter));
    }
}

fn any(text: &str) -> bool {
    !text.trim().is_empty()
}

/// Lines of start-up files that concern Go, PATH or another manager.
fn about_go(line: &str) -> bool {
    const WORDS: &[&str] = &[
        "PATH",
        "path",
        "GO",
        "gvm",
        "asdf",
        "mise",
        "goenv",
        "shellenv",
        "gom",
        "/go",
        "go=",
        "alias go",
        "go()",
        "go ()",
        "function go",
        "source ",
        ". ",
        "eval ",
        "return",
    ];
    any(line) && WORDS.iter().any(|word| line.contains(word))
}

fn entries<'a>(facts: &'a HostFacts, folder: &str) -> impl Iterator<Item = String> + 'a {
    let names = facts.file(folder).map(|file| file.entries.as_slice()).unwrap_or_default();
    let folder = folder.to_owned();
    names.iter().map(move |name| format!("{folder}/{name}"))
}

fn shells(facts: &HostFacts, places: &mut Places) {
    for file in shell_path::all_user_files(facts) {
        places.lines(file, about_go);
    }
    for file in shell_path::OF_SYSTEM {
        places.lines(*file, about_go);
    }
    places.names("/etc/profile.d", any);
    for file in entries(facts, "/etc/profile.d") {
        places.lines(file, about_go);
    }
    places.lines("/etc/paths", any);
    places.names("/etc/paths.d", any);
    for file in entries(facts, "/etc/paths.d") {
        places.lines(file, any);
    }
    if let Some(file) = &facts.go_env_file {
        places.lines(file.as_str(), any);
    }
}

fn on_path(facts: &HostFacts, places: &mut Places) {
    let mut compilers: Vec<&str> = Vec::new();
    for name in ["CC", "CXX"] {
        compilers
            .extend(facts.go_settings(name).filter_map(|setting| setting.value.split_whitespace().next()));
    }
    for absolute in compilers.iter().filter(|program| program.starts_with('/')) {
        places.add(*absolute, Look::Program);
    }
    for folder in facts.path_entries().filter(|folder| folder.starts_with('/')) {
        places.add(folder, Look::Only);
        let folder = folder.trim_end_matches('/');
        let named = compilers.iter().filter(|program| !program.contains('/'));
        for program in PROGRAMS.iter().chain(READ_GO).chain(named) {
            places.add(format!("{folder}/{program}"), Look::Program);
        }
    }
}

fn store(facts: &HostFacts, places: &mut Places) {
    let home = &facts.gom.home;
    // Recorded with links resolved, because a home folder may be a link.
    places.add(home.as_str(), Look::Only);
    places.add(format!("{home}/bin"), Look::Only);
    for name in ["gom", "gom-shim", "go", "gofmt"] {
        places.add(format!("{home}/bin/{name}"), Look::Program);
    }
    for folder in ["staging", "toolchains/.staging", "toolchains/.next"] {
        places.names(format!("{home}/{folder}"), |name| !is_of_finder(name));
    }
    for toolchain in &facts.gom.toolchains {
        let root = format!("{home}/toolchains/{}", toolchain.name);
        let platform = toolchain.name.rsplit('.').next().unwrap_or_default();
        let extension = if platform.starts_with("windows-") { ".exe" } else { "" };
        places.add(root.as_str(), Look::Only);
        places.lines(format!("{root}/VERSION"), |line| line.starts_with("go"));
        places.add(format!("{root}/bin/go{extension}"), Look::Program);
        places.add(format!("{root}/pkg/tool/{}", platform.replace('-', "_")), Look::Only);
        places.add(format!("{root}/src"), Look::Only);
        places.lines(format!("{root}/go.env"), |line| line.starts_with("GO"));
    }
    let Some(selected) = &facts.gom.selected else { return };
    places.add(selected.go.as_str(), Look::Program);
    let loader = facts.selected_go().and_then(|(_, file)| file.binary.as_ref()?.loader.clone());
    if let Some(loader) = loader {
        places.add(loader, Look::Only);
    }
}

fn other_installs(facts: &HostFacts, places: &mut Places) {
    places.lines("/usr/local/go/VERSION", |line| line.starts_with("go"));
    places.add("/usr/local/go/bin/go", Look::Program);
    let is_go = |name: &str| name == "go" || name.starts_with("go@");
    for prefix in ["/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew"] {
        places.add(format!("{prefix}/bin/brew"), Look::Only);
        places.add(format!("{prefix}/bin/go"), Look::Program);
        places.names(format!("{prefix}/Cellar"), is_go);
    }
    for keg in ["sqlite", "libpq", "openssl@3"] {
        places.add(format!("/opt/homebrew/opt/{keg}"), Look::Only);
    }
    for folder in INSTALLS {
        places
            .names(format!("{}/{folder}", facts.home), |name| name.trim_start_matches("go").starts_with('1'));
    }
    let cache = facts.go_setting("GOMODCACHE").map(|setting| setting.value.to_owned());
    let cache = cache.unwrap_or_else(|| format!("{}/pkg/mod", facts.gopath()));
    places.names(format!("{cache}/golang.org"), |name| name.starts_with("toolchain@"));
}

fn go_folders(facts: &HostFacts, places: &mut Places) {
    for setting in facts.go_settings("GOROOT") {
        places.add(setting.value.trim_end_matches('/'), Look::Only);
    }
    let bin = facts.go_bin();
    places.names(bin.as_str(), any);
    for program in entries(facts, &bin) {
        places.add(program, Look::Program);
    }
    let is_library = |name: &str| [".dylib", ".so", ".a"].iter().any(|ending| name.ends_with(ending));
    for folder in library_folders(facts) {
        places.names(folder.as_str(), is_library);
        for library in entries(facts, &folder) {
            places.add(library, Look::Program);
        }
    }
}

fn editors(facts: &HostFacts, places: &mut Places) {
    let folder = if facts.is_macos() { "Library/Application Support" } else { ".config" };
    if let Some(settings) = kind_named("vscode") {
        for editor in VSCODE_FOLDERS {
            places.kind(format!("{}/{folder}/{editor}/User/settings.json", facts.home), settings, |_| false);
        }
        if let Some(project) = &facts.project {
            places.kind(format!("{project}/.vscode/settings.json"), settings, |_| false);
        }
    }
    if let Some(project) = &facts.project {
        places.lines(format!("{project}/.idea/workspace.xml"), |line| line.contains("name=\"GOROOT\""));
    }
    for named in vscode_paths(facts) {
        places.add(named.path.as_str(), Look::Only);
        places.add(named.go.as_str(), Look::Program);
    }
    if let Some((_, goroot)) = goland_goroot(facts) {
        places.add(format!("{goroot}/bin/go"), Look::Program);
        places.lines(format!("{goroot}/VERSION"), |line| line.starts_with("go"));
    }
    if facts.is_macos() {
        places.add(VSCODE_APP, Look::Program);
        places.add(GOLAND_APP, Look::Program);
    }
}

fn project(facts: &HostFacts, places: &mut Places) {
    let of_modules = |line: &str| any(line) && !line.trim_start().starts_with("//");
    if let Some(file) = &facts.workspace {
        places.lines(file.as_str(), of_modules);
        for file in modules_of_workspace(facts) {
            places.lines(file, of_modules);
        }
    }
    let Some(project) = facts.project.as_deref() else { return };
    places.lines(format!("{project}/go.mod"), |line| any(line) && !line.trim_start().starts_with("//"));
    places.lines(format!("{project}/vendor/modules.txt"), |line| line.starts_with("# "));
    places.names(project, |name| name.starts_with(".env"));
    for file in entries(facts, project) {
        places.lines(file, |line| {
            let name = line.trim().trim_start_matches("export ").split('=').next().unwrap_or_default();
            ["GOROOT", "GOTOOLCHAIN", "PATH"].contains(&name)
                || name.starts_with("DYLD_")
                || name.starts_with("LD_")
        });
    }
}

/// Kinds that are read in another way: gom and the go command follow them.
const FOLLOWED: [&str; 4] = ["go-version", "tool-versions", "go-work", "go-mod"];

fn naming_versions(nearby: &[NearbyFile], places: &mut Places) {
    for file in nearby.iter().filter(|file| !FOLLOWED.contains(&file.kind.name)) {
        let Some(path) = file.path.to_str() else { continue };
        let filter: Filter = if file.kind.name == "github" { about_runners } else { |_| false };
        places.kind(path, file.kind, filter);
    }
}

/// Lines of a workflow that name a runner or an architecture.
fn about_runners(line: &str) -> bool {
    line.contains("macos-") || line.contains("architecture:")
}

fn developer_tools(places: &mut Places) {
    places.add("/Library/Developer/CommandLineTools/usr/bin/clang", Look::Only);
    places.add("/var/db/xcode_select_link", Look::Only);
    places.add("/Library/Apple/usr/share/rosetta/rosetta", Look::Only);
}
