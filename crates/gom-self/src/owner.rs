//! The package manager that owns a program: then it alone may replace or remove the file. Found by the file's own
//! path and by the manager's records next to it; no manager is started.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use gom_core::files;
use gom_core::shell_quote::shell_quote;

/// Debian's lists of the files of each package.
const DPKG: &str = "/var/lib/dpkg/info";

/// A package manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manager {
    /// Homebrew.
    Homebrew,
    /// npm.
    Npm,
    /// pipx.
    Pipx,
    /// `uv tool`.
    Uv,
    /// pip.
    Pip,
    /// Debian's apt and dpkg.
    Apt,
}

/// The package that a program belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The manager.
    pub manager: Manager,
    /// The command that updates the package.
    pub update: String,
    /// The command that removes it.
    pub remove: String,
}

impl fmt::Display for Manager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Manager::Homebrew => "Homebrew",
            Manager::Npm => "npm",
            Manager::Pipx => "pipx",
            Manager::Uv => "uv",
            Manager::Pip => "pip",
            Manager::Apt => "apt",
        })
    }
}

/// Finds the owner of a program. `file` has its links resolved.
pub fn of(file: &Path) -> Option<Owner> {
    of_with(file, Path::new(DPKG))
}

fn of_with(file: &Path, dpkg: &Path) -> Option<Owner> {
    let parts: Vec<&str> = file.components().filter_map(as_name).collect();
    homebrew(&parts).or_else(|| npm(&parts)).or_else(|| python(file, &parts)).or_else(|| apt(file, dpkg))
}

fn as_name(part: Component<'_>) -> Option<&str> {
    match part {
        Component::Normal(name) => name.to_str(),
        _ => None,
    }
}

/// The names after the first part with this name.
fn after<'a>(parts: &'a [&'a str], name: &str) -> Option<&'a [&'a str]> {
    let at = parts.iter().position(|part| *part == name)?;
    Some(&parts[at + 1..])
}

/// `/opt/homebrew/Cellar/gom/0.1.0/bin/gom`
fn homebrew(parts: &[&str]) -> Option<Owner> {
    let package = shell_quote(after(parts, "Cellar")?.first()?);
    Some(Owner {
        manager: Manager::Homebrew,
        update: format!("brew upgrade {package}"),
        remove: format!("brew uninstall {package}"),
    })
}

/// `/usr/lib/node_modules/PACKAGE/...`, where other packages may lie below the one that the user installed.
fn npm(parts: &[&str]) -> Option<Owner> {
    let at = parts.iter().position(|part| *part == "node_modules")?;
    let package = match parts[at + 1..] {
        [scope, name, ..] if scope.starts_with('@') => format!("{scope}/{name}"),
        [name, ..] => name.to_owned(),
        [] => return None,
    };
    // Global packages are in PREFIX/lib/node_modules.
    let global = if at > 0 && parts[at - 1] == "lib" { "-g " } else { "" };
    Some(Owner {
        manager: Manager::Npm,
        update: format!("npm install {global}{}", shell_quote(format!("{package}@latest"))),
        remove: format!("npm uninstall {global}{}", shell_quote(package)),
    })
}

/// A program in `site-packages`, or in the `bin` next to a `site-packages` whose records list it.
fn python(file: &Path, parts: &[&str]) -> Option<Owner> {
    let package = package_in_site(file).or_else(|| package_beside(file));
    let tool = |folder: &str| {
        let rest = after(parts, folder.split('/').next()?)?;
        (rest.first() == folder.split('/').nth(1).as_ref())
            .then(|| rest.get(1).map(|name| (*name).to_owned()))?
    };
    let is_of_python = package.is_some() || venv(file).is_some();
    let of_tool = |manager, command: &str, name: &str| Owner {
        manager,
        update: format!("{command} upgrade {}", shell_quote(name)),
        remove: format!("{command} uninstall {}", shell_quote(name)),
    };
    if !is_of_python {
        return None;
    }
    if let Some(name) = tool("pipx/venvs") {
        return Some(of_tool(Manager::Pipx, "pipx", &name));
    }
    if let Some(name) = tool("uv/tools") {
        return Some(of_tool(Manager::Uv, "uv tool", &name));
    }
    let package = package?;
    let pip = venv(file).map_or_else(
        || "python3 -m pip".to_owned(),
        |venv| format!("{} -m pip", shell_quote(venv.join("bin/python"))),
    );
    Some(Owner {
        manager: Manager::Pip,
        update: format!("{pip} install --upgrade {}", shell_quote(&package)),
        remove: format!("{pip} uninstall {}", shell_quote(&package)),
    })
}

/// The root of the virtual environment that a file lies in.
fn venv(file: &Path) -> Option<&Path> {
    file.ancestors().skip(1).find(|folder| files::is_file(&folder.join("pyvenv.cfg")))
}

/// The package of a file below `site-packages`.
fn package_in_site(file: &Path) -> Option<String> {
    let is_site =
        |folder: &&Path| folder.file_name().is_some_and(|name| SITES.iter().any(|site| name == *site));
    let site = file.ancestors().skip(1).find(is_site)?;
    let within = file.strip_prefix(site).ok()?.to_str()?;
    package_that_lists(site, within)
}

/// The package whose records say that it put a file into the `bin` beside `lib`.
fn package_beside(file: &Path) -> Option<String> {
    let (folder, name) = (file.parent()?, file.file_name()?.to_str()?);
    let lib = folder.parent()?.join("lib");
    let pythons =
        files::names_in(&lib).ok()?.into_iter().filter(|name| name.as_encoded_bytes().starts_with(b"python"));
    let mut sites = pythons.flat_map(|python| SITES.map(|site| lib.join(&python).join(site)));
    let within = format!("../../../{}/{name}", folder.file_name()?.to_str()?);
    sites.find_map(|site| package_that_lists(&site, &within))
}

/// The folders of Python's packages; Debian's Python has the second.
const SITES: [&str; 2] = ["site-packages", "dist-packages"];

/// `NAME-VERSION.dist-info/RECORD` has a line `FILE,SUM,SIZE` for each file of a package.
fn package_that_lists(site: &Path, within: &str) -> Option<String> {
    let infos = files::names_in(site).ok()?.into_iter().filter_map(|name| name.into_string().ok());
    let mut infos = infos.filter(|name| name.ends_with(".dist-info"));
    let info = infos.find(|info| {
        let record = files::read_text(&site.join(info).join("RECORD")).unwrap_or_default();
        record.lines().any(|line| line.strip_prefix(within).is_some_and(|rest| rest.starts_with(',')))
    })?;
    Some(info.split('-').next()?.replace('_', "-"))
}

/// `/var/lib/dpkg/info/PACKAGE.list` has a line for each file of a package.
fn apt(file: &Path, dpkg: &Path) -> Option<Owner> {
    // With /bin a link to /usr/bin, either path may be listed.
    let other: Option<PathBuf> = file.strip_prefix("/usr").ok().map(|rest| Path::new("/").join(rest));
    let is_listed = |line: &str| Path::new(line) == file || other.as_deref() == Some(Path::new(line));
    let lists = files::names_in(dpkg).ok()?.into_iter().filter_map(|name| name.into_string().ok());
    let mut lists = lists.filter(|name| name.strip_suffix(".list").is_some());
    let list =
        lists.find(|list| files::read_text(&dpkg.join(list)).unwrap_or_default().lines().any(is_listed))?;
    // `gom:amd64.list` where a package of several architectures is installed.
    let package = shell_quote(list.trim_end_matches(".list").split(':').next()?);
    Some(Owner {
        manager: Manager::Apt,
        update: format!("sudo apt-get install --only-upgrade {package}"),
        remove: format!("sudo apt-get remove {package}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = "../../../bin/gom,sha256=x,1\n../../../bin/gom-shim,,\ngom_go/bin/gom,,\n";

    struct Root(tempfile::TempDir);

    impl Root {
        fn new() -> Root {
            Root(tempfile::tempdir().unwrap())
        }

        fn file(&self, path: &str, content: &str) -> PathBuf {
            let file = self.0.path().join(path);
            fs_err::create_dir_all(file.parent().unwrap()).unwrap();
            fs_err::write(&file, content).unwrap();
            file
        }

        fn owner(&self, path: &str) -> Option<(Manager, String)> {
            let file = self.file(path, "");
            of_with(&file, &self.0.path().join("dpkg")).map(|owner| (owner.manager, owner.update))
        }
    }

    #[test]
    fn homebrew_and_npm_are_known_by_the_path() {
        let root = Root::new();
        for (path, manager, update) in [
            ("homebrew/Cellar/gom-go/0.1.0/bin/gom", Manager::Homebrew, "brew upgrade gom-go"),
            ("usr/lib/node_modules/gom-go/bin/gom", Manager::Npm, "npm install -g gom-go@latest"),
            (
                "usr/lib/node_modules/gom-go/node_modules/gom-go-linux/gom",
                Manager::Npm,
                "npm install -g gom-go@latest",
            ),
            ("app/node_modules/@me/gom/gom", Manager::Npm, "npm install @me/gom@latest"),
        ] {
            assert_eq!(root.owner(path), Some((manager, update.to_owned())), "{path}");
        }
    }

    #[test]
    fn python_packages_are_known_by_their_records() {
        let root = Root::new();
        let record = |site: &str| root.file(&format!("{site}/gom_go-0.1.0.dist-info/RECORD"), RECORD);
        record("local/lib/python3.11/site-packages");
        record("usr/lib/python3/dist-packages");
        record("pipx/venvs/gom-go/lib/python3.12/site-packages");
        record("uv/tools/gom-go/lib/python3.13/site-packages");
        record("venv/lib/python3.12/site-packages");
        root.file("venv/pyvenv.cfg", "");
        let venv =
            format!("{} -m pip install --upgrade gom-go", root.0.path().join("venv/bin/python").display());
        for (path, manager, update) in [
            ("local/bin/gom", Manager::Pip, "python3 -m pip install --upgrade gom-go"),
            (
                "local/lib/python3.11/site-packages/gom_go/bin/gom",
                Manager::Pip,
                "python3 -m pip install --upgrade gom-go",
            ),
            ("pipx/venvs/gom-go/bin/gom", Manager::Pipx, "pipx upgrade gom-go"),
            ("uv/tools/gom-go/bin/gom", Manager::Uv, "uv tool upgrade gom-go"),
            ("venv/bin/gom", Manager::Pip, venv.as_str()),
        ] {
            assert_eq!(root.owner(path), Some((manager, update.to_owned())), "{path}");
        }
        assert_eq!(root.owner("local/bin/other"), None);
    }

    #[test]
    fn debian_packages_are_known_by_dpkgs_lists() {
        let root = Root::new();
        let file = root.file("usr/bin/gom", "");
        root.file("dpkg/gom-go:amd64.list", &format!("/.\n{}\n", file.display()));
        let update = "sudo apt-get install --only-upgrade gom-go".to_owned();
        assert_eq!(root.owner("usr/bin/gom"), Some((Manager::Apt, update)));
        assert_eq!(root.owner("usr/local/bin/gom"), None);
        root.file("dpkg/merged.list", "/bin/gom\n");
        assert!(of_with(Path::new("/usr/bin/gom"), &root.0.path().join("dpkg")).is_some());
    }

    #[test]
    fn a_gom_of_the_installer_belongs_to_nobody() {
        assert_eq!(Root::new().owner("home/.gom/bin/gom"), None);
    }
}
