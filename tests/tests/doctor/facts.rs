//! Facts of a host are saved without secrets, and judged elsewhere as they are here.

use crate::world::{Doctored, findings, host_file, texts};
use gom_tests::{Sandbox, World};
use serde_json::Value;

#[test]
fn saved_facts_give_the_same_diagnosis() {
    let mut home = World::healthy(&["1.30.1"]);
    home.set("GOROOT", "/nowhere/go");
    home.write_home(".bashrc", "alias go=/nowhere/go/bin/go\n");
    let file = home.home().join("host.json");
    home.done(["doctor", "--save-facts", file.to_str().unwrap()]);
    let here = home.doctor(&["--json"]);
    let there = Sandbox::new().gom(["doctor", "--json", "--facts", file.to_str().unwrap()]).run();
    assert_eq!(here.code, Some(1), "{here}");
    assert_eq!((here.stdout, here.code), (there.stdout, there.code));
}

#[test]
fn facts_go_to_standard_output_and_have_a_schema() {
    let home = World::healthy(&["1.30.1"]);
    let output = home.done(["doctor", "--save-facts"]);
    let facts: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(facts["schema"], 2);
    assert_eq!(facts["gom"]["toolchains"][0]["proof"], "sha256");
}

#[test]
fn facts_have_every_setting_that_is_set() {
    let mut home = World::healthy(&["1.30.1"]);
    let cache = home.home().join("cache").display().to_string();
    let set = [
        ("cache_dir", "GOM_CACHE_DIR", cache.as_str()),
        ("mirror", "GOM_MIRROR", "https://mirror.example/"),
        ("sources", "GOM_SOURCES", "mirror,proxy"),
        ("offline", "GOM_OFFLINE", "true"),
        ("lock_timeout", "GOM_LOCK_TIMEOUT", "7"),
        ("timeout", "GOM_TIMEOUT", "8"),
        ("auto_install", "GOM_AUTO_INSTALL", "never"),
        ("proof", "GOM_REQUIRE", "log"),
        ("sync", "GOM_SYNC", "never"),
        ("security_notice", "GOM_SECURITY_NOTICE", "never"),
        ("record_use", "GOM_RECORD_USE", "never"),
        ("store_path", "GOM_STORE_PATH", "/opt/gom:/srv/gom"),
        ("trusted_folders", "GOM_TRUSTED_FOLDERS", "/src"),
    ];
    for (_, variable, value) in set {
        home.set(variable, value);
    }
    let facts: Value = serde_json::from_str(&home.done(["doctor", "--save-facts"]).stdout).unwrap();
    let rows = set.map(|(name, variable, value)| {
        [name, value, &format!("environment variable {variable}")].map(str::to_owned)
    });
    assert_eq!(facts["gom"]["settings"], serde_json::json!(rows));
}

#[test]
fn facts_hold_no_secrets() {
    let mut home = World::healthy(&["1.30.1"]);
    for (name, value) in [
        ("GOPROXY", "https://me:hunter2@proxy.example,direct"),
        ("GOAUTH", "hunter2"),
        ("GITHUB_TOKEN", "hunter2"),
        ("GOFLAGS", "-ldflags=-X=main.key=hunter2"),
        ("GOM_MIRROR", "https://me:hunter2@mirror.example"),
    ] {
        home.set(name, value);
    }
    home.write_home(
        ".bashrc",
        "export GO_TOKEN=hunter2 PATH=$PATH\nsource <(curl https://me:hunter2@x.example)\n",
    );
    home.write_home(".config/go/env", "GOPROXY=https://me:hunter2@proxy.example\nGOAUTH=netrc hunter2\n");
    home.write_home("app/go.mod", "module m\n\ngo 1.30\n");
    home.write_home("app/.env", "PASSWORD=hunter2\nGOROOT=/x\n");
    // Values beside a version or a setting, and those of a file that is not valid.
    for (file, text) in [
        (
            "Dockerfile",
            "FROM golang:1.30\nENV GO_VERSION=1.30.1 TOKEN=hunter2\nRUN echo hunter2 > go1.30.1.linux-amd64\n",
        ),
        (".github/workflows/ci.yml", "env: {GO_VERSION: 1.30, TOKEN: hunter2}\njobs:\n  # hunter2\n"),
        (".devcontainer/devcontainer.json", "{\"image\": \"golang:1.30\", \"x\": \"hunter2\"}"),
        ("mise.toml", "[tools]\ngo = '1.30'\n[env]\nTOKEN = 'hunter2'\n"),
        (".vscode/settings.json", "{\"x\": \"hunter2\", \"go.goroot\": \"/x\"}"),
        (".gitlab-ci.yml", "variables: {hunter2: \"hunter2\n"),
    ] {
        home.write_home(&format!("app/{file}"), text);
    }
    let output = home.gom(["doctor", "--save-facts"]).cwd(home.home().join("app")).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stdout.contains("xxxxx@proxy.example"), "{output}");
    assert!(!output.stdout.contains("hunter2"), "{output}");
}

/// Version 1 recorded files that name Go versions as lines. No check reads these; all else is judged as before.
#[test]
fn facts_of_an_older_gom_are_judged_as_far_as_they_tell() {
    let sandbox = Sandbox::new();
    let text = std::fs::read_to_string(host_file("linux-project")).unwrap();
    let mut facts: Value = serde_json::from_str(&text).unwrap();
    facts["schema"] = 1.into();
    for file in facts["files"].as_object_mut().unwrap().values_mut() {
        file.as_object_mut().unwrap().remove("versions");
    }
    // A pin was recorded with the whole tag.
    let pin =
        serde_json::json!({"place": "/home/ada/app/Dockerfile:1", "value": "1.22-alpine", "tool": "docker"});
    facts["other_pins"] = serde_json::json!([pin]);
    sandbox.write("old.json", facts.to_string());
    let output = sandbox.gom(["doctor", "--json", "--facts", "old.json"]).run();
    let warning = "so the Go that `/home/ada/app/.github/workflows/ci.yml` and 1 more name is unknown";
    assert!(output.stderr.contains(warning), "{output}");
    assert!(output.stderr.contains("hint: run `gom doctor --save-facts FILE`"), "{output}");
    let said: Value = serde_json::from_str(&output.stdout).unwrap();
    let differ: Vec<&str> = findings(&said)
        .into_iter()
        .filter(|one| one["id"] == "project-files-differ")
        .map(|one| one["evidence"][0]["place"].as_str().unwrap())
        .collect();
    assert_eq!(differ, ["/home/ada/app/Dockerfile:1"]);
    let ids: Vec<&str> = texts(&findings(&said), "id");
    for id in ["project-needs-newer-go", "vendor-differs", "ci-macos", "ci-architecture", "modules-changed"] {
        assert!(ids.contains(&id), "{id}\n{ids:?}");
    }
}

#[test]
fn facts_that_are_none_are_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("bad.json", "{\"schema\": 1,");
    sandbox.write("new.json", "{\"schema\": 3}");
    for (file, says) in [("bad.json", "EOF"), ("new.json", "schema 3"), ("none.json", "none.json")] {
        let output = sandbox.gom(["doctor", "--facts", file]).run();
        assert_eq!(output.code, Some(2), "{output}");
        assert!(output.stderr.contains(says) && output.stderr.contains("hint:"), "{output}");
    }
}

#[test]
fn one_check_runs_by_its_name_or_number() {
    let sandbox = Sandbox::new();
    let file = host_file("mac-gvm");
    let only = |id: &str| sandbox.gom(["doctor", "--only", id, "--facts", file.to_str().unwrap()]).run();
    let (by_name, by_number) = (only("goroot-set"), only("env-01"));
    assert_eq!(by_name.code, Some(1), "{by_name}");
    assert!(by_name.stdout.contains("goroot-set") && !by_name.stdout.contains("other-go-first"), "{by_name}");
    assert_eq!(by_name.stdout, by_number.stdout);
    assert_eq!(only("macos-too-old").stdout, "all is well: 1 check\n");
    assert_eq!(only("snap-go").stdout, "snap-go says nothing here: it is for Linux\n");
    let unknown = only("no-such-check");
    assert_eq!(unknown.code, Some(2), "{unknown}");
    assert!(unknown.stderr.contains("hint: run `gom doctor --list`"), "{unknown}");
}

#[test]
fn what_takes_long_is_measured_only_when_asked_for() {
    let mut home = World::healthy(&["1.30.1"]);
    home.set("SHELL", "/bin/sh");
    home.write_home("app/go.mod", "module m\n\ngo 1.30.0\n");
    let facts = |arguments: &[&str]| -> Value {
        let arguments = [&["doctor", "--save-facts"], arguments].concat();
        let output = home.gom(arguments).cwd(home.home().join("app")).run();
        serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{output}"))
    };
    let (quick, long) = (facts(&[]), facts(&["--probe"]));
    assert!(quick["measured"]["shell_start"].is_null() && quick["commands"]["go mod verify"].is_null());
    assert!(long["measured"]["shell_start"].is_u64(), "{long}");
    assert!(long["measured"]["first_and_second_run"][1].is_u64(), "{long}");
    assert_eq!(long["commands"]["go mod verify"]["code"], 0, "{long}");
}
