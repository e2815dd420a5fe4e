//! The two programs of gom on the disk: unpacked beside their places, tried, and put there by renames. A program that
//! runs keeps its file.
//!
//! Invariant: at every moment `gom` and `gom-shim` are whole programs. If the new gom does not answer, the old ones are
//! back before anything else happens.

#![expect(clippy::disallowed_methods, reason = "owns gom's own programs")]

use std::fs::Permissions;
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use gom_core::files::{self, without_temporary_name};
use gom_core::store::names::OF_UPDATE;
use gom_core::store::old_programs;
use gom_select::layout::SHIM_NAME;
use tempfile::TempPath;

use crate::error::SelfError;

/// How long a gom may take to print its version.
const PATIENCE: Duration = Duration::from_secs(30);

/// The pause between two looks at a running gom.
const LOOK: Duration = Duration::from_millis(10);

/// The size limit of a program, in bytes.
const LARGEST: u64 = 256 << 20;

/// The places of the two programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// gom, by whatever name it has.
    pub gom: PathBuf,
    /// The shim beside it.
    pub shim: PathBuf,
}

impl Places {
    /// The places of this gom and of its shim. `gom` has its links resolved.
    pub fn of(gom: &Path) -> Places {
        Places { gom: gom.to_path_buf(), shim: gom.with_file_name(SHIM_NAME) }
    }
}

/// The new programs, beside their places. Dropped, they are removed.
pub struct Staged {
    gom: TempPath,
    shim: TempPath,
}

/// Unpacks the programs of an archive beside their places. `folder` is the one in the archive. Removes what a killed
/// gom has left there; the caller holds the lock for gom's programs.
pub fn stage(archive: &[u8], folder: &str, places: &Places, place: &str) -> Result<Staged, SelfError> {
    let damaged = |reason: String| SelfError::Damaged { place: place.to_owned(), reason };
    sweep(places);
    let mut archive = tar::Archive::new(GzDecoder::new(archive));
    let (mut gom, mut shim) = (None, None);
    for entry in archive.entries().map_err(|error| damaged(error.to_string()))? {
        let mut entry = entry.map_err(|error| damaged(error.to_string()))?;
        let name = entry.path_bytes().into_owned();
        let (staged, to) = match name.strip_prefix(format!("{folder}/").as_bytes()) {
            Some(b"gom") => (&mut gom, &places.gom),
            Some(b"gom-shim") => (&mut shim, &places.shim),
            _ => continue,
        };
        if !entry.header().entry_type().is_file() {
            return Err(damaged(format!("{} is not a file in it", String::from_utf8_lossy(&name))));
        }
        let mut bytes = Vec::new();
        (&mut entry).take(LARGEST).read_to_end(&mut bytes).map_err(|error| damaged(error.to_string()))?;
        *staged = Some(write(&bytes, to)?);
    }
    match (gom, shim) {
        (Some(gom), Some(shim)) => Ok(Staged { gom, shim }),
        _ => Err(damaged(format!("it has no {folder}/gom and {folder}/gom-shim"))),
    }
}

/// Removes what a killed gom has left beside the programs; the caller holds the lock for gom's programs. What can't be
/// removed stays: it harms nothing.
pub fn sweep(places: &Places) {
    let Some(folder) = places.gom.parent() else { return };
    for old in old_programs::beside(folder).unwrap_or_default() {
        let _ = fs_err::remove_file(old);
    }
}

/// Writes a program beside its place.
fn write(bytes: &[u8], place: &Path) -> Result<TempPath, SelfError> {
    let written = || -> io::Result<TempPath> {
        let folder = place.parent().unwrap_or(Path::new("/"));
        let mut file = tempfile::Builder::new().prefix(OF_UPDATE).tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().set_permissions(Permissions::from_mode(0o755))?;
        file.as_file().sync_all()?;
        // Closed, because the kernel starts no program that is open for writing.
        Ok(file.into_temp_path())
    };
    written().map_err(|error| disk(place, &error))
}

fn disk(path: &Path, error: &io::Error) -> SelfError {
    let reason = without_temporary_name(error);
    SelfError::Disk { path: path.to_path_buf(), error: io::Error::new(error.kind(), reason) }
}

impl Staged {
    /// Tries the new gom where it is now.
    pub fn check(&self, version: &str) -> Result<(), SelfError> {
        check(&self.gom, version)
    }

    /// Puts both programs into their places, and tries the new gom there. Returns once it answers with
    /// this version; otherwise the old programs are in their places.
    pub fn replace(self, places: &Places, version: &str) -> Result<(), SelfError> {
        let old_gom = keep(&places.gom)?;
        let old_shim = keep(&places.shim)?;
        let put = |new: TempPath, place: &Path| new.persist(place).map_err(|error| disk(place, &error.error));
        let done = put(self.shim, &places.shim)
            .and_then(|()| put(self.gom, &places.gom))
            .and_then(|()| check(&places.gom, version));
        let Err(error) = done else { return Ok(()) };
        for (old, place) in [(old_gom, &places.gom), (old_shim, &places.shim)] {
            match old {
                Some(old) => restore(old, place, &error)?,
                // There was none.
                None => drop(fs_err::remove_file(place)),
            }
        }
        Err(error)
    }
}

/// Keeps a program under another name until the new one has answered. `None` if there is none.
fn keep(place: &Path) -> Result<Option<TempPath>, SelfError> {
    if place.symlink_metadata().is_err() {
        return Ok(None);
    }
    let folder = place.parent().unwrap_or(Path::new("/"));
    let link =
        tempfile::Builder::new().prefix(OF_UPDATE).make_in(folder, |path| fs_err::hard_link(place, path));
    match link {
        Ok(link) => Ok(Some(link.into_temp_path())),
        // Not every file system has hard links.
        Err(_) => Ok(Some(write(&files::read(place).map_err(|error| disk(place, &error))?, place)?)),
    }
}

fn restore(old: TempPath, place: &Path, failed: &SelfError) -> Result<(), SelfError> {
    old.persist(place).map_err(|error| {
        // It must outlive this process: the hint names it.
        let old = error.path.keep().unwrap_or_else(|error| error.path.to_path_buf());
        SelfError::NotRestored {
            reason: failed.to_string(),
            old,
            place: place.to_path_buf(),
            error: error.error,
        }
    })
}

/// Fails unless the gom in this file prints this version.
fn check(gom: &Path, version: &str) -> Result<(), SelfError> {
    let no_answer = |reason: String| SelfError::NoAnswer { reason };
    match self::version(gom) {
        Ok(found) if found == version => Ok(()),
        Ok(found) => Err(no_answer(format!("it says that it is {found}, not {version}"))),
        Err(reason) => Err(no_answer(reason)),
    }
}

/// Asks a gom for its version, without the word `gom`.
pub fn version(gom: &Path) -> Result<String, String> {
    let text = output(Command::new(gom).arg("--version"))?;
    let version = text.trim_end().strip_prefix("gom ").map(str::to_owned);
    version.ok_or_else(|| format!("`gom --version` prints `{}`", text.trim_end().escape_debug()))
}

/// Lets a gom make the folders and links of its store, as the installer does.
pub fn init(gom: &Path, store: &Path) -> Result<(), String> {
    output(Command::new(gom).args(["self", "init"]).env("GOM_HOME", store)).map(drop)
}

/// Runs a program that must succeed within the time limit, and returns its standard output.
fn output(command: &mut Command) -> Result<String, String> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let since = Instant::now();
    let status = loop {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) => break status,
            None if since.elapsed() > PATIENCE => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("no answer in {} s", PATIENCE.as_secs()));
            }
            None => std::thread::sleep(LOOK),
        }
    };
    let mut text = Vec::new();
    // What a version needs fits into the pipe, so the program did not wait for its reader.
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_end(&mut text).map_err(|error| error.to_string())?;
    }
    if !status.success() {
        return Err(format!("it ended with {status}"));
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bin(tempfile::TempDir);

    impl Bin {
        fn new() -> Bin {
            let bin = Bin(tempfile::tempdir().unwrap());
            bin.put("gom", "echo gom 0.1.0");
            bin.put("gom-shim", "echo old shim");
            bin
        }

        fn put(&self, name: &str, script: &str) {
            let file = self.0.path().join(name);
            fs_err::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs_err::set_permissions(file, Permissions::from_mode(0o755)).unwrap();
        }

        fn places(&self) -> Places {
            Places::of(&self.0.path().join("gom"))
        }

        /// What is in the folder: names, and the second line of each.
        fn content(&self) -> Vec<String> {
            let mut found: Vec<String> = fs_err::read_dir(self.0.path())
                .unwrap()
                .map(|entry| {
                    let entry = entry.unwrap();
                    let text = fs_err::read_to_string(entry.path()).unwrap();
                    format!("{}: {}", entry.file_name().display(), text.lines().nth(1).unwrap_or_default())
                })
                .collect();
            found.sort();
            found
        }
    }

    fn archive(files: &[(&str, &str)]) -> Vec<u8> {
        let mut tar =
            tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
        for (name, script) in files {
            let text = format!("#!/bin/sh\n{script}\n");
            let mut header = tar::Header::new_ustar();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            tar.append_data(&mut header, format!("f/{name}"), text.as_bytes()).unwrap();
        }
        tar.into_inner().unwrap().finish().unwrap()
    }

    fn update(bin: &Bin, gom: &str) -> Result<(), SelfError> {
        let archive = archive(&[("README.md", ""), ("gom", gom), ("gom-shim", "echo new shim")]);
        stage(&archive, "f", &bin.places(), "here")?.replace(&bin.places(), "0.2.0")
    }

    #[test]
    fn both_programs_are_replaced_and_nothing_is_left() {
        let bin = Bin::new();
        update(&bin, "echo gom 0.2.0").unwrap();
        assert_eq!(bin.content(), ["gom-shim: echo new shim", "gom: echo gom 0.2.0"]);
        assert_eq!(version(&bin.places().gom).unwrap(), "0.2.0");
    }

    #[test]
    fn a_gom_that_does_not_answer_leaves_the_old_one() {
        // The last one answers beside its place, and not in it.
        let only_beside = "case $0 in */gom) exit 1 ;; esac; echo gom 0.2.0";
        for (gom, reason) in [
            ("exit 3", "it ended with exit status: 3"),
            ("echo gom 0.9.0", "it says that it is 0.9.0, not 0.2.0"),
            ("echo hello", "`gom --version` prints `hello`"),
            (only_beside, "it ended with exit status: 1"),
        ] {
            let bin = Bin::new();
            let error = update(&bin, gom).unwrap_err();
            assert_eq!(error.to_string(), format!("the new gom does not work here: {reason}"));
            assert_eq!(bin.content(), ["gom-shim: echo old shim", "gom: echo gom 0.1.0"], "{gom}");
        }
    }

    #[test]
    fn a_shim_that_was_not_there_is_not_there_after_a_failure() {
        let bin = Bin::new();
        fs_err::remove_file(bin.places().shim).unwrap();
        update(&bin, "case $0 in */gom) exit 1 ;; esac; echo gom 0.2.0").unwrap_err();
        assert_eq!(bin.content(), ["gom: echo gom 0.1.0"]);
    }

    #[test]
    fn an_archive_without_both_programs_changes_nothing() {
        let bin = Bin::new();
        for archive in [archive(&[("gom", "echo gom 0.2.0")]), b"no archive".to_vec(), Vec::new()] {
            let error = stage(&archive, "f", &bin.places(), "here").err().unwrap();
            assert!(matches!(error, SelfError::Damaged { .. }), "{error}");
            assert_eq!(bin.content(), ["gom-shim: echo old shim", "gom: echo gom 0.1.0"]);
        }
    }
}
