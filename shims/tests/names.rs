//! The shim without any toolchain: whatever its name, it prints what to do and runs nothing.
//!
//! The tests need neither gom nor a toolchain. Invariant: every test has its own home and an empty
//! environment.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SHIM: &str = env!("CARGO_BIN_EXE_gom-shim");

/// Creates an empty folder for one test. cargo provides the parent and does not clear it.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs the shim by this name in this home.
fn called(name: &str, home: &Path) -> Output {
    let mut command = Command::new(SHIM);
    command.arg0(name).arg("version").env_clear().env("HOME", home).current_dir(home).output().unwrap()
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn refused(message: &str, hint: &str) -> (Option<i32>, String, String) {
    (Some(127), String::new(), format!("error: {message}\nhint: {hint}\n"))
}

#[test]
fn without_a_store_go_and_gofmt_say_what_to_do() {
    let home = folder("without_a_store");
    let store = home.join(".gom");
    let expected = refused(
        &format!(
            "there is no store at `{}` (it has no layout-version), and PATH has no `go` other than gom's",
            store.display()
        ),
        "run `gom install latest`, which makes the store, or set GOM_HOME to the folder of the one you have",
    );
    for name in ["go", "gofmt", "/somewhere/bin/go", "gom-shim", ""] {
        assert_eq!(said(&called(name, &home)), expected, "{name}");
    }
    assert_eq!(std::fs::read_dir(&home).unwrap().count(), 0, "the shim made something");
}

#[test]
fn a_versioned_name_asks_for_that_version() {
    let home = folder("a_versioned_name");
    for (name, version) in [("go1.22.6", "1.22.6"), ("/x/go1.24rc1", "1.24rc1")] {
        let expected =
            refused(&format!("Go {version} is not installed"), &format!("run `gom install {version}`"));
        assert_eq!(said(&called(name, &home)), expected);
    }
}

#[test]
fn the_release_1_20_is_named_so_that_the_command_brings_it() {
    let home = folder("the_release_1_20");
    let (code, _, stderr) = said(&called("go1.20", &home));
    assert_eq!(code, Some(127));
    assert!(stderr.ends_with("hint: run `gom install 1.20.0`\n"), "{stderr}");
}

#[test]
fn without_home_a_relative_gom_home_is_no_store() {
    let home = folder("without_home");
    let mut command = Command::new(SHIM);
    let output = command.arg0("go").env_clear().env("GOM_HOME", "store").current_dir(&home).output().unwrap();
    // The system may still find a home of this user. In both cases nothing runs and a hint is printed.
    let (code, stdout, stderr) = said(&output);
    assert!(matches!(code, Some(1 | 127)) && stdout.is_empty(), "{stderr}");
    assert!(stderr.starts_with("error: ") && stderr.contains("\nhint: "), "{stderr}");
}

#[test]
fn a_shim_that_finds_only_itself_on_path_does_not_run_itself() {
    let home = folder("only_itself_on_path");
    let bin = home.join("bin");
    std::fs::create_dir(&bin).unwrap();
    // A fresh copy may be "busy" while another test starts a program; a hard link never is.
    std::fs::hard_link(SHIM, bin.join("gom-shim")).unwrap();
    std::fs::write(home.join("layout-version"), "1\n").unwrap();
    symlink("gom-shim", bin.join("go")).unwrap();
    let output =
        Command::new(bin.join("go")).env_clear().env("PATH", &bin).current_dir(&home).output().unwrap();
    assert_eq!(said(&output).0, Some(127));
}
