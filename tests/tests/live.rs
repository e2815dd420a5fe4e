//! gom against the real network: the module proxy that Go would use, and Go's own checksum database.
//!
//! It runs only with `GOM_TEST_LIVE=1`, and says so otherwise. It never names a proxy: GOPROXY comes from the
//! tests' environment, or else gom reads it from the Go on PATH. Invariant: each toolchain is fetched once,
//! so the whole costs four downloads of 70 MB; what they are must be what the log said when this was written.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

use gom_tests::toolchain::host_platform;
use gom_tests::{Output, Run, Sandbox};
use serde_json::Value;
use std::env;
use std::ffi::OsStr;
use std::io::Write;
use std::time::Instant;

/// Looked up in sum.golang.org by other means than gom: Go's own client.
const RECORDED: [(&str, &str); 4] = [
    ("go1.21.13.linux-amd64", "h1:THKeCuuOK6mnQhbTbvvH9CKU3D4lwUERQax+yRXCVJk="),
    ("go1.22.6.linux-amd64", "h1:bNlzYVDdz3HI0dMPvwv7Fxx9i4gPk9afUcR+fLwLB64="),
    ("go1.23.4.linux-amd64", "h1:3fR1BkR9KVNjB0JJJvAaW1hPYsK5cgcI2/c5QWVViuQ="),
    ("go1.26.0.darwin-arm64", "h1:lJzzTsXFQzfrSkuhjLAkY6sc1hxcB4rgbk6DOcFLg2A="),
];

/// One test, since each step stands on the store that the ones before it left.
#[test]
fn toolchains_are_fetched_proven_run_and_removed() {
    let Some(live) = Live::start("toolchains_are_fetched_proven_run_and_removed") else { return };
    live.step("install two at once", two_are_installed_at_once);
    live.step("exec", exec_runs_the_named_one);
    live.step("switch by .go-version", a_version_file_switches);
    live.step("build and run a program", a_program_is_built_and_run);
    live.step("a foreign platform", a_foreign_toolchain_is_kept_but_not_run);
    live.step("offline", what_is_here_works_offline);
    live.step("uninstall", all_is_uninstalled);
}

#[test]
fn published_versions_are_known_with_and_without_the_network() {
    let Some(live) = Live::start("published_versions_are_known_with_and_without_the_network") else { return };
    let online = live.done(["list-remote", "1.22"]);
    let versions: Vec<&str> = online.stdout.lines().collect();
    // Go 1.22 has ended, so its list is complete.
    let expected: Vec<String> = (0..=12).rev().map(|patch| format!("1.22.{patch}")).collect();
    assert_eq!(versions, expected);
    assert_eq!(live.done(["--offline", "list-remote", "1.22"]).stdout, online.stdout);
}

fn two_are_installed_at_once(live: &Live) {
    let names = ["1.23.4", "1.21.13"].map(|version| format!("go{version}.{}", host_platform()));
    let names = [names[0].as_str(), names[1].as_str()];
    fetched(live.gom(["install", "1.21.13", "1.23.4"]), &names);
    live.assert_installed(&names);
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
    live.assert_installed(&[&name, &others[0], &others[1], &others[2]]);

    let refused = live.gom(["exec", &name, "--", "go", "version"]).run();
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(126), ""), "{refused}");
    assert!(refused.stderr.contains(&format!("error: {name} is built for darwin-{arch}")), "{refused}");
    live.done(["uninstall", &name]);
    live.assert_installed(&[&others[0], &others[1], &others[2]]);
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
    live.assert_installed(&[]);
    let nothing = live.sandbox.shim("go", ["version"]).run();
    assert_eq!(nothing.code, Some(127), "{nothing}");
    assert!(nothing.stderr.contains("gom install 1.21.13"), "{nothing}");
}

/// A home with gom in the real network.
struct Live {
    sandbox: Sandbox,
    /// The tests' own PATH: where nothing else says which proxy to use, gom asks the Go on it.
    path: std::ffi::OsString,
}

impl Live {
    /// `None`, and a word about it, unless `GOM_TEST_LIVE=1`.
    fn start(test: &str) -> Option<Live> {
        if env::var_os("GOM_TEST_LIVE").is_none_or(|value| value != "1") {
            say(&format!("skipped: {test} needs the real network; set GOM_TEST_LIVE=1"));
            return None;
        }
        Some(Live { sandbox: Sandbox::live(), path: env::var_os("PATH").unwrap_or_default() })
    }

    fn step(&self, name: &str, run: impl Fn(&Live)) {
        let started = Instant::now();
        run(self);
        say(&format!("live: {name}: {:.1} s", started.elapsed().as_secs_f64()));
    }

    fn gom<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        self.sandbox.gom(arguments).env("PATH", &self.path)
    }

    fn done<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Output {
        done(self.gom(arguments))
    }

    /// Panics unless exactly these are installed, newest first, each as the checksum database records it.
    fn assert_installed(&self, expected: &[&str]) {
        let list = self.done(["list", "--json"]).json();
        let toolchains = list["toolchains"].as_array().unwrap();
        let names: Vec<&str> = toolchains.iter().map(|one| one["toolchain"].as_str().unwrap()).collect();
        assert_eq!(names, expected);
        for toolchain in toolchains {
            assert_recorded(toolchain);
        }
        self.sandbox.assert_clean();
    }
}

/// Panics unless this entry of `gom list --json` is of the tree that the log records, and says what proved it.
fn assert_recorded(toolchain: &Value) {
    let (name, receipt) = (toolchain["toolchain"].as_str().unwrap(), &toolchain["receipt"]);
    let h1 = receipt["tree"]["h1"].as_str().unwrap();
    if let Some((_, recorded)) = RECORDED.iter().find(|(recorded, _)| *recorded == name) {
        assert_eq!(h1, *recorded, "{name}");
    }
    let proof = &receipt["proof"];
    assert_eq!(toolchain["proof"], proof["kind"]);
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

/// What `go version` says.
fn answer(version: &str) -> String {
    format!("go version go{version} {}\n", host_platform().replace('-', "/"))
}

#[track_caller]
fn done(run: Run) -> Output {
    let output = run.run();
    assert_eq!(output.code, Some(0), "{output}");
    output
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

/// Prints past the test harness, which hides what a passing test prints by `println!`.
fn say(line: &str) {
    let mut stderr = std::io::stderr();
    writeln!(stderr, "{line}").unwrap();
}
