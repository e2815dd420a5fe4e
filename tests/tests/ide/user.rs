//! The user's own settings: gom's programs by their absolute paths, which survive an upgrade.

use std::fs;
use std::os::unix::fs::symlink;

use gom_tests::World;
use insta::assert_snapshot;
use serde_json::Value;

use crate::world::{OWN, Settings};

/// The settings as VS Code reads them: without comments and trailing commas.
fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_paths_of_goms_programs_are_written_and_read_back() {
    let world = World::with_own("{\n    \"go.goroot\": \"/usr/local/go\",\n    \"editor.tabSize\": 4\n}\n");
    assert_snapshot!(world.said(&["--user", "--dry-run"]), @r#"
    exit: 10
    --- stdout
    --- [HOME]/.config/Code/User/settings.json
    +++ [HOME]/.config/Code/User/settings.json
    @@ -1,4 +1,7 @@
     {
    -    "go.goroot": "/usr/local/go",
    -    "editor.tabSize": 4
    +    "editor.tabSize": 4,
    +    "go.alternateTools": {
    +        "go": "[HOME]/.gom/bin/go"
    +    },
    +    "go.toolsManagement.go": "[HOME]/.gom/lines/1.98/bin/go"
     }
    go.goroot is removed: it sets one GOROOT for every folder, whatever the project needs (docs/editors.md#gogoroot)
    go.alternateTools.go is added: gom's `go` selects the Go of each folder, also where the editor starts without your PATH (docs/editors.md#goalternatetools)
    go.toolsManagement.go is added: the newest Go that you have builds the editor's tools; the link stays the same after an upgrade (docs/editors.md#gotoolsmanagementgo)
    --- stderr
    "#);
    assert_eq!(world.vscode(&["--user", "--yes"]).code, Some(0));
    let settings = read(&world.own());
    let bin = world.store().join("bin");
    assert_eq!(settings["go.alternateTools"]["go"], bin.join("go").to_str().unwrap());
    assert_eq!(settings["go.alternateTools"].as_object().unwrap().len(), 1);
    assert_eq!(settings["editor.tabSize"], 4);
    assert_eq!(settings.get("go.goroot"), None);
    // The path leads to the Go that is there, and to the next patch after it.
    let builder = settings["go.toolsManagement.go"].as_str().unwrap();
    assert_eq!(builder, world.store().join("lines/1.98/bin/go").to_str().unwrap());
    assert!(fs::metadata(builder).unwrap().is_file());
    assert_snapshot!(world.said(&["--user", "--yes"]), @"
    exit: 0
    --- stdout
    --- stderr
    your settings name gom's programs already
    ");
}

#[test]
fn tools_that_gom_built_are_named_and_others_are_left_alone() {
    let world = World::with_own("{ \"go.alternateTools\": { \"dlv\": \"/opt/dlv\" } }");
    symlink("gom-shim", world.store().join("bin/gopls")).unwrap();
    assert_eq!(world.vscode(&["--user", "--yes"]).code, Some(0));
    let tools = read(&world.own())["go.alternateTools"].clone();
    assert_eq!(tools["gopls"], world.store().join("bin/gopls").to_str().unwrap());
    assert_eq!(tools["dlv"], "/opt/dlv");
}

#[test]
fn settings_that_are_a_link_into_dotfiles_stay_a_link() {
    let world = World::with(&["1.98.1"]);
    let real = world.write_home("dotfiles/code.json", "{}\n");
    fs::create_dir_all(world.own_file().parent().unwrap()).unwrap();
    symlink(&real, world.own_file()).unwrap();
    assert_eq!(world.vscode(&["--user", "--yes"]).code, Some(0));
    assert!(fs::symlink_metadata(world.own_file()).unwrap().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().contains("go.alternateTools"));
    assert_eq!(world.vscode(&["--user", "--undo", "--yes"]).code, Some(0));
    assert_eq!(fs::read_to_string(&real).unwrap(), "{}\n");
    assert!(fs::symlink_metadata(world.own_file()).unwrap().is_symlink());
}

#[test]
fn every_fork_that_is_there_is_written_and_a_missing_file_is_made() {
    let world = World::with(&["1.98.1"]);
    for folder in [".config/VSCodium/User", ".config/Cursor/User", ".local/share/code-server/User"] {
        fs::create_dir_all(world.home().join(folder)).unwrap();
    }
    let said = world.said(&["--user", "--yes"]);
    assert_snapshot!(said, @r#"
    exit: 0
    --- stdout
    --- stderr
    created [HOME]/.config/VSCodium/User/settings.json
    created [HOME]/.config/Cursor/User/settings.json
    created [HOME]/.local/share/code-server/User/settings.json
    hint: run "Developer: Reload Window" in VS Code; what gom wrote, `--undo` takes out again
    "#);
    for folder in [".config/VSCodium/User", ".config/Cursor/User", ".local/share/code-server/User"] {
        let file = world.home().join(folder).join("settings.json");
        assert!(read(&fs::read_to_string(&file).unwrap())["go.alternateTools"]["go"].is_string());
    }
    assert_eq!(world.vscode(&["--user", "--undo", "--yes"]).code, Some(0));
    assert!(!world.home().join(".config/Cursor/User/settings.json").exists());
    assert!(world.home().join(".config/Cursor/User").exists());
}

#[test]
fn without_a_folder_or_a_go_it_says_what_to_do() {
    let world = World::with(&["1.98.1"]);
    assert_snapshot!(world.said(&["--user", "--yes"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: there is no settings folder of VS Code or of a fork of it
    hint: start the editor once, which makes its folder, and run `gom ide vscode --user` again
    ");
    let empty = World::publishing(&["1.98.1"]);
    empty.write_home(OWN, "{}");
    fs::remove_file(empty.store().join("bin/go")).unwrap();
    assert_snapshot!(empty.said(&["--user", "--yes"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: `[HOME]/.gom/bin/go` does not exist: no toolchain is installed
    hint: run `gom install latest`
    ");
}

#[test]
fn a_device_and_a_folder_are_not_settings() {
    let world = World::with(&["1.98.1"]);
    fs::create_dir_all(world.own_file()).unwrap();
    let output = world.vscode(&["--user", "--yes"]);
    assert_eq!(output.code, Some(1), "{output}");
    fs::remove_dir(world.own_file()).unwrap();
    symlink("/dev/zero", world.own_file()).unwrap();
    let output = world.vscode(&["--user", "--yes"]);
    assert_eq!(output.code, Some(1), "{output}");
}
