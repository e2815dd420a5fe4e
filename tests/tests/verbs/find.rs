//! `gom find`: what another program learns about an installed Go, without the network.

use gom_tests::{FOREIGN, FakeToolchain, World};
use insta::assert_snapshot;

/// A tree that gom did not install, of Go 1.97.7, in `~/sdk`.
fn sdk(world: &World) -> String {
    let bin = world.other_program("sdk/bin", "go");
    world.write_home("sdk/VERSION", "go1.97.7\n");
    bin.parent().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn the_newest_installed_match_is_found_with_its_proof() {
    let world = World::with(&["1.98.1", "1.98.2", "1.99.0"]);
    let mut found = world.done(["find", "1.98", "--json"]).json();
    let fields = found.as_object_mut().unwrap();
    let platform = ["os", "arch"].map(|name| fields.remove(name).unwrap().as_str().unwrap().to_owned());
    assert_eq!(format!("go1.98.2.{}", platform.join("-")), FakeToolchain::here("1.98.2").name());
    assert_snapshot!(world.redact(&format!("{found:#}")), @r#"
    {
      "asked": "1.98",
      "file": null,
      "go": "[HOME]/.gom/toolchains/go1.98.2.[PLATFORM]/bin/go",
      "goroot": "[HOME]/.gom/toolchains/go1.98.2.[PLATFORM]",
      "kind": "installed",
      "line": null,
      "missing": null,
      "name": null,
      "origin": "the command line",
      "proof": "proven",
      "refused": null,
      "runs_here": true,
      "schema": 1,
      "toolchain": "go1.98.2.[PLATFORM]",
      "version": "1.98.2"
    }
    "#);
    for (spec, version) in [("latest", "1.99.0"), (">=1.98, <1.98.2", "1.98.1"), ("go1.98.1", "1.98.1")] {
        assert_eq!(world.done(["find", spec, "--json"]).json()["version"], version, "{spec}");
    }
    let go = world.done(["find", "1.98.1"]).stdout;
    assert_eq!(world.redact(&go), "[HOME]/.gom/toolchains/go1.98.1.[PLATFORM]/bin/go\n");
}

#[test]
fn what_is_not_installed_ends_with_3_and_the_command_that_installs_it() {
    let world = World::with(&["1.98.1"]);
    assert_snapshot!(world.say(["find", "1.97"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: Go 1.97 is not installed
    hint: run `gom install 1.97`, or `gom list` to see what is installed
    ");
    world.write(".go-version", "1.97.5\n");
    assert_snapshot!(world.say(["find", "--json"]), @r#"
    exit: 3
    --- stdout
    {
      "error": {
        "code": 3,
        "hint": "run `gom install 1.97.5`",
        "kind": "not-found",
        "message": "Go 1.97.5 is not installed (set by [WORK]/.go-version:1)",
        "value": "1.97.5"
      },
      "schema": 1
    }
    --- stderr
    "#);
    assert_eq!(World::publishing(&[]).gom(["find"]).run().code, Some(3));
}

/// The hint is a command that ends the problem.
#[test]
fn the_hint_makes_it_found() {
    let world = World::publishing(&["1.98.1"]);
    let error = world.gom(["find", "1.98", "--json"]).run().json();
    let hint = error["error"]["hint"].as_str().unwrap().to_owned();
    let command = hint.split('`').nth(1).unwrap();
    world.done(command.split(' ').skip(1));
    assert_eq!(world.done(["find", "1.98", "--json"]).json()["version"], "1.98.1");
}

#[test]
fn without_a_spec_the_go_of_this_folder_is_found_and_what_decided_it() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    world.write(".go-version", "1.98\n");
    let found = world.done(["find", "--json"]).json();
    assert_eq!((&found["version"], &found["asked"]), (&"1.98.1".into(), &"1.98".into()));
    assert_eq!(found["file"], world.work().join(".go-version").to_str().unwrap());
    assert_eq!((&found["line"], &found["missing"]), (&1.into(), &serde_json::Value::Null));
    world.write("go.mod", "module example.test/app\n\ngo 1.98.7\n");
    assert_eq!(world.done(["find", "--json"]).json()["missing"], "1.98.7");
    let output = world.gom(["find", "--json"]).env("GOTOOLCHAIN", "latest").done();
    let place = "GOTOOLCHAIN=latest (environment)";
    assert_eq!(output.json()["refused"]["place"], place, "{output}");
    assert!(output.stderr.contains("no go command works here"), "{output}");
}

#[test]
fn a_go_that_is_not_goms_is_found_and_not_called_proven() {
    let mut world = World::with(&["1.98.1"]);
    let tree = sdk(&world);
    world.done(["link", "mine", &tree]);
    let linked = world.done(["find", "mine", "--json"]).json();
    assert_eq!((&linked["kind"], &linked["name"]), (&"linked".into(), &"mine".into()));
    assert_eq!((&linked["version"], &linked["proof"]), (&"1.97.7".into(), &"unproven".into()));
    assert_eq!((&linked["goroot"], &linked["toolchain"]), (&tree.as_str().into(), &serde_json::Value::Null));
    assert_eq!(world.gom(["find", "system"]).run().code, Some(3));
    let path = format!("{}:{tree}/bin", world.path());
    world.set("PATH", path);
    let system = world.done(["find", "system", "--json"]).json();
    assert_eq!((&system["kind"], &system["goroot"]), (&"system".into(), &tree.as_str().into()));
    assert_eq!((&system["version"], &system["proof"]), (&"1.97.7".into(), &"unproven".into()));
    std::fs::remove_dir_all(world.home().join("sdk")).unwrap();
    assert_eq!(world.gom(["find", "mine"]).run().code, Some(3));
}

#[test]
fn a_toolchain_of_another_platform_is_found_and_does_not_run_here() {
    let world = World::publishing(&["1.98.1"]);
    world.publish(&FakeToolchain::new("1.98.1", FOREIGN));
    world.done(["install", "1.98.1.windows-arm64"]);
    let found = world.done(["find", "1.98", "--os", "windows", "--arch", "arm64", "--json"]).json();
    assert_eq!((&found["os"], &found["arch"]), (&"windows".into(), &"arm64".into()));
    assert_eq!(found["runs_here"], false);
    assert!(found["go"].as_str().unwrap().ends_with("/bin/go.exe"), "{found}");
    assert_eq!(world.gom(["find", "1.98"]).run().code, Some(3));
    assert_eq!(world.gom(["find", "--os", "windows"]).run().code, Some(2));
}

#[test]
fn a_toolchain_without_its_go_command_is_not_found() {
    let world = World::with(&["1.98.1", "1.98.2"]);
    let broken = world.goroot(&FakeToolchain::here("1.98.2").name());
    std::fs::remove_file(broken.join("bin/go")).unwrap();
    assert_eq!(world.done(["find", "1.98", "--json"]).json()["version"], "1.98.1");
    assert_eq!(world.gom(["find", "1.98.2"]).run().code, Some(3));
}

#[test]
fn nothing_asks_the_network_and_nothing_is_written() {
    let world = World::with(&["1.98.1"]);
    world.forget_lists();
    world.internet.forget_requests();
    let before = gom_tests::contents(&world.store());
    for arguments in
        [&["find", "1.98"][..], &["find", "latest"], &["find", "1.97"], &["find"], &["find", "--json"]]
    {
        world.gom(arguments).run();
    }
    assert_eq!(world.internet.requests().len(), 0);
    assert_eq!(gom_tests::contents(&world.store()), before);
}
