//! The snippets of docs/ci.md, as far as a shell can play their CIs: their commands, in the shells that each CI
//! starts, with what each passes from one to the next.

use crate::world::{CiJob, OLD};
use gom_tests::World;
use insta::assert_snapshot;
use std::fs;
use std::path::Path;

/// The commands in the snippet below this heading of docs/ci.md, one for each shell that the CI starts: whatever
/// starts with a program that the snippets use.
fn commands(heading: &str) -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ci.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, section) = page.split_once(&format!("\n### {heading}\n")).unwrap();
    let (_, block) = section.split_once("\n```").unwrap();
    let (block, _) = block.split_once("\n```").unwrap();
    let words = ["- ", "run: ", "bash: ", "RUN "];
    let plain = |line: &str| {
        words.iter().fold(line.trim(), |line, word| line.strip_prefix(word).unwrap_or(line)).to_owned()
    };
    let is_command = |line: &String| ["gom ", "go ", "eval "].iter().any(|program| line.starts_with(program));
    let found: Vec<String> = block.lines().map(plain).filter(is_command).collect();
    assert!(
        found.iter().any(|line| line.contains("go test") || line.contains("go build")),
        "{heading}: {found:?}"
    );
    found
}

/// A repository that asks for a version, in a job of a CI; its machine has gom on PATH.
fn world(variables: &[(&str, &str)]) -> World {
    let mut world = World::published();
    world.write("go.mod", format!("module m\n\ngo {OLD}\n"));
    world.write("go.sum", "");
    let path = format!("{}:/usr/bin:/bin", world.store().join("bin").display());
    world.set("PATH", path);
    for (name, value) in variables {
        world.set(name, value);
    }
    world
}

/// One shell, which ends with the first command that fails.
#[track_caller]
fn shell(world: &World, script: &str) -> String {
    world.command("/bin/sh", ["-ec", script]).done().stdout
}

#[test]
fn github() {
    let world = World::github();
    world.write("go.mod", format!("module m\n\ngo {OLD}\n"));
    let said: Vec<String> =
        commands("GitHub, without an action").iter().map(|command| world.step_says(command)).collect();
    assert_eq!(said.last().unwrap(), "go 1.98.1: made-up command: test ./...\n");
}

#[test]
fn gitlab_and_buildkite_run_one_shell() {
    for (heading, variable) in [("GitLab", "GITLAB_CI"), ("Buildkite", "BUILDKITE")] {
        let world = world(&[(variable, "true"), ("CI_JOB_NAME", "unit")]);
        let said = shell(&world, &commands(heading).join("\n"));
        assert!(said.contains("go 1.98.1: made-up command: test ./...\n"), "{heading}: {said}");
    }
}

#[test]
fn circleci_starts_a_shell_for_each_step() {
    let mut world = world(&[("CIRCLECI", "true"), ("CIRCLE_JOB", "unit")]);
    let file = world.home().join("bash_env");
    fs::write(&file, "").unwrap();
    world.set("BASH_ENV", &file);
    let steps = commands("CircleCI");
    let said: Vec<String> =
        steps.iter().map(|step| shell(&world, &format!(". \"$BASH_ENV\"\n{step}"))).collect();
    assert!(said.concat().contains("go 1.98.1: made-up command: test ./...\n"), "{said:?}");
    let keys = fs::read_to_string(world.work().join("gom-keys")).unwrap();
    assert_eq!(keys.lines().count(), 2, "{keys}");
}

#[test]
fn azure_reads_commands_from_the_output() {
    let mut world = world(&[("TF_BUILD", "True"), ("AGENT_TEMPDIRECTORY", "/tmp")]);
    let mut last = String::new();
    for step in commands("Azure") {
        last = shell(&world, &step);
        let mut path = String::from("/usr/bin:/bin");
        for line in last.lines().filter(|line| line.starts_with("##vso[")) {
            let (command, value) = line.trim_start_matches("##vso[task.").split_once(']').unwrap();
            match command.split_once(' ') {
                None => path = format!("{value}:{path}"),
                Some((_, property)) if property.ends_with("isOutput=true") => {}
                Some((_, property)) => world.set(property.strip_prefix("variable=").unwrap(), value),
            }
        }
        world.set("PATH", path);
    }
    assert_eq!(last, "go 1.98.1: made-up command: test ./...\n");
}

#[test]
fn docker_starts_a_shell_for_each_line_and_keeps_the_disk() {
    let world = world(&[]);
    let said: Vec<String> = commands("Docker").iter().map(|line| shell(&world, line)).collect();
    assert_eq!(
        said,
        ["go 1.98.1: made-up command: mod download\n", "go 1.98.1: made-up command: build ./...\n"]
    );
    assert_eq!(world.fetched(), 1);
}

#[test]
fn a_set_up_that_fails_ends_the_shell_that_evaluates_it() {
    for (variable, flag) in [("GITLAB_CI", ""), ("BUILDKITE", ""), ("X", ""), ("GITHUB_ACTIONS", "--print")] {
        let world = world(&[(variable, "true")]);
        let script = format!("eval \"$(gom ci setup 1.98.77 {flag})\"\necho went on");
        let output = world.command("/bin/sh", ["-ec", &script]).run();
        assert_eq!((output.code, output.stdout.as_str()), (Some(3), ""), "{variable}: {output}");
        let object = world.gom(["ci", "setup", "1.98.77", "--json"]).run();
        assert_eq!(object.json()["error"]["code"], 3, "{object}");
    }
}

#[test]
fn print_writes_nothing() {
    let world = World::github();
    let output = world.setup(&[OLD, "--print"]);
    let lines: Vec<String> = output.stdout.lines().map(|line| world.redact(line)).collect();
    assert_snapshot!(lines[..2].join("\n"), @r#"
    export PATH=[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]/bin:[HOME]/go/bin:"$PATH"
    export GOTOOLCHAIN=local
    "#);
    assert!(lines[2].starts_with("export GOM_CI_STARTED="), "{output}");
    for name in ["PATH", "ENV", "OUTPUT", "STEP_SUMMARY"] {
        assert_eq!(world.runner_file(name), "", "{name}");
    }
}

#[test]
fn dotenv_takes_the_variables_to_later_jobs() {
    let world = world(&[("GITLAB_CI", "true"), ("GOM_CI_STARTED", "17")]);
    world.setup(&["--dotenv", "go.env"]);
    let text = fs::read_to_string(world.work().join("go.env")).unwrap();
    assert_snapshot!(world.redact(&text), @"
    GOTOOLCHAIN=local
    GOM_GO_VERSION=1.98.1
    GOM_GO_VERSIONS=1.98.1
    GOM_GOROOT=[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]
    GOM_GOPATH=[HOME]/go
    GOM_GOMODCACHE=[HOME]/go/pkg/mod
    GOM_GOCACHE=[HOME]/.cache/go-build
    GOM_TOOLCHAIN_SOURCE=download
    GOM_TOOLCHAIN_CACHE_HIT=false
    ");
}
