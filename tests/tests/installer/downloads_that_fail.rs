//! `install.sh` of a release when something goes wrong: whatever was there before is there after, and no more.

use crate::fixture::{Fixture, assert_done, assert_failed, in_every_shell, stubs};
use crate::release::{ARCHIVE, Release, with_every_downloader};
use gom_tests::{Fault, Output};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// Everything outside of the system's own folders.
fn everything(fixture: &Fixture) -> (Vec<String>, Vec<String>) {
    (fixture.tree(), fixture.sandbox.tree("tmp"))
}

/// Runs a test with an empty home, then with an older gom in it.
fn in_every_way(test: impl Fn(&Fixture, &Release)) {
    with_every_downloader(|fixture, release| {
        test(fixture, release);
        put_older_gom(fixture);
        test(fixture, release);
        assert_older_gom(fixture);
    });
}

fn put_older_gom(fixture: &Fixture) {
    for name in ["gom", "gom-shim"] {
        fixture.sandbox.write(&format!("home of a user/.gom/bin/{name}"), format!("an older {name}"));
    }
}

fn assert_older_gom(fixture: &Fixture) {
    for name in ["gom", "gom-shim"] {
        let text = fs::read_to_string(fixture.store().join("bin").join(name)).unwrap();
        assert_eq!(text, format!("an older {name}"));
    }
}

#[test]
fn bytes_that_were_not_released_are_not_unpacked() {
    in_every_way(|fixture, release| {
        let before = everything(fixture);
        for fault in [Fault::Flip(100), Fault::Html] {
            release.site.heal();
            release.site.fault(&format!("/{ARCHIVE}"), fault);
            let output = release.install(fixture, &["--go", "1.22.6"]).run();
            let refused = format!("error: this is not the released {ARCHIVE}: its sha256 is ");
            assert_failed(
                &output,
                1,
                &[&refused, "hint: run it again; if it stays so, the place is not to be"],
            );
            assert_eq!(everything(fixture), before);
        }
    });
}

#[test]
fn a_download_that_is_cut_or_refused_installs_nothing() {
    in_every_way(|fixture, release| {
        let before = everything(fixture);
        for fault in [Fault::CutAfter(100), Fault::Status(404)] {
            release.site.heal();
            release.site.fault(&format!("/{ARCHIVE}"), fault);
            let output = release.install(fixture, &[]).run();
            // Not every wget takes a cut for a failure; then the sum is wrong.
            assert_failed(&output, 1, &["error: ", "hint: run it again"]);
            assert!(!output.stderr.contains("installed"), "{output}");
            assert_eq!(everything(fixture), before);
        }
    });
}

#[test]
fn ctrl_c_during_the_download_leaves_nothing() {
    in_every_way(|fixture, release| {
        let before = everything(fixture);
        release.site.heal();
        release.site.fault(&format!("/{ARCHIVE}"), Fault::HangAfter(100));
        release.internet.forget_requests();
        let running = release.install(fixture, &[]).spawn();
        release.internet.wait_for(|requests| requests.iter().any(|request| request.status.is_some()));
        running.interrupt();
        let output = running.wait();
        assert_eq!(output.code, Some(130), "{output}");
        assert_eq!(everything(fixture), before);
    });
}

/// No file may become longer than this many blocks, of 512 or 1024 bytes: as if the disk were full.
fn with_little_room(fixture: &Fixture, blocks: u32) -> Output {
    let line = format!("trap '' XFSZ; ulimit -f {blocks}; . './on its own/install.sh'");
    let folder = format!("file://{}", fixture.path("a folder").display());
    fixture.shell(&["-c", &line, "install.sh"]).env("GOM_DOWNLOAD_BASE", folder).run()
}

#[test]
fn a_disk_that_gets_full_changes_nothing() {
    // What is hard to compress makes the archive long, the rest only the program.
    let lines = (0u32..1000).map(|n| format!("# {:08x}\n", n.wrapping_mul(2_654_435_761)));
    let noise = lines.collect::<Vec<_>>().concat();
    let gom = fs::read_to_string(stubs().join("gom")).unwrap() + &noise + &"# the same\n".repeat(20_000);
    for (blocks, message) in [(2, "error: cannot download file://"), (100, "error: cannot unpack gom-0.1.0-")]
    {
        in_every_shell(|fixture| {
            let _release = Release::with_gom(fixture, &gom);
            assert!(fixture.link_program("sha256sum", "sha256sum"));
            put_older_gom(fixture);
            let before = everything(fixture);
            assert_failed(&with_little_room(fixture, blocks), 1, &[message]);
            assert_eq!(everything(fixture), before);
            assert_older_gom(fixture);
        });
    }
}

#[test]
fn a_store_that_has_no_room_keeps_its_programs() {
    in_every_shell(|fixture| {
        let release = Release::new(fixture);
        assert!(fixture.link_program("sha256sum", "sha256sum"));
        put_older_gom(fixture);
        // Stands in for a disk that is full when the second program is copied.
        fixture.link_stub("cp-without-room", "failing/cp");
        let before = everything(fixture);
        let path = fixture.path_variable(&[&fixture.path("failing")]);
        let output = release
            .install(fixture, &[])
            .env("GOM_DOWNLOAD_BASE", format!("file://{}", fixture.path("a folder").display()))
            .env("PATH", path)
            .run();
        assert_failed(&output, 1, &["cp: no space left", "error: cannot write "]);
        assert_eq!(everything(fixture), before);
        assert_older_gom(fixture);
    });
}

#[test]
fn a_gom_that_does_not_run_here_does_not_replace_one_that_does() {
    in_every_shell(|fixture| {
        let release = Release::with_gom(fixture, "#!/nonexistent/for/another/machine\n");
        assert!(fixture.link_program("sha256sum", "sha256sum"));
        let folder = format!("file://{}", fixture.path("a folder").display());
        let install = || release.install(fixture, &[]).env("GOM_DOWNLOAD_BASE", &folder).run();
        let before = everything(fixture);
        assert_failed(&install(), 1, &["error: this gom does not run here: "]);
        assert_eq!(everything(fixture), before);
        put_older_gom(fixture);
        let before = everything(fixture);
        assert_failed(&install(), 1, &["error: this gom does not run here: "]);
        assert_eq!(everything(fixture), before);
        assert_older_gom(fixture);
    });
}

/// K13.8
#[test]
fn a_gom_in_quarantine_is_named_with_the_command_that_frees_it() {
    in_every_shell(|fixture| {
        let release = Release::with_gom(fixture, "#!/nonexistent/for/another/machine\n");
        for tool in ["sha256sum", "xattr"] {
            let is_there = tool == "sha256sum" && fixture.link_program(tool, tool);
            if !is_there {
                fixture.link_stub(tool, &format!("stubs/{tool}"));
            }
        }
        let install = |system: &str, machine: &str, quarantine: &str| {
            let run = release.install(fixture, &[]).env("STUB_SYSTEM", system).env("STUB_MACHINE", machine);
            let base = format!("file://{}", fixture.path("a folder").display());
            run.env("STUB_QUARANTINE", quarantine).env("GOM_DOWNLOAD_BASE", base).run()
        };
        let held = install("Darwin", "arm64", "0083;6720;Safari;");
        assert_failed(
            &held,
            1,
            &["error: macOS keeps this gom in quarantine", "hint: run `xattr -d com.apple"],
        );
        assert_failed(&install("Darwin", "arm64", ""), 1, &["error: this gom does not run here: "]);
        assert_failed(&install("Linux", "x86_64", "0083"), 1, &["error: this gom does not run here: "]);
    });
}

#[test]
fn what_is_missing_for_a_download_is_named() {
    in_every_shell(|fixture| {
        let release = Release::new(fixture);
        let before = everything(fixture);
        let install = |base: &str| release.install(fixture, &[]).env("GOM_DOWNLOAD_BASE", base).run();
        let no_sums = "error: cannot check the archive: sha256sum, shasum and openssl are all missing";
        assert_failed(&install(&release.base()), 1, &[no_sums]);
        assert!(fixture.link_program("sha256sum", "sha256sum"));
        assert_failed(&install(&release.base()), 1, &["error: curl and wget are both missing"]);
        assert_failed(
            &install("ftp://example.test"),
            2,
            &["error: neither http://, https:// nor file://: ftp:"],
        );
        let nowhere = format!("error: cannot download file:///nowhere/{ARCHIVE}");
        assert_failed(&install("file:///nowhere"), 1, &[&nowhere]);
        let unknown = "error: where the archives of gom 0.1.0 are is not known";
        assert_failed(&install(""), 1, &[unknown, "hint: GOM_DOWNLOAD_BASE=https://example.com/gom"]);
        let no_checkout = release.install(fixture, &["--build-shim"]).run();
        assert_failed(&no_checkout, 1, &["error: there is no checkout of gom to build the shim from"]);
        assert_eq!(everything(fixture), before);
    });
}

/// A umask or an archive's mode must not decide who may run gom.
#[test]
fn everybody_may_run_what_was_installed() {
    in_every_shell(|fixture| {
        let release = Release::new(fixture);
        assert!(fixture.link_program("sha256sum", "sha256sum"));
        let folder = format!("file://{}", fixture.path("a folder").display());
        assert_done(&release.install(fixture, &[]).env("GOM_DOWNLOAD_BASE", folder).run());
        for name in ["gom", "gom-shim"] {
            let mode = fs::metadata(fixture.store().join("bin").join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o755, "{name}");
        }
    });
}
