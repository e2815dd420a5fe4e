//! What happens when somebody types `go`: the shipped shim in a home of its own, with made-up toolchains that
//! say what they were given.
//!
//! It never looks into the shim: only at which program ran, with what, and at what was said. Invariant: the
//! PATH of every test is its own, so no Go of the machine is ever found.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

mod fallthrough;
mod goroot;
mod invalid_files;
mod names;
mod process;
mod selection;
mod working_dir;
#[expect(dead_code, reason = "the tests of the verbs use the rest of it")]
#[path = "../verbs/world.rs"]
mod world;

use world::World;

/// The version of the toolchain that runs in this folder of the working folder.
fn version_in(world: &World, folder: &str) -> String {
    let output = world.go(["version"]).cwd(world.work().join(folder)).run();
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{output}");
    output.stdout.strip_prefix("go version go").unwrap().split(' ').next().unwrap().to_owned()
}
