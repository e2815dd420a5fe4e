//! What a release knows about its archives: SHA256SUMS, and the `install.sh` that accepts no other bytes.

use std::fmt::Write as _;

use anyhow::{Result, ensure};
use sha2::{Digest, Sha256};

/// The archives of a release and their sums.
pub(super) struct Release {
    version: String,
    base: String,
    sums: String,
}

impl Release {
    pub(super) fn new(version: &str, base: &str) -> Self {
        let [version, base] = [version, base].map(str::to_owned);
        Self { version, base, sums: String::new() }
    }

    pub(super) fn add(&mut self, archive: &str, bytes: &[u8]) {
        // Writing to a string does not fail.
        for byte in Sha256::digest(bytes) {
            let _ = write!(self.sums, "{byte:02x}");
        }
        let _ = writeln!(self.sums, "  {archive}");
    }

    /// The sums, as `sha256sum --check` reads them.
    pub(super) fn sums(&self) -> &str {
        &self.sums
    }

    /// Returns the repository's `install.sh` with its three empty values filled in.
    pub(super) fn fill_in(&self, script: &str) -> Result<String> {
        let mut filled = script.to_owned();
        for (name, value) in [
            ("release_version", self.version.as_str()),
            ("release_base", &self.base),
            ("release_sums", self.sums.trim_end()),
        ] {
            ensure!(!value.contains('\''), "{name} can't have a quote in it: {value}");
            let empty = format!("\n{name}=''\n");
            ensure!(script.matches(&empty).count() == 1, "install.sh has to have the line {name}='' once");
            filled = filled.replacen(&empty, &format!("\n{name}='{value}'\n"), 1);
        }
        Ok(filled)
    }
}
