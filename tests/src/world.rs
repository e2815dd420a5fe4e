//! The world of one test: every place that Go toolchains come from, a checksum database that has recorded
//! them, and a home with gom.
//!
//! Owns: the places, what is published at all of them, and the programs on PATH. What one kind of test needs
//! besides is in that test's folder, as a trait on [`World`]. Invariant: a place that no setting names and no
//! test opened is never reached, and everything published is proven by the test's own checksum database.

use crate::godev::{GoDev, Mirror};
use crate::internet::Internet;
use crate::modproxy::ModProxy;
use crate::sandbox::{Output, Run, Sandbox};
use crate::sumdb::TestLog;
use crate::toolchain::FakeToolchain;
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::ops::{Deref, DerefMut};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

/// A platform that no test machine has.
pub const FOREIGN: &str = "windows-arm64";

/// Port 1 of this machine, where nothing listens.
pub const NOBODY: &str = "http://127.0.0.1:1";

/// The world of one test; see the module's documentation.
pub struct World {
    /// The home, the working folder and the environment.
    pub sandbox: Sandbox,
    /// The toolchain that a test of a single toolchain uses.
    pub toolchain: FakeToolchain,
    /// go.dev, once [`World::open_go_dev`] was called.
    pub godev: GoDev,
    /// The mirror at `/mirror` of [`Internet::url`].
    pub mirror: Mirror,
    /// The module proxy at `/proxy`.
    pub proxy: ModProxy,
    /// The checksum database at `/sumdb`.
    pub log: TestLog,
    /// Dropped last, so that no program loses its network while it runs.
    pub internet: Internet,
}

impl World {
    /// Makes a world in which every place serves, nothing is published, and gom knows none of the places.
    pub fn of(toolchain: FakeToolchain, log: TestLog) -> World {
        let (internet, mirror, proxy) = (Internet::new(), Mirror::new(), ModProxy::new());
        internet.at("/mirror", mirror.site());
        internet.at("/proxy", proxy.site());
        internet.at("/sumdb", &log.site());
        let sandbox = Sandbox::on(&internet);
        World { sandbox, toolchain, godev: GoDev::new(), mirror, proxy, log, internet }
    }

    /// Makes a world in which gom knows only the module proxy and the checksum database, which publish these
    /// versions for this machine; nothing is installed. PATH is the store, then a folder with the few tools
    /// that fake programs need, so that a Go of the machine is never found.
    pub fn publishing(versions: &[&str]) -> World {
        let toolchain = FakeToolchain::here(versions.first().unwrap_or(&"1.99.0"));
        let mut world = World::of(toolchain, TestLog::new("sum.example.test", 7));
        world.use_proxy();
        let tools = world.home().join("tools");
        fs::create_dir(&tools).expect("making a folder");
        for tool in ["sh", "cat", "env"] {
            let places = ["/bin", "/usr/bin"].map(|folder| Path::new(folder).join(tool));
            let program = places.iter().find(|place| place.exists()).expect("a tool of every system");
            symlink(program, tools.join(tool)).expect("linking a tool");
        }
        let path = world.path();
        world.set("PATH", path);
        for version in versions {
            world.publish(&FakeToolchain::here(version));
        }
        world
    }

    /// Like [`World::publishing`], with these versions installed and no default set.
    pub fn with(versions: &[&str]) -> World {
        let world = World::publishing(versions);
        if !versions.is_empty() {
            world.done(["install"].iter().chain(versions));
            fs::remove_file(world.store().join("default")).expect("the first install sets a default");
        }
        world
    }

    /// Makes a world in which go.dev answers, and archives come from the module proxy unless a test asks for
    /// another place.
    pub fn by_proxy(toolchain: FakeToolchain, log: TestLog) -> World {
        let mut world = World::of(toolchain, log);
        world.open_go_dev();
        world.use_proxy();
        world.set("GOM_SOURCES", "proxy");
        world
    }

    /// Makes go.dev, golang.google.cn and dl.google.com answer.
    pub fn open_go_dev(&self) {
        self.godev.online(&self.internet);
    }

    /// Sets GOPROXY and GOSUMDB to the servers of this world.
    pub fn use_proxy(&mut self) {
        let (proxy, log) = (self.internet.url("/proxy"), self.log.gosumdb(&self.internet.url("/sumdb")));
        self.set("GOPROXY", proxy);
        self.set("GOSUMDB", log);
    }

    /// Publishes a toolchain at every place, and records it.
    pub fn publish(&self, toolchain: &FakeToolchain) {
        self.republish(toolchain);
        self.log.publish(toolchain);
    }

    /// Publishes a toolchain at every place, replacing one of the same name, but not in the checksum
    /// database.
    pub fn republish(&self, toolchain: &FakeToolchain) {
        self.forget_lists();
        self.godev.publish(toolchain);
        self.mirror.publish(toolchain);
        self.proxy.publish(toolchain);
    }

    /// Removes gom's cached lists of releases, so that it requests them at once and not only after minutes.
    pub fn forget_lists(&self) {
        for cache in [".cache/gom/index", "Library/Caches/gom/index"] {
            let list = self.home().join(cache);
            assert!(!list.exists() || fs::remove_dir_all(list).is_ok(), "an old list stays");
        }
    }

    /// Runs gom with these arguments, and returns exit code, standard output and standard error, redacted.
    pub fn say<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> String {
        self.shown(self.gom(arguments))
    }

    /// Runs a program, and returns the same for it.
    pub fn shown(&self, run: Run) -> String {
        run.run().snapshot(&self.sandbox)
    }

    /// Runs gom, which must succeed.
    #[track_caller]
    pub fn done<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Output {
        self.gom(arguments).done()
    }

    /// Prepares a run of gom in which the checksum database can't be reached.
    pub fn without_log<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        self.gom(arguments).env("GOSUMDB", self.log.gosumdb(NOBODY))
    }

    /// Prepares a run of this store's `go` with the PATH of this world.
    pub fn go<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        self.linked("go", arguments)
    }

    /// Prepares a run of any link in the store's `bin`.
    pub fn linked<A: AsRef<OsStr>>(&self, name: &str, arguments: impl IntoIterator<Item = A>) -> Run {
        self.command(self.store().join("bin").join(name), arguments)
    }

    /// Returns PATH with this folder first.
    pub fn path_after(&self, first: &Path) -> String {
        format!("{}:{}", first.display(), self.path())
    }

    /// PATH as [`World::publishing`] sets it: the store, then the tools.
    pub fn path(&self) -> String {
        format!("{}:{}", self.store().join("bin").display(), self.home().join("tools").display())
    }

    /// Makes a folder in the home with a program that prints its name, arguments and GOROOT.
    pub fn other_program(&self, folder: &str, name: &str) -> PathBuf {
        let folder = self.home().join(folder);
        fs::create_dir_all(&folder).expect("making a folder");
        let script = "#!/bin/sh\necho \"$0: $*, GOROOT=${GOROOT-(unset)}\"\n";
        fs::write(folder.join(name), script).expect("writing a program");
        fs::set_permissions(folder.join(name), PermissionsExt::from_mode(0o755)).expect("a mode");
        folder
    }

    /// The names of the installed toolchains.
    pub fn installed(&self) -> Vec<String> {
        let entries = fs::read_dir(self.store().join("toolchains")).expect("the store's toolchains");
        let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
        let mut names: Vec<String> = entries.map(|entry| name(entry.expect("an entry"))).collect();
        names.sort();
        names.into_iter().map(|name| self.redact(&name)).collect()
    }

    /// Reads a file below the working folder.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.work().join(path)).expect("a file of text")
    }

    /// The store's default.
    pub fn default(&self) -> String {
        fs::read_to_string(self.store().join("default")).expect("a default")
    }

    /// The receipt of [`World::toolchain`].
    pub fn receipt(&self) -> Value {
        let receipt = fs::read(self.receipt_file()).expect("a receipt");
        serde_json::from_slice(&receipt).expect("a receipt of JSON")
    }

    /// The file of the receipt.
    pub fn receipt_file(&self) -> PathBuf {
        self.store().join(format!("receipts/{}.json", self.toolchain.name()))
    }

    /// The number of archives that were requested.
    pub fn fetched(&self) -> usize {
        let is_archive = |path: &str| [".tar.gz", ".zip"].iter().any(|ending| path.ends_with(ending));
        self.internet.requests().iter().filter(|request| is_archive(&request.path)).count()
    }
}

impl Deref for World {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.sandbox
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut Sandbox {
        &mut self.sandbox
    }
}
