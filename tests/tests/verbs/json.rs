//! `--json`: one object on standard output, `"schema": 1`, and for a failure what failed.

use gom_tests::World;
use insta::assert_snapshot;

#[test]
fn every_verb_that_reports_gives_one_object() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    for arguments in [
        &["install", "1.98.1"][..],
        &["use", "1.98.1"],
        &["local", "1.98.1"],
        &["local"],
        &["lock"],
        &["lock", "--check"],
        &["lock", "--format", "renovate"],
        &["sync", "--check"],
        &["sync", "--dry-run"],
        &["sync"],
        &["bump", "--dry-run"],
        &["bump", "--offline"],
        &["ide"],
        &["ide", "vscode", "--yes"],
        &["ide", "goland"],
        &["ide", "zed"],
        &["local", "--unset"],
        &["list"],
        &["list-remote", "1.98"],
        &["info", "1.98.1"],
        &["compare", "1.98.1", "1.98.1"],
        &["outdated"],
        &["audit"],
        &["upgrade"],
        &["upgrade", "--dry-run"],
        &["current"],
        &["which"],
        &["find"],
        &["find", "1.98"],
        &["config"],
        &["env"],
        &["env", "GOFLAGS"],
        &["cache", "stats"],
        &["current", "--format", "docker"],
        &["tools", "list"],
        &["self", "uninstall", "--dry-run"],
        &["prune"],
        &["prune", "--dry-run"],
        &["uninstall", "1.98.1", "--yes"],
        &["self", "uninstall", "--yes"],
    ] {
        let report = world.done(arguments.iter().chain(&["--json"])).json();
        assert_eq!(report["schema"], 1, "{arguments:?}");
        assert_eq!(report.get("error"), None, "{arguments:?}");
    }
}

#[test]
fn every_failure_is_an_object_with_kind_code_message_value_and_hint() {
    let world = World::with(&["1.98.1"]);
    world.write(".go-version", "1.97.5\n");
    for (arguments, kind, code, value) in [
        (&["install", "1.97.5"][..], "not-found", 3, Some("1.97.5")),
        (&["install", "abc"], "usage", 2, Some("abc")),
        (&["install", "1.22.6", "--offline"], "network", 4, None),
        (&["uninstall", "1.97"], "not-found", 3, Some("1.97")),
        (&["use", "1.98.1", "--line"], "usage", 2, Some("1.98.1")),
        (&["local", "1.97"], "not-found", 3, Some("1.97")),
        (&["list-remote", "1.97"], "not-found", 3, Some("1.97")),
        (&["current"], "no-toolchain", 127, Some("1.97.5")),
        (&["which"], "no-toolchain", 127, Some("1.97.5")),
        (&["which", "1.97"], "not-found", 3, Some("1.97")),
        (&["find", "1.97"], "not-found", 3, Some("1.97")),
        (&["find"], "not-found", 3, Some("1.97.5")),
    ] {
        let output = world.gom(["--json"].iter().chain(arguments)).run();
        let report = output.json();
        let error = &report["error"];
        assert_eq!((output.code, output.stderr.as_str()), (Some(code), ""), "{output}");
        assert_eq!((&report["schema"], &error["code"]), (&1.into(), &code.into()), "{output}");
        assert_eq!(error["kind"], kind, "{output}");
        for field in ["message", "hint"] {
            assert!(error[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {output}");
        }
        assert!(error.as_object().unwrap().contains_key("value"), "{output}");
        if let Some(value) = value {
            assert_eq!(error["value"], value, "{output}");
        }
    }
}

#[test]
fn the_failure_of_exec_is_an_object_too() {
    let world = World::publishing(&[]);
    let output = world.gom(["--json", "exec", "1.98.1", "--", "go"]).run();
    assert_eq!((output.code, output.stderr.as_str()), (Some(127), ""));
    assert_snapshot!(output.stdout, @r#"
    {
      "error": {
        "code": 127,
        "hint": "run `gom install 1.98.1`, or `gom list` to see what is installed",
        "kind": "no-toolchain",
        "message": "Go 1.98.1 is not installed",
        "value": "1.98.1"
      },
      "schema": 1
    }
    "#);
}

#[test]
fn wrong_arguments_are_an_object_too() {
    let world = World::publishing(&[]);
    for arguments in
        [&["instal", "--json"][..], &["--json"], &["list", "--json", "--nonsense"], &["exec", "--json"]]
    {
        let output = world.gom(arguments).run();
        assert_eq!((output.code, output.stderr.as_str()), (Some(2), ""), "{output}");
        assert_eq!(output.json()["error"]["kind"], "usage", "{output}");
    }
}

#[test]
fn a_bad_setting_is_an_object_too() {
    let world = World::publishing(&[]);
    let output = world.gom(["list", "--json"]).env("GOM_OFFLINE", "maybe").run();
    assert_snapshot!(output.snapshot(&world), @r#"
    exit: 2
    --- stdout
    {
      "error": {
        "code": 2,
        "hint": "run `gom config` once it is corrected, to see every setting and where it comes from",
        "kind": "usage",
        "message": "setting `offline` is `maybe` (environment variable GOM_OFFLINE): write 1 or 0",
        "value": "maybe"
      },
      "schema": 1
    }
    --- stderr
    "#);
}

#[test]
fn what_succeeded_beside_a_failure_is_in_the_object() {
    let world = World::publishing(&["1.98.1"]);
    let output = world.gom(["install", "1.98.1", "1.97.5", "1.96.1", "--json", "--quiet"]).run();
    let report = output.json();
    assert_eq!(output.code, Some(3));
    assert_eq!(report["toolchains"][0]["version"], "1.98.1");
    assert_eq!(report["toolchains"][0]["outcome"], "installed");
    assert_eq!(report["error"]["value"], "1.97.5");
    assert_eq!(report["more_errors"][0]["value"], "1.96.1");
}

#[test]
fn install_says_whether_anything_was_done() {
    let world = World::publishing(&["1.98.1"]);
    let report = world.done(["install", "1.98.1", "--json"]).json();
    let one = &report["toolchains"][0];
    assert_eq!(one["outcome"], "installed");
    assert_eq!(one["receipt"]["source"]["place"], "proxy");
    let again = world.done(["install", "1.98.1", "--json"]).json();
    assert_eq!(again["toolchains"][0]["outcome"], "already-installed");
    assert_eq!(again["toolchains"][0]["receipt"], one["receipt"]);
}

#[test]
fn uninstall_names_what_it_removed() {
    let world = World::with(&["1.98.0", "1.98.1"]);
    let output = world.gom(["uninstall", "1.98", "--all", "--json", "--quiet"]).run();
    assert_snapshot!(output.snapshot(&world), @r#"
    exit: 0
    --- stdout
    {
      "dry_run": false,
      "removed": [
        "go1.98.1.[PLATFORM]",
        "go1.98.0.[PLATFORM]"
      ],
      "schema": 1
    }
    --- stderr
    "#);
}

// K9.3
#[test]
fn what_is_missing_or_wrong_in_the_arguments_is_named() {
    let world = World::publishing(&[]);
    for (arguments, value) in [
        (&["use", "--json"][..], "SPEC"),
        (&["uninstall", "--json"], "SPEC"),
        (&["list", "--json", "--quiet", "--verbose"], "--quiet"),
        (&["list", "--json", "--nonsense"], "--nonsense"),
        (&["current", "--format", "html", "--json"], "html"),
        (&["instal", "--json"], "instal"),
    ] {
        let error = world.gom(arguments).run().json()["error"].clone();
        assert_eq!(error["value"], value, "{error:#}");
        assert!(error["message"].as_str().unwrap().contains(value), "{error:#}");
        assert!(error["hint"].as_str().unwrap().contains("`gom "), "{error:#}");
    }
}

// K9.3
#[test]
fn help_as_json_has_every_verb_that_the_help_lists() {
    let world = World::publishing(&[]);
    let report = world.done(["help", "--json"]).json();
    let verbs = report["verbs"].as_array().unwrap();
    let page = world.done(["--help"]).stdout;
    let names: Vec<&str> = verbs.iter().map(|verb| verb["name"].as_str().unwrap()).collect();
    assert_eq!(names, world.verbs());
    for verb in verbs {
        let heading = format!("\n{}:\n", verb["group"].as_str().unwrap());
        let (_, group) = page.split_once(&heading).unwrap();
        let group = group.split("\n\n").next().unwrap();
        assert!(format!("\n{group}").contains(&format!("\n  {} ", verb["name"].as_str().unwrap())), "{verb}");
    }
    let uninstall = verbs.iter().find(|verb| verb["name"] == "uninstall").unwrap();
    assert_eq!(uninstall["effects"], serde_json::json!(["reads", "writes", "destructive"]));
    assert_eq!(uninstall["arguments"][0]["name"], "SPEC");
    assert!(report["global_options"].as_array().unwrap().iter().any(|one| one["name"] == "--json"));
    let setup = world.done(["help", "ci", "setup", "--json"]).json();
    assert_eq!(setup["verbs"][0]["name"], "ci setup");
    let unknown = world.gom(["help", "instal", "--json"]).run().json();
    assert_eq!(unknown["error"]["hint"], "did you mean `gom help install --json`?");
}

#[test]
fn help_needs_no_settings_that_are_right() {
    let world = World::publishing(&[]);
    assert_eq!(world.gom(["help", "--json"]).env("GOM_OFFLINE", "maybe").run().code, Some(0));
}
