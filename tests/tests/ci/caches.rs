//! The caches between jobs: their names, and what comes back out of a tar archive.

use crate::world::{BEFORE, CiJob, NEW, OLD};
use gom_tests::World;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// What `gom ci cache key --json` says of each cache.
fn keys(world: &World, arguments: &[&str]) -> Vec<Value> {
    let object = world.done(["ci", "cache", "key", "--json"].iter().chain(arguments)).json();
    object["caches"].as_array().unwrap().clone()
}

fn key(world: &World, arguments: &[&str]) -> String {
    keys(world, arguments)[0]["key"].as_str().unwrap().to_owned()
}

fn restore_keys(planned: &Value) -> Vec<String> {
    planned["restore_keys"].as_array().unwrap().iter().map(|key| key.as_str().unwrap().to_owned()).collect()
}

/// Packs paths as CIs do: by their absolute names.
fn pack(world: &World, archive: &str, paths: &[String]) {
    let arguments = ["-cPf", archive].into_iter().map(str::to_owned).chain(paths.iter().cloned());
    world.command("tar", arguments).done();
}

fn unpack(world: &World, archive: &str) -> gom_tests::Run {
    world.command("tar", ["-xPf", archive])
}

#[test]
fn a_toolchain_has_a_cache_of_its_own_with_paths_known_beforehand() {
    let world = World::published();
    let before = keys(&world, &["toolchains", "--go", OLD, "--go", "1.97"]);
    assert_eq!(before.len(), 2);
    let name = before[0]["toolchain"].as_str().unwrap().to_owned();
    let expected = format!("gom1-toolchain-{}-sum.test", name.replace('-', "_"));
    assert_eq!((&before[0]["key"], &before[0]["needed"]), (&json!(expected), &json!(true)));
    assert!(restore_keys(&before[0]).is_empty());
    let store = world.store();
    let paths = [
        store.join("toolchains").join(&name),
        store.join(format!("receipts/{name}.json")),
        store.join(format!("receipts/{name}.files.gz")),
    ];
    assert_eq!(before[0]["paths"], json!(paths));
    let done = world.setup_json(&[OLD]);
    assert_eq!(done["toolchains"][0]["cache"], json!({ "key": expected, "paths": paths, "save": true }));
    let after = keys(&world, &["toolchains", "--go", OLD]);
    assert_eq!((&after[0]["key"], &after[0]["needed"]), (&json!(expected), &json!(false)));
    // Another proof is another cache.
    let any = world.gom(["ci", "cache", "key", "toolchains", "--go", OLD]).env("GOM_REQUIRE", "any").run();
    assert!(any.stdout.ends_with("-any\n"), "{any}");
}

#[test]
fn a_toolchain_comes_back_out_of_its_cache_and_goes_through_another_job() {
    let mut world = World::github();
    world.setup(&[OLD]);
    let planned = keys(&world, &["toolchains", "--go", OLD]).remove(0);
    let paths: Vec<String> =
        planned["paths"].as_array().unwrap().iter().map(|path| path.as_str().unwrap().to_owned()).collect();
    let archive = world.home().join("cache.tar").display().to_string();
    pack(&world, &archive, &paths);
    let listed = world.command("tar", ["-tPf", &archive]).done().stdout;
    for folder in ["api", "doc", "misc", "test"] {
        assert!(!listed.contains(&format!("{}/{folder}/", paths[0])), "{folder}: {listed}");
    }
    // The next job's machine has gom and nothing else.
    for folder in ["toolchains", "receipts", "lines"] {
        fs::remove_dir_all(world.store().join(folder)).unwrap();
    }
    for name in ["PATH", "ENV"] {
        fs::write(world.home().join("runner").join(name), "").unwrap();
    }
    unpack(&world, &archive).done();
    world.internet.forget_requests();
    world.set("GOM_CI_STARTED", "");
    let object = world.setup_json(&[OLD, "--restored"]);
    assert_eq!(object["outputs"]["toolchain-cache-hit"], "true");
    assert_eq!(world.fetched(), 0);
    assert!(world.step_says("go version").contains(OLD));
}

#[test]
fn modules_are_named_by_every_go_sum_below_the_folder() {
    let world = World::published();
    world.write("go.mod", "module m\n");
    let without = key(&world, &["modules"]);
    world.write("go.sum", "a\n");
    let first = key(&world, &["modules"]);
    assert_ne!(first, without);
    world.write("tools/go.sum", "b\n");
    let second = key(&world, &["modules"]);
    assert_ne!(second, first);
    world.write("go.mod", "module m // changed\n");
    assert_eq!(key(&world, &["modules"]), second);
    assert_eq!(
        key(&world, &["modules", "--dependencies", "go.sum"]),
        key(&world, &["modules", "--dependencies", "*.sum"])
    );
    // All legs of a matrix share one, whatever their Go.
    assert_eq!(key(&world, &["modules", "--go", NEW]), second);
    let planned = keys(&world, &["modules", "--suffix", "e2e"]).remove(0);
    let (key, restore) = (planned["key"].as_str().unwrap(), restore_keys(&planned));
    assert!(restore.len() == 1 && restore[0].ends_with("-e2e-") && key.starts_with(&restore[0]), "{planned}");
}

#[test]
fn the_build_cache_is_named_by_all_that_changes_it() {
    let mut world = World::github();
    world.write("go.sum", "a\n");
    let missing = world.gom(["ci", "cache", "key", "build", "--go", OLD]).run();
    assert_eq!(missing.code, Some(3), "{missing}");
    assert!(missing.stderr.contains("hint: run `gom ci setup 1.98.1` first"), "{missing}");
    world.setup(&[OLD, NEW]);
    world.set("GITHUB_JOB", "unit-test");
    world.set("GITHUB_SHA", "0123456789abcdef");
    let arguments = ["build", "--go", OLD];
    let planned = keys(&world, &arguments).remove(0);
    let (key, restore) = (planned["key"].as_str().unwrap().to_owned(), restore_keys(&planned));
    assert!(
        key.ends_with("-0123456789abcdef") && key.contains("-go1.98.1-") && key.contains("-unit_test-"),
        "{key}"
    );
    assert_eq!(restore.len(), 3);
    for (broader, narrower) in restore.iter().skip(1).zip(&restore) {
        assert!(narrower.starts_with(broader) && narrower.len() > broader.len(), "{restore:?}");
    }
    assert!(key.starts_with(&restore[0]));
    let broadest =
        |world: &World, arguments: &[&str]| restore_keys(&keys(world, arguments)[0]).pop().unwrap();
    let broad = broadest(&world, &arguments);
    assert_ne!(broadest(&world, &["build", "--go", NEW]), broad);
    for (name, value) in
        [("GOFLAGS", "-race"), ("CGO_ENABLED", "0"), ("GOOS", "windows"), ("GOEXPERIMENT", "x")]
    {
        world.set(name, value);
        assert_ne!(broadest(&world, &arguments), broad, "{name}");
        world.set(name, "");
    }
    world.set("GITHUB_JOB", "lint");
    world.write("go.sum", "b\n");
    assert_eq!(broadest(&world, &arguments), broad);
}

#[test]
fn text_is_one_key_a_line() {
    let world = World::published();
    world.setup(&[BEFORE]);
    let output = world.done(["ci", "cache", "key", "--go", BEFORE]);
    let lines: Vec<&str> = output.stdout.lines().collect();
    assert_eq!(lines.len(), 3);
    for (line, kind) in lines.iter().zip(["toolchain", "modules", "build"]) {
        assert!(line.starts_with(&format!("gom1-{kind}-")), "{output}");
    }
}

/// A module tree as the go command leaves it.
fn read_only_module(root: &Path, content: &str) {
    let module = root.join("example.test/m@v1.0.0");
    fs::create_dir_all(module.join("sub")).unwrap();
    for file in ["m.go", "sub/s.go"] {
        fs::write(module.join(file), content).unwrap();
        fs::set_permissions(module.join(file), PermissionsExt::from_mode(0o444)).unwrap();
    }
    for folder in ["sub", ""] {
        fs::set_permissions(module.join(folder), PermissionsExt::from_mode(0o555)).unwrap();
    }
}

#[test]
fn read_only_modules_are_restored_over_others() {
    let world = World::published();
    let modules = world.home().join("go/pkg/mod");
    let printed = world.done(["ci", "cache", "paths", "modules"]).stdout;
    assert_eq!(printed, format!("{}\n", modules.display()));
    read_only_module(&modules, "package m\n");
    let archive = world.home().join("modules.tar").display().to_string();
    pack(&world, &archive, &[modules.display().to_string()]);
    let file = modules.join("example.test/m@v1.0.0/sub/s.go");
    fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
    fs::write(&file, "package old\n").unwrap();
    let object = world.done(["ci", "cache", "paths", "modules", "--prepare", "--json"]).json();
    assert_eq!(object["caches"], json!([{ "cache": "modules", "paths": [modules], "made_writable": 2 }]));
    unpack(&world, &archive).done();
    assert_eq!(fs::read_to_string(&file).unwrap(), "package m\n");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    // As the go command left it, so that the next restore needs the same.
    assert_eq!((mode(file.parent().unwrap()), mode(&file)), (0o555, 0o444));
    world.done(["ci", "cache", "paths", "modules", "--prepare"]);
}

#[test]
fn every_path_is_told() {
    let mut world = World::published();
    world.set("GOCACHE", "/builds");
    world.set("GOMODCACHE", "/modules");
    let printed = world.redact(&world.done(["ci", "cache", "paths"]).stdout);
    assert_eq!(printed, "[HOME]/.gom/toolchains\n[HOME]/.gom/receipts\n/modules\n/builds\n");
}

/// K14.2
#[test]
fn the_legs_of_a_matrix_have_build_caches_of_their_own_and_share_modules() {
    let mut world = World::github();
    world.set("GITHUB_JOB", "unit");
    world.setup(&[OLD]);
    let of = |kind: &str, leg: &str| keys(&world, &[kind, "--go", OLD, "--leg", leg])[0].clone();
    let (one, other, none) = (of("build", "{\n  \"race\": true\n}"), of("build", "{}"), of("build", ""));
    assert_ne!(one["key"], other["key"]);
    assert_eq!(none["key"], of("build", "null")["key"]);
    assert_eq!((restore_keys(&one).len(), restore_keys(&none).len()), (4, 3));
    assert_eq!(restore_keys(&one)[2..], restore_keys(&other)[2..]);
    assert_eq!(of("modules", "{}"), of("modules", ""));
}

/// K14.2: there a download took less time than unpacking the cache.
#[test]
fn toolchains_are_not_kept_for_a_machine_that_the_ci_made_for_the_job() {
    for (runner, when, pays) in [
        ("github-hosted", "auto", false),
        ("github-hosted", "always", true),
        ("self-hosted", "auto", true),
        ("self-hosted", "never", false),
        ("", "auto", true),
    ] {
        let mut world = World::github();
        world.set("RUNNER_ENVIRONMENT", runner);
        let planned = keys(&world, &["toolchains", "--go", OLD, "--cache-toolchain", when]);
        assert_eq!(planned[0]["needed"], json!(pays), "{runner} {when}");
        let done = world.setup_json(&[OLD, "--cache-toolchain", when]);
        assert_eq!(done["toolchains"][0]["cache"]["save"], json!(pays), "{runner} {when}");
    }
}
