//! What gom answers to a completion script: the values with their descriptions, in order, and nothing else: no
//! request, no file, no message.

use gom_tests::{Run, World};
use insta::assert_snapshot;
use std::fs;
use std::os::unix::fs::PermissionsExt;

fn ask<'a>(world: &World, words: impl IntoIterator<Item = &'a str>) -> Run {
    let arguments: Vec<&str> = ["--"].into_iter().chain(words).collect();
    world.gom(arguments).env("GOM_INTERNAL_COMPLETE", "last")
}

#[track_caller]
fn answer<'a>(world: &World, words: impl IntoIterator<Item = &'a str>) -> String {
    let output = ask(world, words).run();
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{output}");
    output.stdout
}

fn world() -> World {
    let world = World::with(&["1.98.1", "1.99.0", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    world.done(["uninstall", "1.99.0"]);
    world
}

#[test]
fn each_value_has_a_description() {
    let world = world();
    assert_snapshot!(answer(&world, ["uninstall", ""]), @r"
    values
    1.99.2	default, supported
    1.98.1	supported
    ");
    assert_snapshot!(answer(&world, ["install", "1.99"]), @r"
    values
    1.99	1.99.2, installed, supported
    1.99.2	installed, supported
    1.99.0	newer: 1.99.2
    ");
    assert_snapshot!(answer(&world, ["upgrade", "1."]), @r"
    values
    1.99.2	default, supported
    1.98.1	supported
    ");
    for verb in ["info", "compare"] {
        let offered = answer(&world, [verb, "1.99"]);
        assert_eq!(offered, answer(&world, ["install", "1.99"]), "{verb}");
    }
    assert_eq!(answer(&world, ["compare", "1.98", "1.99"]), answer(&world, ["install", "1.99"]));
    assert_snapshot!(answer(&world, ["use", "s"]), @r"
    values
    stable	1.99.2, as latest
    system	the next go on PATH that is not gom's
    ");
    assert_snapshot!(answer(&world, ["exec", "1.98.1", ""]), @"files");
    assert_snapshot!(answer(&world, ["doctor", "--facts", ""]), @"files");
    assert_snapshot!(answer(&world, ["list", "--re"]), @r"
    values
    --receipts	With --json, the whole receipt of each toolchain
    ");
    // Where there is nothing else, an empty word offers the options.
    assert!(answer(&world, ["list", ""]).contains("\n--receipts\t"));
    assert!(!answer(&world, ["use", ""]).contains("\n--"));
}

#[test]
fn a_file_that_asks_for_versions_is_offered_first() {
    let world = world();
    world.write(".tool-versions", "golang 1.97.5 1.98.1\n");
    let offered = answer(&world, ["install", ""]);
    let first: Vec<&str> = offered.lines().take(5).collect();
    assert_snapshot!(world.redact(&first.join("\n")), @r"
    values
    1.97.5	asked for by [WORK]/.tool-versions:1
    1.98.1	asked for by [WORK]/.tool-versions:1
    latest	1.99.2
    stable	1.99.2, as latest
    ");
}

#[test]
fn the_empty_word_may_be_announced() {
    let world = world();
    let announced = world.gom(["--", "uninstall"]).env("GOM_INTERNAL_COMPLETE", "empty").run();
    assert_eq!(announced.stdout, answer(&world, ["uninstall", ""]));
}

#[test]
fn an_answer_uses_no_network_and_writes_no_file() {
    let world = World::publishing(&["1.99.2"]);
    fs::remove_dir_all(world.home().join(".cache")).ok();
    for folder in ["toolchains", "receipts", "lines", "locks", "staging"] {
        fs::remove_dir_all(world.store().join(folder)).unwrap();
    }
    fs::remove_file(world.store().join("layout-version")).unwrap();
    let (before, asked) = (world.tree(world.home()), world.internet.requests().len());
    for words in [
        vec!["install", ""],
        vec!["use", "1.2"],
        vec!["uninstall", ""],
        vec!["exec", ""],
        vec!["x", ""],
        vec![],
    ] {
        answer(&world, words);
    }
    assert_eq!(world.tree(world.home()), before);
    assert_eq!(world.internet.requests().len(), asked);
}

/// Each of these is an error or a warning of a verb.
#[test]
fn what_is_broken_is_silent() {
    let world = world();
    world.write(".go-version", "no version\n");
    fs::write(world.store().join("default"), [0xff, 0xfe]).unwrap();
    fs::write(world.store().join("config.toml"), "offline = \"perhaps\"\n").unwrap();
    let cache = world.home().join(".cache/gom/index");
    fs::create_dir_all(&cache).unwrap();
    fs::write(cache.join("go.dev.json"), "<html>").unwrap();
    assert!(answer(&world, ["install", "1.2"]).contains("\n1.27\t"));
    assert!(answer(&world, ["uninstall", ""]).contains("\n1.98.1\t"));

    fs::write(world.store().join("layout-version"), "99\n").unwrap();
    assert_eq!(answer(&world, ["uninstall", ""]), "values\n");
    fs::remove_dir_all(world.store().join("toolchains")).unwrap();
    fs::write(world.store().join("toolchains"), "").unwrap();
    assert_eq!(answer(&world, ["uninstall", ""]), "values\n");
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o000)).unwrap();
    assert!(answer(&world, ["install", "1.2"]).contains("\n1.27\t"));
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o755)).unwrap();
    let homeless = ask(&world, ["install", ""]).env("HOME", "").env("GOM_HOME", "relative").run();
    assert_eq!((homeless.code, homeless.stderr.as_str()), (Some(0), ""), "{homeless}");
}

#[test]
fn the_variable_means_nothing_if_it_is_empty() {
    let world = World::publishing(&[]);
    assert!(world.gom(["--version"]).env("GOM_INTERNAL_COMPLETE", "").run().stdout.starts_with("gom "));
}

#[test]
fn every_shell_has_a_script() {
    let world = World::publishing(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "pwsh", "nushell", "nu", "elvish"] {
        let script = world.done(["completions", shell]).stdout;
        assert!(script.contains("GOM_INTERNAL_COMPLETE"), "{shell}: {script}");
    }
}
