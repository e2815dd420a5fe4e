//! K6: the surroundings of gom and of the go that runs: a GOROOT that gom overrides, a store that can't be written,
//! names that are not UTF-8, files of other tools.

use crate::cures::{diagnosis, found};
use crate::world::{Doctored, findings, texts};
use gom_tests::World;
use std::process::Command;

/// K6.1
#[test]
fn a_goroot_of_go_env_is_not_a_broken_toolchain() {
    // It starts as the real one does: not with a GOROOT that is not there.
    let home = World::healthy(&["1.30.1"]);
    let go = home.goroot(&gom_tests::FakeToolchain::here("1.30.1").name()).join("bin/go");
    let script = "#!/bin/sh\n\
        goroot=${GOROOT-$(sed -n 's/^GOROOT=//p' \"${GOENV:-${XDG_CONFIG_HOME:-$HOME/.config}/go/env}\" 2>/dev/null)}\n\
        [ -z \"$goroot\" ] || [ -d \"$goroot\" ] || { echo \"go: cannot find GOROOT directory: $goroot\" >&2; exit 2; }\n\
        echo go version go1.30.1\n";
    std::fs::write(&go, script).unwrap();
    home.write_home(".config/go/env", "GOROOT=/nowhere/go\n");
    let elsewhere = home.write_home("elsewhere/env", "GOROOT=/nowhere/go\n");
    for change in [("GOENV", ""), ("GOENV", elsewhere.to_str().unwrap())] {
        let output = home.gom(["doctor", "--json"]).env(change.0, change.1).run();
        let said = diagnosis(&output);
        assert!(found(&said, "toolchain-does-not-start").is_empty(), "{change:?}\n{said:#}");
        assert_eq!(found(&said, "goroot-set").len(), 1, "{change:?}\n{said:#}");
    }
}

/// K6.6: a store on a file system that is mounted read-only. Every verb that writes says so, and the doctor does.
#[test]
fn a_read_only_store_is_said_by_the_doctor_and_by_every_verb_that_writes() {
    let can_mount =
        Command::new("unshare").args(["-rm", "true"]).status().is_ok_and(|status| status.success());
    if !can_mount {
        eprintln!("skipped: no mounts of one's own here");
        return;
    }
    let home = World::healthy(&["1.30.1", "1.29.3"]);
    let run = |script: &str| {
        let store = home.store();
        let script =
            format!("mount --bind {0} {0} && mount -o remount,ro,bind {0} && {script}", store.display());
        home.command("unshare", ["-rm", "sh", "-c", &script]).run()
    };
    let output = run("gom doctor --json");
    let said = diagnosis(&output);
    let finding = found(&said, "store-not-writable");
    assert_eq!(finding.len(), 1, "{said:#}");
    let evidence = &finding[0]["evidence"][0];
    assert_eq!(evidence["value"], "is on a file system that is mounted read-only");
    for verb in ["use 1.29.3", "install 1.29.3 --force", "uninstall 1.29.3 --yes", "self init"] {
        let output = run(&format!("gom {verb}"));
        assert_eq!(output.code, Some(1), "{verb}\n{output}");
        assert!(output.stderr.contains("error: ") && output.stderr.contains("hint: "), "{verb}\n{output}");
        assert!(output.stderr.contains("ead-only file system"), "{verb}\n{output}");
        assert!(output.stderr.contains("GOM_HOME"), "{verb}\n{output}");
    }
    // What only reads works.
    for verb in ["list", "current", "which", "why", "install 1.29.3"] {
        let output = run(&format!("gom {verb}"));
        assert_eq!(output.code, Some(0), "{verb}\n{output}");
    }
}

/// K9.2: what lies below a name that is not UTF-8 is not called missing.
#[test]
#[cfg(target_os = "linux")]
fn nothing_false_is_said_of_a_home_whose_name_is_not_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let home = World::healthy(&["1.30.1"]);
    let odd = home.home().join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    let copied = Command::new("cp").arg("-a").arg(home.store()).arg(&odd).status().unwrap();
    assert!(copied.success());
    let mut path = odd.join("bin").into_os_string();
    path.push(":/usr/bin:/bin");
    let run = |arguments: &[&str]| {
        home.command(odd.join("bin/gom"), arguments).env("HOME", &odd).env("PATH", &path).run()
    };
    let output = run(&["doctor"]);
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stdout.starts_with("all is well"), "{output}");
    assert_eq!(found(&diagnosis(&run(&["doctor", "--json"])), "name-not-utf8").len(), 1);
}

/// K6.6: files of other tools, in a real folder.
#[test]
fn files_of_other_tools_in_a_project_are_seen() {
    let home = World::healthy(&["1.30.1"]);
    home.write("go.mod", "module m\n\ngo 1.29.0\n");
    home.write(".go-version", "1.30.1\n");
    home.write(".tool-versions", "nodejs 20\ngolang 1.29.3\n");
    home.write("mise.toml", "[tools]\ngo = \"1.28\"\n");
    home.write(".gitlab-ci.yml", "image: golang:1.27-alpine\n");
    let workflow = "jobs:\n  x:\n    strategy:\n      matrix:\n        go: [1.20, '1.30']\n        go-version:\n          - 1.30\n";
    home.write(".github/workflows/ci.yml", workflow);
    let said = diagnosis(&home.doctor(&["--json"]));
    let places = |id: &str| -> Vec<String> {
        let evidence = found(&said, id).into_iter().map(|one| one["evidence"][0]["place"].as_str().unwrap());
        evidence.map(|place| place.strip_prefix(home.work().to_str().unwrap()).unwrap().to_owned()).collect()
    };
    assert_eq!(places("other-pins-differ"), ["/.tool-versions:2"]);
    assert_eq!(
        places("project-files-differ"),
        ["/.github/workflows/ci.yml:5", "/.gitlab-ci.yml:1", "/mise.toml:2"]
    );
    assert_eq!(places("yaml-version-number"), ["/.github/workflows/ci.yml:5", "/.github/workflows/ci.yml:7"]);
    // `why` has them as well.
    let why = home.done(["why", "--json"]).json();
    let tools = why["not_followed"].as_array().unwrap().iter().collect::<Vec<_>>();
    assert_eq!(texts(&tools, "tool"), ["asdf", "mise", "github", "gitlab"]);
}

/// The settings of VS Code, as people and programs write them: every setting is found, on its line, and no other.
#[test]
fn settings_of_vscode_are_read_in_every_form() {
    let home = World::healthy(&["1.30.1"]);
    home.write("go.mod", "module m\n\ngo 1.29.0\n");
    let user = ".config/Code/User/settings.json";
    let text = concat!(
        "\u{feff}{\r\n",
        "  // \"go.goroot\": \"/nowhere/old\",\r\n",
        "  /* \"go.goroot\": \"/nowhere/older\", */\r\n",
        "  \"files.associations\": {\"go\": \"/nowhere/file\"},\r\n",
        "  \"go.goroot\": \"\\/nowhere\\u002fa b\", // mine\r\n",
        "  \"go.alternateTools\": {\r\n    \"go\": \"/nowhere/bin/go\",\r\n  },\r\n",
        "}\r\n",
    );
    let file = home.write_home(user, text);
    home.write(".vscode/settings.json", "{\"go.goroot\": \"/nowhere/c\", \"x.token\": \"hunter2\"}\n");
    let said = diagnosis(&home.doctor(&["--json"]));
    let seen = || -> Vec<(String, String)> {
        let evidence = found(&said, "vscode-go-missing").into_iter().map(|one| &one["evidence"][0]);
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        evidence.map(|one| (text(&one["place"]), text(&one["value"]))).collect()
    };
    let own = home.work().join(".vscode/settings.json");
    let one = |file: &std::path::Path, line: usize, value: &str| {
        (format!("{}:{line}", file.display()), value.to_owned())
    };
    let mut expected = vec![
        one(&file, 5, "\"go.goroot\": \"\\/nowhere\\u002fa b\", // mine"),
        one(&file, 7, "\"go\": \"/nowhere/bin/go\","),
        one(&own, 1, "\"go.goroot\": \"/nowhere/c\""),
    ];
    // By file, and then in the order of the settings.
    expected.sort_by_key(|(place, _)| place.rsplit_once(':').unwrap().0.to_owned());
    assert_eq!(seen(), expected);
    assert!(!home.done(["doctor", "--save-facts"]).stdout.contains("hunter2"));
    // Lines of their own are commented out; the other file is for the user to change.
    home.gom(["doctor", "--fix", "--yes"]).run();
    let fixed = text.replace("  \"go.goroot\": \"\\/", "//   \"go.goroot\": \"\\/");
    let fixed = fixed.replace("    \"go\": \"/nowhere/bin", "//     \"go\": \"/nowhere/bin");
    assert_eq!(home.read_home(user), fixed);
    let left = diagnosis(&home.doctor(&["--json"]));
    let places: Vec<&str> = found(&left, "vscode-go-missing")
        .into_iter()
        .map(|one| one["evidence"][0]["place"].as_str().unwrap())
        .collect();
    assert_eq!(places, [format!("{}:1", own.display())]);
}

/// A file that is not valid is a note: nothing is found in it, and nothing is said to be missing.
#[test]
fn files_that_are_not_valid_are_notes() {
    let home = World::healthy(&["1.30.1"]);
    home.write("go.mod", "module m\n\ngo 1.29.0\n");
    home.write("mise.toml", "[tools]\ngo = \"1.28\n");
    home.write(".github/workflows/ci.yml", "env:\n  GO_VERSION: 1.20\n  x: [\n");
    home.write_home(".config/Code/User/settings.json", "{\n  \"go.goroot\": \"/nowhere/go\",\n  \"a\n}\n");
    let output = home.doctor(&["--json"]);
    let said = diagnosis(&output);
    assert_eq!(output.code, Some(0), "{output}");
    for id in ["vscode-go-missing", "yaml-version-number", "project-files-differ", "other-pins-differ"] {
        assert!(found(&said, id).is_empty(), "{id}\n{said:#}");
    }
    let notes = found(&said, "unreadable");
    let ends = ["settings.json:3", "ci.yml:3", "mise.toml:2"];
    assert_eq!(notes.len(), ends.len(), "{said:#}");
    for note in notes {
        let place = note["evidence"][0]["place"].as_str().unwrap();
        assert!(ends.iter().any(|end| place.ends_with(end)), "{place}");
        assert_eq!(note["severity"], "note");
    }
}

/// K9: the exit code follows what is asked to count.
#[test]
fn fail_on_chooses_what_counts() {
    let home = World::healthy(&["1.30.1"]);
    let code = |arguments: &[&str]| home.doctor(arguments).code;
    home.write_home(".config/go/env", "GOMYSELF=1\n");
    assert!(findings(&diagnosis(&home.doctor(&["--json"]))).iter().all(|one| one["severity"] == "note"));
    assert_eq!((code(&[]), code(&["--fail-on", "warning"])), (Some(0), Some(0)));
    let note = home.doctor(&["--fail-on", "note"]);
    assert_eq!(note.code, Some(1), "{note}");
    assert!(note.stdout.contains("go-env-file") && !note.stdout.contains("all is well"), "{note}");
    home.write_home(".config/go/env", "GOARCH=riscv64\n");
    assert_eq!((code(&[]), code(&["--fail-on", "error"])), (Some(0), Some(0)));
    assert_eq!((code(&["--fail-on", "warning"]), code(&["--fail-on", "note"])), (Some(1), Some(1)));
    assert_eq!(code(&["--fail-on", "everything"]), Some(2));
}
