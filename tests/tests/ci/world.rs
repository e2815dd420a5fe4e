//! The world of one job: a go.dev and a module proxy with the same toolchains, a checksum database, a home with
//! gom, and the files by which GitHub's runner passes things to later steps.
//!
//! It owns how a later step is run. Invariant: toolchains come from the module proxy unless a test asks for
//! go.dev, and no Go of the machine is on PATH.

use gom_tests::{FakeToolchain, Output, Run, TestLog, World};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// Versions that no index of gom's knows: two patches of a line, and one of the line before.
pub(crate) const NEW: &str = "1.98.2";
pub(crate) const OLD: &str = "1.98.1";
pub(crate) const BEFORE: &str = "1.97.5";

/// What a test of `gom ci` does in its world.
pub(crate) trait CiJob {
    fn world(&self) -> &World;

    /// A network that publishes three versions; nothing is installed, and CI is not set.
    fn published() -> World {
        let world = World::by_proxy(toolchain(NEW), TestLog::new("sum.test", 1));
        for version in [BEFORE, OLD, NEW] {
            world.publish(&toolchain(version));
        }
        world
    }

    /// The same in a job of GitHub's.
    fn github() -> World {
        let mut world = World::published();
        let runner = world.home().join("runner");
        fs::create_dir_all(&runner).unwrap();
        world.set("GITHUB_ACTIONS", "true");
        world.set("RUNNER_TEMP", &runner);
        for name in ["PATH", "ENV", "OUTPUT", "STEP_SUMMARY"] {
            world.set(format!("GITHUB_{name}"), runner.join(name));
        }
        world
    }

    /// `gom ci setup` with these arguments, which must succeed.
    #[track_caller]
    fn setup(&self, arguments: &[&str]) -> Output {
        self.world().done(["ci", "setup"].iter().chain(arguments))
    }

    /// The same with `--json`: the whole object.
    #[track_caller]
    fn setup_json(&self, arguments: &[&str]) -> Value {
        self.setup(&[arguments, &["--json"]].concat()).json()
    }

    /// What one of GitHub's files holds, redacted.
    fn runner_file(&self, name: &str) -> String {
        let file = self.world().home().join("runner").join(name);
        self.world().redact(&fs::read_to_string(file).unwrap_or_default())
    }

    /// A later step of GitHub's job: the lines of its PATH file each at the front, and its variables.
    fn step(&self, script: &str) -> Run {
        let read = |name: &str| {
            fs::read_to_string(self.world().home().join("runner").join(name)).unwrap_or_default()
        };
        let added = read("PATH");
        let folders: Vec<&str> = added.lines().rev().collect();
        let shims = self.world().store().join("bin");
        let path = [folders.join(":"), shims.display().to_string(), "/usr/bin:/bin".to_owned()].join(":");
        let run = self.world().command("/bin/sh", ["-ec", script]).env("PATH", path);
        read("ENV").lines().fold(run, |run, line| {
            let (name, value) = line.split_once('=').unwrap();
            run.env(name, value)
        })
    }

    /// What a later step says.
    #[track_caller]
    fn step_says(&self, script: &str) -> String {
        self.world().redact(&self.step(script).done().stdout)
    }

    /// The GOROOT of a version in the store.
    fn in_store(&self, version: &str) -> PathBuf {
        self.world().goroot(&toolchain(version).name())
    }
}

impl CiJob for World {
    fn world(&self) -> &World {
        self
    }
}

/// Puts a toolchain into a runner's tool cache, and returns its GOROOT there.
pub(crate) fn with_tool(world: &mut World, toolchain: &FakeToolchain) -> PathBuf {
    let tools = world.home().join("tools");
    let arch = match toolchain.platform().split_once('-').unwrap().1 {
        "amd64" => "x64".to_owned(),
        "386" => "x86".to_owned(),
        other => other.to_owned(),
    };
    let version = tools.join("go").join(toolchain.version());
    toolchain.lay_out(&version.join(&arch));
    fs::write(version.join(format!("{arch}.complete")), "").unwrap();
    world.set("RUNNER_TOOL_CACHE", &tools);
    version.join(arch)
}

/// A toolchain for this machine whose go program has a build id, as every real one has.
pub(crate) fn toolchain(version: &str) -> FakeToolchain {
    let plain = FakeToolchain::here(version);
    let mut program = plain.files()["bin/go"].clone();
    program.extend(b"exit 0\n\xff Go build ID: \"");
    program.extend(format!("id-of-{version}").as_bytes());
    program.extend(b"\"\n \xff\n");
    plain.file("bin/go", program)
}
