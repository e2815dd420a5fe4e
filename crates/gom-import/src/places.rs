//! The folders in which each manager keeps its toolchains: by its own variables, else its default.
//!
//! Owns: this table. Never: looks at the disk. The folders are those of the managers' own code (2026-09).

use std::path::{Path, PathBuf};

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

/// Lists the places of a manager on this machine, whether or not they exist.
pub fn of(manager: Manager, environment: &Environment) -> Vec<Place> {
    let set = |name: &str| environment.var(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = environment.home.as_deref();
    let in_home = |folder: &str| home.map(|home| home.join(folder));
    let root = |variable: &str, folder: &str| set(variable).or_else(|| in_home(folder));
    let data = || set("XDG_DATA_HOME").or_else(|| in_home(".local/share"));
    let place = |parent: Option<PathBuf>, prefix: &'static str, below: &'static str| {
        parent.map(|parent| Place { manager, parent, prefix, below })
    };
    let below = |root: Option<PathBuf>, folder: &str| root.map(|root| root.join(folder));
    let absolute = |path: &str| Some(PathBuf::from(path));
    let places: Vec<Option<Place>> = match manager {
        Manager::Goenv => vec![place(below(root("GOENV_ROOT", ".goenv"), "versions"), "", "")],
        Manager::Gvm => vec![place(below(root("GVM_ROOT", ".gvm"), "gos"), "go", "")],
        Manager::Asdf => {
            vec![place(below(root("ASDF_DATA_DIR", ".asdf"), "installs/golang"), "", "go")]
        }
        Manager::Mise => {
            let data = set("MISE_DATA_DIR").or_else(|| below(data(), "mise"));
            vec![place(below(data, "installs/go"), "", "")]
        }
        Manager::G => vec![
            place(below(root("G_HOME", ".g"), "versions"), "", ""),
            place(in_home(".go/.versions"), "", ""),
        ],
        Manager::Gobrew => {
            // GOBREW_ROOT names the folder above.
            let root = set("GOBREW_ROOT").or_else(|| home.map(Path::to_path_buf));
            vec![place(below(root, ".gobrew/versions"), "", "go")]
        }
        Manager::Goup => vec![place(root("GOUP_HOME", ".goup"), "go", ""), place(in_home(".go"), "go1", "")],
        Manager::Proto => vec![place(below(root("PROTO_HOME", ".proto"), "tools/go"), "", "")],
        Manager::Vfox => [".version-fox", ".vfox"]
            .into_iter()
            .map(|folder| place(below(root("VFOX_HOME", folder), "cache/golang"), "v-", "*"))
            .collect(),
        Manager::Sdk => vec![place(in_home("sdk"), "go", ""), place(in_home("go/sdk"), "go", "")],
        Manager::Brew => ["/opt/homebrew/Cellar", "/usr/local/Cellar", "/home/linuxbrew/.linuxbrew/Cellar"]
            .into_iter()
            .map(|cellar| place(absolute(cellar), "go", "*/libexec"))
            .collect(),
        Manager::System => vec![
            place(absolute("/usr/local"), "go", ""),
            place(absolute("/usr/lib"), "go", ""),
            place(absolute("/opt"), "go", ""),
            place(absolute("/opt/local/lib"), "go", ""),
        ],
        Manager::Modcache => {
            let cache = GoPaths::read(environment).module_cache.filter(|cache| cache.is_absolute());
            vec![place(below(cache, "golang.org"), "toolchain@", "")]
        }
        Manager::Folder => Vec::new(),
    };
    places.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
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
