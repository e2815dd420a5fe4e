//! GOROOT: the right one stays, one of another tree is unset, and a stale one in the user's `go/env` is
//! overridden and said once.

use gom_tests::{FakeToolchain, World};
use insta::assert_snapshot;
use std::path::PathBuf;

const DUMP: [&str; 1] = ["env-dump"];

fn world() -> (World, PathBuf) {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["use", "1.98.1"]);
    let goroot = world.goroot(&FakeToolchain::here("1.98.1").name());
    (world, goroot)
}

/// The GOROOT that the toolchain sees, and what the shim said.
fn seen(run: gom_tests::Run) -> (String, String) {
    let output = run.run();
    assert_eq!(output.code, Some(0), "{output}");
    let line = output.stdout.lines().find_map(|line| line.strip_prefix("GOROOT=")).unwrap();
    (line.to_owned(), output.stderr)
}

#[test]
fn nothing_is_set_where_nothing_was() {
    let (world, _) = world();
    assert_eq!(seen(world.go(DUMP)), ("(unset)".to_owned(), String::new()));
}

#[test]
fn one_of_another_tree_is_unset() {
    let (world, _) = world();
    let other = world.goroot(&FakeToolchain::here("1.99.2").name());
    for value in [other.to_str().unwrap(), "/usr/local/go", "/nowhere"] {
        assert_eq!(seen(world.go(DUMP).env("GOROOT", value)), ("(unset)".to_owned(), String::new()));
    }
}

#[test]
fn the_right_one_is_kept_in_every_spelling() {
    let (world, goroot) = world();
    let line = world.store().join("lines/1.98");
    let slashes = format!("{}/", goroot.display());
    for value in [goroot.to_str().unwrap(), line.to_str().unwrap(), &slashes] {
        assert_eq!(seen(world.go(DUMP).env("GOROOT", value)), (value.to_owned(), String::new()));
    }
}

#[test]
fn for_the_systems_go_it_is_left_alone() {
    let world = World::with(&["1.98.1"]);
    let path = format!("{}:{}", world.path(), world.other_program("other", "go").display());
    let output = world.go(["x"]).env("PATH", path).env("GOROOT", "/usr/lib/go").run();
    assert_eq!(world.redact(&output.stdout), "[HOME]/other/go: x, GOROOT=/usr/lib/go\n");
}

#[test]
fn a_stale_one_in_the_users_file_is_overridden_and_said_once() {
    let (world, goroot) = world();
    let file = world.home().join("go-env");
    std::fs::write(&file, "GOFLAGS=-v\nGOROOT=/usr/lib/go\n").unwrap();
    let run = || world.go(DUMP).env("GOENV", &file);
    let expected = goroot.to_str().unwrap().to_owned();
    let (first, said) = seen(run());
    assert_eq!(first, expected);
    assert_snapshot!(world.redact(&said), @"
    warning: [HOME]/go-env:2 sets GOROOT to `/usr/lib/go`, which is not the selected toolchain; it is overridden
    hint: run `go env -u GOROOT`
    ");
    assert_eq!(seen(run()), (expected.clone(), String::new()));
    std::fs::write(&file, "GOROOT=/opt/go\n").unwrap();
    let (third, said) = seen(run());
    assert_eq!(third, expected);
    assert!(said.contains("go-env:1 sets GOROOT to `/opt/go`"), "another value is said again: {said}");
}

#[test]
fn the_users_file_is_where_go_looks_for_it() {
    let (world, goroot) = world();
    let folder = if cfg!(target_os = "macos") { "Library/Application Support/go" } else { ".config/go" };
    let folder = world.home().join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("env"), "GOROOT=/usr/lib/go\n").unwrap();
    assert_eq!(seen(world.go(DUMP)).0, goroot.to_str().unwrap());
    assert_eq!(seen(world.go(DUMP).env("GOENV", "off")).0, "(unset)");
}

#[test]
fn the_right_one_in_the_environment_makes_a_stale_file_harmless() {
    let (world, goroot) = world();
    let file = world.home().join("go-env");
    std::fs::write(&file, "GOROOT=/usr/lib/go\n").unwrap();
    let value = goroot.to_str().unwrap();
    let run = world.go(DUMP).env("GOENV", &file).env("GOROOT", value);
    assert_eq!(seen(run), (value.to_owned(), String::new()));
}

#[test]
fn a_file_that_names_the_selected_tree_changes_nothing() {
    let (world, goroot) = world();
    let file = world.home().join("go-env");
    for text in [format!("GOROOT={}\n", goroot.display()), "GOROOT=\n".to_owned(), "GOFLAGS=-v\n".to_owned()]
    {
        std::fs::write(&file, &text).unwrap();
        let run = world.go(DUMP).env("GOENV", &file).env("GOROOT", "/usr/lib/go");
        assert_eq!(seen(run), ("(unset)".to_owned(), String::new()), "{text}");
    }
}

#[test]
fn a_store_that_cannot_remember_says_it_each_time() {
    let (world, goroot) = world();
    let file = world.home().join("go-env");
    std::fs::write(&file, "GOROOT=/usr/lib/go\n").unwrap();
    // A file in place of the folder, which stops root as well.
    std::fs::write(world.store().join("notices"), "").unwrap();
    let cache = world.home().join("no-folder");
    std::fs::write(&cache, "").unwrap();
    let run = || world.go(DUMP).env("GOENV", &file);
    for _ in 0..2 {
        let (value, said) = seen(run().env("GOM_CACHE_DIR", &cache));
        assert_eq!(value, goroot.to_str().unwrap());
        assert!(said.contains("hint: run `go env -u GOROOT`"), "{said}");
    }
    // The user's cache folder remembers for a store that can't. K5.1
    assert!(seen(run()).1.contains("hint: "));
    assert_eq!(seen(run()).1, "");
}

/// K10.1: such a Go would compile with the tree at /usr/local/go.
#[test]
fn a_go_before_1_9_gets_its_own() {
    let world = World::with(&["1.8.99", "1.9.99"]);
    let goroot = |version| world.goroot(&FakeToolchain::here(version).name()).to_str().unwrap().to_owned();
    world.done(["use", "1.9.99"]);
    let old = || (goroot("1.8.99"), String::new());
    let unset = || ("(unset)".to_owned(), String::new());
    assert_eq!(seen(world.go(DUMP)), unset());
    assert_eq!(seen(world.go(["+1.8.99", "env-dump"])), old());
    assert_eq!(seen(world.gom(["exec", "1.8.99", "--", "go", "env-dump"])), old());
    assert_eq!(seen(world.go(DUMP).env("GOM_TOOLCHAIN", "1.8")), old());
    // Of another tree or of its own, and passed on to another version.
    for inherited in [goroot("1.9.99"), goroot("1.8.99"), "/usr/local/go".to_owned()] {
        assert_eq!(seen(world.go(["+1.8.99", "env-dump"]).env("GOROOT", &inherited)), old());
    }
    assert_eq!(seen(world.go(["+1.9.99", "env-dump"]).env("GOROOT", goroot("1.8.99"))), unset());
    world.done(["use", "1.8.99"]);
    assert_eq!(seen(world.go(DUMP)), old());
}
