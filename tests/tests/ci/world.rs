//! The world of one job: a go.dev and a module proxy with the same toolchains, a checksum database, a home with
//! gom, and the files by which GitHub's runner passes things to later steps.
//!
//! It owns how a later step is run. Invariant: toolchains come from the module proxy unless a test asks for
//! go.dev, and no Go of the machine is on PATH.

use gom_tests::{FakeToolchain, GoDev, Internet, ModProxy, Output, Run, Sandbox, TestLog};
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};

/// Versions that no index of gom's knows: two patches of a line, and one of the line before.
pub(crate) const NEW: &str = "1.98.2";
pub(crate) const OLD: &str = "1.98.1";
pub(crate) const BEFORE: &str = "1.97.5";

/// Port 1 of this machine: nobody listens there.
const NOBODY: &str = "http://127.0.0.1:1";

/// See the module's words.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) log: TestLog,
    godev: GoDev,
    proxy: ModProxy,
    // Dropped last, so that no program loses its network while it runs.
    pub(crate) internet: Internet,
}

impl World {
    /// A network that publishes three versions; nothing is installed, and this is no CI.
    pub(crate) fn new() -> World {
        let (internet, godev, proxy) = (Internet::new(), GoDev::new(), ModProxy::new());
        let log = TestLog::new("sum.test", 1);
        godev.online(&internet);
        internet.at("/proxy", proxy.site());
        internet.at("/sumdb", &log.site());
        let mut sandbox = Sandbox::on(&internet);
        sandbox.set("GOPROXY", internet.url("/proxy"));
        sandbox.set("GOSUMDB", log.gosumdb(&internet.url("/sumdb")));
        sandbox.set("GOM_SOURCES", "proxy");
        let world = World { sandbox, log, godev, proxy, internet };
        for version in [BEFORE, OLD, NEW] {
            world.publish(&toolchain(version));
        }
        world
    }

    /// The same in a job of GitHub's.
    pub(crate) fn github() -> World {
        let mut world = World::new();
        let runner = world.home().join("runner");
        fs::create_dir_all(&runner).unwrap();
        world.set("GITHUB_ACTIONS", "true");
        world.set("RUNNER_TEMP", &runner);
        for name in ["PATH", "ENV", "OUTPUT", "STEP_SUMMARY"] {
            world.set(format!("GITHUB_{name}"), runner.join(name));
        }
        world
    }

    pub(crate) fn publish(&self, toolchain: &FakeToolchain) {
        self.godev.publish(toolchain);
        self.proxy.publish(toolchain);
        self.log.publish(toolchain);
    }

    /// The same command, while nobody answers for the checksum database.
    pub(crate) fn without_log<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        self.gom(arguments).env("GOSUMDB", self.log.gosumdb(NOBODY))
    }

    /// `gom ci setup` with these arguments, which must succeed.
    #[track_caller]
    pub(crate) fn setup(&self, arguments: &[&str]) -> Output {
        done(self.gom(["ci", "setup"].iter().chain(arguments)))
    }

    /// The same with `--json`: the whole object.
    #[track_caller]
    pub(crate) fn setup_json(&self, arguments: &[&str]) -> Value {
        self.setup(&[arguments, &["--json"]].concat()).json()
    }

    /// What one of GitHub's files holds, redacted.
    pub(crate) fn runner_file(&self, name: &str) -> String {
        let file = self.home().join("runner").join(name);
        self.redact(&fs::read_to_string(file).unwrap_or_default())
    }

    /// A later step of GitHub's job: the lines of its PATH file each at the front, and its variables.
    pub(crate) fn step(&self, script: &str) -> Run {
        let read = |name: &str| fs::read_to_string(self.home().join("runner").join(name)).unwrap_or_default();
        let added = read("PATH");
        let folders: Vec<&str> = added.lines().rev().collect();
        let shims = self.store().join("bin");
        let path = [folders.join(":"), shims.display().to_string(), "/usr/bin:/bin".to_owned()].join(":");
        let run = self.command("/bin/sh", ["-ec", script]).env("PATH", path);
        read("ENV").lines().fold(run, |run, line| {
            let (name, value) = line.split_once('=').unwrap();
            run.env(name, value)
        })
    }

    /// What a later step says.
    #[track_caller]
    pub(crate) fn step_says(&self, script: &str) -> String {
        self.redact(&done(self.step(script)).stdout)
    }

    /// How many archives were fetched.
    pub(crate) fn fetched(&self) -> usize {
        let is_archive = |path: &str| {
            Path::new(path).extension().is_some_and(|extension| extension == "zip" || extension == "gz")
        };
        self.internet.requests().iter().filter(|request| is_archive(&request.path)).count()
    }

    /// The GOROOT of a version in the store.
    pub(crate) fn in_store(&self, version: &str) -> PathBuf {
        self.goroot(&toolchain(version).name())
    }

    /// Puts a toolchain into a runner's tool cache, and returns its GOROOT there.
    pub(crate) fn with_tool(&mut self, toolchain: &FakeToolchain) -> PathBuf {
        let tools = self.home().join("tools");
        let arch = match toolchain.platform().split_once('-').unwrap().1 {
            "amd64" => "x64".to_owned(),
            "386" => "x86".to_owned(),
            other => other.to_owned(),
        };
        let version = tools.join("go").join(toolchain.version());
        lay_out(toolchain, &version.join(&arch));
        fs::write(version.join(format!("{arch}.complete")), "").unwrap();
        self.set("RUNNER_TOOL_CACHE", &tools);
        version.join(arch)
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

/// A toolchain for this machine whose go program has a build id, as every real one has.
pub(crate) fn toolchain(version: &str) -> FakeToolchain {
    let plain = FakeToolchain::here(version);
    let mut program = plain.files()["bin/go"].clone();
    program.extend(b"exit 0\n\xff Go build ID: \"");
    program.extend(format!("id-of-{version}").as_bytes());
    program.extend(b"\"\n \xff\n");
    plain.file("bin/go", program)
}

/// Writes the files of a toolchain below a folder, as any archive program would.
fn lay_out(toolchain: &FakeToolchain, dir: &Path) {
    use std::os::unix::fs::PermissionsExt;
    for (name, content) in toolchain.files() {
        let file = dir.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, content).unwrap();
        fs::set_permissions(&file, PermissionsExt::from_mode(0o755)).unwrap();
    }
}

#[track_caller]
pub(crate) fn done(run: Run) -> Output {
    let output = run.run();
    assert_eq!(output.code, Some(0), "{output}");
    output
}
