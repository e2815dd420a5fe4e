//! What `install.sh` needs: Rust, new enough, and a C compiler; what is missing is named before the build.

use crate::fixture::{Fixture, assert_done, assert_failed, in_every_shell, repository};
use std::fs;

/// The first of the two numbers and the second, of the `rust-version` that the workspace asks for.
fn needed_rust() -> (u32, u32) {
    let manifest = fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let value = manifest.lines().find_map(|line| line.strip_prefix("rust-version = \"")).unwrap();
    let (major, minor) = value.trim_end_matches('"').split_once('.').unwrap();
    (major.parse().unwrap(), minor.parse().unwrap())
}

/// No build was started, and nothing was made.
#[track_caller]
fn assert_untouched(fixture: &Fixture) {
    assert!(!fixture.store().exists() && !fixture.checkout().join("target").exists());
}

#[test]
fn all_that_is_missing_is_named_at_once() {
    in_every_shell(|fixture| {
        fixture.lose(&["cargo", "rustc", "cc"]);
        let (major, minor) = needed_rust();
        let output = fixture.install(&["--go", "1.22.6"]).run();
        assert_failed(
            &output,
            1,
            &[
                &format!("error: cargo is missing: gom is built with Rust {major}.{minor} or newer"),
                &format!("error: rustc is missing: gom is built with Rust {major}.{minor} or newer"),
                "error: a C compiler is missing: cc, gcc or clang",
                "hint: get Rust from https://rustup.rs",
            ],
        );
        assert_eq!(output.stderr.matches("hint: ").count(), 3, "{output}");
        assert_untouched(fixture);
    });
}

#[test]
fn one_missing_tool_is_named_alone() {
    in_every_shell(|fixture| {
        for (tool, message) in [
            ("cargo", "error: cargo is missing"),
            ("rustc", "error: rustc is missing"),
            ("cc", "error: a C compiler is missing"),
        ] {
            fixture.lose(&[tool]);
            let output = fixture.install(&[]).run();
            assert_failed(&output, 1, &[message]);
            assert_eq!(output.stderr.matches("error: ").count(), 1, "{output}");
            assert_untouched(fixture);
            fixture.link_stub(tool, &format!("stubs/{tool}"));
        }
    });
}

#[test]
fn a_rust_that_does_not_run_says_why_itself() {
    in_every_shell(|fixture| {
        let output = fixture
            .install(&[])
            .env("STUB_CARGO_VERSION", "rustup could not choose a version")
            .env("STUB_CARGO_VERSION_STATUS", "1")
            .run();
        assert_failed(&output, 1, &["error: cargo does not run: rustup could not choose a version"]);
        assert_untouched(fixture);
    });
}

#[test]
fn an_old_rust_is_refused() {
    let (major, minor) = needed_rust();
    in_every_shell(|fixture| {
        for old in [
            format!("{major}.{}.9", minor - 1),
            // As text it sorts after the needed one.
            format!("{major}.9.0"),
            format!("{}.999.0", major - 1),
            "unknown".to_owned(),
            String::new(),
        ] {
            let output = fixture.install(&[]).env("STUB_RUSTC_VERSION", &old).run();
            let message = format!("error: Rust is too old: rustc {old}");
            assert_failed(&output, 1, &[message.trim_end(), "hint: get Rust from"]);
            assert!(output.stderr.contains(&format!("gom needs {major}.{minor} or newer\n")), "{output}");
            assert_untouched(fixture);
        }
    });
}

#[test]
fn a_rust_that_is_new_enough_is_taken() {
    let (major, minor) = needed_rust();
    in_every_shell(|fixture| {
        for new in [
            format!("{major}.{minor}.0"),
            format!("{major}.{}.0-nightly", minor + 10),
            format!("{}.0.0", major + 1),
        ] {
            assert_done(&fixture.install(&[]).env("STUB_RUSTC_VERSION", &new).run());
        }
    });
}

#[test]
fn rust_is_found_where_rustup_puts_it() {
    in_every_shell(|fixture| {
        fixture.lose(&["cargo", "rustc"]);
        for tool in ["cargo", "rustc"] {
            fixture.link_stub(tool, &format!("home of a user/.cargo/bin/{tool}"));
        }
        assert_done(&fixture.install(&[]).run());
        fs::rename(fixture.home().join(".cargo"), fixture.path("own cargo")).unwrap();
        assert_failed(&fixture.install(&[]).run(), 1, &["error: cargo is missing"]);
        assert_done(&fixture.install(&[]).env("CARGO_HOME", fixture.path("own cargo")).run());
    });
}

#[test]
fn a_compiler_of_another_name_links_too() {
    in_every_shell(|fixture| {
        let with_cc = fixture.install(&["--verbose"]).run();
        assert!(with_cc.stderr.contains("cargo has CC= linker= "), "{with_cc}");
        fixture.lose(&["cc"]);
        for (compiler, cc) in [("gcc", None), ("clang", None), ("my-cc", Some("my-cc"))] {
            let path = format!("stubs/{compiler}");
            fixture.link_stub("cc", &path);
            let run = fixture.install(&["--verbose"]);
            let output = if let Some(cc) = cc { run.env("CC", cc) } else { run }.run();
            assert_done(&output);
            assert!(
                output.stderr.contains(&format!("cargo has CC={compiler} linker={compiler} ")),
                "{output}"
            );
            fs::remove_file(fixture.path(&path)).unwrap();
        }
    });
}

/// K13.7: what Apple has in /usr/bin in place of a compiler opens a window when it is run.
#[test]
#[cfg(target_os = "linux")]
fn a_compiler_of_apples_is_not_run_before_its_tools_are_there() {
    in_every_shell(|fixture| {
        fixture.lose(&["cc"]);
        for stub in ["uname", "xcode-select"] {
            fixture.link_stub(stub, &format!("stubs/{stub}"));
        }
        // This machine's own compiler is in /usr/bin too.
        let path = format!("{}:/usr/bin", fixture.path_variable(&[]));
        let install = |tools: &str| {
            let run = fixture.install(&[]).env("PATH", &path).env("STUB_SYSTEM", "Darwin");
            run.env("STUB_DEVELOPER_DIR", tools).run()
        };
        let output = install("");
        let missing = "error: a C compiler is missing: cc, gcc or clang";
        assert_failed(&output, 1, &[missing, "hint: xcode-select --install"]);
        assert_untouched(fixture);
        assert_done(&install("/Library/Developer/CommandLineTools"));
    });
}
