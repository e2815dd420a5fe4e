//! The settings of a project: what pins one Go for everybody goes, and every other byte stays.

use std::fs;
use std::os::unix::fs::symlink;

use gom_tests::{World, contents, skip};
use insta::assert_snapshot;

use crate::world::{SETTINGS, Settings};

const PINNED: &str = "\u{feff}{\r\n  // our settings\r\n  \"editor.tabSize\": 4,\r\n  \"go.goroot\": \"/usr/local/go\", // mine\r\n  \"go.alternateTools\": {\r\n    \"go\": \"/home/ada/go/bin/go\"\r\n  },\r\n  \"gopls\": { \"ui.semanticTokens\": true, },\r\n}\r\n";

#[test]
fn a_fixed_goroot_and_the_path_of_a_go_are_taken_out_and_every_other_byte_stays() {
    let world = World::with_settings(PINNED);
    assert_snapshot!(world.said(&["--dry-run"]), @r#"
    exit: 10
    --- stdout
    --- [WORK]/.vscode/settings.json
    +++ [WORK]/.vscode/settings.json
    @@ -3,6 +3,3 @@
       "editor.tabSize": 4,
    -  "go.goroot": "/usr/local/go", // mine
    -  "go.alternateTools": {
    -    "go": "/home/ada/go/bin/go"
    -  },
    +  // mine
       "gopls": { "ui.semanticTokens": true, },
    go.goroot is removed: it sets one GOROOT for every folder, whatever the project needs (docs/editors.md#gogoroot)
    go.alternateTools.go is removed: the path is that of one machine; PATH leads to the Go of the project (docs/editors.md#goalternatetools)
    --- stderr
    "#);
    assert_eq!(world.settings(), PINNED);
    assert_snapshot!(world.said(&["--yes"]), @r#"
    exit: 0
    --- stdout
    --- stderr
    changed [WORK]/.vscode/settings.json
    hint: run "Developer: Reload Window" in VS Code; what gom wrote, `--undo` takes out again
    "#);
    assert_eq!(
        world.settings(),
        "\u{feff}{\r\n  // our settings\r\n  \"editor.tabSize\": 4,\r\n  // mine\r\n  \"gopls\": { \"ui.semanticTokens\": true, },\r\n}\r\n"
    );
    // A second time there is nothing to do.
    assert_snapshot!(world.said(&["--yes"]), @"
    exit: 0
    --- stdout
    --- stderr
    this project's settings pin no Go: VS Code follows gom by PATH
    ");
    assert_eq!(world.vscode(&["--dry-run"]).code, Some(0));
    assert_eq!(world.records(), 1);
}

#[test]
fn what_is_true_for_every_colleague_stays() {
    for content in [
        "{\n  \"go.alternateTools\": { \"go\": \"gotip\", \"gopls\": \"/opt/gopls\" },\n  \"go.goroot\": \"\"\n}\n",
        "{ \"go.goroot\": null }",
        "{ \"[go]\": { \"go.goroot\": \"/x\" }, \"files.associations\": { \"go\": \"/x/go\" } }",
        "// \"go.goroot\": \"/x\"\n",
        "",
    ] {
        let world = World::with_settings(content);
        let output = world.vscode(&["--yes"]);
        assert_eq!((output.code, world.settings().as_str()), (Some(0), content), "{output}");
        assert_eq!(world.records(), 0);
    }
}

#[test]
fn other_tools_of_the_object_stay() {
    let world = World::with_settings(
        "{\"go.goroot\": \"/a\", \"go.goroot\": \"/b\", \"go.alternateTools\": {\"go\": \"~/go\", \"dlv\": \"/opt/dlv\"}}",
    );
    assert_eq!(world.vscode(&["--yes"]).code, Some(0));
    assert_eq!(world.settings(), "{\"go.alternateTools\": {\"dlv\": \"/opt/dlv\"}}");
}

#[test]
fn the_settings_of_folders_below_the_root_and_of_workspace_files_count() {
    let world = World::with_settings("{\n  \"go.goroot\": \"/x\"\n}\n");
    world.write(".git/HEAD", "");
    world.write("sub/.vscode/settings.json", "{\"go.goroot\": \"/y\"}");
    world.write("other/.vscode/settings.json", "{\"go.goroot\": \"/z\"}");
    world.write("all.code-workspace", "{\"folders\": [], \"settings\": {\"go.goroot\": \"/w\"}}");
    world.gom(["ide", "vscode", "--yes"]).cwd(world.work().join("sub")).done();
    assert_eq!(world.settings(), "{\n}\n");
    assert_eq!(world.read("sub/.vscode/settings.json"), "{}");
    assert_eq!(world.read("other/.vscode/settings.json"), "{\"go.goroot\": \"/z\"}");
    assert_eq!(world.read("all.code-workspace"), "{\"folders\": [], \"settings\": {}}");
    // From anywhere in the project it is undone as a whole.
    world.done(["ide", "vscode", "--undo", "--yes"]);
    assert_eq!(world.settings(), "{\n  \"go.goroot\": \"/x\"\n}\n");
    assert_eq!(world.read("all.code-workspace"), "{\"folders\": [], \"settings\": {\"go.goroot\": \"/w\"}}");
    assert_eq!(world.records(), 0);
}

#[test]
fn a_project_without_settings_gets_none() {
    let world = World::with(&["1.98.1"]);
    let before = contents(&world.work());
    assert_snapshot!(world.said(&["--yes"]), @"
    exit: 0
    --- stdout
    --- stderr
    this project has no settings of VS Code: it follows gom by PATH
    ");
    assert_eq!(contents(&world.work()), before);
}

#[test]
fn a_link_is_never_written_through() {
    let world = World::with(&["1.98.1"]);
    world.write(".git/HEAD", "");
    let victim = "{\"go.goroot\": \"/x\"}";
    world.write_home("secret/settings.json", victim);
    for (link, target) in
        [(".vscode", world.home().join("secret")), (SETTINGS, world.home().join("secret/settings.json"))]
    {
        let link = world.work().join(link);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(target, &link).unwrap();
        for options in [&["--yes"][..], &["--dry-run"]] {
            let output = world.vscode(options);
            assert_eq!(output.code, Some(1), "{output}");
            assert!(output.stderr.contains("is a link"), "{output}");
            assert!(!output.stdout.contains("/x"), "{output}");
        }
        assert_eq!(fs::read_to_string(world.home().join("secret/settings.json")).unwrap(), victim);
        fs::remove_file(link).unwrap();
    }
    assert_eq!(world.records(), 0);
}

#[test]
fn a_broken_file_is_an_error_with_its_line_and_stays() {
    for (content, line) in [
        (&b"{\n  \"go.goroot\": \"/x\"\n  \"a\": 1\n}\n"[..], 2),
        (b"{\n  \"go.goroot\": \"/x\xff\"\n}", 2),
        (b"{\"go.goroot\": \"/x\"", 1),
    ] {
        let world = World::with_settings(content);
        let output = world.vscode(&["--yes"]);
        assert_eq!(output.code, Some(1), "{output}");
        assert!(output.stderr.contains(&format!("settings.json` line {line}: ")), "{output}");
        assert_eq!(fs::read(world.work().join(SETTINGS)).unwrap(), content);
    }
}

#[test]
fn without_a_terminal_nothing_is_changed_unless_yes_is_given() {
    let world = World::with_settings(PINNED);
    assert_snapshot!(world.said(&[]), @"
    exit: 2
    --- stdout
    --- stderr
    error: 1 file would be changed, and nobody can be asked
    hint: run `gom ide vscode --dry-run` to see the change, then `gom ide vscode --yes`
    ");
    assert_eq!(world.vscode(&["--json"]).json()["error"]["code"], 2);
    assert_eq!(world.settings(), PINNED);
}

#[test]
fn at_a_terminal_the_answer_decides() {
    let world = World::with_settings(PINNED);
    let gom = world.store().join("bin/gom");
    for (answer, is_yes) in [("n\n", false), ("\u{4}", false), ("y\n", true)] {
        let Some(mut terminal) = world.terminal((120, 50), &gom, ["ide", "vscode"]) else {
            skip("no setsid here");
            return;
        };
        terminal.wait_for("the question", |screen| screen.contains("[y/N]"));
        terminal.press(answer);
        let (code, screen, _) = terminal.end();
        assert_eq!(code, Some(i32::from(!is_yes)), "{screen}");
        assert_eq!(world.settings() != PINNED, is_yes, "{screen}");
    }
}

#[test]
fn the_object_names_each_file_and_setting() {
    let world = World::with_settings(PINNED);
    let report = world.vscode(&["--dry-run", "--json"]).json();
    assert_eq!((&report["changed"], &report["scope"]), (&false.into(), &"workspace".into()));
    let settings = report["files"][0]["settings"].as_array().unwrap();
    let names: Vec<&str> = settings.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["go.goroot", "go.alternateTools.go"]);
    assert_eq!(settings[0]["action"], "remove");
    assert_eq!(settings[0]["docs"], "docs/editors.md#gogoroot");
    assert!(report["files"][0]["diff"].as_str().unwrap().contains("-  \"go.goroot\""));
    assert_eq!(world.vscode(&["--yes", "--json"]).json()["changed"], true);
    assert_eq!(world.vscode(&["--yes", "--json"]).json()["files"], serde_json::json!([]));
}
