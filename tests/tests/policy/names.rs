//! No way to name a toolchain leads past the policy by mistake.

use crate::world::{MINIMUM, Machine, NEW, OLD, OTHER};
use gom_tests::World;
use insta::assert_snapshot;
use std::fs;

/// 1.98.1, which is refused, and 1.98.3, the default, are installed.
fn machine() -> Option<World> {
    let world = World::machine_with(MINIMUM, &[OLD, NEW])?;
    world.done(["use", NEW]);
    Some(world)
}

#[test]
fn a_refusal_says_what_where_and_what_to_run() {
    let Some(world) = machine() else { return };
    world.done(["use", OLD]);
    assert_snapshot!(world.shown(world.go_there(["version"])), @r"
    exit: 7
    --- stdout
    --- stderr
    error: go1.98.1.[PLATFORM] is refused by this machine's policy: Go 1.98 must be 1.98.2 or newer (/etc/gom/policy.toml:2: minimum)
    hint: run `gom use 1.98.3`
    ");
    // Without gom, the shim knows the same.
    let alone = world.without_gom(|| world.shown(world.go_there(["version"])));
    assert_snapshot!(alone, @r"
    exit: 7
    --- stdout
    --- stderr
    error: go1.98.1.[PLATFORM] is refused by this machine's policy: Go 1.98 must be 1.98.2 or newer (/etc/gom/policy.toml:2: minimum)
    hint: run `gom local 1.98.3`
    ");
}

#[test]
fn every_name_of_a_refused_toolchain_is_refused() {
    let Some(world) = machine() else { return };
    world.go_there(["version"]).done();
    world.refused_at(2, "minimum", world.linked_there("go1.98.1", ["version"]));
    world.refused_at(2, "minimum", world.linked_there("go1.98.1", ["download"]));
    for words in [
        &["+1.98.1", "version"][..],
        &["+1.98.1+auto", "version"],
        &["+go1.98.1", "env"],
        &["+=1.98.1", "version"],
    ] {
        world.refused_at(2, "minimum", world.go_there(words));
    }
    for (name, value) in [
        ("GOM_TOOLCHAIN", "1.98.1"),
        ("GOTOOLCHAIN", "go1.98.1"),
        ("GOTOOLCHAIN", "go1.98.1+path"),
        ("GOTOOLCHAIN_INTERNAL_SWITCH_VERSION", "go1.98.1"),
    ] {
        world.refused_at(2, "minimum", world.go_there(["version"]).env(name, value));
    }
    world.write("pinned/.go-version", "1.98.1\n");
    world.write("tool/.tool-versions", "golang 1.98.1\n");
    for folder in ["pinned", "tool"] {
        let there = world.work().join(folder);
        world.refused_at(2, "minimum", world.go_there(["version"]).cwd(&there));
        world.refused_at(2, "minimum", world.linked_there("gofmt", ["-h"]).cwd(&there));
        world.refused_at(2, "minimum", world.go_there(["-C", folder, "version"]));
    }
    // Go's own rules ask for it, above an older default.
    world.publish(&gom_tests::FakeToolchain::here("1.97.5"));
    world.done(["install", "1.97.5"]);
    world.done(["use", "1.97.5"]);
    world.write("mod/go.mod", "module m\n\ngo 1.97.0\n\ntoolchain go1.98.1\n");
    let there = world.work().join("mod");
    let (message, hint) = world.refused(world.go_there(["version"]).cwd(&there));
    assert!(message.starts_with("go1.98.1."), "{message}");
    assert_eq!(hint, "run `gom local 1.98.3`");
}

#[test]
fn the_hint_ends_the_problem_wherever_the_version_is_named() {
    let Some(world) = machine() else { return };
    let version = || world.go_there(["version"]);
    world.done(["use", OLD]);
    world.follow(&world.refused(version()).1);
    version().done();
    world.write(".go-version", "1.98.1\n");
    world.follow(&world.refused(version()).1);
    version().done();
    fs::remove_file(world.work().join(".go-version")).unwrap();
    assert_eq!(
        world.refused(version().env("GOM_TOOLCHAIN", OLD)).1,
        "run `gom install 1.98.3 && export GOM_TOOLCHAIN=1.98.3`"
    );
    assert_eq!(
        world.refused(version().env("GOTOOLCHAIN", "go1.98.1")).1,
        "run `unset GOTOOLCHAIN`, then `gom use 1.98.3`"
    );
    world.write_home(".config/go/env", "GOTOOLCHAIN=go1.98.1\n");
    let (_, hint) = world.refused(version());
    assert_eq!(hint, "run `gom use 1.98.3 && gom exec 1.98.3 go env -u GOTOOLCHAIN`");
    fs::remove_file(world.home().join(".config/go/env")).unwrap();
    version().done();
}

/// A pin that is not installed: installing another release would change nothing.
#[test]
fn the_hint_ends_the_problem_where_the_refused_version_is_missing() {
    let Some(world) = World::machine_with(MINIMUM, &[NEW]) else { return };
    world.write(".go-version", "1.98.1\n");
    let version = || world.go_there(["version"]);
    let missing = version().run();
    assert_eq!((missing.code, missing.stderr.contains("hint: run `gom install 1.98.1`")), (Some(127), true));
    let (_, hint) = world.refused(world.gom_there(["install", "1.98.1"]));
    assert_eq!(
        (hint.as_str(), world.refused(world.gom_there(["install"])).1),
        ("run `gom local 1.98.3`", hint.clone())
    );
    world.follow(&hint);
    version().done();
}

#[test]
fn the_hint_of_exec_names_the_command_itself() {
    let Some(world) = World::machine_with(MINIMUM, &[OLD, OTHER]) else { return };
    let (_, hint) = world.refused(world.gom_there(["exec", OLD, "go", "version"]));
    assert_eq!(hint, "run `gom install 1.98.3`, and name that one in the same command");
}

/// None of these is meant for that, but people set them.
#[test]
fn no_variable_leads_past_the_policy() {
    let Some(world) = machine() else { return };
    world.done(["use", OLD]);
    let elsewhere = world.home().join("elsewhere").display().to_string();
    for (name, value) in [
        ("GOM_SHIM_GUARD", "1"),
        ("GOM_SHIM_GUARD", "9"),
        ("GOM_SHIM_GUARD", "1.9:1:gave-up"),
        ("GOM_AUTO_INSTALL", "never"),
        ("GOM_RECORD_USE", "never"),
        ("GOM_TRACE", "1"),
        ("GOM_OFFLINE", "1"),
        ("GOM_REQUIRE", "any"),
        ("GOM_CACHE_DIR", &elsewhere),
        ("XDG_CONFIG_HOME", &elsewhere),
        ("GOM_POLICY", "/dev/null"),
        ("GOM_POLICY_FILE", "/dev/null"),
        ("GOM_HOME", &world.store().display().to_string()),
        ("GOENV", "off"),
    ] {
        for run in [world.go_there(["version"]), world.gom_there(["exec", "go", "version"])] {
            let output = run.env(name, value).run();
            assert_eq!((output.code, output.stdout.as_str()), (Some(7), ""), "{name}={value}: {output}");
        }
    }
    // A store that is none has no verdict, and no gom that could make one; the gom next to the shim tells.
    let folder = world.other_program("other", "go");
    let path = format!("{}:{}", world.path(), folder.display());
    let run = world.go_there(["version"]).env("GOM_HOME", &elsewhere).env("PATH", path);
    world.refused_at(2, "minimum", run);
    // Invalid settings are no way around it either.
    fs::write(world.store().join("config.toml"), "offline = 3\n").unwrap();
    world.refused_at(2, "minimum", world.go_there(["version"]));
}
