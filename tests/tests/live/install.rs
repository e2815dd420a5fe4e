//! Fetching, proving, running and removing real toolchains.
//!
//! It never looks at how a version is selected beyond the simplest pin. Invariant: after [`INSTALLING`], Go
//! 1.21.13, 1.22.6 and 1.23.4 are installed, and the working folder is pinned to 1.21.13; after [`REMOVING`],
//! nothing is installed.

use crate::common::{Live, Step, answer, done};
use gom_tests::toolchain::host_platform;
use gom_tests::{Output, Run};
use serde_json::Value;

pub(crate) const INSTALLING: [Step; 6] = [
    ("install two at once", two_are_installed_at_once),
    ("exec", exec_runs_the_named_one),
    ("switch by .go-version", a_version_file_switches),
    ("build and run a program", a_program_is_built_and_run),
    ("a foreign platform", a_foreign_toolchain_is_kept_but_not_run),
    ("offline", what_is_here_works_offline),
];

pub(crate) const REMOVING: [Step; 1] = [("uninstall", all_is_uninstalled)];

/// Looked up in sum.golang.org by other means than gom: Go's own client.
const RECORDED: [(&str, &str); 4] = [
    ("go1.21.13.linux-amd64", "h1:THKeCuuOK6mnQhbTbvvH9CKU3D4lwUERQax+yRXCVJk="),
    ("go1.22.6.linux-amd64", "h1:bNlzYVDdz3HI0dMPvwv7Fxx9i4gPk9afUcR+fLwLB64="),
    ("go1.23.4.linux-amd64", "h1:3fR1BkR9KVNjB0JJJvAaW1hPYsK5cgcI2/c5QWVViuQ="),
    ("go1.26.0.darwin-arm64", "h1:lJzzTsXFQzfrSkuhjLAkY6sc1hxcB4rgbk6DOcFLg2A="),
];

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
    assert_eq!(done(live.sandbox.shim("go", ["version"])).stdout, answer("1.21.13"));
    let newer = live.sandbox.work().join("newer");
    assert_eq!(done(live.sandbox.shim("go", ["version"]).cwd(&newer)).stdout, answer("1.23.4"));
}

fn a_program_is_built_and_run(live: &Live) {
    live.sandbox.write("hello/go.mod", "module example.test/hello\n\ngo 1.22\n");
    live.sandbox.write(
        "hello/main.go",
        "package main\n\nimport (\n\t\"fmt\"\n\t\"runtime\"\n)\n\nfunc main() { fmt.Println(\"hello from\", runtime.Version()) }\n",
    );
    let hello = live.sandbox.work().join("hello");
    // Installs it, too.
    fetched(live.gom(["local", "1.22.6"]).cwd(&hello), &["go1.22.6"]);
    done(live.sandbox.shim("go", ["build", "-o", "hello", "."]).cwd(&hello));
    assert_eq!(done(live.sandbox.command(hello.join("hello"), [""; 0])).stdout, "hello from go1.22.6\n");
    let formatted = done(live.sandbox.shim("gofmt", [""; 0]).cwd(&hello).stdin("package  main\n"));
    assert_eq!(formatted.stdout, "package main\n");
}

fn a_foreign_toolchain_is_kept_but_not_run(live: &Live) {
    // Whatever runs the tests, this is another platform.
    let arch = if host_platform() == "darwin-arm64" { "amd64" } else { "arm64" };
    let name = format!("go1.26.0.darwin-{arch}");
    fetched(live.gom(["install", "1.26.0", "--os", "darwin", "--arch", arch]), &[&name]);
    let host = host_platform();
    let others = ["1.23.4", "1.22.6", "1.21.13"].map(|version| format!("go{version}.{host}"));
    assert_installed(live, &[&name, &others[0], &others[1], &others[2]]);

    let refused = live.gom(["exec", &name, "--", "go", "version"]).run();
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(126), ""), "{refused}");
    assert!(refused.stderr.contains(&format!("error: {name} is built for darwin-{arch}")), "{refused}");
    live.done(["uninstall", &name]);
    assert_installed(live, &[&others[0], &others[1], &others[2]]);
}

fn what_is_here_works_offline(live: &Live) {
    let listed = live.done(["--offline", "list-remote", "1.22"]);
    assert!(
        listed.stdout.lines().any(|line| line.starts_with("1.22.6") && line.contains("installed")),
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

fn all_is_uninstalled(live: &Live) {
    // It is pinned in the working folder.
    let pinned = live.gom(["uninstall", "1.21.13"]).run();
    assert_eq!(pinned.code, Some(2), "{pinned}");
    live.done(["uninstall", "1.21.13", "1.22.6", "1.23.4", "--yes"]);
    assert_installed(live, &[]);
    let nothing = live.sandbox.shim("go", ["version"]).run();
    assert_eq!(nothing.code, Some(127), "{nothing}");
    assert!(nothing.stderr.contains("gom install 1.21.13"), "{nothing}");
}

/// Panics unless exactly these are installed, newest first, each as the checksum database records it.
fn assert_installed(live: &Live, expected: &[&str]) {
    let list = live.done(["list", "--json"]).json();
    let toolchains = list["toolchains"].as_array().unwrap();
    let names: Vec<&str> = toolchains.iter().map(|one| one["toolchain"].as_str().unwrap()).collect();
    assert_eq!(names, expected);
    for toolchain in toolchains {
        assert_recorded(toolchain);
    }
    live.sandbox.assert_clean();
}

/// Panics unless this entry of `gom list --json` is of the tree that the log records, and says what proved it.
fn assert_recorded(toolchain: &Value) {
    let (name, receipt) = (toolchain["toolchain"].as_str().unwrap(), &toolchain["receipt"]);
    let h1 = receipt["tree"]["h1"].as_str().unwrap();
    if let Some((_, recorded)) = RECORDED.iter().find(|(recorded, _)| *recorded == name) {
        assert_eq!(h1, *recorded, "{name}");
    }
    let proof = &receipt["proof"];
    assert_eq!(toolchain["proof"], if proof["kind"] == "log" { "proven" } else { "pending" });
    if receipt["source"]["place"] == "proxy" {
        assert_eq!(proof["kind"], "log", "{receipt:#}");
        assert_eq!(proof["record"]["h1"], h1, "{receipt:#}");
        let text = proof["record"]["text"].as_str().unwrap();
        assert!(text.starts_with(&format!("golang.org/toolchain v0.0.1-{name} {h1}\n")), "{text}");
    } else {
        // A network that reaches go.dev: its archives are proven by their published sum.
        assert_eq!(proof["kind"], "sha256", "{receipt:#}");
    }
}

/// Like [`done`], with a minute's patience for each of these toolchains.
fn fetched(run: Run, names: &[&str]) -> Output {
    let running = run.spawn();
    for name in names {
        running.wait_for_stderr(&format!("installed {name}"));
    }
    let output = running.wait();
    assert_eq!(output.code, Some(0), "{output}");
    output
}
