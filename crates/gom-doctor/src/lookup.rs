//! Lookups in the facts that several checks share. Pure: reads recorded facts, never the disk.

use std::path::Path;

use gom_project::written::Written;
use gom_select::go_env;
use gom_select::go_mod::{self, GoModLines};
use gom_select::go_settings::is_environment_only;
use gom_select::platform::Platform;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;

use super::facts::{FileFacts, FileKind, HostFacts, SCHEMA, VersionFacts};

/// A Go setting and the place that sets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingFacts<'a> {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: &'a str,
    /// `environment`, or the file that `go env -w` writes, with the line.
    pub place: String,
    /// The line of that file; `None` for the environment.
    pub line: Option<usize>,
}

/// A program found on PATH.
#[derive(Clone, Copy, Debug)]
pub struct OnPath<'a> {
    /// Its path by PATH, links not resolved.
    pub path: &'a str,
    /// The facts about it.
    pub file: &'a FileFacts,
}

impl HostFacts {
    /// Whether this is macOS.
    pub fn is_macos(&self) -> bool {
        self.system.os == "darwin"
    }

    /// Whether this is a Mac with Apple Silicon.
    pub fn is_apple_silicon(&self) -> bool {
        self.is_macos() && self.system.arch == "arm64"
    }

    /// The major version of macOS: 26 for `26.1`, 10 for `10.15`.
    pub fn macos_major(&self) -> Option<u32> {
        if !self.is_macos() {
            return None;
        }
        self.system.version.as_deref()?.split('.').next()?.parse().ok()
    }

    /// A variable; `None` if unset or empty.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The facts about the file at a path.
    pub fn file(&self, path: &str) -> Option<&FileFacts> {
        self.files.get(path)
    }

    /// Whether a path exists; a dead link does not. `false` if the system does not tell.
    pub fn exists(&self, path: &str) -> bool {
        self.file(path).is_some_and(|file| !matches!(file.kind, FileKind::DeadLink | FileKind::Unknown))
    }

    /// Whether a path surely does not exist, or is a dead link.
    pub fn is_missing(&self, path: &str) -> bool {
        self.file(path).is_none_or(|file| file.kind == FileKind::DeadLink)
    }

    /// The paths that the system could not tell about, or whose content can't be read, with the reason.
    pub fn unreadable(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.files.iter();
        files.filter_map(|(path, file)| Some((path.as_str(), file.unreadable.as_deref()?)))
    }

    /// The recorded lines of a file.
    pub fn lines<'a>(&'a self, path: &'a str) -> impl Iterator<Item = FileLine<'a>> {
        let lines = self.file(path).map(|file| file.lines.as_slice()).unwrap_or_default();
        lines.iter().map(move |(number, text)| FileLine { file: path, number: *number, text })
    }

    /// The `go` and `toolchain` lines of a go.mod or go.work, as the go command finds them.
    pub fn go_lines(&self, path: &str) -> GoModLines {
        let lines: Vec<FileLine<'_>> = self.lines(path).collect();
        let text: Vec<&str> = lines.iter().map(|line| line.text).collect();
        let found = go_mod::scan(text.join("\n").as_bytes());
        // Only some lines are recorded, so each has its own number.
        let numbered = |(value, at): (String, usize)| Some((value, lines.get(at - 1)?.number));
        GoModLines { go: found.go.and_then(numbered), toolchain: found.toolchain.and_then(numbered) }
    }

    /// The Go versions that the files below a folder name, in the order of the files.
    pub fn versions_below<'a>(&'a self, folder: &str) -> impl Iterator<Item = FileVersion<'a>> + use<'a> {
        self.below(folder).flat_map(|(path, facts)| named_versions(path, facts))
    }

    /// The Go versions that a file names.
    pub fn versions_in<'a>(&'a self, path: &'a str) -> impl Iterator<Item = FileVersion<'a>> {
        self.file(path).into_iter().flat_map(|facts| named_versions(path, facts))
    }

    /// The files that an older gom recorded as lines alone, so that no check can tell what they say.
    pub fn recorded_as_lines(&self) -> Vec<&str> {
        let files = self.files.iter().filter(|(path, file)| {
            let name = path.rsplit('/').next().unwrap_or_default();
            let is_one = name == "settings.json"
                || name == ".gitlab-ci.yml"
                || name.starts_with("Dockerfile")
                || path.contains("/.github/workflows/");
            is_one && !file.lines.is_empty()
        });
        files.map(|(path, _)| path.as_str()).filter(|_| self.schema < SCHEMA).collect()
    }

    /// The recorded files below a folder, in order.
    pub fn below<'a>(&'a self, folder: &str) -> impl Iterator<Item = (&'a str, &'a FileFacts)> + use<'a> {
        let folder = format!("{}/", folder.trim_end_matches('/'));
        let all = self.files.iter().map(|(path, file)| (path.as_str(), file));
        all.filter(move |(path, _)| path.starts_with(&folder))
    }

    /// The values of a Go setting: first the environment's, which takes precedence, then the user file's.
    pub fn go_settings<'a>(&'a self, name: &'static str) -> impl Iterator<Item = SettingFacts<'a>> {
        let environment = self.var(name).map(|value| SettingFacts {
            name,
            value,
            place: "environment".to_owned(),
            line: None,
        });
        let in_file = self.go_env_file.as_deref().and_then(|file| {
            let set = |line: FileLine<'a>| {
                let (_, value) = go_env::key_and_value(line.text).filter(|(key, _)| *key == name)?;
                Some((line, value))
            };
            let (line, value) = self.lines(file).filter_map(set).last()?;
            (!value.is_empty() && !is_environment_only(name)).then(|| SettingFacts {
                name,
                value,
                place: line.place(),
                line: Some(line.number),
            })
        });
        environment.into_iter().chain(in_file)
    }

    /// The value that the go command uses.
    pub fn go_setting(&self, name: &'static str) -> Option<SettingFacts<'_>> {
        self.go_settings(name).next()
    }

    /// The entries of PATH as written, including relative and empty ones.
    pub fn path_entries(&self) -> impl Iterator<Item = &str> {
        self.var("PATH").unwrap_or_default().split(':')
    }

    /// Every executable of that name on PATH, in order, each folder once.
    pub fn on_path(&self, program: &str) -> Vec<OnPath<'_>> {
        let mut found: Vec<OnPath<'_>> = Vec::new();
        for folder in self.path_entries().filter(|folder| folder.starts_with('/')) {
            let path = format!("{}/{program}", folder.trim_end_matches('/'));
            let Some((path, file)) = self.files.get_key_value(&path) else { continue };
            let is_new = !found.iter().any(|other| other.path == path);
            if is_new && file.kind == FileKind::File && file.is_executable {
                found.push(OnPath { path, file });
            }
        }
        found
    }

    /// gom's `bin` folder.
    pub fn gom_bin(&self) -> String {
        format!("{}/bin", self.gom.home)
    }

    /// Whether a program is gom's shim or a link to it.
    pub fn is_shim(&self, program: OnPath<'_>) -> bool {
        let real = program.file.real.as_deref().unwrap_or(program.path);
        Path::new(real).ends_with("bin/gom-shim")
    }

    /// A toolchain as the argument of a gom command on this host.
    pub fn argument(&self, id: &ToolchainId) -> String {
        let host = Platform::new(&self.system.os, &self.system.arch);
        host.map_or_else(|_| id.to_string(), |host| id.as_argument(&host))
    }

    /// A path with its links resolved.
    pub fn real<'a>(&'a self, path: &'a str) -> &'a str {
        let path = path.trim_end_matches('/');
        self.file(path).and_then(|file| file.real.as_deref()).unwrap_or(path)
    }

    /// Whether two paths lead to the same file.
    pub fn is_same(&self, one: &str, other: &str) -> bool {
        self.real(one) == self.real(other)
    }

    /// Whether this folder is on PATH, under any name.
    pub fn is_folder_on_path(&self, folder: &str) -> bool {
        self.path_entries().any(|entry| entry.starts_with('/') && self.is_same(entry, folder))
    }

    /// The version of the selected toolchain.
    pub fn selected_version(&self) -> Option<GoVersion> {
        GoVersion::parse(self.gom.selected.as_ref()?.version.as_deref()?).ok()
    }

    /// The `go` program that the shim starts, with the facts about it.
    pub fn selected_go(&self) -> Option<(&str, &FileFacts)> {
        let go = self.gom.selected.as_ref()?.go.as_str();
        let file = self.file(go)?;
        Some((go, file))
    }

    /// The folder that `go install` writes to.
    pub fn go_bin(&self) -> String {
        match self.go_setting("GOBIN") {
            Some(setting) => setting.value.to_owned(),
            None => format!("{}/bin", self.gopath()),
        }
    }

    /// The first folder of GOPATH.
    pub fn gopath(&self) -> String {
        let set = self.go_setting("GOPATH").map(|setting| setting.value.split(':').next().unwrap_or(""));
        match set {
            Some(folder) if !folder.is_empty() => folder.to_owned(),
            _ => format!("{}/go", self.home),
        }
    }
}

/// Whether a path ends in this extension, given without its dot.
pub(crate) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|own| own == extension)
}

/// A line of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileLine<'a> {
    /// The file.
    pub file: &'a str,
    /// The line number, from 1.
    pub number: usize,
    /// Its text.
    pub text: &'a str,
}

impl FileLine<'_> {
    /// `file:line`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.number)
    }
}

fn named_versions<'a>(path: &'a str, facts: &'a FileFacts) -> impl Iterator<Item = FileVersion<'a>> {
    facts.versions.iter().map(move |version| {
        let line = facts.lines.iter().find(|(number, _)| *number == version.line);
        FileVersion { file: path, version, text: line.map(|(_, text)| text.as_str()) }
    })
}

/// A Go version in a file.
#[derive(Clone, Copy, Debug)]
pub struct FileVersion<'a> {
    /// The file.
    pub file: &'a str,
    /// The version.
    pub version: &'a VersionFacts,
    /// The text of its line, if that is recorded.
    pub text: Option<&'a str>,
}

impl FileVersion<'_> {
    /// `file:line`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.version.line)
    }

    /// What stands there: the line, else the version with the words for its place.
    pub fn shown(&self) -> String {
        match self.text {
            Some(text) => text.trim().to_owned(),
            None => format!("{} {}", self.version.what, self.version.version),
        }
    }

    /// The release or line; `None` for a range, and for a word such as `stable`.
    pub fn release(&self) -> Option<GoVersion> {
        match Written::parse(&self.version.version)? {
            Written::Release(version) => Some(version),
            Written::Line(line) => GoVersion::parse(&line.to_string()).ok(),
            Written::Range(_) | Written::Moving(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_lines_have_the_numbers_of_the_file() {
        let lines = [(1, "module m"), (4, "go // none"), (5, "go 1.21"), (usize::MAX, "toolchain go1.22.6")];
        let lines = lines.map(|(number, text)| (number, text.to_owned())).to_vec();
        let mut facts = HostFacts::default();
        facts.files.insert("/go.mod".to_owned(), FileFacts { lines, ..FileFacts::default() });
        // As for the go command, the first line decides even without a value.
        let expected = GoModLines { go: None, toolchain: Some(("go1.22.6".to_owned(), usize::MAX)) };
        assert_eq!(facts.go_lines("/go.mod"), expected);
        facts.files.get_mut("/go.mod").unwrap().lines.remove(1);
        assert_eq!(facts.go_lines("/go.mod").go, Some(("1.21".to_owned(), 5)));
        assert_eq!(facts.go_lines("/none"), GoModLines::default());
    }

    #[test]
    fn a_version_is_a_release_or_a_line() {
        for (version, expected) in [
            ("1.22.6", Some("1.22.6")),
            ("1.22", Some("1.22")),
            ("1.22.x", Some("1.22")),
            ("^1.22", None),
            ("stable", None),
        ] {
            let version = VersionFacts {
                version: version.to_owned(),
                line: 3,
                what: "go".to_owned(),
                ..VersionFacts::default()
            };
            let one = FileVersion { file: "/f", version: &version, text: None };
            assert_eq!(one.release().map(|release| release.to_string()).as_deref(), expected);
            assert_eq!((one.place(), one.shown()), ("/f:3".to_owned(), format!("go {}", version.version)));
        }
    }
}
