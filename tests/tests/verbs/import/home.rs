//! Files in a home, as other managers put them there.

use std::fs;

use gom_tests::{FakeToolchain, World};

/// Lays out a published toolchain in a folder of the home.
pub(super) fn lay_out(world: &World, folder: &str, version: &str) {
    FakeToolchain::here(version).lay_out(&world.home().join(folder));
}

/// Writes a file in the home.
pub(super) fn write(world: &World, name: &str, text: &str) {
    let file = world.home().join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}
