//! `cargo xtask packages`, also the end of `cargo xtask dist`: makes the packages of a release from its archives,
//! below `packages` in the folder of the archives.
//!
//! Owns: which packages there are and where each lies. Invariant: the bytes depend only on the archives, `release.toml`
//! and the templates below `packaging/`.

mod action;
mod binstall;
mod debian;
mod devcontainer;
mod homebrew;
mod image;
mod npm;
mod platform;
mod release;
mod source;
mod template;
#[cfg(test)]
mod tests;
mod wheel;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::identity::Identity;
use super::paths::target_dir;
use crate::shell::say;
use release::Release;
use source::{Archive, File};

/// The command line.
pub(crate) const USAGE: &str = "cargo xtask packages [--dist FOLDER] [--package NAME] [--base URL]";

/// Makes the packages of the archives that are there. The options are for tests of them.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut identity = Identity::read(&repository)?;
    let mut folder = target_dir(&repository).join("dist");
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().with_context(|| format!("{argument} needs a value"));
        match *argument {
            "--dist" => folder = PathBuf::from(value()?),
            "--package" => identity.package = Some((*value()?).to_owned()),
            "--base" => {
                identity.base = Some((*value()?).to_owned());
                identity.repository = None;
            }
            _ => bail!("usage: {USAGE}"),
        }
    }
    make(&folder, &identity)
}

/// Makes the packages of the archives in this folder.
pub(super) fn make(folder: &Path, identity: &Identity) -> Result<()> {
    let release = Release::new(identity, env!("CARGO_PKG_VERSION"));
    let archives = Archive::read_all(folder, &release.version)?;
    let place = folder.join("packages");
    match fs::remove_dir_all(&place) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("can't remove {}", place.display()));
        }
        _ => {}
    }
    if archives.is_empty() {
        say("no packages: they are made of the archives for musl and macOS");
        return Ok(());
    }
    let installer = fs::read(folder.join("install.sh")).context("can't read the release's install.sh")?;
    for file in all(&archives, &release, installer)? {
        let path = place.join(&file.name);
        fs::create_dir_all(path.parent().context("it lies in a folder")?)?;
        fs::write(&path, &file.content).with_context(|| format!("can't write {}", path.display()))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(file.mode))?;
        if file.name.matches('/').count() == 1 {
            say(&format!("{} ({} bytes)", path.display(), file.content.len()));
        }
    }
    Ok(())
}

/// Returns every file, with its place below `packages`.
fn all(archives: &[Archive], release: &Release, installer: Vec<u8>) -> Result<Vec<File>> {
    let mut files = Vec::new();
    for archive in archives {
        let (name, bytes) = wheel::make(archive, release)?;
        files.push(File::text(&format!("pypi/{name}"), bytes));
        if let Some(architecture) = archive.platform.linux {
            let (name, bytes) = debian::make(archive, architecture, release)?;
            files.push(File::text(&format!("debian/{name}"), bytes));
        }
    }
    for (name, bytes) in npm::make(archives, release)? {
        files.push(File::text(&format!("npm/{name}"), bytes));
    }
    let (name, text) = homebrew::make(archives, release)?;
    files.push(File::text(&format!("homebrew/{name}"), text));
    files.extend(image::make(archives)?.iter().map(|file| file.at(&format!("image/{}", file.name))));
    files.extend(binstall::make(release)?.iter().map(|file| file.at(&format!("binstall/{}", file.name))));
    files.extend(
        action::make(archives, release)?.iter().map(|file| file.at(&format!("action/{}", file.name))),
    );
    let feature = devcontainer::make(release, installer)?;
    files.extend(feature.iter().map(|file| file.at(&format!("devcontainer/{}", file.name))));
    Ok(files)
}
