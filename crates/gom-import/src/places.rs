//! The folders in which each manager keeps its toolchains: by its own variables, else its default.
//!
//! Owns: this table. Never: looks at the disk. The folders are those of the managers' own code (2026-09).

use std::path::PathBuf;

use gom_core::environment::Environment;
use gom_core::go::paths::GoPaths;

use crate::manager::Manager;

/// Where toolchains are: every folder in `parent` whose name begins with `prefix`, and in it the folder `below`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The manager that they belong to.
    pub manager: Manager,
    /// The folder that has one entry for each.
    pub parent: PathBuf,
    /// What the entry's name begins with.
    pub prefix: &'static str,
    /// The GOROOT in the entry; empty if it is the entry.
    pub below: &'static str,
}

/// The folders that hold all that a manager has. Empty for what is no manager of its own.
pub fn roots(manager: Manager, environment: &Environment) -> Vec<PathBuf> {
    let folders = Folders(environment);
    let root = |variable: &str, folder: &str| folders.root(variable, folder);
    let roots = match manager {
        Manager::Goenv => vec![root("GOENV_ROOT", ".goenv")],
        Manager::Gvm => vec![root("GVM_ROOT", ".gvm")],
        Manager::Asdf => vec![root("ASDF_DATA_DIR", ".asdf")],
        Manager::Mise => {
            let data = || root("XDG_DATA_HOME", ".local/share").map(|data| data.join("mise"));
            vec![folders.set("MISE_DATA_DIR").or_else(data)]
        }
        Manager::G => vec![root("G_HOME", ".g"), folders.in_home(".go")],
        // GOBREW_ROOT names the folder above.
        Manager::Gobrew => vec![root("GOBREW_ROOT", "").map(|above| above.join(".gobrew"))],
        Manager::Goup => vec![root("GOUP_HOME", ".goup"), folders.in_home(".go")],
        Manager::Proto => match folders.set("PROTO_HOME") {
            Some(home) => vec![Some(home)],
            // XDG_DATA_HOME counts since proto 0.46.
            None => {
                vec![folders.set("XDG_DATA_HOME").map(|data| data.join("proto")), folders.in_home(".proto")]
            }
        },
        Manager::Vfox => [".version-fox", ".vfox"].map(|folder| root("VFOX_HOME", folder)).to_vec(),
        Manager::Sdk | Manager::Brew | Manager::System | Manager::Modcache | Manager::Folder => Vec::new(),
    };
    roots.into_iter().flatten().collect()
}

/// A path in each root of a manager; where the roots differ in it, one for each.
pub(crate) fn in_roots(manager: Manager, environment: &Environment, paths: &[&str]) -> Vec<PathBuf> {
    let roots = roots(manager, environment);
    roots.iter().zip(paths.iter().cycle()).map(|(root, path)| root.join(path)).collect()
}

/// Lists the places of a manager on this machine, whether or not they exist.
pub fn of(manager: Manager, environment: &Environment) -> Vec<Place> {
    let folders = Folders(environment);
    let place =
        |parent: PathBuf, prefix: &'static str, below: &'static str| Place { manager, parent, prefix, below };
    let in_each = |folders: &[PathBuf], prefix: &'static str, below: &'static str| {
        folders.iter().map(|folder| place(folder.clone(), prefix, below)).collect::<Vec<_>>()
    };
    let in_roots = |folders: &[&str]| in_roots(manager, environment, folders);
    let in_home =
        |names: &[&str]| -> Vec<PathBuf> { names.iter().filter_map(|name| folders.in_home(name)).collect() };
    match manager {
        Manager::Goenv => in_each(&in_roots(&["versions"]), "", ""),
        Manager::Gvm => in_each(&in_roots(&["gos"]), "go", ""),
        Manager::Asdf => in_each(&in_roots(&["installs/golang"]), "", "go"),
        Manager::Mise => in_each(&in_roots(&["installs/go"]), "", ""),
        Manager::G => in_each(&in_roots(&["versions", ".versions"]), "", ""),
        Manager::Gobrew => in_each(&in_roots(&["versions"]), "", "go"),
        // In ~/.go there is also what is none of goup's.
        Manager::Goup => in_each(&in_roots(&[""]), "go1", ""),
        Manager::Proto => in_each(&in_roots(&["tools/go"]), "", ""),
        Manager::Vfox => in_each(&in_roots(&["cache/golang"]), "v-", "*"),
        Manager::Sdk => in_each(&in_home(&["sdk", "go/sdk"]), "go", ""),
        Manager::Brew => {
            let cellars = ["/opt/homebrew/Cellar", "/usr/local/Cellar", "/home/linuxbrew/.linuxbrew/Cellar"];
            in_each(&cellars.map(PathBuf::from), "go", "*/libexec")
        }
        Manager::System => {
            let folders = ["/usr/local", "/usr/lib", "/opt", "/opt/local/lib"];
            in_each(&folders.map(PathBuf::from), "go", "")
        }
        Manager::Modcache => {
            let cache = GoPaths::read(environment).module_cache.filter(|cache| cache.is_absolute());
            let parent = cache.map(|cache| cache.join("golang.org"));
            in_each(parent.as_slice(), "toolchain@", "")
        }
        Manager::Folder => Vec::new(),
    }
}

/// The folders that variables name, and those in the home.
#[derive(Clone, Copy)]
pub(crate) struct Folders<'a>(pub(crate) &'a Environment);

impl Folders<'_> {
    /// The folder or file that a variable names, if it is an absolute path.
    pub(crate) fn set(self, variable: &str) -> Option<PathBuf> {
        self.0.var(variable).map(PathBuf::from).filter(|path| path.is_absolute())
    }

    pub(crate) fn in_home(self, path: &str) -> Option<PathBuf> {
        self.0.home.as_deref().map(|home| home.join(path))
    }

    /// The folder that a variable names, else the one in the home.
    pub(crate) fn root(self, variable: &str, folder: &str) -> Option<PathBuf> {
        self.set(variable).or_else(|| self.in_home(folder))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment {
            variables: variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            home: Some("/home/ada".into()),
            ..Environment::default()
        }
    }

    #[test]
    fn a_managers_own_variable_comes_before_its_default() {
        for (manager, variable, default, set) in [
            (Manager::Goenv, "GOENV_ROOT", "/home/ada/.goenv/versions", "/x/versions"),
            (Manager::Gvm, "GVM_ROOT", "/home/ada/.gvm/gos", "/x/gos"),
            (Manager::Asdf, "ASDF_DATA_DIR", "/home/ada/.asdf/installs/golang", "/x/installs/golang"),
            (Manager::Mise, "MISE_DATA_DIR", "/home/ada/.local/share/mise/installs/go", "/x/installs/go"),
            (
                Manager::Mise,
                "XDG_DATA_HOME",
                "/home/ada/.local/share/mise/installs/go",
                "/x/mise/installs/go",
            ),
            (Manager::G, "G_HOME", "/home/ada/.g/versions", "/x/versions"),
            (Manager::Gobrew, "GOBREW_ROOT", "/home/ada/.gobrew/versions", "/x/.gobrew/versions"),
            (Manager::Goup, "GOUP_HOME", "/home/ada/.goup", "/x"),
            (Manager::Proto, "PROTO_HOME", "/home/ada/.proto/tools/go", "/x/tools/go"),
            (Manager::Proto, "XDG_DATA_HOME", "/home/ada/.proto/tools/go", "/x/proto/tools/go"),
            (Manager::Modcache, "GOMODCACHE", "/home/ada/go/pkg/mod/golang.org", "/x/golang.org"),
        ] {
            let first = |variables: &[(&str, &str)]| {
                of(manager, &environment(variables)).into_iter().next().map(|place| place.parent)
            };
            assert_eq!(first(&[]).as_deref(), Some(Path::new(default)), "{manager}");
            assert_eq!(first(&[(variable, "/x")]).as_deref(), Some(Path::new(set)), "{manager}");
            // The go command refuses such a module cache.
            let relative = Some(Path::new(default)).filter(|_| manager != Manager::Modcache);
            assert_eq!(first(&[(variable, "relative")]).as_deref(), relative, "{manager}");
        }
    }

    #[test]
    fn each_manager_has_a_place() {
        for manager in Manager::NAMED {
            assert!(!of(manager, &environment(&[])).is_empty(), "{manager}");
        }
    }
}
