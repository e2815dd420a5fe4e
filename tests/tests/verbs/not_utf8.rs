//! K9.2: every verb, for people and with `--json`, where names on the way are not UTF-8: the working folder, the
//! home with the store in it, a Go on PATH, GOPATH. On Unix a name is any bytes.
//!
//! Linux only: the file systems of macOS refuse such names.

#![cfg(target_os = "linux")]

use gom_tests::{Output, Run, World};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The verbs of `gom --help` and the hidden one, each as somebody types it. What installs comes first and what
/// removes last.
pub(crate) const COMMANDS: &[&[&str]] = &[
    &["self", "init"],
    &["self", "update", "--check"],
    &["self", "update"],
    &["self", "uninstall", "--dry-run"],
    &["install", "1.98.1"],
    &["install"],
    &["use", "1.98.1"],
    &["local", "1.98.1"],
    &["local"],
    &["lock"],
    &["list"],
    &["list-remote", "1.98"],
    &["info", "1.98.1"],
    &["compare", "1.98.1", "1.98"],
    &["outdated"],
    &["audit"],
    &["prune", "--dry-run"],
    &["prune", "--yes", "--go-modcache"],
    &["upgrade", "--dry-run", "--pins"],
    &["upgrade", "--pins", "--remove-old"],
    &["verify"],
    &["verify", "."],
    &["receipt", "1.98.1"],
    &["repair", "--dry-run"],
    &["repair"],
    &["current"],
    &["current", "--format", "docker"],
    &["which"],
    &["which", "--goroot"],
    &["which", "gofmt", "1.98.1"],
    &["which", "go", "system"],
    &["find"],
    &["find", "1.98.1"],
    &["find", "system"],
    &["why"],
    &["why", "--deps"],
    &["sync", "--check"],
    &["sync", "--yes"],
    &["bump", "--dry-run"],
    &["bump", "--yes"],
    &["ide"],
    &["ide", "vscode", "--yes"],
    &["ide", "vscode", "--user", "--dry-run"],
    &["ide", "vscode", "--undo", "--yes"],
    &["ide", "goland"],
    &["ide", "emacs"],
    &["ide", "check"],
    &["docker"],
    &["docker", "--write"],
    &["doctor"],
    &["doctor", "arch"],
    &["doctor", "cgo", "sqlite3"],
    &["doctor", "--fix", "--yes"],
    &["doctor", "--save-facts"],
    &["env"],
    &["env", "GOPATH", "GOROOT", "GOMODCACHE"],
    &["check"],
    &["cache", "stats"],
    &["exec", "1.98.1", "--", "go", "version"],
    &["takeover", "--dry-run"],
    &["takeover", "--yes"],
    &["import", "--dry-run"],
    &["import", "--yes"],
    &["link", "mine", "."],
    &["unlink", "mine"],
    &["exec", "system", "--", "go", "version"],
    &["each", "1.98.1", "--", "go", "version"],
    &["each", "system", "--installed", "--", "go", "version"],
    &["bisect", "--good", "1.98", "--bad", "1.99", "--dry-run", "--", "go", "version"],
    &["tools", "list"],
    &["tools", "outdated"],
    &["tools", "upgrade", "--dry-run"],
    &["x", "example.test/x"],
    &["tools", "install", "example.test/x"],
    &["tools", "uninstall", "x"],
    &["shell", "1.98.1"],
    &["init", "bash"],
    &["init", "fish"],
    &["init", "nushell"],
    &["init", "powershell"],
    &["init", "xonsh"],
    &["setup", "--dry-run"],
    &["setup", "--yes"],
    &["setup", "--undo", "--yes"],
    &["config"],
    &["agents", "codex", "--dry-run"],
    &["ci", "setup", "1.98.1"],
    &["ci", "setup"],
    &["ci", "cache", "key"],
    &["ci", "cache", "paths"],
    &["ci", "cache", "stats"],
    &["ci", "cache", "trim"],
    &["completions", "zsh"],
    &["use", "system"],
    &["current"],
    &["which", "--goroot"],
    &["why"],
    &["env"],
    &["doctor"],
    &["local", "--unset"],
    &["uninstall", "1.98.1", "--yes"],
];

/// A folder whose name is not UTF-8.
fn odd(parent: &Path, name: &str) -> PathBuf {
    let folder = parent.join(OsStr::from_bytes(&[name.as_bytes(), b"-caf\xe9"].concat()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A GOROOT of somebody else's.
fn goroot(world: &World) -> PathBuf {
    let root = odd(&world.home(), "goroot");
    std::fs::create_dir_all(root.join("bin")).unwrap();
    std::fs::write(root.join("VERSION"), "go1.97.2\n").unwrap();
    for program in ["go", "gofmt"] {
        let file = root.join("bin").join(program);
        std::fs::write(&file, "#!/bin/sh\necho go version go1.97.2 linux/amd64\n").unwrap();
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o755)).unwrap();
    }
    root
}

/// A module that is pinned.
fn module(folder: &Path) {
    std::fs::write(folder.join("go.mod"), "module example.test/app\n\ngo 1.98\n").unwrap();
    std::fs::write(folder.join(".go-version"), "1.98.1\n").unwrap();
}

/// What a situation changes of a run.
type Change = fn(&World, Run) -> Run;

/// Where the name that is not UTF-8 is used.
const SITUATIONS: &[(&str, Change)] = &[
    ("the working folder", |world, run| {
        let folder = odd(&world.work(), "project");
        if !folder.join("go.mod").exists() {
            module(&folder);
        }
        run.cwd(folder)
    }),
    ("the home and the store", |world, run| {
        let home = odd(&world.home(), "home");
        let store = odd(&home, "store");
        std::fs::create_dir_all(store.join("bin")).unwrap();
        for program in ["gom", "gom-shim"] {
            let _ =
                std::fs::hard_link(world.store().join("bin").join(program), store.join("bin").join(program));
        }
        let mut path = store.join("bin").into_os_string();
        path.push(":");
        path.push(world.path());
        run.env("HOME", &home)
            .env("GOM_HOME", &store)
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("PATH", path)
    }),
    ("a Go on PATH, and GOROOT", |world, run| {
        let root = goroot(world);
        let mut path = root.join("bin").into_os_string();
        path.push(":");
        path.push(world.path());
        run.env("PATH", path).env("GOROOT", root)
    }),
    ("GOPATH and GOBIN", |world, run| {
        let gopath = odd(&world.home(), "gopath");
        run.env("GOPATH", &gopath).env("GOBIN", gopath.join("bin")).env("GOCACHE", gopath.join("cache"))
    }),
];

/// The verbs of gom's help.
fn verbs(world: &World) -> BTreeSet<String> {
    world.verbs().into_iter().filter(|verb| verb != "help").collect()
}

fn assert_no_panic(output: &Output, what: &str) {
    assert!(!output.stderr.contains("panicked"), "{what}\n{output}");
    assert!(output.code.is_some_and(|code| code != 101), "{what}\n{output}");
}

/// K9.2
#[test]
fn no_verb_panics_over_names_that_are_not_utf8() {
    let named: BTreeSet<String> = COMMANDS.iter().map(|command| command[0].to_owned()).collect();
    for (situation, change) in SITUATIONS {
        let world = World::publishing(&["1.98.1"]);
        let missing: Vec<String> = verbs(&world).difference(&named).cloned().collect();
        assert!(missing.is_empty(), "these verbs have no command in this test: {missing:?}");
        for command in COMMANDS {
            let what = format!("gom {} with {situation}", command.join(" "));
            let text = change(&world, world.gom(*command)).run();
            assert_no_panic(&text, &what);
            let (before, after) = command.split_at(1);
            let json = change(&world, world.gom([before, &["--json"], after].concat())).run();
            assert_no_panic(&json, &what);
            let has_object =
                !matches!(command[0], "exec" | "x" | "init" | "completions") || json.code != Some(0);
            if has_object {
                let object: serde_json::Value = serde_json::from_str(&json.stdout)
                    .unwrap_or_else(|error| panic!("{what}: {error}\n{json}"));
                // The facts of a host have a schema of their own.
                let schema = if command.contains(&"--save-facts") { 2 } else { 1 };
                assert_eq!(object["schema"], schema, "{what}\n{json}");
            }
        }
    }
}

/// K9.2: what scripts take from standard output is the file's very name; JSON has U+FFFD for what is not UTF-8.
#[test]
fn a_path_on_standard_output_keeps_its_bytes_and_json_says_what_it_can() {
    let world = World::with(&["1.98.1"]);
    let folder = odd(&world.work(), "project");
    let local = world.gom(["local", "1.98.1", "--json"]).cwd(&folder).run();
    assert_eq!(local.code, Some(0), "{local}");
    let lossy = format!("{}/.go-version", folder.to_string_lossy());
    assert_eq!(local.json()["file"], lossy.as_str());
    assert_eq!(std::fs::read_to_string(folder.join(".go-version")).unwrap(), "1.98.1\n");
    let current = world.gom(["current", "--json"]).cwd(&folder).run();
    assert_eq!(current.json()["file"], lossy.as_str());

    let root = goroot(&world);
    let mut path = root.join("bin").into_os_string();
    path.push(":");
    path.push(world.path());
    let script = "cd \"$(gom which --goroot system)\" && cat VERSION";
    let shell = world.command("sh", ["-c", script]).env("PATH", path).run();
    assert_eq!(shell.stdout, "go1.97.2\n", "{shell}");
}

/// K9.2: the shells' code leads to the folder itself.
#[test]
fn the_code_for_shells_names_the_folder_by_its_bytes() {
    let world = World::with(&["1.98.1"]);
    let store = odd(&world.home(), "store");
    for shell in ["bash", "fish"] {
        let init = world.gom(["init", shell]).env("GOM_HOME", &store).run();
        assert_eq!(init.code, Some(0), "{init}");
        let Some(program) =
            ["/bin", "/usr/bin"].iter().map(|dir| Path::new(dir).join(shell)).find(|file| file.exists())
        else {
            eprintln!("skipped: no {shell}");
            continue;
        };
        let script = format!(
            "{}\n[ -d \"{}\" ] && echo found",
            init.stdout,
            if shell == "bash" { "${PATH%%:*}/." } else { "$PATH[1]/." }
        );
        std::fs::create_dir_all(store.join("bin")).unwrap();
        let said = world.command(program, ["-c", &script]).run();
        assert_eq!(said.stdout, "found\n", "{said}");
    }
}
