//! Arguments and variables that `install.sh` refuses, each before anything is made.

use crate::fixture::{assert_done, assert_failed, in_every_shell};
use gom_tests::say;
use std::fs;
use std::os::unix::fs::PermissionsExt;

#[test]
fn help_is_on_standard_output_and_makes_nothing() {
    in_every_shell(|fixture| {
        let before = fixture.tree();
        for flag in ["--help", "-h"] {
            let output = fixture.install(&[flag]).run();
            assert_done(&output);
            assert!(output.stdout.contains("Usage: ./install.sh [--go SPEC]"), "{output}");
            assert_eq!(output.stderr, "");
        }
        assert_eq!(fixture.tree(), before);
    });
}

#[test]
fn wrong_arguments_are_named() {
    in_every_shell(|fixture| {
        let before = fixture.tree();
        for (arguments, message) in [
            (&["--go"][..], "error: --go needs a version"),
            (&["--go", ""], "error: --go needs a version, not ``"),
            (&["--go="], "error: --go needs a version, not ``"),
            (&["--go", "--help"], "error: --go needs a version, not `--help`"),
            (&["--build-shim", "--go", "1.22"], "error: --build-shim stands alone"),
            (&["--go", "1.22", "--build-shim"], "error: --build-shim stands alone"),
            (&["--build-shim", "--setup"], "error: --build-shim stands alone"),
            (&["--no-setup", "--build-shim"], "error: --build-shim stands alone"),
            (&["--setup", "--no-setup"], "error: one of --setup and --no-setup is enough"),
            (&["1.22.6"], "error: unexpected argument: 1.22.6"),
            (&["--prefix", "/usr"], "error: unexpected argument: --prefix"),
        ] {
            assert_failed(&fixture.install(arguments).run(), 2, &[message, "hint: ./install.sh --"]);
        }
        assert_eq!(fixture.tree(), before);
    });
}

#[test]
fn a_store_must_have_a_place_of_its_own() {
    in_every_shell(|fixture| {
        let before = fixture.tree();
        for (store, message, hint) in [
            (
                "my store",
                "error: GOM_HOME must be an absolute path: my store",
                "hint: GOM_HOME=\"$PWD/my store\"",
            ),
            ("/", "error: GOM_HOME must be a folder of gom's own: /", "hint: GOM_HOME=/opt/gom"),
            ("//", "error: GOM_HOME must be a folder of gom's own: //", "hint: GOM_HOME=/opt/gom"),
            ("/a:b", "error: no folder with a colon can be on PATH: /a:b", "hint: set GOM_HOME"),
        ] {
            assert_failed(&fixture.install(&[]).env("GOM_HOME", store).run(), 2, &[message, hint]);
        }
        let nowhere = "error: neither HOME nor GOM_HOME is set";
        assert_failed(&fixture.install(&[]).env_remove("HOME").run(), 2, &[nowhere, "hint: GOM_HOME="]);
        assert_failed(&fixture.install(&[]).env("HOME", "").run(), 2, &[nowhere, "hint: GOM_HOME="]);
        assert_eq!(fixture.tree(), before);
    });
}

#[test]
fn an_empty_gom_home_is_none_and_a_home_is_not_needed_beside_one() {
    in_every_shell(|fixture| {
        assert_done(&fixture.install(&[]).env("GOM_HOME", "").run());
        assert!(fixture.store().join("bin/gom").is_file());
        let own = fixture.path("own");
        let output = fixture.install(&[]).env("GOM_HOME", &own).env_remove("HOME").run();
        assert_done(&output);
        assert!(
            output.stderr.contains(&format!("    export PATH=\"{}/bin:$PATH\"\n", own.display())),
            "{output}"
        );
    });
}

#[test]
fn a_store_that_cannot_be_made_stops_before_the_build() {
    in_every_shell(|fixture| {
        fixture.sandbox.write("file", "mine");
        let store = fixture.path("file/store");
        let output = fixture.install(&[]).env("GOM_HOME", &store).run();
        assert_failed(&output, 1, &["error: cannot create "]);
        assert!(output.stderr.contains("not a folder: "), "{output}");
        assert!(!output.stderr.contains("cargo in "), "{output}");
    });
}

#[test]
fn a_folder_that_may_not_be_written_stops_before_the_build() {
    in_every_shell(|fixture| {
        let closed = fixture.path("closed");
        fs::create_dir(&closed).unwrap();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
        if fs::create_dir(closed.join("open after all")).is_ok() {
            say("skipped: an unwritable GOM_HOME, since this user may write everywhere");
            return;
        }
        let output = fixture.install(&[]).env("GOM_HOME", closed.join("store")).run();
        assert_failed(&output, 1, &["error: cannot write into ", "hint: set GOM_HOME to a folder"]);
        assert!(!output.stderr.contains("cargo in "), "{output}");
    });
}

/// Where not even root can make a folder.
#[cfg(target_os = "linux")]
#[test]
fn a_store_in_the_kernels_own_folder_is_an_error() {
    in_every_shell(|fixture| {
        let output = fixture.install(&[]).env("GOM_HOME", "/proc/gom").run();
        assert_failed(&output, 1, &["error: cannot "]);
    });
}
