//! K6.4, K6.5: cures that need more than a made-up go: real release numbers, whose newest patches gom knows, and the
//! real go command where there is one.

use crate::cures::{diagnosis, found};
use crate::world::Doctored;
use gom_tests::{Sandbox, World};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A store with real release numbers: from a module proxy, since go.dev's sums are of real archives.
fn releases(versions: &[&str]) -> World {
    let mut world = World::publishing(versions);
    let path = format!("{}:/usr/bin:/bin", world.store().join("bin").display());
    world.set("PATH", path);
    world
}

/// The newest patch that this gom knows of a line with a later one than its first.
fn newest_patch(sandbox: &Sandbox, line: &str) -> String {
    let list = sandbox.gom(["list-remote", line, "--offline", "--json"]).done().json();
    list["releases"][0]["version"].as_str().unwrap().to_owned()
}

/// What chooses the old Go, and what else is asked there.
type Choice = (&'static str, fn(&mut Sandbox, &str));

const CHOICES: &[Choice] = &[
    ("the default", |sandbox, old| drop(sandbox.gom(["use", old]).done())),
    ("a pin", |sandbox, old| sandbox.write(".go-version", format!("{old}\n"))),
    ("a pin above", |sandbox, old| {
        std::fs::write(sandbox.work().parent().unwrap().join(".go-version"), format!("{old}\n")).unwrap();
    }),
    ("a pinned line", |sandbox, old| {
        let line = old.rsplit_once('.').unwrap().0;
        sandbox.write(".go-version", format!("{line}\n"));
    }),
    ("asdf's file", |sandbox, old| sandbox.write(".tool-versions", format!("golang {old}\n"))),
    ("go.mod", |sandbox, _| sandbox.write("go.mod", "module m\n\ngo 1.24\n")),
    ("the environment", |sandbox, old| sandbox.set("GOM_TOOLCHAIN", old)),
];

/// K6.5: whatever chose the old Go, the commands end it, and stand below a heading that is true.
#[test]
fn an_old_release_is_left_by_the_commands_that_are_printed() {
    let newest = newest_patch(&Sandbox::new(), "1.24");
    let supported = newest_patch(&Sandbox::new(), "latest");
    assert_ne!(newest, "1.24.1", "an index with an old line");
    for id in ["newer-patch", "line-not-supported", "old-go-trusts-proxy"] {
        for (what, choose) in CHOICES {
            let mut home = releases(&["1.24.1", &newest, &supported]);
            home.done(["install", "1.24.1"]);
            choose(&mut home, "1.24.1");
            let before = home.gom(["doctor", "--json"]).run();
            let before = diagnosis(&before);
            let troubles = found(&before, id);
            let commands: Vec<&str> = troubles
                .iter()
                .flat_map(|one| one["fix"]["commands"].as_array().unwrap())
                .map(|command| command.as_str().unwrap())
                .collect();
            if id == "old-go-trusts-proxy" {
                // It offers a command only for the default.
                if *what != "the default" {
                    continue;
                }
            } else {
                let title = "newer releases than the selected Go are available";
                let cause = before["causes"].as_array().unwrap().iter().find(|cause| cause["title"] == title);
                assert!(cause.is_some(), "{id} by {what}\n{before:#}");
            }
            assert!(!commands.is_empty(), "{id} by {what}\n{before:#}");
            let script = format!("{} && gom doctor --json", commands.join(" && "));
            let after = home.command("bash", ["-c", &script]).run();
            assert!(found(&diagnosis(&after), id).is_empty(), "{id} by {what}: {commands:?}\n{after}");
        }
    }
}

/// The folder of the go command of this machine.
fn real_go() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).find(|folder| folder.join("go").is_file())
}

/// A home whose `go` is this machine's.
fn home_with(go: &Path) -> World {
    let mut home = World::healthy(&["1.30.1"]);
    let path = format!("{}/bin:{}:/usr/bin:/bin", home.store().display(), go.display());
    home.set("PATH", path);
    home.set("GOFLAGS", "-buildvcs=false");
    home.set("GOPROXY", "off");
    home.done(["use", "system"]);
    home
}

fn assert_cured(home: &World, id: &str) {
    let before = diagnosis(&home.doctor(&["--json"]));
    let troubles = found(&before, id);
    let commands: Vec<&str> = troubles
        .iter()
        .flat_map(|one| one["fix"]["commands"].as_array().unwrap())
        .map(|command| command.as_str().unwrap())
        .collect();
    assert!(!commands.is_empty(), "{id}\n{before:#}");
    let script = format!("set -e\n{}\nset +e\ngom doctor --json", commands.join("\n"));
    let after = home.command("bash", ["-c", &script]).run();
    assert!(found(&diagnosis(&after), id).is_empty(), "{id}: {commands:?}\n{after}");
}

/// K3.3, K6.4, K6.6
#[test]
fn the_real_go_command_does_what_the_cures_say() {
    let Some(go) = real_go() else {
        eprintln!("skipped: no go on PATH");
        return;
    };
    let home = home_with(&go);
    let write = |path: &str, text: &str| home.write(path, text);
    write("main.go", "package main\n\nfunc main() {}\n");
    write("go.mod", "module example.test/app\n\ngo 1.22.0\ntoolchain go1.23\n");
    assert_cured(&home, "toolchain-line-refused");
    write("go.mod", "module example.test/app\n\ngo 1.22.0\ntoolchain latest\n");
    assert_cured(&home, "toolchain-line-refused");
    write("go.mod", "module example.test/app\n\ngo 1.22.3\ntoolchain go1.22.1\n");
    assert_cured(&home, "toolchain-line-ignored");
    write("go.mod", "module example.test/app\n\ngo 1.22\n");
    assert_cured(&home, "go-line-without-patch");

    write("go.mod", "module example.test/app\n\ngo 1.22.0\n");
    for work in ["go 1.21\n\nuse .\n", "use (\n\t.\n)\n"] {
        write("go.work", work);
        // Go itself says the same.
        let build = home.command("go", ["list", "./..."]).run();
        assert!(build.stderr.contains("go work use"), "{build}");
        let check = home.gom(["check"]).run();
        assert_eq!(check.code, Some(1), "{check}");
        assert!(check.stdout.contains("hint: run `go work use`"), "{check}");
        assert!(!check.stdout.contains("modcache"), "{check}");
        assert_cured(&home, "workspace-too-old");
    }
    let check = home.gom(["check"]).run();
    assert!(check.stdout.starts_with("go              ok"), "{check}");
}

/// K6.6: programs as `go install golang.org/dl/go1.22.6@latest` leaves them, by their build information; and K6.3: a
/// tool that contains golang.org/x/tools.
#[test]
fn the_build_information_says_what_a_program_is() {
    let Some(go) = real_go() else {
        eprintln!("skipped: no go on PATH");
        return;
    };
    let home = home_with(&go);
    let build = |module: &str, package: &str, name: &str| {
        let folder = format!("src/{name}");
        home.write(&format!("{folder}/go.mod"), format!("module {module}\n\ngo 1.21\n"));
        home.write(&format!("{folder}/{package}/main.go"), "package main\n\nfunc main() {}\n");
        let target = home.home().join("go/bin").join(name);
        let arguments = ["build", "-o", target.to_str().unwrap(), &format!("./{package}")];
        let built = home.command("go", arguments).cwd(home.work().join(folder)).run();
        assert_eq!(built.code, Some(0), "{built}");
    };
    build("golang.org/dl", "go1.30.1", "go1.30.1");
    build("golang.org/x/tools", "cmd/stringer", "stringer");
    assert_cured(&home, "golang-dl");
    assert!(!home.home().join("go/bin/go1.30.1").exists());

    // Where 1.30.1 is selected, what this machine's Go built is older.
    home.done(["use", "1.30.1"]);
    let after: Value = diagnosis(&home.doctor(&["--json"]));
    let old = found(&after, "tool-by-older-go");
    assert_eq!(old.len(), 1, "{after:#}");
    assert_eq!(old[0]["fix"]["commands"][0], "go install golang.org/x/tools/cmd/stringer@latest");
    let evidence = old[0]["evidence"][0]["value"].as_str().unwrap();
    assert!(evidence.contains("contains golang.org/x/tools"), "{evidence}");
}
