//! Fake Go toolchains: a small GOROOT in every layout in which Go ships one.
//!
//! It owns the content and the packing of toolchains that keep Go's rules; archives that break them are made
//! entry by entry with [`raw_tar`] and [`raw_zip`]. The `h1:` here follows Go's packer, not gom's code.
//! Invariant: the same toolchain gives the same bytes every time.

mod goroot;
mod platform;
mod program;
pub mod raw_tar;
pub mod raw_zip;

pub use platform::host_platform;

use crate::encode::hash1;
use raw_tar::{RawTar, TarEntry, TarStyle};
use raw_zip::{RawZip, ZipEntry};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Whether a module zip has the modes of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZipModes {
    /// Modes as the packer of Go 1.21 and newer writes them.
    Unix,
    /// No modes at all, as in the zips of older versions, which were converted.
    Zero,
}

/// A small fake GOROOT of one version for one platform.
#[derive(Clone, Debug)]
pub struct FakeToolchain {
    version: String,
    os: String,
    arch: String,
    files: BTreeMap<String, Vec<u8>>,
}

impl FakeToolchain {
    /// `version` without `go`, `platform` in Go's names: `("1.22.6", "linux-amd64")`.
    pub fn new(version: &str, platform: &str) -> Self {
        let (os, arch) = platform.split_once('-').expect("a platform such as linux-amd64");
        let files = goroot::files(version, os, arch);
        Self { version: version.to_owned(), os: os.to_owned(), arch: arch.to_owned(), files }
    }

    /// A toolchain that runs on this machine.
    pub fn here(version: &str) -> Self {
        Self::new(version, &host_platform())
    }

    /// Adds or replaces a file; `path` is relative to the GOROOT.
    #[must_use]
    pub fn file(mut self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.files.insert(path.to_owned(), content.as_ref().to_vec());
        self
    }

    /// Adds or replaces a program for the toolchain's platform that runs this shell script. For another
    /// platform than this machine's it has only the header.
    #[must_use]
    pub fn program(self, path: &str, script: &str) -> Self {
        let program = program::of_script(script, &self.os, &self.arch);
        self.file(path, program)
    }

    /// Replaces `go` by a program that can't start without this loader, like one that is linked with a C
    /// library.
    #[must_use]
    pub fn linked_with(self, loader: &str) -> Self {
        let program = program::linked(loader, &self.os, &self.arch);
        self.file("bin/go", program)
    }

    /// Removes a file.
    #[must_use]
    pub fn without(mut self, path: &str) -> Self {
        assert!(self.files.remove(path).is_some(), "no file {path} in this toolchain");
        self
    }

    /// `1.22.6`
    pub fn version(&self) -> &str {
        &self.version
    }

    /// `linux-amd64`, in Go's names.
    pub fn platform(&self) -> String {
        format!("{}-{}", self.os, self.arch)
    }

    /// The GOOS.
    pub fn os(&self) -> &str {
        &self.os
    }

    /// The GOARCH as go.dev spells it: `armv6l` for linux/arm.
    pub fn download_arch(&self) -> &str {
        if self.platform() == "linux-arm" { "armv6l" } else { &self.arch }
    }

    /// `go1.22.6.linux-amd64`: the name of the installed toolchain.
    pub fn name(&self) -> String {
        format!("go{}.{}", self.version, self.platform())
    }

    /// `v0.0.1-go1.22.6.linux-amd64`: the version of module `golang.org/toolchain`.
    pub fn module_version(&self) -> String {
        format!("v0.0.1-{}", self.name())
    }

    /// The file name of the archive on go.dev.
    pub fn archive_name(&self) -> String {
        let ending = if self.os == "windows" { "zip" } else { "tar.gz" };
        format!("go{}.{}-{}.{ending}", self.version, self.os, self.download_arch())
    }

    /// The archive on go.dev.
    pub fn archive(&self) -> Vec<u8> {
        if self.os == "windows" { self.flat_zip() } else { self.targz(TarStyle::Ustar) }
    }

    /// Every file with its content, by path below the GOROOT.
    pub fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }

    /// Writes the files below this folder, as an archive program would.
    pub fn lay_out(&self, dir: &Path) {
        for (path, content) in &self.files {
            let file = dir.join(path);
            fs::create_dir_all(file.parent().expect("a file below a folder")).expect("making folders");
            fs::write(&file, content).expect("writing a file");
            fs::set_permissions(&file, fs::Permissions::from_mode(mode(path))).expect("a mode");
        }
    }

    /// A `.tar.gz` with folders and files below `go/`.
    pub fn targz(&self, style: TarStyle) -> Vec<u8> {
        self.tar(style).gz()
    }

    /// The same before compression, for tests that add entries.
    pub fn tar(&self, style: TarStyle) -> RawTar {
        let mut tar = RawTar::new();
        for dir in self.dirs() {
            tar = tar.named(style, &format!("go/{dir}"), TarEntry::dir(""));
        }
        for (path, content) in &self.files {
            let entry = TarEntry::file("", content).mode(mode(path));
            tar = tar.named(style, &format!("go/{path}"), entry);
        }
        tar
    }

    /// The `.zip` that go.dev has for Windows: everything below `go/`.
    pub fn flat_zip(&self) -> Vec<u8> {
        let mut zip = RawZip::new();
        for (path, content) in &self.files {
            zip = zip.entry(ZipEntry::file(format!("go/{path}"), content).mode(0o100_000 | mode(path)));
        }
        zip.finish()
    }

    /// The zip of module `golang.org/toolchain`. Source: `cmd/distpack`.
    pub fn module_zip(&self, modes: ZipModes) -> Vec<u8> {
        let mut zip = RawZip::new();
        for (name, path, content) in self.module_files() {
            let bits = if modes == ZipModes::Unix { 0o100_000 | mode(path) } else { 0 };
            zip = zip.entry(ZipEntry::file(name, content).mode(bits));
        }
        zip.finish()
    }

    /// The modes that real zips of this version have.
    pub fn zip_modes(&self) -> ZipModes {
        if goroot::has_go_env(&self.version) { ZipModes::Unix } else { ZipModes::Zero }
    }

    /// The hash of the module zip in the checksum database.
    pub fn h1(&self) -> String {
        hash1(self.module_files().map(|(name, _, content)| (name, content)))
    }

    /// The files as (name in the module zip, path in the GOROOT, content).
    fn module_files(&self) -> impl Iterator<Item = (String, &str, &[u8])> {
        let root = format!("golang.org/toolchain@{}", self.module_version());
        let left_out =
            |path: &str| ["api/", "doc/", "misc/", "test/"].iter().any(|dir| path.starts_with(dir));
        self.files.iter().filter(move |(path, _)| !left_out(path)).map(move |(path, content)| {
            let (dir, base) = path.rsplit_once('/').map_or(("", path.as_str()), |(dir, base)| (dir, base));
            let base = if base == "go.mod" { "_go.mod" } else { base };
            let slash = if dir.is_empty() { "" } else { "/" };
            (format!("{root}/{dir}{slash}{base}"), path.as_str(), content.as_slice())
        })
    }

    /// Lists the folders; the first is "", the root.
    fn dirs(&self) -> BTreeSet<String> {
        let parents = |path: &str| path.match_indices('/').map(|(at, _)| path[..=at].to_owned()).collect();
        let mut dirs: BTreeSet<String> =
            self.files.keys().flat_map(|path| -> Vec<String> { parents(path) }).collect();
        dirs.insert(String::new());
        dirs
    }
}

/// Returns the mode that Go's packer gives a file. Source: `cmd/distpack`.
fn mode(path: &str) -> u32 {
    let base = path.rsplit('/').next().unwrap_or(path);
    let wrapper = base.starts_with("go_") && base.ends_with("_exec");
    let script = [".bash", ".sh", ".pl", ".rc"].iter().any(|ending| path.ends_with(ending));
    let tool = path.starts_with("bin/") || path.starts_with("pkg/tool/");
    if tool || script || wrapper { 0o755 } else { 0o644 }
}

#[cfg(test)]
mod tests;
