//! The editors whose files gom does not write: it prints what to choose or to put there.

use std::fs;

use gom_tests::World;
use insta::assert_snapshot;

#[test]
fn each_editor_is_listed_with_what_gom_does_for_it() {
    let world = World::with(&["1.98.1"]);
    assert_snapshot!(world.say(["ide"]), @"
    exit: 0
    --- stdout
    gom ide vscode   VS Code: takes out what pins a Go; --user writes gom's programs into your settings
    gom ide goland   GoLand: prints the folder to choose; --write writes it into the project
    gom ide zed      Zed: prints the settings
    gom ide neovim   Neovim: prints the settings
    gom ide helix    Helix: prints the settings
    gom ide emacs    Emacs: prints the settings
    gom ide sublime  Sublime Text: prints the settings
    --- stderr
    ");
    let editors = world.done(["ide", "--json"]).json()["editors"].as_array().unwrap().len();
    assert_eq!(editors, 7);
}

#[test]
fn goland_gets_the_folder_of_a_line_or_of_a_go() {
    let world = World::with(&["1.98.1", "1.98.2"]);
    world.done(["use", "1.98.2"]);
    assert_snapshot!(world.say(["ide", "goland"]), @"
    exit: 0
    --- stdout
    [HOME]/.gom/lines/1.98
    --- stderr
    in Settings, Go, GOROOT: the plus, Local, and this folder; a shim does not work
    it is a link to the newest installed patch; restart GoLand after an upgrade
    ");
    // The pin is not the newest patch, so the link of the line leads elsewhere.
    world.write(".go-version", "1.98.1\n");
    let report = world.done(["ide", "goland", "--json"]).json();
    let goroot = report["goroot"].as_str().unwrap();
    assert!(world.redact(goroot).ends_with("toolchains/go1.98.1.[PLATFORM]"), "{goroot}");
    // What JetBrains asks of the folder.
    assert!(fs::metadata(format!("{goroot}/bin/go")).unwrap().is_file());
    assert!(fs::read_to_string(format!("{goroot}/VERSION")).unwrap().starts_with("go1.98.1"));
}

#[test]
fn the_settings_of_the_others_are_printed() {
    let world = World::with(&["1.98.1"]);
    assert_snapshot!(world.say(["ide", "helix"]), @r#"
    exit: 0
    --- stdout
    [language-server.gopls]
    command = "[HOME]/.gom/bin/gopls"
    --- stderr
    Helix finds gopls and dlv on PATH. If it starts without yours:
    in ~/.config/helix/languages.toml
    hint: run `gom tools install golang.org/x/tools/gopls@latest`, which makes that link
    "#);
    let shown = |editor: &str| {
        let output = world.done(["ide", editor]);
        world.redact(&output.stdout)
    };
    assert_snapshot!(shown("zed"), @r#"
    {
      "lsp": { "gopls": { "binary": { "path": "[HOME]/.gom/bin/gopls" } } },
      "dap": { "Delve": { "binary": "[HOME]/.gom/bin/dlv" } }
    }
    "#);
    assert_snapshot!(shown("neovim"), @r#"
    vim.lsp.config("gopls", { cmd = { "[HOME]/.gom/bin/gopls" } })
    vim.lsp.enable("gopls")
    "#);
    assert_snapshot!(shown("emacs"), @r#"
    (add-to-list 'exec-path "[HOME]/.gom/bin")
    (setenv "PATH" (concat "[HOME]/.gom/bin" ":" (getenv "PATH")))
    (add-hook 'go-mode-hook #'eglot-ensure)
    "#);
    assert_snapshot!(shown("sublime"), @r#"
    {
      "clients": {
        "gopls": { "enabled": true, "command": ["[HOME]/.gom/bin/gopls"] }
      }
    }
    "#);
    for editor in ["zed", "sublime"] {
        let text =
            world.done(["ide", editor, "--json"]).json()["texts"][0]["text"].as_str().unwrap().to_owned();
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
    }
}

#[test]
fn gom_writes_no_file_of_theirs() {
    let world = World::with(&["1.98.1"]);
    assert_snapshot!(world.say(["ide", "zed", "--undo"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: gom writes no file of Zed
    hint: run `gom ide zed` to see what to do
    ");
    assert_eq!(world.gom(["ide", "--yes"]).run().code, Some(2));
    assert_eq!(world.gom(["ide", "notepad"]).run().code, Some(2));
}
