//! `gom local`: what is written where, byte for byte.

use std::fs;
use std::os::unix::fs::symlink;

use gom_tests::{FOREIGN, FakeToolchain, World};
use insta::assert_snapshot;

#[test]
fn a_folder_is_pinned_in_its_go_version() {
    let world = World::with(&["1.98.1"]);
    world.internet.forget_requests();
    assert_snapshot!(world.say(["local", "1.98.1"]), @"
    exit: 0
    --- stdout
    --- stderr
    pinned to 1.98.1 in [WORK]/.go-version
    ");
    assert_eq!(world.read(".go-version"), "1.98.1\n");
    assert!(world.internet.requests().is_empty());
}

#[test]
fn the_same_pin_again_changes_nothing() {
    let world = World::with(&["1.98.1"]);
    world.write(".go-version", "go1.98.1 # why\r\n");
    world.done(["local", "1.98.1"]);
    assert_eq!(world.read(".go-version"), "1.98.1 # why\r\n");
    assert_snapshot!(world.say(["local", "1.98.1"]), @"
    exit: 0
    --- stdout
    --- stderr
    already pinned to 1.98.1 in [WORK]/.go-version
    ");
}

#[test]
fn what_is_missing_is_installed() {
    let world = World::publishing(&["1.98.1"]);
    assert_snapshot!(world.say(["local", "1.98.1"]), @"
    exit: 0
    --- stdout
    --- stderr
    downloading go1.98.1.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.98.1.[PLATFORM].zip
    installed go1.98.1.[PLATFORM] from proxy, proven by sum.example.test
    pinned to 1.98.1 in [WORK]/.go-version
    ");
    assert_eq!(world.installed(), ["go1.98.1.[PLATFORM]"]);
}

#[test]
fn without_installing_the_pin_is_written_all_the_same() {
    let world = World::publishing(&["1.98.1"]);
    assert_snapshot!(world.say(["local", "1.98", "--no-install"]), @"
    exit: 0
    --- stdout
    --- stderr
    pinned to 1.98.1 in [WORK]/.go-version
    hint: run `gom install 1.98.1` before you use it
    ");
    assert_eq!(world.read(".go-version"), "1.98.1\n");
    assert!(world.installed().is_empty());
}

#[test]
fn a_line_is_resolved_unless_it_shall_be_kept() {
    let world = World::with(&["1.98.0", "1.98.1"]);
    world.done(["local", "1.98"]);
    assert_eq!(world.read(".go-version"), "1.98.1\n");
    assert_snapshot!(world.say(["local", "1.98", "--line"]), @"
    exit: 0
    --- stdout
    --- stderr
    pinned to 1.98 in [WORK]/.go-version
    ");
    assert_eq!(world.read(".go-version"), "1.98\n");
}

#[test]
fn the_first_release_of_an_old_line_is_written_with_its_zero() {
    let world = World::publishing(&["1.20", "1.20.14"]);
    world.done(["local", "1.20.0", "--no-install"]);
    assert_eq!(world.read(".go-version"), "1.20.0\n");
    world.done(["local", "1.20", "--no-install"]);
    assert_eq!(world.read(".go-version"), "1.20.14\n");
}

#[test]
fn the_go_line_of_a_tool_versions_is_edited_in_place() {
    let world = World::with(&["1.98.1"]);
    let before = "# tools\r\nnodejs   20.1.0\r\n golang\t1.97.0 1.96.2  # ours\r\n\npython 3.12 \nlua 5";
    world.write(".tool-versions", before);
    assert_snapshot!(world.say(["local", "1.98.1"]), @"
    exit: 0
    --- stdout
    --- stderr
    pinned to 1.98.1 in [WORK]/.tool-versions
    ");
    assert_eq!(world.read(".tool-versions"), before.replace("1.97.0 1.96.2", "1.98.1"));
    assert!(!world.work().join(".go-version").exists());
}

#[test]
fn a_tool_versions_without_go_gets_no_line() {
    let world = World::with(&["1.98.1"]);
    world.write(".tool-versions", "nodejs 20\n");
    world.done(["local", "1.98.1"]);
    assert_eq!(
        (world.read(".tool-versions"), world.read(".go-version")),
        ("nodejs 20\n".into(), "1.98.1\n".into())
    );
}

#[test]
fn without_a_spec_the_pin_and_its_place_are_shown() {
    let world = World::with(&["1.98.1"]);
    world.write("a/.go-version", "# ours\n1.98.1\n1.97.2\n");
    world.write("a/b/c/main.go", "package main\n");
    let run = world.gom(["local"]).cwd(world.work().join("a/b/c"));
    assert_snapshot!(world.shown(run), @"
    exit: 0
    --- stdout
    1.98.1 (set by [WORK]/a/.go-version:2)
    1.97.2 (set by [WORK]/a/.go-version:3)
    --- stderr
    ");
    let json = world.gom(["local", "--json"]).cwd(world.work().join("a/b/c")).run();
    assert_snapshot!(world.redact(&json.stdout), @r#"
    {
      "pins": [
        {
          "origin": "[WORK]/a/.go-version:2",
          "version": "1.98.1"
        },
        {
          "origin": "[WORK]/a/.go-version:3",
          "version": "1.97.2"
        }
      ],
      "schema": 1
    }
    "#);
}

#[test]
fn without_a_spec_and_without_a_pin_it_says_so() {
    let world = World::with(&["1.98.1"]);
    world.done(["use", "1.98.1"]);
    assert_snapshot!(world.say(["local"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: no version file pins this folder
    hint: run `gom local SPEC`
    ");
}

#[test]
fn unset_removes_the_folders_own_pin() {
    let world = World::publishing(&[]);
    world.write(".go-version", "1.98.1\n");
    assert_snapshot!(world.say(["local", "--unset"]), @"
    exit: 0
    --- stdout
    --- stderr
    removed the pin from [WORK]/.go-version
    ");
    assert!(!world.work().join(".go-version").exists());
    assert_snapshot!(world.say(["local", "--unset"]), @"
    exit: 0
    --- stdout
    --- stderr
    this folder has no pin of its own
    ");
}

#[test]
fn unset_takes_only_the_go_line_from_a_tool_versions() {
    let world = World::publishing(&[]);
    world.write(".tool-versions", "nodejs 20\r\ngolang 1.98.1\r\nlua 5");
    world.done(["local", "--unset"]);
    assert_eq!(world.read(".tool-versions"), "nodejs 20\r\nlua 5");
}

#[test]
fn unset_leaves_the_pin_of_a_folder_above() {
    let world = World::publishing(&[]);
    world.write(".go-version", "1.98.1\n");
    world.write("a/main.go", "package main\n");
    let output = world.gom(["local", "--unset"]).cwd(world.work().join("a")).run();
    assert_eq!(output.stderr, "this folder has no pin of its own\n");
    assert_eq!(world.read(".go-version"), "1.98.1\n");
}

#[test]
fn system_can_be_pinned() {
    let world = World::publishing(&[]);
    world.done(["local", "system"]);
    assert_eq!(world.read(".go-version"), "system\n");
}

#[test]
fn a_foreign_platform_is_refused() {
    let world = World::publishing(&[]);
    world.publish(&FakeToolchain::new("1.98.1", FOREIGN));
    assert_snapshot!(world.say(["local", "1.98.1.windows-arm64"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: a toolchain for windows-arm64 does not run here ([PLATFORM])
    hint: run `gom install 1.98.1.windows-arm64` to have it in the store
    ");
    assert!(world.tree(world.work()).iter().all(|left| left == "/"));
}

#[test]
fn no_such_version_leaves_the_folder_alone() {
    let world = World::publishing(&["1.98.1"]);
    assert_eq!(world.gom(["local", "1.98.66"]).run().code, Some(3));
    assert!(!world.work().join(".go-version").exists());
}

#[test]
fn offline_what_is_there_can_be_pinned_and_the_rest_not() {
    let world = World::with(&["1.98.1"]);
    world.publish(&FakeToolchain::here("1.99.2"));
    world.done(["local", "1.98.1", "--offline"]);
    assert_eq!(world.gom(["local", "1.99.2", "--offline"]).run().code, Some(4));
    assert_eq!(world.read(".go-version"), "1.98.1\n");
}

/// What is in the folder and in the store, with the contents of the version files.
fn everything(world: &World) -> Vec<String> {
    let read = |name: &str| fs::read_to_string(world.work().join(name)).unwrap_or_default();
    let texts = [".go-version", ".tool-versions"].map(read);
    [world.tree(world.work()), world.tree(world.store()), texts.to_vec()].concat()
}

#[test]
fn a_dry_run_says_what_it_would_write_and_writes_nothing() {
    let world = World::with(&["1.98.1"]);
    world.publish(&FakeToolchain::here("1.99.2"));
    world.write(".tool-versions", "golang 1.97.1 # ours\n");
    let before = everything(&world);
    assert_snapshot!(world.say(["local", "1.98", "--dry-run"]), @"
    exit: 0
    --- stdout
    would pin to 1.98.1 in [WORK]/.tool-versions
    --- stderr
    ");
    assert_snapshot!(world.say(["local", "1.99", "--dry-run"]), @"
    exit: 0
    --- stdout
    would pin to 1.99.2 in [WORK]/.tool-versions
    would install 1.99.2
    --- stderr
    ");
    assert_snapshot!(world.say(["local", "1.99", "--dry-run", "--no-install"]), @"
    exit: 0
    --- stdout
    would pin to 1.99.2 in [WORK]/.tool-versions
    --- stderr
    hint: run `gom install 1.99.2` before you use it
    ");
    assert_snapshot!(world.say(["local", "--unset", "--dry-run"]), @"
    exit: 0
    --- stdout
    would remove the pin from [WORK]/.tool-versions
    --- stderr
    ");
    let json = world.done(["local", "1.99", "--dry-run", "--json"]).json();
    let flags = ["dry_run", "changed", "installed"].map(|name| json[name].as_bool().unwrap());
    assert_eq!((flags, json["version"].as_str()), ([true, true, false], Some("1.99.2")));
    let json = world.done(["local", "--unset", "--dry-run", "--json"]).json();
    let said =
        (json["dry_run"].as_bool(), json["removed_from"].as_str().unwrap().ends_with("/.tool-versions"));
    assert_eq!(said, (Some(true), true));
    assert_eq!(everything(&world), before);

    world.done(["local", "1.98.1"]);
    assert!(world.done(["local", "1.98.1", "--dry-run"]).stdout.starts_with("already pinned to 1.98.1 in "));
    // It needs something to try.
    assert_eq!(world.gom(["local", "--dry-run"]).run().code, Some(2));
}

/// It fails where the real one does.
#[test]
fn a_dry_run_refuses_a_link_out_of_the_project() {
    let world = World::with(&["1.98.1"]);
    let clone = world.work().join("clone");
    fs::create_dir_all(clone.join(".git")).unwrap();
    fs::write(world.work().join("outside"), "1.97.1\n").unwrap();
    symlink("../outside", clone.join(".go-version")).unwrap();
    for arguments in [vec!["local", "1.98.1", "--dry-run"], vec!["local", "1.98.1"]] {
        let output = world.gom(arguments).cwd(&clone).run();
        assert_eq!(output.code, Some(1), "{output}");
        assert!(output.stderr.contains("that is outside the project"), "{output}");
    }
}

#[test]
fn json_says_what_was_written() {
    let world = World::with(&["1.98.1"]);
    let output = world.gom(["local", "1.98", "--json", "--quiet"]).run();
    assert_snapshot!(output.snapshot(&world), @r#"
    exit: 0
    --- stdout
    {
      "changed": true,
      "dry_run": false,
      "file": "[WORK]/.go-version",
      "installed": true,
      "schema": 1,
      "toolchain": "go1.98.1.[PLATFORM]",
      "version": "1.98.1",
      "warning": null
    }
    --- stderr
    "#);
}

#[test]
fn a_pin_is_never_written_through_a_link_out_of_the_project() {
    let world = World::with(&["1.98.1"]);
    let clone = world.work().join("clone");
    fs::create_dir_all(clone.join(".git")).unwrap();
    let dotfile = world.work().join(".bashrc");
    fs::write(&dotfile, "export SECRET=1\n").unwrap();
    for file in [".go-version", ".tool-versions"] {
        fs::write(clone.join(".tool-versions"), "golang 1.97.1\n").unwrap();
        let _ = fs::remove_file(clone.join(file));
        symlink("../.bashrc", clone.join(file)).unwrap();
        let before = fs::read_dir(&clone).unwrap().count();
        let output = world.gom(["local", "1.98.1"]).cwd(&clone).run();
        // A `.tool-versions` without a Go line is not edited: then the pin goes into a `.go-version`.
        if file == ".go-version" {
            assert_eq!(output.code, Some(1), "{output}");
            assert!(output.stderr.contains("is a link to `../.bashrc`"), "{output}");
            assert!(output.stderr.contains("that is outside the project"), "{output}");
            assert_eq!(fs::read_dir(&clone).unwrap().count(), before, "something was left");
        }
        assert_eq!(fs::read_to_string(&dotfile).unwrap(), "export SECRET=1\n");
        assert!(clone.join(file).is_symlink());
        fs::remove_file(clone.join(file)).unwrap();
    }

    // A Go line behind the link makes no difference.
    fs::write(&dotfile, "golang 1.97.1\n").unwrap();
    let _ = fs::remove_file(clone.join(".go-version"));
    symlink("../.bashrc", clone.join(".tool-versions")).unwrap();
    let output = world.gom(["local", "1.98.1"]).cwd(&clone).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert_eq!(fs::read_to_string(&dotfile).unwrap(), "golang 1.97.1\n");
    let output = world.gom(["local", "--unset"]).cwd(&clone).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert_eq!(fs::read_to_string(&dotfile).unwrap(), "golang 1.97.1\n");
}

#[test]
fn a_link_to_a_version_file_of_the_same_project_stays_a_link() {
    let world = World::with(&["1.98.1"]);
    let (clone, module) = (world.work().join("clone"), world.work().join("clone/module"));
    fs::create_dir_all(clone.join(".git")).unwrap();
    fs::create_dir_all(&module).unwrap();
    fs::write(clone.join(".go-version"), "1.97.1 # ours\n").unwrap();
    symlink("../.go-version", module.join(".go-version")).unwrap();
    let output = world.gom(["local", "1.98.1"]).cwd(&module).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert_eq!(fs::read_to_string(clone.join(".go-version")).unwrap(), "1.98.1 # ours\n");
    assert!(module.join(".go-version").is_symlink());
    assert_eq!(fs::read_dir(&module).unwrap().count(), 1);
    assert_eq!(fs::read_dir(&clone).unwrap().count(), 3);
}
