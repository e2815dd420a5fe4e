//! Described hosts, and a home with gom and made-up toolchains.
//!
//! The facts in `hosts/` are described by hand, after what such machines look like; none was recorded on one, and no
//! test writes them. The workflow's Mac job saves real ones as an artifact.

use gom_tests::{FakeToolchain, GoDev, Internet, Output, Sandbox};
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

/// A home with toolchains installed and gom's folder on PATH: all is well in it.
pub(crate) struct Home {
    pub(crate) sandbox: Sandbox,
    // Dropped last, so that no program loses its network while it runs.
    _internet: Internet,
}

impl Home {
    pub(crate) fn with(versions: &[&str]) -> Home {
        let (internet, godev) = (Internet::new(), GoDev::new());
        for version in versions {
            godev.publish(&FakeToolchain::here(version));
        }
        godev.online(&internet);
        let mut sandbox = Sandbox::on(&internet);
        let path = format!("{}:/usr/bin:/bin", sandbox.store().join("bin").display());
        sandbox.set("PATH", path);
        sandbox.set("SHELL", "/bin/bash");
        // Nothing here outlives the test.
        sandbox.set("GOM_SYNC", "never");
        let home = Home { sandbox, _internet: internet };
        for version in versions {
            home.done(&["install", version]);
        }
        home.done(&["use", versions[0]]);
        home
    }

    /// Runs gom, which must succeed.
    pub(crate) fn done(&self, arguments: &[&str]) -> Output {
        let output = self.sandbox.gom(arguments).run();
        assert_eq!(output.code, Some(0), "{output}");
        output
    }

    /// A file below the home folder.
    pub(crate) fn write(&self, path: &str, text: &str) -> PathBuf {
        let file = self.sandbox.home().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
        file
    }

    /// A program below the home folder.
    pub(crate) fn program(&self, path: &str, script: &str) -> PathBuf {
        let file = self.write(path, &format!("#!/bin/sh\n{script}\n"));
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o755)).unwrap();
        file
    }

    /// The text of a file below the home folder.
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.sandbox.home().join(path)).unwrap()
    }

    /// What the doctor says, with these arguments.
    pub(crate) fn doctor(&self, arguments: &[&str]) -> Output {
        self.sandbox.gom([&["doctor"], arguments].concat()).run()
    }

    /// Every finding worse than a note, by its check's id.
    pub(crate) fn troubles(&self) -> Vec<String> {
        let output = self.doctor(&["--json"]);
        let diagnosis: Value = serde_json::from_str(&output.stdout).unwrap();
        let bad = findings(&diagnosis).into_iter().filter(|finding| finding["severity"] != "note");
        texts(&bad.collect::<Vec<_>>(), "id").into_iter().map(str::to_owned).collect()
    }
}
