//! Real homes made wrong: the doctor is right about them, and after `--fix` and the printed commands a second
//! run finds nothing.

use crate::world::{Home, findings};
use gom_tests::Output;
use serde_json::Value;
use std::os::unix::fs::symlink;

/// Runs every command that the doctor prints, in one shell as a user would, and then the doctor again.
fn after_the_commands(home: &Home) -> Output {
    let output = home.doctor(&["--json"]);
    let diagnosis: Value = serde_json::from_str(&output.stdout).unwrap();
    let bad = findings(&diagnosis).into_iter().filter(|finding| finding["severity"] != "note");
    let commands: Vec<&str> = bad
        .flat_map(|finding| finding["fix"]["commands"].as_array().unwrap())
        .map(|command| command.as_str().unwrap())
        .collect();
    let script = format!("{}\ngom doctor\n", commands.join("\n"));
    home.sandbox.command("bash", ["-c", &script]).run()
}

fn assert_well(output: &Output) {
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stdout.starts_with("all is well: "), "{output}");
    assert_eq!(output.stdout.lines().count(), 1, "{output}");
}

#[test]
fn a_home_in_order_gets_one_line() {
    let home = Home::with(&["1.30.1"]);
    home.write(".bashrc", "eval \"$(gom init bash)\"\n");
    assert_well(&home.doctor(&[]));
}

/// GOROOT by a start-up file, by `go env -w` and in this shell; an alias; gvm's line; a variable for good.
#[test]
fn a_home_full_of_leftovers_is_mended() {
    let mut home = Home::with(&["1.30.1"]);
    let bashrc = "# mine\nexport GOROOT=$HOME/old/go\nalias go=/nowhere/go\nalias ll=ls\n\
                  [[ -s \"$HOME/.gvm/scripts/gvm\" ]] && source \"$HOME/.gvm/scripts/gvm\"\n";
    home.write(".bashrc", bashrc);
    home.write(".config/go/env", "GOROOT=/nowhere/go\nGOARCH=riscv64\nGOBIN=/nowhere/bin\n");
    home.sandbox.set("GOROOT", "/nowhere/go");
    home.sandbox.set("GO111MODULE", "off");
    let mut troubles = home.troubles();
    troubles.sort();
    assert_eq!(troubles, ["go-alias", "go111module-set", "goos-goarch-set", "goroot-set", "gvm"]);

    let fixed = home.doctor(&["--fix", "--yes"]);
    assert_eq!(fixed.code, Some(1), "GOROOT is still in the environment\n{fixed}");
    assert_eq!(
        home.read(".bashrc"),
        "# mine\n# export GOROOT=$HOME/old/go\n# alias go=/nowhere/go\nalias ll=ls\n\
         # [[ -s \"$HOME/.gvm/scripts/gvm\" ]] && source \"$HOME/.gvm/scripts/gvm\"\n"
    );
    assert_eq!(home.read(".config/go/env"), "# GOROOT=/nowhere/go\n# GOARCH=riscv64\nGOBIN=/nowhere/bin\n");
    assert_eq!(home.read(".bashrc.gom-backup-1"), bashrc);
    assert_well(&after_the_commands(&home));
}

#[test]
fn another_go_before_gom_is_put_behind_it() {
    let mut home = Home::with(&["1.30.1"]);
    let other = home.program("other/bin/go", "echo other");
    let folder = other.parent().unwrap().display().to_string();
    home.write(".bashrc", &format!("export PATH={folder}:$PATH"));
    home.sandbox.set("PATH", format!("{folder}:{}/bin:/usr/bin:/bin", home.sandbox.store().display()));
    let output = home.doctor(&[]);
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stdout.contains(".bashrc:1: export PATH="), "{output}");

    let fixed = home.doctor(&["--fix", "--yes"]);
    let line = "eval \"$(\"$HOME/.gom/bin/gom\" init bash)\"\n";
    assert_eq!(home.read(".bashrc"), format!("export PATH={folder}:$PATH\n{line}"), "{fixed}");
    assert_well(&after_the_commands(&home));
    // A second time there is nothing to add.
    let again = home.doctor(&["--fix", "--yes"]);
    assert!(again.stderr.contains("nothing that gom can change by itself"), "{again}");
}

#[test]
fn gom_that_is_not_on_path_is_put_there() {
    let mut home = Home::with(&["1.30.1"]);
    home.sandbox.set("PATH", "/usr/bin:/bin");
    assert_eq!(home.troubles(), ["shim-not-on-path"]);
    home.doctor(&["--fix", "--yes"]);
    assert!(home.read(".bashrc").ends_with("init bash)\"\n"));
    assert_well(&after_the_commands(&home));
    // And a new shell has it by itself.
    let shell = home.sandbox.command("bash", ["-c", ". ~/.bashrc; command -v go"]).run();
    assert_eq!(shell.stdout, format!("{}/bin/go\n", home.sandbox.store().display()), "{shell}");
}

#[test]
fn settings_that_stop_every_other_verb_are_found_and_mended() {
    let mut home = Home::with(&["1.30.1"]);
    home.write(".gom/config.toml", "# mine\nmirrors = []\n");
    assert_eq!(home.sandbox.gom(["list"]).run().code, Some(2));
    let output = home.doctor(&[]);
    assert_eq!(output.code, Some(1), "{output}");
    let place = format!("{}/config.toml:2: mirrors = []", home.sandbox.store().display());
    assert!(output.stdout.contains("gom-settings") && output.stdout.contains(&place), "{output}");
    assert_well(&home.doctor(&["--fix", "--yes"]));
    assert_eq!(home.read(".gom/config.toml"), "# mine\n# mirrors = []\n");
    home.done(&["list"]);

    home.sandbox.set("GOM_SYNC", "perhaps");
    assert_eq!(home.troubles(), ["gom-settings"]);
    assert!(home.doctor(&[]).stdout.contains("unset GOM_SYNC"));
    assert_well(&after_the_commands(&home));
}

#[test]
fn a_damaged_store_is_found_and_mended() {
    let home = Home::with(&["1.30.1", "1.29.3"]);
    let (first, second) = (home.sandbox.goroot(&named("1.30.1")), home.sandbox.goroot(&named("1.29.3")));
    std::fs::remove_dir_all(first.join("src")).unwrap();
    std::fs::write(second.join("VERSION"), "go1.29.0\n").unwrap();
    std::fs::remove_file(home.sandbox.store().join(format!("receipts/{}.json", named("1.29.3")))).unwrap();
    let gofmt = home.sandbox.store().join("bin/gofmt");
    std::fs::remove_file(&gofmt).unwrap();
    std::fs::copy(home.sandbox.store().join("bin/gom-shim"), &gofmt).unwrap();
    assert_eq!(
        home.troubles(),
        ["toolchain-incomplete", "toolchain-misnamed", "toolchain-unproven", "shim-links"]
    );
    assert_well(&after_the_commands(&home));
}

fn named(version: &str) -> String {
    gom_tests::FakeToolchain::here(version).name()
}

#[test]
fn a_go_that_fails_when_it_starts_is_found() {
    let home = Home::with(&["1.30.1"]);
    let go = home.sandbox.goroot(&named("1.30.1")).join("bin/go");
    std::fs::write(&go, "#!/bin/sh\nkill -9 $$\n").unwrap();
    let output = home.doctor(&[]);
    assert_eq!(output.code, Some(1), "{output}");
    assert!(
        output.stdout.contains("toolchain-does-not-start") && output.stdout.contains("signal 9"),
        "{output}"
    );
    assert_well(&after_the_commands(&home));
}

#[test]
fn a_pin_that_is_not_installed_names_the_install() {
    let home = Home::with(&["1.30.1", "1.29.3"]);
    home.done(&["uninstall", "1.29.3", "--yes"]);
    home.sandbox.write(".go-version", "1.29.3\n");
    assert_eq!(home.troubles(), ["nothing-selected"]);
    assert_well(&after_the_commands(&home));
}

#[test]
fn nothing_is_changed_without_a_yes() {
    let home = Home::with(&["1.30.1"]);
    home.write(".bashrc", "alias go=/nowhere/go\n");
    let output = home.doctor(&["--fix"]);
    assert_eq!(output.code, Some(1), "{output}");
    assert!(
        output.stderr.contains("make a comment of") && output.stderr.contains("nothing was changed"),
        "{output}"
    );
    assert_eq!(home.read(".bashrc"), "alias go=/nowhere/go\n");
    assert!(!home.sandbox.home().join(".bashrc.gom-backup-1").exists());
}

#[test]
fn the_printed_undo_takes_it_back() {
    let home = Home::with(&["1.30.1"]);
    home.write(".bashrc", "alias go=/nowhere/go\n");
    let output = home.doctor(&["--fix", "--yes"]);
    let undo = output.stderr.split("to take it back: ").nth(1).unwrap().lines().next().unwrap();
    let undone = home.sandbox.command("sh", ["-c", undo]).run();
    assert_eq!(undone.code, Some(0), "{undone}");
    assert_eq!(home.read(".bashrc"), "alias go=/nowhere/go\n");
}

#[test]
fn a_start_up_file_that_is_a_link_stays_one() {
    let home = Home::with(&["1.30.1"]);
    let real = home.write("dotfiles/bashrc", "alias go=/nowhere/go\n");
    symlink(&real, home.sandbox.home().join(".bashrc")).unwrap();
    home.doctor(&["--fix", "--yes"]);
    assert!(home.sandbox.home().join(".bashrc").symlink_metadata().unwrap().is_symlink());
    assert_eq!(home.read("dotfiles/bashrc"), "# alias go=/nowhere/go\n");
    assert_eq!(home.read("dotfiles/bashrc.gom-backup-1"), "alias go=/nowhere/go\n");
}

/// Programs of a project would run if the doctor looked them up or started `go` in its folder.
#[test]
fn nothing_of_a_project_runs() {
    let mut home = Home::with(&["1.30.1"]);
    let path = format!(".:{}/bin:/usr/bin:/bin", home.sandbox.store().display());
    home.sandbox.set("PATH", path);
    home.program("app/go", "touch \"$HOME/ran\"");
    home.program("app/git", "touch \"$HOME/ran\"");
    home.write("app/go.mod", "module m\n\ngo 1.30\n");
    let output = home.sandbox.gom(["doctor"]).cwd(home.sandbox.home().join("app")).run();
    assert!(output.stdout.contains("path-entries"), "{output}");
    assert!(!home.sandbox.home().join("ran").exists());
}

#[test]
fn files_that_disagree_in_a_project_are_found() {
    let home = Home::with(&["1.30.1"]);
    home.write("app/go.mod", "module m\n\ngo 1.30.0\n\nrequire example.com/x v1.2.0\n");
    home.write("app/vendor/modules.txt", "# example.com/x v1.1.0\n");
    home.write("app/Dockerfile", "FROM golang:1.22\n");
    home.write("app/.env", "GOTOOLCHAIN=go1.22.0\n");
    home.write("app/.github/workflows/ci.yml", "jobs:\n  x:\n    runs-on: macos-13\n");
    let output = home.sandbox.gom(["doctor"]).cwd(home.sandbox.home().join("app")).run();
    for id in ["vendor-differs", "project-files-differ", "dotenv-sets-go", "ci-macos"] {
        assert!(output.stdout.contains(id), "{id}\n{output}");
    }
    assert!(output.stdout.contains("Dockerfile:1: FROM golang:1.22"), "{output}");
    assert_eq!(output.code, Some(0), "warnings are no errors\n{output}");
}

/// The go command puts its own folder first on PATH for what it starts, such as `go generate`.
#[test]
fn the_selected_go_itself_may_come_first() {
    let mut home = Home::with(&["1.30.1"]);
    let own = home.sandbox.goroot(&named("1.30.1")).join("bin");
    let path = format!("{}:{}/bin:/usr/bin:/bin", own.display(), home.sandbox.store().display());
    home.sandbox.set("PATH", path);
    assert_well(&home.doctor(&[]));
}
