//! Which toolchain ran, as it says itself.

use gom_tests::{Run, World};

/// The version of the toolchain that runs in this folder of the working folder.
pub(crate) fn version_in(world: &World, folder: &str) -> String {
    ran(world.go(["version"]).cwd(world.work().join(folder)))
}

/// The version of the toolchain that runs, which must say nothing on standard error.
pub(crate) fn ran(run: Run) -> String {
    let output = run.run();
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{output}");
    // A made-up toolchain begins all it says with its version.
    let words = ["go version go", "go "].iter().find_map(|start| output.stdout.strip_prefix(start)).unwrap();
    words.split([' ', ':']).next().unwrap().to_owned()
}
