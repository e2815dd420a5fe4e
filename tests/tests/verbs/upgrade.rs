//! `gom upgrade`: the newest patch of each line in use is installed, the default and line pins follow, a pin to one
//! version only if asked, and nothing is removed unless asked.

use gom_tests::{FakeToolchain, Fault, ModProxy, World};
use insta::assert_snapshot;
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// Two lines are installed, each with a newer patch that is published; 1.98.1 is the default.
fn two_behind() -> World {
    let world = World::with(&["1.98.1", "1.99.0"]);
    world.done(["use", "1.98.1"]);
    for version in ["1.98.3", "1.99.2"] {
        world.publish(&FakeToolchain::here(version));
    }
    world
}

fn names(versions: &[&str]) -> Vec<String> {
    versions.iter().map(|version| format!("go{version}.[PLATFORM]")).collect()
}

/// The toolchain of this platform in text that is not redacted.
fn here(version: &str) -> String {
    FakeToolchain::here(version).name()
}

#[test]
fn nothing_in_use_is_nothing_to_upgrade() {
    let world = World::publishing(&["1.98.1"]);
    assert_snapshot!(world.say(["upgrade"]), @"
    exit: 0
    --- stdout
    --- stderr
    nothing to upgrade
    ");
    world.done(["install", "1.98.1"]);
    let report = world.done(["upgrade", "--json"]).json();
    assert_eq!((&report["upgrades"], &report["default"]), (&serde_json::json!([]), &serde_json::Value::Null));
}

/// Where nothing can be removed, no command for that is named.
#[test]
fn a_store_of_somebody_else_has_nothing_to_remove() {
    let world = World::with(&["1.98.1", "1.98.3"]);
    let gom = world.store().join("bin/gom");
    let run = |user: u32| world.sandbox.as_user(user, [gom.to_str().unwrap(), "upgrade"]);
    let Some(own) = run(42_426) else { return gom_tests::skip("only root can become another user") };
    let own = own.done();
    assert!(own.stderr.contains("hint: run `gom uninstall 1.98.1`"), "{own}");
    fs::set_permissions(world.store().join("toolchains"), PermissionsExt::from_mode(0o555)).unwrap();
    let Some(other) = run(42_426) else { return };
    let other = other.run();
    assert!(!other.stderr.contains("gom uninstall"), "{other}");
}

#[test]
fn each_line_gets_its_newest_patch_and_the_default_follows() {
    let world = two_behind();
    let said = world.done(["upgrade"]).stderr;
    assert_eq!(world.installed(), names(&["1.98.1", "1.98.3", "1.99.0", "1.99.2"]));
    assert_eq!(world.default(), "1.98.3\n");
    let lines: Vec<&str> = said.lines().collect();
    let (default, last) = (lines[lines.len() - 2], lines[lines.len() - 1]);
    assert!(default.starts_with("the default is now 1.98.3, "), "{said}");
    assert_eq!(
        last,
        "hint: run `gom uninstall 1.99.0 1.98.1` to free 0.00 GB; `gom prune` removes them once they are unused for 60 days"
    );
    assert_eq!(world.gom(["outdated"]).run().code, Some(0));
    let again = world.say(["upgrade"]);
    assert!(again.contains("--- stderr\nnothing to upgrade\n"), "{again}");
    // The command of the last line ends the matter.
    world.done(["uninstall", "1.99.0", "1.98.1"]);
    assert_eq!(world.done(["upgrade"]).stderr, "nothing to upgrade\n");
}

#[test]
fn a_dry_run_prints_the_plan_and_changes_nothing() {
    let world = two_behind();
    world.write(".go-version", "1.99.0 # why\n");
    let before = (world.tree("home/.gom"), world.default(), world.read(".go-version"));
    assert_snapshot!(world.say(["upgrade", "--dry-run", "--pins", "--remove-old"]), @"
    exit: 0
    --- stdout
    would install go1.99.2.[PLATFORM] (newest installed: 1.99.0)
    would install go1.98.3.[PLATFORM] (newest installed: 1.98.1)
    would change the default from 1.98.1 to 1.98.3
    would change the pin from 1.99.0 to 1.99.2 in [WORK]/.go-version
    would remove go1.99.0.[PLATFORM]
    would remove go1.98.1.[PLATFORM]
    --- stderr
    ");
    let report = world.done(["upgrade", "--dry-run", "--json"]).json();
    assert_eq!(report["dry_run"], true);
    assert_eq!(
        report["upgrades"][0],
        serde_json::json!({
            "from": "1.99.0", "to": "1.99.2", "toolchain": here("1.99.2"), "outcome": "planned"
        })
    );
    assert_eq!((&report["pin"]["changed"], &report["pin"]["kept"]), (&false.into(), &"not-asked".into()));
    // The pin keeps 1.99.0.
    assert_eq!(report["removable"].as_array().map(Vec::len), Some(1), "{report:#}");
    assert_eq!(report["removable"][0]["toolchain"], here("1.98.1"));
    assert!(report["removable"][0]["bytes"].as_u64().is_some_and(|bytes| bytes > 0), "{report:#}");
    assert_eq!((world.tree("home/.gom"), world.default(), world.read(".go-version")), before);
}

/// Until the upgrade is done, the older patches are in use, so no command that removes them is named.
#[test]
fn a_dry_run_names_no_command_that_removes_what_is_in_use() {
    let world = two_behind();
    let said = world.done(["upgrade", "--dry-run"]).stderr;
    assert_eq!(said, "hint: add `--remove-old` to remove 1.99.0 1.98.1 too, which frees 0.00 GB\n");
    world.done(["upgrade", "--remove-old"]);
    assert_eq!(world.installed(), names(&["1.98.3", "1.99.2"]));
}

#[test]
fn a_spec_limits_it_to_its_line() {
    for spec in ["1.99", "1.99.0", ">=1.99", "latest"] {
        let world = two_behind();
        world.done(["upgrade", spec]);
        assert_eq!(world.installed(), names(&["1.98.1", "1.99.0", "1.99.2"]), "{spec}");
        assert_eq!(world.default(), "1.98.1\n", "{spec}");
    }
}

#[test]
fn what_is_not_in_use_is_not_installed() {
    let world = two_behind();
    world.publish(&FakeToolchain::here("1.97.4"));
    assert_snapshot!(world.say(["upgrade", "1.98", "1.97"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: Go 1.97 is not in use here: nothing of it is installed, and neither the default nor a pin asks for it
    hint: run `gom install 1.97`, or `gom outdated` to see what is in use
    ");
    assert_eq!(world.installed(), names(&["1.98.1", "1.99.0"]));
    for (spec, hint) in [
        ("1.98.2", "hint: run `gom upgrade 1.98`, or `gom outdated` to see what is in use\n"),
        (
            "1.96",
            "hint: run `gom outdated` to see what is in use, or `gom list-remote` to see what is published\n",
        ),
    ] {
        let output = world.gom(["upgrade", spec]).run();
        assert_eq!(output.code, Some(3), "{output}");
        assert!(output.stderr.ends_with(hint), "{output}");
    }
    assert_eq!(world.gom(["upgrade", "system"]).run().code, Some(2));
    let typo = world.gom(["upgrade", "latets"]).run();
    assert_eq!(typo.code, Some(2), "{typo}");
    assert!(typo.stderr.contains("`gom upgrade latest`"), "{typo}");
}

#[test]
fn a_pin_to_one_version_stays_unless_asked() {
    let world = two_behind();
    world.write(".go-version", "# ours\n1.98.1 # why\n");
    let said = world.done(["upgrade", "1.98"]).stderr;
    assert_eq!(world.read(".go-version"), "# ours\n1.98.1 # why\n");
    let place = world.work().join(".go-version");
    assert!(said.contains(&format!("{}:2 stays at 1.98.1; 1.98.3 is out\n", place.display())), "{said}");
    assert!(said.ends_with("hint: run `gom upgrade --pins` to replace the version there\n"), "{said}");

    let report = world.done(["upgrade", "1.98", "--pins", "--json"]).json();
    assert_eq!(world.read(".go-version"), "# ours\n1.98.3 # why\n");
    assert_eq!(
        report["pin"],
        serde_json::json!({
            "file": place.to_str().unwrap(), "line": 2, "from": "1.98.1", "to": "1.98.3", "changed": true, "kept": null
        })
    );
}

#[test]
fn a_pin_and_a_default_keep_their_platform() {
    let world = two_behind();
    for version in ["1.98.1", "1.98.2"] {
        world.publish(&FakeToolchain::new(version, gom_tests::FOREIGN));
    }
    world.write(".go-version", "1.98.1.windows-arm64 # why\n");
    world.done(["upgrade", "1.98.windows-arm64", "--pins"]);
    assert_eq!(world.read(".go-version"), "1.98.2.windows-arm64 # why\n");
    assert_eq!(world.default(), "1.98.1\n");
    assert!(world.installed().contains(&"go1.98.2.windows-arm64".to_owned()), "{:?}", world.installed());
    fs::write(world.store().join("default"), "1.98.1.windows-arm64\n").unwrap();
    world.done(["upgrade"]);
    assert_eq!(world.default(), "1.98.2.windows-arm64\n");
}

#[test]
fn a_pin_of_asdf_keeps_every_other_byte() {
    let world = two_behind();
    world.write(".tool-versions", "nodejs 20.1.0\r\ngolang\t1.98.1 # mine\r\n");
    world.done(["upgrade", "--pins"]);
    assert_eq!(world.read(".tool-versions"), "nodejs 20.1.0\r\ngolang\t1.98.3 # mine\r\n");
}

#[test]
fn a_file_with_several_versions_stays() {
    let world = two_behind();
    world.write(".go-version", "1.98.1\n1.99.0\n");
    let said = world.done(["upgrade", "--pins"]).stderr;
    assert_eq!(world.read(".go-version"), "1.98.1\n1.99.0\n");
    assert!(said.contains("hint: it names several versions, so edit it by hand\n"), "{said}");
    // Neither of them is named as one to remove.
    assert!(!said.contains("gom uninstall"), "{said}");
}

#[test]
fn a_pin_and_a_default_to_a_line_follow_without_an_edit() {
    let world = two_behind();
    world.done(["use", "1.99", "--line"]);
    world.write(".go-version", "1.98\n");
    world.done(["upgrade"]);
    assert_eq!((world.default().as_str(), world.read(".go-version").as_str()), ("1.99\n", "1.98\n"));
    assert_eq!(world.done(["current", "--json"]).json()["version"], "1.98.3");
}

#[test]
fn a_line_that_only_a_pin_asks_for_is_installed() {
    let world = two_behind();
    world.publish(&FakeToolchain::here("1.97.4"));
    world.write(".go-version", "1.97\n");
    world.done(["upgrade", "1.97"]);
    assert_eq!(world.installed(), names(&["1.97.4", "1.98.1", "1.99.0"]));
}

#[test]
fn older_patches_are_removed_only_if_asked_and_if_nothing_here_needs_them() {
    let world = two_behind();
    world.write(".go-version", "1.99.0\n");
    let output = world.done(["upgrade", "--remove-old"]);
    assert_eq!(world.installed(), names(&["1.98.3", "1.99.0", "1.99.2"]), "{output}");
    assert!(output.stderr.contains(&format!("removed {}\n", here("1.98.1"))), "{output}");
    let other = two_behind();
    let removed = other.gom(["upgrade", "--remove-old"]).env("GOM_TOOLCHAIN", "1.98.1").done();
    assert_eq!(other.installed(), names(&["1.98.1", "1.98.3", "1.99.2"]), "{removed}");
}

/// The newest patch is there, and a killed gom did not write the default.
#[test]
fn what_an_interrupted_upgrade_left_is_finished() {
    let world = two_behind();
    world.done(["install", "1.98.3", "1.99.2"]);
    let said = world.done(["upgrade"]).stderr;
    assert!(said.starts_with("the default is now 1.98.3, "), "{said}");
    assert_eq!(world.default(), "1.98.3\n");
}

#[test]
fn a_line_that_fails_does_not_stop_the_others() {
    let world = two_behind();
    let lost = ModProxy::zip_path(&FakeToolchain::here("1.98.3"));
    world.proxy.site().fault(&lost, Fault::Status(500));
    let output = world.gom(["upgrade", "--remove-old", "--json"]).run();
    let report = output.json();
    assert_eq!(output.code, Some(4), "{output}");
    assert_eq!(report["error"]["kind"], "network");
    let outcomes = report["upgrades"].as_array().unwrap().iter();
    let outcomes: Vec<(&str, &str)> =
        outcomes.map(|one| (one["to"].as_str().unwrap(), one["outcome"].as_str().unwrap())).collect();
    assert_eq!(outcomes, [("1.99.2", "installed"), ("1.98.3", "failed")]);
    // The old one stays where the new one is missing, and the default stays with it.
    assert_eq!(world.installed(), names(&["1.98.1", "1.99.2"]));
    assert_eq!(world.default(), "1.98.1\n");
    assert_eq!(report["default"]["changed"], false);
    world.proxy.site().heal();
    world.done(["upgrade"]);
    assert_eq!(world.default(), "1.98.3\n");
}

#[test]
fn offline_a_newer_patch_is_known_and_can_not_be_had() {
    let world = two_behind();
    world.gom(["outdated"]).run();
    let output = world.gom(["upgrade", "--offline"]).run();
    assert_eq!(output.code, Some(4), "{output}");
    assert_eq!((world.installed(), world.default().as_str()), (names(&["1.98.1", "1.99.0"]), "1.98.1\n"));
}

#[test]
fn a_toolchain_for_another_platform_is_upgraded_for_that_platform() {
    let world = World::publishing(&["1.98.1"]);
    for version in ["1.98.1", "1.98.2"] {
        world.publish(&FakeToolchain::new(version, gom_tests::FOREIGN));
    }
    world.done(["install", "1.98.1.windows-arm64"]);
    let report = world.gom(["upgrade", "--json"]).run().json();
    assert_eq!(report["upgrades"][0]["toolchain"], "go1.98.2.windows-arm64", "{report:#}");
    assert_eq!(report["removable"][0]["toolchain"], "go1.98.1.windows-arm64");
    assert!(fs::metadata(world.goroot("go1.98.2.windows-arm64")).is_ok());
}

/// gom neither lists, upgrades nor describes a Go that it did not install.
#[test]
fn a_linked_go_is_left_alone() {
    let world = World::with(&["1.98.1"]);
    FakeToolchain::here("1.97.7").lay_out(&world.home().join("sdk"));
    world.done(["link", "mine", world.home().join("sdk").to_str().unwrap()]);
    world.done(["use", "mine"]);
    world.write(".go-version", "mine\n");
    let report = world.done(["outdated", "--json"]).json();
    assert_eq!(report["in_use"].as_array().map(Vec::len), Some(1), "{report:#}");
    assert_eq!(world.done(["upgrade", "--pins", "--remove-old"]).stderr, "nothing to upgrade\n");
    for arguments in [&["upgrade", "mine"][..], &["info", "mine"], &["compare", "mine", "1.98.1"]] {
        let output = world.gom(arguments).run();
        assert_eq!(output.code, Some(2), "{output}");
        assert!(output.stderr.starts_with("error: `mine` is the name of a linked Go"), "{output}");
    }
    assert_eq!(world.default(), "mine\n");
}

/// A gom was killed after it had installed a patch and before it made its links.
#[test]
fn the_links_of_an_installed_patch_are_made() {
    let world = two_behind();
    world.done(["upgrade"]);
    let link = world.store().join("bin/go1.98.3");
    fs::remove_file(&link).unwrap();
    world.done(["upgrade", "1.98"]);
    assert!(link.is_symlink());
}

/// A project in another folder that a `go` ran in is known, and keeps what it is pinned to.
#[test]
fn what_a_known_project_is_pinned_to_is_not_removed() {
    let world = two_behind();
    world.write("app/.go-version", "1.99.0\n");
    world.go(["version"]).cwd(world.work().join("app")).done();
    world.done(["upgrade", "--remove-old"]);
    assert_eq!(world.installed(), names(&["1.98.3", "1.99.0", "1.99.2"]));
}
