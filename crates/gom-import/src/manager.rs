//! The programs that put Go toolchains on a machine, by the names that `gom import` takes.

use std::fmt;

/// A program that installs Go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Manager {
    /// goenv 2 and 3.
    Goenv,
    /// gvm.
    Gvm,
    /// asdf with asdf-golang.
    Asdf,
    /// mise.
    Mise,
    /// g, that of voidint and that of stefanmaric.
    G,
    /// gobrew.
    Gobrew,
    /// goup and goup-rs.
    Goup,
    /// proto.
    Proto,
    /// vfox.
    Vfox,
    /// golang.org/dl, and the editors that use it.
    Sdk,
    /// Homebrew.
    Brew,
    /// The archive of go.dev in /usr/local, or a distribution's packages.
    System,
    /// The go command's own switching, in the module cache.
    Modcache,
    /// A folder that was named.
    Folder,
}

impl Manager {
    /// All that have a name, in the order in which they are searched.
    pub const NAMED: [Manager; 13] = [
        Manager::Goenv,
        Manager::Gvm,
        Manager::Asdf,
        Manager::Mise,
        Manager::G,
        Manager::Gobrew,
        Manager::Goup,
        Manager::Proto,
        Manager::Vfox,
        Manager::Sdk,
        Manager::Brew,
        Manager::System,
        Manager::Modcache,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Manager::Goenv => "goenv",
            Manager::Gvm => "gvm",
            Manager::Asdf => "asdf",
            Manager::Mise => "mise",
            Manager::G => "g",
            Manager::Gobrew => "gobrew",
            Manager::Goup => "goup",
            Manager::Proto => "proto",
            Manager::Vfox => "vfox",
            Manager::Sdk => "sdk",
            Manager::Brew => "brew",
            Manager::System => "system",
            Manager::Modcache => "modcache",
            Manager::Folder => "folder",
        }
    }

    /// Parses a name. `ide` is `sdk`: VS Code and GoLand put their downloads where golang.org/dl does.
    pub fn named(name: &str) -> Option<Manager> {
        let name = if name == "ide" { "sdk" } else { name };
        Manager::NAMED.into_iter().find(|manager| manager.name() == name)
    }
}

impl fmt::Display for Manager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_means_one_manager() {
        for manager in Manager::NAMED {
            assert_eq!(Manager::named(manager.name()), Some(manager));
        }
        assert_eq!(Manager::named("ide"), Some(Manager::Sdk));
        for name in ["folder", "", "Goenv", "/usr/local/go"] {
            assert_eq!(Manager::named(name), None, "{name}");
        }
    }
}
