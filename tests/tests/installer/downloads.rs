//! `install.sh` of a release: what it downloads, with which tools, for which platform.

use crate::fixture::{Fixture, assert_done, assert_failed, in_every_shell, program, repository};
use crate::release::{ARCHIVE, Release, TARGETS, with_every_downloader};
use gom_tests::say;
use std::fs;

/// The target that the programs in the store are for.
fn installed(fixture: &Fixture) -> String {
    let target_of = |name: &str| {
        let text = fs::read_to_string(fixture.store().join("bin").join(name)).unwrap();
        text.lines().last().and_then(|line| line.strip_prefix("# for ")).unwrap().to_owned()
    };
    let target = target_of("gom");
    assert_eq!(target_of("gom-shim"), target);
    target
}

/// The temporary folder is as empty as before, and the store has no file but these.
#[track_caller]
fn assert_tidy(fixture: &Fixture) {
    assert_eq!(fixture.sandbox.tree("tmp"), ["/"]);
    let expected =
        ["bin/go -> gom-shim", "bin/gom", "bin/gom-shim", "share/man/man1/gom-use.1", "share/man/man1/gom.1"];
    assert_eq!(fixture.sandbox.tree(fixture.store()), expected);
}

/// The folder with the archives, for which nothing has to download.
fn folder_base(fixture: &Fixture) -> String {
    format!("file://{}", fixture.path("a folder").display())
}

#[test]
fn a_release_is_downloaded_with_whatever_is_there() {
    with_every_downloader(|fixture, release| {
        let output = release.install(fixture, &[]).run();
        assert_done(&output);
        let from = format!("downloading {}/{ARCHIVE}\n", release.base());
        assert!(output.stderr.starts_with(&from), "{output}");
        assert!(output.stderr.contains("installed gom 0.1.0 into "), "{output}");
        assert!(output.stderr.contains("Then get a Go: gom use latest"), "{output}");
        assert_eq!(output.stdout, "");
        assert_eq!(installed(fixture), "x86_64-unknown-linux-musl");
        assert_tidy(fixture);
        let asked: Vec<String> = release.internet.requests().into_iter().map(|asked| asked.path).collect();
        assert_eq!(asked, [format!("/released/{ARCHIVE}")]);

        let output = release.install(fixture, &["--go", "1.22.6"]).run();
        assert_done(&output);
        assert_eq!(output.stdout, "go version go1.22.6 stub/stub\n");
    });
}

#[test]
fn a_folder_needs_no_downloader() {
    in_every_shell(|fixture| {
        let release = Release::new(fixture);
        assert!(fixture.link_program("sha256sum", "sha256sum"));
        let folder = format!("file://{}/", fixture.path("a folder").display());
        assert_done(&release.install(fixture, &[]).env("GOM_DOWNLOAD_BASE", folder).run());
        assert_eq!(installed(fixture), "x86_64-unknown-linux-musl");
        assert_tidy(fixture);
    });
}

#[test]
fn any_of_three_programs_computes_the_sum() {
    for tool in ["sha256sum", "shasum", "openssl"] {
        if program(tool).is_none() {
            say(&format!("skipped: install.sh with {tool}, which is not on PATH"));
            continue;
        }
        in_every_shell(|fixture| {
            let release = Release::new(fixture);
            assert!(fixture.link_program(tool, tool));
            let folder = format!("file://{}", fixture.path("a folder").display());
            assert_done(&release.install(fixture, &[]).env("GOM_DOWNLOAD_BASE", &folder).run());
            assert_tidy(fixture);
            fs::write(fixture.path("a folder").join(ARCHIVE), "something else").unwrap();
            let output = release.install(fixture, &[]).env("GOM_DOWNLOAD_BASE", &folder).run();
            assert_failed(&output, 1, &["error: this is not the released gom-0.1.0-"]);
        });
    }
}

#[test]
fn the_platform_is_that_of_the_hardware() {
    const MAC_ARM: &str = TARGETS[0];
    const LINUX_ARM: &str = TARGETS[1];
    const MAC_INTEL: &str = TARGETS[2];
    const LINUX_INTEL: &str = TARGETS[3];
    in_every_shell(|fixture| {
        let release = Release::new(fixture);
        assert!(fixture.link_program("sha256sum", "sha256sum"));
        let folder = format!("file://{}", fixture.path("a folder").display());
        for (system, machine, arm64, target) in [
            ("Darwin", "arm64", "1", Some(MAC_ARM)),
            // A shell under Rosetta.
            ("Darwin", "x86_64", "1", Some(MAC_ARM)),
            ("Darwin", "x86_64", "", Some(MAC_INTEL)),
            ("Darwin", "x86_64", "0", Some(MAC_INTEL)),
            ("Linux", "x86_64", "", Some(LINUX_INTEL)),
            ("Linux", "aarch64", "", Some(LINUX_ARM)),
            ("Linux", "armv7l", "", None),
            ("FreeBSD", "amd64", "", None),
        ] {
            let output = release
                .install(fixture, &[])
                .env("GOM_DOWNLOAD_BASE", &folder)
                .env("STUB_SYSTEM", system)
                .env("STUB_MACHINE", machine)
                .env("STUB_ARM64", arm64)
                .run();
            if let Some(target) = target {
                assert_done(&output);
                assert_eq!(installed(fixture), target, "{system} {machine} {arm64}");
            } else {
                let message = format!("error: gom 0.1.0 is not released for {system} on {machine}");
                assert_failed(&output, 1, &[&message, "hint: build it: run ./install.sh in a checkout"]);
            }
        }
    });
}

#[test]
fn a_script_from_a_pipe_never_takes_what_is_in_the_current_folder() {
    in_every_shell(|fixture| {
        let _release = Release::new(fixture);
        assert!(fixture.link_program("sha256sum", "sha256sum"));
        let script = fs::read_to_string(fixture.path("on its own/install.sh")).unwrap();
        fixture.sandbox.write("check out/gom", "not asked for");
        fixture.sandbox.write("check out/gom-shim", "not asked for");
        let output = fixture
            .shell(&["-s", "--", "--go", "1.22.6"])
            .stdin(script)
            .cwd(fixture.checkout())
            .env("GOM_DOWNLOAD_BASE", format!("file://{}", fixture.path("a folder").display()))
            .run();
        assert_done(&output);
        assert_eq!(installed(fixture), "x86_64-unknown-linux-musl");
    });
}

#[test]
fn the_script_in_an_archive_installs_what_is_beside_it() {
    in_every_shell(|fixture| {
        let release = Release::new(fixture);
        let archive = fixture.path("a folder").join(ARCHIVE);
        let unpacked = fixture.sandbox.command("tar", ["-xzf", archive.to_str().unwrap()]).run();
        assert_done(&unpacked);
        let script = format!("{}/install.sh", ARCHIVE.trim_end_matches(".tar.gz"));
        let output = fixture.script(&script, &["--go", "1.22.6"]).run();
        assert_done(&output);
        assert_eq!(output.stdout, "go version go1.22.6 stub/stub\n");
        assert_eq!(installed(fixture), "x86_64-unknown-linux-musl");
        assert!(release.internet.requests().is_empty(), "{output}");
    });
}

/// Those of another gom would describe what this one does not do.
#[test]
fn the_man_pages_are_those_of_the_gom_that_was_installed() {
    in_every_shell(|fixture| {
        let release = Release::new(fixture);
        assert!(fixture.link_program("sha256sum", "sha256sum"));
        let pages = fixture.store().join("share/man/man1");
        fs::create_dir_all(&pages).unwrap();
        for name in ["gom-gone.1", "gom.1", "mine.1"] {
            fs::write(pages.join(name), "old\n").unwrap();
        }
        assert_done(&release.install(fixture, &[]).env("GOM_DOWNLOAD_BASE", folder_base(fixture)).run());
        assert_eq!(fixture.sandbox.tree(&pages), ["gom-use.1", "gom.1", "mine.1"]);
        assert_eq!(fs::read_to_string(pages.join("gom.1")).unwrap(), "man/gom.1 of 0.1.0\n");
    });
}

#[test]
fn man_pages_that_cant_be_written_are_a_warning() {
    in_every_shell(|fixture| {
        let release = Release::new(fixture);
        assert!(fixture.link_program("sha256sum", "sha256sum"));
        fs::create_dir_all(fixture.store()).unwrap();
        fs::write(fixture.store().join("share"), "in the way\n").unwrap();
        let output = release.install(fixture, &[]).env("GOM_DOWNLOAD_BASE", folder_base(fixture)).run();
        assert_done(&output);
        assert!(output.stderr.contains("warning: cannot write the man pages into "), "{output}");
        assert_eq!(installed(fixture), "x86_64-unknown-linux-musl");
    });
}

/// As in the repository, but lying somewhere else.
#[test]
fn a_script_of_no_release_and_in_no_checkout_says_so_and_does_nothing() {
    in_every_shell(|fixture| {
        let script = fs::read_to_string(repository().join("install.sh")).unwrap();
        fixture.sandbox.write("on its own/install.sh", script);
        let before = fixture.tree();
        let run = fixture.script("on its own/install.sh", &[]);
        let output = run.env("GOM_DOWNLOAD_BASE", "http://127.0.0.1:9").run();
        assert_failed(
            &output,
            1,
            &["error: this install.sh is of no release", "hint: run the install.sh of a"],
        );
        assert_eq!(output.stderr.lines().count(), 2, "{output}");
        assert_eq!(fixture.tree(), before);
    });
}
