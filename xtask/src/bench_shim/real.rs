//! The real go command in a module that asks for another toolchain: through gom's shim, and by Go's own
//! switch. It uses two toolchains of the user's store, which it only reads.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, ensure};

use super::measure::{Case, Group};
use super::world::{World, platform};

/// The first release line in which Go switches toolchains.
const FIRST_LINE: u32 = 21;

/// Returns the group, or the reason why there is none.
pub(super) fn group(world: &World) -> Result<Group> {
    let title = "A real go, in a module that asks for a newer toolchain".to_owned();
    let store = user_store()?;
    let mut names = toolchains(&store);
    names.sort_unstable();
    let [(_, older), .., (_, newer)] = &names[..] else {
        let skipped = format!(
            "{} has no two toolchains of Go 1.{FIRST_LINE} or newer: `gom install 1.25 1.26`",
            store.display()
        );
        return Ok(Group { title, column: "`go version`", cases: Vec::new(), skipped: vec![skipped] });
    };
    let tree = |name: &str| store.join("toolchains").join(format!("{name}.{}", platform()));
    let (older_go, newer_go) = (tree(older).join("bin/go"), tree(newer).join("bin/go"));

    let ours = world.make_store("real-store", &world.shim())?;
    for name in [older, newer] {
        symlink(tree(name), ours.join("toolchains").join(format!("{name}.{}", platform())))?;
    }
    fs::write(ours.join("default"), older)?;
    world.write("real/go.mod", &format!("module example.com/m\n\ngo 1.21\n\ntoolchain {newer}\n"))?;
    let dir = world.project("real");
    fs::create_dir_all(&dir)?;
    // Go looks for the name of a toolchain on PATH before it asks the network.
    let path = world.path("real-path");
    fs::create_dir_all(&path)?;
    symlink(&newer_go, path.join(newer))?;

    let case = |label: &str, program: PathBuf| {
        Case::new(label, program, dir.clone(), newer)
            .env("HOME", world.home())
            .env("PATH", path.clone())
            .env("GOTOOLCHAIN", "path")
            .env("GOTELEMETRY", "off")
    };
    let cases = vec![
        case(&format!("direct ({newer})"), newer_go).env("GOTOOLCHAIN", "local"),
        case(&format!("Go's own switch, from {older}"), older_go),
        case(&format!("gom, from {older}"), ours.join("bin/go")),
    ];
    Ok(Group { title, column: "`go version`", cases, skipped: Vec::new() })
}

fn user_store() -> Result<PathBuf> {
    if let Some(home) = env::var_os("GOM_HOME").filter(|home| !home.is_empty()) {
        let home = PathBuf::from(home);
        ensure!(home.is_absolute(), "GOM_HOME is not absolute: {}", home.display());
        return Ok(home);
    }
    Ok(env::home_dir().context("there is no home folder")?.join(".gom"))
}

/// Lists the releases for this machine that can switch toolchains, each after its numbers, for sorting.
fn toolchains(store: &Path) -> Vec<([u32; 2], String)> {
    let suffix = format!(".{}", platform());
    let entries = fs::read_dir(store.join("toolchains")).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?.strip_suffix(&suffix)?.to_owned();
        let (line, patch) = name.strip_prefix("go1.")?.split_once('.')?;
        Some(([line.parse().ok()?, patch.parse().ok()?], name))
    });
    names.filter(|([line, _], _)| *line >= FIRST_LINE).collect()
}
