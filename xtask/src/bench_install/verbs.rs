//! The small verbs, compared with a program that does nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::gom::Gom;
use super::measure::{Archive, Folder, Sample, command, timed};
use super::world::World;

/// The number of runs of each. They are short, so many are cheap.
const RUNS: usize = 300;

/// gom's arguments. The run before the first one caches the list of releases.
const VERBS: [&[&str]; 6] =
    [&["list"], &["current"], &["which", "go"], &["why"], &["list-remote", "--offline"], &["--help"]];

/// Returns the commands and their times. The first is the program that does nothing.
pub(super) fn measure(world: &World, site: &Path) -> Result<Vec<(String, Sample)>> {
    let folder = Folder::new(site)?;
    let gom = Gom::new(world);
    let output = folder.path().join("output");
    world.server.record(true);
    gom.install_now(folder.path(), Archive::ModuleZip, &world.toolchain.version)?;
    fs::write(folder.path().join(".go-version"), format!("{}\n", world.toolchain.version))?;
    // If there is no network, the releases in gom itself remain.
    let _ = timed(gom.command(folder.path()).arg("list-remote"), &output);
    world.server.record(false);

    let mut commands: Vec<(String, Command)> = vec![("true".to_owned(), command("true", folder.path()))];
    for verb in VERBS {
        let mut command = gom.command(folder.path());
        command.args(verb);
        commands.push((format!("gom {}", verb.join(" ")), command));
    }
    let mut all = vec![Vec::with_capacity(RUNS); commands.len()];
    for _ in 0..RUNS {
        for ((_, command), runs) in commands.iter_mut().zip(&mut all) {
            runs.push(timed(command, &output)?);
        }
    }
    Ok(commands.into_iter().map(|(label, _)| label).zip(all.into_iter().map(Sample::new)).collect())
}
