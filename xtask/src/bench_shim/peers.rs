//! The shims of other managers, measured on the same trivial `go`.
//!
//! Each gets its own data folder in the world and makes its shims there itself. A manager that is not on
//! PATH, or makes no shims, is skipped, and the report says so.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::measure::{Case, on_path};
use super::world::{self, World};

/// Another manager.
pub(super) struct Peer {
    /// Its program.
    pub(super) name: &'static str,
    /// The variable that names its data folder.
    variable: &'static str,
    /// The folder of 1.22.6 in the data folder.
    toolchain: &'static str,
    /// Another folder that must exist.
    folder: &'static str,
    /// The file that pins a project, and its line.
    pin: [&'static str; 2],
    /// The verb that makes `shims/go`.
    reshim: &'static str,
}

/// The managers to compare with.
pub(super) const ALL: [Peer; 3] = [
    Peer {
        name: "goenv",
        variable: "GOENV_ROOT",
        toolchain: "versions/1.22.6",
        folder: "shims",
        pin: [".go-version", "1.22.6\n"],
        reshim: "rehash",
    },
    Peer {
        name: "mise",
        variable: "MISE_DATA_DIR",
        toolchain: "installs/go/1.22.6",
        folder: "shims",
        pin: [".tool-versions", "go 1.22.6\n"],
        reshim: "reshim",
    },
    Peer {
        name: "asdf",
        variable: "ASDF_DATA_DIR",
        toolchain: "installs/golang/1.22.6",
        folder: "plugins/golang/bin",
        pin: [".tool-versions", "golang 1.22.6\n"],
        reshim: "reshim",
    },
];

impl Peer {
    /// Returns its case, or the reason why it has none.
    pub(super) fn case(&self, world: &World) -> Result<Result<Case, String>> {
        let Some(program) = on_path(self.name) else {
            return Ok(Err(format!("{}: it is not on PATH", self.name)));
        };
        let data = world.path(self.name);
        let bin = data.join(self.toolchain).join("bin");
        fs::create_dir_all(&bin)?;
        fs::copy(world.go(world::STARTING), bin.join("go"))?;
        fs::create_dir_all(data.join(self.folder))?;
        let project = format!("project-of-{}", self.name);
        let dir = world.project(&project);
        fs::create_dir_all(&dir)?;
        let [file, line] = self.pin;
        world.write(&format!("{project}/{file}"), line)?;
        let path = format!("{}:/usr/bin:/bin", program.parent().unwrap_or(Path::new("/")).display());
        self.make_shims(&program, &data, &dir, &path, world)?;
        let shim = data.join("shims/go");
        if !shim.exists() {
            return Ok(Err(format!("{}: `{} {}` made no shim", self.name, self.name, self.reshim)));
        }
        let label = format!("{}, version file three folders up", self.name);
        let case = Case::new(&label, shim, dir, world::STARTING);
        Ok(Ok(case.env("PATH", path).env("HOME", world.home()).env(self.variable, data)))
    }

    fn make_shims(&self, program: &Path, data: &Path, dir: &Path, path: &str, world: &World) -> Result<()> {
        let mut command = Command::new(program);
        command.arg(self.reshim).current_dir(dir).env_clear().stdout(Stdio::null());
        command.env("PATH", path).env("HOME", world.home()).env(self.variable, data);
        // Success is checked by the file that it leaves.
        command.status().with_context(|| format!("can't run {}", program.display()))?;
        Ok(())
    }
}
