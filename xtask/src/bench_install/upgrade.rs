//! A patch release over a slow link: into an empty store, and next to the previous release.
//!
//! Owns: the link's speed. Invariant: both take turns, and the fetched bytes are those in the receipt.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::gom::{Gom, tree};
use super::measure::{Archive, Case, Folder, Sample};
use super::server::{Link, Server};
use super::toolchain::Toolchain;
use super::world::World;

/// Megabits per second: a poor connection, or a good one to another country.
const SPEED: u32 = 20;

/// One row of the table.
pub(super) struct Upgrade {
    pub(super) label: String,
    pub(super) sample: Sample,
    /// The bytes of the archive that were fetched.
    pub(super) bytes: u64,
}

/// Measures both. The first row is the whole archive.
pub(super) fn measure(world: &World, runs: usize) -> Result<Vec<Upgrade>> {
    let before = previous(&world.toolchain.version)?;
    Toolchain::get(&world.cache, &before)?;
    let slow = Server::start(world.cache.clone(), Link::Slow(SPEED))?;
    let fast = Gom::new(world);
    let install = |label: String| {
        let (gom, version) = (fast.through(slow.proxy()), world.toolchain.version.clone());
        let start = move |folder: &std::path::Path| gom.install(folder, Archive::ModuleZip, &[&version]);
        Case::new(&label, Archive::ModuleZip, start).leaves(tree(&world.toolchain), &world.toolchain.version)
    };
    let (gom, old) = (fast.clone(), before.clone());
    let cases = [
        install(format!("go{}, {SPEED} Mbit/s, empty store", world.toolchain.version)),
        install(format!("go{} beside go{before}", world.toolchain.version))
            .after(move |folder| gom.install_now(folder, Archive::ModuleZip, &old)),
    ];
    // Run each once with recording on, so that all answers are cached.
    world.server.record(true);
    slow.record(true);
    let mut upgrades = Vec::new();
    for case in &cases {
        let folder = Folder::new(world.fastest())?;
        case.run(&folder)?;
        upgrades.push((case.label.clone(), Vec::new(), fetched(world, &folder)?));
    }
    world.server.record(false);
    slow.record(false);
    for _ in 0..runs {
        for (case, (_, runs, _)) in cases.iter().zip(&mut upgrades) {
            runs.push(case.run(&Folder::new(world.fastest())?)?);
        }
    }
    let row = |(label, runs, bytes)| Upgrade { label, sample: Sample::new(runs), bytes };
    Ok(upgrades.into_iter().map(row).collect())
}

/// Returns the previous patch: `1.26.5` for `1.26.6`.
fn previous(version: &str) -> Result<String> {
    let (line, patch) = version.rsplit_once('.').context("the version has no patch")?;
    let patch: u32 = patch.parse().with_context(|| format!("{version} is no patch release"))?;
    ensure!(patch > 0, "{version} is the first of its line");
    Ok(format!("{line}.{}", patch - 1))
}

/// Reads the number of fetched bytes from the receipt.
fn fetched(world: &World, folder: &Folder) -> Result<u64> {
    let name = world.toolchain.archive_name().replace(".tar.gz", ".json");
    let receipt = fs::read(folder.path().join("store/receipts").join(name))?;
    let receipt: serde_json::Value = serde_json::from_slice(&receipt)?;
    receipt["archive"]["size"].as_u64().context("the receipt has no size")
}

#[cfg(test)]
mod tests {
    use super::previous;

    #[test]
    fn the_release_before_is_of_the_same_line() {
        assert_eq!(previous("1.26.6").unwrap(), "1.26.5");
        assert!(previous("1.26.0").is_err());
        assert!(previous("1.26rc1").is_err());
    }
}
