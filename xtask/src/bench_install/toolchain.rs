//! A real toolchain in both of its archive formats.
//!
//! Owns: the `.tar.gz` as go.dev packs it, made from the module's zip. It lacks the folders that the module
//! lacks (api, doc, misc, test), so its sha256 is not the published one, but its tree has the recorded `h1`.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tar::{Builder, EntryType, Header};
use zip::ZipArchive;
use zip::result::ZipError;

use super::cache::Cache;
use crate::shell::{host, say};

/// A version of Go for this machine.
#[derive(Clone, Debug)]
pub(super) struct Toolchain {
    /// The version, such as `1.26.6`.
    pub(super) version: String,
    /// The repacked file.
    pub(super) archive: PathBuf,
    /// The module's zip.
    pub(super) module_zip: PathBuf,
}

impl Toolchain {
    /// Fetches it from the module proxy and repacks it, unless the cache folder has it.
    pub(super) fn get(cache: &Cache, version: &str) -> Result<Toolchain> {
        let module = module_version(version);
        let module_zip = cache.record(&format!("golang.org/toolchain/@v/{module}.zip"))?;
        let archive = cache.path("mirror").join(archive_name(version));
        if !archive.exists() {
            say(&format!("repacking {}", archive.display()));
            cache.write_once(&archive, |new| repack(&module_zip, &module, new))?;
        }
        let sum_file = archive.with_file_name(format!("{}.sha256", archive_name(version)));
        if !sum_file.exists() {
            cache.write_once(&sum_file, |new| Ok(fs::write(new, sha256(&archive)?)?))?;
        }
        Ok(Toolchain { version: version.to_owned(), archive, module_zip })
    }

    /// Returns, for example, `v0.0.1-go1.26.6.linux-amd64`.
    pub(super) fn module_version(&self) -> String {
        module_version(&self.version)
    }

    /// Returns, for example, `go1.26.6.linux-amd64.tar.gz`.
    pub(super) fn archive_name(&self) -> String {
        archive_name(&self.version)
    }

    /// The archive's sum, in hexadecimal digits.
    pub(super) fn sum(&self) -> Result<String> {
        let file = self.archive.with_file_name(format!("{}.sha256", self.archive_name()));
        Ok(fs::read_to_string(file)?)
    }

    /// Its entry in go.dev's list.
    fn release(&self) -> Result<Value> {
        let [os, arch] = host();
        let name = format!("go{}", self.version);
        Ok(json!({
            "version": name,
            "stable": true,
            "files": [{
                "filename": self.archive_name(), "os": os, "arch": arch, "version": name,
                "sha256": self.sum()?, "size": fs::metadata(&self.archive)?.len(), "kind": "archive",
            }],
        }))
    }
}

/// Writes go.dev's list, as if these were all releases.
pub(super) fn write_list(cache: &Cache, toolchains: &[Toolchain]) -> Result<()> {
    let releases: Vec<Value> = toolchains.iter().map(Toolchain::release).collect::<Result<_>>()?;
    let text = serde_json::to_vec(&releases)?;
    cache.write_once(&cache.path("dl/list.json"), |new| Ok(fs::write(new, text)?))
}

fn module_version(version: &str) -> String {
    let [os, arch] = host();
    format!("v0.0.1-go{version}.{os}-{arch}")
}

fn archive_name(version: &str) -> String {
    let [os, arch] = host();
    format!("go{version}.{os}-{arch}.tar.gz")
}

fn repack(module_zip: &Path, module: &str, into: &Path) -> Result<()> {
    let mut zip = ZipArchive::new(BufReader::new(File::open(module_zip)?))?;
    let prefix = format!("golang.org/toolchain@{module}/");
    let names: Result<Vec<String>, _> =
        zip.file_names().map(|name| Ok::<_, ZipError>(name?.into_owned())).collect();
    let mut names = names?;
    names.sort_unstable();
    let gzip = GzEncoder::new(BufWriter::new(File::create(into)?), Compression::best());
    let (mut tar, mut folders) = (Builder::new(gzip), BTreeSet::new());
    for name in &names {
        let path = name.strip_prefix(&prefix).with_context(|| format!("{name} is not of {module}"))?;
        let path = release_name(path);
        add_folders(&mut tar, &path, &mut folders)?;
        let mut entry = zip.by_name(name)?;
        let mut header = header(EntryType::Regular, mode(&path), entry.size());
        tar.append_data(&mut header, format!("go/{path}"), &mut entry)?;
    }
    tar.into_inner()?.finish()?.flush()?;
    Ok(())
}

/// Adds the parent folders of a file before it, as in go.dev's archives.
fn add_folders(tar: &mut Builder<impl Write>, path: &str, known: &mut BTreeSet<String>) -> Result<()> {
    for (slash, _) in path.match_indices('/') {
        let folder = &path[..slash];
        if known.insert(folder.to_owned()) {
            let mut header = header(EntryType::Directory, 0o755, 0);
            tar.append_data(&mut header, format!("go/{folder}/"), io::empty())?;
        }
    }
    Ok(())
}

fn header(kind: EntryType, mode: u32, size: u64) -> Header {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size);
    header
}

/// Returns a file's name in a release: the module has each `go.mod` as `_go.mod`.
fn release_name(path: &str) -> String {
    match path.strip_suffix("_go.mod") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => format!("{folder}go.mod"),
        _ => path.to_owned(),
    }
}

/// Returns a file's mode by its name alone, because the zip's modes don't count (cmd/distpack/pack.go,
/// `mode`).
pub(super) fn mode(path: &str) -> u32 {
    let base = path.rsplit('/').next().unwrap_or(path);
    let is_program = path.starts_with("bin/") || path.starts_with("pkg/tool/");
    let is_script = [".bash", ".sh", ".pl", ".rc"].iter().any(|suffix| path.ends_with(suffix));
    let is_wrapper = base.starts_with("go_") && base.ends_with("_exec");
    if is_program || is_script || is_wrapper { 0o755 } else { 0o644 }
}

/// Returns a file's sum in hexadecimal digits.
fn sha256(file: &Path) -> Result<String> {
    let (mut file, mut hasher) = (File::open(file)?, Sha256::new());
    let mut buffer = vec![0; 128 << 10];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        hasher.update(&buffer[..count]);
    }
    Ok(hasher.finalize().iter().fold(String::new(), |digits, byte| format!("{digits}{byte:02x}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_names_are_renamed_back() {
        for (module, release) in [
            ("_go.mod", "go.mod"),
            ("src/cmd/_go.mod", "src/cmd/go.mod"),
            ("src/x_go.mod", "src/x_go.mod"),
            ("src/_go.mod.txt", "src/_go.mod.txt"),
        ] {
            assert_eq!(release_name(module), release);
        }
    }

    #[test]
    fn programs_and_scripts_can_be_run() {
        for path in ["bin/go", "pkg/tool/linux_amd64/vet", "src/make.bash", "lib/wasm/go_js_wasm_exec"] {
            assert_eq!(mode(path), 0o755, "{path}");
        }
        for path in ["VERSION", "src/bin/x.go", "go.env"] {
            assert_eq!(mode(path), 0o644, "{path}");
        }
    }
}
