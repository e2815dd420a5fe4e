//! The hash of a module, as the checksum database records it: the sha256 of the list of its files with their sums
//! (x/mod/sumdb/dirhash, `Hash1`).

use std::fmt::Write as _;
use std::io::{Cursor, Read};

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The lines `SHA256  NAME`, sorted by name.
pub(super) struct FileList(String);

impl FileList {
    /// Makes the list of these files, given in any order.
    pub(super) fn new<B: AsRef<[u8]>>(files: impl Iterator<Item = (String, B)>) -> Self {
        let mut sums: Vec<(String, String)> =
            files.map(|(name, bytes)| (name, hex_sha256(bytes.as_ref()))).collect();
        sums.sort();
        let mut text = String::new();
        for (name, sum) in sums {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{sum}  {name}");
        }
        Self(text)
    }

    /// Makes the list of the files in a module's zip, in whatever order and form it has them.
    pub(super) fn of_zip(zip: &[u8]) -> Result<Self> {
        let mut archive = zip::ZipArchive::new(Cursor::new(zip))?;
        let mut files = Vec::new();
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index)?;
            let name = entry.name()?.into_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).with_context(|| format!("can't read {name}"))?;
            files.push((name, bytes));
        }
        Ok(Self::new(files.into_iter()))
    }

    /// The lines as one text.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// `h1:...`
    pub(super) fn h1(&self) -> String {
        format!("h1:{}", STANDARD.encode(Sha256::digest(&self.0)))
    }
}

/// Returns the sum as 64 digits.
pub(super) fn hex_sha256(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
