//! Fetching, proving, running and removing real toolchains.
//!
//! It never looks at how a version is selected beyond the simplest pin. Invariant: after [`INSTALLING`], Go
//! 1.21.13, 1.22.10 and 1.23.4 are installed, and the working folder is pinned to 1.21.13; after [`REMOVING`],
//! nothing is installed.

use crate::common::{Live, Step, answer, fetched};
use crate::proven::{assert_changes_are_found, assert_recorded};
use gom_tests::toolchain::host_platform;

pub(crate) const INSTALLING: [Step; 6] = [
    ("install two at once", two_are_installed_at_once),
    ("exec", exec_runs_the_named_one),
    ("switch by .go-version", a_version_file_switches),
    ("build and run a program", a_program_is_built_and_run),
    ("a foreign platform", a_foreign_toolchain_is_kept_but_not_run),
    ("offline", what_is_here_works_offline),
];

pub(crate) const REMOVING: [Step; 2] =
    [("a Go before 1.9", an_old_go_compiles_with_its_own_tree), ("uninstall", all_is_uninstalled)];

fn two_are_installed_at_once(live: &Live) {
    let names = ["1.23.4", "1.21.13"].map(|version| format!("go{version}.{}", host_platform()));
    let names = [names[0].as_str(), names[1].as_str()];
    fetched(live.gom(["install", "1.21.13", "1.23.4"]), &names);
    assert_installed(live, &names);
}

fn exec_runs_the_named_one(live: &Live) {
    for version in ["1.21.13", "1.23.4"] {
        let output = live.done(["exec", version, "--", "go", "version"]);
        assert_eq!(output.stdout, answer(version));
    }
}

fn a_version_file_switches(live: &Live) {
    live.sandbox.write(".go-version", "1.21.13\n");
    live.sandbox.write("newer/.go-version", "1.23.4\n");
    assert_eq!(live.sandbox.shim("go", ["version"]).done().stdout, answer("1.21.13"));
    let newer = live.sandbox.work().join("newer");
    assert_eq!(live.sandbox.shim("go", ["version"]).cwd(&newer).done().stdout, answer("1.23.4"));
}

fn a_program_is_built_and_run(live: &Live) {
    live.sandbox.write("hello/go.mod", "module example.test/hello\n\ngo 1.22\n");
    live.sandbox.write(
        "hello/main.go",
        "package main\n\nimport (\n\t\"fmt\"\n\t\"runtime\"\n)\n\nfunc main() { fmt.Println(\"hello from\", runtime.Version()) }\n",
    );
    let hello = live.sandbox.work().join("hello");
    // Installs it, too.
    fetched(live.gom(["local", "1.22.10"]).cwd(&hello), &["go1.22.10"]);
    live.sandbox.shim("go", ["build", "-o", "hello", "."]).cwd(&hello).done();
    assert_eq!(live.sandbox.command(hello.join("hello"), [""; 0]).done().stdout, "hello from go1.22.10\n");
    let formatted = live.sandbox.shim("gofmt", [""; 0]).cwd(&hello).stdin("package  main\n").done();
    assert_eq!(formatted.stdout, "package main\n");
}

fn a_foreign_toolchain_is_kept_but_not_run(live: &Live) {
    // Whatever runs the tests, this is another platform.
    let arch = if host_platform() == "darwin-arm64" { "amd64" } else { "arm64" };
    let name = format!("go1.26.6.darwin-{arch}");
    fetched(live.gom(["install", "1.26.6", "--os", "darwin", "--arch", arch]), &[&name]);
    let host = host_platform();
    let others = ["1.23.4", "1.22.10", "1.21.13"].map(|version| format!("go{version}.{host}"));
    assert_installed(live, &[&name, &others[0], &others[1], &others[2]]);
    assert_changes_are_found(live, &name);

    let refused = live.gom(["exec", &name, "--", "go", "version"]).run();
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(126), ""), "{refused}");
    assert!(refused.stderr.contains(&format!("error: {name} is built for darwin-{arch}")), "{refused}");
    live.done(["uninstall", &name]);
    assert_installed(live, &[&others[0], &others[1], &others[2]]);
}

fn what_is_here_works_offline(live: &Live) {
    let listed = live.done(["--offline", "list-remote", "1.22"]);
    assert!(
        listed.stdout.lines().any(|line| line.starts_with("1.22.10") && line.contains("installed")),
        "{listed}"
    );
    live.done(["--offline", "install", "1.21.13", "1.23.4"]);
    let output = live.done(["--offline", "exec", "1.23.4", "--", "go", "version"]);
    assert_eq!(output.stdout, answer("1.23.4"));

    let missing = live.gom(["--offline", "install", "1.22.5"]).run();
    assert_eq!((missing.code, missing.stdout.as_str()), (Some(4), ""), "{missing}");
    assert!(missing.stderr.starts_with("error: ") && missing.stderr.contains("\nhint: "), "{missing}");
    assert!(missing.stderr.contains("gom is offline"), "{missing}");
    live.sandbox.assert_clean();
}

/// K10.1: without GOROOT such a Go looks for its compiler and packages in `/usr/local/go`.
fn an_old_go_compiles_with_its_own_tree(live: &Live) {
    const OLD: &str = "1.8.7";
    // The module proxy has no toolchain that old for other platforms.
    if host_platform() != "linux-amd64" {
        return;
    }
    fetched(live.gom(["install", OLD]), &["go1.8.7"]);
    live.sandbox.write(
        "old/x.go",
        "package main\n\nimport (\n\t\"fmt\"\n\t\"runtime\"\n)\n\nfunc main() { fmt.Println(runtime.Version(), runtime.GOROOT()) }\n",
    );
    let dir = live.sandbox.work().join("old");
    let goroot = live.sandbox.store().join("toolchains/go1.8.7.linux-amd64");
    let expected = format!("go{OLD} {}\n", goroot.display());
    assert_eq!(live.sandbox.shim("go", ["+1.8.7", "run", "x.go"]).cwd(&dir).done().stdout, expected);
    assert_eq!(live.gom(["exec", OLD, "--", "go", "run", "x.go"]).cwd(&dir).done().stdout, expected);
    live.done(["uninstall", OLD]);
}

fn all_is_uninstalled(live: &Live) {
    // It is pinned in the working folder.
    let pinned = live.gom(["uninstall", "1.21.13"]).run();
    assert_eq!(pinned.code, Some(2), "{pinned}");
    live.done(["uninstall", "1.21.13", "1.22.10", "1.23.4", "--yes"]);
    assert_installed(live, &[]);
    let nothing = live.sandbox.shim("go", ["version"]).run();
    assert_eq!(nothing.code, Some(127), "{nothing}");
    assert!(nothing.stderr.contains("gom install 1.21.13"), "{nothing}");
}

/// Panics unless exactly these are installed, newest first, each as the checksum database records it.
fn assert_installed(live: &Live, expected: &[&str]) {
    let list = live.done(["list", "--json", "--receipts"]).json();
    let toolchains = list["toolchains"].as_array().unwrap();
    let names: Vec<&str> = toolchains.iter().map(|one| one["toolchain"].as_str().unwrap()).collect();
    assert_eq!(names, expected);
    for toolchain in toolchains {
        assert_recorded(toolchain);
    }
    live.sandbox.assert_clean();
}
