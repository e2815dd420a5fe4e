//! Which toolchain a job asks for: arguments in the forms of workflows, version files, go.mod.

use crate::world::{BEFORE, CiJob, NEW, OLD};
use gom_tests::World;
use insta::assert_snapshot;

/// What was selected, and what asked for it.
fn selected(world: &World, arguments: &[&str]) -> (String, String) {
    let object = world.setup_json(arguments);
    let toolchain = &object["toolchains"][0];
    let text = |name: &str| toolchain[name].as_str().unwrap().to_owned();
    (text("version"), world.redact(&text("asked_by")))
}

fn version(world: &World, arguments: &[&str]) -> String {
    selected(world, arguments).0
}

#[test]
fn the_forms_of_workflows_are_understood() {
    let world = World::published();
    for (spec, expected) in [
        ("1.98.1", OLD),
        ("go1.98.1", OLD),
        ("~1.98.0 <1.98.2", OLD),
        ("1.97", BEFORE),
        ("1.97.x", BEFORE),
        ("oldstable", BEFORE),
        ("stable", NEW),
        ("latest", NEW),
        ("*", NEW),
    ] {
        assert_eq!(version(&world, &[spec]), expected, "{spec}");
    }
}

#[test]
fn one_that_is_near_will_do_unless_the_newest_is_asked_for() {
    let world = World::published();
    world.setup(&[OLD]);
    assert_eq!(version(&world, &["1.98"]), OLD);
    assert_eq!(version(&world, &["1.98", "--check-latest"]), NEW);
    assert_eq!(version(&world, &["1.98"]), NEW);
}

#[test]
fn a_number_that_yaml_cut_is_explained() {
    let world = World::published();
    assert_snapshot!(world.gom(["ci", "setup", "1.2"]).run().snapshot(&world), @"
    exit: 2
    --- stdout
    (exit 2)
    --- stderr
    error: YAML reads 1.20 without quotes as `1.2`
    hint: write `go-version: '1.20'` with quotes; for Go 1.2 itself, name a patch such as 1.2.1
    ");
}

#[test]
fn version_files_come_before_go_mod() {
    let world = World::published();
    world.write("go.mod", "module m\n\ngo 1.98.1\n");
    assert_eq!(selected(&world, &[]), (OLD.to_owned(), "[WORK]/go.mod:3".to_owned()));
    world.write(".tool-versions", "node 20\ngolang 1.97.5\n");
    assert_eq!(selected(&world, &[]), (BEFORE.to_owned(), "[WORK]/.tool-versions:2".to_owned()));
    world.write(".go-version", "1.98.2\n");
    assert_eq!(selected(&world, &[]), (NEW.to_owned(), "[WORK]/.go-version:1".to_owned()));
    assert_eq!(selected(&world, &[""]).0, NEW);
    assert_eq!(selected(&world, &[OLD]), (OLD.to_owned(), "argument".to_owned()));
}

#[test]
fn go_mod_gives_its_toolchain_its_exact_line_or_the_newest_patch() {
    let world = World::published();
    for (lines, expected) in [
        ("go 1.97\ntoolchain go1.98.1\n", OLD),
        ("go 1.98.1\n", OLD),
        ("go 1.98.1\ntoolchain default\n", OLD),
        ("go 1.97\n", BEFORE),
    ] {
        world.write("go.mod", format!("module m\n{lines}"));
        assert_eq!(version(&world, &[]), expected, "{lines}");
        // A toolchain of an earlier step says nothing about this one.
        let output = world.gom(["ci", "setup", "--json"]).env("GOTOOLCHAIN", "local").run();
        assert_eq!(output.json()["toolchains"][0]["version"], expected, "{lines}");
    }
}

#[test]
fn a_named_file_is_read_wherever_it_lies() {
    let world = World::published();
    world.write(".go-version", "1.98.2\n");
    world.write("sub/go.mod", "module m\n\ngo 1.98.1\n");
    world.write("sub/go.work", "go 1.97.5\n");
    world.write("sub/.tool-versions", "golang\t1.97.5 1.98.1\n");
    world.write("sub/version.txt", "go1.98.1\n");
    for (file, expected) in [
        ("sub/go.mod", OLD),
        ("sub/go.work", BEFORE),
        ("sub/.tool-versions", BEFORE),
        ("sub/version.txt", OLD),
        ("", NEW),
    ] {
        assert_eq!(version(&world, &["--version-file", file]), expected, "{file}");
    }
    world.write("sub/.tool-versions", "node 20\n");
    assert_snapshot!(world.gom(["ci", "setup", "--version-file", "sub/.tool-versions"]).run().snapshot(&world), @"
    exit: 2
    --- stdout
    (exit 2)
    --- stderr
    error: [WORK]/sub/.tool-versions: it has no golang line
    hint: correct [WORK]/sub/.tool-versions, or name the version: `gom ci setup 1.22`
    ");
    let missing = world.gom(["ci", "setup", "--version-file", "nowhere/go.mod"]).run();
    assert!(missing.code != Some(0) && missing.stderr.contains("nowhere/go.mod"), "{missing}");
}

#[test]
fn the_first_of_a_list_that_is_near_is_taken() {
    let world = World::published();
    world.write(".go-version", "1.98.2 1.97.5\n");
    assert_eq!(version(&world, &[]), NEW);
    let world = World::published();
    world.setup(&[BEFORE]);
    world.write(".go-version", "system 1.98.2 1.97.5\n");
    assert_eq!(version(&world, &[]), BEFORE);
}

#[test]
fn gom_toolchain_of_the_workflow_is_a_choice_by_hand() {
    let mut world = World::published();
    world.write(".go-version", "1.98.2\n");
    world.set("GOM_TOOLCHAIN", OLD);
    let object = world.setup_json(&["--toolchain", "auto"]);
    assert_eq!((&object["toolchains"][0]["version"], &object["policy"]), (&OLD.into(), &"local".into()));
}

#[test]
fn what_can_not_be_had_is_said_with_a_way_on() {
    let world = World::published();
    for (arguments, code) in [
        (&["ci", "setup", "1.98.77"][..], 3),
        (&["ci", "setup", "tip"], 2),
        (&["ci", "setup"], 2),
        (&["ci", "setup", OLD, "--os", "plan9", "--arch", "386"], 2),
        (&["ci", "setup", OLD, "--toolchain", "never"], 2),
        (&["ci", "setup", "system"], 2),
    ] {
        let output = world.gom(arguments).run();
        assert_eq!(output.code, Some(code), "{output}");
        assert!(output.stderr.contains("hint: ") || output.stderr.contains("--help"), "{output}");
        let object = world.gom(arguments.iter().chain(&["--json"])).run().json();
        assert_eq!(object["error"]["code"], code, "{object}");
    }
}
