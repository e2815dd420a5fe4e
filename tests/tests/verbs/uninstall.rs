//! `gom uninstall`: what it removes, what it asks about first, and the links that follow.

use gom_tests::{FOREIGN, FakeToolchain, World};
use insta::assert_snapshot;

fn links(world: &World, folder: &str) -> Vec<String> {
    world.tree(world.store().join(folder)).iter().map(|link| world.redact(link)).collect()
}

#[test]
fn one_match_is_removed() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    assert_snapshot!(world.say(["uninstall", "1.98.1"]), @"
    exit: 0
    --- stdout
    --- stderr
    removed go1.98.1.[PLATFORM]
    ");
    assert_eq!(world.installed(), ["go1.99.2.[PLATFORM]"]);
    assert_eq!(links(&world, "receipts"), ["go1.99.2.[PLATFORM].files.gz", "go1.99.2.[PLATFORM].json"]);
    world.assert_clean();
}

#[test]
fn a_dry_run_lists_what_would_be_removed_and_removes_nothing() {
    let world = World::with(&["1.98.0", "1.98.1", "1.99.2"]);
    world.done(["use", "1.98.1"]);
    world.write(".go-version", "1.98.1\n");
    let before = world.tree(world.store());
    assert_snapshot!(world.say(["uninstall", "1.98", "--all", "--dry-run"]), @"
    exit: 0
    --- stdout
    would remove go1.98.1.[PLATFORM], which is the default and pinned here
    would remove go1.98.0.[PLATFORM]
    --- stderr
    ");
    let json = world.done(["uninstall", "1.99.2", "--dry-run", "--json"]).json();
    assert_eq!((&json["dry_run"], json["removed"].as_array().unwrap().len()), (&true.into(), 1));
    assert_eq!(world.tree(world.store()), before);
    // What the real one refuses, it refuses.
    assert_eq!(world.gom(["uninstall", "1.98", "--dry-run"]).run().code, Some(2));
    assert_eq!(world.gom(["uninstall", "1.97", "--dry-run"]).run().code, Some(3));
}

#[test]
fn what_is_not_installed_is_said() {
    let world = World::with(&["1.98.1"]);
    assert_snapshot!(world.say(["uninstall", "1.98.3"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: Go 1.98.3 is not installed
    hint: run `gom list` to see what is installed
    ");
    assert_eq!(world.installed(), ["go1.98.1.[PLATFORM]"]);
}

/// A killed `gom uninstall A B` that removed A must remove B when it runs again.
#[test]
fn what_is_not_installed_does_not_keep_the_others() {
    let world = World::with(&["1.98.0", "1.98.1", "1.99.2"]);
    assert_snapshot!(world.say(["uninstall", "1.98.3", "1.98.1", "1.97", "--dry-run"]), @"
    exit: 3
    --- stdout
    would remove go1.98.1.[PLATFORM]
    --- stderr
    error: Go 1.98.3 is not installed
    hint: run `gom list` to see what is installed
    error: Go 1.97 is not installed
    hint: run `gom list` to see what is installed
    ");
    assert_eq!(world.installed().len(), 3);
    assert_snapshot!(world.say(["uninstall", "1.98.3", "1.98.1", "1.97"]), @"
    exit: 3
    --- stdout
    --- stderr
    removed go1.98.1.[PLATFORM]
    error: Go 1.98.3 is not installed
    hint: run `gom list` to see what is installed
    error: Go 1.97 is not installed
    hint: run `gom list` to see what is installed
    ");
    assert_eq!(world.installed(), ["go1.98.0.[PLATFORM]", "go1.99.2.[PLATFORM]"]);
    let output = world.gom(["uninstall", "1.98.0", "1.98.1", "--json"]).run();
    assert_eq!(output.code, Some(3));
    let json = output.json();
    assert_eq!(json["removed"].as_array().unwrap().len(), 1, "{json}");
    assert_eq!(json["error"]["message"], "Go 1.98.1 is not installed");
    world.assert_clean();
}

/// A request that says too little removes nothing.
#[test]
fn nothing_is_removed_when_one_of_several_specs_means_several() {
    let world = World::with(&["1.98.0", "1.98.1", "1.99.2"]);
    assert_eq!(world.gom(["uninstall", "1.99.2", "1.98"]).run().code, Some(2));
    assert_eq!(world.gom(["uninstall", "1.99.2", "system"]).run().code, Some(2));
    assert_eq!(world.installed().len(), 3);
}

#[test]
fn several_matches_are_listed_and_stay() {
    let world = World::with(&["1.98.0", "1.98.1", "1.99.2"]);
    assert_snapshot!(world.say(["uninstall", "1.98"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: `1.98` matches 2 installed toolchains:
      go1.98.1.[PLATFORM]
      go1.98.0.[PLATFORM]
    hint: run `gom uninstall 1.98 --all`, or name one of them
    ");
    assert_eq!(world.installed().len(), 3);
}

#[test]
fn all_removes_every_match() {
    let world = World::with(&["1.98.0", "1.98.1", "1.99.2"]);
    assert_snapshot!(world.say(["uninstall", "1.98", "--all"]), @"
    exit: 0
    --- stdout
    --- stderr
    removed go1.98.1.[PLATFORM]
    removed go1.98.0.[PLATFORM]
    ");
    assert_eq!(world.installed(), ["go1.99.2.[PLATFORM]"]);
}

#[test]
fn the_default_needs_yes() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    assert_snapshot!(world.say(["uninstall", "1.98.1"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: go1.98.1.[PLATFORM] is the default ([HOME]/.gom/default:1)
    hint: run `gom uninstall 1.98.1 --yes`
    ");
    assert_eq!(world.installed(), ["go1.98.1.[PLATFORM]"]);
    world.done(["uninstall", "1.98.1", "--yes"]);
    assert!(world.installed().is_empty());
}

#[test]
fn what_is_named_or_used_twice_is_asked_about_once() {
    let world = World::with(&["1.98.0", "1.98.1"]);
    world.done(["use", "1.98.1"]);
    world.write(".go-version", "1.98.1\n");
    assert_snapshot!(world.say(["uninstall", "1.98.1", "1.98.1", "1.98.0"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: go1.98.1.[PLATFORM] is the default ([HOME]/.gom/default:1) and pinned here ([WORK]/.go-version:1)
    hint: run `gom uninstall 1.98.1 1.98.0 --yes`
    ");
    world.done(["uninstall", "1.98.1", "go1.98.1", "--yes"]);
    assert_eq!(world.installed(), ["go1.98.0.[PLATFORM]"]);
}

#[test]
fn the_pin_of_this_folder_needs_yes() {
    let world = World::with(&["1.98.1"]);
    world.write(".tool-versions", "nodejs 20\ngolang 1.98.1\n");
    assert_snapshot!(world.say(["uninstall", "1.98.1"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: go1.98.1.[PLATFORM] is pinned here ([WORK]/.tool-versions:2)
    hint: run `gom uninstall 1.98.1 --yes`
    ");
    assert_eq!(world.installed(), ["go1.98.1.[PLATFORM]"]);
    world.done(["uninstall", "-y", "1.98.1"]);
    assert!(world.installed().is_empty());
}

#[test]
fn the_newest_patch_of_a_pinned_line_needs_yes_and_the_others_do_not() {
    let world = World::with(&["1.98.0", "1.98.1"]);
    world.write(".go-version", "1.98\n");
    world.done(["uninstall", "1.98.0"]);
    assert_eq!(world.gom(["uninstall", "1.98.1"]).run().code, Some(2));
}

#[test]
fn all_asks_too_before_anything_is_removed() {
    let world = World::with(&["1.98.0", "1.98.1"]);
    world.done(["use", "1.98.0"]);
    assert_eq!(world.gom(["uninstall", "1.98", "--all"]).run().code, Some(2));
    assert_eq!(world.installed().len(), 2);
}

#[test]
fn with_json_nobody_is_asked() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    let output = world.gom(["uninstall", "1.98.1", "--json"]).run();
    assert_eq!((output.code, output.stderr.as_str()), (Some(2), ""));
    assert_snapshot!(world.redact(&output.stdout), @r#"
    {
      "error": {
        "code": 2,
        "hint": "run `gom uninstall 1.98.1 --yes`",
        "kind": "usage",
        "message": "go1.98.1.[PLATFORM] is the default ([HOME]/.gom/default:1)",
        "value": "go1.98.1.[PLATFORM]"
      },
      "schema": 1
    }
    "#);
}

#[test]
fn system_is_not_goms_to_remove() {
    let world = World::with(&["1.98.1"]);
    assert_snapshot!(world.say(["uninstall", "system"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: `system` is a Go that gom does not manage, so gom does not remove it
    hint: run `gom list` to see what gom installed
    ");
}

#[test]
fn a_foreign_toolchain_is_removed_by_its_full_name() {
    let world = World::with(&["1.98.1"]);
    world.publish(&FakeToolchain::new("1.98.1", FOREIGN));
    world.done(["install", "go1.98.1.windows-arm64"]);
    world.done(["uninstall", "1.98.1.windows-arm64"]);
    assert_eq!(world.installed(), ["go1.98.1.[PLATFORM]"]);
}

#[test]
fn offline_makes_no_difference() {
    let world = World::with(&["1.98.1"]);
    world.internet.forget_requests();
    world.done(["uninstall", "1.98.1", "--offline"]);
    assert!(world.installed().is_empty() && world.internet.requests().is_empty());
}

#[test]
fn links_follow_what_is_installed() {
    let world = World::publishing(&["1.98.1", "1.98.3", "1.99.2"]);
    let always = ["go -> gom-shim", "gofmt -> gom-shim", "gom", "gom-shim"];
    assert_eq!(links(&world, "bin"), always);
    world.done(["install", "1.98.1", "1.98.3", "1.99.2"]);
    let mut all = always.to_vec();
    all.splice(1..1, ["go1.98.1 -> gom-shim", "go1.98.3 -> gom-shim", "go1.99.2 -> gom-shim"]);
    assert_eq!(sorted(links(&world, "bin")), sorted(all.iter().map(ToString::to_string).collect()));
    assert_eq!(
        links(&world, "lines"),
        ["1.98 -> ../toolchains/go1.98.3.[PLATFORM]", "1.99 -> ../toolchains/go1.99.2.[PLATFORM]"]
    );
    world.done(["uninstall", "1.98.3"]);
    assert_eq!(
        links(&world, "lines"),
        ["1.98 -> ../toolchains/go1.98.1.[PLATFORM]", "1.99 -> ../toolchains/go1.99.2.[PLATFORM]"]
    );
    assert!(!world.store().join("bin/go1.98.3").is_symlink());
    world.done(["uninstall", "1.98", "1.99", "--yes"]);
    assert_eq!(sorted(links(&world, "bin")), always);
    assert_eq!(links(&world, "lines"), ["/"]);
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}
