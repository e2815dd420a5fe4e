//! The Go project of a folder: its go.work or else its go.mod, and the Go that this file asks for.
//!
//! The files are found as the go command finds them (cmd/go/internal/modload/init.go, `FindGoWork` and
//! `FindGoMod`). Only lines that the go command itself looks up are read.

#![expect(clippy::disallowed_methods, reason = "looks for go.work and go.mod upward")]

use std::path::{Path, PathBuf};

use crate::go_mod::{self, GoModLines};
use crate::go_settings::UserSettings;
use crate::layout::Env;
use crate::refusal::Refusal;
use crate::regular_file::{self, AfterRead, GO_FILE_LIMIT};
use crate::spec::{PlatformSpec, Spec};
use crate::version::GoVersion;
use crate::working_dir::is_same_dir;

/// The file that tells which Go a project needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoProject {
    /// A go.work, or else a go.mod.
    pub file: PathBuf,
    /// Its lines.
    pub lines: GoModLines,
}

/// A line of a project's file, as it is written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectLine {
    /// `go` or `toolchain`.
    pub keyword: &'static str,
    /// The value.
    pub value: String,
    /// 1-based.
    pub line: usize,
}

/// What the search for a project's file depends on, besides the folder.
#[derive(Clone, Debug, Default)]
pub struct Surroundings<'a> {
    /// GOWORK, one of Go's settings.
    pub gowork: Option<String>,
    /// The toolchain's tree. The search for a go.work does not climb into it.
    pub goroot: Option<&'a Path>,
    /// The temporary folder. A go.mod directly in it is ignored, because anybody may have left it there.
    pub temp_dir: PathBuf,
    /// Whether a file is closed after it was read.
    pub after_read: AfterRead,
}

impl Surroundings<'_> {
    /// Whether GOWORK is a relative path, which stops the go command.
    pub fn has_bad_gowork(&self) -> bool {
        let gowork = self.gowork.as_deref().unwrap_or_default();
        !matches!(gowork, "" | "auto" | "off") && !Path::new(gowork).is_absolute()
    }

    /// Reads them from the environment and the user's `go/env`.
    pub fn of_environment(env: Env<'_>) -> Surroundings<'static> {
        Surroundings::of_user(&UserSettings::new(env))
    }

    /// Reads them from the user's settings.
    pub fn of_user(user: &UserSettings<'_>) -> Surroundings<'static> {
        let gowork = user.get("GOWORK").map(|setting| setting.value);
        let temp_dir = (user.env())("TMPDIR").map_or_else(|| PathBuf::from("/tmp"), PathBuf::from);
        Surroundings { gowork, goroot: None, temp_dir, after_read: user.after_read() }
    }
}

impl GoProject {
    /// Finds the project of `dir`. An unreadable file counts as none, because the go command reports it
    /// itself.
    pub fn find(dir: &Path, surroundings: &Surroundings<'_>) -> Option<GoProject> {
        GoProject::nearest(dir, surroundings).filter(|project| !project.is_litter(surroundings))
    }

    /// Finds the nearest file, even if the go command would ignore it.
    pub(crate) fn nearest(dir: &Path, surroundings: &Surroundings<'_>) -> Option<GoProject> {
        let in_folder = |folder: &Path| FoundFile::look(folder.join("go.mod"), surroundings.after_read);
        let found = find_work(dir, surroundings).or_else(|| dir.ancestors().find_map(in_folder))?;
        Some(GoProject { lines: go_mod::scan(&found.content?), file: found.file })
    }

    /// Whether it is a go.mod directly in the temporary folder, which the go command ignores. The folder may
    /// be reached through a link, such as macOS's `/tmp`.
    pub(crate) fn is_litter(&self, surroundings: &Surroundings<'_>) -> bool {
        self.file.ends_with("go.mod") && is_in_temp_dir(&self.file, surroundings)
    }

    /// Returns what to install for this project: the newer of the `toolchain` line and the `go` line, because
    /// the go command ignores an older `toolchain`. A `go` line without a patch and without a prerelease asks
    /// for the newest patch of that line. The error is the line that names no Go.
    pub fn wanted(&self) -> Result<Option<(PlatformSpec, ProjectLine)>, ProjectLine> {
        let request = |spec| PlatformSpec { spec, platform: None };
        let of_go = self.lines.go.as_ref().map(|(value, line)| ProjectLine {
            keyword: "go",
            value: value.clone(),
            line: *line,
        });
        let least = of_go.as_ref().and_then(|line| GoVersion::parse(&line.value).ok());
        if let Some(line) = self.toolchain_line() {
            let Some(version) = GoVersion::from_toolchain_name(&line.value) else { return Err(line) };
            if least.is_none_or(|least| version > least) {
                let spec = Spec::Exact(version.canonical());
                return if is_release(&version) { Ok(Some((request(spec), line))) } else { Err(line) };
            }
        }
        let Some(line) = of_go else { return Ok(None) };
        // `go 1.20` and `go 1.22` both name a line for gom, even if Go has a release of that name.
        match GoVersion::parse(&line.value).ok().and_then(|_| Spec::parse(&line.value).ok()) {
            Some(spec) => Ok(Some((request(spec), line))),
            None => Err(line),
        }
    }

    /// The oldest Go that this project accepts, and the number of its line: the newer of both lines.
    pub fn floor(&self) -> Option<(GoVersion, usize)> {
        let of_toolchain = self
            .toolchain_line()
            .and_then(|line| Some((GoVersion::from_toolchain_name(&line.value)?, line.line)));
        let of_go =
            self.lines.go.as_ref().and_then(|(value, line)| Some((GoVersion::parse(value).ok()?, *line)));
        match (of_toolchain, of_go) {
            (Some(toolchain), Some(go)) => Some(if toolchain.0 > go.0 { toolchain } else { go }),
            (toolchain, go) => toolchain.or(go),
        }
    }

    /// Explains why nothing can be installed for a line that names no Go.
    pub fn refusal(&self, line: &ProjectLine) -> Refusal {
        let place = format!("{}:{}", self.file.display(), line.line);
        if line.keyword == "go" {
            return Refusal::of_go_line(place, &line.value);
        }
        match GoVersion::from_toolchain_name(&line.value) {
            Some(version) => Refusal::of_language_version(&place, &self.file, &version),
            None => Refusal::of_toolchain_line(&place, &line.value),
        }
    }

    /// The `toolchain` line, unless it is `default`, which asks for nothing.
    fn toolchain_line(&self) -> Option<ProjectLine> {
        let (value, line) = self.lines.toolchain.as_ref().filter(|(value, _)| value != "default")?;
        Some(ProjectLine { keyword: "toolchain", value: value.clone(), line: *line })
    }
}

/// Whether a release has this name. From 1.21 on, `1.22` alone is a language version.
fn is_release(version: &GoVersion) -> bool {
    !version.is_language_version()
}

/// An existing file.
struct FoundFile {
    file: PathBuf,
    /// `None` if it can't be read.
    content: Option<Vec<u8>>,
}

impl FoundFile {
    fn look(file: PathBuf, after: AfterRead) -> Option<FoundFile> {
        match regular_file::read_and(after, &file, GO_FILE_LIMIT) {
            Ok(Some(content)) => Some(FoundFile {
                file,
                content: Some(content).filter(|content| content.len() <= GO_FILE_LIMIT),
            }),
            Ok(None) => None,
            // Maybe only the folder is unreadable. Then the search continues.
            Err(_) => file.is_file().then_some(FoundFile { file, content: None }),
        }
    }
}

/// Finds the go.work: none if GOWORK is `off`, the file that GOWORK names, else the nearest go.work upward.
fn find_work(dir: &Path, surroundings: &Surroundings<'_>) -> Option<FoundFile> {
    let look = |file: PathBuf| FoundFile::look(file, surroundings.after_read);
    match surroundings.gowork.as_deref() {
        Some("off") => None,
        None | Some("" | "auto") => {
            // The standard library is built without a workspace.
            let outside = |folder: &&Path| Some(*folder) != surroundings.goroot;
            let starts_inside = dir.ancestors().take(1);
            let above = dir.ancestors().skip(1).take_while(outside);
            starts_inside.chain(above).find_map(|folder| look(folder.join("go.work")))
        }
        Some(path) => Some(PathBuf::from(path)).filter(|path| path.is_absolute()).and_then(look),
    }
}

/// Finds the nearest go.mod upward.
pub fn find_mod(dir: &Path, surroundings: &Surroundings<'_>) -> Option<PathBuf> {
    let file = dir.ancestors().map(|folder| folder.join("go.mod")).find(|file| file.is_file())?;
    (!is_in_temp_dir(&file, surroundings)).then_some(file)
}

fn is_in_temp_dir(file: &Path, surroundings: &Surroundings<'_>) -> bool {
    file.parent().is_some_and(|dir| is_same_dir(dir, &surroundings.temp_dir))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(text: &str) -> GoProject {
        GoProject { file: "/p/go.mod".into(), lines: go_mod::scan(text.as_bytes()) }
    }

    fn wanted(text: &str) -> Result<Option<String>, String> {
        match project(text).wanted() {
            Ok(wanted) => Ok(wanted.map(|(request, _)| request.to_string())),
            Err(line) => Err(line.value),
        }
    }

    #[test]
    fn gowork_comes_from_the_environment_or_the_users_file() {
        let file = std::env::temp_dir().join(format!("gom-gowork-{}", std::process::id()));
        std::fs::write(&file, "GOWORK=off\n").unwrap();
        let gowork = |set: Option<&str>| {
            let env = |name: &str| match name {
                "GOENV" => Some(file.clone().into_os_string()),
                "GOWORK" => set.map(Into::into),
                _ => None,
            };
            Surroundings::of_environment(&env).gowork
        };
        assert_eq!(gowork(None).as_deref(), Some("off"));
        assert_eq!(gowork(Some("/w/go.work")).as_deref(), Some("/w/go.work"));
        std::fs::remove_file(&file).unwrap();
    }

    #[test]
    fn the_newer_of_both_lines_is_wanted() {
        for (text, expected) in [
            ("go 1.22\ntoolchain go1.23.4\n", "1.23.4"),
            ("go 1.22.3\ntoolchain default\n", "1.22.3"),
            // K2.4: Go ignores an older toolchain line.
            ("go 1.22.3\ntoolchain go1.21.0\n", "1.22.3"),
            ("go 1.22.3\ntoolchain go1.22.3\n", "1.22.3"),
            ("go 1.25.0\ntoolchain go1.23\n", "1.25.0"),
            ("go 1.24\ntoolchain go1.24rc1\n", "1.24rc1"),
            ("go 1.24.0\ntoolchain go1.24rc1\n", "1.24.0"),
            ("go 1.22.3\n", "1.22.3"),
            ("go 1.24rc1\n", "1.24rc1"),
            ("go 1.22\n", "1.22"),
            ("go 1.20\n", "1.20"),
            ("toolchain go1.23.4-custom\n", "1.23.4"),
        ] {
            assert_eq!(wanted(text), Ok(Some(expected.to_owned())), "{text:?}");
        }
        assert_eq!(wanted("module m\n"), Ok(None));
    }

    #[test]
    fn a_line_that_names_no_release_is_an_error() {
        for (text, value) in [
            ("toolchain local\n", "local"),
            ("toolchain go1.23\n", "go1.23"),
            ("go ../../x\n", "../../x"),
            ("toolchain ../go1.22.6\n", "../go1.22.6"),
        ] {
            assert_eq!(wanted(text), Err(value.to_owned()));
        }
    }

    #[test]
    fn the_floor_is_the_newer_line() {
        let floor = |text: &str| project(text).floor().map(|(version, line)| (version.to_string(), line));
        assert_eq!(floor("go 1.22\ntoolchain go1.23.4\n"), Some(("1.23.4".to_owned(), 2)));
        assert_eq!(floor("go 1.24\ntoolchain go1.23.4\n"), Some(("1.24".to_owned(), 1)));
        assert_eq!(floor("module m\n"), None);
    }
}
