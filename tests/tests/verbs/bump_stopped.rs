//! `gom bump` in projects that it can't move, or not at once: what is found before the first file is written, and how the same
//! command goes on.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use gom_tests::{FakeToolchain, skip};
use insta::assert_snapshot;

use super::bump::project;
use super::bump_tidy::tidying;

#[test]
fn without_an_answer_it_is_not_known_whether_a_version_exists() {
    let (world, _) = project();
    let unknown = |arguments: &[&str]| {
        let output = world.gom(arguments.iter().copied()).run();
        assert_eq!(output.code, Some(4), "{output}");
        assert!(output.stderr.contains("error: can't tell whether Go 1.98.7 exists: the lists"), "{output}");
    };
    unknown(&["bump", "1.98.7", "--yes", "--offline"]);
    // A newer release of that line is known, so there is no such one.
    world.write(".go-version", "1.22.6\n");
    assert_eq!(world.gom(["bump", "1.22rc9", "--yes", "--offline"]).run().code, Some(3));
    world.write(".go-version", "1.98.7\n");
    unknown(&["lock", "--dry-run", "--offline"]);
}

#[test]
fn a_level_that_is_misspelled_is_suggested() {
    let (world, _) = project();
    assert_snapshot!(world.say(["bump", "minro"]), @"
    exit: 2
    --- stdout
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    error: `minro` is neither a level (patch or minor) nor a version
    hint: did you mean `gom bump minor`?
    ");
}

#[test]
fn a_tidy_that_stopped_goes_on_with_the_same_command() {
    let (world, _) = project();
    world.publish(&tidying("1.98.5"));
    world.done(["install", "1.98.5"]);
    for module in ["a", "b", "c"] {
        world.write(&format!("{module}/go.mod"), format!("module example.test/{module}\n\ngo 1.97\n"));
    }
    world.write("b/fails", "");
    let failed = world.gom(["bump", "--tidy", "--yes"]).run();
    assert_eq!(failed.code, Some(1), "{failed}");
    assert!(failed.stderr.contains("tidied .\ntidied a\nnot tidied: b, c\n"), "{failed}");
    assert!(failed.stderr.ends_with("then run `gom bump --tidy --yes` again\n"), "{failed}");
    let failed = world.gom(["bump", "--tidy", "--yes", "--json"]).run().json();
    assert_eq!((&failed["tidied"], &failed["not_tidied"]), (&["", "a"].into(), &["b", "c"].into()));
    fs::remove_file(world.work().join("b/fails")).unwrap();
    assert_snapshot!(world.say(["bump", "--tidy"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: `go mod tidy` would run in 4 modules, and nobody can be asked
    hint: run `gom bump --tidy --yes`
    ");
    assert!(!world.work().join("c/tidied").exists());
    let dry = world.gom(["bump", "--tidy", "--dry-run"]).done();
    assert!(dry.stderr.contains("would tidy b\nwould tidy c\n"), "{dry}");
    let output = world.gom(["bump", "--tidy", "--yes"]).done();
    assert!(output.stderr.contains("tidied b\ntidied c\n"), "{output}");
    assert_eq!(world.read("c/tidied"), "mod tidy local\n");
}

#[test]
fn a_tidy_that_fails_because_gom_is_offline_says_so() {
    let (world, _) = project();
    let script = "echo \"go: a.b/c: module lookup disabled by GOPROXY=$GOPROXY\" >&2; exit 1\n";
    world.publish(&FakeToolchain::here("1.98.5").program("bin/go", script));
    world.done(["install", "1.98.5"]);
    let output = world.gom(["bump", "1.98.5", "--tidy", "--yes", "--offline", "--quiet"]).run();
    assert_snapshot!(output.snapshot(&world), @"
    exit: 1
    --- stdout
    --- stderr
    error: `go mod tidy` failed in `[WORK]`: go: a.b/c: module lookup disabled by GOPROXY=off
    hint: GOPROXY is off because of --offline; without that, run `gom bump 1.98.5 --tidy --yes` again
    ");
}

/// For root no folder is closed, so somebody else runs gom.
#[test]
fn a_folder_that_is_closed_is_found_before_any_version_moves() {
    let (world, _) = project();
    world.write("go.mod", "module example.test/m\n\ngo 1.98.1\n");
    world.write("z/go.mod", "module example.test/z\n\ngo 1.98.1\n");
    let (gom, folder) = (world.store().join("bin/gom"), world.work().join("z"));
    let bump = || world.sandbox.as_user(42_431, [gom.to_str().unwrap(), "bump", "1.98.3", "--yes"]);
    fs::set_permissions(&folder, PermissionsExt::from_mode(0o555)).unwrap();
    let Some(run) = bump() else {
        skip("no program can run here as somebody else");
        return;
    };
    let output = run.run();
    fs::set_permissions(&folder, PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stderr.contains("/z/go.mod`: Permission denied"), "{output}");
    let hint = format!(
        "hint: run `ls -ld {}` and make the folder writable, then run `gom bump 1.98.3 --yes` again\n",
        folder.display()
    );
    assert!(output.stderr.ends_with(&hint), "{output}");
    assert_eq!(world.read(".go-version"), "1.98.1\n");
    bump().unwrap().done();
    for file in ["go.mod", "z/go.mod"] {
        assert!(world.read(file).ends_with("go 1.98.3\n"), "{file}");
    }
    assert_eq!(world.read(".go-version"), "1.98.3\n");
}

#[test]
fn a_file_that_changes_while_gom_asks_stops_the_move_before_it_begins() {
    let (world, _) = project();
    world.write("go.mod", "module example.test/m\n\ngo 1.98.1\n");
    world.write("z/go.mod", "module example.test/z\n\ngo 1.98.1\n");
    let gom = world.store().join("bin/gom");
    let Some(mut terminal) = world.terminal((160, 80), gom, ["bump", "1.98.3"]) else { return };
    terminal.wait_for("the question", |screen| screen.contains("Change 4 files?"));
    world.write("z/go.mod", "module example.test/z\n\ngo 1.98.1 // mine\n");
    terminal.press("y\r");
    let shown = terminal.end();
    assert!(format!("{shown:?}").contains("run `gom bump 1.98.3` again"), "{shown:?}");
    assert_eq!(world.read(".go-version"), "1.98.1\n");
    assert!(world.read("Dockerfile").starts_with("FROM golang:1.98.1-"));
    world.done(["bump", "1.98.3", "--yes"]);
    assert_eq!(world.read("z/go.mod"), "module example.test/z\n\ngo 1.98.3 // mine\n");
}

#[test]
fn a_linked_version_file_decides_and_is_not_written() {
    let (world, _) = project();
    world.write("d/gv", "1.98.2\n");
    fs::remove_file(world.work().join(".go-version")).unwrap();
    symlink("d/gv", world.work().join(".go-version")).unwrap();
    for arguments in [&["bump", "--yes"][..], &["bump", "--dry-run"], &["sync", "--to", "1.98.3", "--yes"]] {
        let output = world.gom(arguments.iter().copied()).run();
        assert_eq!(output.code, Some(1), "{output}");
        assert!(
            output.stderr.contains("/.go-version` is a link to `d/gv`, and gom edits no file"),
            "{output}"
        );
    }
    assert!(world.read("Dockerfile").starts_with("FROM golang:1.98.1-"), "nothing else is written");
    assert_eq!(world.read("d/gv"), "1.98.2\n");
    let check = world.gom(["sync", "--check"]).run();
    assert_eq!(check.code, Some(10), "{check}");
    assert!(check.stdout.starts_with("Go 1.98.2, by .go-version:1\n"), "{check}");
    assert!(check.stdout.contains("a link to d/gv\n"), "{check}");
    // The command of the hint ends it.
    let (file, new) = (world.work().join(".go-version"), world.work().join(".go-version.new"));
    fs::copy(&file, &new).unwrap();
    fs::rename(&new, &file).unwrap();
    world.done(["bump", "--yes"]);
    assert_eq!(
        (world.read(".go-version"), world.read("d/gv")),
        ("1.98.3\n".to_owned(), "1.98.2\n".to_owned())
    );
}

#[test]
fn a_version_file_that_names_no_release_is_named() {
    let (world, _) = project();
    let before = world.read("Dockerfile");
    for text in ["^1.26", "tip", "1.026.9", ""] {
        world.write(".go-version", format!("{text}\n"));
        for verb in ["bump", "sync"] {
            let output = world.gom([verb, "--yes"]).run();
            assert_eq!(output.code, Some(2), "{text} {output}");
            assert!(
                output.stderr.contains(&format!("{}:1: ", world.work().join(".go-version").display())),
                "{text} {output}"
            );
        }
    }
    assert_eq!(world.read("Dockerfile"), before);
    for file in ["go.mod", "Dockerfile", ".github/workflows/ci.yml"] {
        fs::remove_file(world.work().join(file)).unwrap();
    }
    world.write(".go-version", "stable\n");
    assert_snapshot!(world.say(["bump"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: nothing in `[WORK]` names a release: .go-version:1 asks for `stable`, which means another release as time goes on
    hint: write a release such as 1.22.6 there; `gom list-remote` lists them
    ");
    world.write(".go-version", "system\n");
    let output = world.gom(["bump"]).run();
    assert!(
        output.stderr.contains("asks for `system`, which means the Go that gom does not manage"),
        "{output}"
    );
}

#[test]
fn a_go_mod_that_go_refuses_is_an_error_with_its_line() {
    let (world, _) = project();
    let conflict = "module example.test/m\n\n<<<<<<< HEAD\ngo 1.98.1\n=======\ngo 1.98.2\n>>>>>>> b\n";
    for (text, line) in
        [(conflict, 3), ("\u{feff}module m\ngo 1.98.1\n", 1), ("module m\ngo 1.98.1\nuse x\n", 3)]
    {
        world.write("z/go.mod", text);
        let output = world.gom(["bump", "--yes"]).run();
        assert_eq!(output.code, Some(2), "{output}");
        assert!(output.stderr.contains(&format!("/z/go.mod:{line}: not valid: ")), "{output}");
        assert_eq!(world.read("z/go.mod"), text);
    }
    fs::remove_file(world.work().join(".go-version")).unwrap();
    world.write("go.mod", conflict);
    let output = world.gom(["bump", "--yes"]).run();
    assert_eq!(output.code, Some(2), "{output}");
    assert!(
        output.stderr.contains(&format!(
            "{}:3: not valid: a merge conflict is not resolved\n",
            world.work().join("go.mod").display()
        )),
        "{output}"
    );
}
