//! Updates that succeed, and those for which there is nothing to do.

use crate::release::{MODULE, Own, RUNNING, Release, target};
use gom_tests::{FakeToolchain, Fault, skip};
use std::fs;

#[test]
fn the_newest_release_takes_the_place_of_gom_and_its_shim() {
    let (own, release) = Own::with("9.8.7");
    let said = own.update(&[]).run().snapshot(&own.world.sandbox);
    insta::assert_snapshot!(said.replace(&target(), "[TARGET]"), @"
    exit: 0
    --- stdout
    --- stderr
    downloading gom 9.8.7 ([SIZE]) from http://127.0.0.1:[PORT]/base/gom-9.8.7-[TARGET].tar.gz
    gom 0.1.0 is now 9.8.7 in [HOME]/.gom/bin, proven by sum.example.test
    ");
    assert_eq!(own.version(), "gom 9.8.7");
    assert!(own.world.go(["version"]).done().stdout.contains("go1.98.1"));
    assert_eq!(own.bin(), ["go -> gom-shim", "go1.98.1 -> gom-shim", "gofmt -> gom-shim", "gom", "gom-shim"]);
    let requested = own.requested();
    assert!(!requested.contains(&format!("/modules{}", release.zip_path())), "{requested:?}");
    assert!(requested.contains(&format!("/base{}", release.archive_path())), "{requested:?}");
}

/// As for a toolchain, from the base and from a module proxy: the server holds the download in its middle.
#[test]
fn a_download_has_a_bar() {
    for from_base in [true, false] {
        let (mut own, release) = Own::with("9.8.7");
        if from_base {
            own.base.fault(&release.archive_path(), Fault::HoldAfter(150_000));
        } else {
            own.proxy.fault(&release.zip_path(), Fault::HoldAfter(150_000));
            own.world.set("GOM_DOWNLOAD_BASE", "");
        }
        let gom = own.world.store().join("bin/gom");
        let Some(terminal) = own.world.sandbox.terminal((80, 24), gom, ["self", "update"]) else {
            return skip("no `setsid` of util-linux to make a terminal");
        };
        let bar = terminal.wait_for("the bar", |screen| screen.contains("146.48 KiB/"));
        let line = bar.trim_end();
        assert!(line.starts_with("gom 9.8.7  ") && line.contains('\u{2591}'), "{bar}");
        assert!(!line.contains('\n') && line.chars().count() <= 77, "{bar}");
        own.world.internet.release();
        let (code, screen, _) = terminal.end();
        assert_eq!(code, Some(0), "{screen}");
        assert!(screen.starts_with("gom 0.1.0 is now 9.8.7 in ") && !screen.contains('\u{2591}'), "{screen}");
    }
}

#[test]
fn the_man_pages_in_the_store_are_those_of_the_new_gom() {
    let (own, _) = Own::with("9.8.7");
    let pages = own.world.store().join("share/man/man1");
    fs::create_dir_all(&pages).unwrap();
    for name in ["gom.1", "gom-gone.1"] {
        fs::write(pages.join(name), "of the old gom\n").unwrap();
    }
    own.update(&[]).done();
    assert_eq!(own.world.tree(&pages), ["gom.1"]);
    assert!(fs::read_to_string(pages.join("gom.1")).unwrap().contains("gom 9.8.7"));
}

/// As a gom leaves them that was killed when the new programs were in their places.
#[test]
fn the_old_programs_of_a_killed_update_go_with_the_next_one_that_has_nothing_to_do() {
    let (own, _) = Own::with(RUNNING);
    let bin = own.world.store().join("bin");
    for name in [".gom-update-abc123", ".gom-update-def456"] {
        fs::hard_link(bin.join("gom"), bin.join(name)).unwrap();
    }
    own.update(&["--dry-run"]).done();
    let repair = own.world.gom(["repair", "--dry-run", "--json"]).run().json();
    assert_eq!(repair["mended"].as_array().map_or(0, Vec::len), 2, "{repair}");
    assert_eq!(fs::read_dir(&bin).unwrap().filter(is_of_update).count(), 2);
    own.update(&[]).done();
    assert_eq!(fs::read_dir(&bin).unwrap().filter(is_of_update).count(), 0);
}

fn is_of_update(entry: &std::io::Result<fs::DirEntry>) -> bool {
    entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".gom-update-")
}

#[test]
fn man_pages_that_cant_be_written_are_a_warning() {
    let (own, _) = Own::with("9.8.7");
    fs::write(own.world.store().join("share"), "in the way\n").unwrap();
    let output = own.update(&[]).done();
    assert!(output.stderr.contains("warning: the man pages are still the old ones ("), "{output}");
    assert_eq!(own.version(), "gom 9.8.7");
}

#[test]
fn a_module_proxy_is_enough() {
    let (own, release) = Own::with("9.8.7");
    let report = own.update(&["--json"]).env_remove("GOM_DOWNLOAD_BASE").done().json();
    assert_eq!(
        (&report["from"], &report["to"], &report["updated"]),
        (&RUNNING.into(), &"9.8.7".into(), &true.into())
    );
    assert_eq!(report["h1"], release.h1());
    assert!(report["source"].as_str().unwrap().ends_with(&release.zip_path()), "{report}");
    assert_eq!(own.version(), "gom 9.8.7");
}

#[test]
fn where_the_base_is_out_of_reach_the_proxy_is_asked() {
    let (own, release) = Own::with("9.8.7");
    own.base.fault("*", gom_tests::Fault::Status(404));
    let report = own.update(&["--json"]).done().json();
    assert!(report["source"].as_str().unwrap().ends_with(&release.zip_path()), "{report}");
}

#[test]
fn where_the_proxy_is_out_of_reach_the_base_is_asked() {
    let (own, release) = Own::with("9.8.7");
    own.proxy.fault("*", gom_tests::Fault::Status(404));
    let report = own.update(&["--json"]).done().json();
    assert!(report["source"].as_str().unwrap().ends_with(&release.archive_path()), "{report}");
}

#[test]
fn check_ends_with_10_where_there_is_a_newer_release_and_changes_nothing() {
    let (own, _) = Own::with("9.8.7");
    insta::assert_snapshot!(own.update(&["--check"]).run().snapshot(&own.world.sandbox), @"
    exit: 10
    --- stdout
    gom 9.8.7 is newer than this gom, 0.1.0
    --- stderr
    hint: run `gom self update`
    ");
    let output = own.update(&["--check", "--json"]).run();
    assert_eq!(output.code, Some(10));
    assert_eq!((&output.json()["release"], &output.json()["newer"]), (&"9.8.7".into(), &true.into()));
    own.assert_unchanged();

    let output = own.update(&["--check", RUNNING]).run();
    assert_eq!(output.code, Some(0), "{output}");
}

#[test]
fn a_dry_run_says_what_would_be_replaced_and_fetches_no_program() {
    let (own, _) = Own::with("9.8.7");
    insta::assert_snapshot!(own.update(&["--dry-run"]).run().snapshot(&own.world.sandbox), @"
    exit: 0
    --- stdout
    gom 0.1.0 would become 9.8.7 in [HOME]/.gom/bin
    --- stderr
    ");
    for path in own.requested() {
        assert!(path.ends_with("/gom-latest.txt") || path.ends_with("/@v/list"), "{path}");
    }
    own.assert_unchanged();
}

#[test]
fn prereleases_and_pseudo_versions_are_no_releases() {
    let (own, _) = Own::with("9.8.7");
    let versions = ["9.8.7", "9.9.0-rc1", "10.0.0-20260102030405-abcdefabcdef", "11.0.0+incompatible"];
    own.proxy.route(&format!("/{MODULE}/@v/list"), own.proxy_list(&versions));
    assert_eq!(own.update(&["--check", "--json"]).run().json()["release"], "9.8.7");
    for version in &versions[1..] {
        let output = own.update(&[version]).run();
        crate::release::assert_failed(&output, 2, "is not a release of gom");
    }
    own.assert_unchanged();
}

#[test]
fn where_nothing_is_newer_there_is_nothing_to_do() {
    for version in ["0.0.1", RUNNING] {
        let (own, _) = Own::with(version);
        let output = own.update(&[]).done();
        assert!(output.stderr.ends_with("nothing to do\n"), "{output}");
        own.assert_unchanged();
    }
}

#[test]
fn an_older_release_needs_allow_downgrade() {
    let (own, _) = Own::with("0.0.1");
    insta::assert_snapshot!(own.update(&["0.0.1"]).run().snapshot(&own.world.sandbox), @"
    exit: 7
    --- stdout
    --- stderr
    error: gom 0.0.1 is older than this gom, 0.1.0
    hint: run `gom self update 0.0.1 --allow-downgrade`
    ");
    own.assert_unchanged();
    own.update(&["v0.0.1", "--allow-downgrade"]).done();
    assert_eq!(own.version(), "gom 0.0.1");
}

#[test]
fn a_go_that_runs_goes_on() {
    let (own, _) = Own::with("9.8.7");
    let waits =
        FakeToolchain::here("1.97.3").program("bin/go", "echo ready; read -r line; echo \"got $line\"");
    own.world.publish(&waits);
    // The toolchain comes from the world's own proxy.
    own.world.gom(["install", "1.97.3"]).env("GOPROXY", own.world.internet.url("/proxy")).done();
    let running = own.world.go(["version"]).env("GOM_TOOLCHAIN", "1.97.3").stdin("hello\n").spawn();
    running.wait_for_stdout("ready");
    own.update(&[]).done();
    let output = running.wait();
    assert_eq!((output.code, output.stdout.as_str()), (Some(0), "ready\ngot hello\n"), "{output}");
}

#[test]
fn two_updates_at_once_are_one_update() {
    let (own, _) = Own::with("9.8.7");
    let (one, other) = (own.update(&["--json"]).spawn(), own.update(&["--json"]).spawn());
    let reports = [one.wait(), other.wait()];
    let mut updated: Vec<bool> = reports
        .iter()
        .map(|output| {
            assert_eq!(output.code, Some(0), "{output}");
            output.json()["updated"].as_bool().unwrap()
        })
        .collect();
    updated.sort_unstable();
    assert_eq!(updated, [false, true]);
    assert_eq!(own.version(), "gom 9.8.7");
}

#[test]
fn a_second_gom_on_path_is_named() {
    let (own, _) = Own::with("9.8.7");
    let other = own.world.other_program("elsewhere", "gom");
    let output = own.update(&[]).env("PATH", own.world.path_after(&other)).done();
    assert!(output.stderr.contains("another gom comes first on PATH: "), "{output}");
    assert!(output.stderr.contains("elsewhere/gom"), "{output}");
}

#[test]
fn a_gom_outside_of_a_store_is_replaced_where_it_is() {
    let (own, _) = Own::with("9.8.7");
    let gom = own.gom_at("opt/gom/bin");
    own.world.command(&gom, ["self", "update"]).done();
    assert_eq!(own.world.command(&gom, ["--version"]).done().stdout, "gom 9.8.7\n");
    assert!(!own.world.home().join("opt/gom/share").exists() && !own.world.store().join("share").exists());
    own.assert_unchanged();
}

#[test]
fn a_file_base_works_without_a_network() {
    let (own, release) = Own::with("9.8.7");
    let folder = own.world.home().join("releases");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("gom-latest.txt"), "v9.8.7\n").unwrap();
    fs::write(folder.join(&release.list_path()[1..]), release.list()).unwrap();
    fs::write(folder.join(&release.archive_path()[1..]), &release.files[0].1).unwrap();
    let output = own.update(&["--json"]).env("GOM_DOWNLOAD_BASE", format!("file://{}", folder.display()));
    let source = output.env("GOPROXY", "off").done().json()["source"].as_str().unwrap().to_owned();
    assert!(source.starts_with("file://"), "{source}");
}

/// The hint of every other verb there. The store itself waits for the new gom.
#[test]
fn a_store_of_a_newer_gom_does_not_keep_an_older_one_from_its_update() {
    let (own, _) = Own::with("9.8.7");
    let mark = own.world.store().join("layout-version");
    fs::write(&mark, "2\n").unwrap();
    let refused = own.world.gom(["list"]).run();
    assert!(refused.stderr.contains("hint: run `gom self update`"), "{refused}");
    let before = own.world.tree(own.world.store());
    own.update(&[]).done();
    assert_eq!(own.version(), "gom 9.8.7");
    assert_eq!(own.world.tree(own.world.store()), before);
    assert_eq!(fs::read_to_string(mark).unwrap(), "2\n");
}

#[test]
fn the_new_gom_completes_the_store() {
    let own = Own::new();
    let script = "case $1 in --version) echo 'gom 9.8.7' ;; self) echo \"$* $GOM_HOME\" >>\"$GOM_HOME/called\" ;; esac";
    own.publish(&Release::with_gom(&own.world, "9.8.7", script));
    own.update(&[]).done();
    let called = fs::read_to_string(own.world.store().join("called")).unwrap();
    assert_eq!(called, format!("self init {}\n", own.world.store().display()));
}
