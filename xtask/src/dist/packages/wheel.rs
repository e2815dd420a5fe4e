//! A Python wheel: a zip with the programs as scripts, which pip, pipx and uv put next to each other on PATH.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::release::Release;
use super::source::{Archive, File};
use super::template::fill;

const METADATA: &str = include_str!("../../../../packaging/pypi/METADATA");
const README: &str = include_str!("../../../../packaging/pypi/README.md");

/// Makes the wheel. Returns its name and bytes.
pub(super) fn make(archive: &Archive, release: &Release) -> Result<(String, Vec<u8>)> {
    let version = release.python_version()?;
    let stem = format!("{}-{version}", release.package.replace('-', "_"));
    let name = format!("{stem}-py3-none-{}.whl", archive.platform.wheel.join("."));
    let mut files = Vec::new();
    for program in ["gom", "gom-shim"] {
        files.push(archive.file(program)?.at(&format!("{stem}.data/scripts/{program}")));
    }
    for (page, file) in archive.below("man") {
        files.push(file.at(&format!("{stem}.data/data/share/man/man1/{page}")));
    }
    let info = format!("{stem}.dist-info");
    let mut licence_lines = String::new();
    for file in archive.licences() {
        licence_lines.push_str("License-File: ");
        licence_lines.push_str(&file.name);
        licence_lines.push('\n');
        files.push(file.at(&format!("{info}/licenses/{}", file.name)));
    }
    if let Some(homepage) = &release.homepage {
        licence_lines.push_str("Project-URL: Source, ");
        licence_lines.push_str(homepage);
        licence_lines.push('\n');
    }
    let values =
        [("PACKAGE", release.package.as_str()), ("VERSION", &version), ("MORE", licence_lines.trim_end())];
    let metadata = format!("{}\n{README}", fill(METADATA, &values)?);
    files.push(File::text(&format!("{info}/METADATA"), metadata));
    let mut wheel = "Wheel-Version: 1.0\nGenerator: gom\nRoot-Is-Purelib: false\n".to_owned();
    for tag in archive.platform.wheel {
        wheel.push_str("Tag: py3-none-");
        wheel.push_str(tag);
        wheel.push('\n');
    }
    files.push(File::text(&format!("{info}/WHEEL"), wheel));
    files.push(record(&files, &format!("{info}/RECORD")));
    Ok((name, zipped(&files)?))
}

/// The list of all files with their sums, and of itself without.
fn record(files: &[File], name: &str) -> File {
    let mut list = String::new();
    for file in files {
        let sum = URL_SAFE_NO_PAD.encode(Sha256::digest(&file.content));
        // Writing to a string does not fail.
        let _ = writeln!(list, "{},sha256={sum},{}", file.name, file.content.len());
    }
    let _ = writeln!(list, "{name},,");
    File::text(name, list)
}

fn zipped(files: &[File]) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(9))
            // 1980, as in other reproducible wheels: nothing reads it.
            .last_modified_time(DateTime::default())
            .unix_permissions(file.mode);
        zip.start_file(&file.name, options)?;
        zip.write_all(&file.content)?;
    }
    Ok(zip.finish()?.into_inner())
}
