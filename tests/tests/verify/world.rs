//! The world of one test: a go.dev and a module proxy with the same toolchains, a checksum database that
//! has recorded them, and a home with gom.
//!
//! It owns the ways to change what is on the disk and to read what gom says of it. Invariant: toolchains are
//! installed from the module proxy unless a test asks for go.dev.

use gom_tests::{FakeToolchain, NOBODY, Run, TestLog, World, contents};
use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;

/// Versions that no index of gom's knows.
pub(crate) const VERSION: &str = "1.98.1";
pub(crate) const OTHER: &str = "1.98.2";

/// What a test of `gom verify` does in its world.
pub(crate) trait Verifying {
    fn world(&self) -> &World;

    /// A network that publishes two versions; nothing is installed.
    fn published() -> World {
        World::with_log(TestLog::new("sum.test", 1))
    }

    /// The same, with another checksum database.
    fn with_log(log: TestLog) -> World {
        let world = World::by_proxy(FakeToolchain::here(VERSION), log);
        world.publish(&world.toolchain);
        world.publish(&FakeToolchain::here(OTHER));
        world
    }

    /// The same, with the first version installed.
    fn with_installed() -> World {
        let world = World::published();
        world.done(["install", VERSION]);
        world
    }

    /// Installs go.dev's archive, which has also what the checksum database's hash does not cover.
    fn install_from_godev(&self) {
        self.run_from_godev().done();
    }

    /// Installs go.dev's archive while the checksum database can't be reached.
    fn install_pending(&self) {
        self.run_from_godev().env("GOSUMDB", self.world().log.gosumdb(NOBODY)).done();
        assert_eq!(self.world().receipt()["proof"]["kind"], "sha256");
    }

    fn run_from_godev(&self) -> Run {
        self.world().gom(["install", VERSION]).env("GOM_SOURCES", "go.dev")
    }

    /// The GOROOT of the installed toolchain.
    fn goroot(&self) -> PathBuf {
        self.world().sandbox.goroot(&self.world().toolchain.name())
    }

    /// Verifies the installed toolchain without any network: its outcome, and its differences as
    /// `KIND NAME`. Panics unless the exit code fits the outcome.
    #[track_caller]
    fn verify(&self) -> (String, Vec<String>) {
        self.outcome(self.world().gom(["verify", VERSION, "--json", "--offline"]))
    }

    /// What one run of `gom verify --json` about one tree found.
    #[track_caller]
    fn outcome(&self, run: Run) -> (String, Vec<String>) {
        let before = contents(&self.world().store().join("toolchains"));
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
        assert_eq!(contents(&self.world().store().join("toolchains")), before, "a tree was changed");
        let word = |one: &Value| {
            let uncovered = if one["covered"] == true { "" } else { " (not covered)" };
            format!("{} {}{uncovered}", one["kind"].as_str().unwrap(), one["name"].as_str().unwrap())
        };
        (outcome, toolchain["differences"].as_array().unwrap().iter().map(word).collect())
    }

    /// What `gom list` says of the one installed toolchain.
    fn mark(&self) -> String {
        let report = self.world().done(["list", "--json"]).json();
        let mark = report["toolchains"][0]["proof"].as_str().unwrap().to_owned();
        let line = self.world().done(["list"]).stdout;
        assert!(line.split_whitespace().any(|word| word == mark), "{line}");
        mark
    }

    /// Changes the receipt.
    fn forge_receipt(&self, forge: impl FnOnce(&mut Value)) {
        let mut receipt = self.world().receipt();
        forge(&mut receipt);
        fs::write(self.world().receipt_file(), receipt.to_string()).unwrap();
    }

    fn list_file(&self) -> PathBuf {
        self.world().store().join(format!("receipts/{}.files.gz", self.world().toolchain.name()))
    }

    /// The kept list of files: `SHA256  NAME`.
    fn list(&self) -> String {
        let mut text = String::new();
        let bytes = fs::read(self.list_file()).unwrap();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
        text
    }

    /// Writes another list in its place.
    fn forge_list(&self, text: &str) {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(text.as_bytes()).unwrap();
        fs::write(self.list_file(), writer.finish().unwrap()).unwrap();
    }
}

impl Verifying for World {
    fn world(&self) -> &World {
        self
    }
}
