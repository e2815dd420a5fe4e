//! What happens when somebody types `go`: the shipped shim in a home of its own, with made-up toolchains that
//! say what they were given.
//!
//! It never looks into the shim: only at which program ran, with what, and at what was said. Invariant: the
//! PATH of every test is its own, so no Go of the machine is ever found.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

mod attended;
mod auto_install;
mod by_hand;
mod fallthrough;
mod generated;
mod goroot;
mod internal_switch;
mod invalid_files;
mod loops;
mod names;
mod process;
mod project;
mod selection;
mod shells;
mod trace;
mod why;
mod working_dir;

use gom_tests::World;

/// The version of the toolchain that runs in this folder of the working folder.
fn version_in(world: &World, folder: &str) -> String {
    ran(world.go(["version"]).cwd(world.work().join(folder)))
}

/// The version of the toolchain that runs, which must say nothing on standard error.
fn ran(run: gom_tests::Run) -> String {
    let output = run.run();
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{output}");
    // A made-up toolchain begins all it says with its version.
    let words = ["go version go", "go "].iter().find_map(|start| output.stdout.strip_prefix(start)).unwrap();
    words.split([' ', ':']).next().unwrap().to_owned()
}

/// Says why a test proves nothing on this machine, past the capture of what passing tests print.
fn skip(why: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}
