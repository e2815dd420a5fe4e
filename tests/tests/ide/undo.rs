//! `--undo`: what gom wrote goes, byte for byte; what somebody changed since stays, and gom's own lines that were changed are
//! shown.

use std::fs;

use gom_tests::World;
use insta::assert_snapshot;

use crate::world::{SETTINGS, Settings};

#[test]
fn every_byte_is_as_it_was() {
    for content in [
        "{}",
        "{ }\r\n",
        "",
        "// mine\n",
        "\u{feff}{\n\t\"a\": 1 // one\n}",
        "{\"go.goroot\": \"/x\", \"go.alternateTools\": {}}",
        "{\n  \"a\": [1, 2,],\n\n  \"go.alternateTools\": {\n    \"go\": \"/old/go\", // old\n  }, /* end */\n}\n",
    ] {
        let world = World::with_own(content);
        assert_eq!(world.vscode(&["--user", "--yes"]).code, Some(0));
        assert_ne!(world.own(), content);
        assert_eq!(world.vscode(&["--user", "--undo", "--dry-run"]).code, Some(10));
        let output = world.vscode(&["--user", "--undo", "--yes"]);
        assert_eq!((output.code, world.own().as_str()), (Some(0), content), "{output}");
        assert_eq!(world.records(), 0);
    }
}

#[test]
fn several_writes_are_undone_together() {
    let pinned = "{\n  \"go.goroot\": \"/x\"\n}\n";
    let world = World::with_settings(pinned);
    assert_eq!(world.vscode(&["--yes"]).code, Some(0));
    // A colleague's commit brings another one.
    world.write(SETTINGS, "{\n  \"go.goroot\": \"/y\",\n  \"b\": 1\n}\n");
    assert_eq!(world.vscode(&["--yes"]).code, Some(0));
    assert_eq!(world.settings(), "{\n  \"b\": 1\n}\n");
    let output = world.vscode(&["--undo", "--yes"]);
    assert_eq!(output.code, Some(0), "{output}");
    assert_eq!(world.settings(), "{\n  \"go.goroot\": \"/y\",\n  \"b\": 1\n}\n");
    assert_snapshot!(world.said(&["--undo"]), @"
    exit: 0
    --- stdout
    --- stderr
    nothing that gom wrote is left
    ");
}

#[test]
fn bytes_that_were_changed_since_stay() {
    let world = World::with_own("{\n    \"a\": 1\n}\n");
    assert_eq!(world.vscode(&["--user", "--yes"]).code, Some(0));
    let ours = world.own();
    for (changed, left) in [
        // Before, behind and within what gom wrote.
        (ours.replacen("{\n", "{\n    // new\n", 1), "{\n    // new\n    \"a\": 1\n}\n"),
        (format!("// first\n{ours}"), "// first\n{\n    \"a\": 1\n}\n"),
        (ours.replacen("\"a\": 1", "\"a\": [ 2 ]", 1), "{\n    \"a\": [ 2 ]\n}\n"),
        (
            ours.trim_end().trim_end_matches('}').trim_end().to_owned() + ",\n    \"z\": {}\n}\n",
            "{\n    \"a\": 1,\n    \"z\": {}\n}\n",
        ),
        (
            ours.replacen("\"go.alternateTools\": {", "\"go.alternateTools\": {\n        \"x\": \"/x\",", 1),
            "{\n    \"a\": 1,\n    \"go.alternateTools\": {\n        \"x\": \"/x\"\n    }\n}\n",
        ),
    ] {
        fs::write(world.own_file(), &changed).unwrap();
        let output = world.vscode(&["--user", "--undo", "--yes"]);
        assert_eq!((output.code, world.own().as_str()), (Some(0), left), "{output}\n{changed}");
        // Once more from the same state.
        fs::write(world.own_file(), "{\n    \"a\": 1\n}\n").unwrap();
        assert_eq!(world.vscode(&["--user", "--yes"]).code, Some(0));
        assert_eq!(world.own(), ours);
    }
}

#[test]
fn lines_of_goms_that_were_changed_are_shown_and_nothing_is_changed() {
    let world = World::with_own("{\n    \"go.goroot\": \"/x\"\n}\n");
    assert_eq!(world.vscode(&["--user", "--yes"]).code, Some(0));
    let ours = world.own();
    let changed =
        ours.replace(".gom/bin/go\"", "own/go\"").replacen("{\n", "{\n    \"go.goroot\": \"/y\",\n", 1);
    fs::write(world.own_file(), &changed).unwrap();
    assert_snapshot!(world.said(&["--user", "--undo", "--yes"]), @r#"
    exit: 1
    --- stdout
    --- stderr
    error: `[HOME]/.config/Code/User/settings.json` was changed where gom wrote:
        line 4: go.alternateTools.go is `"[HOME]/own/go"`, gom wrote `"[HOME]/.gom/bin/go"`
        line 2: go.goroot is `"/y"`, gom removed it
    hint: remove these settings by hand, or write them as gom did, and run the command again
    "#);
    assert_eq!(world.own(), changed);
    // The hint ends the problem: the settings are as gom wrote them again, or removed.
    fs::write(world.own_file(), "{\n    \"go.goroot\": \"/x\"\n}\n").unwrap();
    assert_snapshot!(world.said(&["--user", "--undo", "--yes"]), @"
    exit: 0
    --- stdout
    --- stderr
    nothing that gom wrote is left
    ");
    assert_eq!(world.own(), "{\n    \"go.goroot\": \"/x\"\n}\n");
    assert_eq!(world.records(), 0);
}

#[test]
fn a_file_that_is_gone_needs_no_undoing() {
    let world = World::with_settings("{\"go.goroot\": \"/x\"}");
    assert_eq!(world.vscode(&["--yes"]).code, Some(0));
    fs::remove_file(world.work().join(SETTINGS)).unwrap();
    assert_snapshot!(world.said(&["--undo", "--yes"]), @"
    exit: 0
    --- stdout
    --- stderr
    nothing that gom wrote is left
    `[WORK]/.vscode/settings.json` no longer exists
    ");
    assert_eq!(world.records(), 0);
}

#[test]
fn what_a_killed_gom_recorded_and_did_not_write_is_no_hindrance() {
    let pinned = "{\"go.goroot\": \"/x\", \"a\": 1}";
    let world = World::with_settings(pinned);
    assert_eq!(world.vscode(&["--yes"]).code, Some(0));
    // The record is written first: this is what is left of a gom that was killed between the two.
    world.write(SETTINGS, pinned);
    assert_eq!(world.vscode(&["--undo", "--yes"]).code, Some(0));
    assert_eq!((world.settings().as_str(), world.records()), (pinned, 0));
    // And the other way round.
    assert_eq!(world.vscode(&["--yes"]).code, Some(0));
    world.write(SETTINGS, pinned);
    assert_eq!(world.vscode(&["--yes"]).code, Some(0));
    assert_eq!(world.settings(), "{\"a\": 1}");
    assert_eq!(world.vscode(&["--undo", "--yes"]).code, Some(0));
    assert_eq!(world.settings(), pinned);
}

#[test]
fn a_record_that_is_damaged_is_an_error_that_names_it() {
    let world = World::with_settings("{\"go.goroot\": \"/x\"}");
    assert_eq!(world.vscode(&["--yes"]).code, Some(0));
    let record = fs::read_dir(world.store().join("ide")).unwrap().next().unwrap().unwrap().path();
    fs::write(&record, "{").unwrap();
    let output = world.vscode(&["--undo", "--yes"]);
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stderr.contains("hint: remove it with `rm "), "{output}");
    fs::remove_file(record).unwrap();
    assert_eq!(world.vscode(&["--undo", "--yes"]).code, Some(0));
}

#[test]
fn gom_self_uninstall_removes_the_records() {
    let world = World::with_settings("{\"go.goroot\": \"/x\"}");
    assert_eq!(world.vscode(&["--yes"]).code, Some(0));
    world.done(["self", "uninstall", "--yes"]);
    assert!(!world.store().exists());
}
