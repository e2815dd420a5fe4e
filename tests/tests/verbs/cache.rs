//! `gom cache stats`: sizes of the caches, and what a build took from the build cache.

use gom_tests::{FakeToolchain, World};
use std::fs;

/// A go that writes the graph of its actions as the real one does, and prints something.
const BUILDS: &str = r#"
printf 'was asked:'; printf ' %s' "$@"; echo
for argument in "$@"; do
    case "$argument" in
    -debug-actiongraph=*)
        cat > "${argument#-debug-actiongraph=}" <<'END'
[{"ID":0,"Mode":"link","Package":"m","Cmd":["link"]},
 {"ID":1,"Mode":"build","Package":"m","Cmd":["compile"]},
 {"ID":2,"Mode":"build","Package":"fmt","Cmd":null},
 {"ID":3,"Mode":"build","Package":"os"},
 {"ID":4,"Mode":"build check cache","Package":"os"}]
END
        ;;
    esac
done
exit "${FAILS-0}"
"#;

fn world() -> World {
    let world = World::publishing(&[]);
    world.publish(&FakeToolchain::here("1.99.2").program("bin/go", BUILDS));
    world.done(["install", "1.99.2"]);
    world.done(["use", "1.99.2"]);
    world
}

#[test]
fn each_folder_has_its_size() {
    let mut world = world();
    let home = world.home();
    for (file, bytes) in
        [("modules/x@v1/a.go", 100), ("modules/cache/download/x.zip", 50), ("build/00/a-d", 7)]
    {
        let file = home.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, vec![b'x'; bytes]).unwrap();
    }
    world.set("GOMODCACHE", home.join("modules"));
    world.set("GOCACHE", home.join("build"));
    let object = world.done(["cache", "stats", "--json"]).json();
    let caches = object["caches"].as_array().unwrap();
    let of = |name: &str| {
        let cache = caches.iter().find(|cache| cache["name"] == name).unwrap();
        (cache["files"].as_u64().unwrap(), cache["bytes"].as_u64().unwrap())
    };
    assert_eq!((of("modules"), of("downloads"), of("build")), ((2, 150), (1, 50), (1, 7)));
    assert!(of("toolchains").0 > 10 && of("gom").0 > 0, "{object}");
    assert!(object["build"].is_null());
    let text = world.done(["cache", "stats"]).stdout;
    assert!(text.lines().any(|line| line.starts_with("modules") && line.contains("150 B")), "{text}");
}

#[test]
fn a_build_says_how_much_came_from_the_cache() {
    let world = world();
    let output = world.done(["cache", "stats", "--verbose", "--", "go", "build", "-v", "./..."]);
    assert!(output.stdout.ends_with("build cache: 2 of 3 packages (66 %)\n  compiled m\n"), "{output}");
    assert!(output.stderr.contains("was asked: build -debug-actiongraph="), "{output}");
    assert!(output.stderr.trim_end().ends_with(" -v ./..."), "flags stay behind the verb\n{output}");
    let output = world.done(["cache", "stats", "--json", "--", "go", "-C", "sub", "test", "./..."]);
    let build = &output.json()["build"];
    assert_eq!((build["packages"].as_u64(), build["percent"].as_u64()), (Some(3), Some(66)), "{output}");
    assert!(output.stderr.contains("was asked: -C sub test -debug-actiongraph="), "{output}");
}

#[test]
fn the_builds_exit_code_is_goms() {
    let world = world();
    let output = world.gom(["cache", "stats", "--", "go", "build"]).env("FAILS", "3").run();
    assert_eq!(output.code, Some(3), "{output}");
    assert!(output.stdout.contains("build cache: 2 of 3"), "{output}");
}

#[test]
fn what_is_no_build_is_refused() {
    let world = world();
    for words in [&["make"][..], &["go", "version"], &["go"], &["go", "-C"]] {
        let output = world.gom(["cache", "stats", "--"].iter().chain(words)).run();
        assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""), "{output}");
        assert!(output.stderr.contains("hint: run `gom cache stats -- go build ./...`"), "{output}");
    }
}

/// The rule holds for the real go command: all is compiled once, and then nothing.
#[test]
fn the_real_go_command_takes_all_from_the_cache_the_second_time() {
    let path = std::env::var_os("PATH").unwrap_or_default();
    if !std::env::split_paths(&path).any(|folder| folder.join("go").is_file()) {
        eprintln!("skipped: no go on PATH");
        return;
    }
    let world = World::publishing(&[]);
    world.write("go.mod", "module example.test/hello\n\ngo 1.21\n");
    world.write("main.go", "package main\n\nfunc main() {}\n");
    let built = || {
        let run = world.gom(["cache", "stats", "--json", "--", "go", "build", "-o", "program", "."]);
        let output = run.env("PATH", &path).env("GOTOOLCHAIN", "local").env("GOFLAGS", "").run();
        assert_eq!(output.code, Some(0), "{output}");
        output.json()["build"].clone()
    };
    let (first, second) = (built(), built());
    assert_eq!((first["from_cache"].as_u64(), second["percent"].as_u64()), (Some(0), Some(100)));
    assert_eq!(first["packages"], second["packages"]);
    assert!(first["compiled"].as_array().unwrap().iter().any(|package| package == "example.test/hello"));
}
