//! Trees that another program made or damaged. K1.4: without its go command or its VERSION file a
//! toolchain is not installed; `list` names it, and the commands that would install it repair it.

use gom_tests::{FakeToolchain, World};
use std::fs;
use std::path::{Path, PathBuf};

type Damage = fn(&Path);

/// What can have happened to a tree.
const DAMAGES: [(&str, Damage); 5] = [
    ("an empty folder", |goroot| {
        fs::remove_dir_all(goroot).unwrap();
        fs::create_dir(goroot).unwrap();
    }),
    ("no go command", |goroot| fs::remove_file(goroot.join("bin/go")).unwrap()),
    ("no VERSION file", |goroot| fs::remove_file(goroot.join("VERSION")).unwrap()),
    ("a folder in place of the go command", |goroot| {
        fs::remove_file(goroot.join("bin/go")).unwrap();
        fs::create_dir(goroot.join("bin/go")).unwrap();
    }),
    ("a file in place of the tree", |goroot| {
        fs::remove_dir_all(goroot).unwrap();
        fs::write(goroot, "").unwrap();
    }),
];

fn goroot(world: &World, version: &str) -> PathBuf {
    world.sandbox.goroot(&FakeToolchain::here(version).name())
}

fn go(world: &World, version: &str) -> String {
    goroot(world, version).join("bin/go").display().to_string()
}

fn damaged(damage: Damage) -> World {
    let world = World::with(&["1.98.1", "1.98.2"]);
    damage(&goroot(&world, "1.98.2"));
    world
}

// K1.4
#[test]
fn a_broken_tree_is_not_installed_and_an_install_mends_it() {
    for (what, damage) in DAMAGES {
        let world = damaged(damage);
        let listed = world.gom(["list"]).run();
        assert!(
            listed.stdout.lines().any(|line| line.contains("1.98.2") && line.contains("broken")),
            "{what}\n{listed}"
        );
        // What asks for the line gets the whole one, and what asks for this very one hears that it is missing.
        assert_eq!(world.gom(["which", "1.98"]).run().stdout.trim_end(), go(&world, "1.98.1"), "{what}");
        assert_eq!(world.gom(["which", "1.98.2"]).run().code, Some(3), "{what}");
        world.sandbox.write(".go-version", "1.98.2\n");
        let shim = world.sandbox.shim("go", ["version"]).run();
        assert_eq!(shim.code, Some(127), "{what}\n{shim}");
        assert!(shim.stderr.contains("gom install 1.98.2"), "{what}\n{shim}");

        world.done(["install", "1.98.2"]);
        let shim = world.sandbox.shim("go", ["version"]).run();
        assert!(shim.stdout.starts_with("go version go1.98.2 "), "{what}\n{shim}");
        assert!(!world.gom(["list"]).run().stdout.contains("broken"), "{what}");
        world.assert_clean();
    }
}

// K1.4
#[test]
fn ci_setup_mends_a_broken_tree() {
    for (what, damage) in DAMAGES {
        for restored in [false, true] {
            let world = damaged(damage);
            let flags: &[&str] = if restored { &["--restored"] } else { &[] };
            let output = world.gom(["ci", "setup", "1.98.2"].iter().chain(flags)).run();
            assert_eq!(output.code, Some(0), "{what}, restored: {restored}\n{output}");
            assert_eq!(
                world.gom(["which", "1.98.2"]).run().stdout.trim_end(),
                go(&world, "1.98.2"),
                "{what}"
            );
        }
    }
}

// K1.4
#[test]
fn a_broken_tree_can_be_removed() {
    for (what, damage) in DAMAGES {
        let world = damaged(damage);
        world.done(["uninstall", "1.98.2"]);
        assert_eq!(world.installed(), ["go1.98.1.[PLATFORM]"], "{what}");
        world.assert_clean();
    }
}

#[test]
fn a_list_with_a_broken_tree() {
    let world = damaged(DAMAGES[0].1);
    let list = world.done(["list"]).stdout;
    let rows: Vec<Vec<&str>> = list.lines().map(|line| line.split_whitespace().collect()).collect();
    let marks = |row: &[&str]| (row.contains(&"*"), row.contains(&"broken"));
    let row = |version: &str| rows.iter().find(|row| row[..2].contains(&version)).unwrap();
    assert_eq!(marks(row("1.98.2")), (false, true), "{list}");
    assert_eq!(marks(row("1.98.1")), (true, false), "{list}");
}
