//! A module as a module proxy serves it, as files: for `GOPROXY=file:///...`, and for a web server
//! (<https://go.dev/ref/mod#goproxy-protocol>).
//!
//! Invariant: the zip's bytes depend only on the names and contents of the files. Nothing is compressed, because the
//! archives are, and another version of a compressor would give other bytes. Its hash does not depend on that.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

use anyhow::Result;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::files::write;
use super::module::Module;

/// Writes the four files below `folder/MODULE/@v`. `time` is in seconds since 1970.
pub(super) fn write_to(module: &Module, folder: &Path, time: u64) -> Result<()> {
    let folder = folder.join(module.path()).join("@v");
    fs::create_dir_all(&folder)?;
    let version = module.version();
    let info = format!("{{\"Version\":\"{version}\",\"Time\":\"{}\"}}\n", moment(time));
    write(&folder.join("list"), format!("{version}\n").as_bytes())?;
    write(&folder.join(format!("{version}.info")), info.as_bytes())?;
    write(&folder.join(format!("{version}.mod")), module.go_mod())?;
    write(&folder.join(format!("{version}.zip")), &zip(module)?)
}

/// Packs the files, in their order, below the name and version that the go command expects.
pub(super) fn zip(module: &Module) -> Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in module.files() {
        zip.start_file(format!("{}{name}", module.prefix()), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// A moment as `2026-01-02T00:00:00Z`.
fn moment(seconds: u64) -> String {
    humantime::format_rfc3339_seconds(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds))
        .to_string()
}
