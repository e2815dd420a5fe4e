//! A world with two toolchains whose go command "builds" the programs of one module.

use gom_tests::{ToolModule, World};
use std::fs;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;

/// See the module's documentation.
pub(super) struct Tools {
    world: World,
    module: ToolModule,
}

impl Tools {
    /// Go 1.98.1 and 1.99.2 are installed, and 1.98.1 is the default. The module is `example.test/tools` v1.2.3, which
    /// needs `example.test/dep`; both are in the module cache and in the checksum database.
    pub(super) fn new() -> Tools {
        let world = Tools::with_published(&["1.98.1", "1.99.2"]);
        world.done(["install", "1.98.1", "1.99.2"]);
        world.done(["use", "1.98.1"]);
        world
    }

    /// The same with nothing installed.
    pub(super) fn with_published(versions: &[&str]) -> Tools {
        let world = World::publishing(&[]);
        for version in versions {
            world.publish(&ToolModule::toolchain(version));
        }
        let module = ToolModule::new(&world.home(), &world.log);
        Tools { world, module }
    }

    /// See [`ToolModule::be_version`].
    pub(super) fn be_version(&self, version: &str) {
        self.module.be_version(version);
    }

    /// See [`ToolModule::read_go_code`].
    pub(super) fn read_go_code(&self) {
        self.module.read_go_code();
    }

    /// The folder of a module in the module cache.
    pub(super) fn module(&self, module: &str, version: &str) -> PathBuf {
        self.module.folder(module, version)
    }

    /// A file of the script.
    pub(super) fn state(&self, name: &str) -> PathBuf {
        self.module.state(name)
    }

    pub(super) fn set(&self, name: &str, content: &str) {
        self.module.set(name, content);
    }

    /// What the go command was asked, and forgets it.
    pub(super) fn asked(&self) -> Vec<String> {
        self.module.asked()
    }

    /// The files of the tools in the store.
    pub(super) fn files(&self) -> Vec<String> {
        let files = self.tree(self.store().join("tools")).into_iter().filter(|file| file != ".staging/");
        files.map(|file| self.redact(&file)).collect()
    }

    /// The commands in the store's `bin` that are tools.
    pub(super) fn commands(&self) -> Vec<String> {
        let names = fs::read_dir(self.store().join("bin")).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| !name.starts_with("go")).collect();
        names.sort();
        names
    }
}

impl Deref for Tools {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for Tools {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.world
    }
}
