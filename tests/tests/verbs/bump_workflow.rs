//! The step of the scheduled workflow in docs/guides, as a runner runs it: with a clone, a place to push to, and a `gh` that
//! keeps what it is asked.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use gom_tests::{FakeToolchain, Output, World};

const WORKFLOW: &str = "docs/guides/scheduled-bump.yml";

/// GitHub's command: it lists one pull request after one was created.
const GH: &str = r#"#!/bin/sh
printf '%s|' "$@" >>"$HOME/asked"
echo >>"$HOME/asked"
while [ $# -gt 0 ]; do
    if [ "$1" = --body-file ]; then cp "$2" "$HOME/body"; fi
    if [ "$1" = list ]; then grep -c '^pr|create' "$HOME/asked" || true; fi
    shift
done
"#;

/// The script and the variables of the step with this name.
fn step(text: &str, name: &str) -> (String, Vec<(String, String)>) {
    let start = text.find(&format!("- name: {name}\n")).unwrap();
    let (head, script) = text[start..].split_once("        run: |\n").unwrap();
    let script = script
        .lines()
        .map_while(|line| line.strip_prefix("          ").or_else(|| Some("").filter(|_| line.is_empty())));
    let variables = head.lines().filter_map(|line| line.strip_prefix("          ")?.split_once(": "));
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    (script.collect::<Vec<_>>().join("\n"), variables.collect())
}

fn git(world: &World, arguments: &[&str]) -> String {
    world.command("/usr/bin/git", arguments).done().stdout
}

/// Runs the step as a runner does: `bash -e`.
fn run(world: &World) -> Output {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(WORKFLOW);
    let (script, variables) = step(&fs::read_to_string(file).unwrap(), "Bump");
    let path = format!(
        "{}:{}:/usr/bin:/bin",
        world.home().join("gh").display(),
        world.store().join("bin").display()
    );
    let run =
        world.command("/bin/bash", ["-e", "-c", &script]).env("PATH", path).env("RUNNER_TEMP", world.home());
    variables.iter().fold(run, |run, (name, value)| run.env(name, value)).done()
}

fn asked(world: &World) -> Vec<String> {
    let text = fs::read_to_string(world.home().join("asked")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn the_scheduled_workflow_opens_one_pull_request_and_updates_it() {
    let world = World::publishing(&["1.98.1", "1.98.2"]);
    world.proxy.set_date(&FakeToolchain::here("1.98.2"), "2020-01-02");
    let gh = world.home().join("gh/gh");
    fs::create_dir(gh.parent().unwrap()).unwrap();
    fs::write(&gh, GH).unwrap();
    fs::set_permissions(&gh, PermissionsExt::from_mode(0o755)).unwrap();
    let origin = world.home().join("origin.git");
    git(&world, &["init", "--quiet", "--bare", origin.to_str().unwrap()]);
    git(&world, &["init", "--quiet", "--initial-branch", "main"]);
    git(&world, &["remote", "add", "origin", origin.to_str().unwrap()]);
    world.write(".go-version", "1.98.1\n");
    git(&world, &["add", "--all"]);
    let author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.test"];
    git(&world, &[&author[..], &["commit", "--quiet", "--message", "start"]].concat());

    run(&world);
    let title = "Update Go from 1.98.1 to 1.98.2";
    let shown = |format: &str| {
        git(&world, &["--git-dir", origin.to_str().unwrap(), "show", "--no-patch", format, "bump-go"])
    };
    assert_eq!(shown("--format=%s|%an"), format!("{title}|github-actions[bot]\n"));
    let file = git(&world, &["--git-dir", origin.to_str().unwrap(), "show", "bump-go:.go-version"]);
    assert_eq!(file, "1.98.2\n");
    let body = fs::read_to_string(world.home().join("body")).unwrap();
    assert!(body.starts_with("Go 1.98.2 was released on 2020-01-02"), "{body}");
    let created = format!("pr|create|--head|bump-go|--title|{title}|--body-file|");
    assert!(asked(&world)[1].starts_with(&created), "{:#?}", asked(&world));

    // The next day: the runner has a new clone, and a newer release is out.
    git(&world, &["switch", "--quiet", "main"]);
    world.publish(&FakeToolchain::here("1.98.3"));
    world.proxy.set_date(&FakeToolchain::here("1.98.3"), "2020-02-02");
    run(&world);
    assert_eq!(shown("--format=%s"), "Update Go from 1.98.1 to 1.98.3\n");
    let edited = "pr|edit|bump-go|--title|Update Go from 1.98.1 to 1.98.3|--body-file|";
    assert!(asked(&world)[3].starts_with(edited), "{:#?}", asked(&world));

    // Merged: nothing is left to do, so nobody is asked.
    git(&world, &["switch", "--quiet", "main"]);
    git(&world, &["merge", "--quiet", "bump-go"]);
    run(&world);
    assert_eq!(asked(&world).len(), 4, "{:#?}", asked(&world));
}
