//! The project in this folder: which Go its files name, and whether they agree.

use gom_select::go_mod;
use gom_select::version::GoVersion;

use super::pins;
use super::shared::is_older_line;
use crate::cause::Cause;
use crate::check::{Check, Platforms};
use crate::facts::HostFacts;
use crate::finding::{Finding, Severity};
use crate::lookup::FileLine;
use gom_core::machine::releases::{self, UuidSupport};

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
    let value_of = |key: &'static str| {
        facts.lines(file).find_map(move |line| {
            let found = go_mod::scan(line.text.as_bytes());
            let (value, _) = if key == "go" { found.go } else { found.toolchain }?;
            Some((value, line.number))
        })
    };
    let go = value_of("go").and_then(|(value, line)| Some((GoVersion::parse(&value).ok()?, line)));
    Some(GoMod { file, go, has_toolchain: value_of("toolchain").is_some() })
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

fn workflows(facts: &HostFacts) -> impl Iterator<Item = FileLine<'_>> {
    files_ending(facts, |path| path.contains("/.github/workflows/")).flat_map(|file| facts.lines(file))
}

fn files_differ(facts: &HostFacts) -> Vec<Finding> {
    let Some(GoMod { file, go: Some((go, number)), .. }) = go_mod(facts) else { return Vec::new() };
    let docker = files_ending(facts, |path| {
        path.rsplit('/').next().is_some_and(|name| name.starts_with("Dockerfile"))
    });
    let docker =
        docker.flat_map(|file| facts.lines(file)).filter_map(|line| Some((line, golang_image(line.text)?)));
    let of_ci = pins::versions_in_yaml(pins::ci_lines(facts)).into_iter();
    let of_ci = of_ci.filter_map(|named| Some((named.line, pins::version_of(named.text)?)));
    let of_lines = docker.chain(of_ci);
    let of_lines = of_lines.map(|(line, version)| (line.place(), line.text.trim().to_owned(), version));
    // The lines already include images in Dockerfiles.
    let others = facts.other_pins.iter().filter(|pin| pin.tool != "docker");
    let others = others.filter_map(|pin| {
        Some((pin.place.clone(), format!("{} for {}", pin.value, pin.tool), pins::version_of(&pin.value)?))
    });
    let older = of_lines.chain(others).filter(|(_, _, version)| is_older_line(version, &go));
    let found = older.map(|(place, text, version)| {
        let message = format!("this names Go {version}, but go.mod needs {go}");
        let finding = Finding::new(Cause::Project, message).at(place, text);
        finding
            .at(format!("{file}:{number}"), format!("go {go}"))
            .advice(format!("change it to {go} or newer"))
    });
    found.collect()
}

/// `1.22` in `FROM golang:1.22-alpine AS build`.
fn golang_image(line: &str) -> Option<GoVersion> {
    let mut words = line.split_whitespace();
    if !words.next()?.eq_ignore_ascii_case("from") {
        return None;
    }
    let image = words.find(|word| !word.starts_with("--"))?;
    let tag = image.rsplit('/').next()?.strip_prefix("golang:")?;
    GoVersion::parse(tag.split(['-', '@']).next()?).ok()
}

/// `1.22` in `go-version: '1.22.x'`.
fn setup_go_version(line: &str) -> Option<GoVersion> {
    let value = line.trim().trim_start_matches("- ").strip_prefix("go-version:")?.trim();
    let value = value.split('#').next()?.trim().trim_matches(['"', '\'']);
    GoVersion::parse(value.trim_end_matches(".x").trim_end_matches(".*")).ok()
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
    for line in workflows(facts) {
        if let Some(removed) = REMOVED.iter().find(|name| has_word(line.text, name)) {
            let finding = Finding::new(Cause::Project, format!("the runner {removed} no longer exists"));
            found.push(
                finding
                    .at(line.place(), line.text.trim())
                    .advice("use macos-15, or macos-15-intel for Intel"),
            );
        }
    }
    let newest =
        workflows(facts).find(|line| has_word(line.text, "macos-latest") || has_word(line.text, "macos-26"));
    let old = workflows(facts).find_map(|line| {
        let version = setup_go_version(line.text)?;
        is_older_line(&version, &GoVersion::parse("1.24").ok()?).then_some((line, version))
    });
    if let (Some(newest), Some((line, version))) = (newest, old) {
        let message =
            format!("macOS 26 may abort programs that Go {version} builds with cgo: they have no LC_UUID");
        let finding = Finding::new(Cause::Project, message).at(newest.place(), newest.text.trim());
        let finding = finding.at(line.place(), line.text.trim());
        // A line stands for its newest patch.
        let is_line = version.to_string() == version.line().to_string();
        let takes_flag = releases::uuid_of_programs(&version) == UuidSupport::ByFlag
            || (is_line && releases::newest_patch_takes_uuid_flag(&version.line()));
        let flag = if takes_flag { releases::UUID_FLAG } else { "CGO_ENABLED=0" };
        let advice = format!("raise go-version to {}, or build with {flag}", releases::FIRST_WITH_UUID);
        found.push(finding.advice(advice));
    }
    found
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '.').any(|part| part == word)
}

fn ci_architecture(facts: &HostFacts) -> Vec<Finding> {
    let on_arm64 = ["macos-latest", "macos-26", "macos-15"];
    let runner = workflows(facts).find(|line| on_arm64.iter().any(|name| has_word(line.text, name)));
    let asks = |line: &FileLine<'_>| {
        let value = line
            .text
            .trim()
            .strip_prefix("architecture:")
            .map(|value| value.trim().trim_matches(['"', '\'']));
        matches!(value, Some("x64" | "amd64"))
    };
    let (Some(runner), Some(line)) = (runner, workflows(facts).find(asks)) else { return Vec::new() };
    let same_file = runner.file == line.file;
    if !same_file {
        return Vec::new();
    }
    let finding = Finding::new(Cause::Project, "this installs Go for Intel on a runner with Apple Silicon");
    let finding = finding.at(line.place(), line.text.trim()).at(runner.place(), runner.text.trim());
    vec![finding.advice("remove this line")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_in_other_files_are_read() {
        let image = |text| golang_image(text).map(|version| version.to_string());
        assert_eq!(
            image("FROM --platform=$BUILDPLATFORM golang:1.22-alpine AS build").as_deref(),
            Some("1.22")
        );
        assert_eq!(image("from docker.io/library/golang:1.21.3@sha256:ab").as_deref(), Some("1.21.3"));
        assert_eq!(image("FROM alpine:3.20"), None);
        let ci = |text| setup_go_version(text).map(|version| version.to_string());
        assert_eq!(ci("          go-version: '1.22.x' # why").as_deref(), Some("1.22"));
        assert_eq!(ci("go-version: stable"), None);
    }

    #[test]
    fn requirements_are_read() {
        assert_eq!(requirement("\texample.com/m v1.2.3 // indirect"), Some(("example.com/m", "v1.2.3")));
        assert_eq!(requirement("require example.com/m v1.2.3"), Some(("example.com/m", "v1.2.3")));
        assert_eq!(requirement("go 1.22"), None);
        assert_eq!(requirement("replace example.com/m v1.2.3 => ../m"), None);
    }
}
