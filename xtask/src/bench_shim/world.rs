//! The world of the benchmark: a store with two trivial toolchains, projects with pins and go.mod files, and
//! the C programs.
//!
//! Owns: a folder below the system's temporary folder, which is removed when the world is dropped. Never:
//! touches the user's store or home.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{host, say, succeed};

/// The toolchain that the pins and the default name.
pub(super) const STARTING: &str = "go1.22.6";
/// The toolchain that the go.mod without a version file asks for.
pub(super) const NEWER: &str = "go1.23.4";

/// The `go` of a toolchain: prints its name and ends.
const TRIVIAL_GO: &str = r"
#include <unistd.h>
static const char name[] = NAME;
int main(void) { return write(1, name, sizeof name - 1) != sizeof name - 1; }
";

/// The least that any program can do to become another: the floor that gom's shim is compared with.
const WRAPPER: &str = r"
#include <unistd.h>
int main(int argc, char **argv) { (void)argc; return execv(TARGET, argv); }
";

/// The folder and what is in it.
pub(super) struct World {
    root: PathBuf,
}

impl World {
    /// Builds the world with this shim.
    pub(super) fn new(shim: &Path) -> Result<World> {
        let root = std::env::temp_dir().join(format!("gom-bench-shim-{}", std::process::id()));
        fs::create_dir(&root).with_context(|| format!("can't create {}", root.display()))?;
        let world = World { root };
        world.make_store("store", shim)?;
        for name in [STARTING, NEWER] {
            let bin = world.toolchain(name).join("bin");
            fs::create_dir_all(&bin)?;
            compile(TRIVIAL_GO, &bin.join("go"), &[&format!("-DNAME=\"{name}\"")])?;
            // A tree without VERSION counts as not installed.
            fs::write(world.toolchain(name).join("VERSION"), format!("{name}\n"))?;
            // As in Go's releases: without this line, no file could ask for another toolchain.
            fs::write(world.toolchain(name).join("go.env"), "GOTOOLCHAIN=auto\n")?;
        }
        fs::write(world.root.join("store/default"), "1.22.6\n")?;
        let target = format!("-DTARGET=\"{}\"", world.go(STARTING).display());
        compile_static(WRAPPER, &world.wrapper(), &target)?;
        fs::create_dir(world.home())?;
        world.make_projects()?;
        Ok(world)
    }

    /// Makes a store of this name, with its shim.
    pub(super) fn make_store(&self, name: &str, shim: &Path) -> Result<PathBuf> {
        let store = self.root.join(name);
        for folder in ["bin", "toolchains"] {
            fs::create_dir_all(store.join(folder))?;
        }
        fs::copy(shim, store.join("bin/gom-shim")).with_context(|| format!("no shim {}", shim.display()))?;
        symlink("gom-shim", store.join("bin/go"))?;
        fs::write(store.join("layout-version"), "1\n")?;
        Ok(store)
    }

    fn make_projects(&self) -> Result<()> {
        for project in ["version-file", "go-mod", "default"] {
            fs::create_dir_all(self.project(project))?;
        }
        self.write("version-file/.go-version", "1.22.6\n")?;
        self.write("version-file/go.mod", "module example.com/m\n\ngo 1.22.0\n")?;
        self.write("go-mod/go.mod", "module example.com/m\n\ngo 1.22.0\n\ntoolchain go1.23.4\n")
    }

    /// Writes a file below the world's folder.
    pub(super) fn write(&self, path: &str, text: &str) -> Result<()> {
        let file = self.root.join(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&file, text).with_context(|| format!("can't write {}", file.display()))
    }

    /// A path in the world.
    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The folder in a project where people work: three folders below its root.
    pub(super) fn project(&self, name: &str) -> PathBuf {
        self.root.join(name).join("a/b/c")
    }

    /// An empty home: the user's settings of Go must not decide here.
    pub(super) fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// gom's `go`.
    pub(super) fn shim(&self) -> PathBuf {
        self.root.join("store/bin/go")
    }

    /// The C program that only calls execv.
    pub(super) fn wrapper(&self) -> PathBuf {
        self.root.join("wrapper")
    }

    /// A trivial toolchain's own `go`.
    pub(super) fn go(&self, name: &str) -> PathBuf {
        self.toolchain(name).join("bin/go")
    }

    fn toolchain(&self, name: &str) -> PathBuf {
        self.root.join("store/toolchains").join(format!("{name}.{}", platform()))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.root) {
            say(&format!("warning: can't remove {}: {error}", self.root.display()));
        }
    }
}

/// This machine's platform in Go's names, as in a toolchain's folder.
pub(super) fn platform() -> String {
    host().join("-")
}

fn compile(source: &str, program: &Path, flags: &[&str]) -> Result<()> {
    let file = program.with_extension("c");
    fs::write(&file, source)?;
    succeed(Command::new("cc").arg("-O2").args(flags).arg("-o").arg(program).arg(&file))
}

/// Compiles a static program. macOS has none, and not every Linux has a libc.a; there the wrapper is dynamic
/// and slower.
fn compile_static(source: &str, program: &Path, flag: &str) -> Result<()> {
    if compile(source, program, &[flag, "-static"]).is_ok() {
        return Ok(());
    }
    say("note: no static C program can be linked here: the C wrapper is a dynamic one, and slower");
    compile(source, program, &[flag])
}
