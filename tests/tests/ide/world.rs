//! A project with settings of VS Code, and a home with the user's.

use std::fs;
use std::path::PathBuf;

use gom_tests::{Output, World};

/// The settings of a project.
pub(crate) const SETTINGS: &str = ".vscode/settings.json";

/// The user's settings.
pub(crate) const OWN: &str = ".config/Code/User/settings.json";

/// What a test does with settings.
pub(crate) trait Settings {
    fn world(&self) -> &World;

    /// A project with these settings, and an installed Go.
    fn with_settings(content: impl AsRef<[u8]>) -> World {
        let world = World::with(&["1.98.1"]);
        world.write("go.mod", "module example.test/m\n\ngo 1.98\n");
        world.write(SETTINGS, content);
        world
    }

    /// A home with these settings of VS Code, and an installed Go.
    fn with_own(content: impl AsRef<[u8]>) -> World {
        let world = World::with(&["1.98.1"]);
        world.write_home(OWN, content);
        world
    }

    /// Runs `gom ide vscode`.
    fn vscode(&self, options: &[&str]) -> Output {
        self.world().gom(["ide", "vscode"].iter().chain(options)).run()
    }

    /// The same, for a snapshot.
    fn said(&self, options: &[&str]) -> String {
        self.vscode(options).snapshot(&self.world().sandbox)
    }

    /// The bytes of the project's settings.
    fn settings(&self) -> String {
        String::from_utf8(fs::read(self.world().work().join(SETTINGS)).unwrap()).unwrap()
    }

    /// The file of the user's settings.
    fn own_file(&self) -> PathBuf {
        self.world().home().join(OWN)
    }

    /// The bytes of the user's settings.
    fn own(&self) -> String {
        fs::read_to_string(self.own_file()).unwrap()
    }

    /// The number of records in the store.
    fn records(&self) -> usize {
        fs::read_dir(self.world().store().join("ide")).map_or(0, Iterator::count)
    }
}

impl Settings for World {
    fn world(&self) -> &World {
        self
    }
}
