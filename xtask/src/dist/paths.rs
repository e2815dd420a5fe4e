//! Checks that no path of the build machine is in a program: such a path names its user, and the same source
//! built elsewhere would give another program.
//!
//! Owns: the folders to look for, what rustc writes instead of them, and the search in a program.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// How many paths are listed: a program that has some has hundreds of them.
const MOST_NAMED: usize = 5;

/// What gom itself writes about other machines: in the official images of Go the user is root, and a Dockerfile
/// of `gom docker` names root's build cache. rustc never writes this folder into a program.
const OF_OTHER_MACHINES: &[&str] = &["/root/.cache/go-build"];

/// The folder in which cargo builds.
pub(super) fn target_dir(repository: &Path) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository.join("target"), PathBuf::from)
}

/// Returns the folders of this machine that appear in a build, and the replacement for each; the deepest come
/// last.
fn folders(repository: &Path) -> Result<Vec<(PathBuf, &'static str)>> {
    let repository = fs::canonicalize(repository)?;
    let home = env::var_os("HOME").map(PathBuf::from).context("HOME is not set")?;
    let cargo = env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    let target = std::path::absolute(target_dir(&repository))?;
    let mut folders = vec![(target, "/target"), (repository, "/gom"), (cargo, "/cargo"), (home, "/home")];
    // rustc uses the last prefix that fits.
    folders.sort_by_key(|(folder, _)| folder.components().count());
    Ok(folders)
}

/// Returns the flags for rustc, in the form of `CARGO_ENCODED_RUSTFLAGS`.
pub(super) fn remapped(repository: &Path) -> Result<String> {
    let flags = folders(repository)?.into_iter().map(|(folder, name)| {
        let folder = folder.to_str().context("a path that is not UTF-8")?;
        Ok(format!("--remap-path-prefix={folder}={name}"))
    });
    Ok(flags.collect::<Result<Vec<String>>>()?.join("\x1f"))
}

/// Fails if a program holds a path of this machine.
pub(super) fn check(program: &Path, repository: &Path) -> Result<()> {
    let bytes = fs::read(program).with_context(|| format!("can't read {}", program.display()))?;
    let mut named = Vec::new();
    for (folder, _) in folders(repository)? {
        named.extend(paths_below(&bytes, &folder.to_string_lossy()));
    }
    let count = named.len();
    named.truncate(MOST_NAMED);
    ensure!(
        count == 0,
        "{} holds {count} paths of this machine, such as {}: see --remap-path-prefix in xtask/src/dist and .ci/cross",
        program.display(),
        named.join(", ")
    );
    Ok(())
}

/// Returns every text in the bytes that begins with the folder and is not gom's own.
pub(super) fn paths_below(bytes: &[u8], folder: &str) -> Vec<String> {
    let start = format!("{}/", folder.trim_end_matches('/'));
    if start == "/" {
        return Vec::new();
    }
    let is_text = |byte: &&u8| byte.is_ascii_graphic();
    bytes
        .windows(start.len())
        .enumerate()
        .filter(|(_, window)| *window == start.as_bytes())
        .map(|(at, _)| {
            bytes[at..].iter().take_while(is_text).take(200).map(|byte| char::from(*byte)).collect()
        })
        // The texts of a program follow each other without an end.
        .filter(|path: &String| !OF_OTHER_MACHINES.iter().any(|known| path.starts_with(known)))
        .collect()
}
