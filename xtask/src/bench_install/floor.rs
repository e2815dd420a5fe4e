//! The floor: the time that one core needs for the unavoidable parts of an install.
//!
//! Inflating alone, and writing alone, each in one thread from memory to nowhere or to the files: an install
//! that overlaps everything takes at least the slower of both. Each runs in its own process, which times
//! itself, because it must read the archive first, and because the memory for that would count for every
//! process that this one starts.

use std::fs::{self, File, OpenOptions};
use std::hint::black_box;
use std::io::{Read, Write, stdout};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use flate2::bufread::GzDecoder;

use super::measure::{self, Archive, Case};
use super::world::World;

/// The option that makes this program run one of the two.
pub(super) const OPTION: &str = "--floor";

/// The size of a piece from the decoder, as in gom.
const CHUNK: usize = 128 << 10;

/// Returns both cases.
pub(super) fn cases(world: &World) -> Result<Vec<Case>> {
    let this = std::env::current_exe().context("this program has no path")?;
    let archive = &world.toolchain.archive;
    let case = |label: &str, what: &'static str| {
        let (this, archive) = (this.clone(), archive.clone());
        let start = move |folder: &Path| {
            let mut command = measure::command(&this, folder);
            command.args(["bench-install", OPTION, what]).arg(&archive);
            command
        };
        Case::new(label, Archive::TarGz, start).by_its_own_clock()
    };
    let version = &world.toolchain.version;
    let write = case("floor: write the files, from memory", "write").leaves("tree/go", version);
    Ok(vec![case("floor: inflate, in memory", "inflate"), write])
}

/// Runs in the process that a case starts, in the run's folder.
pub(super) fn run(what: &str, archive: &str) -> Result<()> {
    let bytes = fs::read(archive)?;
    let nanos = match what {
        "inflate" => inflate(&bytes)?,
        _ => write(&bytes)?,
    };
    Ok(writeln!(stdout(), "{nanos}")?)
}

fn inflate(bytes: &[u8]) -> Result<u128> {
    let mut chunk = vec![0; CHUNK];
    let start = Instant::now();
    let mut decoder = GzDecoder::new(bytes);
    while decoder.read(&mut chunk)? > 0 {
        black_box(&chunk);
    }
    Ok(start.elapsed().as_nanos())
}

/// An entry of the archive.
enum Entry {
    Folder(PathBuf),
    File { path: PathBuf, mode: u32, content: Vec<u8> },
}

fn write(bytes: &[u8]) -> Result<u128> {
    let root = Path::new("tree");
    let entries = read_entries(bytes, root)?;
    let start = Instant::now();
    fs::create_dir_all(root.join("go"))?;
    for entry in &entries {
        match entry {
            Entry::Folder(path) => fs::create_dir(path)?,
            Entry::File { path, mode, content } => {
                let mut file: File =
                    OpenOptions::new().write(true).create_new(true).mode(*mode).open(path)?;
                file.write_all(content)?;
            }
        }
    }
    Ok(start.elapsed().as_nanos())
}

fn read_entries(bytes: &[u8], root: &Path) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for entry in tar::Archive::new(GzDecoder::new(bytes)).entries()? {
        let mut entry = entry?;
        let path = root.join(entry.path()?);
        if entry.header().entry_type().is_dir() {
            entries.push(Entry::Folder(path));
            continue;
        }
        let (mode, mut content) = (entry.header().mode()?, Vec::new());
        entry.read_to_end(&mut content)?;
        entries.push(Entry::File { path, mode, content });
    }
    Ok(entries)
}
