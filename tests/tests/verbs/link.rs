//! `gom link` and `gom unlink`: a Go that gom did not install, wherever a SPEC is taken.

use std::fs;

use gom_tests::{FakeToolchain, World};
use insta::assert_snapshot;

/// A store with Go 1.98.1 as its default, and a tree of Go 1.97.7 that somebody else made, linked as `mine`.
fn world() -> World {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    FakeToolchain::here("1.97.7").lay_out(&world.home().join("sdk"));
    world.done(["link", "mine", &sdk(&world)]);
    world
}

fn sdk(world: &World) -> String {
    world.home().join("sdk").display().to_string()
}

/// The lines of a `go env-dump` that tell which Go ran and how.
fn ran(world: &World, run: gom_tests::Run) -> String {
    let output = run.run();
    assert_eq!(output.code, Some(0), "{output}");
    let wanted = ["argv0=", "GOTOOLCHAIN=", "GOROOT="];
    let lines = output.stdout.lines().filter(|line| wanted.iter().any(|name| line.starts_with(name)));
    world.redact(&lines.collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_name_is_given_shown_and_taken_back() {
    let world = world();
    assert_snapshot!(world.say(["link", "mine", &sdk(&world)]), @"
    exit: 0
    --- stdout
    --- stderr
    linked mine to [HOME]/sdk (Go 1.97.7)
    ");
    let list = world.done(["list"]).stdout;
    let line = list.lines().find(|line| line.contains("mine")).unwrap();
    assert_eq!(line.split_whitespace().collect::<Vec<_>>(), ["mine", "unproven", "linked,", "Go", "1.97.7"]);
    assert_snapshot!(world.say(["unlink", "mine"]), @"
    exit: 0
    --- stdout
    --- stderr
    unlinked mine; [HOME]/sdk stays
    ");
    assert!(world.home().join("sdk/bin/go").is_file());
    assert!(!world.store().join("linked/mine").exists());
    assert_snapshot!(world.say(["unlink", "mine"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: no Go is linked as `mine`
    hint: run `gom list` to see what is linked
    ");
}

#[test]
fn json_has_the_name_the_tree_and_its_version() {
    let world = world();
    let list = world.done(["list", "--json"]).json();
    let linked = &list["linked"][0];
    assert_eq!(linked["name"], "mine");
    assert_eq!(linked["version"], "1.97.7");
    assert_eq!(linked["usable"], true);
    assert_eq!(linked["goroot"], sdk(&world));
    assert_snapshot!(world.say(["link", "other", &sdk(&world), "--json"]), @r#"
    exit: 0
    --- stdout
    {
      "goroot": "[HOME]/sdk",
      "name": "other",
      "replaced": null,
      "schema": 1,
      "version": "1.97.7"
    }
    --- stderr
    linked other to [HOME]/sdk (Go 1.97.7)
    "#);
}

#[test]
fn it_runs_wherever_a_spec_is_taken() {
    let world = world();
    let named = ran(&world, world.go(["+mine", "env-dump"]));
    assert_snapshot!(named, @"
    argv0=[HOME]/sdk/bin/go
    GOROOT=(unset)
    GOTOOLCHAIN=local
    ");
    assert_eq!(ran(&world, world.gom(["exec", "mine", "go", "env-dump"])), named);
    let tells = FakeToolchain::here("1.97.7").program("bin/go", "echo $GOM_TOOLCHAIN $GOTOOLCHAIN");
    tells.lay_out(&world.home().join("tells"));
    world.done(["link", "tells", &world.home().join("tells").display().to_string()]);
    assert_eq!(world.go(["+tells"]).done().stdout, "tells local\n");
    assert_eq!(world.gom(["exec", "tells", "go"]).done().stdout, "tells local\n");
    assert_eq!(world.go(["+tells+auto"]).done().stdout, "\n");
    let by_variable = world.go(["env-dump"]).env("GOM_TOOLCHAIN", "mine");
    assert_snapshot!(ran(&world, by_variable), @"
    argv0=[HOME]/sdk/bin/go
    GOROOT=(unset)
    GOTOOLCHAIN=(unset)
    ");
    assert_snapshot!(world.say(["which", "mine"]), @"
    exit: 0
    --- stdout
    [HOME]/sdk/bin/go
    --- stderr
    ");
    assert_snapshot!(world.say(["which", "--goroot", "mine"]), @"
    exit: 0
    --- stdout
    [HOME]/sdk
    --- stderr
    ");
    world.done(["use", "mine"]);
    assert_eq!(world.default(), "mine\n");
    assert_snapshot!(world.say(["current"]), @"
    exit: 0
    --- stdout
    mine, Go 1.97.7: [HOME]/sdk (set by the default, [HOME]/.gom/default:1)
    --- stderr
    ");
    assert_eq!(world.done(["current", "--short"]).stdout, "mine\n");
    assert_snapshot!(world.say(["why"]), @"
    exit: 0
    --- stdout
    the linked Go mine, Go 1.97.7 runs here: [HOME]/sdk/bin/go
    decided by: the default, [HOME]/.gom/default:1

    looked at, in order:
      GOM_TOOLCHAIN: not set
      [HOME]/.gom/default: the default: mine

    then Go itself: GOTOOLCHAIN=auto ([HOME]/sdk/go.env:2): it downloads a newer Go only if a command needs one
    not controlled by gom: inside `go generate`, `go test` and `go tool`, Go puts its own GOROOT/bin first on PATH
    --- stderr
    ");
}

#[test]
fn go_mod_asks_for_more_than_its_version_file_says() {
    let world = world();
    world.done(["use", "mine"]);
    world.write("go.mod", "module m\n\ngo 1.98.0\n");
    assert!(ran(&world, world.go(["env-dump"])).contains("go1.98.1"));
    assert!(ran(&world, world.go(["+mine", "env-dump"])).contains("[HOME]/sdk"));
    assert!(ran(&world, world.go(["+mine+auto", "env-dump"])).contains("go1.98.1"));
    world.write("go.mod", "module m\n\ngo 1.97.7\n");
    assert!(ran(&world, world.go(["env-dump"])).contains("[HOME]/sdk"));
}

#[test]
fn a_projects_file_selects_it_only_after_gom_local() {
    let world = world();
    world.write(".go-version", "mine\n");
    assert_snapshot!(world.shown(world.go(["version"])), @"
    exit: 2
    --- stdout
    --- stderr
    error: [WORK]/.go-version:1 asks for the linked Go `mine`, which no `gom local mine` allowed there: a cloned project must not select a Go that nobody proved
    hint: run `gom local mine` in that folder if you trust it, or `gom local latest`
    ");
    assert_snapshot!(world.say(["local", "mine"]), @"
    exit: 0
    --- stdout
    --- stderr
    already pinned to mine in [WORK]/.go-version
    ");
    assert!(ran(&world, world.go(["env-dump"])).contains("[HOME]/sdk"));
    // Another clone with the same file was not allowed.
    fs::create_dir(world.work().join("clone")).unwrap();
    fs::write(world.work().join("clone/.go-version"), "mine\n").unwrap();
    let clone = world.go(["version"]).cwd(world.work().join("clone")).run();
    assert_eq!(clone.code, Some(2), "{clone}");
    // A new tree under the name counts where the name was allowed; after `unlink` nothing is left of that.
    world.done(["unlink", "mine"]);
    let gone = world.go(["version"]).run();
    assert_eq!(gone.code, Some(2), "{gone}");
    world.done(["link", "mine", &sdk(&world)]);
    assert_eq!(world.go(["version"]).run().code, Some(2));
}

#[test]
fn a_tool_versions_may_name_it_too() {
    let world = world();
    world.write(".tool-versions", "nodejs 20\ngolang 1.98.1\n");
    world.done(["local", "mine"]);
    assert_eq!(world.read(".tool-versions"), "nodejs 20\ngolang mine\n");
    assert!(ran(&world, world.go(["env-dump"])).contains("[HOME]/sdk"));
    world.done(["local", "1.98.1"]);
    assert_eq!(world.read(".tool-versions"), "nodejs 20\ngolang 1.98.1\n");
}

#[test]
fn a_folder_that_is_no_goroot_is_refused_with_how_to_mend_it() {
    let world = world();
    let home = world.home();
    fs::create_dir_all(home.join("source/src")).unwrap();
    fs::write(home.join("source/src/make.bash"), "").unwrap();
    FakeToolchain::here("1.97.7").lay_out(&home.join("unpacked/go"));
    for (dir, hint) in [
        (home.join("source"), "make.bash` to build it"),
        (home.join("sdk/bin"), "run `gom link new "),
        (home.join("unpacked"), "/unpacked/go`"),
        (home.join("missing"), "ls -ld"),
        (world.goroot(&FakeToolchain::here("1.98.1").name()), "name it by its version"),
    ] {
        let refused = world.gom(["link", "new", &dir.display().to_string()]).run();
        assert!(refused.code != Some(0) && refused.stderr.contains(hint), "{}: {refused}", dir.display());
    }
    assert!(!world.store().join("linked/new").exists());
    assert_snapshot!(world.say(["link", "new", &home.join("source").display().to_string()]), @"
    exit: 2
    --- stdout
    --- stderr
    error: `[HOME]/source` is no GOROOT that can run: it has no executable bin/go
    hint: run `cd [HOME]/source/src && ./make.bash` to build it, then this again
    ");
}

#[test]
fn a_name_is_no_spec_and_no_word_of_gom_or_go() {
    let world = world();
    for name in ["1.97", "latest", "system", "go1.97.7", "go", "gom", "local", "../x", "a/b", "", "-x"] {
        let refused = world.gom(["link", "--", name, &sdk(&world)]).run();
        assert_eq!(refused.code, Some(2), "{name}: {refused}");
    }
    assert_snapshot!(world.say(["link", "1.97", &sdk(&world)]), @"
    exit: 2
    --- stdout
    --- stderr
    error: `1.97` can't name a linked Go: it is a version or a keyword
    hint: choose another name, such as mygo
    ");
}

#[test]
fn a_tree_that_is_gone_is_named_with_what_helps() {
    let world = world();
    world.done(["use", "mine"]);
    fs::rename(world.home().join("sdk"), world.home().join("moved")).unwrap();
    assert_snapshot!(world.shown(world.go(["version"])), @"
    exit: 127
    --- stdout
    --- stderr
    error: the Go linked as `mine`, `[HOME]/sdk`, has no executable bin/go (set by the default, [HOME]/.gom/default:1)
    hint: run `gom link mine DIR` with a GOROOT that is built, or `gom unlink mine`
    ");
    let list = world.gom(["list"]).run();
    assert!(list.code == Some(0) && list.stdout.contains("unproven  linked, default, no bin/go"), "{list}");
    assert!(list.stderr.contains("gom unlink mine"), "{list}");
}

#[test]
fn verbs_about_goms_own_toolchains_say_that_it_is_none() {
    let world = world();
    for verb in ["install", "uninstall", "verify", "receipt", "info", "upgrade"] {
        let refused = world.gom([verb, "mine"]).run();
        assert_eq!(refused.code, Some(2), "{refused}");
        assert!(refused.stderr.contains("gom unlink mine"), "{refused}");
    }
    assert_snapshot!(world.say(["verify", "mine"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: `mine` is the name of a linked Go, `[HOME]/sdk`, which gom neither installs nor proves
    hint: run `gom unlink mine` to remove the name, or `gom verify --path [HOME]/sdk` to prove the tree
    ");
    world.write(".go-version", "mine\n");
    assert_snapshot!(world.say(["install"]), @"
    exit: 0
    --- stdout
    --- stderr
    [WORK]/.go-version:1 asks for mine
    it is linked, so there is nothing to install
    ");
}

#[test]
fn a_checkout_without_a_version_file_counts_as_its_language_version() {
    let world = world();
    let tree = FakeToolchain::here("1.97.7").without("VERSION");
    tree.file("src/internal/goversion/goversion.go", "package goversion\n\nconst Version = 99\n")
        .lay_out(&world.home().join("checkout"));
    let checkout = world.home().join("checkout").display().to_string();
    assert_snapshot!(world.say(["link", "tip", &checkout]), @"
    exit: 0
    --- stdout
    --- stderr
    linked tip to [HOME]/checkout (Go 1.99)
    ");
    world.done(["use", "tip"]);
    world.write("go.mod", "module m\n\ngo 1.98.0\n");
    assert!(ran(&world, world.go(["env-dump"])).contains("[HOME]/checkout"));
}

#[test]
fn a_ci_job_takes_it_where_a_proof_is_not_required() {
    let world = world();
    assert_snapshot!(world.say(["ci", "setup", "mine"]), @"
    exit: 2
    --- stdout
    (exit 2)
    --- stderr
    error: the linked Go `mine`, `[HOME]/sdk`, is not proven, and here the checksum database has to prove each Go
    hint: set GOM_REQUIRE=any to accept it
    ");
    let setup = world.gom(["ci", "setup", "mine", "--json"]).env("GOM_REQUIRE", "any").done().json();
    let toolchain = &setup["toolchains"][0];
    assert_eq!(toolchain["goroot"], sdk(&world), "{setup}");
    assert_eq!(toolchain["source"], "linked", "{setup}");
}

#[test]
fn a_ci_job_does_not_take_it_because_a_cloned_project_names_it() {
    let world = world();
    let clone = world.home().join("clone");
    fs::create_dir_all(&clone).unwrap();
    for (file, text) in [(".tool-versions", "golang mine\n"), (".go-version", "mine\n")] {
        fs::write(clone.join(file), text).unwrap();
        let setup = world.gom(["ci", "setup", "--json"]).env("GOM_REQUIRE", "any").cwd(&clone).run();
        assert!(setup.code == Some(2) && setup.stdout.contains("no `gom local mine`"), "{setup}");
    }
    world.gom(["local", "mine"]).cwd(&clone).done();
    let setup = world.gom(["ci", "setup", "--json"]).env("GOM_REQUIRE", "any").cwd(&clone).done().json();
    assert_eq!(setup["toolchains"][0]["source"], "linked", "{setup}");
}

#[test]
fn a_cloned_project_can_not_borrow_the_file_of_another() {
    let world = world();
    for folder in ["allowed", "clone"] {
        fs::create_dir_all(world.home().join(folder)).unwrap();
    }
    world.gom(["local", "mine"]).cwd(world.home().join("allowed")).done();
    let clone = world.home().join("clone");
    std::os::unix::fs::symlink("../allowed/.go-version", clone.join(".go-version")).unwrap();
    let refused = world.go(["version"]).cwd(&clone).run();
    assert!(refused.code == Some(2) && refused.stderr.contains("no `gom local mine`"), "{refused}");
    // The file may be a link where its user wrote the name.
    world.gom(["local", "mine"]).cwd(&clone).done();
    assert!(world.go(["version"]).cwd(&clone).done().stdout.contains("1.97.7"));
}

#[test]
fn a_folder_with_goms_own_go_is_refused() {
    let world = world();
    let store = world.store().display().to_string();
    let text = world.say(["link", "loop", &store]);
    assert!(text.starts_with("exit: 2") && text.contains("bin/go is gom's own"), "{text}");
    assert!(!world.store().join("linked/loop").exists());
}

#[test]
fn a_folder_with_a_link_to_the_go_of_a_goroot_is_refused_with_that_goroot() {
    let world = world();
    let usr = world.home().join("usr");
    // Debian has a /usr/src for other sources.
    for folder in ["bin", "src"] {
        fs::create_dir_all(usr.join(folder)).unwrap();
    }
    std::os::unix::fs::symlink("../../sdk/bin/go", usr.join("bin/go")).unwrap();
    assert_snapshot!(world.say(["link", "debian", &usr.display().to_string()]), @"
    exit: 2
    --- stdout
    --- stderr
    error: `[HOME]/usr` is no GOROOT: its bin/go is that of `[HOME]/sdk`
    hint: run `gom link debian [HOME]/sdk`
    ");
    // A GOROOT of its own may have a linked program.
    fs::create_dir_all(usr.join("src/fmt")).unwrap();
    world.done(["link", "debian", &usr.display().to_string()]);
}

#[test]
fn a_linked_tree_without_gofmt_says_how_to_get_it() {
    let world = world();
    world.done(["use", "mine"]);
    fs::remove_file(world.home().join("sdk/bin/gofmt")).unwrap();
    assert_snapshot!(world.shown(world.linked("gofmt", ["-l", "."])), @"
    exit: 127
    --- stdout
    --- stderr
    error: the linked Go `mine`, `[HOME]/sdk`, has no bin/gofmt
    hint: run `gom exec latest gofmt` to use that of the newest Go here
    ");
    fs::create_dir_all(world.home().join("sdk/src/cmd/gofmt")).unwrap();
    assert_snapshot!(world.shown(world.linked("gofmt", ["-l", "."])), @"
    exit: 127
    --- stdout
    --- stderr
    error: the linked Go `mine`, `[HOME]/sdk`, has no bin/gofmt
    hint: run `go +mine install cmd/gofmt` to build it
    ");
    fs::write(world.home().join("sdk/bin/gofmt"), "\0").unwrap();
    assert_snapshot!(world.shown(world.linked("gofmt", ["-l", "."])), @"
    exit: 126
    --- stdout
    --- stderr
    error: can't run `[HOME]/sdk/bin/gofmt` of the linked Go `mine`: Permission denied (os error [N])
    hint: run `gom link mine DIR` with a GOROOT that runs here, or `gom unlink mine`
    ");
}
