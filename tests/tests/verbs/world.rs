//! The world of one test: a module proxy with a checksum database behind it, and a home with gom.
//!
//! It owns what is published and what is on PATH: the store, then a folder with the few tools that made-up
//! programs need, so that a Go of the machine is never found. Invariant: whatever is published is proven by
//! the test's own checksum database.

use gom_tests::{FakeToolchain, Internet, ModProxy, Output, Run, Sandbox, TestLog};
use std::ops::{Deref, DerefMut};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

/// A platform of no machine that runs these tests.
pub(crate) const FOREIGN: &str = "windows-arm64";

/// See the module's words.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) proxy: ModProxy,
    log: TestLog,
    // Dropped last, so that no program loses its network while it runs.
    pub(crate) internet: Internet,
}

impl World {
    /// A network that publishes these versions for this machine; nothing is installed.
    pub(crate) fn publishing(versions: &[&str]) -> World {
        let (internet, proxy) = (Internet::new(), ModProxy::new());
        let log = TestLog::new("sum.example.test", 7);
        internet.at("/proxy", proxy.site());
        internet.at("/sumdb", &log.site());
        let mut sandbox = Sandbox::on(&internet);
        sandbox.set("GOPROXY", internet.url("/proxy"));
        sandbox.set("GOSUMDB", log.gosumdb(&internet.url("/sumdb")));
        let tools = sandbox.home().join("tools");
        std::fs::create_dir(&tools).unwrap();
        for tool in ["sh", "cat", "env"] {
            let places = ["/bin", "/usr/bin"].map(|folder| Path::new(folder).join(tool));
            let program = places.iter().find(|place| place.exists()).unwrap();
            symlink(program, tools.join(tool)).unwrap();
        }
        let path = format!("{}:{}", sandbox.store().join("bin").display(), tools.display());
        sandbox.set("PATH", path);
        let world = World { sandbox, proxy, log, internet };
        for version in versions {
            world.publish(&FakeToolchain::here(version));
        }
        world
    }

    /// The same, with these versions installed and no default set.
    pub(crate) fn with(versions: &[&str]) -> World {
        let world = World::publishing(versions);
        if !versions.is_empty() {
            world.done(["install"].iter().chain(versions));
            std::fs::remove_file(world.store().join("default")).unwrap();
        }
        world
    }

    /// Puts a toolchain on the proxy and into the checksum database.
    pub(crate) fn publish(&self, toolchain: &FakeToolchain) {
        self.proxy.publish(toolchain);
        self.log.publish(toolchain);
        // gom asks for a list of versions again after minutes only; without the old one it asks at once.
        for cache in [".cache/gom/index", "Library/Caches/gom/index"] {
            let list = self.home().join(cache);
            assert!(!list.exists() || std::fs::remove_dir_all(list).is_ok(), "an old list stays");
        }
    }

    /// What gom says to these arguments: exit code, standard output and standard error, redacted.
    pub(crate) fn say<A: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = A>) -> String {
        self.shown(self.gom(args))
    }

    /// What any run says.
    pub(crate) fn shown(&self, run: Run) -> String {
        run.run().snapshot(&self.sandbox)
    }

    /// Runs gom, which must succeed.
    pub(crate) fn done<A: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Output {
        let output = self.gom(args).run();
        assert_eq!(output.code, Some(0), "{output}");
        output
    }

    /// The `go` of this store with the PATH of this world.
    pub(crate) fn go<A: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        self.linked("go", args)
    }

    /// Any link in the store's `bin`.
    pub(crate) fn linked<A: AsRef<std::ffi::OsStr>>(
        &self,
        name: &str,
        args: impl IntoIterator<Item = A>,
    ) -> Run {
        self.command(self.store().join("bin").join(name), args)
    }

    /// PATH with this folder first.
    pub(crate) fn path_after(&self, first: &Path) -> String {
        format!("{}:{}", first.display(), self.path())
    }

    /// PATH as every run has it: the store, then the tools.
    pub(crate) fn path(&self) -> String {
        format!("{}:{}", self.store().join("bin").display(), self.home().join("tools").display())
    }

    /// A folder in the home with a program that says who it is.
    pub(crate) fn other_program(&self, folder: &str, name: &str) -> PathBuf {
        let folder = self.home().join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        let script = "#!/bin/sh\necho \"$0: $*, GOROOT=${GOROOT-(unset)}\"\n";
        std::fs::write(folder.join(name), script).unwrap();
        std::fs::set_permissions(folder.join(name), PermissionsExt::from_mode(0o755)).unwrap();
        folder
    }

    /// The names of what is installed.
    pub(crate) fn installed(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.store().join("toolchains")).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names.into_iter().map(|name| self.redact(&name)).collect()
    }

    /// A file below the working folder.
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.work().join(path)).unwrap()
    }

    /// The store's default.
    pub(crate) fn default(&self) -> String {
        std::fs::read_to_string(self.store().join("default")).unwrap()
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
