//! The project in this folder: which Go its files name, and whether they agree.

use gom_core::machine::releases::{self, UuidSupport};
use gom_project::mention::Role;
use gom_select::version::GoVersion;

use super::pins;
use super::shared::is_older_line;
use crate::cause::Cause;
use crate::check::{Check, Platforms};
use crate::facts::HostFacts;
use crate::finding::{Finding, Severity};
use crate::lookup::FileLine;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "project-needs-newer-go",
        title: "go.mod needs a newer Go than the selected one, and GOTOOLCHAIN forbids switching",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "PROJ-01",
        run: needs_newer_go,
    },
    Check {
        id: "project-files-differ",
        title: "a Dockerfile, a CI file or another tool's file names an older Go than go.mod needs",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "PROJ-02",
        run: files_differ,
    },
    Check {
        id: "vendor-differs",
        title: "vendor/modules.txt and go.mod disagree",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "PROJ-03",
        run: vendor_differs,
    },
    Check {
        id: "modules-changed",
        title: "`go mod verify` finds changed modules (with --probe)",
        platforms: Platforms::All,
        severity: Severity::Error,
        source: "PROJ-04",
        run: modules_changed,
    },
    Check {
        id: "dotenv-sets-go",
        title: "a .env file sets GOROOT, GOTOOLCHAIN, PATH or a dynamic loader's variables",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "PROJ-05",
        run: dotenv_sets_go,
    },
    Check {
        id: "go-line-without-patch",
        title: "go.mod says `go 1.N`, and Go 1.21 looks for a release of that name",
        platforms: Platforms::All,
        severity: Severity::Note,
        source: "go.dev/issue/62278",
        run: go_line_without_patch,
    },
    Check {
        id: "ci-macos",
        title: "a workflow uses a macOS runner that no longer exists, or an old Go on the newest one",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "CI-01",
        run: ci_macos,
    },
    Check {
        id: "ci-architecture",
        title: "a workflow installs Go for Intel on a runner with Apple Silicon",
        platforms: Platforms::All,
        severity: Severity::Warning,
        source: "CI-02",
        run: ci_architecture,
    },
];

/// The `go` and `toolchain` lines of the project's go.mod.
struct GoMod<'a> {
    file: &'a str,
    go: Option<(GoVersion, usize)>,
    has_toolchain: bool,
}

fn go_mod(facts: &HostFacts) -> Option<GoMod<'_>> {
    let project = facts.project.as_deref()?;
    let (file, _) = facts.files.get_key_value(&format!("{project}/go.mod"))?;
    let lines = facts.go_lines(file);
    let go = lines.go.and_then(|(value, line)| Some((GoVersion::parse(&value).ok()?, line)));
    Some(GoMod { file, go, has_toolchain: lines.toolchain.is_some() })
}

fn needs_newer_go(facts: &HostFacts) -> Vec<Finding> {
    let (Some(module), Some(selected)) = (go_mod(facts), facts.selected_version()) else { return Vec::new() };
    let switches = facts.gom.selected.as_ref().is_some_and(|selected| selected.missing.is_some());
    let Some((go, line)) = module.go.filter(|(go, _)| *go > selected && !switches) else { return Vec::new() };
    let finding =
        Finding::new(Cause::Project, format!("this project needs Go {go}, but {selected} is selected"));
    let finding = finding.at(format!("{}:{line}", module.file), format!("go {go}"));
    vec![finding.run(format!("gom install {go}")).run(format!("gom local {go}"))]
}

/// The recorded files of the project whose path `accept` returns true for.
fn files_ending<'a>(
    facts: &'a HostFacts,
    accept: impl Fn(&str) -> bool + 'a,
) -> impl Iterator<Item = &'a str> {
    let project = facts.project.as_deref().unwrap_or("\0");
    facts.below(project).map(|(path, _)| path).filter(move |path| accept(path))
}

/// The workflows that were recorded: those of the project, also if its root is above the module.
fn workflows(facts: &HostFacts) -> impl Iterator<Item = &str> {
    facts.files.keys().map(String::as_str).filter(|path| path.contains("/.github/workflows/"))
}

fn files_differ(facts: &HostFacts) -> Vec<Finding> {
    let (Some(module), Some(project)) = (go_mod(facts), facts.project.as_deref()) else { return Vec::new() };
    let GoMod { file, go: Some((go, number)), .. } = module else { return Vec::new() };
    let of_files = facts.versions_below(project).filter(|one| {
        // What limits a bot's updates is no Go that is used, and `vscode-goroot-set` reports a GOROOT.
        one.version.role != Role::Constraint.name() && one.version.what != "go.goroot"
    });
    let of_files = of_files.filter_map(|one| Some((one.place(), one.shown(), one.release()?)));
    let is_read = |file: &str| facts.file(file).is_some_and(|facts| !facts.versions.is_empty());
    let is_of_module = |file: &str| file.strip_prefix(project).is_some_and(|rest| rest.starts_with('/'));
    // A file above the module may be for another one, but a manager follows it here.
    let others = facts
        .other_pins
        .iter()
        .filter(|pin| if is_of_module(pin.file()) { !is_read(pin.file()) } else { pin.is_of_manager() });
    let others = others.filter_map(|pin| {
        Some((pin.place.clone(), format!("{} for {}", pin.value, pin.tool), pins::version_of(&pin.value)?))
    });
    let older = of_files.chain(others).filter(|(_, _, version)| is_older_line(version, &go));
    let found = older.map(|(place, text, version)| {
        let message = format!("this names Go {version}, but go.mod needs {go}");
        let finding = Finding::new(Cause::Project, message).at(place, text);
        finding
            .at(format!("{file}:{number}"), format!("go {go}"))
            .advice(format!("change it to {go} or newer"))
    });
    found.collect()
}

fn vendor_differs(facts: &HostFacts) -> Vec<Finding> {
    let (Some(module), Some(project)) = (go_mod(facts), facts.project.as_deref()) else { return Vec::new() };
    let list = format!("{project}/vendor/modules.txt");
    // Before Go 1.14 the go command did not compare them (golang.org/ref/mod#go-mod-file-go).
    let compares =
        module.go.as_ref().is_some_and(|(go, _)| !gom_core::machine::releases::is_older(go, "1.14"));
    if !facts.exists(&list) || !compares {
        return Vec::new();
    }
    let vendored: Vec<&str> = facts.lines(&list).filter_map(|line| line.text.strip_prefix("# ")).collect();
    let is_vendored = |path: &str, version: &str| {
        vendored.iter().any(|entry| {
            let mut words = entry.split_whitespace();
            words.next() == Some(path) && words.next() == Some(version)
        })
    };
    let missing = facts.lines(module.file).find_map(|line| {
        let (path, version) = requirement(line.text)?;
        (!is_vendored(path, version)).then_some((line, path, version))
    });
    let Some((line, path, version)) = missing else { return Vec::new() };
    let finding = Finding::new(Cause::Project, "the vendor folder does not match go.mod: builds fail");
    let finding =
        finding.at(line.place(), format!("{path} {version}")).at(list, format!("has no {path} {version}"));
    vec![finding.run("go mod vendor")]
}

/// A module and its version in a line of a `require`.
fn requirement(line: &str) -> Option<(&str, &str)> {
    let line = line.split("//").next()?.trim();
    let line = line.strip_prefix("require ").unwrap_or(line);
    let mut words = line.split_whitespace();
    let (path, version) = (words.next()?, words.next()?);
    let is_requirement = version.starts_with('v') && path.contains('.') && words.next().is_none();
    is_requirement.then_some((path, version))
}

fn modules_changed(facts: &HostFacts) -> Vec<Finding> {
    let command = "go mod verify";
    let Some(said) = facts.commands.get(command).filter(|said| said.code == Some(1)) else {
        return Vec::new();
    };
    let changed: Vec<&str> = said.output.lines().filter(|line| line.contains("has been modified")).collect();
    if changed.is_empty() {
        return Vec::new();
    }
    let finding = Finding::new(Cause::Modules, "modules in the cache do not match go.sum");
    let finding = changed.iter().fold(finding, |finding, line| finding.at(command, *line));
    vec![finding.run("go clean -modcache").run("go mod download")]
}

fn dotenv_sets_go(facts: &HostFacts) -> Vec<Finding> {
    let files =
        files_ending(facts, |path| path.rsplit('/').next().is_some_and(|name| name.starts_with(".env")));
    let found = files.flat_map(|file| facts.lines(file)).filter_map(|line| {
        let name = line.text.trim().trim_start_matches("export ").split_once('=')?.0.trim();
        let steers = matches!(name, "GOROOT" | "GOTOOLCHAIN" | "PATH")
            || name.starts_with("DYLD_")
            || name.starts_with("LD_");
        if !steers {
            return None;
        }
        let message =
            format!("a .env file sets {name}: programs that load it may run another Go than your shell");
        let finding = Finding::new(Cause::Project, message).at(line.place(), name);
        Some(finding.advice(format!("remove {name} from {}", line.file)))
    });
    found.collect()
}

fn go_line_without_patch(facts: &HostFacts) -> Vec<Finding> {
    let Some(GoMod { file, go: Some((go, line)), has_toolchain: false }) = go_mod(facts) else {
        return Vec::new();
    };
    // From 1.21 on, `1.N` is not the name of a release; before, it was.
    if !go.is_language_version() {
        return Vec::new();
    }
    let message = format!("Go 1.21 looks for a release named {go}, which does not exist");
    let finding = Finding::new(Cause::Project, message).at(format!("{file}:{line}"), format!("go {go}"));
    vec![finding.run(format!("go mod edit -go={go}.0"))]
}

fn ci_macos(facts: &HostFacts) -> Vec<Finding> {
    const REMOVED: &[&str] = &["macos-10.15", "macos-11", "macos-12", "macos-13", "macos-14"];
    let mut found = Vec::new();
    for line in workflows(facts).flat_map(|file| facts.lines(file)) {
        if let Some(removed) = REMOVED.iter().find(|name| has_word(line.text, name)) {
            let finding = Finding::new(Cause::Project, format!("the runner {removed} no longer exists"));
            found.push(
                finding
                    .at(line.place(), line.text.trim())
                    .advice("use macos-15, or macos-15-intel for Intel"),
            );
        }
    }
    found.extend(workflows(facts).find_map(|file| old_go_on_newest_macos(facts, file)));
    found
}

/// A workflow that installs an old Go, and uses the newest macOS.
fn old_go_on_newest_macos(facts: &HostFacts, file: &str) -> Option<Finding> {
    let is_newest =
        |line: &FileLine<'_>| ["macos-latest", "macos-26"].iter().any(|name| has_word(line.text, name));
    let newest = facts.lines(file).find(is_newest)?;
    let (old, version) = facts.versions_in(file).find_map(|one| {
        // An image brings its own system.
        let version = one.release().filter(|_| one.version.role != Role::Image.name())?;
        is_older_line(&version, &GoVersion::parse("1.24").ok()?).then_some((one, version))
    })?;
    let message =
        format!("macOS 26 may abort programs that Go {version} builds with cgo: they have no LC_UUID");
    let finding = Finding::new(Cause::Project, message).at(newest.place(), newest.text.trim());
    let finding = finding.at(old.place(), old.shown());
    // A line stands for its newest patch.
    let is_line = version.to_string() == version.line().to_string();
    let takes_flag = releases::uuid_of_programs(&version) == UuidSupport::ByFlag
        || (is_line && releases::newest_patch_takes_uuid_flag(&version.line()));
    let flag = if takes_flag { releases::UUID_FLAG } else { "CGO_ENABLED=0" };
    Some(finding.advice(format!("raise go-version to {}, or build with {flag}", releases::FIRST_WITH_UUID)))
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '.').any(|part| part == word)
}

fn ci_architecture(facts: &HostFacts) -> Vec<Finding> {
    let on_arm64 = ["macos-latest", "macos-26", "macos-15"];
    let is_runner = |line: &FileLine<'_>| on_arm64.iter().any(|name| has_word(line.text, name));
    let asks = |line: &FileLine<'_>| {
        let value = line
            .text
            .trim()
            .strip_prefix("architecture:")
            .map(|value| value.trim().trim_matches(['"', '\'']));
        matches!(value, Some("x64" | "amd64"))
    };
    let found = workflows(facts).find_map(|file| {
        let (runner, line) = (facts.lines(file).find(is_runner)?, facts.lines(file).find(asks)?);
        let message = "this installs Go for Intel on a runner with Apple Silicon";
        let finding = Finding::new(Cause::Project, message).at(line.place(), line.text.trim());
        Some(finding.at(runner.place(), runner.text.trim()).advice("remove this line"))
    });
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{FileFacts, VersionFacts};
    use crate::other_pins::OtherPin;

    /// A module in a folder of a project, with files that name Go 1.20.
    fn host(files: &[(&str, &str)], pins: &[(&str, &str)]) -> HostFacts {
        let go_mod = FileFacts { lines: vec![(3, "go 1.22".to_owned())], ..FileFacts::default() };
        let named = files.iter().map(|(path, role)| {
            let version = VersionFacts {
                line: 7,
                version: "1.20.x".to_owned(),
                role: (*role).to_owned(),
                what: "it".to_owned(),
                is_number: false,
            };
            ((*path).to_owned(), FileFacts { versions: vec![version], ..FileFacts::default() })
        });
        let pins = pins.iter().map(|(place, tool)| OtherPin {
            place: (*place).to_owned(),
            value: "1.20-alpine".to_owned(),
            tool: (*tool).to_owned(),
        });
        HostFacts {
            project: Some("/r/m".to_owned()),
            other_pins: pins.collect(),
            files: named.chain([("/r/m/go.mod".to_owned(), go_mod)]).collect(),
            ..HostFacts::default()
        }
    }

    #[test]
    fn files_of_the_module_and_of_managers_are_compared() {
        let files = [
            ("/r/m/Dockerfile", "image"),
            ("/r/m/.travis.yml", "matrix"),
            ("/r/m/renovate.json", "constraint"),
            // For another module, as far as one can tell.
            ("/r/.gitlab-ci.yml", "ci"),
            ("/r/mod/Dockerfile", "image"),
        ];
        let pins = [
            ("/r/m/Dockerfile:7", "docker"),
            ("/r/.gitlab-ci.yml:7", "gitlab"),
            ("/r/mise.toml:2", "mise"),
            ("GOENV_VERSION", "goenv"),
            // Only an older gom recorded a pin without the file.
            ("/r/m/.gitlab-ci.yml:1", "gitlab"),
        ];
        let found = files_differ(&host(&files, &pins));
        let shown: Vec<(&str, &str)> = found
            .iter()
            .map(|one| (one.evidence[0].place.as_str(), one.evidence[0].value.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("/r/m/.travis.yml:7", "it 1.20.x"),
                ("/r/m/Dockerfile:7", "it 1.20.x"),
                ("/r/mise.toml:2", "1.20-alpine for mise"),
                ("GOENV_VERSION", "1.20-alpine for goenv"),
                ("/r/m/.gitlab-ci.yml:1", "1.20-alpine for gitlab"),
            ]
        );
    }

    #[test]
    fn an_old_go_and_the_newest_macos_are_in_one_workflow() {
        let (a, b) = ("/r/.github/workflows/a.yml", "/r/.github/workflows/b.yml");
        let mut facts = host(&[(a, "ci"), (b, "image")], &[]);
        let add = |facts: &mut HostFacts, file: &str| {
            let lines = &mut facts.files.get_mut(file).unwrap().lines;
            lines.push((2, "    runs-on: macos-latest".to_owned()));
        };
        add(&mut facts, b);
        assert_eq!(ci_macos(&facts), []);
        add(&mut facts, a);
        let found = ci_macos(&facts);
        let places: Vec<&str> = found[0].evidence.iter().map(|one| one.place.as_str()).collect();
        assert_eq!(places, ["/r/.github/workflows/a.yml:2", "/r/.github/workflows/a.yml:7"]);
    }

    #[test]
    fn requirements_are_read() {
        assert_eq!(requirement("\texample.com/m v1.2.3 // indirect"), Some(("example.com/m", "v1.2.3")));
        assert_eq!(requirement("require example.com/m v1.2.3"), Some(("example.com/m", "v1.2.3")));
        assert_eq!(requirement("go 1.22"), None);
        assert_eq!(requirement("replace example.com/m v1.2.3 => ../m"), None);
    }
}
