//! What runs when nothing is selected, or `system` is: the next go on PATH that is not a gom shim.

use gom_tests::{Sandbox, World};
use insta::assert_snapshot;
use std::path::Path;

/// What `go version` says with these entries of PATH.
fn go_with_path(world: &World, entries: &[&str]) -> String {
    world.shown(world.go(["version"]).env("PATH", entries.join(":")))
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn the_next_go_on_path_runs_where_nothing_is_selected() {
    let world = World::with(&["1.98.1"]);
    let (own, other) = (text(&world.store().join("bin")), text(&world.other_program("other", "go")));
    let tools = text(&world.home().join("tools"));
    assert_snapshot!(go_with_path(&world, &[&own, &tools, &other]), @"
    exit: 0
    --- stdout
    [HOME]/other/go: version, GOROOT=(unset)
    --- stderr
    ");
}

#[test]
fn system_is_asked_for_by_file_or_variable() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    let path = format!("{}:{}", world.path(), world.other_program("other", "go").display());
    world.write(".go-version", "system\n");
    let by_file = world.go(["version"]).env("PATH", &path).run();
    assert_eq!(world.redact(&by_file.stdout), "[HOME]/other/go: version, GOROOT=(unset)\n");
    world.write(".go-version", "1.98.1\n");
    let by_variable = world.go(["version"]).env("PATH", &path).env("GOM_TOOLCHAIN", "system").run();
    assert_eq!(by_variable.stdout, by_file.stdout);
}

#[test]
fn system_in_a_list_is_the_last_resort() {
    let world = World::with(&["1.98.1"]);
    let path = format!("{}:{}", world.path(), world.other_program("other", "go").display());
    world.write(".go-version", "1.99.2 system\n");
    let output = world.go(["version"]).env("PATH", &path).run();
    assert_eq!(world.redact(&output.stdout), "[HOME]/other/go: version, GOROOT=(unset)\n");
}

#[test]
fn without_another_go_it_says_what_to_do() {
    let world = World::publishing(&[]);
    assert_snapshot!(world.shown(world.go(["version"])), @"
    exit: 127
    --- stdout
    --- stderr
    error: no Go is selected here, and PATH has no `go` other than gom's
    hint: run `gom use latest`
    ");
    world.write(".go-version", "system\n");
    assert_snapshot!(world.shown(world.go(["version"])), @"
    exit: 127
    --- stdout
    --- stderr
    error: [WORK]/.go-version:1 asks for `system`, and PATH has no `go` other than gom's
    hint: put a Go on PATH, or run `gom local latest` to pin one of gom's
    ");
}

#[test]
fn the_shim_of_another_store_is_passed_over() {
    let world = World::publishing(&[]);
    let neighbour = Sandbox::new();
    let linked = world.home().join("linked");
    std::fs::create_dir(&linked).unwrap();
    std::os::unix::fs::symlink(neighbour.store().join("bin/go"), linked.join("go")).unwrap();
    let path = [
        text(&world.store().join("bin")),
        text(&neighbour.store().join("bin")),
        text(&linked),
        text(&world.home().join("tools")),
        text(&world.other_program("other", "go")),
    ];
    let output = world.go(["version"]).env("PATH", path.join(":")).run();
    assert_eq!(world.redact(&output.stdout), "[HOME]/other/go: version, GOROOT=(unset)\n");
    let none = world.go(["version"]).env("PATH", path[..4].join(":")).run();
    assert_eq!(none.code, Some(127), "{none}");
}

#[test]
fn two_stores_on_path_do_not_call_each_other_for_ever() {
    let (world, neighbour) = (World::with(&["1.98.1"]), Sandbox::new());
    let path = format!("{}:{}", neighbour.store().join("bin").display(), world.path());
    let output = world.command(neighbour.store().join("bin/go"), ["version"]).env("PATH", path).run();
    assert_eq!(output.code, Some(127), "{output}");
}

#[test]
fn relative_and_empty_entries_are_never_searched() {
    let world = World::publishing(&[]);
    let evil = "#!/bin/sh\necho evil\n";
    for folder in ["", "bin/"] {
        let file = format!("{folder}go");
        world.write(&file, evil);
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(world.work().join(file), mode).unwrap();
    }
    let own = text(&world.store().join("bin"));
    for entries in [&[&own, ""][..], &["", &own], &[&own, "."], &[&own, "bin"], &["./bin", &own, "", ""]] {
        let said = go_with_path(&world, entries);
        assert!(said.starts_with("exit: 127\n"), "{entries:?}: {said}");
    }
}

#[test]
fn what_cannot_be_executed_is_passed_over() {
    let world = World::with(&["1.98.1"]);
    let (data, folder) = (world.home().join("data"), world.home().join("folder"));
    std::fs::create_dir_all(folder.join("go")).unwrap();
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("go"), "no program").unwrap();
    std::os::unix::fs::symlink("nowhere", world.home().join("tools/go")).unwrap();
    let other = world.other_program("other", "go");
    let entries = [data, folder, world.home().join("tools"), other].map(|path| text(&path));
    let output = world.go(["version"]).env("PATH", entries.join(":")).run();
    assert_eq!(world.redact(&output.stdout), "[HOME]/other/go: version, GOROOT=(unset)\n");
}

#[test]
fn the_systems_gofmt_runs_with_the_systems_go() {
    let world = World::with(&["1.98.1"]);
    let path = format!("{}:{}", world.path(), world.other_program("other", "go").display());
    let refused = world.linked("gofmt", ["x"]).env("PATH", &path);
    assert_snapshot!(world.shown(refused), @"
    exit: 127
    --- stdout
    --- stderr
    error: PATH has no `gofmt` other than gom's
    hint: run `gom use latest`
    ");
    world.other_program("other", "gofmt");
    let output = world.linked("gofmt", ["x"]).env("PATH", &path).run();
    assert_eq!(world.redact(&output.stdout), "[HOME]/other/gofmt: x, GOROOT=(unset)\n");
}

#[test]
fn without_path_nothing_is_found_and_nothing_breaks() {
    let world = World::publishing(&["1.98.1"]);
    assert_eq!(world.go(["version"]).env_remove("PATH").run().code, Some(127));
    world.done(["install", "1.98.1"]);
    assert_eq!(world.go(["version"]).env_remove("PATH").run().code, Some(0));
}
