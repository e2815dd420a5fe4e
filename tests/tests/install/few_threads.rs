//! A user who may have only a few processes and threads (`ulimit -u`).

use crate::world::{Installing, VERSION};
use gom_tests::{World, skip};

/// A user of this test alone: the limit counts all processes of a user.
const USER: u32 = 42_421;

/// H of the campaign: with fewer threads than an archive is unpacked with, the install waited for ever and kept its
/// lock.
#[test]
fn with_few_threads_an_install_works_or_says_that_it_has_too_few() {
    let (mut worked, mut refused) = (0, 0);
    for threads in [1, 2, 3, 4, 5, 8, 32] {
        for ask in [World::ask_mirror, World::ask_proxy] {
            let mut world = World::published();
            ask(&mut world);
            let gom = world.sandbox.store().join("bin/gom");
            let words = [
                "prlimit",
                &format!("--nproc={threads}:{threads}"),
                gom.to_str().unwrap(),
                "install",
                VERSION,
            ];
            let Some(run) = world.sandbox.as_user(USER, words) else {
                skip("no program can run here as somebody else");
                return;
            };
            let output = run.run();
            let place = format!("{threads} threads: {output}");
            if output.code == Some(0) {
                worked += 1;
                assert!(world.sandbox.goroot(&world.toolchain.name()).join("VERSION").exists(), "{place}");
            } else {
                refused += 1;
                assert_eq!(output.code, Some(1), "{place}");
                assert!(output.stderr.contains("can't start a thread"), "{place}");
                assert!(output.stderr.contains("hint: run `ulimit -u`"), "{place}");
                assert!(!world.sandbox.goroot(&world.toolchain.name()).exists(), "{place}");
            }
        }
    }
    assert!(worked >= 4 && refused >= 2, "{worked} worked, {refused} refused");
}

/// Where a program may open too few files, gom says so. It panicked.
#[test]
fn too_few_open_files_are_an_error_with_a_hint() {
    let world = World::with_mirror();
    let gom = world.sandbox.store().join("bin/gom");
    for files in 5..=10 {
        let script = format!("ulimit -n {files}; exec '{}' list", gom.display());
        let output = world.sandbox.command("/bin/sh", ["-c", &script]).run();
        assert!(!output.stderr.contains("panicked"), "{files}: {output}");
        assert!(output.code == Some(0) || output.stderr.contains("hint: "), "{files}: {output}");
        if output.stderr.contains("can't start: ") {
            assert!(output.stderr.contains("`ulimit -n`"), "{files}: {output}");
        }
    }
}
