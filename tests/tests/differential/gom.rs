//! gom's side: its shim with a store that holds made-up toolchains, the starting one as the default.
//!
//! It never installs for one row alone: rows with the same toolchains share a store, each in a folder of its
//! own. Invariant: nothing of a row is left in the store.

use crate::case::{Case, FAILS, START};
use crate::ran::Ran;
use crate::real_go::made_up;
use gom_tests::{FakeToolchain, World};
use std::collections::BTreeMap;

/// gom with stores for all rows.
pub(crate) struct Gom {
    start: FakeToolchain,
    worlds: BTreeMap<&'static [&'static str], World>,
    rows: usize,
}

impl Gom {
    /// The starting toolchain has this version, and this `go.env` if one is given.
    pub(crate) fn starting_with(version: &str, go_env: Option<String>) -> Gom {
        let start = FakeToolchain::here(version);
        let start = match go_env {
            Some(text) => start.file("go.env", text),
            None => start,
        };
        Gom { start, worlds: BTreeMap::new(), rows: 0 }
    }

    /// Which toolchain the shim runs.
    pub(crate) fn run(&mut self, case: &Case) -> Ran {
        self.rows += 1;
        let world = self.worlds.entry(case.installed).or_insert_with(|| world(&self.start, case.installed));
        let work = world.work().join(self.rows.to_string());
        let env = case.set_up(&work, self.start.version());
        let others = world.home().join(format!("programs-{}", self.rows));
        case.on_path.iter().for_each(|version| made_up(&others, version));
        let run = world
            .go(case.argv.split_whitespace())
            .cwd(work.join(case.dir))
            .env("PATH", format!("{}:{}", world.path(), others.display()));
        let output = env.iter().fold(run, |run, (key, value)| run.env(key, value)).run();
        // A made-up toolchain begins all it says with its version.
        let words = ["go version go", "go "].iter().find_map(|start| output.stdout.strip_prefix(start));
        let version =
            words.and_then(|words| words.split([' ', ':']).next()).filter(|_| output.code == Some(0));
        let choice = match version {
            Some(version) if version == self.start.version() => START,
            Some(version) => version,
            None => FAILS,
        };
        Ran { choice: choice.to_owned(), said: output.to_string() }
    }
}

fn world(start: &FakeToolchain, installed: &[&str]) -> World {
    let world = World::publishing(installed);
    world.publish(start);
    // `1.20` alone is a line for gom; the release of that name is written with its zero.
    let releases = installed.iter().map(|version| if *version == "1.20" { "1.20.0" } else { version });
    world.done(["install", start.version()].into_iter().chain(releases));
    world.done(["use", start.version()]);
    world
}
