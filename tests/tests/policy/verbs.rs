//! Every verb that makes a toolchain selectable or runs one asks the policy.

use crate::world::{MINIMUM, Machine, NEW, OLD, OTHER};
use gom_tests::{FakeToolchain, VulnDb, World};
use std::fs;

/// 1.98.1 is installed and the default; the policy wants 1.98.2.
fn machine() -> Option<World> {
    World::machine_with(MINIMUM, &[OLD])
}

#[test]
fn use_local_and_shell_choose_nothing_that_is_refused() {
    let Some(world) = machine() else { return };
    for (verb, hint) in [
        ("use", "run `gom use 1.98.3`"),
        ("local", "run `gom local 1.98.3`"),
        ("shell", "run `gom shell 1.98.3`"),
    ] {
        let refused = world.refused(world.gom_there([verb, OLD]));
        assert_eq!(refused.1, hint);
        world.refused_at(2, "minimum", world.gom_there([verb, OLD, "--quiet"]));
    }
    world.refused_at(2, "minimum", world.gom_there(["local", OLD, "--no-install"]));
    world.refused_at(2, "minimum", world.gom_there(["local", OLD, "--dry-run"]));
    assert!(!world.work().join(".go-version").exists());
    assert_eq!(world.default(), "1.98.1\n");
    // A line has a patch that is new enough.
    world.gom_there(["use", "1.98"]).done();
    assert_eq!(world.default(), "1.98.3\n");
    world.gom_there(["local", "1.98", "--line"]).done();
    assert_eq!(world.go_there(["version"]).done().stdout.split_whitespace().nth(2), Some("go1.98.3"));
}

#[test]
fn the_json_of_a_refusal_has_its_kind() {
    let Some(world) = machine() else { return };
    let output = world.gom_there(["use", OLD, "--json"]).run();
    let error = &output.json()["error"];
    assert_eq!((&error["kind"], &error["code"]), (&"refused".into(), &7.into()), "{output}");
    assert_eq!(error["value"], FakeToolchain::here(OLD).name());
    assert_eq!(error["hint"], "run `gom use 1.98.3`");
}

#[test]
fn exec_runs_nothing_that_is_refused() {
    let Some(world) = machine() else { return };
    for words in [
        &["exec", "go", "version"][..],
        &["exec", OLD, "go", "version"],
        &["exec", "1.98", "--", "go", "version"],
        &["exec", "--", "gofmt"],
        &["exec", "true"],
        &["self", "exec", ">=1.98, <1.99", "--", "go", "version"],
        &["cache", "stats", "--", "go", "build"],
        &["check"],
    ] {
        world.refused_at(2, "minimum", world.gom_there(words));
    }
    world.gom_there(["install", NEW]).done();
    world.gom_there(["exec", "1.98", "--", "go", "version"]).done();
}

#[test]
fn each_runs_what_is_allowed_and_names_the_rest() {
    let Some(world) = machine() else { return };
    let output = world.gom_there(["each", OLD, OTHER, "--json", "--", "go", "version"]).run();
    let json = output.json();
    assert_eq!((output.code, &json["error"]["kind"]), (Some(7), &"refused".into()), "{output}");
    assert_eq!(
        (&json["legs"][0]["state"], &json["legs"][1]["state"]),
        (&"unavailable".into(), &"passed".into())
    );
    let bisect = ["bisect", "--good", OLD, "--bad", NEW, "--", "go", "version"];
    world.refused_at(2, "minimum", world.gom_there(bisect));
}

#[test]
fn find_finds_nothing_that_is_refused() {
    let Some(world) = machine() else { return };
    for words in [&["find"][..], &["find", OLD], &["find", "1.98"]] {
        world.refused_at(2, "minimum", world.gom_there(words));
    }
    world.gom_there(["install", NEW]).done();
    world.gom_there(["find", "1.98"]).done();
}

#[test]
fn upgrade_installs_what_is_allowed_and_moves_the_default() {
    let Some(world) = machine() else { return };
    world.gom_there(["upgrade"]).done();
    assert_eq!(world.default(), "1.98.3\n");
    world.policy("[minimum]\n\"1.98\" = \"1.98.4\"\n");
    world.publish(&FakeToolchain::here("1.98.3").file("VERSION", "go1.98.3\n"));
    world.done(["use", OLD]);
    world.refused_at(2, "minimum", world.gom_there(["upgrade"]));
    assert_eq!(world.default(), "1.98.1\n");
}

#[test]
fn a_project_is_not_moved_to_what_is_refused() {
    let Some(world) = World::machine_with("\nsupported = true\n", &[]) else { return };
    world.publish(&FakeToolchain::here("1.97.4"));
    world.publish(&FakeToolchain::here("1.97.5"));
    let pin = world.work().join(".go-version");
    fs::write(&pin, "1.97.4\n").unwrap();
    for (arguments, hint) in [
        (["bump", "patch"], "run `gom bump 1.99.2`"),
        (["sync", "--to=1.97.5"], "run `gom sync --to 1.99.2`"),
    ] {
        for how in ["--yes", "--dry-run"] {
            let run = world.gom_there(arguments.into_iter().chain([how]));
            let (message, said) = world.refused(run);
            assert!(
                message.starts_with("go1.97.5.[PLATFORM] is refused by this machine's policy"),
                "{message}"
            );
            assert_eq!(said, hint);
        }
    }
    assert_eq!(fs::read_to_string(&pin).unwrap(), "1.97.4\n");
    world.gom_there(["bump", "1.99.2", "--yes"]).done();
    assert_eq!(fs::read_to_string(&pin).unwrap(), "1.99.2\n");
}

#[test]
fn an_install_by_a_lock_is_refused_too() {
    let Some(world) = machine() else { return };
    world.write(".git/HEAD", "ref: refs/heads/main\n");
    world.write(".go-version", "1.98.1\n");
    world.done(["lock"]);
    world.refused_at(2, "minimum", world.gom_there(["install", "--locked"]));
    world.done(["uninstall", OLD, "--yes"]);
    world.refused_at(2, "minimum", world.gom_there(["install", "--locked"]));
    assert_eq!(world.installed(), Vec::<String>::new());
}

#[test]
fn a_missing_toolchain_that_is_refused_is_not_installed_by_the_shim() {
    let Some(world) = World::machine_with(MINIMUM, &[NEW]) else { return };
    world.write(".go-version", "1.98.1\n");
    world.refused_at(2, "minimum", world.go_there(["version"]).env("GOM_AUTO_INSTALL", "always"));
    assert_eq!(world.installed().len(), 1);
    // The floor of a project is not skipped either: the go command would get it itself.
    world.write(".go-version", "1.98.3\n");
    world.policy("[minimum]\n\"1.99\" = \"1.99.3\"\n");
    world.write("go.mod", "module m\n\ngo 1.99.2\n");
    let (message, hint) = world.refused(world.go_there(["version"]).env("GOM_AUTO_INSTALL", "always"));
    assert!(message.contains("Go 1.99 must be 1.99.3 or newer"), "{message}");
    assert!(hint.starts_with("run `gom install 1.99.3`; no list known here has 1.99.3"), "{hint}");
    assert_eq!(world.installed().len(), 1);
}

#[test]
fn tools_are_built_by_no_go_that_is_refused() {
    let Some(world) = machine() else { return };
    for words in [
        &["tools", "install", "example.test/tools/cmd/hello"][..],
        &["tools", "install", "--go", OLD, "example.test/tools/cmd/hello"],
        &["x", "example.test/tools/cmd/hello@v1.2.3"],
        &["x", "--go", OLD, "example.test/tools/cmd/hello@v1.2.3"],
    ] {
        world.refused_at(2, "minimum", world.gom_there(words));
    }
}

#[test]
fn a_module_is_tidied_by_no_go_that_is_refused() {
    let Some(world) = machine() else { return };
    world.write(".git/HEAD", "ref: refs/heads/main\n");
    world.write(".go-version", "1.98.3\n");
    world.write("go.mod", "module example.test/m\n\ngo 1.98.0\n");
    let db = VulnDb::new();
    db.online(&world.internet);
    world.refused_at(2, "minimum", world.gom_there(["bump", OLD, "--yes", "--tidy"]));
    world.refused_at(2, "minimum", world.gom_there(["bump", OLD, "--yes"]));
    assert_eq!(world.read(".go-version"), "1.98.3\n");
}

#[test]
fn a_go_of_ones_own_is_linked_only_if_it_is_allowed() {
    let Some(world) = machine() else { return };
    let sdk = world.home().join("sdk");
    FakeToolchain::here(OLD).lay_out(&sdk);
    world.refused_at(2, "minimum", world.gom_there(["link", "mine", &sdk.display().to_string()]));
    assert!(!world.store().join("linked/mine").exists());
    FakeToolchain::here(NEW).lay_out(&world.home().join("sdk2"));
    world.gom_there(["link", "mine", &world.home().join("sdk2").display().to_string()]).done();
    world.go_there(["+mine", "version"]).done();
}

#[test]
fn what_another_manager_has_is_taken_over_only_if_it_is_allowed() {
    let Some(world) = World::machine_with(MINIMUM, &[]) else { return };
    FakeToolchain::here(OLD).lay_out(&world.home().join(".goenv/versions/1.98.1"));
    FakeToolchain::here(NEW).lay_out(&world.home().join(".goenv/versions/1.98.3"));
    let output = world.gom_there(["import", "goenv", "--yes"]).run();
    assert!(output.stderr.contains("Go 1.98 must be 1.98.2 or newer"), "{output}");
    assert_eq!(world.installed(), ["go1.98.3.[PLATFORM]"]);
    world.go_there(["+1.98.3", "version"]).done();
    // Whoever limits the places has to name this one too.
    world.policy("sources = [\"proxy\"]\n");
    world.refused_at(1, "sources", world.go_there(["+1.98.3", "version"]));
    world.policy("sources = [\"proxy\", \"import\"]\n");
    world.go_there(["+1.98.3", "version"]).done();
}

#[test]
fn a_ci_job_gets_no_go_that_is_refused() {
    let Some(world) = machine() else { return };
    let setup = |words: &[&str]| world.gom_there(["ci", "setup"].iter().chain(words));
    let (message, hint) = world.refused(setup(&[OLD]));
    assert!(message.ends_with("(/etc/gom/policy.toml:2: minimum)"), "{message}");
    assert_eq!(hint, "run `gom ci setup 1.98.3`");
    let ready = setup(&["1.98", "--json"]).done().json();
    assert_eq!(ready["toolchains"][0]["version"], "1.98.3");
    // In a job no shim stands before the go command, so it gets nothing by itself.
    world.write(".go-version", "1.98.3\n");
    let ready = setup(&["--toolchain", "auto", "--json"]).done().json();
    assert_eq!(ready["variables"]["GOTOOLCHAIN"], "path");
    world.write("go.mod", "module m\n\ngo 1.99.2\n");
    for policy in ["auto", "inherit"] {
        let (message, hint) = world.refused(setup(&["--toolchain", policy]));
        assert!(message.contains("no go command downloads a toolchain"), "{message}");
        assert_eq!(hint, "run `gom ci setup 1.99.2`");
    }
    world.follow("run `gom ci setup 1.99.2`");
    setup(&["--toolchain", "local"]).done();
}

#[test]
fn the_tool_cache_of_a_runner_is_a_place_of_its_own() {
    let Some(mut world) = World::machine_with("sources = [\"proxy\"]\n", &[]) else { return };
    let toolchain = FakeToolchain::here(OTHER);
    let tools = world.home().join("tool-cache");
    let platform = toolchain.platform();
    let arch = match platform.split_once('-').unwrap().1 {
        "amd64" => "x64",
        other => other,
    };
    let version = tools.join("go").join(OTHER);
    toolchain.lay_out(&version.join(arch));
    fs::write(version.join(format!("{arch}.complete")), "").unwrap();
    world.set("GITHUB_ACTIONS", "true");
    for name in ["PATH", "ENV", "OUTPUT", "STEP_SUMMARY"] {
        let file = world.home().join(name);
        world.set(format!("GITHUB_{name}"), file);
    }
    world.set("RUNNER_TOOL_CACHE", &tools);
    let setup = || world.gom_there(["ci", "setup", OTHER]);
    world.refused_at(1, "sources", setup());
    world.policy("sources = [\"proxy\", \"tool-cache\"]\n");
    setup().done();
    world.policy("[minimum]\n\"1.99\" = \"1.99.3\"\n");
    world.refused_at(2, "minimum", setup());
}
