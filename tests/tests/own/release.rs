//! Releases of gom as `cargo xtask gomod` publishes them, made here from the rules alone, and a world that knows them.

use gom_tests::{Output, RawZip, Route, Site, World, ZipEntry, gzip, hash1, sha256};
use std::env::consts::{ARCH, OS};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

pub(crate) const MODULE: &str = "gom.example.test/gom";

/// The version of the gom under test.
pub(crate) const RUNNING: &str = env!("CARGO_PKG_VERSION");

/// The target whose programs run on this machine.
pub(crate) fn target() -> String {
    if OS == "macos" { format!("{ARCH}-apple-darwin") } else { format!("{ARCH}-unknown-linux-musl") }
}

/// A release.
#[derive(Clone)]
pub(crate) struct Release {
    pub(crate) version: String,
    /// Its files by their names in the module.
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

impl Release {
    /// A release whose gom is a script that knows its version, and whose shim is the one under test.
    pub(crate) fn new(world: &World, version: &str) -> Release {
        let script = format!("case $1 in --version) echo 'gom {version}' ;; esac");
        Release::with_gom(world, version, &script)
    }

    /// A release with this script as gom.
    pub(crate) fn with_gom(world: &World, version: &str, script: &str) -> Release {
        Release::with_program(world, version, format!("#!/bin/sh\n{script}\n").as_bytes())
    }

    /// A release with these bytes as gom.
    pub(crate) fn with_program(world: &World, version: &str, gom: &[u8]) -> Release {
        let shim = fs::read(world.store().join("bin/gom-shim")).unwrap();
        let page = format!(".TH gom 1 \" \" \"gom {version}\"\n");
        let files = [("gom", gom), ("gom-shim", shim.as_slice()), ("man/gom.1", page.as_bytes())];
        let archive = format!("gom-{version}-{}", target());
        let mut tar = tar::Builder::new(Vec::new());
        for (name, bytes) in files {
            let mut header = tar::Header::new_ustar();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o755);
            tar.append_data(&mut header, format!("{archive}/{name}"), bytes).unwrap();
        }
        let files = vec![
            (format!("archives/{archive}.tar.gz"), gzip(tar.into_inner().unwrap())),
            ("go.mod".to_owned(), Release::go_mod().into_bytes()),
            ("main.go".to_owned(), b"package main\n".to_vec()),
        ];
        Release { version: version.to_owned(), files }
    }

    pub(crate) fn go_mod() -> String {
        format!("module {MODULE}\n\ngo 1.16\n")
    }

    fn named(&self) -> Vec<(String, &[u8])> {
        let name = |name: &str| format!("{MODULE}@v{}/{name}", self.version);
        self.files.iter().map(|(file, bytes)| (name(file), bytes.as_slice())).collect()
    }

    /// The list of its files, whose sum is in the checksum database.
    pub(crate) fn list(&self) -> String {
        let mut files = self.named();
        files.sort();
        let mut list = String::new();
        for (name, bytes) in files {
            writeln!(list, "{}  {name}", sha256(bytes)).unwrap();
        }
        list
    }

    pub(crate) fn h1(&self) -> String {
        hash1(self.named())
    }

    pub(crate) fn zip(&self) -> Vec<u8> {
        let zip = self
            .named()
            .into_iter()
            .fold(RawZip::new(), |zip, (name, bytes)| zip.entry(ZipEntry::file(&name, bytes)));
        zip.finish()
    }

    pub(crate) fn archive_path(&self) -> String {
        format!("/gom-{}-{}.tar.gz", self.version, target())
    }

    pub(crate) fn list_path(&self) -> String {
        format!("/gom-{}-module.txt", self.version)
    }

    pub(crate) fn zip_path(&self) -> String {
        format!("/{MODULE}/@v/v{}.zip", self.version)
    }
}

/// A world with places for releases of gom.
pub(crate) struct Own {
    pub(crate) world: World,
    /// The download base.
    pub(crate) base: Site,
    /// The module proxy of GOPROXY.
    pub(crate) proxy: Site,
}

impl Own {
    /// gom knows the module, the base, the proxy and the checksum database; there is no release yet, and one
    /// toolchain is the default.
    pub(crate) fn new() -> Own {
        let mut world = World::with(&["1.98.1"]);
        world.done(["use", "1.98.1"]);
        let (base, proxy) = (Site::new(), Site::new());
        world.internet.at("/base", &base);
        world.internet.at("/modules", &proxy);
        let (base_url, proxy_url) = (world.internet.url("/base"), world.internet.url("/modules"));
        world.set("GOM_SELF_MODULE", MODULE);
        world.set("GOM_DOWNLOAD_BASE", base_url);
        world.set("GOPROXY", proxy_url);
        Own { world, base, proxy }
    }

    /// The same with one release at all places.
    pub(crate) fn with(version: &str) -> (Own, Release) {
        let own = Own::new();
        let release = Release::new(&own.world, version);
        own.publish(&release);
        (own, release)
    }

    /// Publishes a release at both places, and records it.
    pub(crate) fn publish(&self, release: &Release) {
        self.serve(release);
        self.record(release);
    }

    /// Publishes a release at both places alone.
    pub(crate) fn serve(&self, release: &Release) {
        self.serve_at_base(release);
        let list = self.proxy_list(&[&release.version]);
        self.proxy.route(&format!("/{MODULE}/@v/list"), list);
        self.proxy.route(&release.zip_path(), Route::bytes(release.zip()));
    }

    pub(crate) fn serve_at_base(&self, release: &Release) {
        self.base.route("/gom-latest.txt", Route::ok("text/plain", format!("v{}\n", release.version)));
        self.base.route(&release.list_path(), Route::ok("text/plain", release.list()));
        self.base.route(&release.archive_path(), Route::bytes(&release.files[0].1));
    }

    #[expect(clippy::unused_self, reason = "reads as the others")]
    pub(crate) fn proxy_list(&self, versions: &[&str]) -> Route {
        let lines: Vec<String> = versions.iter().map(|version| format!("v{version}\n")).collect();
        Route::ok("text/plain", lines.concat())
    }

    pub(crate) fn record(&self, release: &Release) {
        let version = format!("v{}", release.version);
        self.world.log.add_with_go_mod(MODULE, &version, &release.h1(), &Release::go_mod());
    }

    /// `gom self update` with these arguments.
    pub(crate) fn update(&self, arguments: &[&str]) -> gom_tests::Run {
        self.world.gom(["self", "update"].iter().chain(arguments))
    }

    /// What the store's gom says of its version.
    pub(crate) fn version(&self) -> String {
        self.world.done(["--version"]).stdout.trim_end().to_owned()
    }

    /// The paths that were requested below `/base` and `/modules`, without the checksum database.
    pub(crate) fn requested(&self) -> Vec<String> {
        let all = self.world.internet.requests().into_iter().map(|request| request.path);
        all.filter(|path| path.starts_with("/base") || path.starts_with("/modules"))
            .filter(|path| !path.contains("/sumdb/"))
            .collect()
    }

    /// Panics unless the old gom and the old go work and nothing new is in `bin`.
    #[track_caller]
    pub(crate) fn assert_unchanged(&self) {
        assert_eq!(self.version(), format!("gom {RUNNING}"));
        let go = self.world.go(["version"]).done();
        assert!(go.stdout.contains("go1.98.1"), "{go}");
        assert_eq!(
            self.bin(),
            ["go -> gom-shim", "go1.98.1 -> gom-shim", "gofmt -> gom-shim", "gom", "gom-shim"]
        );
    }

    pub(crate) fn bin(&self) -> Vec<String> {
        self.world.tree(self.world.store().join("bin"))
    }

    /// A gom in another folder of the home, as a package manager puts it there.
    pub(crate) fn gom_at(&self, folder: &str) -> PathBuf {
        let folder = self.world.home().join(folder);
        fs::create_dir_all(&folder).unwrap();
        for name in ["gom", "gom-shim"] {
            fs::hard_link(self.world.store().join("bin").join(name), folder.join(name)).unwrap();
        }
        folder.join("gom")
    }
}

/// Panics unless a run failed with this code and said this.
#[track_caller]
pub(crate) fn assert_failed(output: &Output, code: i32, said: &str) {
    assert!(output.code == Some(code) && output.stderr.contains(said), "{code}, {said:?} expected\n{output}");
}
