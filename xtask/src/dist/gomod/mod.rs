//! A release as a Go module: the archives of all platforms, and the program in `gomod/` that installs the right one.
//!
//! Of one list of files it makes the module as it is published (`gomod/`), the same as a file tree that the go command
//! reads as a module proxy (`goproxy/`), and the list of the files with their sums, which the download base serves:
//! its sha256 is the module's hash in the checksum database. Invariant: all three depend only on the files of
//! the repository, the archives, the module's path and one time.

mod files;
mod hash;
mod module;
mod proxy;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::shell::say;
use files::write;
use hash::FileList;
use module::Module;

/// The command line of `cargo xtask gomod`.
pub(crate) const USAGE: &str = "cargo xtask gomod --module PATH [--archives FOLDER] | --hash MODULE.zip";

/// The file of the download base that names its newest version.
const NEWEST: &str = "gom-latest.txt";

/// What a module is made of, besides the archives.
pub(crate) struct Release<'a> {
    /// The root of the repository.
    pub(crate) repository: &'a Path,
    /// `0.1.0`
    pub(crate) version: &'a str,
    /// The time of the release, in seconds since 1970.
    pub(crate) time: u64,
}

/// Makes the module of the archives in a folder (default: `out`), or prints the hash of a module's zip.
pub(crate) fn run(arguments: &[&str], release: &Release<'_>, out: PathBuf) -> Result<()> {
    let (mut archives, mut path) = (out, None);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().with_context(|| format!("{argument} needs a value"));
        match *argument {
            "--module" => path = Some(*value()?),
            "--archives" => archives = PathBuf::from(value()?),
            "--hash" => {
                let list = FileList::of_zip(&fs::read(value()?)?)?;
                return Ok(writeln!(std::io::stdout(), "{}", list.h1())?);
            }
            _ => bail!("usage: {USAGE}"),
        }
    }
    make(release, &archives, path.with_context(|| format!("usage: {USAGE}"))?)
}

/// Makes the module of the archives that SHA256SUMS in `out` lists, next to them.
pub(super) fn make(release: &Release<'_>, out: &Path, path: &str) -> Result<()> {
    let module = Module::new(release.repository, out, path, release.version)?;
    let list = module.list();
    write(&out.join(module.list_name()), list.text().as_bytes())?;
    write(&out.join(NEWEST), format!("{}\n", module.version()).as_bytes())?;
    module.write_to(&out.join("gomod"))?;
    proxy::write_to(&module, &out.join("goproxy"), release.time)?;
    say(&format!("{path} {} {}", module.version(), list.h1()));
    say(&format!("{path} {}/go.mod {}", module.version(), module.go_mod_list().h1()));
    Ok(())
}
