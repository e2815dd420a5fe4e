//! What packages are made of: the archives of a release, and their sums.
//!
//! Invariant: an archive is read only if its bytes have the sum in SHA256SUMS, so packages and archives hold the same
//! programs.

use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

use super::platform::{PLATFORMS, Platform};
use crate::dist::archive::{PROGRAM, TEXT};

/// A file with its name in the archive or package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) mode: u32,
    pub(super) content: Vec<u8>,
}

impl File {
    pub(super) fn program(name: &str, content: impl Into<Vec<u8>>) -> Self {
        Self { name: name.to_owned(), mode: PROGRAM, content: content.into() }
    }

    pub(super) fn text(name: &str, content: impl Into<Vec<u8>>) -> Self {
        Self { name: name.to_owned(), mode: TEXT, content: content.into() }
    }

    /// The same file under another name.
    pub(super) fn at(&self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self.clone() }
    }
}

/// The archive of one platform.
#[derive(Debug)]
pub(super) struct Archive {
    pub(super) platform: &'static Platform,
    /// Its file name.
    pub(super) name: String,
    pub(super) sha256: String,
    /// The time of its files, in seconds since 1970.
    pub(super) time: u64,
    /// Its files, without the folder.
    files: Vec<File>,
}

impl Archive {
    /// Reads the archives of this version that SHA256SUMS lists and that packages are made of.
    pub(super) fn read_all(folder: &Path, version: &str) -> Result<Vec<Self>> {
        let list = folder.join("SHA256SUMS");
        let sums = fs::read_to_string(&list).with_context(|| format!("can't read {}", list.display()))?;
        let mut archives = Vec::new();
        for line in sums.lines() {
            let (sha256, name) =
                line.split_once("  ").with_context(|| format!("not a line of SHA256SUMS: {line}"))?;
            let wanted = |platform: &&Platform| name == format!("gom-{version}-{}.tar.gz", platform.target);
            let Some(platform) = PLATFORMS.iter().find(wanted) else { continue };
            let file = folder.join(name);
            let bytes = fs::read(&file).with_context(|| format!("can't read {}", file.display()))?;
            let found = sum(&bytes);
            ensure!(found == sha256, "{} has sha256 {found}, SHA256SUMS has {sha256}", file.display());
            archives.push(Self::parse(platform, name, &bytes)?);
        }
        Ok(archives)
    }

    pub(super) fn parse(platform: &'static Platform, name: &str, bytes: &[u8]) -> Result<Self> {
        let mut tar = tar::Archive::new(GzDecoder::new(bytes));
        let (mut files, mut time) = (Vec::new(), 0);
        for entry in tar.entries()? {
            let mut entry = entry?;
            let path = entry.path()?.into_owned();
            let path = path.to_str().context("a name that is not UTF-8")?;
            let (_, inside) = path.split_once('/').with_context(|| format!("no folder in {name}: {path}"))?;
            let (inside, mode) = (inside.to_owned(), entry.header().mode()?);
            time = entry.header().mtime()?;
            let mut content = Vec::new();
            entry.read_to_end(&mut content)?;
            files.push(File { name: inside, mode, content });
        }
        Ok(Self { platform, name: name.to_owned(), sha256: sum(bytes), time, files })
    }

    pub(super) fn file(&self, name: &str) -> Result<&File> {
        let found = self.files.iter().find(|file| file.name == name);
        found.with_context(|| format!("{} has no {name}", self.name))
    }

    /// The files below a folder that the archive may lack, each with its name in there.
    pub(super) fn below(&self, folder: &str) -> Vec<(&str, &File)> {
        let inside = |file: &'_ File| file.name.strip_prefix(folder)?.strip_prefix('/').map(str::len);
        let files = self.files.iter().filter(|file| inside(file).is_some());
        files.map(|file| (&file.name[folder.len() + 1..], file)).collect()
    }

    /// gom's own licences and those of everything that is linked in.
    pub(super) fn licences(&self) -> Vec<&File> {
        let is_licence =
            |file: &&File| file.name.starts_with("LICENSE-") || file.name.starts_with("licenses/");
        self.files.iter().filter(is_licence).collect()
    }
}

/// The sha256 in hexadecimal digits.
pub(super) fn sum(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
