//! The real side: a Go of this machine, with made-up `go1.98.1` programs on PATH as what is installed.
//!
//! It never uses the network, the home or the settings of who runs the test. Invariant: what a made-up program
//! prints is printed by nothing else, so who ran is never guessed.

use crate::case::{Case, FAILS, START};
use crate::ran::Ran;
use gom_tests::Sandbox;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A go command that knows of switching.
pub(crate) struct RealGo {
    goroot: PathBuf,
    version: String,
}

impl RealGo {
    /// The newest release on PATH, if one of 1.21 or newer is there.
    pub(crate) fn newest_on_path() -> Option<RealGo> {
        let path = std::env::var_os("PATH")?;
        let programs = std::env::split_paths(&path).map(|folder| folder.join("go")).filter(|go| go.is_file());
        programs
            .filter_map(|go| RealGo::behind(&go))
            .filter(|real| numbers(&real.version) >= Some(vec![1, 21, 0]))
            .max_by_key(|real| numbers(&real.version))
    }

    /// What a program called `go` really is: it may be a link, or a shim.
    fn behind(go: &Path) -> Option<RealGo> {
        let output =
            Command::new(go).args(["env", "GOROOT", "GOVERSION"]).env("GOTOOLCHAIN", "local").output();
        let answer = String::from_utf8(output.ok()?.stdout).ok()?;
        let (goroot, version) = answer.trim_end().split_once('\n')?;
        Some(RealGo { goroot: goroot.into(), version: version.strip_prefix("go")?.to_owned() })
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// Its tree.
    pub(crate) fn goroot(&self) -> &Path {
        &self.goroot
    }

    /// Its own `go.env`.
    pub(crate) fn go_env(&self) -> Option<String> {
        std::fs::read_to_string(self.goroot.join("go.env")).ok()
    }

    /// Which toolchain it runs.
    pub(crate) fn run(&self, case: &Case) -> Ran {
        let sandbox = Sandbox::bare();
        let env = case.set_up(&sandbox.work(), &self.version);
        let programs = sandbox.home().join("programs");
        for version in case.installed.iter().chain(case.on_path) {
            made_up(&programs, version);
        }
        let run = sandbox
            .command(self.goroot.join("bin/go"), case.argv.split_whitespace())
            .cwd(sandbox.work().join(case.dir))
            .env("PATH", &programs)
            .env("GOPROXY", "off")
            .env("GODEBUG", "toolchaintrace=1");
        let output = env.iter().fold(run, |run, (key, value)| run.env(key, value)).run();
        let made_up = output.stdout.strip_prefix("made-up ").map(|version| version.trim_end().to_owned());
        let is_start = output.code == Some(0) || output.stderr.contains("go: using local toolchain ");
        let choice = made_up.unwrap_or_else(|| if is_start { START } else { FAILS }.to_owned());
        Ran { choice, said: output.to_string() }
    }
}

/// A program that stands for a toolchain of that version.
pub(crate) fn made_up(folder: &Path, version: &str) {
    let program = folder.join(format!("go{version}"));
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(&program, format!("#!/bin/sh\necho 'made-up {version}'\n")).unwrap();
    std::fs::set_permissions(program, PermissionsExt::from_mode(0o755)).unwrap();
}

/// The numbers of a release; `None` for a prerelease and for a version of somebody's own.
fn numbers(version: &str) -> Option<Vec<u32>> {
    version.split('.').map(|part| part.parse().ok()).collect()
}
