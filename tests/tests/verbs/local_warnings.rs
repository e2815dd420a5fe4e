//! What `gom local` warns about: a go.mod that needs more, another go first on PATH, a folder that cannot be
//! written.

use gom_tests::World;
use insta::assert_snapshot;
use std::os::unix::fs::PermissionsExt;

#[test]
fn a_pin_below_the_floor_of_go_mod_is_said() {
    let world = World::with(&["1.98.1"]);
    world.write("go.mod", "module m\n\ngo 1.99.2\n");
    assert_snapshot!(world.say(["local", "1.98.1"]), @"
    exit: 0
    --- stdout
    --- stderr
    pinned to 1.98.1 in [WORK]/.go-version
    warning: [WORK]/go.mod:3 needs Go 1.99.2 or newer, but the pin is 1.98.1
    hint: run `gom local 1.99.2` or lower that line
    ");
    assert_eq!(world.read(".go-version"), "1.98.1\n");
}

#[test]
fn the_toolchain_line_counts_too() {
    let world = World::with(&["1.98.1"]);
    world.write("go.mod", "module m\n\ngo 1.98\n\ntoolchain go1.98.3\n");
    let report = world.done(["local", "1.98.1", "--json"]).json();
    let expected = format!(
        "{}:5 needs Go 1.98.3 or newer, but the pin is 1.98.1",
        world.work().join("go.mod").display()
    );
    assert_eq!(report["warning"], expected);
}

#[test]
fn go_work_counts_before_go_mod() {
    let world = World::with(&["1.98.1"]);
    world.write("go.work", "go 1.99\n\nuse ./m\n");
    world.write("m/go.mod", "module m\n\ngo 1.97\n");
    let output = world.gom(["local", "1.98.1"]).cwd(world.work().join("m")).run();
    let warning =
        format!("{}:1 needs Go 1.99 or newer, but the pin is 1.98.1", world.work().join("go.work").display());
    assert!(output.stderr.contains(&warning), "{output}");
}

#[test]
fn a_pin_at_or_above_the_floor_is_quiet() {
    for floor in ["1.98", "1.98.1", "1.21"] {
        let world = World::with(&["1.98.1"]);
        world.write("go.mod", format!("module m\n\ngo {floor}\n"));
        assert!(!world.done(["local", "1.98.1"]).stderr.contains("warning"), "{floor}");
    }
}

#[test]
fn another_go_first_on_path_is_said() {
    let world = World::with(&["1.98.1"]);
    let other = world.other_program("other", "go");
    let run = world.gom(["local", "1.98.1"]).env("PATH", world.path_after(&other));
    assert_snapshot!(world.shown(run), @r#"
    exit: 0
    --- stdout
    --- stderr
    pinned to 1.98.1 in [WORK]/.go-version
    warning: not in effect here: `[HOME]/other/go` comes first on PATH, before gom's `go` in `[HOME]/.gom/bin`
    hint: run `export PATH=[HOME]/.gom/bin:"$PATH"; hash -r`
    "#);
}

#[test]
fn the_environment_outranks_a_pin_too() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    let output = world.gom(["local", "1.98.1"]).env("GOM_TOOLCHAIN", "1.99.2").run();
    assert!(output.stderr.contains("not in effect here: GOM_TOOLCHAIN is set to 1.99.2"), "{output}");
}

#[test]
fn a_folder_that_cannot_be_written_stays_as_it_is() {
    let world = World::with(&["1.98.1"]);
    let folder = world.work().join("locked");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o555)).unwrap();
    if std::fs::write(folder.join("probe"), "").is_ok() {
        // Root writes anywhere: a folder in place of the file is as much of an obstacle.
        std::fs::remove_file(folder.join("probe")).unwrap();
        std::fs::create_dir(folder.join(".go-version")).unwrap();
    }
    let output = world.gom(["local", "1.98.1"]).cwd(&folder).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stderr.starts_with("error: can't write the pin: "), "{output}");
    assert!(output.stderr.contains("hint: run `ls -ld .` and make the folder writable"), "{output}");
    std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o755)).unwrap();
    assert!(std::fs::read_dir(&folder).unwrap().all(|entry| entry.unwrap().file_name() == ".go-version"));
}

#[test]
fn a_deleted_working_directory_cannot_be_pinned() {
    let world = World::with(&["1.98.1"]);
    let folder = world.work().join("gone");
    std::fs::create_dir(&folder).unwrap();
    let gom = world.store().join("bin/gom");
    let script = format!("rmdir \"$PWD\"; exec {} local 1.98.1", gom.display());
    let run = world.command("/bin/sh", ["-c", &script]).cwd(&folder).env("PATH", "/usr/bin:/bin");
    assert_snapshot!(world.shown(run), @"
    exit: 1
    --- stdout
    --- stderr
    error: the working directory no longer exists
    hint: run `cd ~` and try again
    ");
}
