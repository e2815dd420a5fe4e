//! Described hosts, and a home with gom and made-up toolchains.
//!
//! The facts in `hosts/` are written by hand, after real machines of that kind; none was recorded on one, and no test
//! writes them. The workflow's Mac job saves real ones as an artifact.

use gom_tests::{FakeToolchain, Output, Sandbox, TestLog, World};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The described hosts' files.
pub(crate) fn host_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/doctor/hosts").join(format!("{name}.json"))
}

/// The names of all described hosts.
pub(crate) fn hosts() -> Vec<String> {
    let entries = std::fs::read_dir(host_file("x").parent().unwrap()).unwrap();
    let name =
        |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().path().file_stem().unwrap().to_owned();
    let mut names: Vec<String> = entries.map(|entry| name(entry).into_string().unwrap()).collect();
    names.sort();
    names
}

/// What gom says of a described host, as JSON.
pub(crate) fn judged(sandbox: &Sandbox, host: &str) -> Value {
    let file = host_file(host);
    let output = sandbox.gom(["doctor", "--json", "--facts", file.to_str().unwrap()]).run();
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{host}: {error}\n{output}"))
}

/// Every finding of a diagnosis.
pub(crate) fn findings(diagnosis: &Value) -> Vec<&Value> {
    let causes = diagnosis["causes"].as_array().unwrap();
    causes.iter().flat_map(|cause| cause["findings"].as_array().unwrap()).collect()
}

/// A field of each, as text.
pub(crate) fn texts<'a>(values: &[&'a Value], field: &str) -> Vec<&'a str> {
    values.iter().map(|value| value[field].as_str().unwrap()).collect()
}

/// What a test of `gom doctor` does in its world.
pub(crate) trait Doctored {
    fn world(&self) -> &World;

    /// A home with toolchains from go.dev installed and gom's folder on PATH: all is well in it.
    fn healthy(versions: &[&str]) -> World {
        let toolchain = FakeToolchain::here(versions[0]);
        let mut world = World::of(toolchain, TestLog::new("sum.test", 1));
        for version in versions {
            world.publish(&FakeToolchain::here(version));
        }
        world.open_go_dev();
        let path = format!("{}:/usr/bin:/bin", world.store().join("bin").display());
        world.set("PATH", path);
        world.set("SHELL", "/bin/bash");
        // Nothing here outlives the test.
        world.set("GOM_SYNC", "never");
        world.done(["install"].iter().chain(versions));
        world.done(["use", versions[0]]);
        world
    }

    /// A program below the home folder.
    fn program(&self, path: &str, script: &str) -> PathBuf {
        let file = self.world().write_home(path, format!("#!/bin/sh\n{script}\n"));
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o755)).unwrap();
        file
    }

    /// The text of a file below the home folder.
    fn read_home(&self, path: &str) -> String {
        std::fs::read_to_string(self.world().home().join(path)).unwrap()
    }

    /// What the doctor says, with these arguments.
    fn doctor(&self, arguments: &[&str]) -> Output {
        self.world().gom([&["doctor"], arguments].concat()).run()
    }

    /// Every finding worse than a note, by its check's id.
    fn troubles(&self) -> Vec<String> {
        let diagnosis = self.doctor(&["--json"]).json();
        let bad = findings(&diagnosis).into_iter().filter(|finding| finding["severity"] != "note");
        texts(&bad.collect::<Vec<_>>(), "id").into_iter().map(str::to_owned).collect()
    }
}

impl Doctored for World {
    fn world(&self) -> &World {
        self
    }
}
