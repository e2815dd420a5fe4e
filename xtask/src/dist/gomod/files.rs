//! Writes a file of the release, and says so.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::shell::say;

pub(super) fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(file, bytes).with_context(|| format!("can't write {}", file.display()))?;
    say(&format!("{} ({} bytes)", file.display(), bytes.len()));
    Ok(())
}
