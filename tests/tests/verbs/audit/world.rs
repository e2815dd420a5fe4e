//! A Go with known vulnerabilities, and a database that tells them.

use gom_tests::{Run, VulnDb, World};
use std::path::PathBuf;

/// A world in which 1.98.1 is installed, and Go's database knows three vulnerabilities of it: one of the library, one
/// of the tools, and one of another system.
pub(crate) fn world() -> (World, VulnDb) {
    let world = World::with(&["1.98.1"]);
    let db = with_database(&world);
    (world, db)
}

pub(crate) fn with_database(world: &World) -> VulnDb {
    let db = VulnDb::new();
    db.publish("GO-2026-9001", "stdlib", "+0 -1.97.5 +1.98.0-0 -1.98.2", "net/http");
    db.publish("GO-2026-9002", "toolchain", "+0 -1.98.3", "cmd/go");
    db.publish_on("GO-2026-9003", "stdlib", "+0 -1.98.4", "os", &["plan9"]);
    db.online(&world.internet);
    db
}

/// What gom says, without the day of the database.
pub(crate) fn said(world: &World, db: &VulnDb, run: Run) -> String {
    world.shown(run).replace(&db.modified()[..10], "[DAY]")
}

/// The file of gom's cache for Go's own database.
pub(crate) fn cache_file(world: &World) -> PathBuf {
    let cache = if cfg!(target_os = "macos") { "Library/Caches/gom" } else { ".cache/gom" };
    world.home().join(cache).join("index/vulndb.json")
}
