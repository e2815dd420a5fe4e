//! The toolchains that come with a runner: proven, then used in place; refused if anybody edited them.

use crate::world::{CiJob, NEW, OLD, toolchain, with_tool};
use gom_tests::World;
use insta::assert_snapshot;
use std::fs;

#[test]
fn a_runners_toolchain_is_proven_and_used_in_place() {
    let mut world = World::github();
    let goroot = with_tool(&mut world, &toolchain(OLD));
    let object = world.setup_json(&["1.98"]);
    let used = &object["toolchains"][0];
    assert_eq!((&used["source"], &used["downloaded"]), (&"tool-cache".into(), &0.into()));
    assert_eq!(used["proof"], "proven by sum.test");
    assert_eq!(used["goroot"], goroot.to_str().unwrap());
    assert_eq!(used["cache"]["save"], false);
    assert_eq!(world.fetched(), 0);
    assert_eq!(world.tree(world.store().join("toolchains")), ["/"]);
    let said = world.step_says("go version; command -v go");
    assert!(said.contains("go1.98.1") && said.contains("[HOME]/tools/go/1.98.1/"), "{said}");
    // Nothing needs to be restored for it.
    let keys =
        world.gom(["ci", "cache", "key", "toolchains", "build", "--go", "1.98", "--json"]).run().json();
    assert_eq!(keys["caches"][0]["needed"], false);
    assert!(keys["caches"][1]["key"].as_str().unwrap().contains("-go1.98.1-"));
}

#[test]
fn an_edited_tree_is_refused_with_its_files() {
    let mut world = World::github();
    let goroot = with_tool(&mut world, &toolchain(OLD));
    fs::write(goroot.join("src/fmt/print.go"), "package fmt // edited\n").unwrap();
    fs::write(goroot.join("src/fmt/zz.go"), "package fmt\n").unwrap();
    let output = world.setup(&[OLD]);
    let said = world.redact(&output.stderr).replace(&world.redact(&goroot.display().to_string()), "[TOOL]");
    assert_snapshot!(said, @"
    downloading go1.98.1.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.1.[PLATFORM].zip
    warning: not used: `[TOOL]`: changed: 2 files are not as published: src/fmt/print.go, src/fmt/zz.go
    go1.98.1.[PLATFORM] from download, proven by sum.test; [TIME]
    ");
    assert!(world.step_says("command -v go").contains("/.gom/toolchains/"));
    assert_eq!(world.fetched(), 1);
    assert!(world.runner_file("STEP_SUMMARY").contains("src/fmt/zz.go"));
}

#[test]
fn an_edited_go_env_is_no_published_tree() {
    let mut world = World::github();
    let goroot = with_tool(&mut world, &toolchain(OLD));
    fs::write(goroot.join("go.env"), "GOSUMDB=off\n").unwrap();
    world.write("go.mod", "module m\n\ngo 1.97\n");
    let output = world.setup(&[OLD, "--json"]);
    assert_eq!(output.stderr.matches("warning: ").count(), 1, "{output}");
    let object = output.json();
    assert_eq!(object["toolchains"][0]["source"], "download");
    assert!(object["warnings"][0].as_str().unwrap().contains("go.env"), "{object}");
}

#[test]
fn what_nobody_can_prove_is_not_used() {
    let mut world = World::github();
    with_tool(&mut world, &toolchain(OLD));
    let output = world.without_log(["ci", "setup", OLD]).run();
    assert_eq!(output.code, Some(4), "{output}");
    assert!(output.stderr.contains("can't be proven"), "{output}");
    assert_eq!(world.runner_file("PATH"), "");
}

#[test]
fn the_store_comes_first_and_an_unfinished_tool_does_not_count() {
    let mut world = World::github();
    let goroot = with_tool(&mut world, &toolchain(OLD));
    world.setup(&[OLD]);
    let arch = goroot.file_name().unwrap().to_str().unwrap().to_owned();
    fs::remove_file(goroot.with_file_name(format!("{arch}.complete"))).unwrap();
    assert_eq!(world.setup_json(&["1.98"])["toolchains"][0]["version"], NEW);
    with_tool(&mut world, &toolchain(OLD));
    world.setup(&["1.98"]);
    let object = world.setup_json(&[NEW]);
    assert_eq!(object["toolchains"][0]["source"], "store");
}
