//! Real homes made wrong: the doctor is right about them, and after `--fix` and the printed commands a second
//! run finds nothing.

use crate::world::{Doctored, findings};
use gom_tests::{Output, World, copy_program};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

/// Runs every command that the doctor prints, in one shell as a user would, and then the doctor again.
fn after_the_commands(home: &World) -> Output {
    let output = home.doctor(&["--json"]);
    let diagnosis: Value = serde_json::from_str(&output.stdout).unwrap();
    let bad = findings(&diagnosis).into_iter().filter(|finding| finding["severity"] != "note");
    let commands: Vec<&str> = bad
        .flat_map(|finding| finding["fix"]["commands"].as_array().unwrap())
        .map(|command| command.as_str().unwrap())
        .collect();
    let script = format!("{}\ngom doctor\n", commands.join("\n"));
    home.command("bash", ["-c", &script]).run()
}

/// The commands that fix what a check finds.
fn commands_about(home: &World, id: &str) -> Vec<String> {
    let diagnosis = home.doctor(&["--json", "--only", id]).json();
    let commands =
        findings(&diagnosis).into_iter().flat_map(|one| one["fix"]["commands"].as_array().unwrap());
    commands.map(|command| command.as_str().unwrap().to_owned()).collect()
}

fn assert_well(output: &Output) {
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stdout.starts_with("all is well: "), "{output}");
    assert_eq!(output.stdout.lines().count(), 1, "{output}");
}

#[test]
fn a_home_in_order_gets_one_line() {
    let home = World::healthy(&["1.30.1"]);
    home.write_home(".bashrc", "eval \"$(gom init bash)\"\n");
    assert_well(&home.doctor(&[]));
}

/// GOROOT by a start-up file, by `go env -w` and in this shell; an alias; gvm's line; a variable for good.
#[test]
fn a_home_full_of_leftovers_is_mended() {
    let mut home = World::healthy(&["1.30.1"]);
    let bashrc = "# mine\nexport GOROOT=$HOME/old/go\nalias go=/nowhere/go\nalias ll=ls\n\
                  [[ -s \"$HOME/.gvm/scripts/gvm\" ]] && source \"$HOME/.gvm/scripts/gvm\"\n";
    home.write_home(".bashrc", bashrc);
    home.write_home(".config/go/env", "GOROOT=/nowhere/go\nGOARCH=riscv64\nGOBIN=/nowhere/bin\n");
    home.set("GOROOT", "/nowhere/go");
    home.set("GO111MODULE", "off");
    let mut troubles = home.troubles();
    troubles.sort();
    assert_eq!(troubles, ["go-alias", "go111module-set", "goos-goarch-set", "goroot-set", "gvm"]);

    let fixed = home.doctor(&["--fix", "--yes"]);
    assert_eq!(fixed.code, Some(1), "GOROOT is still in the environment\n{fixed}");
    assert_eq!(
        home.read_home(".bashrc"),
        "# mine\n# export GOROOT=$HOME/old/go\n# alias go=/nowhere/go\nalias ll=ls\n\
         # [[ -s \"$HOME/.gvm/scripts/gvm\" ]] && source \"$HOME/.gvm/scripts/gvm\"\n"
    );
    assert_eq!(
        home.read_home(".config/go/env"),
        "# GOROOT=/nowhere/go\n# GOARCH=riscv64\nGOBIN=/nowhere/bin\n"
    );
    assert_eq!(home.read_home(".bashrc.gom-backup-1"), bashrc);
    assert_well(&after_the_commands(&home));
}

#[test]
fn another_go_before_gom_is_put_behind_it() {
    let mut home = World::healthy(&["1.30.1"]);
    let other = home.program("other/bin/go", "echo other");
    let folder = other.parent().unwrap().display().to_string();
    home.write_home(".bashrc", format!("export PATH={folder}:$PATH"));
    let path = format!("{folder}:{}/bin:/usr/bin:/bin", home.store().display());
    home.set("PATH", path);
    let output = home.doctor(&[]);
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stdout.contains(".bashrc:1: export PATH="), "{output}");

    let fixed = home.doctor(&["--fix", "--yes"]);
    let bashrc = home.read_home(".bashrc");
    assert!(bashrc.starts_with(&format!("export PATH={folder}:$PATH\n# >>> gom >>> ")), "{bashrc}\n{fixed}");
    assert_well(&after_the_commands(&home));
    let shell = home.command("bash", ["-c", ". ~/.bashrc; command -v go"]).run();
    assert_eq!(shell.stdout, format!("{}/bin/go\n", home.store().display()), "{shell}");
    // A second time there is nothing to add.
    let again = home.doctor(&["--fix", "--yes"]);
    assert!(again.stderr.contains("nothing that gom can fix automatically"), "{again}");
}

#[test]
fn gom_that_is_not_on_path_is_put_there() {
    let mut home = World::healthy(&["1.30.1"]);
    home.set("PATH", "/usr/bin:/bin");
    assert_eq!(home.troubles(), ["shim-not-on-path"]);
    let fixed = home.doctor(&["--fix", "--yes"]);
    for file in [".bashrc", ".profile"] {
        assert!(home.read_home(file).ends_with("# <<< gom <<<\n"), "{fixed}");
        let changed =
            format!("put gom's lines into {}; to undo: gom setup --undo", home.home().join(file).display());
        assert!(fixed.stderr.contains(&changed), "{fixed}");
    }
    assert_well(&after_the_commands(&home));
    // And a new shell has it by itself.
    let shell = home.command("bash", ["-c", ". ~/.bashrc; command -v go"]).run();
    assert_eq!(shell.stdout, format!("{}/bin/go\n", home.store().display()), "{shell}");
    home.done(["setup", "--undo", "--yes"]);
    assert!(!home.home().join(".bashrc").exists() && !home.home().join(".profile").exists());
}

/// The commands alone end it too: `gom setup` by its path, because gom is not on PATH.
#[test]
fn what_the_doctor_says_about_path_is_gom_setup() {
    let mut home = World::healthy(&["1.30.1"]);
    home.set("PATH", "/usr/bin:/bin");
    for (shell, source) in [
        ("bash", ". '{store}/env'; hash -r"),
        ("zsh", ". '{store}/env'; hash -r"),
        ("sh", ". '{store}/env'; hash -r"),
        ("fish", "source '{store}/env.fish'"),
        ("nu", "source \"{store}/env.nu\""),
        ("pwsh", ". '{store}/env.ps1'"),
        ("xonsh", "execx(open('{store}/env.xsh').read())"),
    ] {
        home.set("SHELL", format!("/bin/{shell}"));
        let store = home.store().display().to_string();
        let commands = commands_about(&home, "shim-not-on-path");
        assert_eq!(
            commands,
            [format!("{store}/bin/gom setup"), source.replace("{store}", &store)],
            "{shell}"
        );
        // That is what it is called, and it writes to the files of that shell.
        home.done(["setup", "--yes"]);
        home.done(["setup", "--undo", "--yes"]);
    }
}

#[test]
fn a_shell_that_gom_setup_does_not_know_gets_a_line_for_path() {
    let mut home = World::healthy(&["1.30.1"]);
    home.set("PATH", "/usr/bin:/bin");
    home.set("SHELL", "/bin/tcsh");
    let bin = home.store().join("bin").display().to_string();
    assert_eq!(commands_about(&home, "shim-not-on-path"), [format!("export PATH={bin}:\"$PATH\"")]);
    let output = home.doctor(&[]);
    assert!(output.stdout.contains("hint: add that line to your shell's start-up file"), "{output}");
    assert!(!output.stdout.contains("setup"), "{output}");
    let fixed = home.doctor(&["--fix", "--yes"]);
    assert!(fixed.stderr.contains("nothing that gom can fix automatically"), "{fixed}");
}

/// A file that gom must not change is reported, and the other edits are made.
#[test]
fn a_start_up_file_that_gom_setup_refuses_does_not_stop_the_other_edits() {
    let mut home = World::healthy(&["1.30.1"]);
    home.set("PATH", "/usr/bin:/bin");
    home.write_home(".bashrc", "# >>> gom >>> mine\n");
    home.write_home(".config/go/env", "GOARCH=riscv64\n");
    let fixed = home.doctor(&["--fix", "--yes"]);
    assert_eq!(fixed.code, Some(1), "{fixed}");
    assert!(fixed.stderr.contains("a block begins that does not end"), "{fixed}");
    assert_eq!(home.read_home(".bashrc"), "# >>> gom >>> mine\n");
    assert_eq!(home.read_home(".config/go/env"), "# GOARCH=riscv64\n");
}

#[test]
fn settings_that_stop_every_other_verb_are_found_and_mended() {
    let mut home = World::healthy(&["1.30.1"]);
    home.write_home(".gom/config.toml", "# mine\nmirrors = []\n");
    assert_eq!(home.gom(["list"]).run().code, Some(2));
    let output = home.doctor(&[]);
    assert_eq!(output.code, Some(1), "{output}");
    let place = format!("{}/config.toml:2: mirrors = []", home.store().display());
    assert!(output.stdout.contains("gom-settings") && output.stdout.contains(&place), "{output}");
    assert_well(&home.doctor(&["--fix", "--yes"]));
    assert_eq!(home.read_home(".gom/config.toml"), "# mine\n# mirrors = []\n");
    home.done(["list"]);

    home.set("GOM_SYNC", "perhaps");
    assert_eq!(home.troubles(), ["gom-settings"]);
    assert!(home.doctor(&[]).stdout.contains("unset GOM_SYNC"));
    assert_well(&after_the_commands(&home));
}

#[test]
fn a_damaged_store_is_found_and_mended() {
    let home = World::healthy(&["1.30.1", "1.29.3"]);
    let (first, second) = (home.goroot(&named("1.30.1")), home.goroot(&named("1.29.3")));
    std::fs::remove_dir_all(first.join("src")).unwrap();
    std::fs::write(second.join("VERSION"), "go1.29.0\n").unwrap();
    std::fs::remove_file(home.store().join(format!("receipts/{}.json", named("1.29.3")))).unwrap();
    let gofmt = home.store().join("bin/gofmt");
    std::fs::remove_file(&gofmt).unwrap();
    copy_program(&home.store().join("bin/gom-shim"), &gofmt);
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
    let home = World::healthy(&["1.30.1"]);
    let go = home.goroot(&named("1.30.1")).join("bin/go");
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
    let home = World::healthy(&["1.30.1", "1.29.3"]);
    home.done(["uninstall", "1.29.3", "--yes"]);
    home.write(".go-version", "1.29.3\n");
    assert_eq!(home.troubles(), ["nothing-selected"]);
    assert_well(&after_the_commands(&home));
}

#[test]
fn nothing_is_changed_without_a_yes() {
    let home = World::healthy(&["1.30.1"]);
    home.write_home(".bashrc", "alias go=/nowhere/go\n");
    let output = home.doctor(&["--fix"]);
    assert_eq!(output.code, Some(1), "{output}");
    assert!(
        output.stderr.contains("comment out") && output.stderr.contains("nothing was changed"),
        "{output}"
    );
    assert_eq!(home.read_home(".bashrc"), "alias go=/nowhere/go\n");
    assert!(!home.home().join(".bashrc.gom-backup-1").exists());
}

#[test]
fn the_printed_undo_takes_it_back() {
    let home = World::healthy(&["1.30.1"]);
    home.write_home(".bashrc", "alias go=/nowhere/go\n");
    let output = home.doctor(&["--fix", "--yes"]);
    let undo = output.stderr.split("to undo: ").nth(1).unwrap().lines().next().unwrap();
    let undone = home.command("sh", ["-c", undo]).run();
    assert_eq!(undone.code, Some(0), "{undone}");
    assert_eq!(home.read_home(".bashrc"), "alias go=/nowhere/go\n");
}

#[test]
fn a_start_up_file_that_is_a_link_stays_one() {
    let home = World::healthy(&["1.30.1"]);
    let real = home.write_home("dotfiles/bashrc", "alias go=/nowhere/go\n");
    symlink(&real, home.home().join(".bashrc")).unwrap();
    home.doctor(&["--fix", "--yes"]);
    assert!(home.home().join(".bashrc").symlink_metadata().unwrap().is_symlink());
    assert_eq!(home.read_home("dotfiles/bashrc"), "# alias go=/nowhere/go\n");
    assert_eq!(home.read_home("dotfiles/bashrc.gom-backup-1"), "alias go=/nowhere/go\n");
}

/// Programs of a project would run if the doctor looked them up or started `go` in its folder.
#[test]
fn nothing_of_a_project_runs() {
    let mut home = World::healthy(&["1.30.1"]);
    let path = format!(".:{}/bin:/usr/bin:/bin", home.store().display());
    home.set("PATH", path);
    home.program("app/go", "touch \"$HOME/ran\"");
    home.program("app/git", "touch \"$HOME/ran\"");
    home.write_home("app/go.mod", "module m\n\ngo 1.30\n");
    let output = home.gom(["doctor"]).cwd(home.home().join("app")).run();
    assert!(output.stdout.contains("path-entries"), "{output}");
    assert!(!home.home().join("ran").exists());
}

#[test]
fn files_that_disagree_in_a_project_are_found() {
    let home = World::healthy(&["1.30.1"]);
    home.write_home("app/go.mod", "module m\n\ngo 1.30.0\n\nrequire example.com/x v1.2.0\n");
    home.write_home("app/vendor/modules.txt", "# example.com/x v1.1.0\n");
    home.write_home("app/Dockerfile", "FROM golang:1.22\n");
    home.write_home("app/.env", "GOTOOLCHAIN=go1.22.0\n");
    home.write_home("app/.github/workflows/ci.yml", "jobs:\n  x:\n    runs-on: macos-13\n");
    let output = home.gom(["doctor"]).cwd(home.home().join("app")).run();
    for id in ["vendor-differs", "project-files-differ", "dotenv-sets-go", "ci-macos"] {
        assert!(output.stdout.contains(id), "{id}\n{output}");
    }
    assert!(output.stdout.contains("Dockerfile:1: FROM golang:1.22"), "{output}");
    assert_eq!(output.code, Some(0), "warnings are no errors\n{output}");
}

/// The go command puts its own folder first on PATH for what it starts, such as `go generate`.
#[test]
fn the_selected_go_itself_may_come_first() {
    let mut home = World::healthy(&["1.30.1"]);
    let own = home.goroot(&named("1.30.1")).join("bin");
    let path = format!("{}:{}/bin:/usr/bin:/bin", own.display(), home.store().display());
    home.set("PATH", path);
    assert_well(&home.doctor(&[]));
}

/// root may read everything, so somebody else has to ask.
#[test]
fn a_toolchain_that_can_not_be_read_is_not_called_missing() {
    let home = World::with(&["1.98.1"]);
    home.done(["use", "1.98.1"]);
    let (gom, tree) = (home.store().join("bin/gom"), home.store().join("toolchains"));
    let Some(run) = home.sandbox.as_user(42_427, [gom.to_str().unwrap(), "doctor"]) else {
        return gom_tests::skip("no program can run here as somebody else");
    };
    fs::set_permissions(&tree, PermissionsExt::from_mode(0o000)).unwrap();
    let output = run.run();
    fs::set_permissions(&tree, PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stdout.contains("gom can't read a part of its store"), "{output}");
    for wrong in ["is not installed", "incomplete", "is missing", "gom install"] {
        assert!(!output.stdout.contains(wrong), "{wrong}: {output}");
    }
}
