//! One row of the tables: a project, settings, a command line, and what runs.
//!
//! It owns the placeholders that rows use, for what is only known when the test runs. Invariant: a row is
//! plain data; it says nothing about how either side is asked.

use std::fmt;
use std::path::Path;

/// [`Case::runs`]: the toolchain that was started, whichever version it is.
pub(crate) const START: &str = "the starting toolchain";
/// [`Case::runs`]: nothing runs, because Go stops with an error before any command.
pub(crate) const FAILS: &str = "nothing, with an error of Go's";

/// Toolchains besides the starting one that most rows have: one too old to know of switching, a line with
/// several patches, and a prerelease.
const INSTALLED: &[&str] = &["1.19.13", "1.20", "1.98.0", "1.98.1", "1.98.4", "1.99rc1", "1.99.2"];

/// Pairs: a file and its content, or a variable and its value.
pub(crate) type Pairs = &'static [(&'static str, &'static str)];

/// In texts, `{start}` is the starting version, `{line}` its language version and `{work}` the folder.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    /// GOTOOLCHAIN in the environment; unset if empty.
    pub(crate) gotoolchain: &'static str,
    /// The files of the project.
    pub(crate) files: Pairs,
    /// What Go runs: a version, [`START`] or [`FAILS`].
    pub(crate) runs: &'static str,
    /// The arguments, between blanks.
    pub(crate) argv: &'static str,
    /// Variables besides GOTOOLCHAIN.
    pub(crate) env: Pairs,
    /// The folder of the project to run in.
    pub(crate) dir: &'static str,
    /// The installed versions besides the starting one.
    pub(crate) installed: &'static [&'static str],
    /// Links in the project, with their targets.
    pub(crate) links: Pairs,
    /// Toolchains of somebody else's that Go finds on PATH.
    pub(crate) on_path: &'static [&'static str],
}

impl Case {
    pub(crate) const fn new(gotoolchain: &'static str, files: Pairs, runs: &'static str) -> Case {
        Case {
            gotoolchain,
            files,
            runs,
            argv: "version",
            env: &[],
            dir: "",
            installed: INSTALLED,
            links: &[],
            on_path: &[],
        }
    }

    pub(crate) const fn argv(self, argv: &'static str) -> Case {
        Case { argv, ..self }
    }

    pub(crate) const fn env(self, env: Pairs) -> Case {
        Case { env, ..self }
    }

    pub(crate) const fn dir(self, dir: &'static str) -> Case {
        Case { dir, ..self }
    }

    pub(crate) const fn installed(self, installed: &'static [&'static str]) -> Case {
        Case { installed, ..self }
    }

    pub(crate) const fn links(self, links: Pairs) -> Case {
        Case { links, ..self }
    }

    pub(crate) const fn on_path(self, on_path: &'static [&'static str]) -> Case {
        Case { on_path, ..self }
    }

    /// Writes the project into a folder and gives the variables that go with it.
    pub(crate) fn set_up(&self, work: &Path, start: &str) -> Vec<(&'static str, String)> {
        let filled = |text: &str| {
            let line: Vec<&str> = start.split('.').take(2).collect();
            let text = text.replace("{start}", start).replace("{line}", &line.join("."));
            text.replace("{work}", work.to_str().unwrap())
        };
        for (path, content) in self.files {
            let file = work.join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, filled(content)).unwrap();
        }
        std::fs::create_dir_all(work).unwrap();
        for (link, target) in self.links {
            std::os::unix::fs::symlink(target, work.join(link)).unwrap();
        }
        std::fs::create_dir_all(work.join(self.dir)).unwrap();
        let gotoolchain =
            [("GOTOOLCHAIN", self.gotoolchain)].into_iter().filter(|(_, value)| !value.is_empty());
        gotoolchain.chain(self.env.iter().copied()).map(|(key, value)| (key, filled(value))).collect()
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Case { gotoolchain, files, argv, env, dir, installed, links, on_path, .. } = self;
        write!(f, "GOTOOLCHAIN={gotoolchain} {env:?} `go {argv}` in {dir:?} of {files:?} {links:?}")?;
        write!(f, ", installed {installed:?}, on PATH {on_path:?}")
    }
}
