//! Programs, folders and GOROOTs that are named.

use super::world::{said, with_database, world};
use gom_tests::{FakeToolchain, World, go_program};
use insta::assert_snapshot;
use std::fs;

#[test]
fn a_program_has_the_library_of_its_go() {
    let (world, db) = world();
    world.write("server", go_program("go1.98.1", &["GOOS=linux", "GOARCH=amd64"]));
    assert_snapshot!(said(&world, &db, world.gom(["audit", "server"])), @"
    exit: 10
    --- stdout
    WHAT     GO        KNOWN  ELSEWHERE  CLEAN FROM  FILE
    program  go1.98.1      1          1  1.98.2      [WORK]/server

    VULNERABILITY  LEVEL  ALIASES        FIXED IN       PACKAGES  SUMMARY
    GO-2026-9003   note   CVE-2026-9003  1.98.4         os        A fault in os
    GO-2026-9001   error  CVE-2026-9001  1.97.5 1.98.2  net/http  A fault in net/http
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    by https://vuln.go.dev, as of [DAY]
    only Go itself was looked at, and no symbols: govulncheck tells what a program uses, and looks at its dependencies
    hint: build `[WORK]/server` again with Go 1.98.2 or newer
    ");
}

#[test]
fn a_program_for_the_system_that_has_a_vulnerability_has_it() {
    let (world, _db) = world();
    world.write("server", go_program("go1.98.3", &["GOOS=plan9", "GOARCH=amd64"]));
    let report = world.gom(["audit", "server", "--json"]).run().json();
    let row = &report["audited"][0];
    assert_eq!((&row["platform"], &row["level"]), (&"plan9-amd64".into(), &"error".into()));
    assert_eq!(row["findings"][0]["id"], "GO-2026-9003");
}

#[test]
fn a_folder_stands_for_the_programs_in_it() {
    let (world, db) = world();
    world.write("bin/new", go_program("go1.98.4", &[]));
    world.write("bin/old", go_program("go1.98.1 X:nocoverageredesign", &[]));
    world.write("bin/tip", go_program("go1.99-devel_0123abc Mon Jan 2 2026", &[]));
    world.write("bin/script", "#!/bin/sh\n");
    world.write("bin/below/other", go_program("go1.98.1", &[]));
    assert_snapshot!(said(&world, &db, world.gom(["audit", "bin"])), @"
    exit: 10
    --- stdout
    WHAT     GO                                     KNOWN  ELSEWHERE  CLEAN FROM  FILE
    program  go1.98.4                                none                         [WORK]/bin/new
    program  go1.98.1 X:nocoverageredesign              1          1  1.98.2      [WORK]/bin/old
    program  go1.99-devel_0123abc Mon Jan 2 2026  unknown                         [WORK]/bin/tip

    VULNERABILITY  LEVEL  ALIASES        FIXED IN       PACKAGES  SUMMARY
    GO-2026-9003   note   CVE-2026-9003  1.98.4         os        A fault in os
    GO-2026-9001   error  CVE-2026-9001  1.97.5 1.98.2  net/http  A fault in net/http
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    by https://vuln.go.dev, as of [DAY]
    only Go itself was looked at, and no symbols: govulncheck tells what a program uses, and looks at its dependencies
    hint: build `[WORK]/bin/old` again with Go 1.98.2 or newer
    ");
}

#[test]
fn a_goroot_is_a_toolchain() {
    let (world, _db) = world();
    let goroot = world.goroot(&FakeToolchain::here("1.98.1").name());
    let report = world.gom(["audit", goroot.to_str().unwrap(), "--json"]).run().json();
    let row = &report["audited"][0];
    assert_eq!((&row["kind"], &row["version"]), (&"goroot".into(), &"1.98.1".into()));
    assert_eq!(row["findings"].as_array().unwrap().len(), 3);
}

#[test]
fn what_can_not_be_audited_is_an_error() {
    let (world, _db) = world();
    world.write("script", "#!/bin/sh\n");
    fs::create_dir(world.work().join("empty")).unwrap();
    assert_snapshot!(world.say(["audit", "script"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: can't audit `[WORK]/script`: it has no build information of Go
    hint: name programs that Go built; without a name, `gom audit` is about the Go that is used here
    ");
    assert_snapshot!(world.say(["audit", "missing"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: can't audit `[WORK]/missing`: No such file or directory (os error [N])
    hint: name programs that Go built; without a name, `gom audit` is about the Go that is used here
    ");
    assert_snapshot!(world.say(["audit", "empty"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: can't audit `[WORK]/empty`: the folder has no program that Go built, and is not a GOROOT
    hint: name a program, or run `gom audit` in a project's folder
    ");
}

/// A FIFO would wait for ever, and a device never end.
#[test]
fn what_is_not_a_file_is_not_read() {
    let (world, _db) = world();
    let fifo = world.work().join("bin/fifo");
    world.write("bin/old", go_program("go1.98.1", &[]));
    let made = std::process::Command::new("mkfifo").arg(&fifo).status().unwrap();
    assert!(made.success());
    let output = world.gom(["audit", "bin/fifo"]).run();
    assert_eq!(output.code, Some(1), "{output}");
    assert!(output.stderr.contains("is not a regular file"), "{output}");
    let report = world.gom(["audit", "bin", "--json"]).run().json();
    assert_eq!(
        (report["audited"].as_array().unwrap().len(), report["unread"].as_array().unwrap().len()),
        (1, 0)
    );
}

#[test]
fn a_program_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::with(&[]);
    let db = with_database(&world);
    world.write("bin/new", go_program("go1.98.4", &[]));
    world.write("bin/secret", go_program("go1.98.1", &[]));
    fs::set_permissions(world.work().join("bin/secret"), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(world.work().join("bin/secret")).is_ok() {
        return gom_tests::skip("root reads everything");
    }
    assert_snapshot!(said(&world, &db, world.gom(["audit", "bin"])), @"
    exit: 0
    --- stdout
    WHAT     GO        KNOWN  FILE
    program  go1.98.4   none  [WORK]/bin/new
    --- stderr
    downloading Go's vulnerability database from https://vuln.go.dev
    warning: can't audit `[WORK]/bin/secret`: Permission denied (os error [N])
    by https://vuln.go.dev, as of [DAY]
    only Go itself was looked at, and no symbols: govulncheck tells what a program uses, and looks at its dependencies
    ");
}

#[test]
fn names_of_files_move_no_cursor() {
    let (world, _db) = world();
    world.write("x", go_program("go1.98.1\u{1b}[2J", &[]));
    let output = world.gom(["audit", "x"]).run();
    assert!(!output.stdout.contains('\u{1b}'), "{output}");
}
