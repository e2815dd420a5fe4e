//! Releases of gom as `cargo xtask gomod` publishes them, made here from the rules alone.

use crate::encode::{gzip, hash1, sha256};
use crate::internet::{Route, Site};
use crate::sumdb::TestLog;
use crate::toolchain::raw_zip::{RawZip, ZipEntry};
use crate::world::World;
use std::env::consts::{ARCH, OS};
use std::fmt::Write as _;
use std::fs;

/// The path of the module that is gom.
pub const OWN_MODULE: &str = "gom.example.test/gom";

/// The target whose programs run on this machine.
pub fn own_target() -> String {
    if OS == "macos" { format!("{ARCH}-apple-darwin") } else { format!("{ARCH}-unknown-linux-musl") }
}

/// A release.
#[derive(Clone)]
pub struct OwnRelease {
    /// Its version.
    pub version: String,
    /// Its files by their names in the module.
    pub files: Vec<(String, Vec<u8>)>,
}

impl OwnRelease {
    /// A release whose gom is a script that knows its version, and whose shim is the one under test.
    pub fn new(world: &World, version: &str) -> OwnRelease {
        let script = format!("case $1 in --version) echo 'gom {version}' ;; esac");
        OwnRelease::with_gom(world, version, &script)
    }

    /// A release with this script as gom.
    pub fn with_gom(world: &World, version: &str, script: &str) -> OwnRelease {
        OwnRelease::with_program(world, version, format!("#!/bin/sh\n{script}\n").as_bytes())
    }

    /// A release with these bytes as gom.
    pub fn with_program(world: &World, version: &str, gom: &[u8]) -> OwnRelease {
        let shim = fs::read(world.store().join("bin/gom-shim")).expect("the store has a shim");
        let page = format!(".TH gom 1 \" \" \"gom {version}\"\n");
        let files = [("gom", gom), ("gom-shim", shim.as_slice()), ("man/gom.1", page.as_bytes())];
        let archive = format!("gom-{version}-{}", own_target());
        let mut tar = tar::Builder::new(Vec::new());
        for (name, bytes) in files {
            let mut header = tar::Header::new_ustar();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o755);
            tar.append_data(&mut header, format!("{archive}/{name}"), bytes)
                .expect("a file of an archive in memory");
        }
        let files = vec![
            (format!("archives/{archive}.tar.gz"), gzip(tar.into_inner().expect("an archive in memory"))),
            ("go.mod".to_owned(), OwnRelease::go_mod().into_bytes()),
            ("main.go".to_owned(), b"package main\n".to_vec()),
        ];
        OwnRelease { version: version.to_owned(), files }
    }

    /// The go.mod of each release.
    pub fn go_mod() -> String {
        format!("module {OWN_MODULE}\n\ngo 1.16\n")
    }

    fn named(&self) -> Vec<(String, &[u8])> {
        let name = |name: &str| format!("{OWN_MODULE}@v{}/{name}", self.version);
        self.files.iter().map(|(file, bytes)| (name(file), bytes.as_slice())).collect()
    }

    /// The list of its files, whose sum is in the checksum database.
    pub fn list(&self) -> String {
        let mut files = self.named();
        files.sort();
        let mut list = String::new();
        for (name, bytes) in files {
            writeln!(list, "{}  {name}", sha256(bytes)).expect("a text in memory");
        }
        list
    }

    /// The sum of the list, as the checksum database has it.
    pub fn h1(&self) -> String {
        hash1(self.named())
    }

    /// The module's zip.
    pub fn zip(&self) -> Vec<u8> {
        let zip = self
            .named()
            .into_iter()
            .fold(RawZip::new(), |zip, (name, bytes)| zip.entry(ZipEntry::file(&name, bytes)));
        zip.finish()
    }

    /// The path of this machine's archive below the download base.
    pub fn archive_path(&self) -> String {
        format!("/gom-{}-{}.tar.gz", self.version, own_target())
    }

    /// The path of the list below the download base.
    pub fn list_path(&self) -> String {
        format!("/gom-{}-module.txt", self.version)
    }

    /// The path of the zip on a module proxy.
    pub fn zip_path(&self) -> String {
        format!("/{OWN_MODULE}/@v/v{}.zip", self.version)
    }

    /// Publishes it below a download base, as the newest one.
    pub fn publish_at(&self, base: &Site) {
        base.route("/gom-latest.txt", Route::ok("text/plain", format!("v{}\n", self.version)));
        base.route(&self.list_path(), Route::ok("text/plain", self.list()));
        base.route(&self.archive_path(), Route::bytes(&self.files[0].1));
    }

    /// Records it in the checksum database.
    pub fn record_in(&self, log: &TestLog) {
        let version = format!("v{}", self.version);
        log.add_with_go_mod(OWN_MODULE, &version, &self.h1(), &OwnRelease::go_mod());
    }
}
