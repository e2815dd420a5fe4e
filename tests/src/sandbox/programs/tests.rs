//! Tests with fake build folders: programs that are too old to be run, and programs that are not.

use super::*;
use std::fs::File;
use std::time::Duration;
use tempfile::TempDir;

/// A workspace with one program, its library, a library that it does not use, and a build of all three.
struct Made(TempDir);

impl Made {
    /// Makes sources of second 1, built in second 2.
    fn new() -> Made {
        let made = Made(tempfile::tempdir().unwrap());
        made.write(
            1,
            "crates/app/Cargo.toml",
            "[dependencies]\nbase.workspace = true\nfar = \"1\"\n\n[dev-dependencies]\nkit = \"1\"\n",
        );
        for file in
            ["app/src/main.rs", "app/src/tests.rs", "base/src/lib.rs", "base/src/tests.rs", "kit/src/lib.rs"]
        {
            made.write(1, &format!("crates/{file}"), "");
        }
        made.write(1, "crates/base/Cargo.toml", "[package]\nname = \"base\"\n");
        made.program("crates/app/src/main.rs");
        made.write(2, "target/debug/deps/app-2", "with its unit tests");
        made.record("app-2", "app-2", "crates/app/src/main.rs crates/app/src/tests.rs");
        made.library("base-1", "crates/base/src/lib.rs");
        made.record("base-2", "base-2", "crates/base/src/lib.rs crates/base/src/tests.rs");
        made.library("kit-1", "crates/kit/src/lib.rs");
        made.library("far-1", "/registry/far/src/lib.rs");
        made
    }

    fn program(&self, sources: &str) {
        for file in ["target/debug/app", "target/debug/deps/app-1"] {
            self.write(2, file, "program");
        }
        self.record("app-1", "app-1", sources);
    }

    fn library(&self, stem: &str, sources: &str) {
        self.write(2, &format!("target/debug/deps/lib{stem}.rlib"), "");
        self.record(stem, &format!("lib{stem}.rlib"), sources);
    }

    fn record(&self, stem: &str, output: &str, sources: &str) {
        let text = format!("/elsewhere/deps/{output}: {sources}\n\n/elsewhere/deps/{stem}.d: {sources}\n");
        self.write(2, &format!("target/debug/deps/{stem}.d"), &text);
    }

    fn write(&self, second: u64, path: &str, text: &str) {
        let file = self.0.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        File::options().write(true).open(&file).unwrap().set_modified(at(second)).unwrap();
    }

    fn refusal(&self) -> Option<String> {
        let profile = self.0.path().join("target/debug");
        let refusal = Build { workspace: self.0.path(), profile: &profile }.refusal("app")?;
        Some(refusal.replace(&self.0.path().display().to_string(), "ROOT"))
    }
}

fn at(second: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + second)
}

#[test]
fn a_program_newer_than_its_sources_runs() {
    assert_eq!(Made::new().refusal(), None);
    let made = Made::new();
    made.write(2, "crates/app/src/main.rs", "written in the moment of the build");
    assert_eq!(made.refusal(), None);
}

#[test]
fn a_newer_source_of_the_program_or_of_a_library_is_named() {
    for source in ["crates/app/src/main.rs", "crates/base/src/lib.rs"] {
        let made = Made::new();
        made.write(3, source, "");
        let expected = format!(
            "ROOT/target/debug/app is older than {source}\nhint: run `cargo test --workspace --no-run`"
        );
        assert_eq!(made.refusal(), Some(expected));
    }
    let made = Made::new();
    made.write(3, "crates/base/src/lib.rs", "");
    made.write(4, "crates/app/src/main.rs", "");
    assert!(made.refusal().unwrap().contains("older than crates/app/src/main.rs\n"));
}

#[test]
fn what_is_not_in_the_program_does_not_count() {
    let made = Made::new();
    for other in ["crates/app/src/tests.rs", "crates/base/src/tests.rs", "crates/kit/src/lib.rs", "README.md"]
    {
        made.write(3, other, "");
    }
    assert_eq!(made.refusal(), None);
}

#[test]
fn the_record_of_the_newest_build_counts() {
    let made = Made::new();
    made.write(1, "crates/base/src/old.rs", "");
    made.library("base-0", "crates/base/src/lib.rs crates/base/src/old.rs");
    made.write(1, "target/debug/deps/libbase-0.rlib", "");
    made.write(3, "crates/base/src/old.rs", "");
    assert_eq!(made.refusal(), None);
    made.write(3, "target/debug/deps/libbase-0.rlib", "");
    assert!(made.refusal().unwrap().contains("older than crates/base/src/old.rs\n"));
}

#[test]
fn a_program_that_is_not_built_is_named() {
    let made = Made::new();
    fs::remove_file(made.0.path().join("target/debug/app")).unwrap();
    let expected = "ROOT/target/debug/app is not built\nhint: run `cargo test --workspace --no-run`";
    assert_eq!(made.refusal().as_deref(), Some(expected));
}

/// Fails if the compiler's records move, because then no stale program would be noticed.
#[test]
fn the_sources_of_the_real_programs_are_found() {
    let test = std::env::current_exe().unwrap();
    let build = Build { workspace: workspace(), profile: test.ancestors().nth(2).unwrap() };
    let has = |program: &str, file: &str| build.sources(program).contains(Path::new(file));
    for file in ["gom-cli/src/main.rs", "gom-core/src/lib.rs", "gom-select/src/lib.rs"] {
        assert!(has("gom", &format!("crates/{file}")), "{file}: {:?}", build.sources("gom"));
    }
    assert!(has("gom-shim", "shims/src/main.rs") && has("gom-shim", "crates/gom-select/src/lib.rs"));
    assert!(!has("gom-shim", "crates/gom-core/src/lib.rs"));
}
