//! The required modules that raise a project's Go floor, and the paths by which they are required: read from go.mod
//! and the `.mod` files of the module cache, without running go and without the network.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

use gom_select::go_mod;
use gom_select::regular_file;
use gom_select::version::GoVersion;

/// A module at a version, as go.mod names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Module {
    /// Its path.
    pub path: String,
    /// Its version.
    pub version: String,
}

/// A required module and the Go it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The module.
    pub module: Module,
    /// Its go line.
    pub go: GoVersion,
    /// The path by which the project requires it: from a module in go.mod to this one.
    pub path: Vec<Module>,
}

/// The Go floors of a project's modules.
#[derive(Clone, Debug, Default)]
pub struct ModuleFloor {
    /// The selected modules with their go lines, the newest Go first.
    pub needs: Vec<Need>,
    /// Modules whose go.mod is not in the cache.
    pub unknown: Vec<Module>,
}

/// The parts of a go.mod that matter here.
#[derive(Default)]
struct ModFile {
    require: Vec<Module>,
    /// Module, its version if only that one is replaced, and what replaces it.
    replace: Vec<(String, Option<String>, Replacement)>,
}

enum Replacement {
    Module(Module),
    Folder(PathBuf),
}

/// Follows the requirements of the go.mod at `file`. `cache` is GOMODCACHE.
pub fn module_floor(file: &Path, cache: &Path) -> std::io::Result<ModuleFloor> {
    let main = regular_file::read_of_go(file).ok_or_else(|| {
        let message = format!("`{}` can't be read as a go.mod file", file.display());
        std::io::Error::other(message)
    })?;
    let main = parse(&String::from_utf8_lossy(&main));
    let project = file.parent().unwrap_or(Path::new("/"));
    let mut graph = Graph { main: &main, project, cache, parents: BTreeMap::new(), files: BTreeMap::new() };
    graph.walk();
    Ok(graph.finish())
}

struct Graph<'a> {
    main: &'a ModFile,
    project: &'a Path,
    cache: &'a Path,
    /// The module that required it first; `None` if the project's own go.mod does.
    parents: BTreeMap<Module, Option<Module>>,
    /// The text of its go.mod; `None` if the cache lacks it.
    files: BTreeMap<Module, Option<String>>,
}

impl Graph<'_> {
    /// Breadth first, so that the recorded path to a module is a shortest one.
    fn walk(&mut self) {
        let mut queue: VecDeque<(Module, Option<Module>)> =
            self.main.require.iter().map(|module| (module.clone(), None)).collect();
        while let Some((module, parent)) = queue.pop_front() {
            if self.parents.contains_key(&module) {
                continue;
            }
            self.parents.insert(module.clone(), parent);
            let text = regular_file::read_of_go(&self.mod_file(&module));
            let text = text.and_then(|bytes| String::from_utf8(bytes).ok());
            for required in text.as_deref().map(parse).unwrap_or_default().require {
                queue.push_back((required, Some(module.clone())));
            }
            self.files.insert(module, text);
        }
    }

    /// The path of its go.mod, after the project's replacements.
    fn mod_file(&self, module: &Module) -> PathBuf {
        let replacement = self.main.replace.iter().find(|(path, version, _)| {
            *path == module.path && version.as_ref().is_none_or(|version| *version == module.version)
        });
        match replacement {
            Some((_, _, Replacement::Folder(folder))) => self.project.join(folder).join("go.mod"),
            Some((_, _, Replacement::Module(other))) => self.cached(other),
            None => self.cached(module),
        }
    }

    fn cached(&self, module: &Module) -> PathBuf {
        let folder = self.cache.join("cache/download").join(escaped(&module.path)).join("@v");
        folder.join(format!("{}.mod", escaped(&module.version)))
    }

    fn finish(self) -> ModuleFloor {
        let mut floor = ModuleFloor::default();
        for module in self.selected() {
            let Some(Some(text)) = self.files.get(&module) else {
                floor.unknown.push(module);
                continue;
            };
            let go = go_mod::scan(text.as_bytes()).go.and_then(|(value, _)| GoVersion::parse(&value).ok());
            if let Some(go) = go {
                let path = self.path_to(&module);
                floor.needs.push(Need { module, go, path });
            }
        }
        floor.needs.sort_by(|a, b| b.go.cmp(&a.go).then_with(|| a.module.cmp(&b.module)));
        floor
    }

    /// The version of each module that the go command builds with: the newest in the graph.
    fn selected(&self) -> Vec<Module> {
        let mut newest: BTreeMap<&str, &Module> = BTreeMap::new();
        for module in self.parents.keys() {
            let known = newest.entry(&module.path).or_insert(module);
            if semver_of(&module.version) > semver_of(&known.version) {
                *known = module;
            }
        }
        newest.into_values().cloned().collect()
    }

    fn path_to(&self, module: &Module) -> Vec<Module> {
        let mut path = vec![module.clone()];
        let mut at = module;
        while let Some(Some(parent)) = self.parents.get(at) {
            path.push(parent.clone());
            at = parent;
        }
        path.reverse();
        path
    }
}

fn semver_of(version: &str) -> Option<semver::Version> {
    semver::Version::parse(version.strip_prefix('v')?).ok()
}

/// The module cache spells an upper-case letter as `!` and its lower-case one (x/mod/module).
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, character| {
        if character.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(character.to_ascii_lowercase());
        escaped
    })
}

/// Reads `require` and `replace`, alone and in blocks.
fn parse(text: &str) -> ModFile {
    let mut file = ModFile::default();
    let mut block: Option<&str> = None;
    for line in text.lines() {
        let line = line.split_once("//").map_or(line, |(code, _)| code);
        let words: Vec<&str> = line.split_whitespace().map(|word| word.trim_matches(['"', '`'])).collect();
        match (block, words.as_slice()) {
            (_, []) => {}
            (Some(_), [")"]) => block = None,
            (None, [directive, "("]) => block = Some(directive),
            (Some(directive), words) => file.take(directive, words),
            (None, [directive, words @ ..]) => file.take(directive, words),
        }
    }
    file
}

impl ModFile {
    fn take(&mut self, directive: &str, words: &[&str]) {
        match (directive, words) {
            ("require", [path, version]) => self.require.push(module(path, version)),
            ("replace", [path, "=>", new @ ..]) => self.add_replacement(path, None, new),
            ("replace", [path, version, "=>", new @ ..]) => self.add_replacement(path, Some(version), new),
            _ => {}
        }
    }

    fn add_replacement(&mut self, path: &str, version: Option<&str>, new: &[&str]) {
        let replacement = match new {
            [folder] => Replacement::Folder(PathBuf::from(folder)),
            [path, version] => Replacement::Module(module(path, version)),
            _ => return,
        };
        self.replace.push((path.to_owned(), version.map(str::to_owned), replacement));
    }
}

fn module(path: &str, version: &str) -> Module {
    Module { path: path.to_owned(), version: version.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_to_the_module_that_needs_the_newest_go_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, text).unwrap();
        };
        let cache = "cache/download";
        write(
            "p/go.mod",
            "module m\ngo 1.24\nrequire (\n\ta.example/One v1.0.0 // indirect\n\tb.example v1.0.0\n)\nreplace b.example => ./b\n",
        );
        write("p/b/go.mod", "module b.example\ngo 1.20\nrequire d.example v1.0.0\n");
        write(
            &format!("{cache}/a.example/!one/@v/v1.0.0.mod"),
            "module a.example/One\ngo 1.21\nrequire c.example v1.2.0\n",
        );
        write(&format!("{cache}/c.example/@v/v1.2.0.mod"), "module c.example\ngo 1.24\n");
        let floor = module_floor(&dir.path().join("p/go.mod"), dir.path()).unwrap();
        let needs: Vec<(String, String, usize)> = floor
            .needs
            .iter()
            .map(|need| (need.module.path.clone(), need.go.to_string(), need.path.len()))
            .collect();
        let need = |path: &str, go: &str, steps| (path.to_owned(), go.to_owned(), steps);
        assert_eq!(
            needs,
            [need("c.example", "1.24", 2), need("a.example/One", "1.21", 1), need("b.example", "1.20", 1)]
        );
        assert_eq!(floor.unknown, [module("d.example", "v1.0.0")]);
    }

    #[test]
    fn only_the_selected_version_of_a_module_counts() {
        let dir = tempfile::tempdir().unwrap();
        let write = |version: &str, go: &str| {
            let folder = dir.path().join("cache/download/a.example/@v");
            fs_err::create_dir_all(&folder).unwrap();
            fs_err::write(
                folder.join(format!("{version}.mod")),
                format!("module a.example\ngo {go}\nrequire a.example v1.9.0\n"),
            )
            .unwrap();
        };
        write("v1.10.0", "1.20");
        write("v1.9.0", "1.24");
        let file = dir.path().join("go.mod");
        fs_err::write(&file, "module m\nrequire a.example v1.10.0\n").unwrap();
        let floor = module_floor(&file, dir.path()).unwrap();
        assert_eq!(floor.needs.len(), 1);
        assert_eq!(floor.needs[0].go.to_string(), "1.20");
    }
}
