//! What outranks a choice is said at the moment of the choice, with what ends it (K3), and the first Go that
//! a person installs is the one that runs.

use gom_tests::{FakeToolchain, Run, World};
use insta::assert_snapshot;

/// A store with a default, and a file of `go env -w` with this line.
fn world_with_go_env(line: &str) -> World {
    let mut world = World::with(&["1.97.3", "1.98.1"]);
    world.write("go-env", format!("{line}\n"));
    let file = world.work().join("go-env");
    world.set("GOENV", file);
    world.done(["use", "1.97.3", "--quiet"]);
    world
}

fn said(run: Run) -> String {
    let output = run.run();
    assert_eq!(output.code, Some(0), "{output}");
    output.stderr
}

// K3.1
#[test]
fn a_gotoolchain_above_the_choice_is_said_in_every_form() {
    for value in ["go1.98.1", "go1.98.1+auto", "go1.98.1+path"] {
        let world = world_with_go_env(&format!("GOTOOLCHAIN={value}"));
        for verb in ["use", "local"] {
            let by_file = said(world.gom([verb, "1.97.3"]));
            assert!(
                by_file.contains(&format!("warning: not in effect here: GOTOOLCHAIN={value} (")),
                "{by_file}"
            );
            assert!(by_file.contains("/go-env:1) asks for Go 1.98.1\n"), "{by_file}");
            assert!(by_file.contains("hint: run `GOTOOLCHAIN=local go env -u GOTOOLCHAIN`\n"), "{by_file}");
            let by_variable = said(world.gom([verb, "1.97.3"]).env("GOENV", "off").env("GOTOOLCHAIN", value));
            assert!(
                by_variable.contains(&format!("GOTOOLCHAIN={value} (environment) asks for")),
                "{by_variable}"
            );
            assert!(by_variable.contains("hint: run `unset GOTOOLCHAIN`\n"), "{by_variable}");
            // What it names anyway is not outranked by it.
            assert!(!said(world.gom([verb, "1.98.1"])).contains("not in effect"), "{verb} {value}");
        }
        // The one thing that does not outrank a pin is what is read after it.
        world.write("go.mod", "module m\n\ngo 1.97\n");
        assert!(!said(world.gom(["local", "1.98.1"])).contains("go.mod"));
    }
}

/// `gom check` names what decides, not a pin that would change nothing (K3.1).
#[test]
fn check_hints_at_what_decides() {
    let world = world_with_go_env("GOTOOLCHAIN=go1.97.3");
    world.write("go.mod", "module m\n\ngo 1.98.1\n");
    let hint = |run: Run| {
        let output = run.run();
        let line = output.stdout.lines().find(|line| line.contains("hint: ")).unwrap_or_default().to_owned();
        line.trim().to_owned()
    };
    assert_eq!(hint(world.gom(["check"])), "hint: run `GOTOOLCHAIN=local go env -u GOTOOLCHAIN`");
    let by_variable = world.gom(["check"]).env("GOENV", "off").env("GOTOOLCHAIN", "go1.97.3");
    assert_eq!(hint(by_variable), "hint: run `unset GOTOOLCHAIN`");
    let by_gom =
        world.gom(["check"]).env("GOENV", "off").env("GOTOOLCHAIN", "local").env("GOM_TOOLCHAIN", "1.97.3");
    assert_eq!(hint(by_gom), "hint: run `unset GOM_TOOLCHAIN`");
    let by_local = world.gom(["check"]).env("GOENV", "off").env("GOTOOLCHAIN", "local");
    assert_eq!(hint(by_local), "hint: run `gom local 1.98.1`");
}

// K3.2
#[test]
fn a_file_that_asks_for_more_is_said_by_use() {
    let world = World::with(&["1.97.3", "1.98.1"]);
    world.write("go.mod", "module m\n\ngo 1.97\n\ntoolchain go1.98.1\n");
    assert_snapshot!(world.say(["use", "1.97"]), @"
    exit: 0
    --- stdout
    --- stderr
    the default is now 1.97.3, for all folders; this one alone: `gom local 1.97.3`
    warning: not in effect here: [WORK]/go.mod:5 asks for Go 1.98.1
    hint: run `go +1.97.3 version` for one command with exactly 1.97.3, or lower that line
    ");
    world.write("go.mod", "module m\n\ngo 1.97\n");
    assert_snapshot!(world.say(["use", "1.97"]), @"
    exit: 0
    --- stdout
    --- stderr
    the default is now 1.97.3, for all folders; this one alone: `gom local 1.97.3`
    ");
}

/// What names no release stops every go command: `why` says so, with a command that works (K3.3).
#[test]
fn what_go_refuses_is_the_headline() {
    let world = World::with(&["1.97.3"]);
    world.done(["use", "1.97.3"]);
    world.write("go.mod", "module m\n\ngo 1.97\n\ntoolchain go1.98\n");
    assert_snapshot!(world.say(["why"]), @"
    exit: 0
    --- stdout
    no go command works here: [WORK]/go.mod:5: go1.98 is a language version, and Go has no release of that name: the first is go1.98.0
    Go 1.97.3 starts, and stops there: [HOME]/.gom/toolchains/go1.97.3.[PLATFORM]/bin/go
    decided by: the default, [HOME]/.gom/default:1

    looked at, in order:
      GOM_TOOLCHAIN: not set
      [HOME]/.gom/default: the default: 1.97.3
      [WORK]/go.mod:5: `toolchain go1.98` asks for more than Go 1.97.3
      [WORK]/go.mod:3: `go 1.97` is satisfied by Go 1.98

    then Go itself: it stops at [WORK]/go.mod:5
    not controlled by gom: inside `go generate`, `go test` and `go tool`, Go puts its own GOROOT/bin first on PATH
    --- stderr
    hint: run `GOTOOLCHAIN=local go mod edit -toolchain=go1.98.0 [WORK]/go.mod`
    ");
    let json = world.done(["why", "--json"]).json();
    assert_eq!(json["refused"]["hint"].as_str().unwrap().split(' ').nth(1), Some("`GOTOOLCHAIN=local"));
    assert_snapshot!(world.say(["install"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: [WORK]/go.mod:5 asks for `go1.98`, which gom can't install: go1.98 is a language version, and Go has no release of that name: the first is go1.98.0
    hint: run `GOTOOLCHAIN=local go mod edit -toolchain=go1.98.0 [WORK]/go.mod`
    ");
    assert!(world.done(["current"]).stderr.contains("no go command works here: "));
    assert!(world.done(["use", "1.97.3"]).stderr.contains("not in effect here: every go command fails at "));
    world.write("go.mod", "module m\n\ngo 1.97\n");
    for (value, hint) in [
        ("go1.98", "run `unset GOTOOLCHAIN`"),
        ("latest", "run `unset GOTOOLCHAIN`"),
        ("1.98.1", "run `unset GOTOOLCHAIN`"),
        ("go1.98.1+foo", "run `unset GOTOOLCHAIN`"),
    ] {
        let output = world.gom(["why", "--json"]).env("GOTOOLCHAIN", value).run();
        assert_eq!(output.json()["refused"]["hint"], hint, "{value}: {output}");
        world.write("go-env", format!("GOTOOLCHAIN={value}\n"));
        let output = world.gom(["why", "--json"]).env("GOENV", world.work().join("go-env")).run();
        let hint = "run `GOTOOLCHAIN=local go env -u GOTOOLCHAIN`";
        assert_eq!(output.json()["refused"]["hint"], hint, "{value}: {output}");
    }
    // A custom toolchain may be on PATH, and a line that is already satisfied is not a problem.
    for value in ["go1.98.1-corp", "go1.97.3", "local", "auto"] {
        let output = world.gom(["why", "--json"]).env("GOTOOLCHAIN", value).run();
        assert!(output.json()["refused"].is_null(), "{value}: {output}");
    }
    let gowork = world.gom(["why", "--json"]).env("GOWORK", "go.work").run();
    assert_eq!(gowork.json()["refused"]["hint"], "run `unset GOWORK`", "{gowork}");
}

// K3.4
#[test]
fn another_go_that_comes_first_is_what_runs() {
    let world = World::with(&["1.97.3"]);
    world.done(["use", "1.97.3"]);
    let path = world.path_after(&world.other_program("other", "go"));
    assert_snapshot!(world.shown(world.gom(["current"]).env("PATH", &path)), @r#"
    exit: 0
    --- stdout
    1.97.3 (set by the default, [HOME]/.gom/default:1)
    --- stderr
    warning: `[HOME]/other/go` is what runs: it comes before gom's `go` on PATH
    hint: run `export PATH=[HOME]/.gom/bin:"$PATH"; hash -r`
    "#);
    let json = world.gom(["current", "--json"]).env("PATH", &path).run().json();
    assert_eq!(world.redact(json["first_on_path"].as_str().unwrap()), "[HOME]/other/go");
    let why = said_by(&world, world.gom(["why"]).env("PATH", &path));
    assert!(why.starts_with("`[HOME]/other/go` runs here: it comes before gom's `go` on PATH\ngom's `go` would run Go 1.97.3: "), "{why}");
    assert!(world.done(["current", "--json"]).json()["first_on_path"].is_null());
}

/// What the hint says is run as it stands, by a shell whose start-up file puts another go first.
#[test]
fn the_hint_about_path_ends_it_in_this_shell_and_in_new_ones() {
    let mut world = World::with(&["1.97.3"]);
    world.done(["use", "1.97.3"]);
    world.set("SHELL", "/bin/bash");
    let other = world.other_program("other", "go");
    let path = world.path_after(&other);
    world.write_home(".bashrc", format!("export PATH={}:$PATH\n", other.display()));
    let output = world.gom(["current"]).env("PATH", &path).run();
    let store = world.store().display().to_string();
    let hint = format!(
        "hint: run `gom setup`, which puts gom first in new shells, then `. '{store}/env'; hash -r` in this one\n"
    );
    assert!(output.stderr.ends_with(&hint), "{output}");

    let script = format!("command -v go; gom setup --yes; . '{store}/env'; hash -r; command -v go");
    let shell = world.command("/bin/bash", ["-c", &script]).env("PATH", &path).run();
    assert_eq!(shell.stdout, format!("{}/go\n{store}/bin/go\n", other.display()), "{shell}");
    let new = world.command("/bin/bash", ["-c", ". ~/.bashrc; command -v go"]).env("PATH", &path).run();
    assert_eq!(new.stdout, format!("{store}/bin/go\n"), "{new}");
}

fn said_by(world: &World, run: Run) -> String {
    world.redact(&run.run().stdout)
}

/// Runs the hint exactly as it is printed.
#[test]
fn the_hint_about_path_works_for_a_store_with_spaces_quotes_and_dollars() {
    let world = World::with(&["1.98.1"]);
    let store = world.work().join("a b's $store");
    world.gom(["install", "1.98.1"]).env("GOM_HOME", &store).done();
    let path = format!("{}:/usr/bin:/bin", world.other_program("other", "go").display());
    let warned = world.gom(["current"]).env("GOM_HOME", &store).env("PATH", &path).run();
    let hint = warned.stderr.lines().find_map(|line| line.strip_prefix("hint: run `")?.strip_suffix('`'));
    let command = hint.unwrap_or_else(|| panic!("no command: {warned}"));
    let script = format!("{command}; command -v go");
    let found = world.command("/bin/sh", ["-c", &script]).env("PATH", &path).done();
    assert_eq!(found.stdout, format!("{}/bin/go\n", store.display()), "{command}");
}

// K3.5
#[test]
fn a_default_that_is_removed_is_never_silent() {
    let world = World::with(&["1.97.3", "1.98.1"]);
    world.done(["use", "1.98.1"]);
    world.write(".go-version", "1.98.1\n");
    assert_snapshot!(world.say(["uninstall", "1.98.1", "--yes"]), @"
    exit: 0
    --- stdout
    --- stderr
    removed go1.98.1.[PLATFORM]
    warning: the default ([HOME]/.gom/default:1) is still 1.98.1, which is no longer installed: `go` fails wherever it is selected
    hint: run `gom use 1.97.3` to choose another
    warning: this folder's pin ([WORK]/.go-version:1) is still 1.98.1, which is no longer installed: `go` fails wherever it is selected
    hint: run `gom local 1.97.3` to choose another
    ");
    std::fs::remove_file(world.work().join(".go-version")).unwrap();
    world.done(["use", "1.97.3"]);
    assert_snapshot!(world.say(["uninstall", "1.97.3", "--yes"]), @"
    exit: 0
    --- stdout
    --- stderr
    removed go1.97.3.[PLATFORM]
    warning: the default ([HOME]/.gom/default:1) is still 1.97.3, which is no longer installed: `go` fails wherever it is selected
    hint: run `gom use latest` to choose another
    ");
    let world = World::with(&["1.98.1", "1.98.4"]);
    world.done(["use", "1.98", "--line"]);
    assert_snapshot!(world.say(["uninstall", "1.98.4", "--yes"]), @"
    exit: 0
    --- stdout
    --- stderr
    removed go1.98.4.[PLATFORM]
    the default ([HOME]/.gom/default:1) now means go1.98.1.[PLATFORM]
    ");
    assert_eq!(world.done(["uninstall", "1.98.1", "--yes"]).stderr.matches("warning: ").count(), 1);
}

// K2.1, K9
#[test]
fn the_first_install_by_a_person_becomes_the_default() {
    let world = World::publishing(&["1.97.3", "1.98.1", "1.98.4", "1.99rc1"]);
    assert_snapshot!(world.say(["install", "1.97.3", "1.98.1", "1.99rc1", "--no-progress", "--offline"]), @"
    exit: 4
    --- stdout
    --- stderr
    error: can't tell whether Go 1.97.3 exists: the lists here end on 2026-09-01 and can't be refreshed
      go.dev: `https://go.dev/dl/go1.97.3.[PLATFORM].tar.gz` is needed, and gom is offline
      golang.google.cn: `https://golang.google.cn/dl/go1.97.3.[PLATFORM].tar.gz` is needed, and gom is offline
      dl.google.com: `https://dl.google.com/go/go1.97.3.[PLATFORM].tar.gz` is needed, and gom is offline
      proxy: `http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.97.3.[PLATFORM].zip` is needed, and gom is offline
    hint: omit `--offline`, or unset GOM_OFFLINE; `gom config` shows what sets it
    error: can't tell whether Go 1.98.1 exists: the lists here end on 2026-09-01 and can't be refreshed
      go.dev: `https://go.dev/dl/go1.98.1.[PLATFORM].tar.gz` is needed, and gom is offline
      golang.google.cn: `https://golang.google.cn/dl/go1.98.1.[PLATFORM].tar.gz` is needed, and gom is offline
      dl.google.com: `https://dl.google.com/go/go1.98.1.[PLATFORM].tar.gz` is needed, and gom is offline
      proxy: `http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.1.[PLATFORM].zip` is needed, and gom is offline
    hint: omit `--offline`, or unset GOM_OFFLINE; `gom config` shows what sets it
    error: can't tell whether Go 1.99rc1 exists: the lists here end on 2026-09-01 and can't be refreshed
      go.dev: `https://go.dev/dl/go1.99rc1.[PLATFORM].tar.gz` is needed, and gom is offline
      golang.google.cn: `https://golang.google.cn/dl/go1.99rc1.[PLATFORM].tar.gz` is needed, and gom is offline
      dl.google.com: `https://dl.google.com/go/go1.99rc1.[PLATFORM].tar.gz` is needed, and gom is offline
      proxy: `http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.99rc1.[PLATFORM].zip` is needed, and gom is offline
    hint: omit `--offline`, or unset GOM_OFFLINE; `gom config` shows what sets it
    ");
    assert!(!world.store().join("default").exists(), "nothing was installed");
    world.done(["install", "1.97.3", "1.98.1", "1.99rc1"]);
    assert_eq!(world.default(), "1.98.1\n");
    // Only the first: the user's choice stays.
    world.done(["install", "1.98.4"]);
    assert_eq!(world.default(), "1.98.1\n");
    let json = world.done(["install", "1.98.4", "--json"]).json();
    assert!(json["default"].is_null(), "{json}");
}

/// Neither a project, nor a job, nor another machine chooses the default (K9).
#[test]
fn what_no_person_named_does_not_become_the_default() {
    let world = World::publishing(&["1.98.1"]);
    world.publish(&FakeToolchain::new("1.98.1", gom_tests::FOREIGN));
    world.done(["install", "1.98.1.windows-arm64"]);
    world.write(".go-version", "1.98.1\n");
    world.done(["install"]);
    world.done(["ci", "setup", "1.98.1"]);
    assert!(!world.store().join("default").exists());
    assert!(world.done(["install", "1.98.1"]).stderr.contains("the default is now 1.98.1, for all folders"));
}

/// Where another go ran before, it says which, and how to go back (K9).
#[test]
fn the_first_install_says_which_go_no_longer_runs() {
    let world = World::publishing(&["1.98.1"]);
    let other = world.other_program("other", "go");
    let after = world.gom(["install", "1.98.1"]).env("PATH", format!("{}:{}", world.path(), other.display()));
    assert_snapshot!(world.shown(after), @"
    exit: 0
    --- stdout
    --- stderr
    downloading go1.98.1.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.1.[PLATFORM].zip
    installed go1.98.1.[PLATFORM] from proxy, proven by sum.example.test
    the default is now 1.98.1, for all folders; this one alone: `gom local 1.98.1`
    `[HOME]/other/go` no longer runs as `go`; `gom use system` undoes this
    ");
    world.done(["use", "system"]);
    let back = world.go(["version"]).env("PATH", format!("{}:{}", world.path(), other.display())).run();
    assert_eq!(world.redact(&back.stdout), "[HOME]/other/go: version, GOROOT=(unset)\n");
    let world = World::publishing(&["1.98.1"]);
    let before = world.path_after(&world.other_program("other", "go"));
    assert_snapshot!(world.shown(world.gom(["install", "1.98.1", "--no-progress"]).env("PATH", before)), @r#"
    exit: 0
    --- stdout
    --- stderr
    downloading go1.98.1.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.1.[PLATFORM].zip
    installed go1.98.1.[PLATFORM] from proxy, proven by sum.example.test
    the default is now 1.98.1, for all folders; this one alone: `gom local 1.98.1`
    warning: not in effect here: `[HOME]/other/go` comes first on PATH, before gom's `go` in `[HOME]/.gom/bin`
    hint: run `export PATH=[HOME]/.gom/bin:"$PATH"; hash -r`
    "#);
}

/// What names the chosen Go itself does not outrank it.
#[test]
fn what_names_the_same_go_is_not_above_the_choice() {
    let world = World::with(&["1.97.3", "1.98.1"]);
    for pin in ["1.97.3", "1.97"] {
        world.write(".go-version", format!("{pin}\n"));
        assert!(!said(world.gom(["use", "1.97.3"])).contains("not in effect"), "{pin}");
        let other = said(world.gom(["use", "1.98.1"]));
        assert!(
            other.contains(&format!("not in effect here: this folder is pinned to {pin} by ")),
            "{other}"
        );
        for verb in ["use", "local"] {
            let by_variable = said(world.gom([verb, "1.97.3"]).env("GOM_TOOLCHAIN", pin));
            assert!(!by_variable.contains("not in effect"), "{verb} {by_variable}");
        }
    }
}
