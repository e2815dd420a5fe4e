//! `gom list`, `gom list-remote` and `gom current`: what is there, what is published, what runs here.

use gom_tests::{FOREIGN, FakeToolchain, World};
use insta::assert_snapshot;

/// Columns are as wide as the machine's platform; one blank says the same. Today is [DATE].
fn squeezed(text: &str) -> String {
    let is_date = |word: &str| word.len() == 10 && word.split('-').map(str::len).eq([4, 2, 2]);
    let shown = |word: &'_ str| if is_date(word) { "[DATE]".to_owned() } else { word.to_owned() };
    let lines = text.lines().map(|line| line.split_whitespace().map(shown).collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn nothing_installed() {
    let world = World::publishing(&["1.98.1"]);
    assert_snapshot!(world.say(["list"]), @"
    exit: 0
    --- stdout
    --- stderr
    hint: nothing is installed; run `gom install latest`
    ");
    assert_snapshot!(world.say(["list", "--json", "--quiet"]), @r#"
    exit: 0
    --- stdout
    {
      "linked": [],
      "schema": 1,
      "toolchains": []
    }
    --- stderr
    "#);
}

#[test]
fn the_newest_is_first_and_the_one_that_runs_here_is_marked() {
    let world = World::with(&["1.98.1", "1.99rc1", "1.98.10"]);
    world.publish(&FakeToolchain::new("1.98.1", FOREIGN));
    world.done(["install", "1.98.1.windows-arm64"]);
    world.done(["use", "1.98.10"]);
    world.write(".go-version", "1.98.1\n");
    assert_snapshot!(squeezed(&world.say(["list"])), @"
    exit: 0
    --- stdout
    VERSION PLATFORM SIZE INSTALLED PROOF NEWER STATE
    1.99rc1 [PLATFORM] [SIZE] [DATE] proven
    1.98.10 [PLATFORM] [SIZE] [DATE] proven default
    1.98.1 windows-arm64 [SIZE] [DATE] proven 1.98.10
    * 1.98.1 [PLATFORM] [SIZE] [DATE] proven 1.98.10
    --- stderr
    1.98.1 runs here (set by [WORK]/.go-version:1)
    ");
    std::fs::remove_file(world.work().join(".go-version")).unwrap();
    assert_snapshot!(squeezed(&world.say(["list"])), @"
    exit: 0
    --- stdout
    VERSION PLATFORM SIZE INSTALLED PROOF NEWER STATE
    1.99rc1 [PLATFORM] [SIZE] [DATE] proven
    * 1.98.10 [PLATFORM] [SIZE] [DATE] proven default
    1.98.1 windows-arm64 [SIZE] [DATE] proven 1.98.10
    1.98.1 [PLATFORM] [SIZE] [DATE] proven 1.98.10
    --- stderr
    1.98.10 runs here (set by the default, [HOME]/.gom/default:1)
    ");
}

#[test]
fn a_tree_without_a_receipt_is_unproven() {
    let world = World::with(&["1.98.1"]);
    std::fs::remove_dir_all(world.store().join("receipts")).unwrap();
    let listed = squeezed(&world.redact(&world.done(["list"]).stdout));
    assert!(listed.contains("VERSION PROOF\n* 1.98.1 unproven"), "{listed}");
}

#[test]
fn a_pin_to_what_is_missing_is_said_below_the_list() {
    let world = World::with(&["1.98.1"]);
    world.write(".go-version", "1.99.2\n");
    assert_snapshot!(squeezed(&world.say(["list"])), @"
    exit: 0
    --- stdout
    VERSION SIZE INSTALLED PROOF
    1.98.1 [SIZE] [DATE] proven
    --- stderr
    warning: Go 1.99.2 is not installed (set by [WORK]/.go-version:1)
    hint: run `gom install 1.99.2`
    ");
}

#[test]
fn list_as_json() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    let report = world.done(["list", "--json"]).json();
    assert_eq!(report["schema"], 1);
    let only = &report["toolchains"][0];
    assert_eq!(only["version"], "1.98.1");
    assert_eq!(world.redact(only["toolchain"].as_str().unwrap()), "go1.98.1.[PLATFORM]");
    assert_eq!(only["goroot"], world.goroot(only["toolchain"].as_str().unwrap()).to_str().unwrap());
    assert_eq!((&only["current"], &only["default"]), (&true.into(), &true.into()));
    assert_eq!(only["proof"], "proven");
    assert!(only["bytes"].as_u64().unwrap() > 0, "{only:#}");
    assert_eq!(only["installed_at"].as_str().unwrap().len(), "2026-11-28T00:00:00Z".len());
    assert_eq!((&only["newer"], &only["supported"]), (&serde_json::Value::Null, &true.into()));
    // K9.3
    assert_eq!(only.get("receipt"), None, "asked for by --receipts only");
    let with_receipts = world.done(["list", "--json", "--receipts"]).json();
    assert_eq!(with_receipts["toolchains"][0]["receipt"]["proof"]["log"], "sum.example.test");
    assert_eq!(world.gom(["list", "--receipts"]).run().code, Some(2), "a table has no place for them");
}

#[test]
fn list_remote_shows_the_newest_of_each_line() {
    let world = World::with(&["1.98.1"]);
    for version in ["1.98.3", "1.99.2", "1.99.1", "1.100rc1"] {
        world.publish(&FakeToolchain::here(version));
    }
    let list = world.done(["list-remote"]).stdout;
    assert_eq!(list.lines().take(2).collect::<Vec<_>>(), ["1.99.2", "1.98.3"]);
    assert!(list.lines().any(|line| line.starts_with("1.22.")), "the index in gom:\n{list}");
    assert_snapshot!(world.say(["list-remote", "1.98"]), @"
    exit: 0
    --- stdout
    1.98.3
    1.98.1  installed
    --- stderr
    ");
    assert_eq!(world.done(["list-remote", "--all"]).stdout.lines().next(), Some("1.100rc1"));
}

#[test]
fn list_remote_all_adds_the_prereleases_of_a_line() {
    let world = World::publishing(&["1.99rc1", "1.99.0", "1.99rc2"]);
    assert_eq!(world.done(["list-remote", "1.99"]).stdout, "1.99.0\n");
    assert_eq!(world.done(["list-remote", "1.99", "--all"]).stdout, "1.99.0\n1.99rc2\n1.99rc1\n");
}

#[test]
fn list_remote_of_another_platform() {
    let world = World::publishing(&["1.98.1"]);
    world.publish(&FakeToolchain::new("1.98.0", FOREIGN));
    let asked = ["list-remote", "1.98", "--os", "windows", "--arch", "arm64"];
    assert_eq!(world.done(asked).stdout, "1.98.0\n");
    assert_eq!(world.done(["list-remote", "1.98.windows-arm64"]).stdout, "1.98.0\n");
}

#[test]
fn list_remote_finds_nothing() {
    let world = World::publishing(&["1.98.1"]);
    assert_snapshot!(world.say(["list-remote", "1.97"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: no Go release for [PLATFORM] matches `1.97`
    hint: run `gom list-remote --all`
    ");
}

#[test]
fn list_remote_offline_knows_what_it_knew() {
    let world = World::publishing(&["1.98.1"]);
    let never = world.done(["list-remote", "1.22.6", "--offline"]);
    // It has known vulnerabilities, by the data in gom.
    let words: Vec<&str> = never.stdout.split_whitespace().collect();
    assert_eq!(
        (words[0], &words[2..], never.stderr.as_str()),
        ("1.22.6", &["known", "vulnerabilities"][..], "")
    );
    assert_eq!(world.gom(["list-remote", "1.98", "--offline"]).run().code, Some(3));
    world.done(["list-remote"]);
    world.internet.forget_requests();
    assert_eq!(world.done(["list-remote", "1.98", "--offline"]).stdout, "1.98.1\n");
    assert!(world.internet.requests().is_empty());
}

#[test]
fn list_remote_as_json() {
    let world = World::with(&["1.98.1"]);
    let report = world.done(["list-remote", "1.98", "--json"]).json();
    assert_eq!(report["schema"], 1);
    assert_eq!(report["releases"][0]["version"], "1.98.1");
    assert_eq!(report["releases"][0]["installed"], true);
    assert_eq!(report["releases"][0]["stable"], true);
    assert_eq!(world.redact(report["releases"][0]["platforms"][0].as_str().unwrap()), "[PLATFORM]");
}

#[test]
fn current_says_what_decided() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["use", "1.98.1"]);
    assert_snapshot!(world.say(["current"]), @"
    exit: 0
    --- stdout
    1.98.1 (set by the default, [HOME]/.gom/default:1)
    --- stderr
    ");
    world.write(".go-version", "# ours\n1.99\n");
    assert_snapshot!(world.say(["current"]), @"
    exit: 0
    --- stdout
    1.99.2 (set by [WORK]/.go-version:2)
    --- stderr
    ");
    assert_snapshot!(world.say(["current", "--json"]), @r#"
    exit: 0
    --- stdout
    {
      "asked": "1.99",
      "file": "[WORK]/.go-version",
      "first_on_path": null,
      "go": "[HOME]/.gom/toolchains/go1.99.2.[PLATFORM]/bin/go",
      "go_version": "1.99.2",
      "goroot": "[HOME]/.gom/toolchains/go1.99.2.[PLATFORM]",
      "line": 2,
      "origin": "[WORK]/.go-version:2",
      "schema": 1,
      "version": "1.99.2"
    }
    --- stderr
    "#);
    let run = world.gom(["current"]).env("GOM_TOOLCHAIN", "1.98");
    assert_snapshot!(world.shown(run), @"
    exit: 0
    --- stdout
    1.98.1 (set by the environment variable GOM_TOOLCHAIN)
    --- stderr
    ");
}

#[test]
fn current_without_any_go() {
    let world = World::publishing(&[]);
    assert_snapshot!(world.say(["current"]), @"
    exit: 127
    --- stdout
    --- stderr
    error: no Go is selected here, and PATH has no `go` other than gom's
    hint: run `gom use latest`
    ");
}

#[test]
fn current_with_what_is_not_installed() {
    let world = World::publishing(&["1.98.1"]);
    world.write(".go-version", "1.98.1\n");
    assert_snapshot!(world.say(["current", "--offline"]), @"
    exit: 127
    --- stdout
    --- stderr
    error: Go 1.98.1 is not installed (set by [WORK]/.go-version:1)
    hint: run `gom install 1.98.1`
    ");
}

// K9.3
#[test]
fn current_for_scripts_is_the_version_alone() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    assert_eq!(world.done(["current", "--short"]).stdout, "1.98.1\n");
    world.other_program("other", "go");
    world.done(["use", "system"]);
    let run = world.gom(["current", "--short"]).env("PATH", world.path_after(&world.home().join("other")));
    assert_eq!(run.run().stdout, "system\n");
}

// K9.5
#[test]
fn what_is_newer_and_what_is_out_of_support_is_said_without_the_network() {
    let world = World::publishing(&["1.97.3", "1.97.4", "1.98.1", "1.99.2"]);
    world.done(["install", "1.97.3", "1.98.1"]);
    world.done(["list-remote"]);
    world.internet.forget_requests();
    let list = world.done(["list"]).stdout;
    let rows: Vec<Vec<&str>> = list.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["VERSION", "SIZE", "INSTALLED", "PROOF", "NEWER", "STATE"], "{list}");
    let row = |version: &str| rows.iter().find(|row| row.contains(&version)).unwrap();
    assert!(row("1.97.3").ends_with(&["1.97.4", "end", "of", "life"]), "{list}");
    assert!(!list.contains("1.99.2"), "{list}");
    assert!(!row("1.98.1").contains(&"life"), "{list}");
    assert!(world.internet.requests().is_empty());
}

// K9.5
#[test]
fn a_list_fits_into_the_terminal() {
    let world = World::publishing(&["1.97.3", "1.97.4", "1.99.2"]);
    world.publish(&FakeToolchain::new("1.98.1", FOREIGN));
    world.done(["install", "1.97.3", "1.98.1.windows-arm64"]);
    world.done(["use", "1.97.3"]);
    let wide = world.done(["list"]).stdout;
    assert!(wide.contains("PLATFORM") && wide.contains("INSTALLED"), "{wide}");
    for columns in [80, 60, 44] {
        let gom = world.store().join("bin/gom");
        let command = format!("stty cols {columns}; {} list --quiet", gom.display());
        let arguments = if cfg!(target_os = "macos") {
            ["-q", "/dev/null", "sh", "-c", &command].map(str::to_owned).to_vec()
        } else {
            ["-qec", &command, "/dev/null"].map(str::to_owned).to_vec()
        };
        let run = world.command("/usr/bin/script", arguments).env("PATH", "/usr/bin:/bin");
        let shown = run.env("SHELL", "/bin/sh").env("NO_COLOR", "1").run().stdout;
        assert!(shown.contains("VERSION") && shown.contains("PROOF"), "{shown}");
        for line in shown.lines() {
            assert!(line.trim_end().chars().count() <= columns, "{columns}: {line:?}");
        }
        assert_eq!(shown.contains("INSTALLED"), columns == 80, "{columns}: {shown}");
    }
}

// K9.5
#[test]
fn list_remote_says_how_to_see_more() {
    let world = World::publishing(&["1.98.1"]);
    let said = |arguments: &[&str]| world.done(["list-remote"].iter().chain(arguments)).stderr;
    assert!(said(&[]).contains("the newest of each line; `gom list-remote 1.22` shows"));
    for arguments in [&["1.98"][..], &["--all"], &["--quiet"], &["--json"]] {
        assert_eq!(said(arguments), "", "{arguments:?}");
    }
}
