//! The folder the shim starts its search in: the shell's $PWD, or none if it was deleted.

use crate::answer::version_in;
use gom_tests::World;
use std::os::unix::fs::symlink;

/// A project that is reached through a link from another folder; both sides are pinned.
fn linked_project() -> World {
    let world = World::with(&["1.97.1", "1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    world.write("real/.go-version", "1.97.1\n");
    world.write("real/project/main.go", "package main\n");
    world.write("workspace/.go-version", "1.98.1\n");
    symlink("../real/project", world.work().join("workspace/project")).unwrap();
    world
}

#[test]
fn a_project_behind_a_link_is_searched_along_the_way_the_user_came() {
    let world = linked_project();
    assert_eq!(version_in(&world, "workspace/project"), "1.98.1");
    assert_eq!(version_in(&world, "real/project"), "1.97.1");
}

#[test]
fn a_pwd_that_is_wrong_does_not_count() {
    let world = linked_project();
    for pwd in ["/", "/nonexistent", "workspace/project", ""] {
        let run = world.go(["version"]).cwd(world.work().join("workspace/project")).env("PWD", pwd);
        let output = run.run();
        assert!(output.stdout.starts_with("go version go1.97.1 "), "{pwd}: {output}");
    }
}

#[test]
fn in_a_deleted_folder_the_default_runs() {
    let world = linked_project();
    world.write("gone/.go-version", "1.98.1\n");
    let script = "cd gone && rm -r \"$PWD\" && exec go version";
    let path = format!("{}:/usr/bin:/bin", world.store().join("bin").display());
    let output = world.command("/bin/sh", ["-c", script]).env("PATH", path).run();
    assert!(output.stdout.starts_with("go version go1.99.2 "), "{output}");
}

#[test]
fn the_program_starts_in_the_same_folder() {
    let world = linked_project();
    let folder = world.work().join("workspace/project");
    let output = world.go(["env-dump"]).cwd(&folder).run();
    assert!(output.stdout.contains(&format!("PWD={}\n", folder.display())), "{output}");
}
