//! What each manager was told: the version that runs where nothing else decides, other names for versions, and the
//! packages that it installs with each Go.
//!
//! Owns: where managers keep that, and in which form (2026-11). Never: changes anything, or trusts a version: it is a
//! text until somebody parses it. What is not there or can't be read counts as not told.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use gom_core::environment::Environment;
use gom_core::files;
use gom_select::regular_file;
use gom_select::version::GoVersion;
use gom_select::version_files::tool_versions;

use crate::goenv_tools;
use crate::manager::Manager;
use crate::places::{self, Folders};
use crate::toml_file::{NamedVersion, TomlFile};

/// The size limit of these files.
const LIMIT: usize = 64 << 10;

/// Something that a manager was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preference {
    /// The manager.
    pub manager: Manager,
    /// The file that says so.
    pub file: PathBuf,
    /// The number of the line; `None` for a link.
    pub line: Option<usize>,
    /// What it says.
    pub told: Told,
}

/// What a manager can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The version that runs where nothing else decides, as the manager writes it.
    Default(String),
    /// Another name for a version.
    Alias {
        /// The name.
        name: String,
        /// The version as the manager writes it.
        version: String,
    },
    /// A package that is installed with each Go, for `go install`.
    Package(String),
}

impl Preference {
    /// The file with its line.
    pub fn place(&self) -> String {
        let file = self.file.display();
        self.line.map_or_else(|| file.to_string(), |line| format!("{file}:{line}"))
    }
}

/// Reads what a manager was told.
pub fn of(manager: Manager, environment: &Environment) -> Vec<Preference> {
    let (folders, reader) = (Folders(environment), Reader { manager });
    let in_roots = |names: &[&str]| places::in_roots(manager, environment, names);
    let told: Vec<Vec<Preference>> = match manager {
        Manager::Goenv => vec![
            reader.each(&in_roots(&["version"]), Reader::version_file),
            reader.each(&in_roots(&["aliases"]), Reader::names),
            reader.each(&in_roots(&["default-tools.yaml"]), Reader::goenv_tools),
        ],
        Manager::Gvm => vec![reader.each(&in_roots(&["environments"]), Reader::gvm)],
        Manager::Asdf => {
            let name = environment.var("ASDF_DEFAULT_TOOL_VERSIONS_FILENAME").map(PathBuf::from);
            let versions = environment
                .home
                .as_ref()
                .map(|home| home.join(name.unwrap_or_else(|| ".tool-versions".into())));
            let packages = folders.root("ASDF_GOLANG_DEFAULT_PACKAGES_FILE", ".default-golang-pkgs");
            vec![
                reader.each(versions.as_slice(), Reader::tool_versions),
                reader.each(packages.as_slice(), |reader, file| reader.packages(file, "//")),
            ]
        }
        Manager::Mise => {
            let config = || folders.root("XDG_CONFIG_HOME", ".config").map(|config| config.join("mise"));
            let file =
                || folders.set("MISE_CONFIG_DIR").or_else(config).map(|config| config.join("config.toml"));
            let file = folders.set("MISE_GLOBAL_CONFIG_FILE").or_else(file);
            let packages = folders.root("MISE_GO_DEFAULT_PACKAGES_FILE", ".default-go-packages");
            vec![
                reader.each(file.as_slice(), Reader::mise),
                reader.each(packages.as_slice(), |reader, file| reader.packages(file, "#")),
            ]
        }
        // The second, of stefanmaric, links each file of the version that it uses.
        Manager::G => vec![reader.each(&in_roots(&["go", "bin/go"]), Reader::link)],
        Manager::Gobrew => vec![reader.each(&in_roots(&["current/go"]), Reader::link)],
        Manager::Goup => vec![reader.each(&in_roots(&["current"]), Reader::link)],
        Manager::Proto => vec![reader.each(&in_roots(&[".prototools"]), Reader::proto)],
        Manager::Vfox => vec![reader.each(&in_roots(&[""]), Reader::vfox)],
        Manager::Sdk | Manager::Brew | Manager::System | Manager::Modcache | Manager::Folder => Vec::new(),
    };
    told.concat()
}

/// The default that decides today: that of the manager whose go comes first on PATH, else the first.
pub fn leading_default<'a>(
    preferences: &'a [Preference],
    environment: &Environment,
) -> Option<(&'a Preference, &'a str)> {
    let defaults = || {
        preferences.iter().filter_map(|preference| match &preference.told {
            Told::Default(version) => Some((preference, version.as_str())),
            Told::Alias { .. } | Told::Package(_) => None,
        })
    };
    let path = environment.var("PATH").unwrap_or_default();
    let is_in = |folder: &Path, manager: Manager| {
        places::roots(manager, environment).iter().any(|root| folder.starts_with(root))
    };
    let first = std::env::split_paths(&path)
        .filter(|folder| files::is_file(&folder.join("go")))
        .find_map(|folder| defaults().find(|(preference, _)| is_in(&folder, preference.manager)));
    first.or_else(|| defaults().next())
}

/// Reads the files of one manager.
#[derive(Clone, Copy)]
struct Reader {
    manager: Manager,
}

impl Reader {
    fn found(self, file: &Path, line: Option<usize>, told: Told) -> Preference {
        Preference { manager: self.manager, file: file.to_path_buf(), line, told }
    }

    fn each(self, files: &[PathBuf], read: impl Fn(Reader, &Path) -> Vec<Preference>) -> Vec<Preference> {
        files.iter().flat_map(|file| read(self, file)).collect()
    }

    /// The first word of a file, after empty lines and comments.
    fn version_file(self, file: &Path) -> Vec<Preference> {
        let text = text_of(file);
        let first = words(&text, "#").next();
        first.map(|(line, text)| self.default(file, line, text)).into_iter().collect()
    }

    fn default(self, file: &Path, line: usize, text: &str) -> Preference {
        let version = text.split_ascii_whitespace().next().unwrap_or_default();
        self.found(file, Some(line), Told::Default(version.to_owned()))
    }

    /// Lines such as `work=1.22.6`.
    fn names(self, file: &Path) -> Vec<Preference> {
        let text = text_of(file);
        let pairs = words(&text, "#").filter_map(|(line, text)| {
            let (name, version) = text.split_once('=')?;
            Some(self.alias(file, line, name.trim(), version.trim()))
        });
        pairs.collect()
    }

    fn alias(self, file: &Path, line: usize, name: &str, version: &str) -> Preference {
        let (name, version) = (name.to_owned(), version.to_owned());
        self.found(file, Some(line), Told::Alias { name, version })
    }

    /// Lines with one package each.
    fn packages(self, file: &Path, comment: &str) -> Vec<Preference> {
        let text = text_of(file);
        let packages = words(&text, comment).filter_map(|(line, text)| {
            let package = text.split_ascii_whitespace().next()?;
            Some(self.found(file, Some(line), Told::Package(package.to_owned())))
        });
        packages.collect()
    }

    /// The tools of goenv 3.
    fn goenv_tools(self, file: &Path) -> Vec<Preference> {
        let packages = goenv_tools::packages(&text_of(file)).into_iter();
        packages.map(|(line, package)| self.found(file, Some(line), Told::Package(package))).collect()
    }

    /// gvm has a file of shell variables for each version, for each alias, and for the default.
    fn gvm(self, folder: &Path) -> Vec<Preference> {
        let mut names = files::names_in(folder).unwrap_or_default();
        names.sort();
        let read = |name: &OsString| {
            let file = folder.join(name);
            let text = text_of(&file);
            let (line, version) = assigned(&text, "gvm_go_name")?;
            if name == "default" {
                return Some(self.default(&file, line, version));
            }
            let (line, alias) = assigned(&text, "gvm_alias_name")?;
            Some(self.alias(&file, line, alias, version))
        };
        names.iter().filter_map(read).collect()
    }

    /// The Go line of a `.tool-versions`.
    fn tool_versions(self, file: &Path) -> Vec<Preference> {
        let pin = tool_versions::parse(text_of(file).as_bytes()).ok().flatten();
        let first = pin.and_then(|pin| pin.specs.into_iter().next());
        first.map(|spec| self.default(file, spec.line, &spec.text)).into_iter().collect()
    }

    fn mise(self, file: &Path) -> Vec<Preference> {
        let text = text_of(file);
        let text = TomlFile::parse(&text);
        // The second is the older name.
        let aliases = [["tool_alias", "go", "versions"], ["alias", "go", "versions"]];
        let packages = text.versions(&["tools"]).into_iter().filter_map(|tool| {
            let package = tool.name.strip_prefix("go:")?;
            let told = Told::Package(format!("{package}@{}", module_version(&tool.value)));
            Some(self.found(file, Some(tool.line), told))
        });
        self.of_toml(file, text.go(&["tools"]), aliases.iter().flat_map(|table| text.versions(table)))
            .into_iter()
            .chain(packages)
            .collect()
    }

    fn proto(self, file: &Path) -> Vec<Preference> {
        let text = text_of(file);
        let text = TomlFile::parse(&text);
        self.of_toml(file, text.go(&[]), text.versions(&["tools", "go", "aliases"]).into_iter())
    }

    fn of_toml(
        self,
        file: &Path,
        default: Option<NamedVersion>,
        aliases: impl Iterator<Item = NamedVersion>,
    ) -> Vec<Preference> {
        let default = default.map(|found| self.default(file, found.line, &found.value));
        let aliases = aliases.map(|alias| self.alias(file, alias.line, &alias.name, &alias.value));
        default.into_iter().chain(aliases).collect()
    }

    /// vfox reads the first of three files in its folder.
    fn vfox(self, root: &Path) -> Vec<Preference> {
        let of_toml = [".vfox.toml", "vfox.toml"]
            .map(|name| root.join(name))
            .into_iter()
            .find(|file| files::is_file(file));
        match of_toml {
            Some(file) => {
                let default = TomlFile::parse(&text_of(&file)).go(&["tools"]);
                self.of_toml(&file, default, std::iter::empty())
            }
            None => self.tool_versions(&root.join(".tool-versions")),
        }
    }

    /// A link to a folder or file of the version that is in use. It is not followed: its own text names the version.
    fn link(self, link: &Path) -> Vec<Preference> {
        let version = files::link_target(link).ok().and_then(|target| version_in(&target));
        version.map(|version| self.found(link, None, Told::Default(version))).into_iter().collect()
    }
}

/// The value and the line of `export gvm_go_name; gvm_go_name="go1.22.6"`.
fn assigned<'a>(text: &'a str, variable: &str) -> Option<(usize, &'a str)> {
    let start = format!("{variable}=\"");
    text.lines().enumerate().find_map(|(index, line)| {
        let (_, value) = line.split_once(&start)?;
        Some((index + 1, value.split('"').next()?))
    })
}

/// The last part of a path that is a version.
fn version_in(path: &Path) -> Option<String> {
    path.components().rev().find_map(|part| {
        let name = part.as_os_str().to_str()?;
        let version = GoVersion::parse(name.strip_prefix("go").unwrap_or(name)).ok()?;
        Some(version.to_string())
    })
}

/// The lines of a file that say something, without comments, with their numbers.
fn words<'a>(text: &'a str, comment: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    let lines = text.lines().enumerate().map(move |(index, line)| {
        let said = if line.trim_start().starts_with(comment) {
            ""
        } else {
            // A comment after a word needs a space: there are `//` in addresses.
            line.split(&format!(" {comment}")).next().unwrap_or_default()
        };
        (index + 1, said.trim())
    });
    lines.filter(|(_, said)| !said.is_empty())
}

/// A version as mise writes it, for `go install`.
fn module_version(text: &str) -> String {
    if text.starts_with(|first: char| first.is_ascii_digit()) { format!("v{text}") } else { text.to_owned() }
}

fn text_of(file: &Path) -> String {
    let bytes = regular_file::read(file, LIMIT).ok().flatten().filter(|bytes| bytes.len() <= LIMIT);
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(manager: Manager, files: &[(&str, &str)], links: &[(&str, &str)]) -> Vec<(Told, String)> {
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| {
            let path = home.path().join(name);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            path
        };
        for (name, text) in files {
            fs_err::write(path(name), text).unwrap();
        }
        for (name, target) in links {
            fs_err::os::unix::fs::symlink(target, path(name)).unwrap();
        }
        let environment = Environment { home: Some(home.path().into()), ..Environment::default() };
        let shown = |one: Preference| {
            let place = one.place();
            (one.told, place.strip_prefix(&format!("{}/", home.path().display())).unwrap().to_owned())
        };
        of(manager, &environment).into_iter().map(shown).collect()
    }

    fn default(version: &str, place: &str) -> (Told, String) {
        (Told::Default(version.to_owned()), place.to_owned())
    }

    fn alias(name: &str, version: &str, place: &str) -> (Told, String) {
        (Told::Alias { name: name.to_owned(), version: version.to_owned() }, place.to_owned())
    }

    fn package(package: &str, place: &str) -> (Told, String) {
        (Told::Package(package.to_owned()), place.to_owned())
    }

    #[test]
    fn each_manager_is_read_as_it_writes() {
        let goenv = [
            (".goenv/version", "\n# mine\n1.22.6\n"),
            (".goenv/aliases", "# a\nwork = 1.21.3\nbad\n"),
            (
                ".goenv/default-tools.yaml",
                "enabled: true\ntools:\n    - name: a\n      package: example.com/a\n      version: '@v1.2.3'\n",
            ),
        ];
        assert_eq!(
            told(Manager::Goenv, &goenv, &[]),
            [
                default("1.22.6", ".goenv/version:3"),
                alias("work", "1.21.3", ".goenv/aliases:2"),
                package("example.com/a@v1.2.3", ".goenv/default-tools.yaml:4"),
            ]
        );
        let of_gvm = |name: &str, more: &str| {
            format!(
                "export GVM_ROOT; GVM_ROOT=\"/h/.gvm\"\nexport gvm_go_name; gvm_go_name=\"{name}\"\n{more}"
            )
        };
        let (plain, old) = (of_gvm("go1.22.6", ""), of_gvm("go1.20.1", "export gvm_alias_name=\"old\"\n"));
        let gvm = [
            (".gvm/environments/default", plain.as_str()),
            (".gvm/environments/go1.22.6", plain.as_str()),
            (".gvm/environments/old", old.as_str()),
        ];
        assert_eq!(
            told(Manager::Gvm, &gvm, &[]),
            [
                default("go1.22.6", ".gvm/environments/default:2"),
                alias("old", "go1.20.1", ".gvm/environments/old:3")
            ]
        );
        let asdf = [
            (".tool-versions", "nodejs 20\ngolang 1.22.6\n"),
            (
                ".default-golang-pkgs",
                "// tools\ngolang.org/x/tools/gopls@v0.16.1 // editor\n\nhonnef.co/go/tools/cmd/staticcheck\n",
            ),
        ];
        assert_eq!(
            told(Manager::Asdf, &asdf, &[]),
            [
                default("1.22.6", ".tool-versions:2"),
                package("golang.org/x/tools/gopls@v0.16.1", ".default-golang-pkgs:2"),
                package("honnef.co/go/tools/cmd/staticcheck", ".default-golang-pkgs:4"),
            ]
        );
        let mise = [
            (
                ".config/mise/config.toml",
                "[tools]\ngo = \"1.22\"\n\"go:golang.org/x/tools/gopls\" = \"0.16.1\"\n[alias.go.versions]\nwork = \"1.21.3\"\n",
            ),
            (".default-go-packages", "# tools\nexample.test/a@latest\n"),
        ];
        assert_eq!(
            told(Manager::Mise, &mise, &[]),
            [
                default("1.22", ".config/mise/config.toml:2"),
                alias("work", "1.21.3", ".config/mise/config.toml:5"),
                package("golang.org/x/tools/gopls@v0.16.1", ".config/mise/config.toml:3"),
                package("example.test/a@latest", ".default-go-packages:2"),
            ]
        );
        let proto = [(".proto/.prototools", "go = \"1.22.6\"\n[tools.go.aliases]\nwork = \"1.21.3\"\n")];
        assert_eq!(
            told(Manager::Proto, &proto, &[]),
            [default("1.22.6", ".proto/.prototools:1"), alias("work", "1.21.3", ".proto/.prototools:3")]
        );
        let both = [
            (".vfox/.tool-versions", "golang 1.20.1\n"),
            (".vfox/.vfox.toml", "[tools]\ngolang = \"1.22.6\"\n"),
        ];
        assert_eq!(told(Manager::Vfox, &both, &[]), [default("1.22.6", ".vfox/.vfox.toml:2")]);
        assert_eq!(told(Manager::Vfox, &both[..1], &[]), [default("1.20.1", ".vfox/.tool-versions:1")]);
    }

    #[test]
    fn a_link_names_the_version_in_use() {
        for (manager, link, target) in [
            (Manager::G, ".g/go", "/h/.g/versions/1.22.6"),
            (Manager::G, ".go/bin/go", "/h/.go/.versions/1.22.6/bin/go"),
            (Manager::Gobrew, ".gobrew/current/go", "/h/.gobrew/versions/1.22.6/go"),
            (Manager::Goup, ".goup/current", "go1.22.6"),
            (Manager::Goup, ".go/current", "/h/.go/go1.22.6"),
        ] {
            assert_eq!(told(manager, &[], &[(link, target)]), [default("1.22.6", link)], "{manager}");
        }
        assert_eq!(told(Manager::Goup, &[], &[(".goup/current", "elsewhere")]), []);
    }

    #[test]
    fn what_is_not_there_or_strange_is_not_told() {
        for manager in Manager::NAMED {
            assert_eq!(told(manager, &[], &[]), [], "{manager}");
        }
        assert_eq!(told(Manager::Goenv, &[(".goenv/version", "# nothing\n")], &[]), []);
        assert_eq!(told(Manager::Mise, &[(".config/mise/config.toml", "not toml")], &[]), []);
        let large = "#".repeat(LIMIT + 1) + "\n1.22.6\n";
        assert_eq!(told(Manager::Goenv, &[(".goenv/version", &large)], &[]), []);
    }

    #[test]
    fn the_default_of_the_first_go_on_path_leads() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(".local/share/mise/shims");
        fs_err::create_dir_all(&folder).unwrap();
        fs_err::write(folder.join("go"), "").unwrap();
        let environment = |path: &Path| Environment {
            variables: [("PATH".into(), path.into())].into(),
            home: Some(home.path().into()),
            ..Environment::default()
        };
        let one = |manager: Manager, version: &str| Preference {
            manager,
            file: "file".into(),
            line: None,
            told: Told::Default(version.to_owned()),
        };
        let both = [one(Manager::Goenv, "1.21.3"), one(Manager::Mise, "1.22.6")];
        let version = |path: &Path| leading_default(&both, &environment(path)).map(|(_, version)| version);
        assert_eq!(version(&folder), Some("1.22.6"));
        assert_eq!(version(Path::new("/usr/bin")), Some("1.21.3"));
        assert_eq!(leading_default(&[], &environment(&folder)), None);
    }
}
