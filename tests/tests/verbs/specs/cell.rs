//! What the tests of the cells share: the world of the table, and what a command adds to it.

use gom_tests::World;

/// A test of one cell.
pub(super) type Cell = fn();

/// The range of the table.
pub(super) const RANGE: &str = ">=1.98, <1.99";

/// Older patches are installed than are published, of two lines.
pub(super) fn world() -> World {
    let world = World::with(&["1.98.0", "1.98.1", "1.99.0"]);
    for version in ["1.98.3", "1.99.2", "1.100rc1"] {
        world.publish(&gom_tests::FakeToolchain::here(version));
    }
    world
}

/// What a successful command added to the store.
pub(super) fn added(world: &World, arguments: &[&str]) -> Vec<String> {
    let before = world.installed();
    world.done(arguments);
    let after = world.installed().into_iter().filter(|name| !before.contains(name));
    after.map(|name| name.replace(".[PLATFORM]", "")).collect()
}
