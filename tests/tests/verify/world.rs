//! The world of one test: a go.dev and a module proxy with the same toolchains, a checksum database that
//! has recorded them, and a home with gom.
//!
//! It owns the ways to change what is on the disk and to read what gom says of it. Invariant: toolchains are
//! installed from the module proxy unless a test asks for go.dev.

use gom_tests::{FakeToolchain, GoDev, Internet, ModProxy, Output, Run, Sandbox, TestLog};
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};

/// Versions that no index of gom's knows.
pub(crate) const VERSION: &str = "1.98.1";
pub(crate) const OTHER: &str = "1.98.2";

/// Port 1 of this machine: nobody listens there.
const NOBODY: &str = "http://127.0.0.1:1";

/// See the module's words.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) toolchain: FakeToolchain,
    pub(crate) log: TestLog,
    godev: GoDev,
    proxy: ModProxy,
    // Dropped last, so that no program loses its network while it runs.
    pub(crate) internet: Internet,
}

impl World {
    /// A network that publishes two versions; nothing is installed.
    pub(crate) fn new() -> World {
        World::with_log(TestLog::new("sum.test", 1))
    }

    /// The same, with another checksum database.
    pub(crate) fn with_log(log: TestLog) -> World {
        let (internet, godev, proxy) = (Internet::new(), GoDev::new(), ModProxy::new());
        godev.online(&internet);
        internet.at("/proxy", proxy.site());
        internet.at("/sumdb", &log.site());
        let mut sandbox = Sandbox::on(&internet);
        sandbox.set("GOPROXY", internet.url("/proxy"));
        sandbox.set("GOSUMDB", log.gosumdb(&internet.url("/sumdb")));
        sandbox.set("GOM_SOURCES", "proxy");
        let toolchain = FakeToolchain::here(VERSION);
        let world = World { sandbox, toolchain, log, godev, proxy, internet };
        world.publish(&world.toolchain);
        world.publish(&FakeToolchain::here(OTHER));
        world
    }

    /// The same, with the first version installed.
    pub(crate) fn installed() -> World {
        let world = World::new();
        done(world.gom(["install", VERSION]));
        world
    }

    pub(crate) fn publish(&self, toolchain: &FakeToolchain) {
        self.republish(toolchain);
        self.log.publish(toolchain);
    }

    /// Puts another toolchain of the same name at every place, but not into the checksum database.
    pub(crate) fn republish(&self, toolchain: &FakeToolchain) {
        self.godev.publish(toolchain);
        self.proxy.publish(toolchain);
    }

    /// Installs go.dev's archive, which has also what the checksum database's hash does not cover.
    pub(crate) fn install_install_from_godev(&self) {
        done(self.install_from_godev());
    }

    /// Installs go.dev's archive while nobody answers for the checksum database.
    pub(crate) fn install_pending(&self) {
        done(self.install_from_godev().env("GOSUMDB", self.log.gosumdb(NOBODY)));
        assert_eq!(self.receipt()["proof"]["kind"], "sha256");
    }

    pub(crate) fn install_from_godev(&self) -> Run {
        self.gom(["install", VERSION]).env("GOM_SOURCES", "go.dev")
    }

    /// The same command, while nobody answers for the checksum database.
    pub(crate) fn without_log<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        self.gom(arguments).env("GOSUMDB", self.log.gosumdb(NOBODY))
    }

    /// The GOROOT of the installed toolchain.
    pub(crate) fn goroot(&self) -> PathBuf {
        self.sandbox.goroot(&self.toolchain.name())
    }

    /// Verifies the installed toolchain without any network: its outcome, and its differences as
    /// `KIND NAME`. Panics unless the exit code fits the outcome.
    #[track_caller]
    pub(crate) fn verify(&self) -> (String, Vec<String>) {
        self.outcome(self.gom(["verify", VERSION, "--json", "--offline"]))
    }

    /// What one run of `gom verify --json` about one tree found.
    #[track_caller]
    pub(crate) fn outcome(&self, run: Run) -> (String, Vec<String>) {
        let before = contents(&self.sandbox.store().join("toolchains"));
        let output = run.run();
        let report = output.json();
        let [toolchain] = report["toolchains"].as_array().unwrap().as_slice() else {
            panic!("not one toolchain\n{output}");
        };
        let outcome = toolchain["outcome"].as_str().unwrap().to_owned();
        let code = match outcome.as_str() {
            "proven" => 0,
            "pending" => 4,
            "log-off" => 1,
            _ => 5,
        };
        assert_eq!(output.code, Some(code), "{output}");
        assert_eq!(report["error"].is_null(), code == 0, "{output}");
        assert_eq!(contents(&self.sandbox.store().join("toolchains")), before, "a tree was changed");
        let word = |one: &Value| {
            let uncovered = if one["covered"] == true { "" } else { " (not covered)" };
            format!("{} {}{uncovered}", one["kind"].as_str().unwrap(), one["name"].as_str().unwrap())
        };
        (outcome, toolchain["differences"].as_array().unwrap().iter().map(word).collect())
    }

    /// What `gom list` says of the one installed toolchain.
    pub(crate) fn mark(&self) -> String {
        let report = done(self.gom(["list", "--json"])).json();
        let mark = report["toolchains"][0]["proof"].as_str().unwrap().to_owned();
        let line = done(self.gom(["list"])).stdout;
        assert!(line.split_whitespace().any(|word| word == mark), "{line}");
        mark
    }

    pub(crate) fn receipt_file(&self) -> PathBuf {
        self.sandbox.store().join(format!("receipts/{}.json", self.toolchain.name()))
    }

    pub(crate) fn receipt(&self) -> Value {
        serde_json::from_slice(&fs::read(self.receipt_file()).unwrap()).unwrap()
    }

    /// Changes the receipt.
    pub(crate) fn forge_receipt(&self, forge: impl FnOnce(&mut Value)) {
        let mut receipt = self.receipt();
        forge(&mut receipt);
        fs::write(self.receipt_file(), receipt.to_string()).unwrap();
    }

    pub(crate) fn list_file(&self) -> PathBuf {
        self.sandbox.store().join(format!("receipts/{}.files.gz", self.toolchain.name()))
    }

    /// The kept list of files: `SHA256  NAME`.
    pub(crate) fn list(&self) -> String {
        let mut text = String::new();
        let bytes = fs::read(self.list_file()).unwrap();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
        text
    }

    /// Writes another list in its place.
    pub(crate) fn forge_list(&self, text: &str) {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(text.as_bytes()).unwrap();
        fs::write(self.list_file(), writer.finish().unwrap()).unwrap();
    }

    /// Which zips and archives were fetched.
    pub(crate) fn fetched(&self) -> usize {
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

/// Writes the files of a toolchain below a folder, as any archive program would.
pub(crate) fn lay_out(toolchain: &FakeToolchain, dir: &Path) {
    for (name, content) in toolchain.files() {
        let file = dir.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }
}

/// The files and links below a folder, each with what it holds.
fn contents(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().map(Result::unwrap) {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            found.extend(contents(&entry.path()));
        } else if kind.is_symlink() {
            let target = fs::read_link(entry.path()).unwrap();
            found.push((entry.path(), target.into_os_string().into_encoded_bytes()));
        } else {
            found.push((entry.path(), fs::read(entry.path()).unwrap()));
        }
    }
    found.sort();
    found
}

/// Runs what must succeed.
#[track_caller]
pub(crate) fn done(run: Run) -> Output {
    let output = run.run();
    assert_eq!(output.code, Some(0), "{output}");
    output
}
